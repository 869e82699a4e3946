// protectedResource: whose tokens it takes, what it answers, and every option that is wrong.
import { afterAll, describe, expect, it } from "vitest";
import {
  authenticate,
  createSigner,
  ES256,
  generateKeyPair,
  HS256,
  localJwks,
  memoryDenylist,
  publicJwks,
  revoke,
  RS256,
  unchecked,
  type Verified,
} from "../../../src/index.ts";
import { requireAuth } from "../../../src/http/adapters/express.ts";
import { protectedResource } from "../../../src/oauth/index.ts";
import { startIssuer } from "../jwks/issuer.ts";
import { codeOf } from "../jwt/outcome.ts";
import {
  answer,
  apiWith,
  bearing,
  issuer,
  other,
  privateKey,
  publicKey,
  resource,
  tokenWith,
  tokenWithoutAudience,
} from "./resource.ts";

const entra = "https://login.microsoftonline.com/{tenantid}/v2.0";
const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";

describe("a token", () => {
  const api = apiWith();

  it("of the issuer for this resource is accepted, with its claims and the resource", async () => {
    const caller = await api.authenticate(bearing(await tokenWith()), { scopes: "mcp:read" });
    expect(caller).toMatchObject({ ok: true, claims: { sub: "user_123", aud: resource }, resource });
  });

  it.each(["https://api.example/mcp", "https://api.example/mcp/", "https://api.example", "https://api.example/"])(
    "may name %s with or without a slash at its end, and nothing else",
    async (named) => {
      const one = protectedResource({ resource: named, issuers: [{ issuer, keys: publicKey }], algorithms: [ES256] });
      const bare = named.replace(/\/$/, "");
      for (const audience of [bare, `${bare}/`, [`${bare}/`, "https://other.example"]])
        expect(await answer(one, await tokenWith({}, { audience }))).toBe("200");
      for (const audience of [`${bare}//`, `${bare}/x`, bare.toUpperCase(), "https://other.example", "mcp"])
        expect(await answer(one, await tokenWith({}, { audience }))).toBe("401 audience_mismatch");
      expect(await answer(one, await tokenWithoutAudience())).toBe("401 claim_missing");
    },
  );

  it("names a resource with a query as it is", async () => {
    const one = apiWith({}, { resource: "https://api.example/mcp?tenant=1" });
    expect(await answer(one, await tokenWith({}, { audience: "https://api.example/mcp?tenant=1" }))).toBe("200");
    expect(await answer(one, await tokenWith({}, { audience: "https://api.example/mcp?tenant=1/" }))).toMatch(/^401/);
  });

  it.each([
    ["of an issuer that is not listed", { issuer: "https://other.example" }, {}, "401 issuer_mismatch"],
    ["without typ at+jwt", { typ: "JWT" }, {}, "401 typ_mismatch"],
    ["that is a logout token", { typ: "logout+jwt" }, {}, "401 typ_mismatch"],
    ["that has expired", { expiresAt: 1_700_000_900, now: () => new Date(1_700_000_000_000) }, {}, "401 expired"],
    ["without the scope", {}, { scope: "mcp:write" }, "403 scope_missing"],
    ["bound to a key", {}, { cnf: { jkt: "x" } }, "401 token_bound"],
  ])("%s is refused", async (_, options, claims, expected) => {
    expect(await answer(api, await tokenWith(claims, options), { scopes: "mcp:read" })).toBe(expected);
  });

  it("of another's key is refused, by whatever issuer it says", async () => {
    expect(await answer(api, await tokenWith({}, {}, other.privateKey))).toBe("401 key_not_found");
  });

  it("in the query is no token", async () => {
    const request = new Request(`${resource}?access_token=${await tokenWith()}`);
    const caller = await api.authenticate(request);
    expect(caller).toMatchObject({ ok: false, status: 401, error: { code: "token_missing" } });
  });
});

