// JWS compact serialization: any octets, attached, detached, or not encoded (RFC 7515 §3.1, appendix F; RFC 7797).
import { describe, expect, it } from "vitest";
import {
  ES256,
  generateKeyPair,
  generateSecret,
  HS256,
  importVerifyingKey,
  exportJwk,
  publicKeyOf,
  signJws,
  verifyJws,
} from "../../../src/index.ts";
import type { KeySource, SigningKey, VerifyingKey } from "../../../src/index.ts";
import { countingKey, encode, key, mac, sealed, unrelated } from "../jwt/forge.ts";
import { browserLike, loadOn } from "../base/load.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";

const { privateKey, publicKey } = await generateKeyPair(ES256);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const binary = Uint8Array.from({ length: 256 }, (_, octet) => octet);
const hello = bytes("hello");
const hs256 = { alg: "HS256", typ: "JOSE" };
const unencoded = { alg: "HS256", b64: false, crit: ["b64"] };
const headerOf = (jws: string): unknown => JSON.parse(Buffer.from(jws.split(".")[0]!, "base64url").toString());

/** A compact JWS over a payload as it stands. */
const plain = (payload: string, header: unknown = unencoded): string =>
  `${encode(header)}.${payload}.${mac(`${encode(header)}.${payload}`)}`;

