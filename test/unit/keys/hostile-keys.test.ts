// Keys that some runtime, or some library, takes, and that mintmark refuses at import: as JWK, as PEM and as CryptoKey,
// asynchronously and synchronously. The data says which clause each one breaks; the good originals are imported first,
// so that a refusal is due to the fault alone.

import type { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as mintmark from "../../../src/index.ts";
import type { AsymmetricAlgorithm, HmacAlgorithm, Jwk } from "../../../src/index.ts";
import { asymmetricAlgorithms, hmacAlgorithms } from "../../spec/algorithms.ts";

type Use = "signing" | "verifying";
type Members = Readonly<Record<string, unknown>>;

interface Case {
  readonly name: string;
  readonly reason: string;
  readonly algs: readonly string[];
  readonly as: readonly Use[];
  /** Name of the good key that is changed by `set` and `without`; absent where only PEM can say it. */
  readonly of?: string;
  readonly set?: Members;
  readonly without?: readonly string[];
  readonly pem?: Partial<Record<Use, readonly string[]>>;
  /** The fault survives where a runtime imports the key itself. */
  readonly cryptoKey?: true;
  readonly codes?: readonly string[];
}

interface HostileKeys {
  readonly good: Readonly<Record<string, { readonly algs: readonly string[]; readonly jwk: Members }>>;
  readonly cases: readonly Case[];
  readonly jwkSecrets: readonly {
    readonly name: string;
    readonly reason: string;
    readonly algs: readonly string[];
    readonly jwk: Members;
  }[];
  readonly texts: readonly { readonly name: string; readonly text: string }[];
  readonly ders: readonly { readonly name: string; readonly base64: string }[];
}

interface PemFile {
  readonly name: string;
  readonly made: string;
  readonly why?: string;
  readonly pem: string;
  readonly accepts: Partial<Record<Use, readonly string[]>>;
  readonly refuses: Partial<Record<Use, readonly string[]>>;
}

// Both files are written in these shapes; JSON carries no types.
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const { good, cases, jwkSecrets, texts, ders } = read("hostile-keys.json") as HostileKeys;
const { files } = read("hostile-keys-pem.json") as { readonly files: readonly PemFile[] };

// ── the public surface by name ────────────────────────────────────────────────────────────────────────────────────

const { HS256, HS384, HS512, ES256, Ed25519 } = mintmark;
const asymmetricOf = (name: string): AsymmetricAlgorithm => asymmetricAlgorithms.find((alg) => alg.name === name)!;
const hmacOf = (name: string): HmacAlgorithm => hmacAlgorithms.find((alg) => alg.name === name)!;

/** Hostile input is not typed; that is the point of it. */
type Untyped = (key: unknown, alg: AsymmetricAlgorithm, options?: object) => unknown;
type UntypedSecret = (secret: unknown, alg: HmacAlgorithm, options?: object) => unknown;
const importers: Record<Use, readonly [Untyped, Untyped]> = {
  signing: [mintmark.importSigningKey as Untyped, mintmark.importSigningKeySync as Untyped],
  verifying: [mintmark.importVerifyingKey as Untyped, mintmark.importVerifyingKeySync as Untyped],
};
const secretImporters = [mintmark.importSecret as UntypedSecret, mintmark.importSecretSync as UntypedSecret] as const;

// ── what a refusal is ─────────────────────────────────────────────────────────────────────────────────────────────

const invalid = ["invalid_key"];
/** What is no key at all may be called a wrong argument. */
const invalidInput = ["invalid_key", "invalid_argument"];
/** A CryptoKey has no synchronous import at all. */
const invalidHandle = ["invalid_key", "sync_unavailable"];

/** Every 12 characters in a row of the base64 within, so that a message that quotes a key is found. */
const quotes = (message: string, text: string): boolean => {
  const body = text.replace(/-----[A-Z0-9 ]+-----/g, "");
  for (let at = 0; at + 12 <= message.length; at++) {
    const piece = message.slice(at, at + 12);
    if (/^[\w+/-]{12}$/.test(piece) && /\d|[A-Z].*[a-z]|[a-z].*[A-Z]/.test(piece) && body.includes(piece)) return true;
  }
  return false;
};

/** The code of the TypeError that `attempt` ends in, or what happened instead. */
const refusal = async (attempt: () => unknown, secret = ""): Promise<string> => {
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof TypeError) || !("code" in error))
      return `${String(error)}, which is no TypeError with a code`;
    const told = [error.message, String(error.stack), JSON.stringify(error), String(error.cause)].join("\n");
    return quotes(told, secret) ? "a message that quotes the key" : String(error.code);
  }
  return "accepted";
};

