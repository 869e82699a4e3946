// Runtimes import more than they should (measured on Node, Bun, Deno, WebKit). Here Web Crypto is as
// lax as can be, so that the refusals are mintmark's own: one trial signature, checked against the public half.
import * as nodeCrypto from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ES256, importSigningKey, importSigningKeySync, RS256, type Jwk } from "../../../src/index.ts";
import { browserLike, loadOn, nodeLike } from "../base/load.ts";
import { privateJwkFor, publicJwkFor, secretBytes, utf8 } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

// Much computing on a shared machine.
vi.setConfig({ testTimeout: 30_000 });

/** The package in a browser whose Web Crypto answers so. `asked()`: what the real one answers. */
const onRuntimeWhere = (answer: (method: string, args: readonly unknown[], asked: () => unknown) => unknown) =>
  loadOn(browserLike, () => import("../../../src/index.ts"), {
    subtleCrypto: () =>
      new Proxy(crypto.subtle, {
        get:
          (subtle, method) =>
          (...args: unknown[]) =>
            answer(String(method), args, () =>
              (Reflect.get(subtle, method) as (...args: unknown[]) => unknown).apply(subtle, args),
            ),
      }),
  });

describe("a runtime that imports anything", () => {
  /** Whatever private key it is given, it signs with one of its own. */
  const onLaxRuntime = async () => {
    const own = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    return onRuntimeWhere(async (method, args, asked) =>
      method === "importKey" && String(args[4]) === "sign" ? own.privateKey : asked(),
    );
  };

  it("a private half that is not that of the public half is invalid_key", async () => {
    const mintmark = await onLaxRuntime();
    expect(await refusalOf(() => mintmark.importSigningKey(privateJwkFor(mintmark.ES256), mintmark.ES256))).toBe(
      "invalid_key",
    );
    expect(await refusalOf(() => mintmark.importVerifyingKey(publicJwkFor(mintmark.ES256), mintmark.ES256))).toBe(
      "accepted",
    );
  });
});

/** Its generateKey fails so many times, with an error of this name. */
const onRuntimeThatFails = async (times: number, name: string) => {
  let count = 0;
  const mintmark = await onRuntimeWhere((method, _args, asked) => {
    if (method === "generateKey" && ++count <= times)
      throw new DOMException("The operation failed for an operation-specific reason", name);
    return asked();
  });
  return { mintmark, asked: () => count };
};

describe("a runtime that fails for some of its own new keys (WebKitGTK: Ed25519 keys that begin with a zero octet)", () => {
  it.each([1, 3])("is asked for another key when it failed %i times", async (times) => {
    const { mintmark, asked } = await onRuntimeThatFails(times, "OperationError");
    const { privateKey, publicKey } = await mintmark.generateKeyPair(mintmark.Ed25519);
    expect(await publicKey.verify(utf8("data"), await privateKey.sign(utf8("data")))).toBe(true);
    expect(asked()).toBe(times + 1);
  });

  it("is not asked for ever", async () => {
    const { mintmark, asked } = await onRuntimeThatFails(Infinity, "OperationError");
    expect(await refusalOf(() => mintmark.generateKeyPair(mintmark.Ed25519))).toBe("invalid_key");
    expect(asked()).toBe(4);
  });

  it("is asked once for an algorithm it lacks", async () => {
    const { mintmark, asked } = await onRuntimeThatFails(Infinity, "NotSupportedError");
    expect(await refusalOf(() => mintmark.generateKeyPair(mintmark.Ed25519))).toBe("unsupported_algorithm");
    expect(asked()).toBe(1);
  });
});

