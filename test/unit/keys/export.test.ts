// Keys on their way out: JWK, PEM, public halves, thumbprints (RFC 7638) and their URIs
// (RFC 9278). The RFCs' own values are in test/spec/vectors.
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  ES256,
  exportJwk,
  exportPem,
  generateSecret,
  HS256,
  importSecret,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  publicKeyOf,
  RS256,
  sign,
  thumbprint,
  thumbprintUri,
  verify,
} from "../../../src/index.ts";
import type { Jwk, SigningKey, ThumbprintHash, VerifyingKey } from "../../../src/index.ts";
import { lackedByRuntime } from "../../spec/interop/runtime.ts";
import { asymmetricAlgorithms, privateJwkFor, publicJwkFor, secretBytes } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

const expected = { issuer: "https://issuer.example", audience: "web" };
type Untyped = (key: unknown, hash?: unknown) => Promise<unknown>;

const secretJwk = { kty: "oct", k: Buffer.from(secretBytes(64)).toString("base64url") };
const plugIn: SigningKey & VerifyingKey = {
  alg: "ES256",
  kid: "kms",
  sign: () => new Uint8Array(64),
  verify: () => true,
};

describe("exportJwk", () => {
  it.each(asymmetricAlgorithms)(
    "$name: a private key as it came in, with alg and use; a public key without a private member",
    async (alg) => {
      const said = { alg: alg.name, use: "sig" };
      const privateKey = await importSigningKey(privateJwkFor(alg), alg, { extractable: true });
      expect(await exportJwk(privateKey)).toEqual({ ...privateJwkFor(alg), ...said });
      for (const publicKey of [await importVerifyingKey(publicJwkFor(alg), alg), await publicKeyOf(privateKey)]) {
        expect(await exportJwk(publicKey)).toEqual({ ...publicJwkFor(alg), ...said });
      }
    },
  );

  it("has the key's kid, and not its issuer", async () => {
    const publicKey = await importVerifyingKey({ ...publicJwkFor(ES256), kid: "k", x5c: ["AAAA"], ext: true }, ES256, {
      issuer: "https://a.example",
    });
    expect(await exportJwk(publicKey)).toEqual({ ...publicJwkFor(ES256), alg: "ES256", use: "sig", kid: "k" });
    const nameless = await importVerifyingKey(publicJwkFor(ES256), ES256);
    expect(await exportJwk(nameless)).toStrictEqual({ ...publicJwkFor(ES256), alg: "ES256", use: "sig" });
  });

  it("gives what can be imported again", async () => {
    const privateKey = await importSigningKey(
      await exportJwk(importSigningKeySync(privateJwkFor(ES256), ES256, { extractable: true, kid: "k" })),
      ES256,
    );
    const publicKey = await importVerifyingKey(await exportJwk(await publicKeyOf(privateKey)), ES256);
    const { header, key } = await verify(await sign({}, privateKey, expected), publicKey, expected);
    expect([header.kid, key.kid]).toEqual(["k", "k"]);
  });

  it("a secret that is extractable: kty oct, alg, use, kid and k", async () => {
    const secret = await importSecret(secretJwk, HS256, { extractable: true, kid: "k" });
    expect(await exportJwk(secret)).toEqual({ ...secretJwk, alg: "HS256", use: "sig", kid: "k" });
    const again = await importSecret(await exportJwk(secret), HS256);
    await expect(verify(await sign({}, secret, expected), again, expected)).resolves.toBeDefined();
  });

  it("says why a key does not leave, and what to do", async () => {
    const said = async (attempt: () => Promise<unknown>): Promise<string> =>
      attempt().then(
        () => "given out",
        (error: unknown) => String(error),
      );
    const { privateKey: handle } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
      "sign",
      "verify",
    ]);
    const { publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
      "sign",
      "verify",
    ]);
    const secret = await generateSecret(HS256, { extractable: true });
    expect(await said(async () => exportJwk(await importSigningKey(handle, ES256)))).toContain("extractable: true");
    expect(await said(async () => exportPem(await importSigningKey(handle, ES256)))).toContain("extractable: true");
    expect(await said(async () => publicKeyOf(await importSigningKey(handle, ES256)))).toContain("public half");
    expect(await said(async () => exportJwk(await importVerifyingKey(publicKey, ES256)))).toBe("given out");
    const kept = await crypto.subtle.importKey(
      "jwk",
      publicJwkFor(ES256),
      { name: "ECDSA", namedCurve: "P-256" },
      false,
      ["verify"],
    );
    expect(await said(async () => exportJwk(await importVerifyingKey(kept, ES256)))).toContain("extractable: true");
    expect(await said(() => exportJwk(plugIn))).toContain("plug-in");
    expect(await said(() => exportPem(secret))).toContain("exportJwk");
    expect(await said(() => publicKeyOf(secret as SigningKey))).toContain("no public half");
  });

  it("refuses what is not extractable", async () => {
    for (const key of [
      await importSecret(secretJwk, HS256),
      await generateSecret(HS256),
      await importSigningKey(privateJwkFor(ES256), ES256),
      importSigningKeySync(privateJwkFor(RS256), RS256),
    ]) {
      expect(await refusalOf(() => exportJwk(key))).toBe("invalid_key");
      expect(await refusalOf(() => exportPem(key))).toBe("invalid_key");
    }
  });

  it("gives an object of its own every time", async () => {
    const key = await importVerifyingKey(publicJwkFor(ES256), ES256);
    const jwk = await exportJwk(key);
    Object.assign(jwk, { x: "changed", kid: "changed" });
    expect(await exportJwk(key)).toEqual({ ...publicJwkFor(ES256), alg: "ES256", use: "sig" });
    const half = await publicKeyOf(importSigningKeySync(privateJwkFor(ES256), ES256));
    expect(await exportJwk(half)).toMatchObject({ x: publicJwkFor(ES256).x });
  });
});