describe("signJws and verifyJws, attached (RFC 7515 §3.1)", () => {
  it.each([
    ["no octets", new Uint8Array()],
    ["all octets", binary],
    ["text", hello],
    ["a megabyte", new Uint8Array(1e6).fill(7)],
  ])("%s: what is signed comes back, with header and key", async (_name, payload) => {
    const jws = await signJws(payload, key);
    const verified = await verifyJws(jws, key);
    expect(Buffer.compare(verified.payload, payload)).toBe(0);
    expect(verified.header).toEqual(hs256);
    expect(verified.key.alg).toBe("HS256");
  });

  it("an asymmetric key signs, its public half verifies, and is the key that is returned", async () => {
    const verified = await verifyJws(await signJws(hello, privateKey), publicKey);
    expect(verified.key).toBe(publicKey);
    expect(verified.header).toEqual({ alg: "ES256", typ: "JOSE", kid: publicKey.kid });
  });

  it("Verified.key cannot sign, not even a secret's", async () => {
    const verified = await verifyJws(await signJws(hello, key), key);
    expect("sign" in verified.key || "signSync" in verified.key).toBe(false);
    await verifyJws(await signJws(hello, key), verified.key);
  });

  it("payloads are recognised by ArrayBuffer.isView: a Buffer, a window on a buffer, a DataView", async () => {
    const window = new Uint8Array(binary.buffer, 10, 5);
    const views = [Buffer.from(window), window, new DataView(binary.buffer, 10, 5)] as Uint8Array[];
    const signed = await Promise.all(views.map((view) => signJws(view, key)));
    expect(new Set(signed).size).toBe(1);
    expect([...(await verifyJws(signed[0]!, key)).payload]).toEqual([10, 11, 12, 13, 14]);
  });

  it("a payload that the caller changes while it is being signed stays what it was", async () => {
    const payload = Uint8Array.from(hello);
    let release = (): void => {};
    const slow: SigningKey = {
      alg: "HS256",
      sign: (data) =>
        new Promise((resolve) => {
          release = () => {
            resolve(Buffer.from(mac(data), "base64url"));
          };
        }),
    };
    const pending = signJws(payload, slow);
    await Promise.resolve();
    payload.fill(0);
    release();
    expect(Buffer.from((await verifyJws(await pending, key)).payload).toString()).toBe("hello");
  });

  it("a detached payload that the caller changes while it is being checked stays what it was", async () => {
    const payload = Uint8Array.from(hello);
    const jws = await signJws(payload, key, { detached: true });
    const pending = verifyJws(
      jws,
      countingKey({ verify: (data, signature) => Promise.resolve().then(() => countingKey().verify(data, signature)) }),
      { payload },
    );
    payload.fill(0);
    expect(Buffer.from((await pending).payload).toString()).toBe("hello");
  });

  it("typ and other members go into the protected header, alg first, then kid, then the rest (header order)", async () => {
    const named = await generateSecret(HS256, { kid: "k1" });
    const jws = await signJws(hello, named, {
      header: { cty: "text/plain", typ: "example", nested: { a: [1, null] } },
    });
    expect(Object.keys(headerOf(jws) as object).slice(0, 1)).toEqual(["alg"]);
    expect(headerOf(jws)).toEqual({
      alg: "HS256",
      kid: "k1",
      cty: "text/plain",
      typ: "example",
      nested: { a: [1, null] },
    });
    expect((await verifyJws(jws, named)).header.typ).toBe("example");
  });

  it.each(["alg", "kid", "crit", "b64"])("header.%s is set by mintmark, not by the caller", async (name) => {
    expect(await codeOf(() => signJws(hello, key, { header: { [name]: "x" } }))).toBe("invalid_argument");
  });

  it.each([
    ["null", null],
    ["a list", []],
    ["a string", "typ"],
    ["a member JSON drops", { x: undefined }],
    ["half a surrogate pair", { x: "\ud800" }],
    ["a Map", new Map()],
  ])("header: %s is a TypeError", async (_name, header) => {
    expect(await codeOf(() => signJws(hello, key, { header: header as never }))).toBe("invalid_argument");
  });

  it.each([undefined, null, "hello", 5, [1, 2], new ArrayBuffer(4), {}])("payload %s is not bytes", async (payload) => {
    expect(await codeOf(() => signJws(payload as never, key))).toBe("invalid_argument");
  });

  it.each([
    ["an unknown name", { type: "x" }],
    ["an empty typ", { typ: "" }],
    ["typ twice", { typ: "a", header: { typ: "a" } }],
    ["a number for detached", { detached: 1 }],
    ["a text for b64", { b64: "false" }],
    ["null for b64", { b64: null }],
    ["null for detached", { detached: null }],
    ["no object", null],
    ["a list", []],
    ["a text", "detached"],
  ])("options: %s is a TypeError", async (_name, options) => {
    expect(await codeOf(() => signJws(hello, key, options as never))).toBe("invalid_argument");
  });

  it("a refusal says first what it is about", async () => {
    const said = async (options: object): Promise<string> => String(await errorOf(() => signJws(hello, key, options)));
    expect(await said({ detached: 1 })).toBe("TypeError: detached: expected true or false, found 1");
    expect(await said({ b64: 1 })).toBe("TypeError: b64: expected true or false, found 1");
    expect(await said({ header: [] })).toMatch(/^TypeError: header: expected an object, found object/);
    expect(await said({ header: { x: NaN } })).toBe("TypeError: header.x: JSON has no NaN");
    expect(await said({ header: { kid: "k1" } })).toBe(
      "TypeError: header.kid: cannot be set here, it comes from the key",
    );
  });

  it("options given as undefined are not given", async () => {
    expect(await signJws(hello, key, { header: undefined, detached: undefined, b64: undefined })).toBe(
      await signJws(hello, key),
    );
  });

  it.each([
    undefined,
    null,
    {},
    publicKey,
    Promise.resolve(key),
    { alg: "HS256" },
    { alg: "HS256", sign: "x" },
    "secret",
  ])("key %#: what cannot sign is a TypeError", async (wrong) => {
    expect(await codeOf(() => signJws(hello, wrong as never))).toBe("invalid_argument");
  });

  it.each(["", "none", "None", "NONE", " none ", "nOnE"])(
    "alg %j of a plug-in: empty or any spelling of `none` is a TypeError",
    async (alg) => {
      const plug = { alg, sign: () => new Uint8Array(32), verify: () => true };
      expect(await codeOf(() => signJws(hello, plug))).toBe("invalid_argument");
      expect(await codeOf(() => verifyJws(plain("x"), plug))).toBe("invalid_argument");
    },
  );
});

