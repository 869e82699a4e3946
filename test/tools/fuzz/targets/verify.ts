// verify(): accepted is exactly what the rules, written down here a second time, accept; with a cache as without.
import { createVerifier, HS256, importSecretSync, verifySync } from "../../../../src/index.ts";
import { equal, holds, orRefused } from "../invariant.ts";
import { readJson } from "../syntax.ts";
import { canonical, fieldsOf, macOf, registeredTypes, secret, strictText } from "../tokens.ts";

const now = 1_800_000_000;
const key = importSecretSync(secret, HS256, { kid: "k1" });
const expected = {
  issuer: "my-api",
  audience: ["web", "app"],
  match: { role: "user" },
  maxTokenAge: 3600,
  now: () => new Date(now * 1000),
};
const cached = createVerifier(key, { ...expected, cache: 10 });

const header = '{"alg":"HS256","typ":"JWT","kid":"k1"}';
const claims = { iss: "my-api", aud: ["web"], sub: "user", jti: "1", iat: now, nbf: now, exp: now + 900, role: "user" };
const payload = JSON.stringify(claims);
export const seeds = [
  `${header}\n${payload}`,
  `{"alg":"HS256"}\n${JSON.stringify({ ...claims, aud: "app" })}`,
  `${header}\n${payload}\nAAAA`,
  `{"alg":"none"}\n${payload}\n`,
  `{"alg":"HS256","crit":["b64"],"b64":true}\n${payload}`,
  `${header}\n{"iss":"my-api"}`,
  `${header}\n[]`,
  `{"alg":"HS256","kid":"k2"}\n${payload}`,
  `${header}\n${JSON.stringify({ ...claims, exp: now - 5, iat: now - 3605 })}`,
];
export const words = [
  '"iss":"my-api",',
  '"exp":1e400,',
  '"__proto__":{},',
  "b64",
  "crit",
  "kid",
  "typ",
  "nbf",
  "role",
  "aud",
  "application/jwt",
  "at+jwt",
  "k2",
  "toString",
  "1800000005",
  "1799999995",
  "1800000006",
  "\n",
];
const codes = [
  "token_malformed",
  "token_too_large",
  "header_invalid",
  "typ_mismatch",
  "alg_not_allowed",
  "crit_unsupported",
  "key_not_found",
  "signature_invalid",
  "payload_invalid",
  "claim_missing",
  "claim_invalid",
  "expired",
  "not_yet_valid",
  "too_old",
  "issuer_mismatch",
  "audience_mismatch",
  "claim_mismatch",
];

export function fuzz(input: Buffer): void {
  const { token } = fieldsOf(input);
  const verified = orRefused(() => verifySync(token, key, expected), codes);
  const good = acceptable(token);
  holds(
    (verified !== undefined) === (good !== undefined),
    good === undefined ? "accepted against the rules" : "refused against the rules",
  );
  equal(verified?.claims, good, "the claims as JSON.parse reads them");

  for (let again = 0; again < 2; again++) {
    equal(orRefused(() => cached.verifySync(token), codes)?.claims, good, "a cache answers as no cache does");
  }
}

/** The claims of a token that is to be accepted. */
function acceptable(token: string): Record<string, unknown> | undefined {
  const [head, body, signature, ...more] = token.split(".");
  const payload = readJson(strictText(canonical(body)), "any");
  if (token.length > 16_384 || more.length > 0 || payload === undefined || signature !== macOf(`${head!}.${body!}`))
    return undefined;
  return headerFits(readJson(strictText(canonical(head)), "unique")) && claimsFit(payload) && timesFit(payload)
    ? payload
    : undefined;
}

function headerFits(header: Record<string, unknown> | undefined): boolean {
  if (header === undefined || !registeredTypes(header)) return false;
  const { alg, typ = "JWT", kid = "k1" } = header;
  const type = String(typ).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return (
    alg === "HS256" &&
    (type === "jwt" || type === "application/jwt") &&
    kid === "k1" &&
    !Object.hasOwn(header, "crit") &&
    !Object.hasOwn(header, "b64")
  );
}

function claimsFit(payload: Readonly<Record<string, unknown>>): boolean {
  const own = (name: string): unknown => (Object.hasOwn(payload, name) ? payload[name] : undefined);
  const aud = [own("aud")].flat();
  const textOrNone = (name: string): boolean => own(name) === undefined || typeof own(name) === "string";
  return (
    own("iss") === "my-api" &&
    textOrNone("sub") &&
    textOrNone("jti") &&
    own("role") === "user" &&
    aud.every((one) => typeof one === "string") &&
    aud.some((one) => one === "web" || one === "app")
  );
}

/** 5 s of tolerance either way. A date from 1e12 on is one in milliseconds, and refused. */
function timesFit(payload: Readonly<Record<string, unknown>>): boolean {
  const date = (name: string): number =>
    Object.hasOwn(payload, name) && typeof payload[name] === "number" ? payload[name] : NaN;
  const nbf = Object.hasOwn(payload, "nbf") ? date("nbf") : now;
  const [exp, iat] = [date("exp"), date("iat")];
  return (
    [exp, iat, nbf].every((one) => Number.isFinite(one) && one < 1e12) &&
    now - 5 < exp &&
    now + 5 >= nbf &&
    now + 5 >= iat &&
    now - 5 - iat <= 3600
  );
}