/** Refused by the asynchronous and the synchronous import alike. */
const expectRefused = async (
  use: Use,
  key: unknown,
  alg: string,
  codes: readonly string[] = invalid,
): Promise<void> => {
  const material = typeof key === "string" ? key : JSON.stringify(key);
  for (const [importer, how] of [
    [importers[use][0], "asynchronous"],
    [importers[use][1], "synchronous"],
  ] as const) {
    if (how === "asynchronous" && codes === invalidHandle) {
      expect(await refusal(() => importer(key, asymmetricOf(alg))), `${use}, ${alg}`).toBe("invalid_key");
      continue;
    }
    const code = await refusal(() => importer(key, asymmetricOf(alg)), material);
    expect(codes, `${how}, ${use}, ${alg}: ${code}`).toContain(code);
  }
};

const expectSecretRefused = async (
  secret: unknown,
  alg: string,
  options: object = {},
  codes: readonly string[] = invalid,
): Promise<void> => {
  for (const importer of secretImporters) {
    const code = await refusal(() => importer(secret, hmacOf(alg), options), typeof secret === "string" ? secret : "");
    expect(codes, `${alg}: ${code}`).toContain(code);
  }
};

const expectAccepted = async (use: Use, key: unknown, alg: string): Promise<void> => {
  const [asynchronous, synchronous] = importers[use];
  expect(await asynchronous(key, asymmetricOf(alg)), `${use}, ${alg}`).toMatchObject({ alg });
  expect(synchronous(key, asymmetricOf(alg)), `${use}, ${alg}, synchronous`).toMatchObject({ alg });
};

// ── JWKs of the data ──────────────────────────────────────────────────────────────────────────────────────────────

const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"];
const without = (jwk: Members, names: readonly string[]): Members =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name)));
const publicPart = (jwk: Members): Members => without(jwk, privateMembers);
const half = (use: Use, jwk: Members): Members => (use === "signing" ? jwk : publicPart(jwk));
const jwkOf = (one: Case): Members | undefined => {
  const original = one.of === undefined ? undefined : good[one.of];
  return original === undefined ? undefined : without({ ...original.jwk, ...one.set }, one.without ?? []);
};

const hasMlDsa = await crypto.subtle.generateKey({ name: "ML-DSA-44" }, false, ["sign", "verify"]).then(
  () => true,
  () => false,
);
const runtimeHas = (alg: string): boolean => hasMlDsa || !alg.startsWith("ML-DSA");

describe("the good keys behind the hostile ones", () => {
  for (const [name, { algs, jwk }] of Object.entries(good)) {
    for (const alg of algs) {
      it(`${name} is imported for ${alg}`, async () => {
        if (jwk.kty === "oct") {
          for (const importer of secretImporters) expect(await importer(jwk, hmacOf(alg))).toMatchObject({ alg });
        } else if (!runtimeHas(alg)) {
          for (const use of ["verifying", "signing"] as const) {
            expect(await refusal(() => importers[use][0](half(use, jwk), asymmetricOf(alg)))).toBe(
              "unsupported_algorithm",
            );
            expect(["unsupported_algorithm", "sync_unavailable"]).toContain(
              await refusal(() => importers[use][1](half(use, jwk), asymmetricOf(alg))),
            );
          }
        } else if (jwk.kty === "AKP") {
          // Whether node:crypto has it too is another question than whether Web Crypto has it.
          await expect(importers.verifying[0](publicPart(jwk), asymmetricOf(alg))).resolves.toMatchObject({ alg });
          await expect(importers.signing[0](jwk, asymmetricOf(alg))).resolves.toMatchObject({ alg });
        } else {
          await expectAccepted("verifying", publicPart(jwk), alg);
          if ("d" in jwk) await expectAccepted("signing", jwk, alg);
        }
      });
    }
  }

  it.each(["sig", "jwt-svid"])("use %s is for signatures", async (use) => {
    await expectAccepted("verifying", { ...publicPart(good.p256!.jwk), use }, "ES256");
  });

  it.each([
    ["signing", ["sign"]],
    ["signing", ["sign", "verify"]],
    ["verifying", ["verify"]],
    ["verifying", ["verify", "encrypt"]],
  ] as const)("key_ops of a %s key may be %j", async (use, ops) => {
    await expectAccepted(use, { ...half(use, good.p256!.jwk), key_ops: ops }, "ES256");
  });

  it("members that mintmark does not know are ignored (RFC 7517 §4)", async () => {
    await expectAccepted(
      "verifying",
      { ...publicPart(good.p256!.jwk), issuer: "someone", x5c: ["AAAA"], ext: true },
      "ES256",
    );
  });
});

