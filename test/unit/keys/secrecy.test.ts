// Key material lives in closures, not on objects: whatever prints, copies or walks a key object finds
// its name and nothing more, and what verified a token cannot sign one.
import { inspect } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createVerifier,
  ES256,
  exportJwk,
  exportPem,
  generateKeyPair,
  generateSecret,
  HS256,
  importSecret,
  importSecretSync,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  publicKeyOf,
  RS256,
  sign,
  signJws,
  signSync,
  verify,
  verifyJws,
  verifySync,
} from "../../../src/index.ts";
import type { KeySource, SecretKey, SigningKey, VerificationKeys, VerifyingKey } from "../../../src/index.ts";
import { browserLike, loadOn } from "../base/load.ts";
import { privateJwkFor, publicJwkFor, secretBytes } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

const expected = { issuer: "https://issuer.example", audience: "web" };
const bytes = secretBytes(64);

/** A private value in every spelling in which it could be printed. */
function spellings(octets: Buffer): string[] {
  return [
    octets.toString("base64url"),
    octets.toString("base64"),
    octets.toString("hex"),
    octets.toString("hex").replace(/..(?!$)/g, "$& "),
    octets.join(","),
    octets.join(", "),
    octets.toString("latin1"),
  ].map((text) => text.slice(0, 24));
}

const privateMembers = ["d", "p", "q", "dp", "dq", "qi"];
const needlesOf = (jwk: Readonly<Record<string, unknown>>): string[] =>
  privateMembers.flatMap((name) =>
    typeof jwk[name] === "string" ? spellings(Buffer.from(jwk[name], "base64url")) : [],
  );

interface Subject {
  readonly name: string;
  readonly key: SigningKey | VerifyingKey | SecretKey;
  readonly needles: readonly string[];
  readonly extractable: boolean;
}
const subjects: Subject[] = [];
const names = [
  "importSecret",
  "importSecretSync",
  "importSecret, extractable",
  "importSecret without node:crypto",
  "generateSecret",
  "importSigningKey RS256",
  "importSigningKeySync ES256",
  "importSigningKey ES256, extractable",
  "generateKeyPair",
  "a caller's CryptoKey",
  "importVerifyingKey",
  "publicKeyOf",
];

beforeAll(async () => {
  const secretNeedles = spellings(Buffer.from(bytes));
  const inBrowser = await loadOn(browserLike, () => import("../../../src/index.ts"));
  const add = (key: Subject["key"], needles: readonly string[], extractable = false): void => {
    subjects.push({ name: names[subjects.length]!, key, needles, extractable });
  };
  add(await importSecret(bytes, HS256, { kid: "k", issuer: "i" }), secretNeedles);
  add(importSecretSync(Buffer.from(bytes).toString("hex"), HS256, { encoding: "hex" }), secretNeedles);
  add(await importSecret(bytes, HS256, { extractable: true }), secretNeedles, true);
  add(await inBrowser.importSecret(bytes, inBrowser.HS256), secretNeedles);
  const generated = await generateSecret(HS256, { extractable: true });
  add(generated, spellings(Buffer.from((await exportJwk(generated)).k!, "base64url")), true);
  add(await importSigningKey(privateJwkFor(RS256), RS256), needlesOf(privateJwkFor(RS256)));
  add(importSigningKeySync(privateJwkFor(ES256), ES256), needlesOf(privateJwkFor(ES256)));
  add(
    await importSigningKey(privateJwkFor(ES256), ES256, { extractable: true }),
    needlesOf(privateJwkFor(ES256)),
    true,
  );
  const { privateKey } = await generateKeyPair(ES256, { extractable: true });
  add(privateKey, needlesOf(await exportJwk(privateKey)), true);
  const handle = await crypto.subtle.importKey(
    "jwk",
    privateJwkFor(ES256),
    { name: "ECDSA", namedCurve: "P-256" },
    false,
    ["sign"],
  );
  add(await importSigningKey(handle, ES256), needlesOf(privateJwkFor(ES256)));
  add(await importVerifyingKey(publicJwkFor(ES256), ES256), needlesOf(privateJwkFor(ES256)));
  add(await publicKeyOf(importSigningKeySync(privateJwkFor(ES256), ES256)), needlesOf(privateJwkFor(ES256)));
});

