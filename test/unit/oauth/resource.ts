// A protected resource with one issuer, tokens for it, and what is said of them.
import { createSigner, ES256, generateKeyPair, type SignOptions } from "../../../src/index.ts";
import { protectedResource } from "../../../src/oauth/index.ts";
import type { ProtectedResource, ProtectedResourceOptions } from "../../../src/oauth/index.ts";

export const resource = "https://api.example/mcp";
export const issuer = "https://id.example";
export const { privateKey, publicKey } = await generateKeyPair(ES256);
export const other = await generateKeyPair(ES256);

/** Claims of an access token that `apiWith()` accepts, beside those that signing adds. */
export const goodClaims = { sub: "user_123", client_id: "web", scope: "mcp:read" };

/** `goodClaims` with these instead; `undefined`: without it. */
const mixed = (claims: object): object =>
  Object.fromEntries(Object.entries<unknown>({ ...goodClaims, ...claims }).filter(([, value]) => value !== undefined));

/** A token of the issuer for the resource, with these claims and options beside the others. */
export const tokenWith = (claims: object = {}, options: SignOptions = {}, key = privateKey): Promise<string> =>
  createSigner(key, { typ: "at+jwt", issuer, audience: resource, jwtId: true }).sign(mixed(claims), options);

/** The same without `aud`. */
export const tokenWithoutAudience = (claims: object = {}, options: SignOptions = {}): Promise<string> =>
  createSigner(privateKey, { typ: "at+jwt", issuer, jwtId: true }).sign(mixed(claims), options);

/** The resource, with one issuer that has these options. */
export const apiWith = (
  issuerOptions: object = {},
  options: Partial<ProtectedResourceOptions> = {},
): ProtectedResource =>
  protectedResource({
    resource,
    issuers: [{ issuer, keys: publicKey, ...issuerOptions }],
    algorithms: [ES256],
    ...options,
  });

export const bearing = (token: string, to = resource, scheme = "Bearer"): Request =>
  new Request(to, { headers: { authorization: `${scheme} ${token}` } });

/** `"200"`, or the status and the code of a refusal. */
export async function answer(api: ProtectedResource, token: string, options: object = {}): Promise<string> {
  const caller = await api.authenticate(bearing(token), options);
  return caller.ok ? "200" : `${caller.status} ${caller.error.code}`;
}
