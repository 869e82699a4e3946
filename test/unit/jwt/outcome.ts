// What a call comes to, by code: the codes are the contract, the words are not.
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
import type { Expected, JwtError, Result, VerificationKeys } from "../../../src/index.ts";

const argumentCodes = ["invalid_argument", "invalid_key", "sync_unavailable", "unsupported_algorithm"];

/** The code of a refusal, whose class has to fit it; an error without a code is described, so that no code equals it. */
export function codeOfError(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${typeof error}`;
  const { code } = error as { code?: unknown };
  const fits =
    error instanceof TypeError
      ? argumentCodes.includes(String(code))
      : error.name === "JwtError"
        ? isJwtError(error)
        : error.name === "UnavailableError" && isUnavailableError(error);
  return fits ? String(code) : `${error.name} without a code: ${error.message}`;
}

/** The error of a call, synchronous or not. */
export async function errorOf(attempt: () => unknown): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** `"accepted"`, or the code of the refusal. */
export async function codeOf(attempt: () => unknown): Promise<string> {
  const error = await errorOf(attempt);
  return error === undefined ? "accepted" : codeOfError(error);
}

/** The refusal of a token, by `verify`. */
export async function refusalOf(token: string, keys: VerificationKeys, expected: object): Promise<JwtError> {
  const error = await errorOf(() => verify(token, keys, expected as Expected));
  if (!isJwtError(error)) throw new Error(`expected a JwtError, found ${codeOfError(error)}`);
  return error;
}

const unwrap = (result: Result<unknown>): void => {
  if (!result.ok) throw result.error as Error;
};

/** What all eight functions that verify say, and they have to agree: `"accepted"`, or the code. */
export async function outcome(token: unknown, keys: unknown, expected: unknown): Promise<string> {
  const [jwt, keyOrKeys, policy] = [token as string, keys as VerificationKeys, expected as Expected];
  const verifier = (): ReturnType<typeof createVerifier> => createVerifier(keyOrKeys, policy);
  const codes = {
    verify: await codeOf(() => verify(jwt, keyOrKeys, policy)),
    verifySync: await codeOf(() => verifySync(jwt, keyOrKeys, policy)),
    safeVerify: await codeOf(async () => {
      unwrap(await safeVerify(jwt, keyOrKeys, policy));
    }),
    safeVerifySync: await codeOf(() => {
      unwrap(safeVerifySync(jwt, keyOrKeys, policy));
    }),
    "createVerifier verify": await codeOf(() => verifier().verify(jwt)),
    "createVerifier verifySync": await codeOf(() => verifier().verifySync(jwt)),
    "createVerifier safeVerify": await codeOf(async () => {
      unwrap(await verifier().safeVerify(jwt));
    }),
    "createVerifier safeVerifySync": await codeOf(() => {
      unwrap(verifier().safeVerifySync(jwt));
    }),
  };
  expect(codes).toEqual(Object.fromEntries(Object.keys(codes).map((name) => [name, codes.verify])));
  return codes.verify;
}
