import { describe, expect, it } from "vitest";
import { generateSecret, HS256 } from "../../../src/index.ts";
import { createSessions, refreshTokenOf, sessionCookies } from "../../../src/sessions/index.ts";

const key = await generateSecret(HS256);
const sessions = createSessions(key, { issuer: "my-api", audience: "web", accessExpiresIn: "10m", idleTimeout: "2d" });
const tokens = await sessions.begin("user_123", {});

describe("sessionCookies", () => {
  it("writes both cookies for the whole host, each as long as its token lives", () => {
    expect(sessionCookies(tokens)).toEqual([
      `__Host-session=${tokens.accessToken}; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax`,
      `__Host-session-refresh=${tokens.refreshToken}; Path=/; Max-Age=172800; HttpOnly; Secure; SameSite=Strict`,
    ]);
  });

  it("keeps the refresh cookie to its path", () => {
    expect(sessionCookies(tokens, { refreshPath: "/auth", name: "login" })).toEqual([
      `__Host-login=${tokens.accessToken}; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax`,
      `__Secure-login-refresh=${tokens.refreshToken}; Path=/auth; Max-Age=172800; HttpOnly; Secure; SameSite=Strict`,
    ]);
  });

  it("ends both cookies under the names and paths that they have", () => {
    expect(sessionCookies(null, { refreshPath: "/auth" })).toEqual([
      "__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
      "__Secure-session-refresh=; Path=/auth; Max-Age=0; HttpOnly; Secure; SameSite=Strict",
    ]);
  });

  it.each([
    [undefined, {}],
    [{}, {}],
    ["token", {}],
    [null, { name: "" }],
    [null, { name: "a;b" }],
    [null, { name: "__Host-session" }],
    [null, { refreshPath: "auth" }],
    [null, { refreshPath: "/a; Domain=example" }],
    [null, { path: "/" }],
  ])("refuses %j with %j", (given, options) => {
    expect(() => sessionCookies(given as typeof tokens, options as never)).toThrow(
      expect.objectContaining({ code: "invalid_argument" }) as Error,
    );
  });
});

describe("refreshTokenOf", () => {
  const request = (headers: Record<string, string>, method = "POST", url = "https://app.example/auth/refresh") =>
    new Request(url, { method, headers: { cookie: `__Host-session-refresh=${tokens.refreshToken}`, ...headers } });
  const own = { origin: "https://app.example" };
  const codeOf = (attempt: () => unknown): unknown => {
    try {
      return attempt();
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it("reads the cookie of a request from the application's own pages", () => {
    expect(refreshTokenOf(request(own))).toBe(tokens.refreshToken);
    expect(refreshTokenOf(request({ "sec-fetch-site": "same-origin" }))).toBe(tokens.refreshToken);
    const cookie = { cookie: `a=b; __Secure-login-refresh=${tokens.refreshToken}` };
    expect(refreshTokenOf(request({ ...own, ...cookie }), { refreshPath: "/auth", name: "login" })).toBe(
      tokens.refreshToken,
    );
    expect(refreshTokenOf(request({ ...own, cookie: "other=x" }))).toBeUndefined();
  });

  it.each(["GET", "HEAD", "OPTIONS", "POST", "DELETE"])("checks the origin of a %s too", (method) => {
    for (const headers of [
      {},
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ])
      expect(codeOf(() => refreshTokenOf(request(headers, method)))).toBe("origin_mismatch");
    expect(codeOf(() => refreshTokenOf(request(own, method)))).toBe(tokens.refreshToken);
  });

  it("takes other origins in writing alone", () => {
    const other = request({ origin: "https://admin.example" });
    expect(codeOf(() => refreshTokenOf(other))).toBe("origin_mismatch");
    expect(refreshTokenOf(other, { origins: ["https://admin.example"] })).toBe(tokens.refreshToken);
    expect(codeOf(() => refreshTokenOf(request(own), { origins: "https://admin.example" }))).toBe("origin_mismatch");
  });

  it("refuses http, two cookies of the name, and what is no token", () => {
    const insecure = request({ origin: "http://app.example" }, "POST", "http://app.example/auth/refresh");
    expect(codeOf(() => refreshTokenOf(insecure))).toBe("request_invalid");
    for (const cookie of ["__Host-session-refresh=a; __Host-session-refresh=b", "__Host-session-refresh=a b"])
      expect(codeOf(() => refreshTokenOf(request({ ...own, cookie })))).toBe("request_invalid");
  });

  it.each<[string, unknown]>([
    ["a request of Node.js or Express", { method: "POST", url: "/auth", headers: { host: "app.example" } }],
    ["an object without headers", { method: "POST", url: "/auth" }],
    ["undefined", undefined],
    ["null", null],
  ])("refuses %s, and says what converts it", (_what, given) => {
    for (const options of [{}, { refreshPath: "/auth" }])
      expect(() => refreshTokenOf(given as Request, options)).toThrow(
        expect.objectContaining({
          code: "invalid_argument",
          message: expect.stringContaining(
            "request: expected a Fetch Request, or viewOf(request) for a Node.js request, found ",
          ) as string,
        }) as Error,
      );
  });

  it("refuses options that it does not know", () => {
    expect(codeOf(() => refreshTokenOf(request(own), { origin: "x" } as object))).toBe("invalid_argument");
    expect(codeOf(() => refreshTokenOf(request(own), { origins: "*" }))).toBe("invalid_argument");
  });
});
