// What a refused token's message says: what differs, how long ago, which parts, and no more than a screen's line of it.
import { describe, expect, it } from "vitest";
import { createVerifier, decode, sign, verify, verifyJws } from "../../../src/index.ts";
import { at, expected, forge, goodClaims, key, second } from "./forge.ts";
import { errorOf, refusalOf } from "./outcome.ts";

const messageOf = async (claims: object, policy: object = {}): Promise<string> =>
  (await refusalOf(forge({ ...goodClaims, ...claims }), key, { ...expected, ...policy })).message;

describe("a mismatch", () => {
  const long = "https://login.example/tenants/0123456789/applications/abcdefghij/v2.0";

  it.each([
    [{ iss: "https://id.example" }, { issuer: "https://id.example/" }, "(they differ in the slash at the end)"],
    [{ iss: `${long}/` }, { issuer: long }, `found "…ications/abcdefghij/v2.0/" (they differ in the slash at the end)`],
    [{ iss: `${long}/` }, { issuer: ["a", "b", "c", "d", long] }, 'v2.0" and 4 more, found'],
    [{ iss: "https://ID.example" }, { issuer: "https://id.example" }, "(they differ in upper and lower case)"],
    [{ sub: "user_1\n" }, { subject: "user_1" }, "(they differ in white space)"],
    [
      { iss: long.replace("v2.0", "v1.0") },
      { issuer: long },
      `v2.0", found "…pplications/abcdefghij/v1.0" (they differ from character 67 on`,
    ],
    [{ iss: "someone" }, { issuer: ["a", "b", "c"] }, 'iss: expected "a" or "b" or "c", found "someone"'],
    [
      { iss: "someone" },
      { issuer: ["a", "b", "c", "d"] },
      'iss: expected "a" or "b" or "c" and 1 more, found "someone"',
    ],
    [{ aud: ["x", "y", "z"] }, {}, 'aud: expected "web", found "x" and 2 more'],
  ])("%j, expected %j: %s", async (claims, policy, said) => {
    expect(await messageOf(claims, policy)).toContain(said);
  });
});