describe("hostile keys are refused at import", () => {
  it.each(cases)("$name ($reason)", async (one) => {
    const jwk = jwkOf(one);
    for (const alg of one.algs) {
      for (const use of one.as) {
        if (jwk !== undefined) await expectRefused(use, half(use, jwk), alg, one.codes);
        for (const pem of one.pem?.[use] ?? []) await expectRefused(use, pem, alg, one.codes);
      }
    }
  });
});

/** What the runtime's own import makes of a JWK, if anything. */
const cryptoKeyOf = async (jwk: Members, alg: string, use: Use): Promise<webcrypto.CryptoKey | undefined> => {
  const parameters = /^E[dS]/.test(alg)
    ? alg.startsWith("ES")
      ? { name: "ECDSA", namedCurve: `P-${alg === "ES512" ? "521" : alg.slice(2)}` }
      : { name: "Ed25519" }
    : { name: alg.startsWith("PS") ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash: `SHA-${alg.slice(2)}` };
  try {
    return await crypto.subtle.importKey("jwk", jwk, parameters, true, [use === "signing" ? "sign" : "verify"]);
  } catch {
    return undefined;
  }
};

describe("hostile keys are refused as the CryptoKey that a lax runtime made of them", () => {
  it.each(cases.filter(({ cryptoKey }) => cryptoKey))("$name", async (one) => {
    for (const alg of one.algs) {
      for (const use of one.as) {
        const key = await cryptoKeyOf(half(use, jwkOf(one)!), alg, use);
        if (key !== undefined) await expectRefused(use, key, alg, invalidHandle);
      }
    }
  });

  const generate = (parameters: object, usages: readonly string[]): Promise<webcrypto.CryptoKeyPair> =>
    // Every one of the parameters below is one of a pair.
    crypto.subtle.generateKey(parameters as webcrypto.EcKeyGenParams, true, usages as webcrypto.KeyUsage[]);
  const exponent = new Uint8Array([1, 0, 1]);
  const signVerify = ["sign", "verify"];
  it.each([
    [
      "RSA of another hash",
      "RS256",
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512", modulusLength: 2048, publicExponent: exponent },
      signVerify,
    ],
    [
      "RSA of another padding",
      "RS256",
      { name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048, publicExponent: exponent },
      signVerify,
    ],
    [
      "RSA of 1024 bits",
      "RS256",
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 1024, publicExponent: exponent },
      signVerify,
    ],
    [
      "RSA with e = 3",
      "PS256",
      { name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([3]) },
      signVerify,
    ],
    [
      "RSA for encryption",
      "RS256",
      { name: "RSA-OAEP", hash: "SHA-256", modulusLength: 2048, publicExponent: exponent },
      ["encrypt", "decrypt"],
    ],
    ["EC of another curve", "ES256", { name: "ECDSA", namedCurve: "P-384" }, signVerify],
    ["EC for key agreement", "ES256", { name: "ECDH", namedCurve: "P-256" }, ["deriveBits"]],
    ["EC for RSA", "RS256", { name: "ECDSA", namedCurve: "P-256" }, signVerify],
    ["Ed25519 for EC", "ES256", { name: "Ed25519" }, signVerify],
  ] as const)("%s for %s", async (_what, alg, parameters, usages) => {
    const pair = await generate(parameters, usages);
    await expectRefused("signing", pair.privateKey, alg, invalidHandle);
    await expectRefused("verifying", pair.publicKey, alg, invalidHandle);
  });

  it("the wrong half", async () => {
    const pair = await generate({ name: "ECDSA", namedCurve: "P-256" }, signVerify);
    await expectRefused("signing", pair.publicKey, "ES256", invalidHandle);
    await expectRefused("verifying", pair.privateKey, "ES256", invalidHandle);
    await expectRefused("signing", pair, "ES256", invalidInput);
  });

  it("a secret as a key pair", async () => {
    const secret = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign", "verify"]);
    await expectRefused("signing", secret, "ES256", invalidHandle);
    await expectRefused("verifying", secret, "ES256", invalidHandle);
  });
});

