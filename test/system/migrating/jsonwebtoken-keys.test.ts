// The keys that jsonwebtoken signs and verifies with, imported as the guide says; and tokens from before the change.
import { createSecretKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import jsonwebtoken, { type Algorithm, type Secret } from "jsonwebtoken";
import { describe, expect, test } from "vitest";
import {
  ES256,
  HS256,
  importSecretSync,
  importSigningKeySync,
  PS256,
  sign,
  unchecked,
  verify,
  type SigningKey,
  type VerifyingKey,
} from "mintmark";
import { certificate, privateKey } from "./certificate.ts";
import { readGuide } from "./guide.ts";
import { run, type Scope } from "./programs.ts";
import { testKeys, type KeyProof } from "./rows.ts";
import { fixTheWorld, forged, now, secret, token } from "./tokens.ts";

const oldSecret = "short and old";
fixTheWorld({ OLD_JWT_SECRET: oldSecret });

const guide = await readGuide("jsonwebtoken");
const pem = { type: "pkcs8", format: "pem" } as const;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** A secret or public key: takes what jsonwebtoken signed with it. */
function verifies(algorithm: Algorithm, signWith: Secret, scope: Scope): KeyProof {
  return async (here) => {
    const key = (await here(scope)) as VerifyingKey;
    const text = jsonwebtoken.sign({ sub: "user_123" }, signWith, { algorithm, expiresIn: 60 });
    expect((await verify(text, key, { issuer: unchecked, audience: unchecked })).claims.sub).toBe("user_123");
  };
}

/** A private key: jsonwebtoken takes what it signed. */
function signs(algorithm: Algorithm, publicKey: KeyObject, scope: Scope): KeyProof {
  return async (here) => {
    const text = await sign({ sub: "user_123" }, (await here(scope)) as SigningKey);
    expect(jsonwebtoken.verify(text, publicKey, { algorithms: [algorithm] })).toMatchObject({ sub: "user_123" });
  };
}

/** jsonwebtoken signs with it, mintmark does not import it. */
function isRefused(algorithm: Algorithm, there: Secret, importKey: () => unknown): KeyProof {
  return async () => {
    expect(jsonwebtoken.sign({ sub: "user_123" }, there, { algorithm })).toMatch(/^ey/);
    expect(importKey).toThrow(expect.objectContaining({ code: "invalid_key" }));
  };
}

const encrypted = ec.privateKey.export({ ...pem, cipher: "aes-256-cbc", passphrase: "hunter2" });
// Node's documentation has a number here, its types a text.
const pssOptions = {
  modulusLength: 2048,
  hashAlgorithm: "sha256",
  mgf1HashAlgorithm: "sha256",
  saltLength: 32 as unknown as string,
};
const pss = generateKeyPairSync("rsa-pss", pssOptions).privateKey.export(pem);

await testKeys(guide.table("The keys you have"), {
  "a secret as text": verifies("HS256", secret, { secret }),
  "a secret as a `Buffer`": verifies("HS256", Buffer.from(secret), { buffer: Buffer.from(secret) }),
  "a secret of `createSecretKey`": verifies("HS256", createSecretKey(secret, "utf8"), {
    keyObject: createSecretKey(secret, "utf8"),
  }),
  "a secret under 32 bytes": isRefused("HS256", oldSecret, () => importSecretSync(oldSecret, HS256)),
  "a private key in PEM, PKCS#8": signs("RS256", rsa.publicKey, { pem: rsa.privateKey.export(pem) }),
  "a private key in PEM, PKCS#1": signs("RS256", rsa.publicKey, {
    pem: rsa.privateKey.export({ type: "pkcs1", format: "pem" }),
  }),
  "a private key in PEM, SEC1": signs("ES256", ec.publicKey, {
    pem: ec.privateKey.export({ type: "sec1", format: "pem" }),
  }),
  "a private key as a `KeyObject`": signs("ES256", ec.publicKey, { keyObject: ec.privateKey }),
  "a private key with a `passphrase`": isRefused("ES256", { key: String(encrypted), passphrase: "hunter2" }, () =>
    importSigningKeySync(String(encrypted), ES256),
  ),
  "an RSA key for PSS alone (`rsa-pss`)": isRefused("PS256", pss, () => importSigningKeySync(String(pss), PS256)),
  "a public key in PEM, SPKI": verifies("RS256", rsa.privateKey, {
    pem: rsa.publicKey.export({ type: "spki", format: "pem" }),
  }),
  "a public key in PEM, PKCS#1": verifies("RS256", rsa.privateKey, {
    pem: rsa.publicKey.export({ type: "pkcs1", format: "pem" }),
  }),
  "a public key in a certificate": verifies("ES256", privateKey, { pem: certificate }),
  "a private key, to verify with": verifies("RS256", rsa.privateKey, { pem: rsa.privateKey.export(pem) }),
});

describe("Tokens in flight", () => {
  test("old tokens stay good, new ones are held to everything", async () => {
    const { issue, check } = await run<{ issue: (user: { id: string }) => string; check: (token: string) => unknown }>(
      guide.blocks("ts in-flight")[0]!,
    );
    const old = jsonwebtoken.sign({ sub: "user_123" }, oldSecret);
    expect(check(old)).toEqual({ sub: "user_123", iat: now });
    expect(() => check(forged(old))).toThrow("invalid signature");

    const ours = issue({ id: "user_123" });
    expect(check(ours)).toMatchObject({ sub: "user_123", exp: now + 604_800 });
    expect(() => check(forged(ours))).toThrow(expect.objectContaining({ code: "signature_invalid" }));
    expect(
      () => check(token({}, { kid: "2026-11" }, oldSecret)),
      "the old secret does not sign for the new key",
    ).toThrow(expect.objectContaining({ code: "signature_invalid" }));
    expect(() => check(token({ aud: "elsewhere" }, { kid: "2026-11" }))).toThrow(
      expect.objectContaining({ code: "audience_mismatch" }),
    );
  });
});
