// What a verified token has to say (RFC 7519 §4.1, §7.2; RFC 8725 §3.8–3.10). Every case runs through all
// eight functions that verify, which have to agree.
import { describe, expect, it } from "vitest";
import { unchecked } from "../../../src/index.ts";
import { at, audience, countingKey, expected, forge, goodClaims, issuer, key, second, without } from "../jwt/forge.ts";
import { outcome, refusalOf } from "../jwt/outcome.ts";

const open = { issuer: unchecked, audience: unchecked, now: at(second) };
/** Claims whose JSON is written by hand: `1e400` has no other spelling. */
const withText = (name: string, text: string): string =>
  `${JSON.stringify(without(name)).slice(0, -1)},${JSON.stringify(name)}:${text}}`;

describe("types of registered claims, required or not: claim_invalid names the claim", () => {
  const cases = [
    ...["exp", "nbf", "iat"].flatMap((name) =>
      [
        `"${second + 900}"`,
        '"2033-01-01T00:00:00Z"',
        '""',
        "null",
        "true",
        "false",
        "[]",
        `[${second}]`,
        "{}",
        "1e400",
        "-1e400",
      ].map((text) => [name, text] as const),
    ),
    ...["iss", "sub", "jti"].flatMap((name) =>
      ["null", "0", "5", "true", "[]", `["${issuer}"]`, "{}", '{"toString":1}'].map((text) => [name, text] as const),
    ),
    ...[
      "null",
      "0",
      "true",
      "{}",
      "[]",
      "[null]",
      '["web",null]',
      '["web",5]',
      '[["web"]]',
      '{"0":"web","length":1}',
    ].map((text) => ["aud", text] as const),
  ];

  it.each(cases)("%s: %s", async (name, text) => {
    const token = forge(withText(name, text));
    for (const policy of [expected, { ...open, optional: ["exp", "iat"] }]) {
      expect(await outcome(token, key, policy)).toBe("claim_invalid");
      expect(await refusalOf(token, key, policy)).toMatchObject({ code: "claim_invalid", claim: name });
    }
  });

  it("an issuer that the key does not speak for is a fault of iss, an age that is not known one of iat", async () => {
    const bound = countingKey({ issuer: "https://other.example" });
    expect(await refusalOf(forge(), bound, { ...expected, issuer: unchecked })).toMatchObject({
      code: "issuer_mismatch",
      claim: "iss",
    });
    expect(await refusalOf(forge(without("iss")), bound, { ...expected, issuer: unchecked })).toMatchObject({
      code: "claim_missing",
      claim: "iss",
    });
    expect(
      await refusalOf(forge(without("iat")), key, { ...expected, optional: ["iat"], maxTokenAge: 60 }),
    ).toMatchObject({ code: "claim_missing", claim: "iat" });
  });

  it.each<[string, string, string]>([
    ["exp", "0", "expired"],
    ["exp", "-1", "expired"],
    ["exp", "-1e308", "expired"],
    ["exp", "1e-400", "expired"],
    ["exp", "1e11", "accepted"],
    ["exp", `${second}.5`, "accepted"],
    ["exp", `${second + 900}e0`, "accepted"],
    ["nbf", "0", "accepted"],
    ["nbf", "-1", "accepted"],
    ["nbf", "1e11", "not_yet_valid"],
    ["iat", "0", "accepted"],
    ["iat", "-1", "accepted"],
    ["iat", "1e11", "accepted"],
    ["jti", '""', "accepted"],
    ["sub", '""', "accepted"],
    ["sub", '"\\ud800"', "accepted"],
    ["aud", '["web","web"]', "accepted"],
  ])("%s: %s is a value of its type: %s", async (name, text, code) => {
    expect(await outcome(forge(withText(name, text)), key, expected)).toBe(code);
  });

  it("claims of the issuer's own may be anything", async () => {
    const own = { role: null, n: 0, list: [], "": {}, exp2: "2h", EXP: "no date", Iss: 5 };
    expect(await outcome(forge({ ...goodClaims, ...own }), key, expected)).toBe("accepted");
  });
});

