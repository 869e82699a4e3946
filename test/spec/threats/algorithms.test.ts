// The rows of the threat table about which algorithm and which key a token is checked with. Each describe quotes the fault.
import { createHash, createPrivateKey, createPublicKey, sign as nodeSign, X509Certificate } from "node:crypto";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  Ed25519,
  ES256,
  ES384,
  HS256,
  HS384,
  HS512,
  RS256,
  createVerifier,
  exportJwk,
  generateKeyPair,
  generateSecret,
  importSecret,
  importSecretSync,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  sign,
  signSync,
  verify,
  verifyJws,
  verifyJwsJson,
  verifySync,
} from "../../../src/index.ts";
import type {
  AsymmetricAlgorithm,
  HmacAlgorithm,
  Jwk,
  KeySource,
  SecretKey,
  SigningKey,
  VerifyingKey,
} from "../../../src/index.ts";
import {
  base64url,
  claiming,
  expected,
  goodClaims,
  hs256,
  macOver,
  outcome,
  part,
  signedBy,
  verdict,
  verdictAsync,
} from "./forge.ts";
import { everyKey, goodJwk, keyDers, keyTexts, publicPart, secretText } from "./keys.ts";
import { asymmetricAlgorithms, hmacAlgorithms } from "../algorithms.ts";
import type { TestKey } from "./keys.ts";

/** Whether a key is taken; it is refused as no good key, or because this runtime lacks the algorithm. */
const verdictOf = async (attempt: () => unknown): Promise<boolean> => {
  const code = await outcome(attempt);
  expect(["accepted", "invalid_key", "unsupported_algorithm", "sync_unavailable"]).toContain(code);
  return code === "accepted";
};

let secret: SecretKey;
let keys: readonly TestKey[];
beforeAll(async () => {
  secret = await importSecret(secretText, HS256);
  keys = await everyKey();
});

/** A source of one key that remembers what it was asked. */
const watched = (key: VerifyingKey): { source: KeySource; asked: unknown[] } => {
  const asked: unknown[] = [];
  const select = (wanted: unknown): readonly VerifyingKey[] => {
    asked.push(wanted);
    return [key];
  };
  return { asked, source: { algorithms: [key.alg], select, selectSync: select } };
};

describe("`alg: none`, any case or spelling, with or without a signature; unknown `alg` gives an empty signature (CVE-2015-9235, CVE-2022-23540, CVE-2026-23993, GHSA-88q6-jcjg-hvmw)", () => {
  const names = [
    "none",
    "None",
    "nOnE",
    "NONE",
    " none",
    "none ",
    "\tnone",
    "none\n",
    "none\0",
    "\ufeffnone",
    "ｎｏｎｅ",
    "",
    " ",
    "foo",
    "hs256",
    "Hs256",
    "HS256 ",
    "HS25",
    "HS2567",
    "HMAC",
    "HS1",
    "sha256",
    "toString",
    "__proto__",
    "constructor",
  ];
  const others: readonly unknown[] = [
    null,
    0,
    1,
    true,
    false,
    [],
    ["none"],
    ["HS256"],
    {},
    { toString: "HS256" },
    { 0: "HS256", length: 1 },
  ];

  /** With the right MAC, with any, with none at all, and without the last part. */
  const signatures = (header: unknown): readonly string[] => {
    const input = `${part(header)}.${part(goodClaims())}`;
    return [macOver(input), `${input}.`, `${input}.AA`, input];
  };

  it.each(names)("alg %j", async (alg) => {
    const { source, asked } = watched(secret);
    for (const token of signatures({ alg, typ: "JWT" })) {
      for (const key of [secret, source])
        expect(await verdict(token, key)).toBe(token.split(".").length === 3 ? "alg_not_allowed" : "token_malformed");
      expect(await outcome(() => verifyJws(token, source))).not.toBe("accepted");
    }
    expect(asked).toEqual([]);
  });

  it.each(others)("alg %j", async (alg) => {
    const { source, asked } = watched(secret);
    for (const token of signatures({ alg }).slice(0, 3)) {
      for (const key of [secret, source]) expect(await verdict(token, key)).toBe("header_invalid");
    }
    expect(asked).toEqual([]);
  });

  it("no alg at all, or one that only the prototype has", async () => {
    const { source, asked } = watched(secret);
    for (const header of [{}, { typ: "JWT" }, { kid: "1" }, '{"__proto__":{"alg":"HS256"}}']) {
      for (const token of signatures(header).slice(0, 3)) expect(await verdict(token, source)).toBe("header_invalid");
    }
    expect(asked).toEqual([]);
  });

  it("two algs in one header, whichever comes last", async () => {
    for (const header of [
      '{"alg":"none","alg":"HS256"}',
      '{"alg":"HS256","alg":"none"}',
      '{"alg":"HS256","\\u0061lg":"HS256"}',
    ]) {
      expect(await verdict(macOver(`${part(header)}.${part(goodClaims())}`), secret)).toBe("header_invalid");
    }
  });

  it("in the JSON serialization, in either header", async () => {
    const [header, payload, signature] = claiming(goodClaims()).split(".") as [string, string, string];
    const none = part({ alg: "none" });
    for (const jws of [
      { payload, protected: none, signature: "" },
      { payload, protected: none, signature },
      { payload, header: { alg: "none" }, signature: "" },
      { payload, header: { alg: "HS256" }, signature },
      { payload, protected: header, header: { alg: "none" }, signature },
      { payload, protected: part({}), header: { alg: "HS256" }, signature },
    ])
      expect(["alg_not_allowed", "header_invalid", "token_malformed"]).toContain(
        await outcome(() => verifyJwsJson(jws, secret)),
      );
  });

  it.each(["none", "None", "nOnE", " none ", ""])("a plug-in key cannot be for %j", async (alg) => {
    const plugIn = { alg, sign: () => new Uint8Array(32), verify: () => true };
    expect(await outcome(() => sign({}, plugIn))).toBe("invalid_argument");
    expect(await verdict(hs256({ alg }, goodClaims()), plugIn)).toBe("invalid_argument");
    expect(await verdict(hs256({ alg }, goodClaims()), { algorithms: [alg], select: () => [plugIn] })).toBe(
      "invalid_argument",
    );
  });

  it("a plug-in that gives an empty signature signs nothing", async () => {
    for (const alg of ["foo", "HS256", "ES256", "RS256", "PS512", "Ed25519", "ML-DSA-44"]) {
      const plugIn = { alg, sign: () => new Uint8Array(), signSync: () => new Uint8Array() };
      expect(await outcome(() => sign({}, plugIn))).toBe("invalid_argument");
      expect(await outcome(() => signSync({}, plugIn))).toBe("invalid_argument");
    }
  });
});

