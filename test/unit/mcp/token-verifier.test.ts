// The verifier for the SDK's gate, with error classes in the forms of both versions. Both versions themselves: test/system/services/mcp.
import { describe, expect, it } from "vitest";
import { ES256 } from "../../../src/index.ts";
import { tokenVerifier } from "../../../src/mcp/index.ts";
import { protectedResource } from "../../../src/oauth/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { apiWith, resource, tokenWith } from "../oauth/resource.ts";

class InvalidTokenError extends Error {
  static errorCode = "invalid_token";
  get errorCode(): string {
    return InvalidTokenError.errorCode;
  }
}
class OAuthError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

describe.each([
  ["version 1", InvalidTokenError],
  ["version 2", OAuthError],
])("with the class of %s", (_, errorClass) => {
  const verifier = tokenVerifier(apiWith(), errorClass);

  it("a good token is resolved to the caller", async () => {
    const token = await tokenWith();
    expect(await verifier.verifyAccessToken(token)).toMatchObject({
      token,
      clientId: "web",
      resource: new URL(resource),
    });
  });

  it.each([
    ["nonsense", () => "nonsense", "token_malformed"],
    ["another audience", () => tokenWith({}, { audience: "https://other.example" }), "audience_mismatch"],
    ["a key-bound token", () => tokenWith({ cnf: { jkt: "x" } }), "claim_mismatch"],
  ])("%s is refused with that class, and the reason is its cause", async (__, make, code) => {
    const error = await errorOf(async () => verifier.verifyAccessToken(await make()));
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject({ message: "the access token is not valid here", cause: { code } });
    expect(JSON.stringify(error)).not.toContain("cause");
  });
});

it("a failure of the surroundings stays what it is", async () => {
  const issuer = "https://localhost:1";
  const verifier = tokenVerifier(
    protectedResource({ resource, issuers: [issuer], algorithms: [ES256] }),
    InvalidTokenError,
  );
  expect(await codeOf(async () => verifier.verifyAccessToken(await tokenWith({}, { issuer })))).toBe(
    "jwks_unavailable",
  );
});

it.each([
  ["none", undefined],
  ["Error", Error],
  ["a function", () => undefined],
  ["the class of another refusal", class InsufficientScopeError extends Error {}],
])("%s is not the class", async (_, errorClass) => {
  expect(await codeOf(() => tokenVerifier(apiWith(), errorClass as never))).toBe("invalid_argument");
});
