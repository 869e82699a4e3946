// importSigningKey and importVerifyingKey, asynchronous and synchronous: from JWK, PEM and CryptoKey, with what the
// caller says of the key. Hostile and malformed keys are in hostile-keys.test.ts.
import { createPrivateKey, createPublicKey, type webcrypto } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import {
  Ed25519,
  EdDSA,
  ES256,
  exportJwk,
  exportPem,
  HS256,
  importSecret,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  PS256,
  publicKeyOf,
  RS256,
  sign,
  signSync,
  unchecked,
  verify,
  verifySync,
} from "../../../src/index.ts";
import type {
  AsymmetricAlgorithm,
  ImportVerifyingKeyOptions,
  Jwk,
  SigningKey,
  VerifyingKey,
} from "../../../src/index.ts";
import { asymmetricAlgorithms, privateJwkFor, publicJwkFor, secretBytes } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

// Much computing on a shared machine.
vi.setConfig({ testTimeout: 30_000 });

const expected = { issuer: "https://issuer.example", audience: "web" };
type Untyped = (key: unknown, alg: unknown, options?: unknown) => unknown;
const both = (asynchronous: unknown, synchronous: unknown): readonly (readonly [string, Untyped])[] => [
  ["asynchronous", asynchronous as Untyped],
  ["synchronous", async (...args) => (synchronous as Untyped)(...args)],
];
const signing = both(importSigningKey, importSigningKeySync);
const verifying = both(importVerifyingKey, importVerifyingKeySync);
const importers = [
  ...signing.map(([how, importer]) => [`importSigningKey, ${how}`, importer, privateJwkFor(ES256)] as const),
  ...verifying.map(([how, importer]) => [`importVerifyingKey, ${how}`, importer, publicJwkFor(ES256)] as const),
];

/** Signs with the one, verifies with the other, in every form that both have. */
async function expectPair(signer: SigningKey, verifier: VerifyingKey, sync = true): Promise<void> {
  const tokens = [
    await sign({ sub: "u" }, signer, expected),
    ...(sync ? [signSync({ sub: "u" }, signer, expected)] : []),
  ];
  for (const token of tokens) {
    expect((await verify(token, verifier, expected)).claims.sub).toBe("u");
    if (sync) expect(verifySync(token, verifier, expected).claims.sub).toBe("u");
  }
}

/** What Web Crypto calls the algorithm, from the JOSE registries alone. */
function webCryptoParams(name: string): object {
  if (name.startsWith("ES")) return { name: "ECDSA", namedCurve: `P-${name === "ES512" ? "521" : name.slice(2)}` };
  if (name.startsWith("RS") || name.startsWith("PS"))
    return { name: name.startsWith("RS") ? "RSASSA-PKCS1-v1_5" : "RSA-PSS", hash: `SHA-${name.slice(2)}` };
  return { name: name === "EdDSA" ? "Ed25519" : name };
}

const handleOf = (jwk: Jwk, { name }: { readonly name: string }, extractable: boolean): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey("jwk", jwk, webCryptoParams(name) as webcrypto.EcKeyImportParams, extractable, [
    "d" in jwk || "priv" in jwk ? "sign" : "verify",
  ]);

// node:crypto of Node 24 can, Node 20 to 24.6 cannot; Web Crypto alone decides what asymmetricAlgorithms holds.
const hasSync = (alg: AsymmetricAlgorithm): boolean => {
  try {
    createPublicKey({ key: publicJwkFor(alg), format: "jwk" });
    return true;
  } catch {
    return false;
  }
};
const syncAlgorithms = asymmetricAlgorithms.filter(hasSync);

