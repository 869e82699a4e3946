// Requests, and what is said of them: the code of a refusal, or "accepted".
import { createAuthenticator, createVerifier } from "../../../src/index.ts";
import type { AuthenticateOptions, Authentication, Refusal, Verifier } from "../../../src/index.ts";
import { expected, forge, goodClaims, key } from "../jwt/forge.ts";

export const url = "https://api.example/orders";

/** A request with these headers. Not a `Request` where Fetch forbids a header that browsers send: a server sees it all the same. */
export function requestWith(
  headers: Record<string, string> | [string, string][],
  { method = "GET", to = url } = {},
): { method: string; url: string; headers: Headers } {
  return { method, url: to, headers: new Headers(headers) };
}

export const bearing = (token: string): ReturnType<typeof requestWith> =>
  requestWith({ authorization: `Bearer ${token}` });

/** A token that `expected` accepts, with these claims beside the others. */
export const tokenWith = (claims: object = {}): string => forge({ ...goodClaims, ...claims });

export const verifierFor = (more: object = {}): Verifier => createVerifier(key, { ...expected, ...more });

/** What an authenticator says of a request. */
export async function ask(
  request: ReturnType<typeof requestWith>,
  options: AuthenticateOptions = {},
  more: object = {},
): Promise<Authentication> {
  return createAuthenticator(verifierFor(more), options).authenticate(request);
}

/** `"200"`, or the status, the code and the challenge of a refusal. */
export async function answer(
  request: ReturnType<typeof requestWith>,
  options: AuthenticateOptions = {},
  more: object = {},
): Promise<string> {
  const result = await ask(request, options, more);
  return result.ok ? "200" : `${result.status} ${result.error.code}`;
}

export async function refusal(
  request: ReturnType<typeof requestWith>,
  options: AuthenticateOptions = {},
  more: object = {},
): Promise<Refusal> {
  const result = await ask(request, options, more);
  if (result.ok) throw new Error("accepted");
  return result;
}

/** The challenge of a refusal; `null`: none. */
export const challengeTo = async (...args: Parameters<typeof refusal>): Promise<string | null> =>
  (await refusal(...args)).headers.get("www-authenticate");