describe("Public key used as an HMAC secret (CVE-2015-9235, CVE-2016-10555, DSA-3293, CVE-2022-29217, CVE-2023-48223, CVE-2026-34950, CVE-2026-48526, GHSA-ffc3-869f-jxw9, GHSA-ww5h-9m49-7xx4, GHSA-g3jj-5cmm-3hxx)", () => {
  const spki = keyTexts.filter(({ name }) => /spki|pkcs1-public|certificate$|ssh-|ecdsa-|public JWK|JWKS$/.test(name));
  const ways: readonly (readonly [string, (text: string) => string])[] = [
    ["as it is", (text) => text],
    ["with CRLF", (text) => text.replaceAll("\n", "\r\n")],
    ["with CR alone", (text) => text.replaceAll("\n", "\r")],
    ["in one line", (text) => text.replaceAll("\n", " ")],
    ["with a BOM", (text) => `\ufeff${text}`],
    ["with leading junk", (text) => `Bag Attributes\n    friendlyName: key\n${text}`],
    ["with a trailing newline", (text) => `${text.trimEnd()}\n`],
    ["without its last newline", (text) => text.trimEnd()],
    ["with trailing blank lines", (text) => `${text}\r\n\r\n`],
  ];

  it("has every serialisation to try", () => {
    expect(spki.length).toBeGreaterThanOrEqual(12);
  });

  describe.each(ways)("%s", (_way, change) => {
    it.each(spki)("$name is refused as a secret, as text and as bytes", async ({ text }) => {
      for (const alg of hmacAlgorithms) {
        for (const form of [change(text), Uint8Array.from(Buffer.from(change(text)))]) {
          expect(await outcome(() => importSecret(form, alg))).toBe("invalid_key");
          expect(await outcome(() => importSecretSync(form, alg))).toBe("invalid_key");
        }
      }
    });
  });

  it.each([
    ["as it is", ""],
    ["with a trailing newline", "\n"],
    ["with a trailing CRLF", "\r\n"],
  ])("DER %s is refused as a secret", async (_way, tail) => {
    for (const { base64 } of keyDers) {
      const der = Uint8Array.from([...Buffer.from(base64, "base64"), ...Buffer.from(tail)]);
      expect(await outcome(() => importSecret(der, HS256))).toBe("invalid_key");
      expect(await outcome(() => importSecret(base64 + tail, HS256))).toBe("invalid_key");
    }
  });

  it("an SSH key without its type word is refused as a secret", async () => {
    for (const { text } of keyTexts.filter(({ name }) => /^(ssh|ecdsa)-/.test(name))) {
      expect(await outcome(() => importSecret(text.split(" ")[1]!, HS256))).toBe("invalid_key");
    }
  });

  it("a list of JWKs, as a JWKS has it, is refused as a secret", async () => {
    const [one, other] = [publicPart(goodJwk("p256")), publicPart(goodJwk("ed25519"))];
    for (const text of [JSON.stringify([one]), JSON.stringify([one, other]), JSON.stringify([one, other], null, 2)]) {
      expect(await outcome(() => importSecret(text, HS256))).toBe("invalid_key");
    }
  });

  const sshNames = { rsa: "ssh-rsa", p256: "ecdsa-sha2", ed25519: "ssh-ed25519" } as const;

  it("a token HMAC'ed with any of them fails against the key", async () => {
    for (const [name, alg] of [
      ["rsa", RS256],
      ["p256", ES256],
      ["ed25519", Ed25519],
    ] as const) {
      const jwk = publicPart(goodJwk(name));
      const key = await importVerifyingKey(jwk, alg);
      const object = createPublicKey({ key: jwk, format: "jwk" });
      const pem = object.export({ type: "spki", format: "pem" }).toString();
      const der = object.export({ type: "spki", format: "der" });
      const forms: (string | Uint8Array)[] = [
        pem,
        pem.trimEnd(),
        `\ufeff${pem}`,
        pem.replaceAll("\n", "\r\n"),
        `junk\n${pem}`,
        der,
        der.toString("base64"),
        der.toString("hex"),
        JSON.stringify(jwk),
        JSON.stringify(await exportJwk(key)),
        String(jwk.n ?? jwk.x),
        Buffer.from(String(jwk.n ?? jwk.x), "base64url"),
        "",
        new Uint8Array(),
        JSON.stringify(jwk, null, 2),
        JSON.stringify({ keys: [jwk] }),
        Buffer.concat([der, Buffer.from("\n")]),
        pem.replaceAll("\n", ""),
        ...keyTexts
          .filter((text) => text.name.startsWith(name) || text.name.includes(sshNames[name]))
          .map(({ text }) => text),
        ...(name === "rsa"
          ? [object.export({ type: "pkcs1", format: "pem" }), object.export({ type: "pkcs1", format: "der" })]
          : []),
      ];
      expect(forms.length).toBeGreaterThanOrEqual(22);
      for (const form of forms) {
        const confused = [
          ["HS256", "sha256"],
          ["HS384", "sha384"],
          ["HS512", "sha512"],
          [alg.name, "sha256"],
          [alg.name.toLowerCase(), "sha256"],
        ] as const;
        for (const [header, hash] of confused) {
          const token = macOver(`${part({ alg: header })}.${part(goodClaims())}`, form, hash);
          expect(await verdict(token, key)).toBe(header === alg.name ? "signature_invalid" : "alg_not_allowed");
          expect(await verdict(token, [key, secret])).not.toBe("accepted");
        }
      }
    }
  });

  it("an X.509 certificate verifies with its public key, and its text is no secret", async () => {
    const { text } = keyTexts.find(({ name }) => name === "p256-certificate")!;
    const key = await importVerifyingKey(text, ES256);
    const certificate = new X509Certificate(text);
    for (const form of [
      text,
      certificate.raw,
      certificate.toString(),
      certificate.publicKey.export({ type: "spki", format: "der" }),
    ]) {
      expect(await verdict(hs256({ alg: "HS256" }, goodClaims(), form), key)).toBe("alg_not_allowed");
      expect(await outcome(() => importSecret(form, HS256))).toBe("invalid_key");
    }
  });
});

