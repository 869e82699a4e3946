// A JWS is marked as one (RFC 7515 §4.1.9, RFC 8725 §3.11), lists what must be understood (§4.1.11), and is bounded in length.
import { describe, expect, it } from "vitest";
import {
  generateKeyPair,
  ES256,
  signJws,
  signJwsJson,
  unchecked,
  verifyJws,
  verifyJwsJson,
} from "../../../src/index.ts";
import { encode, expected, goodClaims, key, sealed } from "../jwt/forge.ts";
import { codeOf, errorOf, outcome } from "../jwt/outcome.ts";

const claims = new TextEncoder().encode(JSON.stringify({ ...goodClaims, sub: "admin" }));
const headerOf = (segment = ""): unknown => JSON.parse(Buffer.from(segment, "base64url").toString());

describe("typ", () => {
  it.each([
    ["by default", {}, "JOSE"],
    ["another", { typ: "receipt+jws" }, "receipt+jws"],
    ["among the header members", { header: { typ: "receipt+jws" } }, "receipt+jws"],
    ["unchecked", { typ: unchecked } as const, undefined],
  ])("%s", async (_name, options, typ) => {
    const { header, ...rest } = options as { header?: object; typ?: string };
    const compact = await signJws(claims, key, options);
    const json = await signJwsJson(claims, header === undefined ? key : { key, header: header as never }, {
      ...rest,
      flattened: true,
    });
    for (const found of [headerOf(compact.split(".")[0]), headerOf(json.protected)])
      expect((found as { typ?: string }).typ).toBe(typ);
    expect((await verifyJws(compact, key)).header.typ).toBe(typ);
    expect((await verifyJwsJson(json, key)).header.typ).toBe(typ);
    expect(await outcome(compact, key, expected)).toBe(typ === undefined ? "accepted" : "typ_mismatch");
  });

  it.each([null, "", 5, false, Symbol("unchecked")])("%o is a TypeError", async (typ) => {
    expect(await codeOf(() => signJws(claims, key, { typ: typ as never }))).toBe("invalid_argument");
    expect(await codeOf(() => signJwsJson(claims, key, { typ: typ as never }))).toBe("invalid_argument");
  });
});

describe("crit when signing: each name in the header, an extension, once", () => {
  const header = { "http://openbanking.org.uk/iat": 1, "http://openbanking.org.uk/iss": "bank" };
  const crit = Object.keys(header);

  it("is written, and verified by who understands it", async () => {
    const { privateKey, publicKey } = await generateKeyPair(ES256);
    const jws = await signJws(claims, privateKey, { header, crit, detached: true, b64: false });
    expect(headerOf(jws.split(".")[0])).toMatchObject({ ...header, b64: false, crit: ["b64", ...crit] });
    expect(await codeOf(() => verifyJws(jws, publicKey, { payload: claims }))).toBe("crit_unsupported");
    expect(await codeOf(() => verifyJws(jws, publicKey, { payload: claims, understood: crit }))).toBe("accepted");
    const json = await signJwsJson(claims, { key: privateKey, header, crit });
    expect(await codeOf(() => verifyJwsJson(json, publicKey))).toBe("crit_unsupported");
    expect((await verifyJwsJson(json, publicKey, { understood: crit })).header.crit).toEqual(crit);
  });

  it.each<[string, unknown, string]>([
    ["a name that is not in the header", ["x"], 'crit: "x" is not in the header'],
    ["a name of every object", ["toString"], 'crit: "toString" is not in the header'],
    ["b64", ["b64"], 'crit: "b64" is not an extension, it is listed by b64: false'],
    ["a registered name", ["cty"], 'crit: "cty" is not an extension'],
    ["a name twice", [crit[0], crit[0]], "crit: expected each name once"],
    ["no name", [], "crit: expected at least one string"],
    ["a number", [1], "crit: expected a non-empty string, found 1"],
  ])("%s is a TypeError", async (_name, names, said) => {
    const error = await errorOf(() => signJws(claims, key, { header: { ...header, cty: "x" }, crit: names as never }));
    expect(String(error)).toContain(said);
  });
});

describe("maxTokenLength: 2097152 characters, or what is said", () => {
  const long = new Uint8Array(1_600_000);

  it("bounds the compact and the JSON serializations, before anything is looked at", async () => {
    const compact = await signJws(long, key);
    const json = await signJwsJson(long, key);
    const error = await errorOf(() => verifyJws(compact, key));
    expect(error).toMatchObject({
      code: "token_too_large",
      message: `expected at most 2097152 characters (maxTokenLength), found ${compact.length}`,
    });
    expect(await codeOf(() => verifyJwsJson(json, key))).toBe("token_too_large");
    expect(await codeOf(() => verifyJws(compact, key, { maxTokenLength: compact.length }))).toBe("accepted");
    expect(await codeOf(() => verifyJws(compact, key, { maxTokenLength: compact.length - 1 }))).toBe("token_too_large");
    expect(await codeOf(() => verifyJwsJson(json, key, { maxTokenLength: compact.length - 2 }))).toBe("accepted");
    expect(await codeOf(() => verifyJwsJson(json, key, { maxTokenLength: compact.length - 3 }))).toBe(
      "token_too_large",
    );
  });

  it("does not count a detached payload", async () => {
    const compact = await signJws(long, key, { detached: true });
    expect(await codeOf(() => verifyJws(compact, key, { payload: long, maxTokenLength: 200 }))).toBe("accepted");
  });

  it("counts every signature of a JSON serialization", async () => {
    const [header = "", payload = "", signature = ""] = sealed(encode({ alg: "HS256" }), encode("x")).split(".");
    const signatures = Array.from({ length: 30 }, () => ({ protected: header, signature }));
    const length = payload.length + 30 * (header.length + signature.length);
    expect(await codeOf(() => verifyJwsJson({ payload, signatures }, key, { maxTokenLength: length }))).toBe(
      "accepted",
    );
    expect(await codeOf(() => verifyJwsJson({ payload, signatures }, key, { maxTokenLength: length - 1 }))).toBe(
      "token_too_large",
    );
  });

  it.each([0, -1, NaN, Infinity, "1000", null])("%s is a TypeError", async (maxTokenLength) => {
    expect(
      await codeOf(async () => verifyJws(await signJws(claims, key), key, { maxTokenLength: maxTokenLength as never })),
    ).toBe("invalid_argument");
  });
});