describe("verifyJws refuses (RFC 7515 §5.2)", () => {
  const good = sealed(encode(hs256), encode(hello));
  const [header, payload, signature] = good.split(".") as [string, string, string];

  it.each<[string, unknown, string]>([
    ["undefined", undefined, "token_malformed"],
    ["a number", 5, "token_malformed"],
    ["bytes", bytes(good), "token_malformed"],
    ["an object", { toString: () => good }, "token_malformed"],
    ["the empty text", "", "token_malformed"],
    ["one part", header, "token_malformed"],
    ["two parts", `${header}.${payload}`, "token_malformed"],
    ["four parts", `${good}.`, "token_malformed"],
    ["five parts (a JWE)", `${good}.a.b`, "token_malformed"],
    ["a million dots", ".".repeat(1e6), "token_malformed"],
    ["an empty header", `.${payload}.${signature}`, "token_malformed"],
    ["an empty signature", `${header}.${payload}.`, "token_malformed"],
    ["a padded payload", sealed(header, `${payload}=`), "token_malformed"],
    ["stray bits in the payload", sealed(header, `${payload.slice(0, -1)}9`), "token_malformed"],
    ["whitespace in the payload", sealed(header, ` ${payload}`), "token_malformed"],
    ["the other alphabet in the signature", `${header}.${payload}.${signature.slice(0, -2)}+/`, "token_malformed"],
    ["a padded signature", `${good}=`, "token_malformed"],
    ["a newline at the end", `${good}\n`, "token_malformed"],
    ["a header that is not UTF-8", sealed(encode(Uint8Array.of(0xff)), payload), "token_malformed"],
    ["a header that is not JSON", sealed(encode("alg"), payload), "header_invalid"],
    ["a header that is a list", sealed(encode([]), payload), "header_invalid"],
    ["a header that is null", sealed(encode(null), payload), "header_invalid"],
    ["a header with a byte order mark", sealed(encode(`\ufeff${JSON.stringify(hs256)}`), payload), "header_invalid"],
    ["a header without alg", sealed(encode({}), payload), "header_invalid"],
    ["alg null", sealed(encode({ alg: null }), payload), "header_invalid"],
    ["alg in a list", sealed(encode({ alg: ["HS256"] }), payload), "header_invalid"],
    ["a number for kid", sealed(encode({ ...hs256, kid: 1 }), payload), "header_invalid"],
    ["null for typ", sealed(encode({ ...hs256, typ: null }), payload), "header_invalid"],
    ["an object for cty", sealed(encode({ ...hs256, cty: {} }), payload), "header_invalid"],
    ["alg twice", sealed(encode('{"alg":"none","alg":"HS256"}'), payload), "header_invalid"],
    [
      "a member twice, spelt with an escape",
      sealed(encode('{"alg":"HS256","\\u0061lg":"HS256"}'), payload),
      "header_invalid",
    ],
    [
      "a member twice, deep inside",
      sealed(encode('{"alg":"HS256","x":[{"a":{"b":1,"b":1}}]}'), payload),
      "header_invalid",
    ],
    [
      "a header nested 10000 deep",
      sealed(encode(`{"alg":"HS256","x":${"[".repeat(1e4)}${"]".repeat(1e4)}}`), payload),
      "header_invalid",
    ],
    ["alg none", `${encode({ alg: "none" })}.${payload}.${signature}`, "alg_not_allowed"],
    ["alg in the wrong case", sealed(encode({ alg: "hs256" }), payload), "alg_not_allowed"],
    ["an alg the keys do not have", sealed(encode({ alg: "HS512" }), payload), "alg_not_allowed"],
    [
      "a padded payload under a signature that is not good either",
      `${header}.${payload}=.${signature}`,
      "token_malformed",
    ],
    ["another payload", `${header}.${encode("hullo")}.${signature}`, "signature_invalid"],
    [
      "a shorter signature",
      `${header}.${payload}.${encode(Buffer.from(signature, "base64url").subarray(1))}`,
      "signature_invalid",
    ],
    ["a longer signature", `${header}.${payload}.${signature}AAAA`, "signature_invalid"],
  ])("%s", async (_name, jws, code) => {
    expect(await codeOf(() => verifyJws(jws as string, key))).toBe(code);
  });

  it("accepts what the refused ones were made of", async () => {
    expect(await codeOf(() => verifyJws(good, key))).toBe("accepted");
  });

  it("colons, braces and quotes in strings are no members: a header is not refused for them", async () => {
    const tricky = { ...hs256, x: 'a:b{"c":[\\"d\\\\', 'na"me:{': [{ "a:": ":" }] };
    expect((await verifyJws(sealed(encode(tricky), payload), key)).header).toEqual(tricky);
  });

  it("one good signature under another key", async () => {
    expect(await codeOf(() => verifyJws(good, unrelated))).toBe("signature_invalid");
    expect(await codeOf(() => verifyJws(good, [unrelated, key]))).toBe("accepted");
  });

  it("key_not_found: a header's kid that no key carries, where every key has another", async () => {
    const named = await generateSecret(HS256, { kid: "k1" });
    const jws = sealed(encode({ ...hs256, kid: "k2" }), payload);
    expect(await codeOf(() => verifyJws(jws, named))).toBe("key_not_found");
  });

  it("a KeySource is asked by the protected header, and never about an alg it does not list", async () => {
    const asked: unknown[] = [];
    const source: KeySource = {
      algorithms: ["HS256"],
      select: (wanted) => {
        asked.push(wanted);
        return Promise.resolve([key]);
      },
    };
    expect(await codeOf(() => verifyJws(good, source))).toBe("accepted");
    expect(await codeOf(() => verifyJws(sealed(encode({ ...hs256, kid: "k1" }), payload), source))).toBe("accepted");
    expect(await codeOf(() => verifyJws(sealed(encode({ alg: "none" }), payload), source))).toBe("alg_not_allowed");
    expect(asked).toEqual([{ alg: "HS256" }, { alg: "HS256", kid: "k1" }]);
    expect(
      await codeOf(() =>
        verifyJws(good, {
          algorithms: ["HS256"],
          select: () => {
            throw new Error("down");
          },
        }),
      ),
    ).toBe("key_unavailable");
  });

  it.each([undefined, null, [], {}, "secret", [null], [privateKey], Promise.resolve(key)])(
    "keys %#: what cannot verify is a TypeError",
    async (keys) => {
      expect(await codeOf(() => verifyJws(good, keys as never))).toBe("invalid_argument");
    },
  );

  it.each([
    ["unknown names", { typ: "x" }],
    ["payload: undefined", { payload: undefined }],
    ["payload: a text", { payload: "hello" }],
    ["payload: null", { payload: null }],
    ["understood: a text", { understood: "exp" }],
    ["understood: null", { understood: null }],
    ["understood: [1]", { understood: [1] }],
    ["understood: an empty name", { understood: [""] }],
    ["no object", null],
    ["a list", []],
  ])("options: %s is a TypeError", async (_name, options) => {
    expect(await codeOf(() => verifyJws(good, key, options as never))).toBe("invalid_argument");
  });

  it("a public key as if it were a secret: the key's own algorithm is the only one (RFC 8725 §2.1)", async () => {
    const jwk = await exportJwk(publicKey);
    const forged = sealed(encode(hs256), payload, bytes(JSON.stringify(jwk)));
    expect(await codeOf(() => verifyJws(forged, publicKey))).toBe("alg_not_allowed");
    const imported = await importVerifyingKey(jwk, ES256);
    expect(await codeOf(() => verifyJws(forged, imported))).toBe("alg_not_allowed");
    expect(await codeOf(async () => verifyJws(await signJws(hello, privateKey), await publicKeyOf(privateKey)))).toBe(
      "accepted",
    );
  });
});