describe("a refusal costs no more, and says no more, when many values are expected", () => {
  const many = Array.from({ length: 10_000 }, (_, i) => `https://tenant-${i}.example/realms/production`);
  const hostile = "\u2028".repeat(100);
  const fastest = (attempt: () => unknown): number => {
    let best = Infinity;
    for (let i = 0; i < 60; i++) {
      const start = performance.now();
      for (let j = 0; j < 20; j++) attempt();
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };

  it.each<[string, object, object]>([
    ["issuer", { issuer: many }, { iss: hostile }],
    ["issuer, a slash too many", { issuer: many }, { iss: `${many[9999]!}/` }],
    ["audience", { issuer: many, audience: many }, { iss: many[9999], aud: [hostile, "x"] }],
    ["match, one of", { issuer: many, match: { azp: { oneOf: many } } }, { iss: many[0], azp: hostile }],
  ])("%s", (_name, policy, claims) => {
    const good = { ...goodClaims, iss: many[9999], azp: many[9999], aud: ["web", many[9999]] };
    const verifier = createVerifier(key, { ...expected, ...policy });
    const [fine, bad] = [forge(good), forge({ ...good, ...claims })];
    const refusal = verifier.safeVerifySync(bad);
    expect(verifier.safeVerifySync(fine).ok).toBe(true);
    expect(refusal.ok ? "" : refusal.error.code).toMatch(/mismatch$/);
    expect(refusal.ok ? "" : refusal.error.message.length).toBeLessThanOrEqual(500);
    expect(fastest(() => verifier.safeVerifySync(bad))).toBeLessThan(10 * fastest(() => verifier.safeVerifySync(fine)));
  });

  it("typ, alg, schema paths: three, and how many more", async () => {
    const types = Array.from({ length: 50 }, (_, i) => `type-${i}`);
    expect(await messageOf({}, { typ: types })).toBe(
      'typ: expected "type-0" or "type-1" or "type-2" and 47 more, found "JWT"',
    );
    const keys = types.map((alg) => ({ alg, verify: () => true }));
    expect(await errorOf(() => verify(forge(), keys, expected))).toMatchObject({
      code: "alg_not_allowed",
      message: 'alg: expected "type-0" or "type-1" or "type-2" and 47 more, found "HS256"',
    });
    const issues = types.map((name) => ({ message: `bad ${name}`, path: ["roles", { key: name }] }));
    const schema = { "~standard": { version: 1, vendor: "test", validate: () => ({ issues }) } };
    expect(await messageOf({}, { schema })).toBe(
      'the schema refuses "roles.type-0" or "roles.type-1" or "roles.type-2" and 47 more',
    );
  });

  it("the schema's own words are not repeated: they may quote the claims", async () => {
    const issues = [{ message: "zoe@example.com is no address" }];
    const schema = { "~standard": { version: 1, vendor: "test", validate: () => ({ issues }) } };
    expect(await messageOf({}, { schema })).toBe("the schema refuses the claims");
  });
});

describe("times are said in words, and as they stand in the token", () => {
  it.each<[object, object, string]>([
    [{ exp: second - 300 }, {}, `expired 5 minutes ago (exp ${second - 300}, now ${second})`],
    [{ exp: second - 86_400 * 330 }, {}, `expired 330 days ago (exp ${second - 86_400 * 330}, now ${second})`],
    [{ exp: second - 7 }, {}, `expired 7 seconds ago (exp ${second - 7}, now ${second})`],
    [{ exp: second - 1 }, { clockTolerance: 0 }, `expired 1 second ago (exp ${second - 1}, now ${second})`],
    [{ nbf: second + 300 }, {}, `not valid for another 5 minutes (nbf ${second + 300}, now ${second})`],
    [
      { iat: second + 7200 },
      { maxTokenAge: "5m" },
      `issued 2 hours in the future (iat ${second + 7200}, now ${second})`,
    ],
    [
      { iat: second - 600 },
      { maxTokenAge: "5m" },
      `issued 10 minutes ago, 5 minutes allowed by maxTokenAge (iat ${second - 600}, now ${second})`,
    ],
  ])("%j, %j: %s", async (claims, policy, said) => {
    expect(await messageOf(claims, policy)).toBe(said);
  });

  it.each(["exp", "nbf", "iat"])("%s in milliseconds is claim_invalid, not a date in the year 58875", async (name) => {
    const error = await refusalOf(forge({ ...goodClaims, [name]: second * 1000 }), key, expected);
    expect(error).toMatchObject({
      code: "claim_invalid",
      claim: name,
      message: `${name}: expected seconds since 1970 (these look like milliseconds), found ${second * 1000}`,
    });
  });

  it("the last second of the year 9999 is a date that issuers write for ever", async () => {
    expect((await verify(forge({ ...goodClaims, exp: 253_402_300_799 }), key, expected)).claims.exp).toBe(
      253_402_300_799,
    );
  });
});

describe("what is no compact JWT is called what it is", () => {
  const token = forge();
  it.each<[string, string, RegExp]>([
    ["Bearer in front", `Bearer ${token}`, /starts with "Bearer ", pass the token alone/],
    ["bearer in front", `bearer  ${token}`, /starts with "Bearer ", pass the token alone/],
    ["a space in front", ` ${token}`, /white space around the token/],
    ["a line end behind", `${token}\n`, /white space around the token/],
    ["quotation marks", JSON.stringify(token), /quotation marks around the token/],
    ["five parts", "eyJh.b.c.d.e", /five parts: an encrypted token \(JWE\)/],
    ["two parts", "eyJh.b", /expected header\.payload\.signature, found 2 parts/],
    ["very many parts", ".".repeat(1000), /found more than 6 parts/],
  ])("%s", async (_name, given, said) => {
    for (const attempt of [() => verify(given, key, expected), () => decode(given), () => verifyJws(given, key)])
      expect(await errorOf(attempt)).toMatchObject({ code: "token_malformed", message: expect.stringMatching(said) });
  });

  it("one that is too long names the option", async () => {
    expect(await messageOf({ pad: "x".repeat(20_000) })).toMatch(
      /^expected at most 16384 characters \(maxTokenLength\), found \d+$/,
    );
  });

  it("one without issuer or audience says how to sign or to expect it", async () => {
    const token = await sign({}, key, { now: at(second), audience: "web" });
    expect(await errorOf(() => verify(token, key, expected))).toMatchObject({
      message: '"iss" is missing: sign with the option issuer, or expect issuer: unchecked',
    });
  });
});