describe.each(names.map((name, at) => ({ name, at })))("a key of $name", ({ at }) => {
  const subject = (): Subject => subjects[at]!;
  const expectSilent = (text: string): void => {
    for (const needle of subject().needles) expect(text.includes(needle)).toBe(false);
  };

  it("is frozen: it cannot be bent after it was checked", () => {
    const { key } = subject();
    expect(Object.isFrozen(key)).toBe(true);
    for (const name of ["alg", "kid", "sign", "verify", "signSync", "verifySync", "issuer", "other"]) {
      expect(() => Object.assign(key, { [name]: "changed" })).toThrow(TypeError);
    }
  });

  it("prints its names alone", () => {
    const { key } = subject();
    const { alg, kid } = key;
    const issuer = "issuer" in key ? key.issuer : undefined;
    expect(JSON.parse(JSON.stringify(key))).toEqual({
      alg,
      ...(kid !== undefined && { kid }),
      ...(issuer !== undefined && { issuer }),
    });
    for (const text of [
      JSON.stringify({ nested: [key] }),
      inspect(key),
      inspect(key, {
        depth: Infinity,
        showHidden: true,
        getters: true,
        maxArrayLength: null,
        maxStringLength: null,
        showProxy: true,
      }),
      `${Object.keys(key).join()} ${Object.values(key).map(String).join()} ${Object.entries(key).map(String).join()}`,
    ])
      expectSilent(text);
  });

  it("holds nothing but strings and functions, on symbols and prototypes too", () => {
    const { key } = subject();
    for (const name of Reflect.ownKeys(key)) {
      const descriptor = Object.getOwnPropertyDescriptor(key, name)!;
      expect("value" in descriptor).toBe(true);
      const value: unknown = descriptor.value;
      expect(["string", "function"]).toContain(typeof value);
      expectSilent(String(value));
      if (typeof value === "function") expectSilent(inspect(value, { showHidden: true, depth: Infinity }));
    }
    expect(Object.getPrototypeOf(key)).toBe(Object.prototype);
  });

  it("is not cloned or transferred", () => {
    expect(() => structuredClone(subject().key)).toThrow(expect.objectContaining({ name: "DataCloneError" }) as Error);
  });

  it("gives nothing away through members that are no part of the contract, unless it is extractable", async () => {
    const { key, extractable } = subject();
    if (extractable) return;
    const members: unknown[] = Object.getOwnPropertySymbols(key).map(
      (symbol) => (key as unknown as Record<symbol, unknown>)[symbol],
    );
    for (const member of members) {
      if (typeof member !== "function") continue;
      for (const input of [[], ["header.payload"], ["header.payload", "AAAA"]]) {
        const answer: unknown = await Promise.resolve()
          .then(() => (member as (...args: unknown[]) => unknown)(...input))
          .catch(() => undefined);
        expectSilent(
          inspect(answer, { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null }),
        );
      }
    }
  });
});

