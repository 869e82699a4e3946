// Where there is no node:crypto, as in browsers: the asynchronous functions work, with keys as text, and the others say why not.
import { generateKeyPairSync } from "node:crypto";
import theirs from "jsonwebtoken";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type * as Bridge from "../../../src/jsonwebtoken/index.ts";

vi.mock(import("../../../src/base/platform.ts"), async (original) => ({
  ...(await original()),
  fastHmac: () => undefined,
  keyObjects: () => undefined,
  syncHmac: () => undefined,
  syncSignatures: () => undefined,
  oneShotHash: () => undefined,
}));

const secret = "a text of thirty-two bytes or more, for these tests alone";
const options = { expiresIn: "15m" as const, issuer: "my-api", audience: "web" };
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key: typeof rsa.privateKey, type: "pkcs8" | "spki" | "pkcs1" | "sec1"): string =>
  String(key.export({ format: "pem", type: type }));

let jwt: ReturnType<typeof Bridge.createJsonwebtoken>;
beforeAll(async () => {
  const { createJsonwebtoken } = await import("../../../src/jsonwebtoken/index.ts");
  jwt = createJsonwebtoken({ onWarning: () => undefined });
});

describe("tokens without node:crypto", () => {
  it("a text and bytes as a secret", async () => {
    for (const key of [secret, new TextEncoder().encode(secret)]) {
      const token = await jwt.signAsync({ sub: "u" }, key, options);
      expect(theirs.verify(token, secret)).toMatchObject({ sub: "u" });
      expect(await jwt.verifyAsync(token, key as string, { algorithms: ["HS256"] })).toMatchObject({ sub: "u" });
    }
    await expect(jwt.verifyAsync(theirs.sign({}, "another"), secret)).rejects.toThrow("invalid signature");
  });

  it.each([
    ["RS256", () => pem(rsa.privateKey, "pkcs8"), () => pem(rsa.publicKey, "spki")],
    ["RS256", () => pem(rsa.privateKey, "pkcs1"), () => pem(rsa.publicKey, "pkcs1")],
    ["PS256", () => pem(rsa.privateKey, "pkcs8"), () => pem(rsa.publicKey, "spki")],
    ["ES256", () => pem(ec.privateKey, "pkcs8"), () => pem(ec.publicKey, "spki")],
    ["ES256", () => pem(ec.privateKey, "sec1"), () => pem(ec.publicKey, "spki")],
  ] as const)("%s by PEM, and by the private PEM", async (algorithm, privatePem, publicPem) => {
    const token = await jwt.signAsync({ sub: "u" }, privatePem(), { ...options, algorithm });
    expect(theirs.verify(token, publicPem())).toMatchObject({ sub: "u" });
    for (const key of [publicPem(), Buffer.from(publicPem()), privatePem()])
      expect(await jwt.verifyAsync(token, key, { algorithms: [algorithm] })).toMatchObject({ sub: "u" });
  });

  it("a JWK with its format", async () => {
    const key = { key: ec.privateKey.export({ format: "jwk" }), format: "jwk" } as unknown as string;
    const published = { key: ec.publicKey.export({ format: "jwk" }), format: "jwk" } as unknown as string;
    const token = await jwt.signAsync({ sub: "u" }, key, { ...options, algorithm: "ES256" });
    for (const one of [published, key])
      expect(await jwt.verifyAsync(token, one, { algorithms: ["ES256"] })).toMatchObject({ sub: "u" });
    await expect(jwt.signAsync({}, published, { ...options, algorithm: "ES256" })).rejects.toThrow();
  });

  it("what is no key, or the wrong one, is refused", async () => {
    const token = await jwt.signAsync({}, pem(ec.privateKey, "pkcs8"), { ...options, algorithm: "ES256" });
    const broken = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n";
    for (const key of [pem(rsa.publicKey, "spki"), broken, { key: 5 }, { format: "jwk" }, { format: "jwk", key: 5 }])
      await expect(jwt.verifyAsync(token, key as string, { algorithms: ["ES256"] })).rejects.toThrow();
    await expect(jwt.signAsync({}, pem(ec.publicKey, "spki"), { ...options, algorithm: "ES256" })).rejects.toThrow();
    await expect(jwt.signAsync({}, pem(rsa.privateKey, "pkcs8"), { ...options, algorithm: "ES256" })).rejects.toThrow();
  });

  it("the forms of jsonwebtoken, with callbacks too, say which to use instead", async () => {
    expect(() => jwt.sign({}, secret, options)).toThrow("use signAsync");
    const token = theirs.sign({}, secret);
    expect(() => jwt.verify(token, secret)).toThrow("use verifyAsync");
    const found = new Promise((resolve) => {
      jwt.sign({}, secret, options, resolve);
    });
    expect(await found).toMatchObject({ code: "sync_unavailable" });
  });
});
