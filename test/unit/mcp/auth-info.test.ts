// What tools are told about the caller.
import { describe, expect, it } from "vitest";
import { unchecked } from "../../../src/index.ts";
import { authInfo } from "../../../src/mcp/index.ts";
import { codeOf } from "../jwt/outcome.ts";
import { apiWith, bearing, resource, tokenWith } from "../oauth/resource.ts";

async function infoOf(claims: object, options: object = {}): Promise<ReturnType<typeof authInfo>> {
  const request = bearing(await tokenWith(claims, options));
  const caller = await apiWith({ typ: unchecked }).authenticate(request);
  if (!caller.ok) throw caller.error;
  return authInfo(caller, request);
}

describe("authInfo", () => {
  it("has the token, the client, the scopes, the expiry, the resource and the claims", async () => {
    const token = await tokenWith({ scope: "mcp:read mcp:write" });
    const request = bearing(token);
    const caller = await apiWith().authenticate(request);
    if (!caller.ok) throw caller.error;
    expect(authInfo(caller, request)).toEqual({
      token,
      clientId: "web",
      scopes: ["mcp:read", "mcp:write"],
      expiresAt: caller.claims.exp,
      resource: new URL(resource),
      resourceMetadataUrl: "https://api.example/.well-known/oauth-protected-resource/mcp",
      extra: { claims: caller.claims },
    });
  });

  it.each([
    [{ client_id: "a", azp: "b", cid: "c", appid: "d" }, "a"],
    [{ client_id: undefined, azp: "b", cid: "c", appid: "d" }, "b"],
    [{ client_id: undefined, cid: "c", appid: "d" }, "c"],
    [{ client_id: undefined, appid: "d" }, "d"],
    [{ client_id: "", azp: "b" }, "b"],
    [{ client_id: 5, azp: "b" }, "b"],
    [{ client_id: undefined }, ""],
  ])("the client of %j is %j, and never the subject", async (claims, client) => {
    expect((await infoOf(claims)).clientId).toBe(client);
  });

  it.each<[object, readonly string[]]>([
    [{ scope: "a b" }, ["a", "b"]],
    [{ scope: "" }, []],
    [{ scope: undefined, scp: ["a", "b"] }, ["a", "b"]],
    [{ scope: undefined, scp: "a b" }, ["a", "b"]],
    [{ scope: ["a", 5, "b"] }, ["a", "b"]],
    [{ scope: undefined, roles: ["a"] }, []],
  ])("the scopes of %j are %j", async (claims, scopes) => {
    expect((await infoOf(claims)).scopes).toEqual(scopes);
  });

  it("reads the token of the DPoP scheme too", async () => {
    const token = await tokenWith({ cnf: { jkt: "x" } });
    const request = bearing(token, resource, "DPoP");
    const caller = await apiWith().authenticate(request, { cnf: unchecked });
    expect(caller.ok && authInfo(caller, request).token).toBe(token);
  });

  it("needs the request, and a token that expires", async () => {
    const request = bearing(await tokenWith());
    const caller = await apiWith().authenticate(request);
    if (!caller.ok) throw caller.error;
    expect(await codeOf(() => authInfo(caller, new Request(resource)))).toBe("invalid_argument");
    expect(await codeOf(() => authInfo({ claims: {}, payload: {} }, request))).toBe("invalid_argument");
  });

  it("of a caller of any other verifier says nothing about the resource", async () => {
    const request = bearing(await tokenWith());
    const caller = await apiWith().authenticate(request);
    if (!caller.ok) throw caller.error;
    const { claims, payload } = caller;
    expect(authInfo({ claims, payload }, request)).not.toHaveProperty("resource");
  });
});