describe("Verified.key cannot sign", () => {
  const secret = importSecretSync(bytes, HS256, { kid: "k", issuer: expected.issuer });
  const plugIn: SecretKey = {
    alg: "HS256",
    kid: "k",
    sign: (data) => secret.sign(data),
    signSync: (data) => secret.signSync!(data),
    verify: (data, signature) => secret.verify(data, signature),
    verifySync: (data, signature) => secret.verifySync!(data, signature),
  };
  class Vault implements SecretKey {
    readonly #key = secret;
    readonly alg = this.#key.alg;
    get kid(): string {
      return String(this.#key.kid);
    }
    sign(data: Parameters<SecretKey["sign"]>[0]) {
      return this.#key.sign(data);
    }
    verify(data: Parameters<SecretKey["verify"]>[0], signature: Parameters<SecretKey["verify"]>[1]) {
      return this.#key.verify(data, signature);
    }
    verifySync(data: Parameters<SecretKey["verify"]>[0], signature: Parameters<SecretKey["verify"]>[1]) {
      return this.#key.verifySync!(data, signature);
    }
  }
  const source: KeySource = { algorithms: ["HS256"], select: () => [secret], selectSync: () => [secret] };
  const keySets: readonly (readonly [string, VerificationKeys])[] = [
    ["a secret", secret],
    ["a secret in a list", [importVerifyingKeySync(publicJwkFor(ES256), ES256), secret]],
    ["a secret from a KeySource", source],
    ["a plug-in that signs and verifies", plugIn],
    ["a plug-in of a class", new Vault()],
  ];

  it.each(keySets)("of %s", async (_what, keys) => {
    const token = await sign({ sub: "u" }, secret, expected);
    const cached = createVerifier(keys, { ...expected, cache: 10 });
    const found = [
      (await verify(token, keys, expected)).key,
      verifySync(token, keys, expected).key,
      (await cached.verify(token)).key,
      (await cached.verify(token)).key,
      cached.verifySync(token).key,
      (await verifyJws(token, keys)).key,
    ];
    for (const key of found) {
      expect(key).toMatchObject({ alg: "HS256", kid: "k" });
      expect("sign" in key).toBe(false);
      expect("signSync" in key).toBe(false);
      for (const attempt of [
        () => sign({}, key as unknown as SigningKey, expected),
        () => signSync({}, key as unknown as SigningKey, expected),
        () => signJws(bytes, key as unknown as SigningKey),
      ]) {
        expect(await refusalOf(attempt)).toBe("invalid_argument");
      }
      for (const attempt of [exportJwk, exportPem]) expect(await refusalOf(() => attempt(key))).toBe("invalid_key");
      // Whatever it carries, its members make no MAC of other data.
      const mac = Buffer.from(secret.signSync!(Uint8Array.of(1))).toString("base64url");
      for (const symbol of Object.getOwnPropertySymbols(key)) {
        const member = (key as unknown as Record<symbol, unknown>)[symbol];
        const answer: unknown =
          typeof member === "function"
            ? await Promise.resolve()
                .then(() => (member as (...args: unknown[]) => unknown)(Uint8Array.of(1), ""))
                .catch(() => undefined)
            : member;
        expect(inspect(answer)).not.toContain(mac);
      }
      // It is still a key to verify with.
      expect((await verify(token, key, expected)).claims.sub).toBe("u");
    }
  });

  it("of a public key: the very object that was given, so that applications can compare", async () => {
    const key = importVerifyingKeySync(publicJwkFor(ES256), ES256);
    const token = await sign({}, importSigningKeySync(privateJwkFor(ES256), ES256), expected);
    expect((await verify(token, key, expected)).key).toBe(key);
    expect(verifySync(token, [key], expected).key).toBe(key);
  });
});

describe("what the runtime says of a key is not repeated", () => {
  const quoting = (jwk: object): Error => new Error(`cannot import ${JSON.stringify(jwk)}`, { cause: jwk });

  it("when it refuses the import", async () => {
    const mintmark = await loadOn(browserLike, () => import("../../../src/index.ts"), {
      subtleCrypto: () =>
        new Proxy(crypto.subtle, {
          get: (subtle, name): unknown =>
            name === "importKey"
              ? async (_format: string, jwk: object) => {
                  throw quoting(jwk);
                }
              : Reflect.get(subtle, name),
        }),
    });
    const jwk = privateJwkFor(ES256);
    const error = (await mintmark.importSigningKey(jwk, mintmark.ES256).catch((caught: unknown) => caught)) as Error;
    expect(error).toMatchObject({ name: "TypeError", code: "invalid_key" });
    expect(error.cause).toBeUndefined();
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(jwk.d);
  });

  it("when it does not know the algorithm: unsupported_algorithm, with the algorithm's name", async () => {
    const mintmark = await loadOn(browserLike, () => import("../../../src/index.ts"), {
      subtleCrypto: () =>
        new Proxy(crypto.subtle, {
          get: () => async () => {
            throw new DOMException("Unrecognized name", "NotSupportedError");
          },
        }),
    });
    for (const attempt of [
      () => mintmark.importVerifyingKey(publicJwkFor(mintmark.Ed25519), mintmark.Ed25519),
      () => mintmark.importSigningKey(privateJwkFor(mintmark.Ed25519), mintmark.Ed25519),
      () => mintmark.generateKeyPair(mintmark.Ed25519),
    ]) {
      const error = (await attempt().catch((caught: unknown) => caught)) as Error;
      expect(error).toMatchObject({ name: "TypeError", code: "unsupported_algorithm" });
      expect(error.message).toContain("Ed25519");
    }
    await expect(mintmark.importVerifyingKey(publicJwkFor(mintmark.RS256), mintmark.RS256)).rejects.toMatchObject({
      code: "unsupported_algorithm",
    });
  });

  it("when it fails later: key_unavailable, not a bad signature", async () => {
    let broken = false;
    const mintmark = await loadOn(browserLike, () => import("../../../src/index.ts"), {
      subtleCrypto: () =>
        new Proxy(crypto.subtle, {
          get:
            (subtle, name) =>
            async (...args: unknown[]) => {
              if (broken) throw new DOMException("the hardware is gone", "OperationError");
              return (Reflect.get(subtle, name) as (...args: unknown[]) => unknown).apply(subtle, args);
            },
        }),
    });
    const { privateKey, publicKey } = await mintmark.generateKeyPair(mintmark.ES256);
    const token = await mintmark.sign({}, privateKey, expected);
    broken = true;
    expect(await refusalOf(() => mintmark.verify(token, publicKey, expected))).toBe("key_unavailable");
    expect(await refusalOf(() => mintmark.sign({}, privateKey, expected))).toBe("key_unavailable");
    broken = false;
    expect(await refusalOf(() => mintmark.verify(token, publicKey, expected))).toBe("accepted");
  });
});