describe("a refusal", () => {
  const api = apiWith();
  const challengeOf = async (request: Request, options = {}): Promise<string | null> => {
    const caller = await api.authenticate(request, options);
    return caller.ok ? "accepted" : caller.headers.get("www-authenticate");
  };
  const url = "https://api.example/.well-known/oauth-protected-resource/mcp";

  it("names the metadata, whatever Host says, and lets pages read its headers", async () => {
    const request = new Request("https://evil.example/mcp", { headers: { host: "evil.example" } });
    expect(await challengeOf(request)).toBe(`Bearer realm="api", resource_metadata="${url}"`);
    expect(api.metadataUrl).toBe(url);
    const caller = await api.authenticate(bearing("nonsense"));
    expect(!caller.ok && caller.headers.get("access-control-expose-headers")).toBe("WWW-Authenticate, DPoP-Nonce");
  });

  it("goes by the requirements as they are at each request, with none between", async () => {
    const request = bearing(await tokenWith({ scope: "mcp:read" }));
    const requirements = { scopes: ["mcp:read"] };
    const statusOf = async (options?: object): Promise<number> => {
      const caller = await api.authenticate(request, options);
      return caller.ok ? 200 : caller.status;
    };
    expect(await statusOf(requirements)).toBe(200);
    requirements.scopes.push("mcp:admin");
    expect([await statusOf(requirements), await statusOf(), await statusOf(requirements)]).toEqual([403, 200, 403]);
  });

  it("lists all scopes that are missing at once, and those that are needed", async () => {
    const request = bearing(await tokenWith({ scope: "mcp:read" }));
    const scopes = ["mcp:read", "mcp:write", "mcp:admin"];
    const caller = await api.authenticate(request, { scopes });
    expect(!caller.ok && caller.error.message).toBe("scope mcp:write, mcp:admin is missing");
    expect(await challengeOf(request, { scopes })).toBe(
      `Bearer realm="api", scope="mcp:read mcp:write mcp:admin", resource_metadata="${url}", error="insufficient_scope"`,
    );
  });

  it("is 503 if the keys cannot be fetched", async () => {
    const unreachable = protectedResource({ resource, issuers: ["https://localhost:1"], algorithms: [ES256] });
    expect(await answer(unreachable, await tokenWith({}, { issuer: "https://localhost:1" }))).toBe(
      "503 jwks_unavailable",
    );
  });

  it("does not come for a request without a token if anonymous callers are let in", async () => {
    const caller = await api.authenticate(new Request(resource), { anonymous: "allow" });
    expect(caller).toEqual({ ok: true, anonymous: true });
    const bad = await api.authenticate(bearing("nonsense"), { anonymous: "allow" });
    expect(bad).toMatchObject({ ok: false, status: 401 });
  });
});

