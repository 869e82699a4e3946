// The rows of the threat table about requests. Each describe quotes the fault.
import { describe, expect, it } from "vitest";
import { requireAuth } from "../../../src/http/adapters/express.ts";
import {
  authenticate,
  createAuthenticator,
  createVerifier,
  HS256,
  importSecret,
  sign,
  viewOf,
} from "../../../src/index.ts";
import type { Authentication, AuthenticateOptions, Expected, SecretKey } from "../../../src/index.ts";
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

describe("A deleted or a second header seen by one layer and not by the next", () => {
  it("what the application deleted is gone, what came twice is two", async () => {
    const verifier = createVerifier(key, policy);
    const rawHeaders = ["Authorization", `Bearer ${token}`];
    const statusOf = async (headers: Record<string, string>, raw: readonly string[]): Promise<number> => {
      const caller = await authenticate(viewOf({ method: "GET", headers, rawHeaders: raw }), verifier);
      return caller.ok ? 200 : caller.status;
    };
    const authorization = `Bearer ${token}`;
    expect(await statusOf({ authorization }, rawHeaders)).toBe(200);
    expect(await statusOf({}, rawHeaders)).toBe(401);
    expect(await statusOf({ authorization: "Bearer x" }, rawHeaders)).toBe(401);
    expect(await statusOf({ authorization }, [...rawHeaders, ...rawHeaders])).toBe(400);
    expect(await statusOf({}, [...rawHeaders, ...rawHeaders])).toBe(401);
  });
});

describe("The own origin taken from a Host that is missing, malformed or there twice", () => {
  const { authenticate: check } = createAuthenticator(createVerifier(key, policy), { cookie: "session" });
  const statusOf = async (origin: string, headers: Record<string, string>, rawHeaders?: string[]): Promise<number> => {
    const all = { cookie: `session=${token}`, origin, ...headers };
    const caller = await check(viewOf({ method: "POST", headers: all, rawHeaders }));
    return caller.ok ? 200 : caller.status;
  };

  it("no origin is the request's own", async () => {
    expect(await statusOf("http://api.example", { host: "api.example" })).toBe(200);
    expect(await statusOf("http://api.example", { ":authority": "api.example" })).toBe(200);
    expect(await statusOf("http://undefined", {})).toBe(403);
    expect(await statusOf("http://", { host: "" })).toBe(403);
    expect(await statusOf("http://evil.example", { host: "api.example@evil.example" })).toBe(403);
    expect(await statusOf("http://evil.example", { host: "evil.example/api.example" })).toBe(403);
    const both = { ":authority": "api.example", host: "evil.example" };
    expect(await statusOf("http://api.example", both)).toBe(403);
    expect(await statusOf("http://evil.example", both)).toBe(403);
    const twice = ["Host", "evil.example", "Host", "api.example"];
    expect(await statusOf("http://evil.example", { host: "evil.example" }, twice)).toBe(403);
  });
});

describe("A token found in two places, or in a header that browsers send on their own", () => {
  it("is refused, and cannot be configured", async () => {
    const authorization: [string, string] = ["authorization", `Bearer ${token}`];
    const protocol: [string, string] = ["sec-websocket-protocol", `bearer, ${token}`];
    const cookie: [string, string] = ["cookie", `session=${token}`];
    const options = { cookie: "session", webSocketProtocol: "bearer" };
    for (const one of [authorization, protocol, cookie]) expect(await statusOf([one], { options })).toBe(200);
    for (const two of [
      [authorization, protocol],
      [authorization, cookie],
      [protocol, cookie],
    ])
      expect(await statusOf(two, { options })).toBe(400);
    expect(() => createAuthenticator(createVerifier(key, policy), { header: "Cookie" })).toThrow("option cookie");
  });
});

describe("A caller of another guard or library taken for one's own", () => {
  it("callerOf knows only whom its guard let through", async () => {
    const verifier = createVerifier(key, policy);
    const [mine, another] = [requireAuth(verifier), requireAuth(verifier)];
    const response = { statusCode: 200, setHeader: () => undefined, end: () => undefined };
    const request = {
      method: "GET",
      headers: { authorization: `Bearer ${token}` },
      auth: { claims: { sub: "admin" } },
    };
    expect(() => mine.callerOf(request)).toThrow("this guard let through");
    await another(request, response, () => undefined);
    expect(another.callerOf(request).claims.sub).toBe("user_1");
    expect(() => mine.callerOf(request)).toThrow("this guard let through");
  });
});
