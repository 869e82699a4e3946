// The metadata of a protected resource: its places, its document, and what clients in browsers need.
import { describe, expect, it } from "vitest";
import { ES256 } from "../../../src/index.ts";
import { protectedResource } from "../../../src/oauth/index.ts";
import { codeOf } from "../jwt/outcome.ts";
import { issuer, publicKey } from "./resource.ts";

const wellKnown = "/.well-known/oauth-protected-resource";
const apiOf = (resource: string, more: object = {}): ReturnType<typeof protectedResource> =>
  protectedResource({ resource, issuers: [{ issuer, keys: publicKey }], algorithms: [ES256], ...more });
const at = (path: string, init?: RequestInit): Request => new Request(`https://api.example${path}`, init);

describe("places", () => {
  it.each<[string, string, readonly string[], readonly string[]]>([
    [
      "https://api.example/mcp",
      `https://api.example${wellKnown}/mcp`,
      [wellKnown, `${wellKnown}/`, `${wellKnown}/mcp`, `${wellKnown}/mcp/`, `${wellKnown}/mcp?x=1`],
      [
        "/mcp",
        "/",
        `${wellKnown}/mcp/x`,
        `${wellKnown}/other`,
        `${wellKnown}x`,
        "/mcp/.well-known/oauth-protected-resource",
      ],
    ],
    ["https://api.example", `https://api.example${wellKnown}`, [wellKnown, `${wellKnown}/`], [`${wellKnown}/mcp`, "/"]],
    ["https://api.example/", `https://api.example${wellKnown}`, [wellKnown], [`${wellKnown}/mcp`]],
    [
      "https://api.example:8443/a/b/",
      `https://api.example:8443${wellKnown}/a/b/`,
      [wellKnown, `${wellKnown}/a/b`, `${wellKnown}/a/b/`],
      [`${wellKnown}/a`],
    ],
    [
      "https://api.example/mcp?tenant=1",
      `https://api.example${wellKnown}/mcp?tenant=1`,
      [wellKnown, `${wellKnown}/mcp?tenant=1`],
      [`${wellKnown}/mcp`, `${wellKnown}/mcp?tenant=2`],
    ],
  ])("of %s", (resource, url, answered, passed) => {
    const api = apiOf(resource);
    expect(api.metadataUrl).toBe(url);
    for (const path of answered) expect([path, api.metadata(at(path))?.status]).toEqual([path, 200]);
    for (const path of passed) expect([path, api.metadata(at(path))]).toEqual([path, undefined]);
  });

  it("are found in requests of Node.js and Express too, which have paths", () => {
    const api = apiOf("https://api.example/mcp");
    expect(api.metadata({ method: "GET", url: `${wellKnown}/mcp` })?.status).toBe(200);
    expect(api.metadata({ method: "GET", url: "/mcp", originalUrl: `${wellKnown}/mcp` })?.status).toBe(200);
    expect(api.metadata({ method: "GET", url: wellKnown, originalUrl: "/other" })).toBeUndefined();
    for (const url of ["*", "//", "", "https://", `//evil.example${wellKnown}`])
      expect(api.metadata({ method: "GET", url })).toBeUndefined();
  });

  it.each([undefined, null, {}, { method: "GET" }, { url: "/" }, "GET"])("%j is no request", async (request) => {
    expect(await codeOf(() => apiOf("https://api.example").metadata(request as never))).toBe("invalid_argument");
  });
});

describe("the document", () => {
  it.each(["https://api.example", "https://api.example/", "https://API.example/Mcp", "https://api.example/a%7Eb"])(
    "has %s byte for byte, whatever Host says",
    async (resource) => {
      const api = apiOf(resource);
      const request = new Request(api.metadataUrl.replace(/api\.example/i, "evil.example"), {
        headers: { host: "evil.example", "x-forwarded-host": "evil.example" },
      });
      const text = (await api.metadata(request)?.text()) ?? "";
      expect(text).toBe(
        `{"resource":${JSON.stringify(resource)},"authorization_servers":["${issuer}"],"bearer_methods_supported":["header"]}`,
      );
    },
  );

  it("has the scopes, and what else the application says", async () => {
    const api = apiOf("https://api.example/mcp", {
      scopesSupported: ["mcp:read", "mcp:write"],
      furtherMetadata: { resource_name: "Example", dpop_bound_access_tokens_required: true },
    });
    expect(await api.metadata(at(wellKnown))?.json()).toEqual({
      resource: "https://api.example/mcp",
      authorization_servers: [issuer],
      scopes_supported: ["mcp:read", "mcp:write"],
      bearer_methods_supported: ["header"],
      resource_name: "Example",
      dpop_bound_access_tokens_required: true,
    });
  });
});

describe("the response", () => {
  const api = apiOf("https://api.example/mcp");

  it("is JSON that any page may read", () => {
    const headers = api.metadata(at(wellKnown))?.headers;
    expect(Object.fromEntries(headers ?? [])).toEqual({
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "WWW-Authenticate, DPoP-Nonce",
      "cache-control": "public, max-age=300",
      "content-type": "application/json",
    });
  });

  it("to HEAD has the same headers and no body", async () => {
    const response = api.metadata(at(wellKnown, { method: "HEAD" }));
    expect(response?.status).toBe(200);
    expect(await response?.text()).toBe("");
    expect([...(response?.headers ?? [])]).toEqual([...(api.metadata(at(wellKnown))?.headers ?? [])]);
  });

  it("to a preflight allows what clients send", () => {
    const response = api.metadata(at(wellKnown, { method: "OPTIONS" }));
    expect(response?.status).toBe(204);
    expect(response?.headers.get("access-control-allow-headers")).toBe("*");
    expect(response?.headers.get("access-control-allow-methods")).toBe("GET, HEAD");
  });

  it.each(["POST", "PUT", "DELETE", "PATCH"])("to %s is 405", (method) => {
    const response = api.metadata(at(wellKnown, { method }));
    expect(response?.status).toBe(405);
    expect(response?.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
  });
});
