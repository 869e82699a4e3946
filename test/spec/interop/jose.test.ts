// jose 6, both directions.
import * as jose from "jose";
import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  decode,
  ES256,
  exportJwk,
  generateKeyPair,
  generateSecret,
  HS256,
  importSecret,
  importVerifyingKey,
  sign,
  thumbprint,
  thumbprintUri,
  unchecked,
  verify,
} from "../../../src/index.ts";
import type { Jwk } from "../../../src/index.ts";
import { algorithmNames, testInterop } from "./exchange.ts";
import { nodeKeys } from "./node-keys.ts";
import type { WireKey } from "./peer.ts";

async function readKey(alg: string, key: WireKey, half: "private" | "public") {
  if (key.form === "bytes") return key.bytes;
  if (key.form === "jwk") return jose.importJWK(key.jwk, alg);
  return half === "private" ? jose.importPKCS8(key.text, alg) : jose.importSPKI(key.text, alg);
}

testInterop({
  name: "jose",
  algorithms: algorithmNames,
  reads: ["pem", "jwk"],
  async generate(alg) {
    if (alg.startsWith("HS")) return nodeKeys(alg);
    const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true });
    return {
      signing: [
        { form: "pem", text: await jose.exportPKCS8(privateKey) },
        { form: "jwk", jwk: (await jose.exportJWK(privateKey)) as Jwk },
      ],
      verifying: [
        { form: "pem", text: await jose.exportSPKI(publicKey) },
        { form: "jwk", jwk: (await jose.exportJWK(publicKey)) as Jwk },
      ],
    };
  },
  async sign(alg, key, claims) {
    const signingKey = await readKey(alg, key, "private");
    return new jose.SignJWT(claims).setProtectedHeader({ alg }).sign(signingKey);
  },
  async verify(alg, key, token, expected) {
    const verifyingKey = await readKey(alg, key, "public");
    const options = { ...expected, algorithms: [alg], requiredClaims: ["exp", "iat"], typ: "JWT" };
    return (await jose.jwtVerify(token, verifyingKey, options)).payload;
  },
});

describe("jose", () => {
  const expected = { issuer: "https://issuer.example", audience: "web" };

  test("finds mintmark's key by its kid in a JWKS of mintmark's public keys", async () => {
    const pairs = await Promise.all([generateKeyPair(ES256), generateKeyPair(ES256)]);
    const keys = await Promise.all(pairs.map(({ publicKey }) => exportJwk(publicKey)));
    const jwks = jose.createLocalJWKSet({ keys });
    const token = await sign({ sub: "user_123" }, pairs[1].privateKey, expected);

    const { payload, protectedHeader } = await jose.jwtVerify(token, jwks, expected);
    expect(payload.sub).toBe("user_123");
    expect(protectedHeader.kid).toBe(keys[1]?.kid);
  });

  test("computes the same RFC 7638 thumbprint and RFC 9278 URI, which is the kid of a generated key", async () => {
    const { publicKey } = await generateKeyPair(ES256);
    const jwk = await exportJwk(publicKey);
    expect(await thumbprint(publicKey)).toBe(await jose.calculateJwkThumbprint(jwk));
    expect(await thumbprintUri(publicKey)).toBe(await jose.calculateJwkThumbprintUri(jwk));
    expect(publicKey.kid).toBe(await jose.calculateJwkThumbprint(jwk));
  });

  test("decodes what mintmark decodes", async () => {
    const { privateKey } = await generateKeyPair(ES256);
    const token = await sign({ sub: "Zoë 🪙" }, privateKey, expected);
    const { claims, header, verified } = decode(token);
    expect(claims).toEqual(jose.decodeJwt(token));
    expect(header).toEqual(jose.decodeProtectedHeader(token));
    expect(verified).toBe(false);
  });

  test("signs without exp by default, which mintmark refuses unless it is waived in writing", async () => {
    const secret = await generateSecret(HS256, { extractable: true });
    const bytes = Buffer.from(String((await exportJwk(secret)).k), "base64url");
    const token = await new jose.SignJWT({ sub: "user_123" }).setProtectedHeader({ alg: "HS256" }).sign(bytes);
    const policy = { issuer: unchecked, audience: unchecked } as const;

    await expect(verify(token, secret, policy)).rejects.toMatchObject({ code: "claim_missing" });
    const { claims } = await verify(token, secret, { ...policy, optional: ["exp", "iat"] });
    expect(claims).toEqual({ sub: "user_123" });
  });

  test("signs with a one-byte secret, which mintmark does not import", async () => {
    const bytes = randomBytes(1);
    await new jose.SignJWT({}).setProtectedHeader({ alg: "HS256" }).sign(bytes);
    await expect(importSecret(bytes, HS256)).rejects.toMatchObject({ code: "invalid_key" });
  });

  test("writes typ at+jwt, which mintmark accepts only where it is asked for", async () => {
    const { privateKey, publicKey } = await jose.generateKeyPair("ES256", { extractable: true });
    const key = await importVerifyingKey(publicKey, ES256);
    const token = await new jose.SignJWT({ sub: "user_123" })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt" })
      .setIssuer(expected.issuer)
      .setAudience(expected.audience)
      .setIssuedAt()
      .setExpirationTime("15m")
      .sign(privateKey);

    await expect(verify(token, key, expected)).rejects.toMatchObject({ code: "typ_mismatch" });
    const { header } = await verify(token, key, { ...expected, typ: "application/AT+JWT" });
    expect(header.typ).toBe("at+jwt");
  });
});
