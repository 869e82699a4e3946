/** The check of a proof (RFC 9449 §4.3), step by step: a proof that is refused by one of them costs none of the next. */

import { describeSpan } from "../base/duration.ts";
import { checkNow } from "../base/options.ts";
import type { Steps } from "../base/steps.ts";
import type { JwtClaims } from "../claims/build.ts";
import { missingClaim, validateClaims } from "../claims/validate.ts";
import { sha256 } from "../encoding/digest.ts";
import { own } from "../encoding/json.ts";
import { JwtError, quote } from "../errors.ts";
import type { RequestView } from "../http/bearer.ts";
import { RequestError } from "../http/request-error.ts";
import { verifyCompact } from "../jws/verify.ts";
import { checkType } from "../jwt/header.ts";
import { parsePayload } from "../jwt/payload.ts";
import { useOnce } from "../jwt/revocation.ts";
import type { DpopPolicy } from "./dpop-options.ts";
import { keepProofKey, proofKeyOf } from "./proof-key.ts";
import { comparableUri, targetUriOf } from "./target-uri.ts";

/** An access token, and the thumbprint of the key that it is bound to. */
export interface BoundToken {
  /** The token, as it was sent. */
  readonly accessToken: string;
  /** `cnf.jkt` of the token (RFC 9449 §6.1), or of its introspection (§6.2). */
  readonly jkt: string;
}

/** Longest proof that is looked at, in characters. The longest that is possible, of ML-DSA-87, has about 11,000. */
const maxProofLength = 16_384;

const types: ReadonlySet<string> = /* @__PURE__ */ new Set(["dpop+jwt"]);

/** Claims without which a proof for an access token is none (RFC 9449 §4.2). */
const required: readonly string[] = ["jti", "iat"];

/** Checks the proof of a request, and returns its claims. */
export function* checkProof(
  request: RequestView,
  { accessToken, jkt }: BoundToken,
  policy: DpopPolicy,
): Steps<JwtClaims> {
  const now = checkNow(policy.now);
  const proof = readProof(request);
  const segment = proof.slice(0, proof.indexOf("."));
  const proofKey = yield* proofKeyOf(segment, jkt, policy.algorithms, policy.known);
  const signed = yield* verifyCompact(proof, proofKey.keys, {
    read: () => proofKey.header,
    keep: () => {
      keepProofKey(policy.known, segment, proofKey);
    },
  });
  checkType(signed.header, types);
  const payload = parsePayload(signed.payload);

  expectClaim(payload, "htm", request.method);
  const target = targetUriOf(request, policy.origin);
  const htu = own(payload, "htu");
  const found = typeof htu === "string" ? comparableUri(htu) : undefined;
  if (target === undefined || found !== target) throw mismatch("htu", target, found ?? htu);
  expectClaim(payload, "ath", yield* sha256(accessToken));

  checkTimes(payload, policy, now);
  const { nonces, replay } = policy;
  if (nonces !== undefined && !(yield* nonces.isGood(own(payload, "nonce"), now)))
    throw new RequestError("proof_nonce", "nonce: expected one that this resource handed out lately");

  const jti = own(payload, "jti");
  if (jti === "") throw missingClaim("jti");
  // As a token of the key's own, so that a store that has shares for each issuer has them for each key.
  const use = {
    iss: `dpop ${jkt}`,
    jti: yield* sha256(JSON.stringify([jkt, jti])),
    exp: Infinity,
    iat: own(payload, "iat"),
  };
  const { tolerance, storeTimeout, maxAge: maxTokenAge } = policy;
  if (replay !== undefined)
    yield* useOnce(use, replay, { storeTimeout, tolerance, maxTokenAge, allowOnStoreError: false }, now);
  return payload;
}

/** Checks the types of the claims, that the proof was made within `maxAge`, and `exp` and `nbf` where a client writes them. */
function checkTimes(payload: JwtClaims, { tolerance, maxAge }: DpopPolicy, now: number): void {
  const expected = { issuers: undefined, audiences: undefined, subject: undefined, required, match: [] };
  validateClaims(payload, { ...expected, tolerance, maxTokenAge: undefined }, undefined, now);
  const age = now - Number(own(payload, "iat"));
  // Both comparisons are written so that NaN refuses.
  if (!(age >= -tolerance))
    throw new JwtError("not_yet_valid", `iat: made ${describeSpan(-age)} in the future: compare the clocks`, {
      claim: "iat",
    });
  if (!(age - tolerance <= maxAge))
    throw new JwtError("too_old", `iat: made ${describeSpan(age)} ago, maxAge allows ${describeSpan(maxAge)}`, {
      claim: "iat",
    });
}

/** Reads the one DPoP header. Fetch joins several with a comma, which no proof has in it. */
function readProof({ headers }: RequestView): string {
  const proof = headers.get("dpop") ?? "";
  if (proof === "") throw new RequestError("proof_invalid", "expected a header DPoP with a proof, found none");
  if (proof.includes(",")) throw new RequestError("proof_invalid", "expected one header DPoP, found several");
  if (proof.length > maxProofLength)
    throw new RequestError("proof_invalid", `expected at most ${maxProofLength} characters, found ${proof.length}`);
  return proof;
}

function expectClaim(payload: JwtClaims, name: string, expected: string): void {
  const found = own(payload, name);
  if (found !== expected) throw mismatch(name, expected, found);
}

function mismatch(claim: string, expected: string | undefined, found: unknown): JwtError {
  if (found === undefined) return missingClaim(claim);
  const wanted = expected === undefined ? "the URL of the request, which is not known" : quote(expected, 96);
  return new JwtError("claim_mismatch", `${claim}: expected ${wanted}, found ${quote(found, 96)}`, { claim });
}
