// Other tokens taken for access tokens, by a protected resource and by all that stands on it: whatever the issuer waives.
import { describe, expect, it } from "vitest";
import { unchecked, type SignOptions } from "../../../src/index.ts";
import { fetchGate, tokenVerifier } from "../../../src/mcp/index.ts";
import { codeOf } from "../../unit/jwt/outcome.ts";
import { apiWith, bearing, other, resource, tokenWith, tokenWithoutAudience } from "../../unit/oauth/resource.ts";

class InvalidTokenError extends Error {
  readonly errorCode = "invalid_token";
}

/** The same resource, with an issuer that writes at+jwt, and with those that waive what they can. */
const apis = {
  strict: apiWith(),
  "typ waived": apiWith({ typ: unchecked }),
  "typ and aud waived": apiWith({ typ: unchecked, audience: unchecked }),
};

/** Every way into the resource refuses the token; the code is the verifier's. */
async function refusedBy(api: (typeof apis)[keyof typeof apis], token: string): Promise<string> {
  const caller = await api.authenticate(bearing(token));
  expect(caller.ok ? "accepted" : caller.status).toBe(401);
  expect((await fetchGate(api, () => new Response())(bearing(token))).status).toBe(401);
  await expect(tokenVerifier(api, InvalidTokenError).verifyAccessToken(token)).rejects.toBeInstanceOf(
    InvalidTokenError,
  );
  return codeOf(() => api.verifier.verify(token));
}

/** Tokens of the right issuer, key and audience that are of another kind, without and with a type of their own. */
function kindsAreRefused(kinds: Readonly<Record<string, readonly [claims: object, options?: SignOptions]>>): void {
  describe.each(Object.entries(apis))("%s", (_, api) => {
    it("the resource takes its access tokens", async () => {
      expect((await api.authenticate(bearing(await tokenWith()))).ok).toBe(true);
    });

    it.each(Object.entries(kinds))("refused: %s", async (__, [claims, options]) => {
      const token = await tokenWith(claims, { typ: "JWT", ...options });
      expect(await refusedBy(api, token)).toBe("typ_mismatch");
    });
  });
}

const none = { client_id: undefined, scope: undefined };

describe("An ID token taken for an access token", () => {
  kindsAreRefused({
    "with a nonce": [{ ...none, nonce: "n-0S6_WzA2Mj" }],
    "with a nonce and a scope": [{ nonce: "n-0S6_WzA2Mj" }],
    "with at_hash": [{ ...none, azp: "web", at_hash: "77QmUPtjPfzWtF2AnpK9RQ" }],
    "with c_hash": [{ ...none, c_hash: "LDktKdoQak3Pk0cnXxCltA" }],
    "of the code flow, without any of them": [{ ...none, email: "ada@example.com" }],
    "of Microsoft Entra, with roles": [{ ...none, roles: ["Reader"], tid: "t" }],
    "of Keycloak": [{ azp: "web", typ: "ID" }],
    "of Cognito": [{ token_use: "id" }],
  });
});

describe("A logout token taken for an access token", () => {
  const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
  kindsAreRefused({
    "with its type": [{ ...none, events, sid: "s" }, { typ: "logout+jwt" }],
    "without it": [{ ...none, events, sid: "s" }],
    "with a scope": [{ events, sid: "s" }],
    "a security event": [{ ...none, events: {} }, { typ: "secevent+jwt" }],
  });
});

describe("A client assertion taken for an access token", () => {
  kindsAreRefused({
    "of RFC 7523": [{ ...none, sub: "web" }],
    "with its type": [{ ...none, sub: "web" }, { typ: "client-authentication+jwt" }],
    "an authorization grant": [{ ...none }, { typ: "authorization-grant+jwt" }],
  });
});

describe("A refresh token taken for an access token", () => {
  kindsAreRefused({
    "of Keycloak": [{ azp: "web", typ: "Refresh" }],
    "of Keycloak, offline": [{ azp: "web", typ: "Offline" }],
    "that calls itself so": [{ token_type: "refresh" }],
    "without a scope": [{ ...none, sid: "s" }],
  });
});

describe("An access token for another resource taken for one's own", () => {
  it.each(Object.entries(apis))("%s", async (_, api) => {
    for (const audience of ["https://other.example", "https://api.example", `${resource}/admin`, ["a", "b"]])
      expect(await refusedBy(api, await tokenWith({}, { audience }))).toBe("audience_mismatch");
  });

  it("without aud it is for nobody, unless that is waived", async () => {
    expect(await refusedBy(apis.strict, await tokenWithoutAudience())).toBe("claim_missing");
    expect(await refusedBy(apis["typ waived"], await tokenWithoutAudience())).toBe("claim_missing");
    const caller = await apis["typ and aud waived"].authenticate(bearing(await tokenWithoutAudience()));
    expect(caller.ok).toBe(true);
  });
});

describe("An access token of another issuer taken for one of one's own", () => {
  it.each(Object.entries(apis))("%s", async (_, api) => {
    expect(await refusedBy(api, await tokenWith({}, { issuer: "https://other.example" }))).toBe("issuer_mismatch");
    expect(await refusedBy(api, await tokenWith({}, {}, other.privateKey))).toBe("key_not_found");
    expect(await refusedBy(api, await tokenWith({}, { issuer: "https://id.example/" }))).toBe("issuer_mismatch");
  });
});

describe("A key-bound token let in where the proof of the key is not seen", () => {
  it.each(Object.entries(apis))("%s", async (_, api) => {
    for (const cnf of [{ jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }, { "x5t#S256": "x" }, {}, null])
      expect(await refusedBy(api, await tokenWith({ cnf }))).toBe("claim_mismatch");
  });
});

describe("Metadata and challenges that a forged Host changes", () => {
  it("name what is configured", async () => {
    const api = apis.strict;
    const headers = { host: "evil.example", "x-forwarded-host": "evil.example", forwarded: "host=evil.example" };
    const metadata = api.metadata(
      new Request("https://evil.example/.well-known/oauth-protected-resource/mcp", { headers }),
    );
    expect(await metadata?.text()).not.toContain("evil");
    const caller = await api.authenticate(new Request("https://evil.example/mcp", { headers }));
    expect(!caller.ok && caller.headers.get("www-authenticate")).not.toContain("evil");
  });
});
