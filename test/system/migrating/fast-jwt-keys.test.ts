// The keys that fast-jwt signs and verifies with, imported as the guide says; and tokens from before the change.
import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import { createSigner, createVerifier, type Algorithm } from "fast-jwt";
import { describe, expect, test } from "vitest";
import {
  decode,
  EdDSA,
  HS256,
  importSecretSync,
  importSigningKeySync,
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
import { fixTheWorld, forged, now, token } from "./tokens.ts";

const oldSecret = "short and old";
fixTheWorld({ OLD_JWT_SECRET: oldSecret });
const guide = await readGuide("fast-jwt");

/** A secret or public key: takes what fast-jwt signed with it. */
function verifies(algorithm: Algorithm, key: string | Buffer, scope: Scope): KeyProof {
  return async (here) => {
    const text = createSigner({ key, algorithm, expiresIn: "1m" })({ sub: "user_123" });
    const imported = (await here(scope)) as VerifyingKey;
    expect((await verify(text, imported, { issuer: unchecked, audience: unchecked })).claims.sub).toBe("user_123");
  };
}

/** A private key: fast-jwt takes what it signed. */
function signs(algorithm: Algorithm, publicKey: string, scope: Scope): KeyProof {
  return async (here) => {
    const text = await sign({ sub: "user_123" }, (await here(scope)) as SigningKey);
    expect(createVerifier({ key: publicKey, algorithms: [algorithm] })(text)).toMatchObject({ sub: "user_123" });
  };
}

function pemPair(pair: KeyPairKeyObjectResult) {
  return {
    pem: String(pair.privateKey.export({ type: "pkcs8", format: "pem" })),
    publicPem: String(pair.publicKey.export({ type: "spki", format: "pem" })),
  };
}

const secret = "a text of more than 32 bytes, made for this test";
const ecKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
const [ec, ed25519, ed448] = [
  pemPair(ecKeys),
  pemPair(generateKeyPairSync("ed25519")),
  pemPair(generateKeyPairSync("ed448")),
];
const passphrase = "hunter2";
const encrypted = ecKeys.privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase });

await testKeys(
  guide.table("The keys you have"),
  {
    "a secret as text": verifies("HS256", secret, { secret }),
    "a secret as a `Buffer`": verifies("HS256", Buffer.from(secret), { buffer: Buffer.from(secret) }),
    "a secret under 32 bytes": async () => {
      expect(createSigner({ key: oldSecret })({})).toMatch(/^ey/);
      expect(() => importSecretSync(oldSecret, HS256)).toThrow(expect.objectContaining({ code: "invalid_key" }));
    },
    "a private key in PEM": signs("ES256", ec.publicPem, { pem: ec.pem }),
    "a public key in PEM": verifies("ES256", ec.pem, { pem: ec.publicPem }),
    "a certificate": verifies("ES256", privateKey, { pem: certificate }),
    "an Ed25519 key in PEM": signs("EdDSA", ed25519.publicPem, { pem: ed25519.pem }),
    "{ key, passphrase }": signs("ES256", ec.publicPem, { key: encrypted, passphrase }),
    "an Ed448 key": async () => {
      expect(createSigner({ key: ed448.pem })({})).toMatch(/^ey/);
      expect(() => importSigningKeySync(ed448.pem, EdDSA)).toThrow(expect.objectContaining({ code: "invalid_key" }));
    },
  },
  ["secret", "buffer", "pem", "key", "passphrase"],
);

describe("Tokens in flight", () => {
  test("old tokens stay good, new ones are held to everything", async () => {
    const { issue, check } = await run<{ issue: (user: { id: string }) => string; check: (token: string) => unknown }>(
      guide.blocks("ts in-flight")[0]!,
    );
    const old = createSigner({ key: oldSecret })({ sub: "user_123" });
    expect(check(old)).toEqual({ sub: "user_123", iat: now });
    expect(() => check(forged(old))).toThrow(expect.objectContaining({ code: "FAST_JWT_INVALID_SIGNATURE" }));

    const ours = issue({ id: "user_123" });
    expect(decode(ours).header.kid).toBe("2026-11");
    expect(check(ours)).toMatchObject({ sub: "user_123", exp: now + 604_800 });
    expect(() => check(token({}, { kid: "2026-11" }, oldSecret))).toThrow(
      expect.objectContaining({ code: "signature_invalid" }),
    );
    expect(() => check(token({ aud: "elsewhere" }, { kid: "2026-11" }))).toThrow(
      expect.objectContaining({ code: "audience_mismatch" }),
    );
  });
});
