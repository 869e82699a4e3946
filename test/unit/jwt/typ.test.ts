// `typ` of a verified token (RFC 7515 §4.1.9, RFC 8725 §3.11; given: present and equal, omitted: absent or "JWT").
import { describe, expect, it } from "vitest";
import { unchecked } from "../../../src/index.ts";
import { expected, forge, goodClaims, key } from "./forge.ts";
import { outcome, refusalOf } from "./outcome.ts";

const withTyp = (typ: unknown): string =>
  forge(goodClaims, typ === undefined ? { alg: "HS256" } : { alg: "HS256", typ });
const omitted = Symbol("omitted");

it.each<[unknown, unknown, string]>([
  [omitted, undefined, "accepted"],
  [omitted, "JWT", "accepted"],
  [omitted, "jwt", "accepted"],
  [omitted, "jWt", "accepted"],
  [omitted, "application/jwt", "accepted"],
  [omitted, "APPLICATION/JWT", "accepted"],
  [omitted, "at+jwt", "typ_mismatch"],
  [omitted, "JWT ", "typ_mismatch"],
  [omitted, "", "typ_mismatch"],
  [omitted, "application/", "typ_mismatch"],
  [omitted, "x/jwt", "typ_mismatch"],
  [omitted, "JOSE", "typ_mismatch"],
  ["at+jwt", "at+application/jwt", "typ_mismatch"],
  ["JWT", "JWT", "accepted"],
  ["JWT", "jwt", "accepted"],
  ["JWT", "application/JWT", "accepted"],
  ["JWT", undefined, "typ_mismatch"],
  ["JWT", "at+jwt", "typ_mismatch"],
  ["at+jwt", "at+jwt", "accepted"],
  ["at+jwt", "AT+JWT", "accepted"],
  ["at+jwt", "application/at+jwt", "accepted"],
  ["at+jwt", "Application/At+Jwt", "accepted"],
  ["application/at+jwt", "at+jwt", "accepted"],
  ["APPLICATION/AT+JWT", "application/at+jwt", "accepted"],
  ["at+jwt", "application/application/at+jwt", "typ_mismatch"],
  ["at+jwt", "JWT", "typ_mismatch"],
  ["at+jwt", undefined, "typ_mismatch"],
  ["at+jwt", "at+jwt;charset=utf-8", "typ_mismatch"],
  ["at+jwt", "xat+jwt", "typ_mismatch"],
  ["k+jwt", "\u212a+jwt", "typ_mismatch"], // the Kelvin sign is a k in lower case, though not in ASCII
  [["at+jwt", "JWT"], "jwt", "accepted"],
  [["at+jwt", "JWT"], "at+jwt", "accepted"],
  [["at+jwt", "JWT"], undefined, "typ_mismatch"],
  [["at+jwt", "JWT"], "dpop+jwt", "typ_mismatch"],
  [unchecked, undefined, "accepted"],
  [unchecked, "anything at all", "accepted"],
  [unchecked, "", "accepted"],
  [unchecked, 5, "header_invalid"],
  [omitted, null, "header_invalid"],
  ["JWT", ["JWT"], "header_invalid"],
  ["undefined", undefined, "typ_mismatch"],
  ["__proto__", "constructor", "typ_mismatch"],
])("expected %s, found %j: %s", async (typ, found, code) => {
  expect(await outcome(withTyp(found), key, typ === omitted ? expected : { ...expected, typ })).toBe(code);
});

describe("typ_mismatch", () => {
  it("comes after the signature, so the claims come along", async () => {
    const refusal = await refusalOf(withTyp("at+jwt"), key, expected);
    expect(refusal.claims).toEqual(goodClaims);
    expect(refusal.claim).toBeUndefined();
  });

  it("says what was expected, and what was found", async () => {
    expect((await refusalOf(withTyp("at+jwt"), key, expected)).message).toBe(
      'typ: expected "JWT" or no typ, found "at+jwt"',
    );
    const waived = { ...expected, typ: "at+jwt", optional: ["typ"] };
    expect((await refusalOf(withTyp("JWT"), key, waived)).message).toBe(
      'typ: expected "at+jwt" or no typ, found "JWT"',
    );
    expect((await refusalOf(withTyp("JWT"), key, { ...expected, typ: ["at+jwt", "logout+jwt"] })).message).toMatch(
      /"at\+jwt" or "logout\+jwt".*"JWT"/,
    );
  });

  it("is about the token's own member: what every object has is no typ", async () => {
    const header = JSON.parse('{"alg":"HS256","__proto__":{"typ":"at+jwt"}}') as object;
    expect(await outcome(forge(goodClaims, header), key, expected)).toBe("accepted");
    expect(await outcome(forge(goodClaims, header), key, { ...expected, typ: "at+jwt" })).toBe("typ_mismatch");
  });
});