describe("required claims: claim_missing names the claim", () => {
  it.each(["exp", "iat", "iss", "aud"])("%s, by default", async (name) => {
    const token = forge(without(name));
    expect(await outcome(token, key, expected)).toBe("claim_missing");
    expect(await refusalOf(token, key, expected)).toMatchObject({ code: "claim_missing", claim: name });
  });

  it("exp and iat are demanded of every token, issuer and audience unchecked included", async () => {
    expect(await outcome(forge({ iat: second }), key, open)).toBe("claim_missing");
    expect(await outcome(forge({ exp: second + 1 }), key, open)).toBe("claim_missing");
    expect(await outcome(forge({ exp: second + 1, iat: second }), key, open)).toBe("accepted");
    expect(await outcome(forge({}), key, open)).toBe("claim_missing");
  });

  it.each<[readonly string[], object, string]>([
    [["exp"], { iat: second }, "accepted"],
    [["iat"], { exp: second + 1 }, "accepted"],
    [["exp", "iat"], {}, "accepted"],
    [["iat", "exp"], {}, "accepted"],
    [["exp", "exp"], {}, "claim_missing"],
    [["exp"], {}, "claim_missing"],
    [["iat"], {}, "claim_missing"],
    [[], { exp: second + 1 }, "claim_missing"],
    [["exp"], { iat: second, exp: second - 60 }, "expired"],
    [["exp", "iat"], { exp: second - 60 }, "expired"],
    [["exp", "iat"], { nbf: second + 60 }, "not_yet_valid"],
    [["exp"], { iat: second, exp: null }, "claim_invalid"],
  ])("optional %j is the written waiver, and no more: %j is %s", async (optional, claims, code) => {
    expect(await outcome(forge(claims), key, { ...open, optional })).toBe(code);
  });

  it("required adds to exp and iat", async () => {
    const policy = { ...expected, required: ["sub", "role"] };
    expect(await outcome(forge(), key, policy)).toBe("claim_missing");
    expect(await refusalOf(forge(), key, policy)).toMatchObject({ claim: "role" });
    for (const role of ["admin", "", 0, false, null, [], {}])
      expect(await outcome(forge({ ...goodClaims, role }), key, policy)).toBe("accepted");
    expect(await outcome(forge({ ...without("exp"), role: 1 }), key, policy)).toBe("claim_missing");
    expect(await outcome(forge(without("sub")), key, { ...expected, required: "sub" })).toBe("claim_missing");
    expect(await outcome(forge(), key, { ...expected, required: "sub" })).toBe("accepted");
  });

  it.each(["toString", "constructor", "__proto__", "hasOwnProperty", "valueOf"])(
    "required %s: member lookups use own properties only",
    async (name) => {
      expect(await outcome(forge(), key, { ...expected, required: [name] })).toBe("claim_missing");
      expect(await outcome(forge(withText(name, "1")), key, { ...expected, required: [name] })).toBe("accepted");
    },
  );
});

describe("issuer compares a string with a string", () => {
  it.each<[string, unknown, string]>([
    ["another", "https://other.example", "issuer_mismatch"],
    ["one that starts with it", `${issuer}/`, "issuer_mismatch"],
    ["one that it starts with", issuer.slice(0, -1), "issuer_mismatch"],
    ["another case", issuer.toUpperCase(), "issuer_mismatch"],
    ["with a space", `${issuer} `, "issuer_mismatch"],
    ["the empty text", "", "issuer_mismatch"],
    ["a list that holds it", [issuer], "claim_invalid"],
    ["a number", 0, "claim_invalid"],
  ])("iss: %s", async (_name, iss, code) => {
    const token = forge({ ...goodClaims, iss });
    expect(await outcome(token, key, expected)).toBe(code);
    expect(await refusalOf(token, key, expected)).toMatchObject({ claim: "iss" });
  });

  it("several issuers are names of one", async () => {
    const several = { ...expected, issuer: ["a", issuer] };
    expect(await outcome(forge(), key, several)).toBe("accepted");
    expect(await outcome(forge({ ...goodClaims, iss: "a" }), key, several)).toBe("accepted");
    expect(await outcome(forge({ ...goodClaims, iss: "a," + issuer }), key, several)).toBe("issuer_mismatch");
    expect(await outcome(forge(without("iss")), key, several)).toBe("claim_missing");
  });

  it("unchecked takes any, and none", async () => {
    const policy = { ...expected, issuer: unchecked };
    for (const token of [forge({ ...goodClaims, iss: "x" }), forge(without("iss"))])
      expect(await outcome(token, key, policy)).toBe("accepted");
    expect(await outcome(forge({ ...goodClaims, iss: ["x"] }), key, policy)).toBe("claim_invalid");
  });
});