describe("the verifier", () => {
  const api = apiWith();

  it("has four functions, that return the caller and the resource", async () => {
    const token = await tokenWith();
    const { verifier } = api;
    for (const found of [
      await verifier.verify(token),
      await verifier.safeVerify(token),
      verifier.verifySync(token),
      verifier.safeVerifySync(token),
    ])
      expect(found).toMatchObject({ claims: { sub: "user_123" }, resource });
    expect(await verifier.safeVerify("nonsense")).toMatchObject({ ok: false, error: { code: "token_malformed" } });
    expect(verifier.safeVerifySync("nonsense")).toMatchObject({ ok: false, error: { code: "token_malformed" } });
  });

  it("refuses a key-bound token by itself, in each of them", async () => {
    const token = await tokenWith({ cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } });
    const { verifier } = api;
    const wanted = { code: "claim_mismatch", claim: "cnf" };
    await expect(verifier.verify(token)).rejects.toMatchObject(wanted);
    expect(() => verifier.verifySync(token)).toThrow("cnf: the token is bound to a key");
    expect(await verifier.safeVerify(token)).toMatchObject({ ok: false, error: wanted });
    expect(verifier.safeVerifySync(token)).toMatchObject({ ok: false, error: wanted });
    const wrapped = { verify: (one: string): Promise<Verified> => verifier.verify(one) };
    expect(await authenticate(bearing(token), wrapped)).toMatchObject({ ok: false, status: 401 });
  });

  it("refuses it in adapters, unless they are told that the key is checked elsewhere", async () => {
    const token = await tokenWith({ cnf: { jkt: "x" } });
    const outcomeOf = async (options: object): Promise<unknown> => {
      const response = { statusCode: 200, setHeader: () => response, end: () => response };
      const passed: unknown[] = [];
      const request = { method: "GET", headers: { authorization: `Bearer ${token}` } };
      await requireAuth(api.verifier, options)(request, response, (error) => passed.push(error));
      return passed.length > 0 ? "passed" : response.statusCode;
    };
    expect(await outcomeOf({})).toBe(401);
    expect(await outcomeOf({ cnf: unchecked })).toBe("passed");
    expect(await answer(api, token, { cnf: unchecked })).toBe("200");
  });

  it("runs the caller's last check after its own", async () => {
    const seen: unknown[] = [];
    const beforeReplay = (verified: Verified): void => void seen.push((verified as { resource?: unknown }).resource);
    await api.verifier.verify(await tokenWith(), { beforeReplay });
    expect(seen).toEqual([resource]);
    expect(await codeOf(() => tokenWith({ cnf: {} }).then((t) => api.verifier.verify(t, { beforeReplay })))).toBe(
      "claim_mismatch",
    );
    expect(seen).toHaveLength(1);
  });

  it.each([
    ["an unknown option", { beforeReply: () => undefined }],
    ["no function", { beforeReplay: "x" }],
    ["null", null],
    ["a callback", () => undefined],
  ])("refuses %s as its options", async (_, options) => {
    const { verifier } = api;
    const token = await tokenWith();
    for (const call of [verifier.verify, verifier.verifySync, verifier.safeVerify, verifier.safeVerifySync])
      expect(await codeOf(() => call(token, options as never))).toBe("invalid_argument");
  });

  it("hands schema, denylist, match and the clock down to the tokens of every issuer", async () => {
    const denylist = memoryDenylist();
    const token = await tokenWith({ tenant: "a" });
    const strict = apiWith({}, { denylist, match: { tenant: "a" }, required: ["jti"], maxTokenAge: "1h", cache: 10 });
    const { payload } = await strict.verifier.verify(token);
    expect(await answer(strict, await tokenWith({ tenant: "b" }))).toBe("401 claim_mismatch");
    await revoke(denylist, payload);
    expect(await answer(strict, token)).toBe("401 revoked");
    const late = apiWith({}, { now: () => new Date(Date.now() + 3_600_000) });
    expect(await answer(late, token)).toBe("401 expired");
  });
});

