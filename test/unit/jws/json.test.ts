// JWS JSON serialization: flattened and general (RFC 7515 §7.2).
import { describe, expect, it } from "vitest";
import {
  ES256,
  generateKeyPair,
  generateSecret,
  HS256,
  importSecret,
  signJwsJson,
  UnavailableError,
  verifyJwsJson,
} from "../../../src/index.ts";
import type { JwsSigner, KeySource, SigningKey } from "../../../src/index.ts";
import { countingKey, encode, key, mac, secret, unrelated } from "../jwt/forge.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";

const { privateKey, publicKey } = await generateKeyPair(ES256);
const named = await importSecret(secret, HS256, { kid: "k1" });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (payload: Uint8Array): string => Buffer.from(payload).toString();
const hello = bytes("hello");
const binary = Uint8Array.from({ length: 256 }, (_, octet) => octet);

/** One signature as the general form lists it. */
const signature = (protectedHeader: unknown, payload = encode("hello")): { protected: string; signature: string } => ({
  protected: encode(protectedHeader),
  signature: mac(`${encode(protectedHeader)}.${payload}`),
});
const good = { payload: encode("hello"), ...signature({ alg: "HS256", typ: "JOSE" }) };
const verdict = (jws: unknown, keys: unknown = key, options = {}): Promise<string> =>
  codeOf(() => verifyJwsJson(jws as never, keys as never, options));

describe("flattened (RFC 7515 §7.2.2)", () => {
  it("has the payload and one signature side by side, and verifies", async () => {
    const jws = await signJwsJson(hello, key, { flattened: true });
    expect(jws).toEqual(good);
    const verified = await verifyJwsJson(jws, key);
    expect(text(verified.payload)).toBe("hello");
    expect(verified.header).toEqual({ alg: "HS256", typ: "JOSE" });
    expect(verified.unprotected).toEqual({});
    expect("sign" in verified.key).toBe(false);
  });

  it("survives JSON", async () => {
    const jws = await signJwsJson(binary, { key: privateKey, unprotected: { note: "x" } }, { flattened: true });
    expect(await verdict(JSON.parse(JSON.stringify(jws)), publicKey)).toBe("accepted");
  });

  it("detached: no payload member, and verified with the payload", async () => {
    const jws = await signJwsJson(binary, key, { flattened: true, detached: true });
    expect(Object.keys(jws).sort()).toEqual(["protected", "signature"]);
    expect(new Uint8Array((await verifyJwsJson(jws, key, { payload: binary })).payload)).toEqual(binary);
    expect(await verdict(jws, key, { payload: hello })).toBe("signature_invalid");
    expect(await verdict(jws)).toBe("token_malformed");
  });

  it("exactly one signer", async () => {
    expect(await codeOf(() => signJwsJson(hello, [key, privateKey], { flattened: true }))).toBe("invalid_argument");
    expect(await codeOf(() => signJwsJson(hello, [], { flattened: true }))).toBe("invalid_argument");
  });
});

