// A key that speaks for every tenant of one issuer (Microsoft Entra): its issuer has `{tenantid}` where the token's `iss` has its `tid`.
import { describe, expect, it } from "vitest";
import { localJwks, RS256, sign, unchecked, verify } from "../../../src/index.ts";
import { countingKey, expected, forge, goodClaims } from "../jwt/forge.ts";
import { outcome } from "../jwt/outcome.ts";
import { entra, entraTenant } from "../jwks/published-sets.ts";

const tenantKey = countingKey({ issuer: "https://login.example/{tenantid}/v2.0" });
const tokenOf = (claims: object): string =>
  forge({ ...goodClaims, iss: "https://login.example/tenant-1/v2.0", tid: "tenant-1", ...claims });
const anyIssuer = { ...expected, issuer: unchecked };

describe("a key whose issuer is a template", () => {
  it("accepts a tenant's token whose tid is the one in its iss", async () => {
    expect(await outcome(tokenOf({}), tenantKey, anyIssuer)).toBe("accepted");
    expect(await outcome(tokenOf({}), tenantKey, { ...expected, issuer: "https://login.example/tenant-1/v2.0" })).toBe(
      "accepted",
    );
    expect(await outcome(tokenOf({}), tenantKey, { ...expected, issuer: "https://login.example/tenant-2/v2.0" })).toBe(
      "issuer_mismatch",
    );
  });

  it.each<readonly [string, object, string]>([
    ["another tid than in iss", { tid: "tenant-2" }, "issuer_mismatch"],
    ["another iss than by tid", { iss: "https://login.example/tenant-2/v2.0" }, "issuer_mismatch"],
    ["no tid", { tid: undefined }, "issuer_mismatch"],
    ["a tid that is no text", { tid: ["tenant-1"] }, "claim_invalid"],
    ["another host", { iss: "https://evil.example/tenant-1/v2.0" }, "issuer_mismatch"],
    [
      "a tid that would rewrite the rest",
      { tid: "$&", iss: "https://login.example/{tenantid}/v2.0" },
      "issuer_mismatch",
    ],
    ["no iss", { iss: undefined }, "claim_missing"],
  ])("refuses %s", async (_what, claims, code) => {
    expect(await outcome(tokenOf(claims), tenantKey, anyIssuer)).toBe(code);
  });

  it("a key without a template does not look at tid", async () => {
    const plain = countingKey({ issuer: "https://login.example/tenant-1/v2.0" });
    expect(await outcome(tokenOf({ tid: 5 }), plain, anyIssuer)).toBe("accepted");
  });

  it("Entra's key set verifies the tokens of every tenant, each for itself", async () => {
    const keys = await localJwks(entra.document, { algorithms: [RS256] });
    const key = await entra.signer(entra.kids[0] ?? "");
    for (const tid of [entraTenant, "another-tenant"]) {
      const token = await sign({ tid }, key, {
        issuer: `https://login.microsoftonline.com/${tid}/v2.0`,
        audience: "client",
      });
      expect((await verify(token, keys, { issuer: unchecked, audience: "client" })).payload.tid).toBe(tid);
    }
  });
});