describe("exportPem", () => {
  const classic = asymmetricAlgorithms.filter(({ name }) => !name.startsWith("ML"));
  it.each(classic)("$name: PKCS#8 and SPKI, which node:crypto reads as the same key", async (alg) => {
    const privatePem = await exportPem(await importSigningKey(privateJwkFor(alg), alg, { extractable: true }));
    const publicPem = await exportPem(await importVerifyingKey(publicJwkFor(alg), alg));
    expect(createPrivateKey(privatePem).export({ format: "jwk" })).toEqual(privateJwkFor(alg));
    expect(createPublicKey(publicPem).export({ format: "jwk" })).toEqual(publicJwkFor(alg));
    for (const [pem, label] of [
      [privatePem, "PRIVATE KEY"],
      [publicPem, "PUBLIC KEY"],
    ] as const) {
      // RFC 7468 §2: lines of exactly 64 characters, the last one shorter.
      expect(pem).toMatch(
        new RegExp(
          `^-----BEGIN ${label}-----\\n(?:[A-Za-z0-9+/]{64}\\n)*[A-Za-z0-9+/]{1,64}={0,2}\\n-----END ${label}-----\\n$`,
        ),
      );
    }
  });
});

describe("publicKeyOf", () => {
  it.each(asymmetricAlgorithms)("$name: the half that verifies, with the same kid, extractable or not", async (alg) => {
    const privateKey = await importSigningKey(privateJwkFor(alg), alg, { kid: "k" });
    const publicKey = await publicKeyOf(privateKey);
    expect(publicKey).toMatchObject({ alg: alg.name, kid: "k" });
    expect(publicKey).not.toHaveProperty("sign");
    const { key } = await verify(await sign({}, privateKey, expected), publicKey, expected);
    expect(key.kid).toBe("k");
  });
});

describe("what cannot leave", () => {
  it("a secret has no PEM and no public half, extractable or not", async () => {
    for (const extractable of [true, false]) {
      const secret = await importSecret(secretJwk, HS256, { extractable });
      expect(await refusalOf(() => exportPem(secret))).toBe("invalid_key");
      expect(await refusalOf(() => publicKeyOf(secret))).toBe("invalid_key");
    }
  });

  it.each<readonly [string, unknown]>([
    ["a plug-in's key", plugIn],
    ["undefined", undefined],
    ["null", null],
    ["text", "key"],
    ["a JWK", publicJwkFor(ES256)],
    ["a list", [importVerifyingKeySync(publicJwkFor(ES256), ES256)]],
    ["bytes", secretBytes(32)],
    ["a number", 5],
    ["a KeySource", { algorithms: ["ES256"], select: () => [] }],
  ])("%s is not exported: invalid_key", async (_what, key) => {
    for (const attempt of [exportJwk, exportPem, publicKeyOf] as readonly unknown[] as readonly Untyped[]) {
      expect(await refusalOf(() => attempt(key))).toBe("invalid_key");
    }
  });
});

