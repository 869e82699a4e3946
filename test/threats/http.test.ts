// The rows of the threat table about requests. Each describe quotes the fault.
import { describe, expect, it } from "vitest";
import { authenticate, createVerifier, HS256, importSecret, sign } from "../../src/index.ts";
import type { Authentication, AuthenticateOptions, Expected, SecretKey } from "../../src/index.ts";
import { secretText } from "./keys.ts";
import { leakIn, runsOf } from "./leaks.ts";

const policy = { issuer: "https://issuer.example", audience: "web" };
const key: SecretKey = await importSecret(secretText, HS256);
const token = await sign({ sub: "user_1", scope: "orders:read" }, key, { ...policy, jwtId: true });
const url = "https://api.example/orders";

const ask = (
  headers: readonly [string, string][],
  { to = url, options = {}, more = {} }: { to?: string; options?: AuthenticateOptions; more?: Partial<Expected> } = {},
): Promise<Authentication> =>
  authenticate(new Request(to, { headers: [...headers] }), createVerifier(key, { ...policy, ...more }), options);
const statusOf = async (...args: Parameters<typeof ask>): Promise<number> => {
  const result = await ask(...args);
  return result.ok ? 200 : result.status;
};

describe("Any scheme accepted as Bearer (CVE-2026-47673)", () => {
  it.each([
    "Basic",
    "DPoP",
    "Token",
    "JWT",
    "MAC",
    "Digest",
    "Negotiate",
    "Bearers",
    "xBearer",
    "Bearer-x",
    "",
    "null",
    "undefined",
  ])("%s is not", async (scheme) => {
    expect(await statusOf([["authorization", `${scheme} ${token}`]])).toBe(401);
    expect(await statusOf([["authorization", `${scheme}${token}`]])).toBe(401);
  });

  it.each(["Bearer", "bearer", "BEARER", "BeArEr"])("%s is", async (scheme) => {
    expect(await statusOf([["authorization", `${scheme} ${token}`]])).toBe(200);
  });

  it.each([
    ["Bearer", "Bearer"],
    ["Basic", "Bearer"],
    ["Bearer", "Basic"],
    ["DPoP", "Bearer"],
  ])("two headers, %s and %s: neither is chosen", async (one, other) => {
    expect(
      await statusOf([
        ["authorization", `${one} ${token}`],
        ["authorization", `${other} ${token}`],
      ]),
    ).toBe(400);
  });

  it.each([
    `Bearer${token}`,
    `Bearer\t${token}`,
    `Bearer  ${token} x`,
    `Bearer "${token}"`,
    `Bearer ${token},`,
    `Bearer ${token}, Bearer ${token}`,
    `Bearer access_token=${token}`,
  ])("no more and no less than a token follows it (%#)", async (header) => {
    expect(await statusOf([["authorization", header]])).not.toBe(200);
  });

  it("a token in the query string is ignored, alone and beside the header", async () => {
    for (const name of ["access_token", "token", "jwt", "auth"])
      expect(await statusOf([], { to: `${url}?${name}=${token}` })).toBe(401);
    expect(await statusOf([["authorization", `Bearer ${token}`]], { to: `${url}?access_token=x` })).toBe(200);
  });

  it("a token in a cookie is ignored, unless it was asked for by name", async () => {
    const cookie: [string, string][] = [["cookie", `__Host-session=${token}; access_token=${token}; token=${token}`]];
    expect(await statusOf(cookie)).toBe(401);
    expect(await statusOf(cookie, { options: { cookie: "__Host-session" } })).toBe(200);
  });
});

describe("A schema failure burns a one-time token; scopes checked after the burn", () => {
  it("no refusal but the last one uses the token up", async () => {
    const used = new Set<string>();
    const replay = { add: (one: string): boolean => used.size < used.add(one).size };
    const bearer: [string, string][] = [["authorization", `Bearer ${token}`]];
    const unfit = {
      "~standard": { version: 1 as const, vendor: "test", validate: () => ({ issues: [{ message: "no" }] }) },
    };
    expect(await statusOf(bearer, { more: { replay }, options: { scopes: "orders:write" } })).toBe(403);
    expect(await statusOf(bearer, { more: { replay, schema: unfit } })).toBe(401);
    expect(await statusOf(bearer, { more: { replay, denylist: { has: () => true } } })).toBe(401);
    expect(used.size).toBe(0);
    expect(await statusOf(bearer, { more: { replay }, options: { scopes: "orders:read" } })).toBe(200);
    expect(await statusOf(bearer, { more: { replay }, options: { scopes: "orders:read" } })).toBe(401);
  });
});

describe("Token printed in an error", () => {
  it("no refusal of a request shows what it carried", async () => {
    const runs = runsOf([token, secretText]);
    const refusals = await Promise.all([
      ask([["authorization", `Bearer ${token} `.repeat(2)]]),
      ask([["authorization", `Basic ${token}`]]),
      ask([["authorization", `Bearer ${token.slice(0, -3)}`]]),
      ask([["authorization", `Bearer ${token}`]], { options: { scopes: "x", describe: true } }),
      ask([["cookie", `s=${token}; s=${token}`]], { options: { cookie: "s" } }),
      ask([["cookie", `s=${token}"`]], { options: { cookie: "s" } }),
    ]);
    for (const result of refusals) {
      if (result.ok) throw new Error("accepted");
      expect(leakIn(result.error, runs)).toBeUndefined();
      expect(leakIn([...result.headers], runs)).toBeUndefined();
    }
  });
});
