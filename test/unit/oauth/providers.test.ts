// ID tokens of the providers whose recipes the guide has: accepted by the options that it names, and nothing beside them is.
import { describe, expect, it } from "vitest";
import { exportJwk, generateKeyPair, localJwks, RS256, unchecked, type LocalJwks } from "../../../src/index.ts";
import { createIdTokenVerifier, type IdTokenVerifier, type IdTokenVerifierOptions } from "../../../src/oauth/index.ts";
import { codeOf } from "../jwt/outcome.ts";
import { but, clock, signed } from "./forge.ts";
import { providers, type ProviderToken } from "./providers.ts";

const { privateKey, publicKey } = await generateKeyPair(RS256, { kid: "1LTMzakihiRla_8z2BEJVXeWMqo" });
const jwk = await exportJwk(publicKey);
const keysOf = ({ keyIssuer }: ProviderToken): Promise<LocalJwks> =>
  localJwks({ keys: [keyIssuer === undefined ? jwk : { ...jwk, issuer: keyIssuer }] }, { algorithms: [RS256] });

async function verifierOf(provider: ProviderToken, changes: object = {}): Promise<IdTokenVerifier> {
  const options: IdTokenVerifierOptions = { ...provider.options, ...changes, now: clock().now };
  return createIdTokenVerifier(await keysOf(provider), options);
}

describe.each(providers)("$name", (provider) => {
  const { claims, call, header = { typ: "JWT" }, accessTokens = [] } = provider;
  const token = (changes: object = {}, ...without: string[]): Promise<string> =>
    signed(but(claims, changes, ...without), header, privateKey);

  it("an ID token is accepted, and the user is iss and sub", async () => {
    const { payload } = await (await verifierOf(provider)).verify(await token(), call);
    expect([payload.iss, payload.sub]).toEqual([claims.iss, claims.sub]);
  });

  it("one for another client, of another issuer, of another login, and an old one are refused", async () => {
    const verifier = await verifierOf(provider);
    const outcome = async (changes: object, ...without: string[]): Promise<string> =>
      codeOf(async () => verifier.verify(await token(changes, ...without), call));
    expect(await outcome({ aud: "another-client", azp: undefined })).toBe("audience_mismatch");
    expect(await outcome({ iss: "https://attacker.example" })).toBe("issuer_mismatch");
    expect(await outcome({ azp: "another-client" })).toBe("claim_mismatch");
    expect(await outcome({ exp: Number(claims.iat) - 60 })).toBe("expired");
    expect(await outcome({}, "sub")).toBe("claim_missing");
    if (call.nonce === unchecked) return;
    expect(await outcome({ nonce: "of another login" })).toBe("claim_mismatch");
    expect(await outcome({}, "nonce")).toBe("claim_missing");
  });

  it.each(accessTokens.map((claimsOfAccess) => [claimsOfAccess]))("%j is no ID token, nonce or not", async (access) => {
    const sent = await signed(access, header, privateKey);
    for (const changes of [{ nonce: call.nonce }, { nonce: unchecked }] as const) {
      const code = await codeOf(async () => (await verifierOf(provider)).verify(sent, changes));
      expect(code).toMatch(/^(typ_mismatch|claim_missing)$/);
    }
  });
});

describe("tenants of Microsoft Entra", () => {
  const any = providers.find(({ name }) => name === "Microsoft Entra, any tenant")!;
  const some = providers.find(({ name }) => name === "Microsoft Entra, some tenants")!;
  const of = async (provider: ProviderToken, changes: object): Promise<string> =>
    codeOf(async () =>
      (await verifierOf(provider)).verify(await signed(but(provider.claims, changes), {}, privateKey), provider.call),
    );

  it("a token of one tenant cannot name another in iss or tid", async () => {
    for (const provider of [any, some]) {
      expect(await of(provider, {})).toBe("accepted");
      expect(await of(provider, { tid: "00000000-0000-0000-0000-000000000000" })).toBe("issuer_mismatch");
      expect(await of(provider, { tid: undefined })).toBe("issuer_mismatch");
    }
  });
  it("any tenant is accepted by keys that are bound to it alone", async () => {
    const tid = "00000000-0000-0000-0000-00000000cafe";
    const stranger = { iss: `https://login.microsoftonline.com/${tid}/v2.0`, tid };
    expect(await of(any, stranger)).toBe("accepted");
    expect(await of(some, stranger)).toBe("issuer_mismatch");
    const unbound = Object.fromEntries(Object.entries(any).filter(([name]) => name !== "keyIssuer"));
    expect(await of(unbound as unknown as ProviderToken, {})).toBe("issuer_mismatch");
  });
});