describe("from a JWK (RFC 7517)", () => {
  it.each(asymmetricAlgorithms)("$name, with and without alg, use and key_ops", async (alg) => {
    const [privateJwk, publicJwk] = [privateJwkFor(alg), publicJwkFor(alg)];
    await expectPair(await importSigningKey(privateJwk, alg), await importVerifyingKey(publicJwk, alg), hasSync(alg));
    const said = { alg: alg.name, use: "sig" };
    const signer = await importSigningKey({ ...privateJwk, ...said, key_ops: ["sign"] }, alg);
    const verifier = await importVerifyingKey({ ...publicJwk, ...said, key_ops: ["verify"] }, alg);
    await expectPair(signer, verifier, hasSync(alg));
  });

  it.each(syncAlgorithms)("$name, synchronously", async (alg) => {
    await expectPair(importSigningKeySync(privateJwkFor(alg), alg), importVerifyingKeySync(publicJwkFor(alg), alg));
  });

  it("is read once: what the caller changes afterwards changes nothing", async () => {
    const [privateJwk, publicJwk] = [privateJwkFor(ES256), publicJwkFor(ES256)];
    for (const [signer, verifier] of [
      [await importSigningKey(privateJwk, ES256), await importVerifyingKey(publicJwk, ES256)],
      [importSigningKeySync(privateJwk, ES256), importVerifyingKeySync(publicJwk, ES256)],
    ] as const) {
      for (const jwk of [privateJwk, publicJwk])
        Object.assign(jwk, { x: "AAAA", y: "AAAA", d: "AAAA", kid: "changed" });
      await expectPair(signer, verifier);
      expect(signer).not.toHaveProperty("kid");
      Object.assign(privateJwk, privateJwkFor(ES256));
      Object.assign(publicJwk, publicJwkFor(ES256));
      delete (publicJwk as { d?: string }).d;
      for (const jwk of [privateJwk, publicJwk]) delete (jwk as { kid?: string }).kid;
    }
  });

  it("may be frozen, and of no prototype", async () => {
    const bare = (jwk: Jwk): Jwk => Object.freeze(Object.assign(Object.create(null) as object, jwk));
    await expectPair(
      await importSigningKey(bare(privateJwkFor(Ed25519)), Ed25519),
      importVerifyingKeySync(bare(publicJwkFor(Ed25519)), Ed25519),
    );
  });
});

