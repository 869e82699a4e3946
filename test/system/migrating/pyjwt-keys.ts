// The keys that PyJWT signs and verifies with, imported as the guide says.
import { generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult } from "node:crypto";
import { expect } from "vitest";
import {
  ES256,
  HS256,
  importSecretSync,
  importSigningKeySync,
  importVerifyingKeySync,
  sign,
  unchecked,
  verify,
  type SigningKey,
  type VerifyingKey,
} from "mintmark";
import type { Guide } from "./guide.ts";
import type { Scope } from "./programs.ts";
import type { PyJwt } from "./pyjwt-process.ts";
import { testKeys, type KeyProof } from "./rows.ts";
import { now, secret } from "./tokens.ts";

export async function testKeyForms(guide: Guide, { evaluate }: PyJwt): Promise<void> {
  const verifies =
    (alg: string, key: string, scope: Scope): KeyProof =>
    async (here) => {
      const text = (await evaluate(
        `jwt.encode({"sub": "user_123", "iat": now, "exp": now + 60}, ${key}, algorithm=alg)`,
        { ...scope, alg, now },
      )) as string;
      const imported = (await here(scope)) as VerifyingKey;
      expect((await verify(text, imported, { issuer: unchecked, audience: unchecked })).claims.sub).toBe("user_123");
    };
  const signs =
    (alg: string, scope: Scope & { readonly public: string }): KeyProof =>
    async (here) => {
      const text = await sign({ sub: "user_123" }, (await here(scope)) as SigningKey);
      expect(
        await evaluate("jwt.decode(token, public, algorithms=[alg])", { ...scope, token: text, alg }),
      ).toMatchObject({ sub: "user_123" });
    };
  const pems = (pair: KeyPairKeyObjectResult): { pem: string; public: string } => ({
    pem: String(pair.privateKey.export({ type: "pkcs8", format: "pem" })),
    public: String(pair.publicKey.export({ type: "spki", format: "pem" })),
  });
  const ec = pems(generateKeyPairSync("ec", { namedCurve: "P-256" }));

  await testKeys(guide.table("The keys you have"), {
    "a secret as `str`": verifies("HS256", "secret", { secret }),
    "a secret as `bytes`, from base64": verifies("HS256", '__import__("base64").b64decode(text)', {
      text: Buffer.from(secret).toString("base64"),
    }),
    "a secret under 32 bytes": async () => {
      expect(await evaluate('jwt.encode({}, "short and old")', {})).toMatch(/^ey/);
      expect(() => importSecretSync("short and old", HS256)).toThrow(expect.objectContaining({ code: "invalid_key" }));
    },
    "a private key in PEM": signs("ES256", ec),
    "a public key in PEM": verifies("ES256", "private", { pem: ec.public, private: ec.pem }),
    "an Ed25519 key in PEM": signs("EdDSA", pems(generateKeyPairSync("ed25519"))),
    "a JWK": async (here) => {
      const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const jwk = pair.publicKey.export({ format: "jwk" });
      await verifies("ES256", "private", { jwk, private: pair.privateKey.export({ type: "pkcs8", format: "pem" }) })(
        here,
      );
    },
    "an SSH public key": async () => {
      const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const ssh = sshKey(pair.publicKey);
      const text = await sign(
        { sub: "user_123" },
        importSigningKeySync(pair.privateKey.export({ format: "jwk" }), ES256),
      );
      expect(await evaluate('jwt.decode(token, ssh, algorithms=["ES256"])', { token: text, ssh })).toMatchObject({
        sub: "user_123",
      });
      expect(() => importVerifyingKeySync(ssh, ES256)).toThrow(expect.objectContaining({ code: "invalid_key" }));
    },
  });
}

/** A line of an id_ecdsa.pub (RFC 5656, section 3.1). */
function sshKey(key: KeyObject): string {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  const field = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(0, 0, 0, bytes.length), bytes]);
  const name = "ecdsa-sha2-nistp256";
  return `${name} ${Buffer.concat([field(Buffer.from(name)), field(Buffer.from("nistp256")), field(point)]).toString("base64")}`;
}