describe("general (RFC 7515 §7.2.1)", () => {
  const both = [{ key: named, header: { role: "first" }, unprotected: { note: 1 } }, privateKey];

  it("several signers sign one payload, each with its own headers", async () => {
    const jws = await signJwsJson(hello, both);
    expect(Object.keys(jws).sort()).toEqual(["payload", "signatures"]);
    expect(jws.signatures).toHaveLength(2);
    expect(jws.signatures[0]!.header).toEqual({ note: 1 });
    expect("header" in jws.signatures[1]!).toBe(false);

    const first = await verifyJwsJson(jws, named);
    expect(first.header).toEqual({ alg: "HS256", typ: "JOSE", kid: "k1", role: "first" });
    expect(first.unprotected).toEqual({ note: 1 });
    const second = await verifyJwsJson(jws, publicKey);
    expect(second.header).toEqual({ alg: "ES256", typ: "JOSE", kid: publicKey.kid });
    expect(second.unprotected).toEqual({});
    expect(second.key).toBe(publicKey);
  });

  it("one key alone is a list of one", async () => {
    const { signatures } = await signJwsJson(hello, key);
    expect(signatures).toHaveLength(1);
    expect(await signJwsJson(hello, [key], { flattened: false })).toEqual({ payload: good.payload, signatures });
    expect(await signJwsJson(hello, [key], { flattened: undefined, detached: undefined, b64: undefined })).toEqual({
      payload: good.payload,
      signatures,
    });
  });

  it("one good signature suffices, and its header is returned", async () => {
    const bad = { ...signature({ alg: "HS256", bad: true }), signature: encode(new Uint8Array(32)) };
    const fine = { ...signature({ alg: "HS256", fine: true }), header: { mine: 1 } };
    for (const signatures of [
      [bad, fine],
      [fine, bad],
      [bad, bad, fine, bad],
    ]) {
      const verified = await verifyJwsJson({ payload: good.payload, signatures }, key);
      expect(verified.header).toEqual({ alg: "HS256", fine: true });
      expect(verified.unprotected).toEqual({ mine: 1 });
    }
  });

  it.each<[string, unknown]>([
    ["an alg the keys do not have", signature({ alg: "RS256" })],
    ["a kid that no key carries", { ...signature({ alg: "HS256", kid: "other" }) }],
    ["an extension not understood", signature({ alg: "HS256", crit: ["x"], x: 1 })],
    ["a broken header", { protected: "!", signature: "AAAA" }],
    ["alg none", { protected: encode({ alg: "none" }), signature: "AAAA" }],
    ["null", null],
    ["a list", []],
    ["a text", "signature"],
    ["no members", {}],
    ["a signature that is not canonical", { ...signature({ alg: "HS256" }), signature: "A" }],
    ["an unprotected header that is a list", { ...signature({ alg: "HS256" }), header: [] }],
    ["alg in the unprotected header", { signature: "AAAA", header: { alg: "HS256" } }],
  ])("beside a good one, a signature with %s does no harm", async (_name, other) => {
    for (const keys of [named, [named, unrelated]]) {
      const fine = signature({ alg: "HS256", kid: "k1" });
      expect(await verdict({ payload: good.payload, signatures: [other, fine] }, keys)).toBe("accepted");
      expect(await verdict({ payload: good.payload, signatures: [fine, other] }, keys)).toBe("accepted");
      expect(await verdict({ payload: good.payload, signatures: [other, other] }, named)).not.toBe("accepted");
    }
  });

  it("no good signature: what could not be checked comes first, then signature_invalid, then the first fault", async () => {
    const bad = { ...signature({ alg: "HS256" }), signature: encode(new Uint8Array(32)) };
    const other = signature({ alg: "ES256" });
    const broken = { protected: "!", signature: "AAAA" };
    const unable = countingKey({ alg: "ES256", verify: () => Promise.reject(new Error("HSM")) });
    const of = (...signatures: unknown[]): unknown => ({ payload: good.payload, signatures });
    expect(await verdict(of(broken, other, bad))).toBe("signature_invalid");
    expect(await verdict(of(other, broken))).toBe("alg_not_allowed");
    expect(await verdict(of(broken, other))).toBe("token_malformed");
    expect(await verdict(of(bad, broken, other), [key, unable])).toBe("key_unavailable");
    expect(await verdict(of(other, signature({ alg: "HS256" })), [key, unable])).toBe("accepted");
  });

  it("a key source that fails is asked for the other signatures", async () => {
    const source: KeySource = {
      algorithms: ["ES256", "HS256"],
      select: ({ alg }) =>
        alg === "HS256" ? [key] : Promise.reject(new UnavailableError("jwks_unavailable", "no answer")),
    };
    const es256 = { ...signature({ alg: "ES256" }) };
    expect(await verdict({ payload: good.payload, signatures: [es256, signature({ alg: "HS256" })] }, source)).toBe(
      "accepted",
    );
    expect(await verdict({ payload: good.payload, signatures: [es256] }, source)).toBe("jwks_unavailable");
  });

  it("what is the caller's fault is not swallowed: a source that gives what is no key is a TypeError", async () => {
    const source = { algorithms: ["HS256"], select: () => [{}] };
    expect(await verdict({ payload: good.payload, signatures: [signature({ alg: "HS256" })] }, source)).toBe(
      "invalid_argument",
    );
  });

  it("up to 32 signatures are tried, 33 are token_malformed", async () => {
    const bad = { ...signature({ alg: "HS256" }), signature: encode(new Uint8Array(32)) };
    const fine = signature({ alg: "HS256" });
    const list = (count: number): unknown[] => [...Array.from({ length: count - 1 }, () => bad), fine];
    expect(await verdict({ payload: good.payload, signatures: list(32) })).toBe("accepted");
    expect(await verdict({ payload: good.payload, signatures: list(33) })).toBe("token_malformed");
    expect(await verdict({ payload: good.payload, signatures: list(33).reverse() })).toBe("token_malformed");
    expect(await verdict({ payload: good.payload, signatures: Array.from({ length: 1e6 }) })).toBe("token_malformed");
  });
});