describe("what is no key of the wanted half is refused", () => {
  it.each(Object.entries(good).filter(([, { jwk }]) => "d" in jwk))(
    "%s: a private JWK verifies nothing, a public JWK signs nothing",
    async (_name, { algs, jwk }) => {
      for (const alg of algs) {
        await expectRefused("verifying", jwk, alg);
        await expectRefused("signing", publicPart(jwk), alg);
      }
    },
  );

  it.each(privateMembers.slice(0, 6))("an RSA key that shows %s is not imported as a public one", async (member) => {
    await expectRefused("verifying", { ...publicPart(good.rsa!.jwk), [member]: good.rsa!.jwk[member] }, "RS256");
  });

  it.each([
    ["undefined", undefined],
    ["null", null],
    ["true", true],
    ["a number", 5],
    ["a bigint", 5n],
    ["an empty array", []],
    ["an empty object", {}],
    ["an empty string", ""],
    ["a space", " "],
    ["a word", "secret"],
    ["bytes", new Uint8Array(32)],
    ["an ArrayBuffer", new ArrayBuffer(32)],
    ["a function", () => good.p256!.jwk],
    ["a symbol", Symbol("key")],
    ["a JWKS", { keys: [publicPart(good.p256!.jwk)] }],
    ["a JWK as text within a list", JSON.stringify([publicPart(good.p256!.jwk)])],
    ["an array with a JWK", [publicPart(good.p256!.jwk)]],
    ["base64 without its PEM frame", ders.find(({ name }) => name === "p256-spki")!.base64],
  ])("%s", async (_what, value) => {
    for (const use of ["signing", "verifying"] as const) {
      for (const importer of importers[use])
        expect(invalidInput).toContain(await refusal(() => importer(value, ES256)));
    }
  });

  it("a JWK whose members are inherited: only own properties count", async () => {
    await expectRefused("verifying", Object.create(publicPart(good.p256!.jwk)), "ES256", invalidInput);
    await expectRefused("signing", Object.create(good.p256!.jwk), "ES256", invalidInput);
  });

  it("members that differ from read to read are read once", async () => {
    let reads = 0;
    const jwk = {
      ...publicPart(good.ed25519!.jwk),
      get x() {
        return reads++ === 0 ? good.ed25519!.jwk.x : "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
      },
    };
    const key = await mintmark.importVerifyingKey(jwk as Jwk, Ed25519);
    expect(await mintmark.exportJwk(key)).toMatchObject({ x: good.ed25519!.jwk.x });
  });
});

describe("PEM files made by openssl", () => {
  it.each(files)("$name: $made", async ({ name, pem, accepts, refuses }) => {
    for (const use of ["signing", "verifying"] as const) {
      for (const alg of accepts[use] ?? []) await expectAccepted(use, pem, alg);
      for (const alg of refuses[use] ?? []) await expectRefused(use, pem, alg);
    }
    // Every form of a key is the same key.
    const [family = ""] = name.split("-");
    const original = files.find((file) => file.name === `${family}-spki`);
    const [alg] = accepts.verifying ?? [];
    if (alg !== undefined && original !== undefined) {
      const [one, other] = await Promise.all(
        [pem, original.pem].map((text) => mintmark.importVerifyingKey(text, asymmetricOf(alg))),
      );
      expect(await mintmark.thumbprint(one!)).toBe(await mintmark.thumbprint(other!));
    }
  });

  it.each(files.filter(({ name }) => name.endsWith("-encrypted")))(
    "$name: the refusal shows the openssl command",
    async ({ pem, refuses }) => {
      for (const importer of importers.signing) {
        const attempt = async (): Promise<unknown> => importer(pem, asymmetricOf(refuses.signing![0]!));
        await expect(attempt()).rejects.toThrow(/openssl/);
      }
    },
  );
});

