// Proofs made by hand: they may say what no prover writes, under a good signature.
import { createHash, webcrypto } from "node:crypto";
import { createVerifier, ES256, memoryReplayStore, thumbprint } from "../../../src/index.ts";
import type { AuthenticateOptions, Authentication, Jwk, ReplayStore, Verifier } from "../../../src/index.ts";
import { createAuthenticator } from "../../../src/index.ts";
import { createDpopVerifier, type DpopVerifierOptions } from "../../../src/oauth/index.ts";
import { at, encode, expected, forge, goodClaims, key, second } from "../jwt/forge.ts";

const { subtle } = webcrypto;
export const url = "https://api.example/orders";
export { at, encode, second };

/** Somebody who holds a key. */
export interface Holder {
  readonly jwk: Jwk;
  readonly privateJwk: Jwk;
  readonly jkt: string;
  readonly sign: (input: string) => Promise<string>;
}

const curves = { ES256: ["P-256", "SHA-256"], ES384: ["P-384", "SHA-384"] } as const;

export async function holderOf(alg: keyof typeof curves = "ES256"): Promise<Holder> {
  const [namedCurve, hash] = curves[alg];
  const pair = await subtle.generateKey({ name: "ECDSA", namedCurve }, true, ["sign", "verify"]);
  const { kty, crv, x, y } = (await subtle.exportKey("jwk", pair.publicKey)) as Jwk;
  const jwk = { kty, crv: crv!, x: x!, y: y! };
  return {
    jwk,
    privateJwk: (await subtle.exportKey("jwk", pair.privateKey)) as Jwk,
    jkt: await thumbprint(jwk),
    sign: async (input) =>
      encode(new Uint8Array(await subtle.sign({ name: "ECDSA", hash }, pair.privateKey, Buffer.from(input)))),
  };
}

export const client: Holder = await holderOf();
export const stranger: Holder = await holderOf();

export const athOf = (token: string): string => createHash("sha256").update(token).digest("base64url");

/** A token that is bound to a key. */
export const boundTo = ({ jkt }: Pick<Holder, "jkt">, claims: object = {}): string =>
  forge({ ...goodClaims, cnf: { jkt }, ...claims });
export const unboundToken: string = forge();
export const token: string = boundTo(client);

let count = 0;
export const goodProofClaims = (accessToken: string = token): Record<string, unknown> => ({
  jti: `proof-${count++}`,
  htm: "GET",
  htu: url,
  iat: second,
  ath: athOf(accessToken),
});
export const goodProofHeader = (holder: Holder = client): Record<string, unknown> => ({
  typ: "dpop+jwt",
  alg: "ES256",
  jwk: holder.jwk,
});

export interface Changes {
  readonly claims?: object;
  readonly header?: object;
  readonly holder?: Holder;
  readonly accessToken?: string;
  readonly without?: string;
}

/** A good proof, with changes that are signed. */
export async function proofWith({
  claims,
  header,
  holder = client,
  accessToken,
  without,
}: Changes = {}): Promise<string> {
  const payload = Object.entries({ ...goodProofClaims(accessToken), ...claims }).filter(([name]) => name !== without);
  const input = `${encode({ ...goodProofHeader(holder), ...header })}.${encode(Object.fromEntries(payload))}`;
  return `${input}.${await holder.sign(input)}`;
}

export interface View {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
}

/** A request with a token and a proof. */
export function requestWith(
  proof: string | undefined,
  { accessToken = token, scheme = "DPoP", method = "GET", to = url, more = {} } = {},
): View {
  const headers = new Headers({ authorization: `${scheme} ${accessToken}`, ...more });
  if (proof !== undefined) headers.set("dpop", proof);
  return { method, url: to, headers };
}

export const options = (more: object = {}): DpopVerifierOptions => ({
  algorithms: [ES256],
  replay: memoryReplayStore(),
  now: at(second),
  ...more,
});

export const verifier: Verifier = createVerifier(key, expected);

/** What a resource with DPoP says of requests. */
export function resource(
  more: object = {},
  others: Omit<AuthenticateOptions, "dpop"> = {},
): (request: View) => Promise<Authentication> {
  const { authenticate } = createAuthenticator(verifier, { dpop: createDpopVerifier(options(more)), ...others });
  return authenticate;
}

/** `"200"`, or status and code of a refusal. */
export const answerOf = (result: Authentication): string =>
  result.ok ? "200" : `${result.status} ${result.error.code}`;

/** What a fresh resource says of one request. */
export async function answer(request: View, more: object = {}): Promise<string> {
  return answerOf(await resource(more)(request));
}

/** A store that counts. */
export function countingStore(): ReplayStore & { readonly keys: string[]; readonly ttls: number[] } {
  const [keys, ttls]: [string[], number[]] = [[], []];
  return {
    keys,
    ttls,
    add(name, ttl) {
      ttls.push(ttl);
      return keys.push(name) > 0;
    },
  };
}