describe("detached (RFC 7515 appendix F; an empty middle part)", () => {
  it("leaves the payload out and verifies with it", async () => {
    const jws = await signJws(binary, key, { detached: true });
    expect(jws.split(".")[1]).toBe("");
    expect(new Uint8Array((await verifyJws(jws, key, { payload: binary })).payload)).toEqual(binary);
  });

  it("the attached form with its payload taken out is the same", async () => {
    const [header, , signature] = (await signJws(binary, key)).split(".");
    expect(await signJws(binary, key, { detached: true })).toBe(`${header!}..${signature!}`);
  });

  it("another payload is signature_invalid", async () => {
    const jws = await signJws(binary, key, { detached: true });
    expect(await codeOf(() => verifyJws(jws, key, { payload: hello }))).toBe("signature_invalid");
  });

  it("an empty middle part without `payload` is an empty payload", async () => {
    const jws = await signJws(new Uint8Array(), key);
    expect(jws.split(".")[1]).toBe("");
    expect((await verifyJws(jws, key)).payload).toHaveLength(0);
    expect((await verifyJws(jws, key, { payload: new Uint8Array() })).payload).toHaveLength(0);
    const detached = await signJws(binary, key, { detached: true });
    expect(await codeOf(() => verifyJws(detached, key))).toBe("signature_invalid");
  });

  it("a non-empty middle part together with `payload` is token_malformed, the same one included", async () => {
    const jws = await signJws(hello, key);
    expect(await codeOf(() => verifyJws(jws, key, { payload: hello }))).toBe("token_malformed");
    expect(await codeOf(() => verifyJws(jws, key, { payload: binary }))).toBe("token_malformed");
  });
});