describe("audience: any one match", () => {
  it.each<[unknown, unknown, string]>([
    ["web", "web", "accepted"],
    [["web"], "web", "accepted"],
    [["api", "web"], "web", "accepted"],
    ["web", ["api", "web"], "accepted"],
    [["x", "web"], ["y", "web"], "accepted"],
    ["api", "web", "audience_mismatch"],
    [["api", "admin"], "web", "audience_mismatch"],
    [["api"], ["web", "admin"], "audience_mismatch"],
    ["Web", "web", "audience_mismatch"],
    ["web ", "web", "audience_mismatch"],
    ["web,api", "web", "audience_mismatch"],
    ["", "web", "audience_mismatch"],
    ["website", "web", "audience_mismatch"],
    ["we", "web", "audience_mismatch"],
    [["", "web"], "web", "accepted"],
    [[], "web", "claim_invalid"],
    [["web", 5], "web", "claim_invalid"],
    ["web", unchecked, "accepted"],
    [["x"], unchecked, "accepted"],
    [[], unchecked, "claim_invalid"],
  ])("aud %j, expected %s: %s", async (aud, wanted, code) => {
    const token = forge({ ...goodClaims, aud });
    expect(await outcome(token, key, { ...expected, audience: wanted })).toBe(code);
    if (code === "audience_mismatch")
      expect(await refusalOf(token, key, { ...expected, audience: wanted })).toMatchObject({ claim: "aud" });
  });

  it("unchecked needs no aud", async () => {
    expect(await outcome(forge(without("aud")), key, { ...expected, audience: unchecked })).toBe("accepted");
  });

  it("a token for ten thousand audiences", async () => {
    const aud = Array.from({ length: 10_000 }, (_, i) => `audience-${i}`);
    const policy = { ...expected, maxTokenLength: 1e6 };
    expect(await outcome(forge({ ...goodClaims, aud }), key, policy)).toBe("audience_mismatch");
    expect((await refusalOf(forge({ ...goodClaims, aud }), key, policy)).message.length).toBeLessThan(1000);
    expect(await outcome(forge({ ...goodClaims, aud: [...aud, audience] }), key, policy)).toBe("accepted");
  });
});

