// The classic mistakes and attacks. Each entry is an attempt that mintmark must refuse, and the code
// it must refuse it with.
import { createHmac } from "node:crypto";
import { ES256, HS256, exportPem, generateKeyPair, importSecret, sign, verify } from "mintmark";

/** `{ what, code, attempt }`: `attempt` is expected to reject with an error that carries `code`. */
export async function refusals(expected) {
  const { privateKey, publicKey } = await generateKeyPair(ES256);
  const publicPem = await exportPem(publicKey);
  const claims = { sub: "user_123" };
  const token = await sign(claims, privateKey, expected);
  const [, payload, signature] = token.split(".");

  const none = segment({ alg: "none", typ: "JWT" });
  const hs256 = segment({ alg: "HS256", typ: "JWT" });
  const hmac = createHmac("sha256", publicPem).update(`${hs256}.${payload}`).digest("base64url");
  const anHourAgo = () => new Date(Date.now() - 3_600_000);

  return [
    {
      what: "alg none, without a signature",
      code: "alg_not_allowed",
      attempt: () => verify(`${none}.${payload}.`, publicKey, expected),
    },
    {
      what: "alg none, with somebody else's signature",
      code: "alg_not_allowed",
      attempt: () => verify(`${none}.${payload}.${signature}`, publicKey, expected),
    },
    {
      what: "HS256 token made with the public key as secret",
      code: "alg_not_allowed",
      attempt: () => verify(`${hs256}.${payload}.${hmac}`, publicKey, expected),
    },
    {
      what: "the public key imported as HMAC secret",
      code: "invalid_key",
      attempt: () => importSecret(publicPem, HS256),
    },
    {
      what: "a secret of ten characters",
      code: "invalid_key",
      attempt: () => importSecret("0123456789", HS256),
    },
    {
      what: "an expired token",
      code: "expired",
      attempt: async () => {
        const old = await sign(claims, privateKey, { ...expected, now: anHourAgo });
        return verify(old, publicKey, expected);
      },
    },
    {
      what: "a token for another audience",
      code: "audience_mismatch",
      attempt: () => verify(token, publicKey, { ...expected, audience: "billing" }),
    },
    {
      what: "a password among the claims",
      code: "invalid_argument",
      attempt: () => sign({ ...claims, password: "correct horse" }, privateKey, expected),
    },
  ];
}

const segment = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