describe("a runtime that takes any signature: lengths are checked before it is asked (RFC 8017 §8.1.2, RFC 7518 §3.4)", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const lengths = { RS256: 256, PS256: 256, ES256: 64, ES384: 96, ES512: 132, Ed25519: 64 } as const;
  const names = Object.keys(lengths) as (keyof typeof lengths)[];
  let asked = 0;
  const onLaxRuntime = () => {
    // The synchronous primitive comes from here, the asynchronous one from crypto.subtle. Over one octet it takes none: an Ed25519
    // handle is tried with such (see algorithms/eddsa.ts), and would be refused for taking them.
    vi.spyOn(process, "getBuiltinModule").mockReturnValue({
      ...nodeCrypto,
      verify: () => {
        asked++;
        return true;
      },
    });
    return loadOn(nodeLike, () => import("../../../src/index.ts"), {
      subtleCrypto: () =>
        new Proxy(crypto.subtle, {
          get: (subtle, name): unknown =>
            name === "verify"
              ? async (...[, , , { byteLength }]: Parameters<typeof subtle.verify>) => {
                  asked++;
                  return byteLength > 1;
                }
              : (Reflect.get(subtle, name) as (...args: unknown[]) => unknown).bind(subtle),
        }),
    });
  };

  it.each(names)("%s", async (name) => {
    const mintmark = await onLaxRuntime();
    const params = name.startsWith("ES")
      ? { name: "ECDSA", namedCurve: name === "ES512" ? "P-521" : `P-${name.slice(2)}` }
      : name === "Ed25519"
        ? { name }
        : { name: name === "PS256" ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const handle = await crypto.subtle.importKey("jwk", publicJwkFor({ name }), params, false, ["verify"]);
    const imported = await mintmark.importVerifyingKey(publicJwkFor({ name }), mintmark[name]);
    const keys = [
      imported,
      mintmark.importVerifyingKeySync(publicJwkFor({ name }), mintmark[name]),
      await mintmark.importVerifyingKey(handle, mintmark[name]),
    ];
    const data = utf8("data");
    for (const key of keys) {
      asked = 0;
      for (const length of [0, 1, lengths[name] - 1, lengths[name] + 1, 2 * lengths[name]]) {
        expect(await key.verify(data, new Uint8Array(length))).toBe(false);
        expect(key.verifySync?.(data, new Uint8Array(length)) ?? false).toBe(false);
      }
      expect(asked).toBe(0);
      expect(await key.verify(data, new Uint8Array(lengths[name]))).toBe(true);
      expect(asked).toBe(1);
    }
    expect(imported.verifySync?.(data, new Uint8Array(lengths[name]))).toBe(true);
    if (!["RS256", "PS256"].includes(name)) return;
    // A number that is not below the modulus is no signature (RFC 8017 §5.2.2).
    for (const key of keys.slice(0, 2)) {
      expect(await key.verify(data, new Uint8Array(lengths[name]).fill(255))).toBe(false);
      expect(key.verifySync?.(data, new Uint8Array(lengths[name]).fill(255))).toBe(false);
    }
  });
});

describe("a runtime whose node:crypto lacks what it seems to have", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const onRuntimeWith = (changes: object) => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue({ ...nodeCrypto, ...changes });
    return loadOn(nodeLike, () => import("../../../src/index.ts"));
  };
  const fails = (message: string, code?: string) => (): never => {
    throw Object.assign(new Error(message), { code });
  };

  it.each([
    ["by its words", fails("crypto.sign: not implemented"), "sync_unavailable"],
    ["by its code", fails("of another type", "ERR_INVALID_ARG_TYPE"), "sync_unavailable"],
    ["by none: the key is at fault", fails("of another type", "ERR_OSSL_EVP"), "invalid_key"],
  ])("says so %s", async (_what, fault, code) => {
    const { ES256, importSigningKeySync, importVerifyingKeySync } = await onRuntimeWith({ sign: fault, verify: fault });
    expect(await refusalOf(() => importSigningKeySync(privateJwkFor(ES256), ES256))).toBe(code);
    expect(await refusalOf(() => importVerifyingKeySync(publicJwkFor(ES256), ES256))).toBe(code);
  });

  it("has no synchronous form for the operations that it fails at, and for no others", async () => {
    const failing = (operation: typeof nodeCrypto.sign | typeof nodeCrypto.verify) =>
      ((digest: string, ...rest: readonly unknown[]) => {
        if (digest === "sha384") throw new Error("no such curve");
        return (operation as (...given: unknown[]) => unknown)(digest, ...rest);
      }) as unknown;
    const { ES256, ES384, importSigningKey, importVerifyingKey } = await onRuntimeWith({
      sign: failing(nodeCrypto.sign),
      verify: failing(nodeCrypto.verify),
    });
    for (let time = 0; time < 2; time++) {
      expect(await importSigningKey(privateJwkFor(ES256), ES256)).toHaveProperty("signSync");
      expect(await importVerifyingKey(publicJwkFor(ES256), ES256)).toHaveProperty("verifySync");
      expect(await importSigningKey(privateJwkFor(ES384), ES384)).not.toHaveProperty("signSync");
      expect(await importVerifyingKey(publicJwkFor(ES384), ES384)).not.toHaveProperty("verifySync");
    }
  });

  it("is tried with the operation of each half, once for each algorithm", async () => {
    const [sign, verify] = [vi.fn(nodeCrypto.sign), vi.fn(nodeCrypto.verify)];
    const { ES256, importSigningKey, importVerifyingKey } = await onRuntimeWith({ sign, verify });
    for (let time = 0; time < 2; time++) await importSigningKey(privateJwkFor(ES256), ES256);
    expect([sign.mock.calls.length, verify.mock.calls.length]).toEqual([1, 0]);
    for (let time = 0; time < 2; time++) await importVerifyingKey(publicJwkFor(ES256), ES256);
    expect([sign.mock.calls.length, verify.mock.calls.length]).toEqual([1, 1]);
  });
});

