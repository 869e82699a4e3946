/** The check of a JWT (RFC 7519 §7.2, RFC 8725), step by step: the output of one is the only input of the next. */

import { checkFunction, checkNow, checkOptions, type Names } from "../base/options.ts";
import type { Steps } from "../base/steps.ts";
import type { JwtClaims } from "../claims/build.ts";
import { validateClaims } from "../claims/validate.ts";
import { own, type JsonObject } from "../encoding/json.ts";
import { JwtError } from "../errors.ts";
import type { JwsHeader } from "../jws/header.ts";
import { checkTokenLength, verifyCompact, type HeaderReader, type SignedCompact } from "../jws/verify.ts";
import type { VerifyingKey } from "../keys/key.ts";
import { withoutSign, type CompiledKeys } from "../keys/select.ts";
import type { Policy } from "./expected.ts";
import { checkType } from "./header.ts";
import { parsePayload } from "./payload.ts";
import { useOnce, checkDenylist, checkStorable } from "./revocation.ts";
import { applySchema } from "./schema.ts";
import type { SignedToken, TokenCache } from "./token-cache.ts";

/** A verified token, and the key that verified it. */
export interface Verified<Claims = JwtClaims> {
  /** The schema's output; without a schema, the payload. */
  readonly claims: Claims;
  /** All claims of the token. */
  readonly payload: JwtClaims;
  /** The protected header, frozen. */
  readonly header: JwsHeader;
  /** The key that verified the token. It cannot sign. */
  readonly key: VerifyingKey;
}

/** Options of one call of a verifier. */
export interface VerifierCallOptions<Claims = JwtClaims> {
  /**
   * A last check by the application, after all others and before `replay` marks the token as used. To refuse the token, throw: the error
   * is rethrown. A promise is awaited; in the `…Sync` functions it is `sync_unavailable`.
   */
  readonly beforeReplay?: ((verified: Verified<Claims>) => void | Promise<void>) | undefined;
}

/** Memory of a verifier from one token to the next. A single call remembers nothing, and its bundle is without the code for it. */
export interface Memory {
  readonly headers: HeaderReader;
  /** Tokens whose good signature is remembered, and the function that looks there first. */
  readonly tokens?: {
    readonly cache: TokenCache;
    readonly verify: (
      token: string,
      keys: CompiledKeys,
      headers: HeaderReader,
      cache: TokenCache,
    ) => Steps<SignedToken>;
  };
}

/**
 * Checks a token by the steps of RFC 7519 §7.2. What needs no key is checked before a generator begins: each one that an error passes
 * through costs it about a microsecond.
 */
export function checkToken(
  token: string,
  options: VerifierCallOptions | undefined,
  keys: CompiledKeys,
  policy: Policy,
  { headers, tokens }: Memory,
): Steps<Verified> {
  const hook = options === undefined ? undefined : readHook(options);
  const now = checkNow(policy.now);
  checkLength(token, policy.maxTokenLength);
  const signed =
    tokens === undefined ? verifyCompact(token, keys, headers) : tokens.verify(token, keys, headers, tokens.cache);
  return checkSigned(signed, hook, policy, now);
}

/** Checks the signature, then the claims. A function of the module, since a generator that is made anew for each verifier runs slowly. */
function* checkSigned(
  signed: Steps<SignedCompact | SignedToken>,
  hook: Hook,
  policy: Policy,
  now: number,
): Steps<Verified> {
  const { header, payload: parsed, key } = readPayload(yield* signed);
  const payload = policy.allowNumericSubject ? withSubjectString(parsed) : parsed;
  try {
    checkType(header, policy.types);
    validateClaims(payload, policy, key.issuer, now);
    const { schema, denylist, replay } = policy;
    const claims = schema === undefined ? payload : ((yield* applySchema(payload, schema)) as JwtClaims);
    const verified = { claims, payload, header, key: withoutSign(key) };
    if (denylist !== undefined || replay !== undefined) checkStorable(payload);
    if (denylist !== undefined) yield* checkDenylist(payload, denylist, policy);
    if (hook !== undefined) yield { later: () => hook(verified), now: () => hook(verified) };
    if (replay !== undefined) yield* useOnce(payload, replay, policy, now);
    return verified;
  } catch (error) {
    throw withClaims(error, payload);
  }
}

/** Adds the claims to an error: the signature was good, and the application may want to know whose token it was. */
function withClaims(error: unknown, payload: JsonObject): unknown {
  if (error instanceof JwtError) Object.defineProperty(error, "claims", { value: payload, configurable: true });
  return error;
}

type Hook = VerifierCallOptions["beforeReplay"];

const callNames: readonly string[] = /* @__PURE__ */ Object.keys({
  beforeReplay: 1,
} satisfies Names<VerifierCallOptions>);

/** Options that were checked, and that cannot change: those of an adapter come with every request. */
let checked: VerifierCallOptions | undefined;

function readHook(options: VerifierCallOptions): Hook {
  if (options !== checked) {
    checkOptions(options, callNames);
    if (Object.isFrozen(options) && Object.hasOwn(options, "beforeReplay")) checked = options;
  }
  const { beforeReplay } = options;
  return beforeReplay === undefined ? undefined : checkFunction(beforeReplay, "beforeReplay");
}

/** Reads the payload of a token whose signature is good, unless it is remembered. */
export function readPayload({ header, payload, key }: SignedCompact | SignedToken): SignedToken {
  return { header, payload: typeof payload === "string" ? parsePayload(payload) : payload, key };
}

export function checkLength(token: unknown, maxLength: number): void {
  if (typeof token === "string") checkTokenLength(token.length, maxLength);
}

/** Returns the payload with the decimal digits of a `sub` that is an integer: one integer has one such string. */
function withSubjectString(payload: JsonObject): JsonObject {
  const sub = own(payload, "sub");
  return Number.isSafeInteger(sub) ? Object.freeze({ ...payload, sub: String(sub) }) : payload;
}
