// fast-jwt 6, both directions. It reads PEM and raw secrets only.
import { createSigner, createVerifier } from "fast-jwt";
import type { Algorithm } from "fast-jwt";
import { describe, expect, test } from "vitest";
import { HS256, importSecret, sign, unchecked, verify } from "../../../src/index.ts";
import { testInterop } from "./exchange.ts";
import { nodeKeys } from "./node-keys.ts";
import type { Claims, WireKey } from "./peer.ts";

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
  "EdDSA",
] as const satisfies readonly Algorithm[];

function readKey(key: WireKey): string | Buffer {
  if (key.form === "pem") return key.text;
  if (key.form === "bytes") return Buffer.from(key.bytes);
  return Buffer.from(String(key.jwk.k), "base64url");
}

testInterop({
  name: "fast-jwt",
  algorithms,
  reads: ["pem"],
  generate: (alg) => Promise.resolve(nodeKeys(alg)),
  sign: (alg, key, claims) =>
    Promise.resolve(createSigner({ key: readKey(key), algorithm: alg as Algorithm })({ ...claims })),
  async verify(alg, key, token, { issuer, audience }) {
    const check = createVerifier({
      key: readKey(key),
      algorithms: [alg as Algorithm],
      allowedIss: issuer,
      allowedAud: audience,
      requiredClaims: ["exp", "iat"],
      cache: false,
    });
    return Promise.resolve(check(token) as Claims);
  },
});

describe("fast-jwt", () => {
  const secret = "correct horse battery staple, and a few more words";
  const expected = { issuer: "https://issuer.example", audience: "web" };

  test("shares a secret as text; its expiresIn is in milliseconds", async () => {
    const key = await importSecret(secret, HS256);
    const ours = await sign({ sub: "user_123" }, key, expected);
    expect(createVerifier({ key: secret })(ours)).toMatchObject({ sub: "user_123" });

    const signer = createSigner({ key: secret, iss: expected.issuer, aud: expected.audience, expiresIn: 900_000 });
    const { claims } = await verify(signer({ sub: "user_456" }), key, expected);
    expect(claims).toMatchObject({ sub: "user_456", exp: claims.iat + 900 });
  });

  test("signs without exp by default, which mintmark refuses unless it is waived in writing", async () => {
    const key = await importSecret(secret, HS256);
    const token = createSigner({ key: secret })({ sub: "user_123" });
    const anything = { issuer: unchecked, audience: unchecked } as const;

    await expect(verify(token, key, anything)).rejects.toMatchObject({ code: "claim_missing", claim: "exp" });
    await expect(verify(token, key, { ...anything, optional: ["exp"] })).resolves.toBeDefined();
  });
});