describe("b64: false (RFC 7797)", () => {
  it("the header says so and lists it in crit (§6)", async () => {
    const jws = await signJws(hello, key, { b64: false });
    expect(headerOf(jws)).toEqual({ typ: "JOSE", ...unencoded });
    expect(jws.split(".")[1]).toBe("hello");
    expect(Buffer.from((await verifyJws(jws, key)).payload).toString()).toBe("hello");
  });

  it("the signature is over the octets themselves (§3)", async () => {
    const jws = await signJws(binary, key, { b64: false, detached: true });
    const [header, middle, signature] = jws.split(".") as [string, string, string];
    expect(middle).toBe("");
    expect(signature).toBe(mac(Buffer.concat([Buffer.from(`${header}.`), binary])));
    const verified = await verifyJws(jws, key, { payload: binary });
    expect(new Uint8Array(verified.payload)).toEqual(binary);
    expect(verified.header).toEqual({ typ: "JOSE", ...unencoded });
  });

  it("b64: true is the default, and is not written", async () => {
    expect(await signJws(hello, key, { b64: true })).toBe(await signJws(hello, key));
  });

  it.each([
    ["with dots", "$.02"],
    ["with a line end", "a\nb"],
    ["with umlauts", "ünïcode"],
    ["with a NUL", "\0"],
    ["with DEL", "\x7f"],
  ])("a payload %s cannot stand in the compact form, and is signed detached (§5.2)", async (_name, text) => {
    expect(await codeOf(() => signJws(bytes(text), key, { b64: false }))).toBe("invalid_argument");
    const jws = await signJws(bytes(text), key, { b64: false, detached: true });
    expect(Buffer.from((await verifyJws(jws, key, { payload: bytes(text) })).payload).toString()).toBe(text);
  });

  it("octets that are not text cannot stand in it either", async () => {
    expect(await codeOf(() => signJws(Uint8Array.of(0xff, 0xfe), key, { b64: false }))).toBe("invalid_argument");
  });

  it("every printable character but the dot can (§5.2)", async () => {
    const printable = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i))
      .join("")
      .replace(".", "");
    const jws = await signJws(bytes(printable), key, { b64: false });
    expect(Buffer.from((await verifyJws(jws, key)).payload).toString()).toBe(printable);
  });

  it("an empty payload is empty both ways", async () => {
    const jws = await signJws(new Uint8Array(), key, { b64: false });
    expect((await verifyJws(jws, key)).payload).toHaveLength(0);
  });

  it.each([
    ["a line end", "a\nb"],
    ["umlauts", "ünï"],
    ["half a surrogate pair", "\ud800"],
    ["DEL", "\x7f"],
  ])(
    "a token with %s in the middle is token_malformed, though the signature is good (§5.2)",
    async (_name, payload) => {
      expect(await codeOf(() => verifyJws(plain(payload), key))).toBe("token_malformed");
    },
  );

  it("a token with a dot in its payload has four parts", async () => {
    expect(await codeOf(() => verifyJws(plain("a.b"), key))).toBe("token_malformed");
  });

  it("a base64url payload is not decoded", async () => {
    expect(Buffer.from((await verifyJws(plain(encode("hello")), key)).payload).toString()).toBe(encode("hello"));
  });

  it("the same bytes with and without b64 have different signatures", async () => {
    const jws = await signJws(hello, key, { b64: false, detached: true });
    const changed = `${encode(hs256)}..${jws.split(".")[2]!}`;
    expect(await codeOf(() => verifyJws(changed, key, { payload: hello }))).toBe("signature_invalid");
  });

  it("b64: true in the header is accepted where crit lists it, and the payload is base64url (§3)", async () => {
    const jws = sealed(encode({ ...unencoded, b64: true }), encode(hello));
    expect(Buffer.from((await verifyJws(jws, key)).payload).toString()).toBe("hello");
  });

  it.each<[string, unknown]>([
    ["false without crit", { alg: "HS256", b64: false }],
    ["true without crit", { alg: "HS256", b64: true }],
    ["false, and crit lists something else", { alg: "HS256", b64: false, crit: ["x"], x: 1 }],
    ["a text", { alg: "HS256", b64: "false", crit: ["b64"] }],
    ["0", { alg: "HS256", b64: 0, crit: ["b64"] }],
    ["null", { alg: "HS256", b64: null, crit: ["b64"] }],
    ["absent, and listed in crit", { alg: "HS256", crit: ["b64"] }],
  ])("b64 %s is header_invalid (§6)", async (_name, header) => {
    for (const jws of [plain("hello", header), sealed(encode(header), encode(hello))]) {
      expect(await codeOf(() => verifyJws(jws, key, { understood: ["x"] }))).toBe("header_invalid");
    }
  });
});