describe("an issuer that waives typ", () => {
  const api = apiWith({ typ: unchecked });

  it.each([
    ["scope", { scope: "mcp:read" }],
    ["an empty scope", { scope: "" }],
    ["scp", { scope: undefined, scp: ["mcp:read"] }],
    ["roles and azp", { scope: undefined, roles: ["Reader"], azp: "app" }],
    ["Keycloak's typ", { typ: "Bearer" }],
    ["Cognito's token_use", { token_use: "access" }],
  ])("accepts a token with %s", async (_, claims) => {
    for (const typ of ["JWT", "at+jwt", "application/okta-internal-at+jwt"])
      expect(await answer(api, await tokenWith(claims, { typ }))).toBe("200");
  });

  it.each([
    ["nonce", { nonce: "n-0S6_WzA2Mj" }],
    ["at_hash", { at_hash: "77QmUPtjPfzWtF2AnpK9RQ" }],
    ["c_hash", { c_hash: "LDktKdoQak3Pk0cnXxCltA" }],
    ["events", { events: { "http://schemas.openid.net/event/backchannel-logout": {} } }],
    ["neither scope, scp nor roles", { scope: undefined }],
    [
      "roles alone, as an ID token of Microsoft Entra has them",
      { scope: undefined, client_id: undefined, roles: ["x"] },
    ],
    ["Keycloak's typ of ID tokens", { typ: "ID" }],
    ["Keycloak's typ of refresh tokens", { typ: "Refresh" }],
    ["Cognito's token_use of ID tokens", { token_use: "id" }],
    ["token_type refresh", { token_type: "refresh" }],
  ])("refuses a token with %s", async (_, claims) => {
    for (const typ of ["JWT", "id_token+jwt"])
      expect(await answer(api, await tokenWith(claims, { typ }))).toBe("401 typ_mismatch");
  });

  it("does not look for those in a token that says at+jwt itself, in any spelling", async () => {
    for (const typ of ["at+jwt", "application/AT+JWT"])
      expect(await answer(api, await tokenWith({ nonce: "x", scope: undefined }, { typ }))).toBe("200");
  });

  it("waives it for itself alone", async () => {
    const both = protectedResource({
      resource,
      issuers: [
        { issuer, keys: publicKey, typ: unchecked },
        { issuer: "https://strict.example", keys: publicKey },
      ],
      algorithms: [ES256],
    });
    expect(await answer(both, await tokenWith({}, { typ: "JWT" }))).toBe("200");
    expect(await answer(both, await tokenWith({}, { typ: "JWT", issuer: "https://strict.example" }))).toBe(
      "401 typ_mismatch",
    );
  });

  it("can name a type instead", async () => {
    const named = apiWith({ typ: ["at+jwt", "okta-internal-at+jwt"] });
    expect(await answer(named, await tokenWith({}, { typ: "application/okta-internal-at+jwt" }))).toBe("200");
    expect(await answer(named, await tokenWith({}, { typ: "JWT" }))).toBe("401 typ_mismatch");
    expect(await answer(named, await tokenWith({ nonce: "x" }, { typ: "okta-internal-at+jwt" }))).toBe(
      "401 typ_mismatch",
    );
  });
});

describe("an issuer with an audience of its own", () => {
  it("takes that in place of the resource, exactly", async () => {
    const api = apiWith({ audience: "api://3b7e" });
    expect(await answer(api, await tokenWith({}, { audience: "api://3b7e" }))).toBe("200");
    for (const audience of [resource, "api://3b7e/"])
      expect(await answer(api, await tokenWith({}, { audience }))).toBe("401 audience_mismatch");
  });

  it("unchecked: its tokens may lack aud, and one that has it names the resource", async () => {
    const api = protectedResource({
      resource,
      issuers: [
        { issuer, keys: publicKey, audience: unchecked },
        { issuer: "https://strict.example", keys: publicKey },
      ],
      algorithms: [ES256],
    });
    expect(await answer(api, await tokenWithoutAudience())).toBe("200");
    for (const audience of [resource, `${resource}/`, ["x", resource]])
      expect(await answer(api, await tokenWith({}, { audience }))).toBe("200");
    for (const audience of ["https://other.example", ["https://a.example", "https://b.example"]])
      expect(await answer(api, await tokenWith({}, { audience }))).toBe("401 audience_mismatch");
    expect(await answer(api, await tokenWithoutAudience({}, { issuer: "https://strict.example" }))).toBe(
      "401 claim_missing",
    );
  });
});