describe("thumbprint (RFC 7638 §3)", () => {
  /** As the RFC says, by hand: required members in the order of their code points, nothing else. */
  const byHand = (jwk: Jwk, names: readonly string[], hash: string): string =>
    createHash(hash)
      .update(`{${names.map((name) => `"${name}":"${String(jwk[name])}"`).join(",")}}`)
      .digest("base64url");
  const namesFor: Readonly<Record<string, readonly string[]>> = {
    EC: ["crv", "kty", "x", "y"],
    RSA: ["e", "kty", "n"],
    OKP: ["crv", "kty", "x"],
    AKP: ["alg", "kty", "pub"],
    oct: ["k", "kty"],
  };
  const spellings: readonly (readonly [ThumbprintHash | undefined, string, string])[] = [
    [undefined, "sha256", "sha-256"],
    ["sha256", "sha256", "sha-256"],
    ["SHA-256", "sha256", "sha-256"],
    ["sha384", "sha384", "sha-384"],
    ["SHA-384", "sha384", "sha-384"],
    ["sha512", "sha512", "sha-512"],
    ["SHA-512", "sha512", "sha-512"],
  ];

  it.each(asymmetricAlgorithms)(
    "$name: the same of a private key, of its public half, and of both as JWK, by every hash",
    async (alg) => {
      const publicJwk = publicJwkFor(alg);
      for (const [hash, digest, registered] of spellings) {
        const want = byHand(publicJwk, namesFor[publicJwk.kty]!, digest);
        for (const key of [
          await importSigningKey(privateJwkFor(alg), alg),
          await importVerifyingKey(publicJwk, alg, { kid: "k" }),
          privateJwkFor(alg),
          { ...publicJwk, use: "enc", kid: "k" },
        ]) {
          expect(await thumbprint(key, hash)).toBe(want);
          // The names of the IANA registry that RFC 9278 §3 refers to.
          expect(await thumbprintUri(key, hash)).toBe(`urn:ietf:params:oauth:jwk-thumbprint:${registered}:${want}`);
        }
      }
    },
  );

  it("of a secret: from its JWK, or from the key where it is extractable (RFC 7638 §7: it tells who guesses)", async () => {
    const want = byHand(secretJwk, ["k", "kty"], "sha256");
    expect(await thumbprint(secretJwk)).toBe(want);
    expect(await thumbprint(await importSecret(secretJwk, HS256, { extractable: true }))).toBe(want);
    for (const secret of [await importSecret(secretJwk, HS256), await generateSecret(HS256)]) {
      expect(await refusalOf(() => thumbprint(secret))).toBe("invalid_key");
      expect(await refusalOf(() => thumbprintUri(secret))).toBe("invalid_key");
    }
  });

  it.each<readonly [string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["text", "key"],
    ["a PEM", "-----BEGIN PUBLIC KEY-----"],
    ["a list", [publicJwkFor(ES256)]],
    ["bytes", secretBytes(32)],
    ["a plug-in's key", plugIn],
    ["an empty object", {}],
    ["a JWKS", { keys: [publicJwkFor(ES256)] }],
    ["an unknown kty", { kty: "XX", x: "AAAA" }],
    ["a kty from the prototype", { kty: "constructor" }],
    ["kty __proto__", { kty: "__proto__" }],
    ["a kty that is no string", { kty: ["EC"] }],
    ["inherited members", Object.create(publicJwkFor(ES256))],
    ["a missing member", { ...publicJwkFor(ES256), y: undefined }],
    ["a member that is no string", { ...publicJwkFor(ES256), y: 5 }],
    ["an empty member", { ...publicJwkFor(ES256), y: "" }],
    ["a padded member", { ...publicJwkFor(RS256), e: "AQAB=" }],
    ["a member in base64's alphabet", { ...publicJwkFor(ES256), x: "+/+/" }],
    ["a crv that is no string", { ...publicJwkFor(ES256), crv: null }],
    ["an empty crv", { ...publicJwkFor(ES256), crv: "" }],
    ["an AKP key without alg", { kty: "AKP", pub: "AAAA" }],
  ])("of %s is refused: invalid_key", async (_what, key) => {
    expect(await refusalOf(() => (thumbprint as Untyped)(key))).toBe("invalid_key");
    expect(await refusalOf(() => (thumbprintUri as Untyped)(key))).toBe("invalid_key");
  });

  it.each(["md5", "sha1", "SHA-1", "sha3-256", "sha-2", "", " sha256", "sha256 ", "sha2560", null, 256, {}, true])(
    "by the hash %j is refused: invalid_argument",
    async (hash) => {
      expect(await refusalOf(() => (thumbprint as Untyped)(publicJwkFor(ES256), hash))).toBe("invalid_argument");
      expect(await refusalOf(() => (thumbprintUri as Untyped)(publicJwkFor(ES256), hash))).toBe("invalid_argument");
    },
  );

  it("needs no support for the key's algorithm: ML-DSA on every runtime (RFC 9964 §6)", async () => {
    const jwk = publicJwkFor({ name: "ML-DSA-44" });
    expect(await thumbprint(jwk)).toBe(byHand(jwk, ["alg", "kty", "pub"], "sha256"));
    expect([true, false]).toContain(lackedByRuntime.has("ML-DSA-44"));
  });
});