// ── secrets ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Distinct octets: nothing but their number can be wrong. */
const octets = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 37 + 11) % 251);
const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

describe("hostile secrets are refused at import", () => {
  it.each([
    ["HS256", 32],
    ["HS384", 48],
    ["HS512", 64],
  ] as const)("%s takes %i bytes and not one less", async (alg, least) => {
    for (const importer of secretImporters) expect(await importer(octets(least), hmacOf(alg))).toMatchObject({ alg });
    for (let length = 0; length < least; length++) await expectSecretRefused(octets(length), alg);
    for (const encoding of ["hex", "base64", "base64url"] as const) {
      await expectSecretRefused(Buffer.from(octets(least - 1)).toString(encoding), alg, { encoding });
    }
    await expectSecretRefused("correct horse battery staple", alg);
  });

  it("a short secret is told the command that makes a long one", () => {
    for (const [alg, least] of [
      [HS256, 32],
      [HS384, 48],
      [HS512, 64],
    ] as const) {
      expect(() => mintmark.importSecretSync("secret", alg)).toThrow(`openssl rand -base64 ${String(least)}`);
    }
  });

  it.each([
    ["undefined", undefined],
    ["null", null],
    ["an empty string", ""],
    ["no bytes", new Uint8Array()],
    ["a number", 5],
    ["true", true],
    ["an array", [...octets(64)]],
    ["an empty object", {}],
    ["an ArrayBuffer", octets(64).buffer],
    ["a function", () => octets(64)],
  ])("%s", async (_what, secret) => {
    for (const alg of ["HS256", "HS384", "HS512"]) await expectSecretRefused(secret, alg, {}, invalidInput);
  });

  it.each([0, 0x20, 0x61, 0xff])("all bytes equal to %i", async (octet) => {
    for (const length of [32, 48, 64, 1000])
      await expectSecretRefused(
        new Uint8Array(length).fill(octet),
        length === 32 ? "HS256" : length === 48 ? "HS384" : "HS512",
      );
  });
  it("one letter, again and again, however it is encoded", async () => {
    await expectSecretRefused("x".repeat(64), "HS512");
    await expectSecretRefused("00".repeat(64), "HS512", { encoding: "hex" });
    await expectSecretRefused("A".repeat(43), "HS256", { encoding: "base64url" });
    await expectSecretRefused(`${"A".repeat(43)}=`, "HS256", { encoding: "base64" });
  });

  it.each(["\ud800", "\udc00", "\ud800\ud800", "\udc00\ud800", "a\udfff"])(
    "a lone surrogate, which UTF-8 cannot write (%j)",
    async (lone) => {
      await expectSecretRefused(`a long enough secret, and then ${lone} and more of it`, "HS256", {}, invalidInput);
    },
  );

  it.each([
    ["hex", "0g".repeat(64)],
    ["hex", "abc".repeat(43)],
    ["base64", "!".repeat(100)],
    ["base64url", "+".repeat(100)],
    ["base64url", `${"AbCd".repeat(25)}A`],
  ])("text that is no %s: %s", async (encoding, text) => {
    await expectSecretRefused(text, "HS256", { encoding }, invalidInput);
  });

  it.each(jwkSecrets)("JWK: $name ($reason)", async ({ algs, jwk }) => {
    for (const alg of algs) await expectSecretRefused(jwk, alg);
  });

  it.each(Object.entries(good).filter(([, { jwk }]) => jwk.kty !== "oct"))(
    "%s as a JWK, private and public",
    async (_name, { jwk }) => {
      await expectSecretRefused(jwk, "HS256");
      await expectSecretRefused(publicPart(jwk), "HS256");
    },
  );

  it.each([
    ["a public PEM", "p256-spki"],
    ["a private PEM", "p256-pkcs8"],
  ])("a CryptoKey of %s is no secret", async (_what, name) => {
    const der = Buffer.from(ders.find((one) => one.name === name)!.base64, "base64");
    const [format, usage] = name.endsWith("spki") ? (["spki", "verify"] as const) : (["pkcs8", "sign"] as const);
    const key = await crypto.subtle.importKey(format, der, { name: "ECDSA", namedCurve: "P-256" }, true, [usage]);
    await expectSecretRefused(key, "HS256", {}, invalidInput);
  });
});