describe("Key accepted for an algorithm it does not fit (CVE-2022-23539, CVE-2022-23541, CVE-2021-46743, CVE-2026-48523)", () => {
  const fits: Readonly<Record<string, string>> = { RS: "RSA", PS: "RSA", ES: "EC", Ed: "OKP", ML: "AKP", HS: "oct" };
  const curves: Readonly<Record<string, string>> = {
    ES256: "P-256",
    ES384: "P-384",
    ES512: "P-521",
    Ed25519: "Ed25519",
    EdDSA: "Ed25519",
  };
  const material = ["rsa", "p256", "p384", "p521", "ed25519", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87", "oct"];
  const suits = (alg: string, jwk: Jwk): boolean =>
    fits[alg.slice(0, 2)] === jwk.kty &&
    (curves[alg] === undefined || curves[alg] === jwk.crv) &&
    (jwk.kty !== "AKP" || jwk.alg === alg);

  describe.each([...asymmetricAlgorithms, ...hmacAlgorithms])("$name", (alg) => {
    it.each(material.filter((name) => !suits(alg.name, goodJwk(name))))("takes no %s key", async (name) => {
      const jwk = goodJwk(name);
      for (const jwkOrOpen of [jwk, { ...jwk, alg: alg.name }]) {
        for (const importer of [
          importSigningKey,
          importSigningKeySync,
          importVerifyingKey,
          importVerifyingKeySync,
        ] as const) {
          const half =
            importer === importSigningKey || importer === importSigningKeySync ? jwkOrOpen : publicPart(jwkOrOpen);
          expect(["invalid_key", "invalid_argument"]).toContain(
            await outcome(() => importer(half, alg as AsymmetricAlgorithm)),
          );
        }
        for (const importer of [importSecret, importSecretSync]) {
          expect(["invalid_key", "invalid_argument"]).toContain(
            await outcome(() => importer(jwkOrOpen, alg as HmacAlgorithm)),
          );
        }
      }
    });

    it("takes no key that is for something else", async () => {
      const jwk = material.map(goodJwk).find((one) => suits(alg.name, one))!;
      const sayings = [
        ...[...asymmetricAlgorithms, ...hmacAlgorithms]
          .filter(({ name }) => name !== alg.name)
          .map(({ name }) => ({ alg: name })),
        { alg: "none" },
        { alg: alg.name.toLowerCase() === alg.name ? "X" : alg.name.toLowerCase() },
        { alg: "RSA-OAEP" },
        { alg: "A256GCM" },
        { alg: [alg.name] },
        { use: "enc" },
        { use: "SIG" },
        { use: ["sig"] },
        { key_ops: ["encrypt"] },
        { key_ops: ["wrapKey", "unwrapKey"] },
        { key_ops: "sign" },
        { key_ops: ["sign", "sign", "verify", "verify"] },
      ];
      for (const saying of sayings) {
        const changed = { ...jwk, ...saying } as Jwk;
        const attempts =
          jwk.kty === "oct"
            ? [() => importSecret(changed, alg as HmacAlgorithm)]
            : [
                () => importSigningKey(changed, alg as AsymmetricAlgorithm),
                () => importVerifyingKey(publicPart(changed), alg as AsymmetricAlgorithm),
              ];
        for (const attempt of attempts) expect(await outcome(attempt), JSON.stringify(saying)).toBe("invalid_key");
      }
    });
  });

  const pems = keyTexts.filter(({ name }) =>
    /^(rsa|p256|p384|p521|ed25519|secp256k1|x25519|ed448|rsa-pss)-(spki|pkcs1-public|certificate|pkcs8|pkcs1|sec1)$/.test(
      name,
    ),
  );
  it.each(pems)("$name, as PEM: imported for its own algorithms only", async ({ name, text }) => {
    const [kind = "", form = ""] = /^(.*)-(spki|pkcs1-public|certificate|pkcs8|pkcs1|sec1)$/.exec(name)!.slice(1);
    const own = { rsa: /^[RP]S/, p256: /^ES256$/, p384: /^ES384$/, p521: /^ES512$/, ed25519: /^Ed/ }[kind] ?? /^$/;
    const isPrivate = ["pkcs8", "pkcs1", "sec1"].includes(form);
    for (const alg of asymmetricAlgorithms) {
      const fit = own.test(alg.name);
      for (const importer of [importSigningKey, importSigningKeySync])
        expect(await verdictOf(() => importer(text, alg)), `${alg.name}, to sign`).toBe(fit && isPrivate);
      for (const importer of [importVerifyingKey, importVerifyingKeySync])
        expect(await verdictOf(() => importer(text, alg)), `${alg.name}, to verify`).toBe(fit && !isPrivate);
    }
  });

  it("every CryptoKey: imported for the algorithm that it was made for, in its own half", async () => {
    const { subtle } = globalThis.crypto;
    const rsa = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
    const made = {
      ...Object.fromEntries(
        ["256", "384", "512"].flatMap((bits) => [
          [`RS${bits}`, { name: "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}`, ...rsa }],
          [`PS${bits}`, { name: "RSA-PSS", hash: `SHA-${bits}`, ...rsa }],
        ]),
      ),
      ES256: { name: "ECDSA", namedCurve: "P-256" },
      ES384: { name: "ECDSA", namedCurve: "P-384" },
      ES512: { name: "ECDSA", namedCurve: "P-521" },
      Ed25519: { name: "Ed25519" },
    };
    for (const [of, params] of Object.entries(made)) {
      for (const extractable of [true, false]) {
        const pair = (await subtle.generateKey(params as { name: "Ed25519" }, extractable, ["sign", "verify"])) as {
          privateKey: never;
          publicKey: never;
        };
        for (const alg of asymmetricAlgorithms) {
          const fit = alg.name === of || (of === "Ed25519" && alg.name === "EdDSA");
          expect(await verdictOf(() => importSigningKey(pair.privateKey, alg)), `${of} to sign ${alg.name}`).toBe(fit);
          expect(await verdictOf(() => importVerifyingKey(pair.publicKey, alg)), `${of} to verify ${alg.name}`).toBe(
            fit,
          );
          expect(await verdictOf(() => importSigningKey(pair.publicKey, alg))).toBe(false);
          expect(await verdictOf(() => importVerifyingKey(pair.privateKey, alg))).toBe(false);
        }
      }
    }
    const hmacKey = await subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign", "verify"]);
    for (const alg of asymmetricAlgorithms)
      for (const importer of [importSigningKey, importVerifyingKey])
        expect(await verdictOf(() => importer(hmacKey, alg))).toBe(false);
  }, 60_000);

  it("every token against every key: only its own verifies it, and rewriting the header does not help", async () => {
    const claims = goodClaims();
    for (const issuer of keys) {
      const token = await signedBy(issuer.signing, claims);
      expect(await verdictAsync(token, issuer.verifying), issuer.alg).toBe("accepted");
      for (const other of keys.filter(({ alg }) => alg !== issuer.alg)) {
        // The one signature under its two names.
        if (issuer.alg.startsWith("Ed") && other.alg.startsWith("Ed")) continue;
        expect(
          await outcome(() => verify(token, other.verifying, expected)),
          `${issuer.alg} against ${other.alg}`,
        ).toBe("alg_not_allowed");
        const rewritten = await signedBy({ alg: issuer.alg, sign: (data) => issuer.signing.sign(data) }, claims, {
          alg: other.alg,
        });
        expect(
          await outcome(() => verify(rewritten, other.verifying, expected)),
          `${issuer.alg} that says ${other.alg}`,
        ).toBe("signature_invalid");
        expect(
          await outcome(() => verify(rewritten, issuer.verifying, expected)),
          `${issuer.alg} that says ${other.alg}`,
        ).toBe("alg_not_allowed");
        expect(await outcome(() => verify(rewritten, [issuer.verifying, other.verifying], expected))).toBe(
          "signature_invalid",
        );
      }
    }
  }, 30_000);

  it("RSA keys of fewer than 2048 bits, and an RSA-PSS handle for RS256", async () => {
    const small = { publicExponent: Uint8Array.of(1, 0, 1), modulusLength: 1024, hash: "SHA-256" };
    const weak = await crypto.subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", ...small }, true, ["sign", "verify"]);
    const pss = await crypto.subtle.generateKey({ name: "RSA-PSS", ...small, modulusLength: 2048 }, true, [
      "sign",
      "verify",
    ]);
    for (const pair of [weak, pss]) {
      expect(await outcome(() => importSigningKey(pair.privateKey, RS256))).toBe("invalid_key");
      expect(await outcome(() => importVerifyingKey(pair.publicKey, RS256))).toBe("invalid_key");
    }
  });
});

describe("Header chooses the algorithm because the key does not (CVE-2026-22817, CVE-2026-22818, CVE-2026-44699)", () => {
  it("a key source that gives a key of another alg: the key is not used", async () => {
    const good = claiming(goodClaims());
    const wrong: VerifyingKey = { alg: "ES256", verify: () => true, verifySync: () => true };
    const select = (): readonly VerifyingKey[] => [wrong];
    expect(await verdict(good, { algorithms: ["HS256", "ES256"], select, selectSync: select })).toBe("key_not_found");
  });

  it("a key source is not asked about an alg outside its list", async () => {
    const { source, asked } = watched({ alg: "ES256", verify: () => true, verifySync: () => true });
    expect(await verdict(claiming(goodClaims()), source)).toBe("alg_not_allowed");
    expect(asked).toEqual([]);
  });

  it("a list of algorithms that is changed after the verifier was made", async () => {
    const algorithms = ["ES256"];
    const keySource: KeySource = { algorithms, select: () => [secret] };
    const verifier = createVerifier(keySource, expected);
    algorithms[0] = "HS256";
    expect(await outcome(() => verifier.verify(claiming(goodClaims())))).toBe("alg_not_allowed");
  });

  it("a JWK without alg: what it was imported for is what it verifies", async () => {
    const jwk = publicPart(goodJwk("rsa"));
    expect(jwk).not.toHaveProperty("alg");
    const key = await importVerifyingKey(jwk, RS256);
    const rs512 = keys.find(({ alg }) => alg === "RS512")!;
    expect(await verdict(await signedBy(rs512.signing, goodClaims()), key)).toBe("alg_not_allowed");
    for (const secretBytes of [JSON.stringify(jwk), Buffer.from(jwk.n!, "base64url"), jwk.n!]) {
      expect(await verdict(hs256({ alg: "HS256" }, goodClaims(), secretBytes), key)).toBe("alg_not_allowed");
    }
  });

  it("Ed25519 and EdDSA, the same key and two names: each accepts only its own", async () => {
    const [named, older] = [keys.find(({ alg }) => alg === "Ed25519")!, keys.find(({ alg }) => alg === "EdDSA")!];
    expect(await verdict(await signedBy(named.signing, goodClaims()), older.verifying)).toBe("alg_not_allowed");
    expect(await verdict(await signedBy(older.signing, goodClaims()), named.verifying)).toBe("alg_not_allowed");
  });
});

describe("Empty or null key (CVE-2026-44351, CVE-2026-45363, GHSA-8wpc-h4q6-8fxv)", () => {
  it.each([
    ["HS256", HS256, 32],
    ["HS384", HS384, 48],
    ["HS512", HS512, 64],
  ] as const)("a secret of 0 to one byte too few for %s", async (_name, alg, least) => {
    for (let length = 0; length < least; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => at + 1);
      for (const form of [bytes, String.fromCharCode(...bytes)])
        expect(await outcome(() => importSecret(form, alg)), String(length)).toBe("invalid_key");
      expect(await outcome(() => importSecret({ kty: "oct", k: base64url(bytes) }, alg)), String(length)).toBe(
        "invalid_key",
      );
    }
    for (const length of [least, least + 1, 1000])
      expect(await outcome(() => importSecret(new Uint8Array(length), alg)), "all zero").toBe("invalid_key");
  });

  it.each([
    null,
    undefined,
    "",
    0,
    false,
    [],
    {},
    new Uint8Array(),
    "null",
    "undefined",
    { kty: "oct" },
    { kty: "oct", k: "" },
    { kty: "oct", k: null },
  ])("%j is no secret and no key", async (key) => {
    for (const importer of [importSecret, importSecretSync])
      expect(["invalid_key", "invalid_argument"]).toContain(await outcome(() => importer(key as Jwk, HS256)));
    for (const importer of [importSigningKey, importVerifyingKey, importSigningKeySync, importVerifyingKeySync]) {
      expect(["invalid_key", "invalid_argument"]).toContain(await outcome(() => importer(key as Jwk, ES256)));
    }
    const emptyMac = hs256({ alg: "HS256" }, goodClaims(), "");
    expect(await verdict(emptyMac, key as never)).toBe("invalid_argument");
    expect(await verdict(emptyMac, [key, secret] as never)).toBe("invalid_argument");
    expect(await outcome(() => sign({}, key as never))).toBe("invalid_argument");
  });

  it("a list with a hole in it", async () => {
    // eslint-disable-next-line no-sparse-arrays -- a caller's mistake
    expect(await verdict(claiming(goodClaims()), [, secret] as never)).toBe("invalid_argument");
  });

  it("a key source that finds nothing", async () => {
    for (const found of [[], undefined, null, {}, "", secret]) {
      const select = (): never => found as never;
      const code = await verdict(hs256({ alg: "HS256" }, goodClaims(), ""), {
        algorithms: ["HS256"],
        select,
        selectSync: select,
      });
      expect(["key_not_found", "key_unavailable"]).toContain(code);
    }
  });

  it("a token made with an empty key verifies with no key", async () => {
    for (const empty of ["", "\0".repeat(32), "\0".repeat(64)])
      expect(await verdict(hs256({ alg: "HS256" }, goodClaims(), empty), secret)).toBe("signature_invalid");
  });
});

describe("Key taken from the token's own header (CVE-2018-0114, CVE-2026-27962, CVE-2026-34240)", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it.each([ES256, RS256, Ed25519])(
    "jwk, jku, x5u, x5c, x5t of the attacker: $name fails, and nothing is fetched",
    async (alg) => {
      const fetched = vi.fn(() => {
        throw new Error("fetched");
      });
      vi.stubGlobal("fetch", fetched);
      vi.stubGlobal("XMLHttpRequest", fetched);
      const attacker = await generateKeyPair(alg, { extractable: true });
      const jwk = await exportJwk(attacker.publicKey);
      const der = createPrivateKey({ key: await exportJwk(attacker.privateKey), format: "jwk" })
        .export({ type: "pkcs8", format: "der" })
        .toString("base64");
      const certificate = keyDers.find(({ name }) => name === "p256-certificate")!.base64;
      const victim = keys.find((key) => key.alg === alg.name)!;
      const claims = goodClaims();
      const members: readonly object[] = [
        { jwk },
        { jku: "https://attacker.example/jwks.json" },
        { x5u: "https://attacker.example/cert.pem" },
        { x5u: "file:///etc/passwd" },
        { x5c: [certificate] },
        { x5c: [der] },
        { x5t: "AAAA", "x5t#S256": "AAAA" },
        { jwk, kid: jwk.kid },
        { jwk: { ...jwk, kid: "victim" }, kid: "victim" },
        { jwk, jku: "https://attacker.example/", x5u: "https://attacker.example/", x5c: [certificate] },
      ];
      for (const member of members) {
        const forged = await signedBy(attacker.privateKey, claims, { alg: alg.name, ...member });
        expect(await verdict(forged, victim.verifying)).toBe("signature_invalid");
        const { source, asked } = watched(victim.verifying);
        expect(await verdict(forged, source)).toBe("signature_invalid");
        // alg and kid, nothing else.
        for (const wanted of asked)
          expect(Object.keys(wanted as object).filter((name) => name !== "alg" && name !== "kid")).toEqual([]);
        // Where the signature is the victim's, they are not looked at either.
        expect(
          await verdict(await signedBy(victim.signing, claims, { alg: alg.name, ...member }), victim.verifying),
        ).toBe("accepted");
      }
      expect(fetched).not.toHaveBeenCalled();
    },
  );

  it("an attacker's own certificate, in x5c and by its thumbprints", async () => {
    const attacker = await importSigningKey(goodJwk("p256"), ES256);
    const certificate = new X509Certificate(selfSigned(goodJwk("p256")));
    const { publicKey } = await generateKeyPair(ES256);
    const thumbprint = (hash: string): string => createHash(hash).update(certificate.raw).digest("base64url");
    const header = {
      alg: "ES256",
      x5c: [certificate.raw.toString("base64")],
      x5t: thumbprint("sha1"),
      "x5t#S256": thumbprint("sha256"),
    };
    const forged = await signedBy(attacker, goodClaims(), header);
    expect(
      await verdict(forged, await importVerifyingKey(certificate.toString(), ES256)),
      "the signature is good under its key",
    ).toBe("accepted");
    for (const victim of [publicKey, { ...publicKey, kid: undefined }] as VerifyingKey[])
      expect(await verdict(forged, victim)).toBe("signature_invalid");
  });

  /** The least that is an X.509 certificate (RFC 5280 §4.1), by the key itself. */
  const selfSigned = (jwk: Jwk): Buffer => {
    const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
      const content = Buffer.concat(parts);
      return Buffer.concat([
        Buffer.from(
          content.length < 0x80
            ? [tag, content.length]
            : content.length < 0x100
              ? [tag, 0x81, content.length]
              : [tag, 0x82, content.length >> 8, content.length & 0xff],
        ),
        content,
      ]);
    };
    const key = createPrivateKey({ key: jwk, format: "jwk" });
    const [sequence, name, ecdsaWithSha256] = [
      0x30,
      der(0x30, der(0x31, der(0x30, der(6, Buffer.from([0x55, 4, 3])), der(12, Buffer.from("issuer.example"))))),
      der(0x30, der(6, Buffer.from("2a8648ce3d040302", "hex"))),
    ];
    const validity = der(sequence, der(0x17, Buffer.from("250101000000Z")), der(0x17, Buffer.from("450101000000Z")));
    const signed = der(
      sequence,
      der(0xa0, der(2, Buffer.from([2]))),
      der(2, Buffer.from([1])),
      ecdsaWithSha256,
      name,
      validity,
      name,
      createPublicKey(key).export({ type: "spki", format: "der" }),
    );
    return der(sequence, signed, ecdsaWithSha256, der(3, Buffer.from([0]), nodeSign("sha256", signed, key)));
  };

  it("an oct JWK in the header is not the secret", async () => {
    const attackers = "an attacker's own secret of more than 32 bytes";
    const token = hs256({ alg: "HS256", jwk: { kty: "oct", k: base64url(attackers) } }, goodClaims(), attackers);
    expect(await verdict(token, secret)).toBe("signature_invalid");
  });
});

