// jsonwebtoken 9, both directions. It takes PEM, KeyObjects and raw secrets; a JWK goes through node:crypto.
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { JsonWebKey } from "node:crypto";
import jsonwebtoken from "jsonwebtoken";
import type { Algorithm } from "jsonwebtoken";
import { describe, expect, test } from "vitest";
import { ES256, HS256, exportPem, generateKeyPair, importSecret, sign, unchecked, verify } from "../../../src/index.ts";
import { testInterop } from "./exchange.ts";
import { nodeKeys } from "./node-keys.ts";
import type { WireKey } from "./peer.ts";

const algorithms = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
] as const satisfies readonly Algorithm[];

function readKey(key: WireKey, half: "private" | "public") {
  if (key.form === "pem") return key.text;
  if (key.form === "bytes") return Buffer.from(key.bytes);
  if (key.jwk.kty === "oct") return Buffer.from(String(key.jwk.k), "base64url");
  const jwk = { key: key.jwk as JsonWebKey, format: "jwk" } as const;
  return half === "private" ? createPrivateKey(jwk) : createPublicKey(jwk);
}

testInterop({
  name: "jsonwebtoken",
  algorithms,
  reads: ["pem", "jwk"],
  generate: (alg) => Promise.resolve(nodeKeys(alg)),
  sign: (alg, key, claims) =>
    Promise.resolve(jsonwebtoken.sign(claims, readKey(key, "private"), { algorithm: alg as Algorithm })),
  async verify(alg, key, token, expected) {
    const claims = jsonwebtoken.verify(token, readKey(key, "public"), { ...expected, algorithms: [alg as Algorithm] });
    if (typeof claims === "string") throw new Error("the payload is not an object");
    return Promise.resolve(claims);
  },
});

describe("jsonwebtoken", () => {
  const secret = "correct horse battery staple, and a few more words";
  const expected = { issuer: "https://issuer.example", audience: "web" };
  const anything = { issuer: unchecked, audience: unchecked } as const;

  test("shares a secret as text", async () => {
    const key = await importSecret(secret, HS256);
    const ours = await sign({ sub: "user_123" }, key, expected);
    expect(jsonwebtoken.verify(ours, secret, expected)).toMatchObject({ sub: "user_123" });

    const theirs = jsonwebtoken.sign({ sub: "user_456" }, secret, { ...expected, expiresIn: "15m" });
    expect((await verify(theirs, key, expected)).claims.sub).toBe("user_456");
  });

  test("signs without exp by default, which mintmark refuses unless it is waived in writing", async () => {
    const key = await importSecret(secret, HS256);
    const token = jsonwebtoken.sign({ sub: "user_123" }, secret);

    await expect(verify(token, key, anything)).rejects.toMatchObject({ code: "claim_missing", claim: "exp" });
    const { claims } = await verify(token, key, { ...anything, optional: ["exp"] });
    expect(claims).toEqual({ sub: "user_123", iat: expect.any(Number) as number });
  });

  test("signs without iat by noTimestamp, which mintmark refuses unless it is waived in writing", async () => {
    const key = await importSecret(secret, HS256);
    const exp = Math.floor(Date.now() / 1000) + 900;
    const token = jsonwebtoken.sign({ sub: "user_123", exp }, secret, { noTimestamp: true });

    await expect(verify(token, key, anything)).rejects.toMatchObject({ code: "claim_missing", claim: "iat" });
    const { claims } = await verify(token, key, { ...anything, optional: ["iat"] });
    expect(claims).toEqual({ sub: "user_123", exp });
  });

  test('reads expiresIn: "120" as milliseconds, and mintmark calls that token expired once it is', async () => {
    const key = await importSecret(secret, HS256);
    const token = jsonwebtoken.sign({ sub: "user_123" }, secret, { ...expected, expiresIn: "120" as `${number}` });
    const inTenSeconds = (): Date => new Date(Date.now() + 10_000);

    await expect(verify(token, key, { ...expected, now: inTenSeconds })).rejects.toMatchObject({ code: "expired" });
  });

  test("writes the kid that mintmark selects by", async () => {
    const [first, second] = await Promise.all([
      generateKeyPair(ES256, { extractable: true, kid: "first" }),
      generateKeyPair(ES256, { extractable: true, kid: "second" }),
    ]);
    const token = jsonwebtoken.sign({ sub: "user_123" }, await exportPem(second.privateKey), {
      ...expected,
      algorithm: "ES256",
      keyid: "second",
      expiresIn: 900,
    });

    const { key } = await verify(token, [first.publicKey, second.publicKey], expected);
    expect(key).toBe(second.publicKey);
    await expect(verify(token, first.publicKey, expected)).rejects.toMatchObject({ code: "key_not_found" });
  });

  test("signs text, which is a JWS but not a JWT", async () => {
    const key = await importSecret(secret, HS256);
    const token = jsonwebtoken.sign("not an object", secret);
    await expect(verify(token, key, anything)).rejects.toMatchObject({ code: "payload_invalid" });
  });
});