describe("b64: false in JSON (RFC 7797)", () => {
  it.each([
    ["text with dots, umlauts and lines", "$.02\nünïcode 🪙"],
    ["the empty text", ""],
    ["what looks like base64url", "aGVsbG8"],
  ])("%s stands in the JWS as it is", async (_name, payload) => {
    for (const flattened of [true, false] as const) {
      const jws = await (flattened
        ? signJwsJson(bytes(payload), key, { flattened, b64: false })
        : signJwsJson(bytes(payload), [key, privateKey], { b64: false }));
      expect(jws.payload).toBe(payload);
      const verified = await verifyJwsJson(jws, [key, publicKey]);
      expect(text(verified.payload)).toBe(payload);
      expect(verified.header).toMatchObject({ b64: false, crit: ["b64"] });
    }
  });

  it("octets that are not UTF-8 have to travel beside it", async () => {
    expect(await codeOf(() => signJwsJson(binary, key, { b64: false }))).toBe("invalid_argument");
    const jws = await signJwsJson(binary, [key, privateKey], { b64: false, detached: true });
    for (const one of [key, publicKey]) {
      expect(new Uint8Array((await verifyJwsJson(jws, one, { payload: binary })).payload)).toEqual(binary);
    }
    expect(await verdict(jws, key, { payload: hello })).toBe("signature_invalid");
  });

  it("a byte order mark stays", async () => {
    const marked = Uint8Array.of(0xef, 0xbb, 0xbf, 0x41);
    const jws = await signJwsJson(marked, key, { b64: false, flattened: true });
    expect([...(await verifyJwsJson(jws, key)).payload]).toEqual([...marked]);
  });

  it("one byte string has one accepted spelling: half a surrogate pair is not another U+FFFD (§0, idea 4)", async () => {
    const jws = await signJwsJson(bytes("\ufffd"), key, { b64: false, flattened: true });
    expect(await verdict(jws)).toBe("accepted");
    expect(await verdict({ ...jws, payload: "\ud800" })).not.toBe("accepted");
    expect(await verdict({ ...jws, payload: "\udc00" })).not.toBe("accepted");
  });

  it("b64: true says nothing", async () => {
    expect(await signJwsJson(hello, key, { b64: true, flattened: true })).toEqual(good);
  });
});