describe("Lookup driven by unverified claims (CVE-2025-65945)", () => {
  it("a key source sees the header's alg and kid only", async () => {
    const { source, asked } = watched(secret);
    const claims = goodClaims({ kid: "from-the-payload", alg: "ES256", jku: "https://attacker.example/" });
    await verdict(hs256({ alg: "HS256" }, claims), source);
    await verdict(
      hs256(
        { alg: "HS256", kid: "1", typ: "JWT", iss: "https://attacker.example", jku: "https://attacker.example/" },
        claims,
      ),
      source,
    );
    expect(new Set(asked.map((wanted) => JSON.stringify(wanted)))).toEqual(
      new Set(['{"alg":"HS256"}', '{"alg":"HS256","kid":"1"}']),
    );
  });

  it("a kid inside __proto__ is no kid", async () => {
    const { source, asked } = watched(secret);
    expect(await verdict(hs256('{"alg":"HS256","__proto__":{"kid":"evil"}}', goodClaims()), source)).toBe("accepted");
    expect((asked[0] as { kid?: unknown }).kid).toBeUndefined();
  });

  it("the payload is not even parsed before the signature is good", async () => {
    const parse = vi.spyOn(JSON, "parse");
    try {
      const forged = `${part({ alg: "HS256" })}.${part('{"marker":"unverified"}')}.${base64url(new Uint8Array(32))}`;
      expect(await verdict(forged, secret)).toBe("signature_invalid");
      expect(parse.mock.calls.filter(([text]) => text.includes("marker"))).toEqual([]);
    } finally {
      parse.mockRestore();
    }
  });
});

