import { describe, expect, it } from "vitest";
import { part } from "../../../spec/threats/forge.ts";
import { call, json } from "../session.ts";

const token = (header: object, claims: object): string => `${part(header)}.${part(claims)}.AAAA`;
const now = Math.floor(Date.now() / 1000);

describe("mintmark decode", () => {
  it("says first that nothing was verified, and then what the token says", async () => {
    const { code, out, err } = await call([
      "decode",
      token({ alg: "ES256", kid: "k" }, { sub: "user_123", exp: now + 7260, iat: now }),
    ]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(
      new RegExp(
        [
          "^NOT VERIFIED  anyone can write a token that says this",
          "Header",
          '  alg  "ES256"  algorithm',
          '  kid  "k" {6}key ID',
          "Claims",
          '  sub  "user_123"  subject',
          String.raw`  exp  \d{10}  expires \S+Z, in 2 hours`,
          String.raw`  iat  \d{10}  issued \S+Z, \d seconds? ago`,
          "Signature  3 bytes, not checked",
          "$",
        ].join("\n"),
      ),
    );
  });

  it.each(["Bearer ", "bearer  ", "BEARER\t", "Authorization: Bearer ", "authorization:bearer "])(
    "takes %j in front of the token",
    async (scheme) => {
      const text = `${scheme}${token({ alg: "ES256" }, { sub: "user_123", exp: now + 60 })}`;
      expect(await json(["decode", text])).toMatchObject({ claims: { sub: "user_123" } });
      expect(await json(["decode"], { stdin: `${text}\n` })).toMatchObject({ claims: { sub: "user_123" } });
    },
  );

  it("takes no other scheme", async () => {
    for (const scheme of ["Basic ", "DPoP ", "Bearer", "Bearer Bearer "])
      expect((await json(["decode", `${scheme}${token({ alg: "ES256" }, { exp: now + 60 })}`])).code).toBe(
        "token_malformed",
      );
  });

  it("keeps the dates in view beside long claims", async () => {
    const long = "x".repeat(500);
    const claims = { scope: long, [`https://id.example/${"y".repeat(200)}`]: 1, exp: now + 7260, iat: now };
    const { out } = await call(["decode", token({ alg: "ES256", kid: long }, claims)]);
    for (const name of ["exp", "iat"]) {
      const line = out.split("\n").find((one) => one.startsWith(`  ${name} `));
      expect(line?.length).toBeLessThan(80);
      expect(line).toMatch(/(?:expires|issued) \d{4}-/);
    }
    expect(out).toContain(long);
  });

  it("says so as JSON", async () => {
    const claims = { sub: "user_123", exp: now + 60, iat: now };
    expect(await json(["decode", token({ alg: "ES256" }, claims)])).toEqual({
      verified: false,
      header: { alg: "ES256" },
      claims,
      signature: "AAAA",
    });
  });

  it.each([
    [{}, "no exp: the token never expires"],
    [
      { iat: now, exp: now + 86_400 * 90 },
      "a lifetime of 90 days: a stolen token can be used for as long, unless it can be revoked",
    ],
    [
      { exp: now + 86_400 * 900 + 60 },
      "a lifetime of 2 years: a stolen token can be used for as long, unless it can be revoked",
    ],
    [
      { iat: now, exp: now + 60, client_secret: "x", "pass\u202eword": "x" },
      'sensitive, and readable by anyone who holds the token: "client_secret", "pass\\u202eword"',
    ],
    [
      { iat: now, exp: now + 60, info: { card: [{ cvv: 123 }] } },
      'sensitive, and readable by anyone who holds the token: "info"',
    ],
  ])("warns of %j", async (claims, warning) => {
    const { code, err } = await call(["decode", token({ alg: "HS256" }, claims)]);
    expect([code, err]).toEqual([0, `warning: ${warning}\n`]);
  });

  it("shows dates that are none, or are none yet, as what they are", async () => {
    const claims = { exp: "tomorrow", nbf: 1e300, iat: -1, password_changed_at: 5 };
    const { code, out, err } = await call(["decode", token({ alg: "HS256" }, claims)]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain('  exp                  "tomorrow"  expires\n');
    expect(out).toContain("  nbf                  1e+300      not before\n");
    expect(out).toMatch(/ {2}iat {18}-1 {10}issued 1969-12-31T23:59:59Z, \d\d years ago\n/);
  });

  it("shows names that every object has as the token's own", async () => {
    const { out } = await call([
      "decode",
      `${part({ alg: "HS256" })}.${Buffer.from('{"__proto__":1,"toString":2,"exp":1}').toString("base64url")}.AAAA`,
    ]);
    expect(out).toContain("  __proto__  1\n  toString   2\n");
  });

  it.each(["", "a.b.c", "x", `${part({ alg: "HS256" })}.${part([])}.AAAA`, `${part({})}.${part({})}.AAAA`])(
    "%j is refused",
    async (text) => {
      const { code, out, err } = await call(["decode"], { stdin: text });
      expect([code, out]).toEqual([1, ""]);
      expect(err).toMatch(/^refused (token_malformed|header_invalid|payload_invalid): /);
    },
  );
});