describe("from PEM (RFC 7468)", () => {
  const classic = syncAlgorithms.filter(({ name }) => !name.startsWith("ML"));
  it.each(classic)("$name: every form that node:crypto writes, both ways", async (alg) => {
    const privateKey = createPrivateKey({ key: privateJwkFor(alg), format: "jwk" });
    const publicKey = createPublicKey({ key: publicJwkFor(alg), format: "jwk" });
    const privateTypes = [
      "pkcs8",
      ...(privateKey.asymmetricKeyType === "rsa" ? ["pkcs1"] : privateKey.asymmetricKeyType === "ec" ? ["sec1"] : []),
    ] as "pkcs8"[];
    const publicTypes = ["spki", ...(privateKey.asymmetricKeyType === "rsa" ? ["pkcs1"] : [])] as "spki"[];
    const signers: SigningKey[] = [];
    for (const type of privateTypes) {
      const pem = privateKey.export({ type, format: "pem" }) as string;
      for (const [, importer] of signing) signers.push((await importer(pem, alg)) as SigningKey);
    }
    const verifiers: VerifyingKey[] = [];
    for (const type of publicTypes) {
      const pem = publicKey.export({ type, format: "pem" }) as string;
      for (const [, importer] of verifying) verifiers.push((await importer(pem, alg)) as VerifyingKey);
    }
    for (const signer of signers) await expectPair(signer, verifiers[0]!);
    for (const verifier of verifiers) await expectPair(signers[0]!, verifier);
  });

  it.each(asymmetricAlgorithms)("$name: what exportPem writes", async (alg) => {
    const [privatePem, publicPem] = [
      await exportPem(await importSigningKey(privateJwkFor(alg), alg, { extractable: true })),
      await exportPem(await importVerifyingKey(publicJwkFor(alg), alg)),
    ];
    await expectPair(await importSigningKey(privatePem, alg), await importVerifyingKey(publicPem, alg), hasSync(alg));
  });

  it.each(importers)("%s: a PEM of more than 100,000 characters is not looked through", async (_name, importer) => {
    const pem = await exportPem(await importVerifyingKey(publicJwkFor(ES256), ES256));
    expect(await refusalOf(() => importer(" ".repeat(100_001) + pem, ES256))).toBe("invalid_key");
    expect(await refusalOf(() => importer("-----BEGIN PUBLIC KEY-----".repeat(100_000), ES256))).toBe("invalid_key");
  });

  it.each(importers)("%s: 100,000 characters of hostile frames take no time", async (_name, importer) => {
    const started = performance.now();
    for (const text of [
      "-----BEGIN A-----",
      "-----BEGIN A-----\n-----END B-----",
      "-----BEGIN",
      "-",
      "-----BEGIN A-----AAAA-----END",
      "\\n",
      "=",
    ]) {
      expect(await refusalOf(() => importer(text.repeat(Math.floor(100_000 / text.length)), ES256))).toBe(
        "invalid_key",
      );
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("from a CryptoKey", () => {
  it.each(asymmetricAlgorithms)("$name, extractable: as from its JWK, synchronous forms included", async (alg) => {
    const signer = await importSigningKey(await handleOf(privateJwkFor(alg), alg, true), alg, { kid: "k" });
    const verifier = await importVerifyingKey(await handleOf(publicJwkFor(alg), alg, true), alg, { kid: "k" });
    expect([signer.kid, verifier.kid]).toEqual(["k", "k"]);
    await expectPair(signer, verifier, hasSync(alg));
    // The handle could be exported; mintmark's key was not asked to be.
    expect(await refusalOf(() => exportJwk(signer))).toBe("invalid_key");
    const open = await importSigningKey(await handleOf(privateJwkFor(alg), alg, true), alg, { extractable: true });
    expect(await exportJwk(open)).toMatchObject(privateJwkFor(alg));
  });

  it.each(asymmetricAlgorithms)(
    "$name, not extractable: signs and verifies, asynchronously only, and nothing leaves it",
    async (alg) => {
      const signer = await importSigningKey(await handleOf(privateJwkFor(alg), alg, false), alg, {
        kid: "k",
        extractable: true,
      });
      const verifier = await importVerifyingKey(await handleOf(publicJwkFor(alg), alg, false), alg, {
        kid: "k",
        issuer: expected.issuer,
      });
      expect(verifier).toMatchObject({ alg: alg.name, kid: "k", issuer: expected.issuer });
      await expectPair(signer, verifier, false);
      expect(await refusalOf(() => signSync({}, signer, expected))).toBe("sync_unavailable");
      expect(await refusalOf(() => verifySync("not a token", verifier, expected))).toBe("sync_unavailable");
      for (const attempt of [exportJwk, exportPem]) {
        expect(await refusalOf(() => attempt(signer))).toBe("invalid_key");
        expect(await refusalOf(() => attempt(verifier))).toBe("invalid_key");
      }
      expect(await refusalOf(() => publicKeyOf(signer))).toBe("invalid_key");
      // Lengths are checked before the primitive is asked here too (RFC 8017 §8.1.2).
      const data = Uint8Array.of(1, 2, 3);
      const signature = Uint8Array.from(await signer.sign(data));
      expect(await verifier.verify(data, signature)).toBe(true);
      expect(await verifier.verify(data, signature.slice(0, -1))).toBe(false);
      expect(await verifier.verify(data, Uint8Array.of(...signature, 0))).toBe(false);
    },
  );

  it.each([true, false])("has no synchronous import (extractable: %s)", async (extractable) => {
    const [privateKey, publicKey] = [
      await handleOf(privateJwkFor(ES256), ES256, extractable),
      await handleOf(publicJwkFor(ES256), ES256, extractable),
    ];
    expect(await refusalOf(() => (importSigningKeySync as Untyped)(privateKey, ES256))).toBe("sync_unavailable");
    expect(await refusalOf(() => (importVerifyingKeySync as Untyped)(publicKey, ES256))).toBe("sync_unavailable");
  });

  it.each([true, false])(
    "of another algorithm, hash, curve or half is refused (extractable: %s)",
    async (extractable) => {
      const rsa = await handleOf(publicJwkFor(RS256), RS256, extractable);
      const privateEc = await handleOf(privateJwkFor(ES256), ES256, extractable);
      for (const alg of asymmetricAlgorithms.filter(({ name }) => name !== "RS256"))
        expect(await refusalOf(() => importVerifyingKey(rsa, alg)), alg.name).toBe("invalid_key");
      for (const alg of asymmetricAlgorithms.filter(({ name }) => name !== "ES256"))
        expect(await refusalOf(() => importSigningKey(privateEc, alg)), alg.name).toBe("invalid_key");
      expect(await refusalOf(() => importVerifyingKey(privateEc, ES256))).toBe("invalid_key");
      expect(await refusalOf(() => importSigningKey(rsa, RS256))).toBe("invalid_key");
    },
  );

  const octets = (length: number, last: number): string =>
    Buffer.concat([Buffer.alloc(1, 0xc5), Buffer.alloc(length - 2, 0x5a), Buffer.of(last)]).toString("base64url");
  it.each<readonly [string, { n: string; e: string }]>([
    ["e = 2^32 + 1", { n: publicJwkFor(RS256).n!, e: Buffer.of(1, 0, 0, 0, 1).toString("base64url") }],
    ["e = 2^40 - 1", { n: publicJwkFor(RS256).n!, e: Buffer.alloc(5, 255).toString("base64url") }],
    ["e = 3", { n: publicJwkFor(RS256).n!, e: "Aw" }],
    ["e = 65536", { n: publicJwkFor(RS256).n!, e: "AQAA" }],
    ["n of 16392 bits", { n: octets(2049, 0xf1), e: "AQAB" }],
    ["n of 2040 bits", { n: octets(255, 0xf1), e: "AQAB" }],
  ])("RSA with %s is refused, extractable or not (2048–16384 bits, 65537 ≤ e < 2^32)", async (_what, members) => {
    for (const extractable of [true, false]) {
      for (const alg of [RS256, PS256]) {
        const handle = await handleOf({ kty: "RSA", ...members }, alg, extractable).catch(() => undefined);
        // A runtime that refuses it by itself needs no help.
        if (handle !== undefined)
          expect(
            await refusalOf(() => importVerifyingKey(handle, alg)),
            `${alg.name}, extractable: ${String(extractable)}`,
          ).toBe("invalid_key");
      }
    }
  });

  it("whose usages do not include the wanted one is refused", async () => {
    const agreement = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
    const { publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
    expect(await refusalOf(() => importSigningKey(agreement.privateKey, ES256))).toBe("invalid_key");
    expect(await refusalOf(() => importVerifyingKey(publicKey, ES256))).toBe("invalid_key");
  });

  it("is not whatever looks like one", async () => {
    const fake = {
      type: "private",
      extractable: true,
      algorithm: { name: "ECDSA", namedCurve: "P-256" },
      usages: ["sign"],
    };
    expect(await refusalOf(() => importSigningKey(fake, ES256))).toBe("invalid_key");
    expect(await refusalOf(() => importSigningKey({ ...fake, extractable: false }, ES256))).toBe("invalid_key");
    expect(await refusalOf(() => importVerifyingKey({ ...fake, type: "public", usages: ["verify"] }, ES256))).toBe(
      "invalid_key",
    );
    expect(
      await refusalOf(() =>
        importVerifyingKey({ ...fake, type: "public", usages: ["verify"], extractable: false }, ES256),
      ),
    ).toBe("invalid_key");
  });
});

describe.each(importers)("options of %s", (name, importer, jwk) => {
  it("kid: the option's, else the JWK's own, else none", async () => {
    const kidOf = async (key: unknown, options?: object): Promise<unknown> =>
      ((await importer(key, ES256, options)) as { kid?: string }).kid;
    const named = { ...jwk, kid: "from the JWK" };
    expect(await kidOf(named)).toBe("from the JWK");
    expect(await kidOf(named, { kid: "given" })).toBe("given");
    expect(await kidOf(named, { kid: undefined })).toBe("from the JWK");
    expect(await importer(jwk, ES256)).not.toHaveProperty("kid");
    expect(await kidOf(jwk, { kid: "given" })).toBe("given");
  });

  it.each([5, true, ["k"], {}])("a JWK's kid that is %j is refused (RFC 7517 §4.5)", async (kid) => {
    expect(await refusalOf(() => importer({ ...jwk, kid }, ES256))).toBe("invalid_key");
    expect(await refusalOf(() => importer({ ...jwk, kid }, ES256, { kid: "given" }))).toBe("invalid_key");
  });

  const other = name.startsWith("importSigningKey") ? [{ issuer: "a" }] : [{ extractable: true }];
  it.each<readonly [string, unknown]>([
    ["an unknown name", { format: "jwk" }],
    ["a misspelt name", { isuer: "a" }],
    ["an option of the other import", other[0]],
    ["an empty kid", { kid: "" }],
    ["a kid that is no string", { kid: 1 }],
    ["kid null", { kid: null }],
    ["text for options", "pem"],
    ["a number for options", 5],
    ["true for options", true],
    ["null for options", null],
    ["a list for options", []],
    ["a function for options", () => ({})],
  ])("refused: %s", async (_what, options) => {
    expect(await refusalOf(() => importer(jwk, ES256, options))).toBe("invalid_argument");
  });
});

describe.each(signing)("importSigningKey, %s", (_how, importer) => {
  it.each(["yes", "true", "", 1, 0, null, {}])("extractable: %j is refused", async (extractable) => {
    expect(await refusalOf(() => importer(privateJwkFor(ES256), ES256, { extractable }))).toBe("invalid_argument");
  });

  it("extractable decides whether the private key comes out again; the default is no", async () => {
    for (const options of [{}, { extractable: false }, { extractable: undefined }]) {
      const key = (await importer(privateJwkFor(ES256), ES256, options)) as SigningKey;
      expect(await refusalOf(() => exportJwk(key))).toBe("invalid_key");
    }
    const key = (await importer(privateJwkFor(ES256), ES256, { extractable: true })) as SigningKey;
    expect(await exportJwk(key)).toMatchObject({ d: privateJwkFor(ES256).d });
  });
});

describe.each(verifying)("importVerifyingKey, %s", (_how, importer) => {
  it.each([undefined, null, "", 5, true, ["https://a.example"], unchecked])("issuer: %s is refused", async (issuer) => {
    expect(await refusalOf(() => importer(publicJwkFor(ES256), ES256, { issuer }))).toBe("invalid_argument");
  });

  it("issuer: the key accepts only tokens of that iss, even with issuer: unchecked", async () => {
    const key = (await importer(publicJwkFor(ES256), ES256, {
      issuer: "https://a.example",
    } satisfies ImportVerifyingKeyOptions)) as VerifyingKey;
    const signer = importSigningKeySync(privateJwkFor(ES256), ES256);
    for (const [issuer, code] of [
      ["https://a.example", "accepted"],
      ["https://b.example", "issuer_mismatch"],
      ["https://a.example/", "issuer_mismatch"],
    ] as const) {
      const token = signSync({}, signer, { issuer, audience: "web" });
      expect(await refusalOf(() => verify(token, key, { issuer: unchecked, audience: "web" }))).toBe(code);
      expect(await refusalOf(() => verifySync(token, key, { issuer: unchecked, audience: "web" }))).toBe(code);
      expect(
        await refusalOf(() =>
          verify(token, key, { issuer: ["https://a.example", "https://b.example"], audience: "web" }),
        ),
      ).toBe(code);
    }
  });

  it("an inherited issuer is heard or refused, never dropped", async () => {
    const key = await Promise.resolve(
      importer(publicJwkFor(ES256), ES256, Object.create({ issuer: "https://a.example" })),
    ).catch(() => "refused");
    expect(key === "refused" || (key as VerifyingKey).issuer === "https://a.example").toBe(true);
  });
});

describe("Ed25519 and EdDSA: one key, two names, each accepts its own (RFC 9864 §2.2, RFC 8037 §3.1)", () => {
  const names = [
    [Ed25519, EdDSA],
    [EdDSA, Ed25519],
  ] as const;
  it.each(names.map(([one, other]) => [one.name, other.name, one, other] as const))(
    "%s: a token that says %s is alg_not_allowed",
    async (_one, _other, one, other) => {
      const token = await sign({}, await importSigningKey(privateJwkFor(other), other), expected);
      const key = await importVerifyingKey(publicJwkFor(one), one);
      expect(await refusalOf(() => verify(token, key, expected))).toBe("alg_not_allowed");
      expect(await refusalOf(() => verifySync(token, key, expected))).toBe("alg_not_allowed");
      const own = await sign({}, await importSigningKey(privateJwkFor(one), one), expected);
      expect((await verify(own, key, expected)).header.alg).toBe(one.name);
      // Both names at once are two keys.
      const either = [key, await importVerifyingKey(publicJwkFor(other), other)];
      expect((await verify(token, either, expected)).key.alg).toBe(other.name);
    },
  );
});

describe("a secret and a key pair are never taken for each other", () => {
  it("HMAC algorithms are refused by the asymmetric imports and the reverse", async () => {
    for (const [, importer] of [...signing, ...verifying]) {
      expect(
        await refusalOf(() => importer({ kty: "oct", k: Buffer.from(secretBytes(64)).toString("base64url") }, HS256)),
      ).toBe("invalid_argument");
      expect(
        await refusalOf(() => importer({ kty: "oct", k: Buffer.from(secretBytes(64)).toString("base64url") }, ES256)),
      ).toBe("invalid_key");
      expect(await refusalOf(() => importer("a secret of more than thirty-two characters", ES256))).toBe("invalid_key");
    }
    expect(await refusalOf(() => (importSecret as Untyped)(secretBytes(64), ES256))).toBe("invalid_argument");
  });
});

describe("a JWK that has members of a CryptoKey is a JWK: all four make a handle", () => {
  const likeness = { algorithm: {}, usages: [], type: "public" };
  it.each(Object.keys(likeness) as (keyof typeof likeness)[])("without %s", async (missing) => {
    for (const others of [
      { ...likeness, [missing]: undefined },
      { ...likeness, [missing]: 5 },
    ]) {
      for (const [, importer] of verifying)
        expect(await refusalOf(() => importer({ ...publicJwkFor(ES256), ...others }, ES256))).toBe("accepted");
    }
  });

  it("a handle has no synchronous form, and needs its half", async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
      "sign",
      "verify",
    ]);
    expect(await refusalOf(() => (importVerifyingKeySync as Untyped)(publicKey, ES256))).toBe("sync_unavailable");
    expect(await refusalOf(() => (importSigningKeySync as Untyped)(privateKey, ES256))).toBe("sync_unavailable");
    expect(await refusalOf(() => (importVerifyingKey as Untyped)(privateKey, ES256))).toBe("invalid_key");
    expect(await refusalOf(() => (importSigningKey as Untyped)(publicKey, ES256))).toBe("invalid_key");
  });
});

describe("the refusal names what is wrong", () => {
  it.each(importers)("%s: an option, or what a key may be", async (_how, importer, jwk) => {
    const said = async (...args: Parameters<Untyped>): Promise<string> => {
      try {
        return String(await importer(...args));
      } catch (error) {
        return String(error);
      }
    };
    expect(await said(jwk, ES256, { kid: 5 })).toMatch(/^TypeError: kid: /);
    for (const key of [5, null, undefined, [jwk], true]) expect(await said(key, ES256)).toContain("a JWK, PEM, DER");
  });

  it("an issuer too", async () => {
    for (const [, importer] of verifying)
      await expect((async () => importer(publicJwkFor(ES256), ES256, { issuer: 5 }))()).rejects.toThrow(/^issuer: /);
  });
});