describe("subject and match: exactly", () => {
  it.each<[string, string]>([
    ["user_123", "accepted"],
    ["user_12", "subject_mismatch"],
    ["USER_123", "subject_mismatch"],
    ["", "subject_mismatch"],
  ])("sub %j: %s", async (sub, code) => {
    expect(await outcome(forge({ ...goodClaims, sub }), key, { ...expected, subject: "user_123" })).toBe(code);
  });

  it("sub missing", async () => {
    const refusal = await refusalOf(forge(without("sub")), key, { ...expected, subject: "user_123" });
    expect(refusal).toMatchObject({ code: "claim_missing", claim: "sub" });
  });

  it.each<[object, object, string]>([
    [{ nonce: "n-1" }, { nonce: "n-1" }, "accepted"],
    [{ nonce: "n-1" }, { nonce: "n-2" }, "claim_mismatch"],
    [{ nonce: "n-1" }, {}, "claim_missing"],
    [{ level: 2 }, { level: 2 }, "accepted"],
    [{ level: 2 }, { level: "2" }, "claim_mismatch"],
    [{ level: "2" }, { level: 2 }, "claim_mismatch"],
    [{ level: 0 }, { level: false }, "claim_mismatch"],
    [{ level: 0 }, { level: null }, "claim_mismatch"],
    [{ level: 0 }, { level: "" }, "claim_mismatch"],
    [{ level: 0 }, { level: 0 }, "accepted"],
    [{ verified: true }, { verified: true }, "accepted"],
    [{ verified: true }, { verified: "true" }, "claim_mismatch"],
    [{ verified: true }, { verified: 1 }, "claim_mismatch"],
    [{ verified: false }, { verified: false }, "accepted"],
    [{ verified: false }, {}, "claim_missing"],
    [{ azp: "web" }, { azp: ["web"] }, "claim_mismatch"],
    [{ azp: "web" }, { azp: { toString: "web" } }, "claim_mismatch"],
    [{ azp: "a", client_id: "b" }, { azp: "a", client_id: "b" }, "accepted"],
    [{ azp: "a", client_id: "b" }, { azp: "a", client_id: "c" }, "claim_mismatch"],
    [{ sub: "user_123" }, {}, "accepted"],
    [{ aud: "web" }, { aud: ["web"] }, "claim_mismatch"],
  ])("match %j, token has %j: %s", async (match, claims, code) => {
    expect(await outcome(forge({ ...goodClaims, ...claims }), key, { ...expected, match })).toBe(code);
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "match on %s: own properties only",
    async (name) => {
      const match: unknown = JSON.parse(`{"${name}": "x"}`);
      expect(await outcome(forge(), key, { ...expected, match })).toBe("claim_missing");
      expect(await outcome(forge(withText(name, '"x"')), key, { ...expected, match })).toBe("accepted");
      expect(await outcome(forge(withText(name, '"y"')), key, { ...expected, match })).toBe("claim_mismatch");
      expect(await refusalOf(forge(withText(name, '"y"')), key, { ...expected, match })).toMatchObject({ claim: name });
    },
  );
});

describe("lifetime, to the second", () => {
  const token = forge({ ...goodClaims, iat: second, nbf: second + 100, exp: second + 200 });
  const on = (now: number, options: object = {}): Promise<string> =>
    outcome(token, key, { ...expected, now: at(now), ...options });

  it.each<[number, number | undefined, string]>([
    [200 + 4.999, undefined, "accepted"],
    [200 + 5, undefined, "expired"],
    [199.999, 0, "accepted"],
    [200, 0, "expired"],
    [200 + 59.999, 60, "accepted"],
    [200 + 60, 60, "expired"],
    [1e9, 60, "expired"],
  ])(
    "exp + %d with a tolerance of %s s: `exp` fails when now − tolerance ≥ exp (%s)",
    async (after, clockTolerance, code) => {
      expect(await on(second + after, { clockTolerance })).toBe(code);
    },
  );

  it.each<[number, number | undefined, string]>([
    [100 - 5, undefined, "accepted"],
    [100 - 5.001, undefined, "not_yet_valid"],
    [100, 0, "accepted"],
    [99.999, 0, "not_yet_valid"],
    [40, 60, "accepted"],
    [39.999, 60, "not_yet_valid"],
    [-1e8, 60, "not_yet_valid"],
  ])(
    "nbf at %d with a tolerance of %s s: `nbf` when now + tolerance < nbf (%s)",
    async (when, clockTolerance, code) => {
      expect(await on(second + when, { clockTolerance })).toBe(code);
    },
  );

  it("names the claim, and the claims come along: the signature was good", async () => {
    expect(await refusalOf(token, key, { ...expected, now: at(second + 1000) })).toMatchObject({
      claim: "exp",
      claims: { sub: "user_123" },
    });
    expect(await refusalOf(token, key, { ...expected, now: at(second) })).toMatchObject({
      claim: "nbf",
      claims: { sub: "user_123" },
    });
  });

  it("without maxTokenAge an iat to come is no fault (RFC 7519 §4.1.6)", async () => {
    expect(await outcome(forge({ ...goodClaims, iat: second + 1e6, exp: second + 2e6 }), key, expected)).toBe(
      "accepted",
    );
  });

  it("a token is good in the second it was issued, nbf = iat = now, whatever the clocks (default 5 s)", async () => {
    expect(await outcome(forge({ ...goodClaims, nbf: second }), key, { ...expected, now: at(second - 4) })).toBe(
      "accepted",
    );
  });
});

describe("maxTokenAge: how long ago the token was issued; a future iat (beyond tolerance) fails too", () => {
  const on = (now: number, options: object = {}): Promise<string> =>
    outcome(forge(), key, { ...expected, now: at(now), maxTokenAge: "5m", ...options });

  it.each<[number, number | undefined, string]>([
    [0, undefined, "accepted"],
    [300, 0, "accepted"],
    [300.001, 0, "too_old"],
    [305, undefined, "accepted"],
    [305.001, undefined, "too_old"],
    [-5, undefined, "accepted"],
    [-5.001, undefined, "not_yet_valid"],
    [-0.001, 0, "not_yet_valid"],
    [-1e6, undefined, "not_yet_valid"],
  ])("iat + %d s with a tolerance of %s s: %s", async (after, clockTolerance, code) => {
    expect(await on(second + after, { clockTolerance })).toBe(code);
  });

  it("names iat", async () => {
    for (const now of [at(second - 60), at(second + 600)]) {
      expect(await refusalOf(forge(), key, { ...expected, maxTokenAge: 60, now })).toMatchObject({ claim: "iat" });
    }
  });

  it("needs iat, waived or not: a check that is given is made", async () => {
    expect(await outcome(forge(without("iat")), key, { ...expected, maxTokenAge: 60, optional: ["iat"] })).toBe(
      "claim_missing",
    );
    expect(await outcome(forge(), key, { ...expected, maxTokenAge: 60, optional: ["iat"] })).toBe("accepted");
  });
});