describe("an issuer with tenants", () => {
  const issuerOf = (id: string): string => entra.replace("{tenantid}", id);
  const api = apiWith({ issuer: entra, tenants: [tenant, "other"], typ: unchecked });
  const from = (iss: string, tid?: string): Promise<string> =>
    tokenWith(tid === undefined ? {} : { tid }, { issuer: iss, typ: "JWT" });

  it("accepts those that are named, by iss and tid", async () => {
    expect(await answer(api, await from(issuerOf(tenant), tenant))).toBe("200");
    expect(await answer(api, await from(issuerOf("other"), "other"))).toBe("200");
    expect(await answer(api, await from(issuerOf("third"), "third"))).toBe("401 issuer_mismatch");
    expect(await answer(api, await from(entra, "{tenantid}"))).toBe("401 issuer_mismatch");
    expect(await answer(api, await from(issuerOf(tenant), "other"))).toBe("401 claim_mismatch");
    expect(await answer(api, await from(issuerOf(tenant)))).toBe("401 claim_missing");
  });

  it("adds to a match for all issuers", async () => {
    const strict = apiWith({ issuer: entra, tenants: [tenant], typ: unchecked }, { match: { ver: "2.0" } });
    expect(await answer(strict, await from(issuerOf(tenant), tenant))).toBe("401 claim_missing");
    const token = await tokenWith({ tid: tenant, ver: "2.0" }, { issuer: issuerOf(tenant), typ: "JWT" });
    expect(await answer(strict, token)).toBe("200");
    for (const match of ["ver" as never, { tid: tenant }, { tid: { oneOf: [tenant] }, ver: "2.0" }])
      expect(await codeOf(() => apiWith({ issuer: entra, tenants: [tenant, "other"] }, { match }))).toBe(
        "invalid_argument",
      );
    expect(await codeOf(() => apiWith({}, { match: { tid: tenant } }))).toBe("accepted");
  });

  it("lists each as an authorization server", async () => {
    const response = api.metadata(new Request(api.metadataUrl));
    expect(await response?.json()).toMatchObject({ authorization_servers: [issuerOf(tenant), issuerOf("other")] });
  });
});

describe("keys by discovery", async () => {
  const server = await startIssuer();
  const theirs = await startIssuer();
  const wellKnown = "/.well-known/openid-configuration";
  for (const [one, key] of [
    [server, privateKey],
    [theirs, other.privateKey],
  ] as const)
    one.answer = (request, response) => {
      if (request.url === wellKnown)
        return void response.end(JSON.stringify({ issuer: one.origin, jwks_uri: `${one.origin}/jwks` }));
      void publicJwks([key]).then((jwks) => response.end(JSON.stringify(jwks)));
    };
  afterAll(async () => {
    await Promise.all([server.close(), theirs.close()]);
  });

  it("are fetched when they are needed, once, and verify their own issuer's tokens alone", async () => {
    const api = protectedResource({ resource, issuers: [server.origin, theirs.origin], algorithms: [ES256] });
    expect(server.asked).toEqual([]);
    const token = await tokenWith({}, { issuer: server.origin });
    for (let i = 0; i < 3; i++) expect(await answer(api, token)).toBe("200");
    expect(server.asked).toEqual([wellKnown, "/jwks"]);
    expect(theirs.asked).toEqual([]);
    expect(await answer(api, await tokenWith({}, { issuer: theirs.origin }, other.privateKey))).toBe("200");
    expect(await answer(api, await tokenWith({}, { issuer: theirs.origin }))).toBe("401 key_not_found");
    expect(await answer(api, await tokenWith({}, { issuer: server.origin }, other.privateKey))).toBe(
      "401 key_not_found",
    );
  });

  it("have no synchronous form", async () => {
    const api = protectedResource({ resource, issuers: [server.origin], algorithms: [ES256] });
    const token = await tokenWith({}, { issuer: server.origin });
    expect(await codeOf(() => api.verifier.verifySync(token))).toBe("sync_unavailable");
  });
});

