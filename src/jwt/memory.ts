/**
 * Memory of a verifier: parsed headers by their exact segment, and with the option `cache` whole tokens. Only what has a good signature gets
 * in, so a flood of forgeries does not.
 */

import type { Steps } from "../base/steps.ts";
import { deepFreeze } from "../encoding/json.ts";
import type { JwsHeader } from "../jws/header.ts";
import { selectKeys, verifyCompact, type HeaderReader } from "../jws/verify.ts";
import type { CompiledKeys } from "../keys/select.ts";
import { readHeader } from "./header.ts";
import { createTokenCache, type SignedToken, type TokenCache } from "./token-cache.ts";
import { readPayload, type Memory } from "./verify.ts";

const maxHeaders = 100;

/** Creates the memory of a verifier. `cacheSize`: how many tokens it keeps; 0 for none. */
export function createMemory(cacheSize: number): Memory {
  const headers = rememberHeaders(new Map());
  return cacheSize === 0
    ? { headers }
    : { headers, tokens: { cache: createTokenCache(cacheSize), verify: verifyCached } };
}

/** Remembers headers in `known`, by their segment. */
export function rememberHeaders(known: Map<string, JwsHeader>): HeaderReader {
  // The one before is compared, not looked up: most tokens of a verifier have the same.
  let last: { readonly segment: string; readonly header: JwsHeader } | undefined;
  return {
    read: (segment) => (last?.segment === segment ? last.header : (known.get(segment) ?? readHeader(segment))),
    keep(segment, header) {
      if (last?.header === header && last.segment === segment) return;
      if (known.get(segment) !== header) {
        if (known.size >= maxHeaders) known.clear();
        known.set(segment, deepFreeze(header));
      }
      last = { segment, header };
    },
  };
}

/** Verifies a signature, or finds it remembered: a token counts as long as the same key would be selected for it again. */
function* verifyCached(
  token: string,
  keys: CompiledKeys,
  headers: HeaderReader,
  cache: TokenCache,
): Steps<SignedToken> {
  const known = cache.get(token);
  if (known !== undefined && (yield* selectKeys(known.header, keys)).includes(known.key)) return known;
  const { header, payload, key } = readPayload(yield* verifyCompact(token, keys, headers));
  const signed = { header, payload: deepFreeze(payload), key };
  cache.set(token, signed);
  return signed;
}