describe("RFC 8725: exact-case alg, compact only, one algorithm to a key", () => {
  it("a key does not verify what it was not made for, even with the same material under several keys", async () => {
    const es = await importVerifyingKey(publicPart(goodJwk("p256")), ES256);
    const p384 = await importVerifyingKey(publicPart(goodJwk("p384")), ES384);
    for (const header of [
      { alg: "es256" },
      { alg: "Es256" },
      { alg: "ES256 " },
      { alg: "ES256\0" },
      { alg: "ES512" },
      { alg: "ES256K" },
    ]) {
      const issuer: SigningKey = keys.find(({ alg }) => alg === "ES256")!.signing;
      expect(await verdict(await signedBy(issuer, goodClaims(), header), [es, p384])).toBe("alg_not_allowed");
    }
  });

  it("generated keys are strong and not exportable unless said", async () => {
    for (const alg of hmacAlgorithms)
      expect(await outcome(async () => exportJwk(await generateSecret(alg)))).toBe("invalid_key");
    const { privateKey, publicKey } = await generateKeyPair(ES256);
    expect(await outcome(() => exportJwk(privateKey))).toBe("invalid_key");
    expect(await exportJwk(publicKey)).not.toHaveProperty("d");
  });

  it("what verified a token cannot sign, in any way", async () => {
    const { key } = await verify(claiming(goodClaims()), secret, expected);
    expect(key).not.toHaveProperty("sign");
    expect(key).not.toHaveProperty("signSync");
    expect(await outcome(() => sign({}, key as never))).toBe("invalid_argument");
    expect(await outcome(() => exportJwk(key as never))).toBe("invalid_key");
    expect(verifySync(claiming(goodClaims()), secret, expected).key).not.toHaveProperty("sign");
    const select = (): readonly VerifyingKey[] => [secret];
    expect((await verify(claiming(goodClaims()), { algorithms: ["HS256"], select }, expected)).key).not.toHaveProperty(
      "sign",
    );
    expect((await verifyJws(claiming(goodClaims()), secret)).key).not.toHaveProperty("sign");
  });
});