describe("a key in any serialisation is no secret (the confusion of RFC 8725 §2.1)", () => {
  /** How a text changes on its way through editors, shells and environment variables. */
  const ways: readonly (readonly [string, (text: string) => string])[] = [
    ["as it is", (text) => text],
    ["without its last line end", (text) => text.trimEnd()],
    ["with blank lines after it", (text) => `${text}\n\n`],
    ["with spaces and line ends before it", (text) => ` \t\r\n  ${text}`],
    ["with CRLF", (text) => text.replaceAll("\n", "\r\n")],
    ["with a byte order mark", (text) => `\ufeff${text}`],
    ["with a byte order mark and CRLF", (text) => `\ufeff${text.replaceAll("\n", "\r\n")}\r\n`],
  ];

  describe.each(ways)("%s", (_how, change) => {
    it.each(texts)("$name", async ({ text }) => {
      const changed = change(text);
      await expectSecretRefused(changed, "HS256");
      await expectSecretRefused(utf8(changed), "HS256");
    });
  });

  it.each(texts.filter(({ text }) => text.includes("-----BEGIN")))(
    "$name with \\n as two characters",
    async ({ text }) => {
      await expectSecretRefused(text.replaceAll("\n", "\\n"), "HS256");
    },
  );

  it.each(texts)("$name in base64", async ({ text }) => {
    const base64 = Buffer.from(text).toString("base64");
    // Text in base64 that nobody asked to decode: only a PEM is looked for.
    if (text.includes("-----BEGIN")) await expectSecretRefused(base64, "HS256");
    await expectSecretRefused(base64, "HS256", { encoding: "base64" });
    await expectSecretRefused(Buffer.from(text).toString("base64url"), "HS256", { encoding: "base64url" });
    await expectSecretRefused({ kty: "oct", k: Buffer.from(text).toString("base64url") }, "HS256");
  });

  it.each(ders)("$name as DER, in every encoding", async ({ base64 }) => {
    const der = Uint8Array.from(Buffer.from(base64, "base64"));
    const wrapped = base64.replace(/.{64}/g, "$&\n");
    await expectSecretRefused(der, "HS256");
    for (const text of [base64, `${base64}\n`, wrapped, wrapped.replaceAll("\n", "\r\n")])
      await expectSecretRefused(text, "HS256");
    await expectSecretRefused(utf8(base64), "HS256");
    await expectSecretRefused(base64, "HS256", { encoding: "base64" });
    await expectSecretRefused(Buffer.from(der).toString("hex"), "HS256", { encoding: "hex" });
    await expectSecretRefused(Buffer.from(der).toString("base64url"), "HS256", { encoding: "base64url" });
    await expectSecretRefused({ kty: "oct", k: Buffer.from(der).toString("base64url") }, "HS256");
  });

  const spki = ders.find(({ name }) => name === "rsa-spki")!.base64;
  const random = Buffer.from(octets(64));
  it.each([
    ["random bytes that begin as a DER SEQUENCE", Buffer.concat([Buffer.from([0x30, 0x82, 0x01, 0x22]), random])],
    ["random bytes that begin as a short DER SEQUENCE", Buffer.concat([Buffer.from([0x30, 0x2a, 0x30, 0x05]), random])],
    ["the first 60 characters of an SPKI", spki.slice(0, 60)],
    ["a sentence about PEM", "-----BEGIN of a passphrase that nobody would guess, I hope"],
    ["a sentence about SSH", "ssh-rsa is an old algorithm and this is my long passphrase"],
    ["text in braces", "{not JSON, but a passphrase of more than 32 characters}"],
    ["JSON that is no key", JSON.stringify({ user: "someone", note: "long enough for a secret" })],
    ["JSON whose kty is no key type", JSON.stringify({ kty: 5, note: "long enough for a secret, too" })],
    ["base64 of random bytes", random.toString("base64")],
    ["base64url of random bytes", random.toString("base64url")],
    ["hex of random bytes", random.toString("hex")],
  ])("but %s is one", async (_what, secret) => {
    for (const importer of secretImporters) expect(await importer(secret, HS256)).toMatchObject({ alg: "HS256" });
  });
});