describe("what Web Crypto is asked for", () => {
  const asking = async () => {
    const imported: { extractable: unknown; usages: unknown }[] = [];
    let verified = 0;
    const mintmark = await onRuntimeWhere((method, args, asked) => {
      if (method === "importKey") imported.push({ extractable: args[3], usages: args[4] });
      return method === "verify" ? Promise.resolve(++verified > 0) : asked();
    });
    return { mintmark, imported, verified: () => verified };
  };

  it("a secret's handle cannot be exported, and a MAC of another length is none, whatever the runtime says of it (RFC 7518 §3.2)", async () => {
    const { mintmark, imported, verified } = await asking();
    const key = await mintmark.importSecret(secretBytes(32), mintmark.HS256, { extractable: true });
    for (const text of ["data", "more"]) await key.sign(utf8(text));
    expect(imported).toEqual([{ extractable: false, usages: ["sign", "verify"] }]);
    for (const length of [0, 1, 31, 33, 64]) expect(await key.verify(utf8("data"), new Uint8Array(length))).toBe(false);
    expect(verified()).toBe(0);
    expect(await key.verify(utf8("data"), new Uint8Array(32))).toBe(true);
  });

  it("a CryptoKey that shows no material is judged by what it says of itself (RFC 7518 §3.3, RFC 8017 §3.1)", async () => {
    const { mintmark } = await asking();
    const importing = (members: object) =>
      refusalOf(() =>
        mintmark.importVerifyingKey(
          {
            type: "public",
            usages: ["verify"],
            extractable: false,
            algorithm: {
              name: "RSASSA-PKCS1-v1_5",
              hash: { name: "SHA-256" },
              modulusLength: 2048,
              publicExponent: Uint8Array.of(1, 0, 1),
              ...members,
            },
          },
          mintmark.RS256,
        ),
      );
    for (const modulusLength of [2048, 2056, 16_384]) expect(await importing({ modulusLength })).toBe("accepted");
    for (const modulusLength of [0, 1024, 2047, 16_385, 16_392])
      expect(await importing({ modulusLength })).toBe("invalid_key");
    for (const exponent of [
      [1, 0, 1],
      [0, 1, 0, 1],
      [1, 0, 3],
      [255, 255, 255, 255],
    ])
      expect(await importing({ publicExponent: Uint8Array.from(exponent) })).toBe("accepted");
    for (const exponent of [[3], [255, 255], [1, 0, 0], [1, 0, 2], [1, 0, 0, 0, 0], [1, 0, 0, 0, 1], []])
      expect(await importing({ publicExponent: Uint8Array.from(exponent) })).toBe("invalid_key");
    for (const members of [
      { name: "RSA-PSS" },
      { hash: { name: "SHA-384" } },
      { hash: undefined },
      { namedCurve: "P-256" },
    ])
      expect(await importing(members)).toBe("invalid_key");
  });

  it("an Ed25519 CryptoKey under which forgeries are good has a small order, and the refusal says so (RFC 8032 §5.1.7)", async () => {
    const { mintmark } = await asking();
    const handle = { type: "public", usages: ["verify"], extractable: false, algorithm: { name: "Ed25519" } };
    expect(await refusalOf(() => mintmark.importVerifyingKey(handle, mintmark.Ed25519))).toBe("invalid_key");
    await expect(mintmark.importVerifyingKey(handle, mintmark.Ed25519)).rejects.toThrow("small order");
  });

  it("an RSA key of 16384 bits may be asked for, and none longer", async () => {
    const { mintmark } = await onRuntimeThatFails(Infinity, "NotSupportedError");
    expect(await refusalOf(() => mintmark.generateKeyPair(mintmark.RS256, { modulusLength: 16_384 }))).toBe(
      "unsupported_algorithm",
    );
    expect(await refusalOf(() => mintmark.generateKeyPair(mintmark.RS256, { modulusLength: 16_392 }))).toBe(
      "invalid_argument",
    );
    await expect(mintmark.generateKeyPair(mintmark.RS256, { modulusLength: 1024 })).rejects.toThrow(/^modulusLength: /);
  });

  it("a key of a set is imported once, and its first token waits for one verification", async () => {
    const { mintmark, imported, verified } = await asking();
    const jwk = { ...publicJwkFor(ES256), kid: "one" };
    const keys = await mintmark.localJwks({ keys: [jwk, { ...jwk, kid: "other" }] }, { algorithms: [mintmark.ES256] });
    expect(imported).toEqual([]);
    for (let time = 1; time <= 3; time++) {
      const [key] = await keys.select({ alg: "ES256", kid: "one" });
      expect(await key!.verify(utf8("data"), new Uint8Array(64))).toBe(true);
      expect(imported).toEqual([{ extractable: false, usages: ["verify"] }]);
      expect(verified()).toBe(time);
    }
  });

  it("nor can the handles of a key pair", async () => {
    const { mintmark, imported } = await asking();
    await mintmark.importSigningKey(privateJwkFor(ES256), mintmark.ES256, { extractable: true });
    expect(imported.map(({ extractable }) => extractable)).toEqual([false, false]);
  });
});

