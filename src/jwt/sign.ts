/** The signing of a JWT (RFC 7519 §7.1): the key, the header, the claims, the signature, in this order. */

import { checkOptions, checkText, type Names } from "../base/options.ts";
import { claimOptionNames, planClaims, type ClaimOptions } from "../claims/build.ts";
import { inspector } from "../claims/sensitive.ts";
import { encodeBase64urlText } from "../encoding/base64url.ts";
import { isOwnError, UnavailableError } from "../errors.ts";
import { checkHeaderMembers, encodeHeader } from "../jws/header.ts";
import { signBytes } from "../jws/sign.ts";
import type { Steps } from "../base/steps.ts";
import { checkSigningKey, type SigningKey, type SigningKeySource } from "../keys/key.ts";
import { signText, type TextSigner } from "../keys/material.ts";

/** Options of `sign`: claims, and the header. */
export interface SignOptions extends ClaimOptions {
  /** Type of the token (RFC 8725 §3.11). Default `"JWT"`. */
  readonly typ?: string | undefined;
  /** Further protected members; never `alg`, `typ`, `kid`, `crit`, `b64`. */
  readonly header?: Readonly<Record<string, unknown>> | undefined;
}

export const signOptionNames: readonly string[] = /* @__PURE__ */ claimOptionNames.concat(
  /* @__PURE__ */ Object.keys({ typ: 1, header: 1 } satisfies Names<Omit<SignOptions, keyof ClaimOptions>>),
);

/** Signs one token. A function of the module, since a generator that is made anew for each signer runs slowly. */
export function* signToken(
  claims: object,
  fixedKey: SigningKey | undefined,
  source: SigningKeySource | undefined,
  composer: () => Compose,
): Steps<string> {
  const key: SigningKey & TextSigner = fixedKey ?? (yield* currentKey(source));
  const input = composer()(claims, key);
  return `${input}.${key[signText]?.(input) ?? (yield* signBytes(key, input))}`;
}

/** Makes the signing input of a token. */
export type Compose = (claims: object, key: SigningKey) => string;

/** Checks the options, and returns the function that makes signing inputs. The header is written once for each key. */
export function compileSigning(options: SignOptions, fixedKey: SigningKey | undefined, keyLifetime: number): Compose {
  checkOptions(options, signOptionNames);
  const typ = options.typ === undefined ? "JWT" : checkText(options.typ, "typ");
  const members = checkHeaderMembers(options.header, ["alg", "typ", "kid", "crit", "b64"]);
  // The header is as readable as the claims.
  const { sensitiveClaims = "reject" } = options;
  inspector(sensitiveClaims)("header", members, true);
  const plan = planClaims(options, keyLifetime);
  const fixed = Object.keys(plan.fixed).length === 0 ? "" : `,${JSON.stringify(plan.fixed).slice(1, -1)}`;
  const write = (key: SigningKey): { key: SigningKey; header: string } => ({
    key,
    header: encodeHeader(key.alg, typ, key.kid, members),
  });
  let written = fixedKey && write(fixedKey);

  return (claims, key) => {
    if (written?.key !== key) written = write(key);
    const checked = plan.check(claims);
    const { jti, iat, nbf, exp } = plan.issue(checked);
    // What the caller gave is written as a whole; the rest is spliced in as text.
    const text = plan.write(checked);
    let more = fixed;
    if (jti !== undefined) more += `,"jti":${JSON.stringify(jti)}`;
    if (iat !== undefined) more += `,"iat":${iat}`;
    if (nbf !== undefined) more += `,"nbf":${nbf}`;
    if (exp !== undefined) more += `,"exp":${exp}`;
    const payload = text === "{}" ? `{${more.slice(1)}}` : `${text.slice(0, -1)}${more}}`;
    return `${written.header}.${encodeBase64urlText(payload)}`;
  };
}

/** Asks the source for its current key. */
function* currentKey(source: SigningKeySource | undefined): Steps<SigningKey> {
  let key: unknown;
  try {
    key = yield { later: () => source?.current(), now: source?.currentSync?.bind(source) };
  } catch (error) {
    throw isOwnError(error) ? error : new UnavailableError("key_unavailable", "the key source failed");
  }
  return checkSigningKey(key);
}