describe("wrong options", async () => {
  const good = { resource, issuers: [{ issuer, keys: publicKey }], algorithms: [ES256] };
  const rsa = await generateKeyPair(RS256);
  const rsaSource = await localJwks(await publicJwks([rsa.publicKey]), { algorithms: [RS256] });
  const entry = (more: object): object => ({ ...good, issuers: [{ issuer, keys: publicKey, ...more }] });

  it.each<[string, unknown]>([
    ["resource: not a URL", { ...good, resource: "api" }],
    ["resource: http", { ...good, resource: "http://api.example" }],
    ["resource: with a fragment", { ...good, resource: "https://api.example/#" }],
    ["resource: with a password", { ...good, resource: "https://a:b@api.example" }],
    ["resource: with white space", { ...good, resource: " https://api.example" }],
    ["resource: undefined", { ...good, resource: undefined }],
    ["issuers: none", { ...good, issuers: [] }],
    ["issuers: undefined", { ...good, issuers: undefined }],
    ["issuers: a string", { ...good, issuers: issuer }],
    ["issuers: a hole", { ...good, issuers: new Array(1) }],
    ["issuers: the same twice", { ...good, issuers: [...good.issuers, ...good.issuers] }],
    ["issuers: null", { ...good, issuers: [null] }],
    ["issuer: missing", { ...good, issuers: [{ keys: publicKey }] }],
    ["issuer: no URL", entry({ issuer: "id" })],
    ["issuer: with a query", entry({ issuer: "https://id.example?x" })],
    ["issuer: http without keys", { ...good, issuers: ["http://id.example"] }],
    ["issuer: unchecked", entry({ issuer: unchecked })],
    ["an unknown option of an issuer", entry({ audiance: "x" })],
    ["typ: undefined", entry({ typ: undefined })],
    ["typ: empty", entry({ typ: [] })],
    ["audience: undefined", entry({ audience: undefined })],
    ["audience: empty", entry({ audience: "" })],
    ["keys: undefined", entry({ keys: undefined })],
    ["keys: for another algorithm", entry({ keys: rsa.publicKey })],
    ["keys: one for another algorithm", entry({ keys: [publicKey, rsa.publicKey] })],
    ["keys: a source for another algorithm", entry({ keys: rsaSource })],
    ["algorithms: undefined for an issuer", entry({ algorithms: undefined })],
    ["tenants: without {tenantid}", entry({ tenants: [tenant] })],
    ["tenants: missing", entry({ issuer: entra })],
    ["tenants: none", entry({ issuer: entra, tenants: [] })],
    ["tenants: unchecked", entry({ issuer: entra, tenants: unchecked })],
    ["tenants: a path", entry({ issuer: entra, tenants: ["a/../b"] })],
    ["algorithms: none", { ...good, algorithms: [] }],
    ["algorithms: a name", { ...good, algorithms: ["ES256"] }],
    ["algorithms: HMAC", { ...good, algorithms: [HS256] }],
    ["algorithms: undefined", { ...good, algorithms: undefined }],
    ["scopesSupported: undefined", { ...good, scopesSupported: undefined }],
    ["scopesSupported: none", { ...good, scopesSupported: [] }],
    ["scopesSupported: two in one", { ...good, scopesSupported: ["a b"] }],
    ["furtherMetadata: what is ours", { ...good, furtherMetadata: { resource: "https://other.example" } }],
    ["furtherMetadata: scopes", { ...good, furtherMetadata: { scopes_supported: [] } }],
    ["furtherMetadata: a list", { ...good, furtherMetadata: [] }],
    ["schema: undefined", { ...good, schema: undefined }],
    ["denylist: undefined", { ...good, denylist: undefined }],
    ["an unknown option", { ...good, audience: resource }],
    ["replay", { ...good, replay: { add: () => true } }],
    ["no options", undefined],
  ])("%s", async (_, options) => {
    expect(await codeOf(() => protectedResource(options as never))).toBe("invalid_argument");
  });

  it.each([
    ["scopes: undefined", { scopes: undefined }],
    ["scopes: none", { scopes: [] }],
    ["an unknown option", { scope: "mcp:read" }],
    ["the URL of the metadata, which is known", { resourceMetadata: "https://other.example" }],
  ])("of authenticate: %s", async (_, options) => {
    expect(await codeOf(() => apiWith().authenticate(new Request(resource), options as never))).toBe(
      "invalid_argument",
    );
  });

  it("lets algorithms differ by issuer", async () => {
    const api = protectedResource({
      ...good,
      issuers: [...good.issuers, { issuer: "https://rsa.example", keys: rsa.publicKey, algorithms: [RS256] }],
    });
    const signer = createSigner(rsa.privateKey, { typ: "at+jwt", issuer: "https://rsa.example", audience: resource });
    expect(await answer(api, await signer.sign({ scope: "x" }))).toBe("200");
    expect(await answer(api, await tokenWith())).toBe("200");
  });
});