describe("where header members stand (RFC 7515 §7.2.1)", () => {
  it.each(["alg", "typ", "crit", "b64"])("`%s` only in the protected header: signing", async (name) => {
    expect(await codeOf(() => signJwsJson(hello, { key, unprotected: { [name]: "x" } }))).toBe("invalid_argument");
  });

  it.each(["alg", "kid", "crit", "b64"])("header.%s is set by mintmark", async (name) => {
    expect(await codeOf(() => signJwsJson(hello, { key, header: { [name]: "x" } }))).toBe("invalid_argument");
  });

  it("header locations are disjoint: signing", async () => {
    expect(await codeOf(() => signJwsJson(hello, { key, header: { a: 1 }, unprotected: { a: 1 } }))).toBe(
      "invalid_argument",
    );
    expect(await codeOf(() => signJwsJson(hello, { key: named, unprotected: { kid: "k1" } }))).toBe("invalid_argument");
    expect(await codeOf(() => signJwsJson(hello, { key, header: { a: 1 }, unprotected: { b: 1 } }))).toBe("accepted");
  });

  it("header locations are disjoint: verifying", async () => {
    const jws = { payload: good.payload, ...signature({ alg: "HS256", a: 1 }) };
    expect(await verdict({ ...jws, header: { b: 1 } })).toBe("accepted");
    expect(await verdict({ ...jws, header: { a: 1 } })).toBe("header_invalid");
    expect(await verdict({ ...jws, header: { a: 2, b: 1 } })).toBe("header_invalid");
  });

  it.each<[string, unknown]>([
    ["alg", "HS256"],
    ["typ", "JOSE"],
    ["crit", ["x"]],
    ["crit", []],
    ["b64", false],
    ["b64", true],
  ])("`%s` only in the protected header: verifying (%j)", async (name, value) => {
    expect(await verdict({ ...good, header: { [name]: value } }, key, { understood: ["x"] })).toBe("header_invalid");
  });

  it("alg from the unprotected header alone is refused, however good the signature", async () => {
    const [protectedHeader, payload] = [encode({}), encode("hello")];
    const jws = {
      payload,
      protected: protectedHeader,
      header: { alg: "HS256" },
      signature: mac(`${protectedHeader}.${payload}`),
    };
    expect(await verdict(jws)).toBe("header_invalid");
    expect(await verdict({ payload, header: { alg: "HS256" }, signature: mac(`.${payload}`) })).toBe("header_invalid");
    expect(await verdict({ payload, protected: "", header: { alg: "HS256" }, signature: mac(`.${payload}`) })).toBe(
      "token_malformed",
    );
  });

  it("crit may not speak of an unprotected member", async () => {
    const jws = { payload: good.payload, ...signature({ alg: "HS256", crit: ["x"] }), header: { x: 1 } };
    expect(await verdict(jws, key, { understood: ["x"] })).toBe("header_invalid");
  });

  it("a kid may stand in the unprotected header, and selects", async () => {
    const other = await generateSecret(HS256, { kid: "k2" });
    const jws = await signJwsJson(hello, { key, unprotected: { kid: "k1" } }, { flattened: true });
    expect(await verdict(jws, [other, named])).toBe("accepted");
    expect(await verdict(jws, other)).toBe("key_not_found");
    expect((await verifyJwsJson(jws, named)).unprotected).toEqual({ kid: "k1" });
  });

  it("a refusal by a key source of another copy of the package is one of several signatures' refusals", async () => {
    const theirs = Object.assign(new Error("no such key"), { name: "JwtError", code: "key_not_found" });
    const source: KeySource = {
      algorithms: ["HS256"],
      select({ kid }) {
        if (kid === "unknown") throw theirs;
        return [key];
      },
    };
    const payload = good.payload;
    const unknown = signature({ alg: "HS256", kid: "unknown" });
    expect(await verdict({ payload, signatures: [unknown, signature({ alg: "HS256" })] }, source)).toBe("accepted");
    expect(await verdict({ payload, signatures: [unknown] }, source)).toBe("key_not_found");
  });

  it.each([1, null, {}, []])("a kid %j there is header_invalid", async (kid) => {
    expect(await verdict({ ...good, header: { kid } })).toBe("header_invalid");
  });

  it("unprotected members are returned apart, and names of the prototype do no harm", async () => {
    const header = JSON.parse('{"__proto__": {"alg": "none"}, "constructor": 1, "jwk": {}}') as Record<string, unknown>;
    const verified = await verifyJwsJson({ ...good, header }, key);
    expect(verified.header).toEqual({ alg: "HS256", typ: "JOSE" });
    expect(Object.keys(verified.unprotected).sort()).toEqual(["__proto__", "constructor", "jwk"]);
    expect(({} as { alg?: string }).alg).toBeUndefined();
  });

  it("members are read where they are own: an object that inherits them has none", async () => {
    expect(await verdict(Object.create(good))).toBe("token_malformed");
    expect(await verdict(Object.assign(Object.create(null), good))).toBe("accepted");
  });

  it.each([
    ["null", null],
    ["a list", []],
    ["a text", "x"],
    ["a member JSON drops", { x: () => 1 }],
  ])("unprotected: %s is a TypeError", async (_name, unprotected) => {
    expect(await codeOf(() => signJwsJson(hello, { key, unprotected: unprotected as never }))).toBe("invalid_argument");
  });
});