describe("a runtime that refuses a key of a set when it imports it", () => {
  const jwk = publicJwkFor(ES256);
  /** It refuses the first `times` imports. */
  const setWith = async (kids: readonly (string | undefined)[], times = 1) => {
    let imports = 0;
    const mintmark = await onRuntimeWhere((method, _args, asked) =>
      method === "importKey" && ++imports <= times ? Promise.reject(new DOMException("", "DataError")) : asked(),
    );
    const keys = kids.map((kid) => ({ ...jwk, ...(kid !== undefined && { kid }) }));
    const set = await mintmark.localJwks({ keys }, { algorithms: [mintmark.ES256] });
    return { mintmark, set, imports: () => imports };
  };

  it("passes over it, with its words kept to itself, and uses the others", async () => {
    const { set, imports } = await setWith(["one", "other"]);
    for (let time = 0; time < 2; time++) {
      expect(await set.select({ alg: "ES256", kid: "one" })).toEqual([]);
      expect(await set.select({ alg: "ES256", kid: "other" })).toHaveLength(1);
      expect(await set.select({ alg: "ES256" })).toHaveLength(1);
    }
    expect(set.passedOver).toEqual([{ index: 0, kid: "one", reason: "this runtime does not take the key for ES256" }]);
    expect(imports()).toBe(2);
  });

  it("looks among the keys without a kid then", async () => {
    const { set } = await setWith(["one", undefined]);
    const found = await set.select({ alg: "ES256", kid: "one" });
    expect(found.map(({ kid }) => kid)).toEqual([undefined]);
  });

  it("says why there is none: jwks_invalid", async () => {
    const { mintmark, set } = await setWith(["one", "other"], 2);
    const header = Buffer.from('{"alg":"ES256","kid":"one"}').toString("base64url");
    const refused = mintmark.verify(`${header}.e30.${"A".repeat(86)}`, set, { issuer: "a", audience: "b" });
    await expect(refused).rejects.toThrow('no key for kid "one": key 0 of the set is passed over');
    await expect(refused).rejects.toMatchObject({ code: "jwks_invalid" });
  });
});

describe("RSA numbers that no runtime should be asked to compute with (RFC 8017 §3.2)", () => {
  const jwk = privateJwkFor(RS256);
  const padded = (octets: number): string => Buffer.alloc(octets, 0x7f).toString("base64url");
  it.each(["d", "p", "q", "dp", "dq", "qi"])("%s longer than n is invalid_key, and soon", async (name) => {
    const started = performance.now();
    for (const octets of [257, 300, 50_000]) {
      const hostile: Jwk = { ...jwk, [name]: padded(octets) };
      expect(await refusalOf(() => importSigningKey(hostile, RS256))).toBe("invalid_key");
      expect(await refusalOf(() => importSigningKeySync(hostile, RS256))).toBe("invalid_key");
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it.each(["n", "e"])("%s of 50,000 octets is invalid_key, and soon", async (name) => {
    const started = performance.now();
    expect(await refusalOf(() => importSigningKey({ ...jwk, [name]: padded(50_000) }, RS256))).toBe("invalid_key");
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