describe("A secret copied from documentation", () => {
  const examples = [
    "a secret of 32 bytes or more, kept safe",
    "a-string-secret-at-least-256-bits-long",
    "a-valid-string-secret-that-is-at-least-384-bits-long",
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    "super-secret-jwt-token-with-at-least-32-characters-long",
    "your-super-secret-jwt-token-with-at-least-32-characters-long",
    "reallyreallyreallyreallyverysafe",
    "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970",
  ];
  it.each(examples)("%s is no secret, in any spelling", async (text) => {
    const base64 = Buffer.from(text).toString("base64");
    for (const attempt of [
      () => importSecret(text, HS256),
      () => importSecret(Buffer.from(text), HS256),
      () => importSecret(base64, HS256, { encoding: "base64" }),
      () => importSecret({ kty: "oct", k: Buffer.from(text).toString("base64url") }, HS256),
      () => importSecret(`${text} `, HS256),
    ])
      await expect(attempt()).rejects.toThrow(/found a published example/);
  });

  it("nor are the bytes that Spring's example spells", async () => {
    const [hex] = examples.slice(-1);
    for (const encoding of ["hex", "base64"] as const)
      await expect(importSecret(hex!, HS256, { encoding })).rejects.toThrow(/found a published example/);
    await expect(importSecret(Buffer.from(hex!, "hex"), HS256)).rejects.toThrow(/found a published example/);
  });
});
