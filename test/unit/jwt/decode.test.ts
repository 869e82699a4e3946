// `decode`: a look inside, nothing verified; its result says so.
import { describe, expect, expectTypeOf, it } from "vitest";
import { decode, sign } from "../../../src/index.ts";
import type { JwtClaims } from "../../../src/index.ts";
import { encode, forge, goodClaims, jwtHeader, key, mac, sealed, stranger } from "./forge.ts";
import { codeOf } from "./outcome.ts";

describe("decode", () => {
  it("gives header, claims, signature, and says that nothing is verified", async () => {
    const token = await sign({ sub: "user_123" }, stranger);
    const { header, claims, signature, verified } = decode(token);
    expect(header).toEqual({ alg: "HS256", typ: "JWT" });
    expect(claims.sub).toBe("user_123");
    expect(Buffer.from(signature).toString("base64url")).toBe(token.split(".")[2]);
    expect(verified).toBe(false);
    expect(Object.keys(decode(token)).sort()).toEqual(["claims", "header", "signature", "verified"]);
  });

  it("its claims are of no type yet: not accepted where verified ones are asked for", () => {
    const decoded = decode(forge());
    expectTypeOf(decoded.claims.sub).toEqualTypeOf<unknown>();
    expectTypeOf(decoded.claims).not.toExtend<JwtClaims>();
    expectTypeOf(decoded.verified).toEqualTypeOf<false>();
  });

  it("does not mind who signed, when, for whom, or with which extension", () => {
    const input = `${encode({ alg: "X-UNKNOWN", typ: "anything", crit: ["x"], x: 1, b64: true })}.${encode({ exp: 0, aud: 5, iss: [] })}`;
    const { header, claims } = decode(`${input}.AA`);
    expect(header).toMatchObject({ alg: "X-UNKNOWN", crit: ["x"] });
    expect(claims).toEqual({ exp: 0, aud: 5, iss: [] });
  });

  it("no member of the token gets at the prototype", () => {
    const { claims, header } = decode(
      sealed(encode('{"alg":"HS256","__proto__":{"polluted":1}}'), encode('{"__proto__":{"polluted":1},"sub":"x"}')),
    );
    expect(Object.keys(claims)).toEqual(["__proto__", "sub"]);
    expect(Object.keys(header)).toEqual(["alg", "__proto__"]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  const [header, payload, signature] = forge().split(".") as [string, string, string];
  it.each<[string, unknown, string]>([
    ["undefined", undefined, "token_malformed"],
    ["null", null, "token_malformed"],
    ["a number", 5, "token_malformed"],
    ["an object", {}, "token_malformed"],
    ["a boxed text", new String(forge()), "token_malformed"],
    ["bytes", Buffer.from(forge()), "token_malformed"],
    ["the empty text", "", "token_malformed"],
    ["no dots", "token", "token_malformed"],
    ["one dot", `${header}.${payload}`, "token_malformed"],
    ["three dots", `${forge()}.`, "token_malformed"],
    ["dots alone", "..", "token_malformed"],
    ["an empty header", `.${payload}.${signature}`, "token_malformed"],
    ["an empty payload", `${header}..${signature}`, "token_malformed"],
    ["an empty signature (alg none)", `${encode({ alg: "none" })}.${payload}.`, "token_malformed"],
    ["Bearer before it", `Bearer ${forge()}`, "token_malformed"],
    ["padding", `${header}.${payload}.${signature}=`, "token_malformed"],
    ["a newline", `${forge()}\n`, "token_malformed"],
    ["stray bits in the signature", `${header}.${payload}.AB`, "token_malformed"],
    ["stray bits in the payload", `${header}.AB.${signature}`, "token_malformed"],
    ["one character of payload", `${header}.A.${signature}`, "token_malformed"],
    ["not base64url", `${header}.${payload}.!!!!`, "token_malformed"],
    ["the other alphabet", `${header}.${payload}.+/+/`, "token_malformed"],
    ["a header that is not UTF-8", sealed(encode(Uint8Array.of(0xc0, 0x80)), payload), "token_malformed"],
    ["a header that is not an object", sealed(encode("[]"), payload), "header_invalid"],
    ["a header without alg", sealed(encode("{}"), payload), "header_invalid"],
    ["a header with alg twice", sealed(encode('{"alg":"a","alg":"b"}'), payload), "header_invalid"],
    ["a payload that is not UTF-8", sealed(header, encode(Uint8Array.of(0x7b, 0xff, 0x7d))), "payload_invalid"],
    ["a payload that is not JSON", sealed(header, encode("{")), "payload_invalid"],
    ["a list", sealed(header, encode([])), "payload_invalid"],
    ["null as payload", sealed(header, encode("null")), "payload_invalid"],
    ["a text as payload", sealed(header, encode('"x"')), "payload_invalid"],
    ["a number as payload", sealed(header, encode("5")), "payload_invalid"],
    ["a byte order mark", sealed(header, encode(`\ufeff${JSON.stringify(goodClaims)}`)), "payload_invalid"],
    [
      "a payload nested 100000 deep",
      sealed(header, encode(`{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`)),
      "payload_invalid",
    ],
  ])("refuses %s", async (_name, token, code) => {
    expect(await codeOf(() => decode(token as string))).toBe(code);
  });

  it("reads what it was refused for, once it is mended", () => {
    expect(decode(`${encode(jwtHeader)}.${payload}.${mac(`${header}.${payload}`)}`).claims).toEqual(goodClaims);
    expect(decode(forge()).header).toEqual({ alg: key.alg, typ: "JWT" });
  });
});
