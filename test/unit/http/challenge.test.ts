// WWW-Authenticate (RFC 6750 §3, RFC 9728 §5.1, RFC 9110 §5.6.4).
import { describe, expect, it } from "vitest";
import { createAuthenticator, isJwtError } from "../../../src/index.ts";
import type { AuthenticateOptions } from "../../../src/index.ts";
import { second } from "../jwt/forge.ts";
import { codeOf } from "../jwt/outcome.ts";
import { bearing, challengeTo, refusal, requestWith, tokenWith, verifierFor } from "./callers.ts";

const none = requestWith({});
const expired = bearing(tokenWith({ exp: second - 60 }));
const all: AuthenticateOptions = {
  realm: "orders",
  scopes: ["orders:read", "orders:write"],
  resourceMetadata: "https://api.example/.well-known/oauth-protected-resource",
};
const fixed =
  'realm="orders", scope="orders:read orders:write", resource_metadata="https://api.example/.well-known/oauth-protected-resource"';

describe("what a challenge says", () => {
  it("no token: where one is needed, and no error code", async () => {
    expect(await challengeTo(none)).toBe('Bearer realm="api"');
    expect(await challengeTo(none, all)).toBe(`Bearer ${fixed}`);
    expect(await challengeTo(requestWith({ authorization: "Basic eDp5" }), { describe: true })).toBe(
      'Bearer realm="api"',
    );
  });

  it("two tokens, or none that could be one: invalid_request", async () => {
    expect(await challengeTo(requestWith({ authorization: "Bearer a, Bearer b" }), all)).toBe(
      `Bearer ${fixed}, error="invalid_request"`,
    );
  });

  it("a refused token: invalid_token, and not why", async () => {
    expect(await challengeTo(expired, all)).toBe(`Bearer ${fixed}, error="invalid_token"`);
    expect(await challengeTo(bearing(tokenWith({ cnf: {} })))).toBe('Bearer realm="api", error="invalid_token"');
  });

  it("a missing scope: insufficient_scope, and all that is asked for", async () => {
    expect(await challengeTo(bearing(tokenWith({ scope: "orders:read" })), all)).toBe(
      `Bearer ${fixed}, error="insufficient_scope"`,
    );
  });

  it("why, when asked", async () => {
    expect(await challengeTo(expired, { describe: true })).toBe(
      'Bearer realm="api", error="invalid_token", error_description="expired"',
    );
    expect(await challengeTo(bearing(tokenWith()), { describe: true, scopes: "x" })).toBe(
      'Bearer realm="api", scope="x", error="insufficient_scope", error_description="scope_missing"',
    );
    expect(await challengeTo(requestWith({ authorization: "Bearer" }), { describe: true })).toBe(
      'Bearer realm="api", error="invalid_request", error_description="request_invalid"',
    );
  });

  it("nothing where another token would not help", async () => {
    const failing = {
      denylist: {
        has: () => {
          throw new Error("down");
        },
      },
    };
    const { status, headers } = await refusal(bearing(tokenWith()), { describe: true }, failing);
    expect([status, [...headers]]).toEqual([503, []]);
  });

  it("a refusal is what a Response is made with", async () => {
    const response = new Response(null, await refusal(expired, all));
    expect([response.status, response.headers.get("www-authenticate"), await response.text()]).toEqual([
      401,
      `Bearer ${fixed}, error="invalid_token"`,
      "",
    ]);
  });

  it("nothing of the token: not its claims, not its header, not its text", async () => {
    const marker = "zzmarkerzz";
    const tokens = [
      tokenWith({ aud: marker }),
      tokenWith({ iss: marker }),
      tokenWith({ scope: marker, sub: marker }),
      `${marker}.${marker}.${marker}`,
      tokenWith({ cnf: { jkt: marker } }),
      `${marker}"`,
    ];
    for (const token of tokens)
      expect(await challengeTo(bearing(token), { ...all, describe: true })).not.toContain(marker);
  });
});

describe("what goes into a challenge is checked when the options are", () => {
  const make = (options: object): Promise<string> => codeOf(() => createAuthenticator(verifierFor(), options));

  it("a realm is quoted", async () => {
    expect(await challengeTo(none, { realm: 'a "b" \\ c' })).toBe('Bearer realm="a \\"b\\" \\\\ c"');
    expect(await challengeTo(none, { realm: 'x", error="y' })).toBe('Bearer realm="x\\", error=\\"y"');
  });

  it.each([
    "",
    "a\r\nSet-Cookie: x=y",
    "a\nb",
    "a\tb",
    "a\u{0}b",
    "a\u{7f}",
    "é",
    "日本",
    "a\u{85}b",
    5,
    null,
    true,
    ["a"],
    {},
  ])("realm: %j is invalid_argument", async (realm) => {
    expect(await make({ realm })).toBe("invalid_argument");
  });

  it.each([
    "",
    [],
    [""],
    "a b",
    'a"b',
    "a\\b",
    "a\nb",
    "a\tb",
    "é",
    ["a", "b c"],
    5,
    null,
    undefined,
    [undefined],
    Array(1),
    {},
  ])("scopes: %j is invalid_argument", async (scopes) => {
    expect(await make({ scopes })).toBe("invalid_argument");
  });

  it.each([
    "",
    "api.example",
    "/metadata",
    "http://api.example/m",
    "ftp://api.example/",
    "javascript:alert(1)",
    "http://localhost.example/",
    "http://127.0.0.1.example/",
    "http://128.0.0.1/",
    5,
    null,
    {},
    ["https://api.example/"],
    { toString: () => "https://api.example/" },
    Object.create(null),
    { href: 5 },
    Symbol("x"),
  ])("resourceMetadata: %j is invalid_argument", async (resourceMetadata) => {
    expect(await make({ resourceMetadata })).toBe("invalid_argument");
  });

  it.each([
    "https://api.example/m",
    "http://localhost:3000/m",
    "http://127.0.0.1/m",
    "http://[::1]:80/m",
    "http://api.localhost/m",
    new URL("https://api.example/m"),
  ])("resourceMetadata: %s is good", async (resourceMetadata) => {
    expect(await challengeTo(none, { resourceMetadata })).toBe(
      `Bearer realm="api", resource_metadata="${new URL(resourceMetadata).href}"`,
    );
  });

  it("resourceMetadata is quoted like everything else", async () => {
    const challenge = await challengeTo(none, { resourceMetadata: 'https://api.example/"\r\n\\?"\\#"' });
    expect(challenge).toMatch(/^Bearer realm="api", resource_metadata="https:\/\/api\.example\/(?:[^"\\]|\\["\\])*"$/);
  });

  it.each([null, 0, 1, "true", "", {}])("describe: %j is invalid_argument", async (describe) => {
    expect(await make({ describe })).toBe("invalid_argument");
  });

  it("undefined is not given, where that takes nothing away", async () => {
    expect(
      await challengeTo(expired, {
        realm: undefined,
        resourceMetadata: undefined,
        describe: undefined,
        cookie: undefined,
        cnf: undefined,
      }),
    ).toBe('Bearer realm="api", error="invalid_token"');
  });

  it("every code that can be told fits in a quoted-string", async () => {
    const { error } = await refusal(expired);
    expect(isJwtError(error) && error.code).toMatch(/^[a-z_]+$/);
  });
});
