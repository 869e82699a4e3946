// Tokens written by hand, as an attacker or a careless issuer writes them, and what becomes of them.
import { createHmac } from "node:crypto";
import { expect } from "vitest";
import {
  createVerifier,
  isJwtError,
  isUnavailableError,
  safeVerify,
  safeVerifySync,
  verify,
  verifySync,
} from "../../../src/index.ts";
import type { Expected, SigningKey, VerificationKeys } from "../../../src/index.ts";
import { secretText } from "./keys.ts";

export const expected = { issuer: "https://issuer.example", audience: "api" };

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Claims that `expected` accepts. */
export const goodClaims = (more: object = {}): Record<string, unknown> => ({
  iss: expected.issuer,
  aud: expected.audience,
  sub: "user_123",
  iat: nowSeconds(),
  exp: nowSeconds() + 600,
  ...more,
});

export const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString("base64url");

/** A part of a token: a string is taken as the JSON text itself, so that it can say what no object can. */
export const part = (value: unknown): string =>
  base64url(typeof value === "string" || value instanceof Uint8Array ? value : JSON.stringify(value));

/** Signed with HS256 over two parts that are text already. */
export const macOver = (input: string, secret: string | Uint8Array = secretText, hash = "sha256"): string =>
  `${input}.${createHmac(hash, secret).update(input).digest("base64url")}`;

/** A token with a good HS256 signature over whatever its parts are. */
export const hs256 = (header: unknown, payload: unknown, secret?: string | Uint8Array): string =>
  macOver(`${part(header)}.${part(payload)}`, secret);

/** A token with this very payload, signed with HS256. */
export const claiming = (payload: unknown): string => hs256({ alg: "HS256" }, payload);

/** Signed by a key through the three members that every key has. */
export const signedBy = async (
  key: SigningKey,
  payload: unknown,
  header: unknown = { alg: key.alg },
): Promise<string> => {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${base64url(await key.sign(Uint8Array.from(Buffer.from(input))))}`;
};

export const withSignature = (token: string, signature: Uint8Array): string =>
  `${token.slice(0, token.lastIndexOf("."))}.${base64url(signature)}`;

export const signatureOf = (token: string): Buffer => Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");

/** Hostile input is not typed; that is the point of it. */
export type Untyped = Expected | Readonly<Record<string, unknown>>;

/** "accepted", or the code of the refusal: one and the same from all eight ways to verify. */
export async function verdict(token: unknown, keys: VerificationKeys, options: Untyped = expected): Promise<string> {
  const asynchronous = await verdictAsync(token, keys, options);
  const synchronous = await Promise.all([
    outcome(() => verifySync(token as string, keys, options as Expected)),
    outcome(() => createVerifier(keys, options as Expected).verifySync(token as string)),
    unwrapped(() => safeVerifySync(token as string, keys, options as Expected)),
    unwrapped(() => createVerifier(keys, options as Expected).safeVerifySync(token as string)),
  ]);
  expect(synchronous, "synchronous and asynchronous agree").toEqual(synchronous.map(() => asynchronous));
  return asynchronous;
}

/** As `verdict`, for keys and stores that are asynchronous only. */
export async function verdictAsync(
  token: unknown,
  keys: VerificationKeys,
  options: Untyped = expected,
): Promise<string> {
  const verdicts = await Promise.all([
    outcome(() => verify(token as string, keys, options as Expected)),
    outcome(() => createVerifier(keys, options as Expected).verify(token as string)),
    unwrapped(() => safeVerify(token as string, keys, options as Expected)),
    unwrapped(() => createVerifier(keys, options as Expected).safeVerify(token as string)),
  ]);
  expect(new Set(verdicts).size, `one verdict: ${verdicts.join(", ")}`).toBe(1);
  return verdicts[0];
}

const argumentCodes = ["invalid_argument", "invalid_key", "sync_unavailable", "unsupported_algorithm"];

/** "accepted", or the code of a documented refusal; anything else is thrown on. */
export async function outcome(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return "accepted";
  } catch (error) {
    return codeOf(error);
  }
}

export function codeOf(error: unknown): string {
  if (isJwtError(error) || isUnavailableError(error)) return error.code;
  const { code } = error as { code?: unknown };
  if (error instanceof TypeError && typeof code === "string" && argumentCodes.includes(code)) return code;
  throw error;
}

async function unwrapped(attempt: () => unknown): Promise<string> {
  return outcome(async () => {
    const result = (await attempt()) as { ok: boolean; error?: Error };
    if (!result.ok) throw result.error!;
  });
}