describe("signJwsJson refuses", () => {
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["no signer", []],
    ["a text", "key"],
    ["a public key", publicKey],
    ["an object without key", { header: {} }],
    ["key: undefined", { key: undefined }],
    ["key: null", { key: null }],
    ["an unknown member", { key, protected: {} }],
    ["a list with null", [key, null]],
    ["a nested list", [[key]]],
  ])("signers: %s", async (_name, signers) => {
    expect(await codeOf(() => signJwsJson(hello, signers as JwsSigner))).toBe("invalid_argument");
  });

  it.each<[string, unknown]>([
    ["unknown names", { header: {} }],
    ["flattened: 1", { flattened: 1 }],
    ["flattened: null", { flattened: null }],
    ["detached: a text", { detached: "yes" }],
    ["b64: 0", { b64: 0 }],
    ["null", null],
  ])("options: %s", async (_name, options) => {
    expect(await codeOf(() => signJwsJson(hello, key, options as never))).toBe("invalid_argument");
  });

  it("a payload that is not bytes", async () => {
    expect(await codeOf(() => signJwsJson("hello" as never, key))).toBe("invalid_argument");
  });

  it("all signers when one fails: key_unavailable", async () => {
    const unable: SigningKey = { alg: "ES256", sign: () => Promise.reject(new Error("HSM")) };
    expect(await codeOf(() => signJwsJson(hello, [key, unable]))).toBe("key_unavailable");
  });

  it("header and unprotected given as undefined are not given", async () => {
    expect(await signJwsJson(hello, { key, header: undefined, unprotected: undefined }, { flattened: true })).toEqual(
      good,
    );
    expect(await signJwsJson(hello, { key, header: {}, unprotected: {} }, { flattened: true })).toEqual(good);
  });
});

