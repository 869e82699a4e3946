// Which URLs and options remoteJwks takes: everything else is a TypeError, before anything is fetched.
import { describe, expect, it } from "vitest";
import { ES256, HS256, remoteJwks, RS256 } from "../../../src/index.ts";
import type { RemoteJwksOptions } from "../../../src/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";

const create = (url: unknown, options: object = {}): Promise<string> =>
  codeOf(() => remoteJwks(url as string, { algorithms: [ES256], ...options }));

describe("the URL", () => {
  it.each([
    "https://issuer.example/jwks",
    "https://issuer.example:8443/jwks?tenant=a",
    "HTTPS://ISSUER.EXAMPLE/",
    "https://10.0.0.1/",
    "https://[2001:db8::1]/",
    "http://localhost/",
    "http://localhost:8080/jwks",
    "http://127.0.0.1:1/",
    "http://[::1]:1/",
    "http://LOCALHOST/",
    "http://127.1/",
    "http://[0:0:0:0:0:0:0:1]/",
    new URL("https://issuer.example/"),
  ])("%s is allowed", async (url) => {
    expect(await create(url)).toBe("accepted");
  });

  it.each([
    "http://issuer.example/",
    "http://127.0.0.2/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://localhost.example/",
    "http://a.localhost/",
    "http://localhost./",
    "http://127.0.0.1.example/",
    "http://example/127.0.0.1",
    "http://localhost@issuer.example/",
    "file:///etc/jwks.json",
    "ftp://localhost/",
    "data:application/json,{}",
    "blob:https://issuer.example/x",
    "javascript:alert(1)",
    "ws://localhost/",
    "//issuer.example/",
    "issuer.example/jwks",
    "/jwks",
    "",
    "https://",
    "https://user@issuer.example/",
    "https://:secret@issuer.example/",
    undefined,
    null,
    5,
    {},
    [],
  ])("%j is refused", async (url) => {
    expect(await create(url)).toBe("invalid_argument");
  });

  it("http to any host where it is allowed in writing, and no other scheme", async () => {
    expect(await create("http://issuer.internal/", { allowInsecure: true })).toBe("accepted");
    for (const url of ["http://issuer.internal/", "http://a:b@issuer.internal/"])
      expect(await create(url, { allowInsecure: false })).toBe("invalid_argument");
    for (const url of ["file:///jwks.json", "ftp://a.example/", "http://a:b@issuer.internal/"])
      expect(await create(url, { allowInsecure: true })).toBe("invalid_argument");
  });

  it("is not shown in the refusal: it may hold a password", async () => {
    const error = (await errorOf(() =>
      remoteJwks("https://user:hunter2hunter2@issuer.example/", { algorithms: [ES256] }),
    )) as Error;
    expect(error.message).not.toMatch(/hunter2/);
  });
});

describe("options", () => {
  const url = "https://issuer.example/jwks";
  const spans = ["timeout", "cooldown", "maxAge", "staleIfError"];

  it.each(spans)("%s: seconds, or a number and its unit", async (name) => {
    for (const good of [1, 0.5, "90s", "10m", "1h", "2d", undefined])
      expect(await create(url, { [name]: good })).toBe("accepted");
    for (const bad of [-1, NaN, Infinity, "10", "10 m", "", null, true, [], 1e12])
      expect(await create(url, { [name]: bad })).toBe("invalid_argument");
    expect(await create(url, { [name]: 0 })).toBe(name === "staleIfError" ? "accepted" : "invalid_argument");
    expect(await create(url, { [name]: "0s" })).toBe(name === "staleIfError" ? "accepted" : "invalid_argument");
  });

  const store = { get: () => undefined, set: () => undefined };
  it.each<readonly [string, readonly unknown[], readonly unknown[]]>([
    ["algorithms", [[ES256], [ES256, RS256]], [undefined, [], "ES256", ES256, ["ES256"], [HS256], [undefined], null]],
    ["issuer", ["https://issuer.example"], [undefined, "", null, 5, ["a"]]],
    ["allowSharedKeys", [true, false, undefined], [null, "true", 1, 0]],
    ["maxBytes", [1, 1e6, undefined], [0, -1, 1.5, NaN, Infinity, "1000", null]],
    ["fetch", [fetch, () => Promise.reject(new Error("x")), undefined], [null, "fetch", {}]],
    [
      "headers",
      [{}, { authorization: "x" }, undefined],
      [null, [], "x", new Headers(), new Map(), { authorization: undefined }, { authorization: 5 }],
    ],
    ["cache", [store, undefined], [null, {}, { get: store.get }, { set: store.set }, "redis://localhost"]],
    ["allowInsecure", [true, false, undefined], [null, "true", 1, 0]],
    ["signal", [new AbortController().signal, undefined], [null, {}, new AbortController(), true]],
    ["onRefresh", [() => undefined, undefined], [null, "x", {}]],
    ["waitUntil", [() => undefined, undefined], [null, "x", {}]],
    ["now", [() => new Date(), undefined], [null, "x", new Date()]],
  ])("%s", async (name, good, bad) => {
    for (const value of good) expect(await create(url, { [name]: value }), String(value)).toBe("accepted");
    for (const value of bad) expect(await create(url, { [name]: value }), String(value)).toBe("invalid_argument");
  });

  it.each(["ttl", "cacheMaxAge", "cooldownDuration", "jwksUri", "headerOrigins", "kid"])(
    "%s is unknown",
    async (name) => {
      expect(await create(url, { [name]: 5 })).toBe("invalid_argument");
    },
  );

  it.each([undefined, null, 5, "x", []])("options that are %j are refused", async (options) => {
    expect(await codeOf(() => remoteJwks(url, options as unknown as RemoteJwksOptions))).toBe("invalid_argument");
  });

  it("what is made is frozen, and knows its algorithms", () => {
    const keys = remoteJwks(url, { algorithms: [RS256, ES256] });
    expect(Object.isFrozen(keys)).toBe(true);
    expect(keys.algorithms).toEqual(["RS256", "ES256"]);
  });
});