describe("a plug-in's signature", () => {
  const signing = (alg: string, length: number): SigningKey => ({ alg, sign: () => new Uint8Array(length) });

  it.each([
    ["HS256", 31],
    ["HS384", 32],
    ["HS512", 63],
    ["ES256", 70],
    ["ES384", 102],
    ["ES512", 128],
    ["Ed25519", 63],
    ["EdDSA", 65],
    ["RS256", 0],
    ["X-OWN", 0],
  ] as const)(
    "%s with %i bytes: one whose result has the wrong length is told so, DER for ECDSA",
    async (alg, length) => {
      expect(await codeOf(() => signJws(hello, signing(alg, length)))).toBe("invalid_argument");
    },
  );

  it.each([
    ["HS256", 32],
    ["HS384", 48],
    ["HS512", 64],
    ["ES256", 64],
    ["ES384", 96],
    ["ES512", 132],
    ["Ed25519", 64],
    ["EdDSA", 64],
    ["RS256", 256],
    ["PS512", 512],
    ["X-OWN", 7],
  ] as const)("%s with %i bytes: the right length is taken as it is", async (alg, length) => {
    const [, , signature] = (await signJws(hello, signing(alg, length))).split(".");
    expect(Buffer.from(signature!, "base64url")).toHaveLength(length);
  });

  it.each([undefined, null, "signature", new ArrayBuffer(32), { length: 32 }, 32])(
    "that is no bytes (%s) is a TypeError",
    async (result) => {
      expect(await codeOf(() => signJws(hello, { alg: "HS256", sign: () => result as never }))).toBe(
        "invalid_argument",
      );
    },
  );

  it("that is a window on a buffer is taken as it stands", async () => {
    const buffer = Buffer.alloc(96, 1);
    const [, , signature] = (await signJws(hello, { alg: "HS256", sign: () => buffer.subarray(32, 64) })).split(".");
    expect(signature).toBe(Buffer.alloc(32, 1).toString("base64url"));
  });

  it("that is not made at all is key_unavailable", async () => {
    expect(
      await codeOf(() =>
        signJws(hello, {
          alg: "HS256",
          sign: () => {
            throw new Error("HSM");
          },
        }),
      ),
    ).toBe("key_unavailable");
    expect(await codeOf(() => signJws(hello, { alg: "HS256", sign: () => Promise.reject(new TypeError("HSM")) }))).toBe(
      "key_unavailable",
    );
  });
});

describe("where there is no Buffer", () => {
  it("octets are signed and verified as they are: no text is made of them on the way (RFC 7797)", async () => {
    const mintmark = await loadOn(browserLike, () => import("../../../src/index.ts"));
    const pair = await mintmark.generateKeyPair(mintmark.ES256);
    for (const [signer, verifier] of [
      [await mintmark.generateSecret(mintmark.HS256)].flatMap((one) => [one, one]),
      [pair.privateKey, pair.publicKey],
    ] as [SigningKey, VerifyingKey][]) {
      for (const b64 of [true, false]) {
        const jws = await mintmark.signJws(binary, signer, { detached: true, b64 });
        expect([...(await mintmark.verifyJws(jws, verifier, { payload: binary })).payload]).toEqual([...binary]);
        expect(await codeOf(() => mintmark.verifyJws(jws, verifier, { payload: binary.slice(1) }))).toBe(
          "signature_invalid",
        );
      }
    }
    // Both runtimes sign the same octets.
    const jws = await signJws(binary, privateKey, { detached: true, b64: false });
    const verifier = await mintmark.importVerifyingKey(await exportJwk(publicKey), mintmark.ES256);
    expect([...(await mintmark.verifyJws(jws, verifier, { payload: binary })).payload]).toEqual([...binary]);
  });
});