describe("verifyJwsJson refuses hostile shapes", () => {
  it.each<[string, unknown, string]>([
    ["undefined", undefined, "token_malformed"],
    ["null", null, "token_malformed"],
    ["a number", 1, "token_malformed"],
    ["a compact JWS", `${good.protected}.${good.payload}.${good.signature}`, "token_malformed"],
    ["JSON text", JSON.stringify(good), "token_malformed"],
    ["a list", [good], "token_malformed"],
    ["no members", {}, "token_malformed"],
    ["no payload", { protected: good.protected, signature: good.signature }, "token_malformed"],
    ["payload null", { ...good, payload: null }, "token_malformed"],
    ["payload bytes", { ...good, payload: hello }, "token_malformed"],
    ["payload in a list", { ...good, payload: [good.payload] }, "token_malformed"],
    [
      "a padded payload",
      { payload: `${good.payload}=`, ...signature({ alg: "HS256" }, `${good.payload}=`) },
      "token_malformed",
    ],
    ["no signature", { payload: good.payload, protected: good.protected }, "token_malformed"],
    ["signature null", { ...good, signature: null }, "token_malformed"],
    ["signature bytes", { ...good, signature: hello }, "token_malformed"],
    ["an empty signature", { ...good, signature: "" }, "token_malformed"],
    ["protected null", { ...good, protected: null }, "header_invalid"],
    ["protected as an object", { ...good, protected: { alg: "HS256" } }, "header_invalid"],
    ["protected empty", { ...good, protected: "" }, "token_malformed"],
    ["protected not base64url", { ...good, protected: "e30=" }, "token_malformed"],
    ["header null", { ...good, header: null }, "header_invalid"],
    ["header as a list", { ...good, header: [] }, "header_invalid"],
    ["header as base64url", { ...good, header: "e30" }, "header_invalid"],
    ["signatures null", { payload: good.payload, signatures: null }, "token_malformed"],
    ["signatures empty", { payload: good.payload, signatures: [] }, "token_malformed"],
    [
      "signatures as an object",
      { payload: good.payload, signatures: { 0: signature({ alg: "HS256" }), length: 1 } },
      "token_malformed",
    ],
    ["signatures as a text", { payload: good.payload, signatures: "x" }, "token_malformed"],
    ["signatures with null", { payload: good.payload, signatures: [null] }, "token_malformed"],
    ["signatures with a list", { payload: good.payload, signatures: [[]] }, "token_malformed"],
    ["signatures with a number", { payload: good.payload, signatures: [1] }, "token_malformed"],
    ["a sparse list", { payload: good.payload, signatures: [, signature({ alg: "RS256" })] }, "token_malformed"], // eslint-disable-line no-sparse-arrays -- that is the case
    ["flattened and general at once", { ...good, signatures: [signature({ alg: "HS256" })] }, "token_malformed"],
    [
      "general with a header beside the list",
      { payload: good.payload, header: {}, signatures: [signature({ alg: "HS256" })] },
      "token_malformed",
    ],
    [
      "general with protected beside the list",
      { payload: good.payload, protected: "e30", signatures: [signature({ alg: "HS256" })] },
      "token_malformed",
    ],
  ])("%s", async (_name, jws, code) => {
    expect(await verdict(jws)).toBe(code);
  });

  it("unknown members are ignored (RFC 7515 §7.2)", async () => {
    expect(await verdict({ ...good, extra: 1, signaturess: [] })).toBe("accepted");
  });

  it("a payload in the JWS together with `payload` is token_malformed, an empty one is detached", async () => {
    const { payload: attached, ...detached } = good;
    expect(attached).toBe(encode("hello"));
    expect(await verdict(good, key, { payload: hello })).toBe("token_malformed");
    expect(await verdict({ ...detached, payload: 5 }, key, { payload: hello })).toBe("token_malformed");
    expect(await verdict({ ...detached, payload: null }, key, { payload: hello })).toBe("token_malformed");
    expect(await verdict(detached, key, { payload: hello })).toBe("accepted");
    expect(await verdict({ ...detached, payload: "" }, key, { payload: hello })).toBe("accepted");
  });

  it("an empty payload is a payload", async () => {
    const jws = await signJwsJson(new Uint8Array(), key, { flattened: true });
    expect(jws.payload).toBe("");
    expect((await verifyJwsJson(jws, key)).payload).toHaveLength(0);
  });

  it("options and keys are checked before the JWS is looked at", async () => {
    expect(await verdict(null, key, { payload: "x" })).toBe("invalid_argument");
    expect(await verdict(null, key, { payloadd: hello })).toBe("invalid_argument");
    expect(await verdict(null, [])).toBe("invalid_argument");
  });
});

describe("a refusal says first what it is about", () => {
  it.each([
    ["flattened", 1, "1"],
    ["detached", "yes", '"yes"'],
    ["b64", null, "object"],
  ])("the option %s", async (name, value, found) => {
    expect(String(await errorOf(() => signJwsJson(hello, key, { [name]: value })))).toBe(
      `TypeError: ${name}: expected true or false, found ${found}`,
    );
  });
});

describe("general, and something wrong beside a good signature", () => {
  const general = { payload: good.payload, signatures: [{ protected: good.protected, signature: good.signature }] };

  it.each(["signature", "protected", "header"])(
    "a member %s, which belongs to one signature, is token_malformed",
    async (name) => {
      expect(await verdict(general)).toBe("accepted");
      expect(await verdict({ ...general, [name]: name === "header" ? {} : "AAAA" })).toBe("token_malformed");
    },
  );

  it("no signatures at all are token_malformed", async () => {
    expect(await verdict({ ...general, signatures: [] })).toBe("token_malformed");
  });

  it("what is wrong with the keys is the caller's to mend, however good another signature", async () => {
    const source: KeySource = {
      algorithms: ["HS256", "HS384"],
      select: ({ alg }) => (alg === "HS256" ? [key] : ([{ alg: "HS384" }] as never)),
    };
    expect(await verdict(general, source)).toBe("accepted");
    expect(
      await verdict({ ...general, signatures: [signature({ alg: "HS384" }), ...general.signatures] }, source),
    ).toBe("invalid_argument");
  });

  it("a bad signature over a payload that is not canonical is token_malformed", async () => {
    for (const keys of [key, countingKey()])
      expect(await verdict({ payload: `${good.payload}=`, ...signature({ alg: "HS256" }) }, keys)).toBe(
        "token_malformed",
      );
  });
});
