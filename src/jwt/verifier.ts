/** Functions that verify JWTs, over one body: `checkToken`. */

import { runAsync, runSync, type Steps } from "../base/steps.ts";
import { refuseCallback } from "../base/options.ts";
import type { JwtClaims } from "../claims/build.ts";
import { isOwnError, type JwtError, type UnavailableError } from "../errors.ts";
import type { VerificationKeys } from "../keys/key.ts";
import { checkKeysSync, compileKeys, type CompiledKeys } from "../keys/select.ts";
import { compileExpected, expectedNames, type Policy } from "./expected.ts";
import { freshHeaders } from "./header.ts";
import { createMemory } from "./memory.ts";
import { checkStoresSync } from "./revocation.ts";
import type { StandardSchemaV1 } from "./schema.ts";
import type { ClaimsOf, ExpectedWith, Waivers } from "./typed-claims.ts";
import { checkToken, type Memory, type Verified, type VerifierCallOptions } from "./verify.ts";

/** Marks a `Result` with a verified token. */
export interface ResultOk {
  /** Tells it from a refusal. */
  readonly ok: true;
  /** Absent, so that `result.ok ? … : result.error` compiles without `strictNullChecks` too. */
  readonly error?: undefined;
}

/** A verified token, or the error that says why there is none. */
export type Result<Claims = JwtClaims> =
  | (ResultOk & Verified<Claims>)
  | { readonly ok: false; readonly error: JwtError | UnavailableError };

/** Checks tokens with one set of keys and one policy. */
export interface Verifier<Claims = JwtClaims> {
  /** Verifies like `verify`. */
  readonly verify: (token: string, options?: VerifierCallOptions<Claims>) => Promise<Verified<Claims>>;
  /** Verifies like `verifySync`. */
  readonly verifySync: (token: string, options?: VerifierCallOptions<Claims>) => Verified<Claims>;
  /** Verifies like `safeVerify`. */
  readonly safeVerify: (token: string, options?: VerifierCallOptions<Claims>) => Promise<Result<Claims>>;
  /** Verifies like `safeVerifySync`. */
  readonly safeVerifySync: (token: string, options?: VerifierCallOptions<Claims>) => Result<Claims>;
}

/**
 * Checks a JWT: its form, its key and algorithm, its signature, and only then its claims (RFC 7519 §7.2, RFC 8725).
 * `exp` and `iat` have to be there, `issuer` and `audience` have to be expected or waived with `unchecked`. For many
 * tokens with the same expectations, `createVerifier` is faster.
 *
 * @param token The compact serialization (RFC 7515 §7.1), at most `maxTokenLength` characters.
 * @param keys One key, several, or a source of keys. A key verifies its own algorithm only; the token does not choose.
 * @param expected Issuer, audience, and what else the token must say.
 * @throws JwtError why the token is refused, as `code`; answer 401. With `claims` when the signature was good.
 * @throws UnavailableError `key_unavailable`, `store_unavailable`, `jwks_unavailable`, `jwks_invalid`: nothing was decided; answer 503.
 * @throws TypeError `invalid_argument`: an option is unknown, `undefined` or empty, or a key is not one.
 * @example
 * const key = await generateSecret(HS256);
 * const token = await sign({ sub: "user_123" }, key, { issuer: "my-api", audience: "web" });
 * const { claims } = await verify(token, key, { issuer: "my-api", audience: "web" });
 */
export function verify<
  Schema extends StandardSchemaV1 = never,
  const Required extends readonly string[] = readonly [],
  const Optional extends Waivers = never,
>(
  token: string,
  keys: VerificationKeys,
  expected: ExpectedWith<Schema, Required, Optional>,
): Promise<Verified<ClaimsOf<Schema, Required, Optional>>> {
  return runAsync(() => {
    refuseCallback(arguments);
    return once<ClaimsOf<Schema, Required, Optional>>(keys, expected).check(token);
  });
}

/**
 * Verifies a JWT like `verify`, at once: on Node, Bun and Deno.
 *
 * @throws TypeError `sync_unavailable`: a key, source, schema or store has no synchronous form here; else as `verify`.
 * @throws JwtError as `verify`.
 * @throws UnavailableError as `verify`.
 * @example
 * const key = importSecretSync(crypto.getRandomValues(new Uint8Array(32)), HS256);
 * const token = signSync({ sub: "user_123" }, key, { issuer: "my-api", audience: "web" });
 * const { claims } = verifySync(token, key, { issuer: "my-api", audience: "web" });
 */
export function verifySync<
  Schema extends StandardSchemaV1 = never,
  const Required extends readonly string[] = readonly [],
  const Optional extends Waivers = never,
>(
  token: string,
  keys: VerificationKeys,
  expected: ExpectedWith<Schema, Required, Optional>,
): Verified<ClaimsOf<Schema, Required, Optional>> {
  refuseCallback(arguments);
  const compiled = once<ClaimsOf<Schema, Required, Optional>>(keys, expected);
  checkSync(compiled);
  return runSync(compiled.check(token));
}

/**
 * Verifies a JWT like `verify`, with the refusal as a value: `{ ok: true, claims, … }` or `{ ok: false, error }`.
 *
 * @throws TypeError for the caller's own mistakes, as `verify`.
 * @example
 * const key = await generateSecret(HS256);
 * const result = await safeVerify("not a token", key, { issuer: "my-api", audience: "web" });
 * if (!result.ok) console.log(result.error.code); // token_malformed
 */
export async function safeVerify<
  Schema extends StandardSchemaV1 = never,
  const Required extends readonly string[] = readonly [],
  const Optional extends Waivers = never,
>(
  token: string,
  keys: VerificationKeys,
  expected: ExpectedWith<Schema, Required, Optional>,
): Promise<Result<ClaimsOf<Schema, Required, Optional>>> {
  refuseCallback(arguments);
  return verifierOf(once<ClaimsOf<Schema, Required, Optional>>(keys, expected)).safeVerify(token);
}

/**
 * Verifies a JWT like `safeVerify`, at once: on Node, Bun and Deno.
 *
 * @throws TypeError as `verifySync`.
 * @example
 * const key = importSecretSync(crypto.getRandomValues(new Uint8Array(32)), HS256);
 * const result = safeVerifySync("not a token", key, { issuer: "my-api", audience: "web" });
 * if (!result.ok) console.log(result.error.code); // token_malformed
 */
export function safeVerifySync<
  Schema extends StandardSchemaV1 = never,
  const Required extends readonly string[] = readonly [],
  const Optional extends Waivers = never,
>(
  token: string,
  keys: VerificationKeys,
  expected: ExpectedWith<Schema, Required, Optional>,
): Result<ClaimsOf<Schema, Required, Optional>> {
  refuseCallback(arguments);
  return verifierOf(once<ClaimsOf<Schema, Required, Optional>>(keys, expected)).safeVerifySync(token);
}

/**
 * Checks keys and expectations once, and verifies any number of tokens with them. With `cache`, good signatures of
 * byte-identical tokens are remembered; key selection, time, policy, schema and stores are checked every time all the same, and
 * the payload is frozen.
 *
 * @throws TypeError `invalid_argument`: an option is unknown, `undefined` or empty, or a key is not one.
 * @example
 * const key = await generateSecret(HS256);
 * const verifier = createVerifier(key, { issuer: "my-api", audience: "web", cache: 1000 });
 * const token = await sign({ sub: "user_123" }, key, { issuer: "my-api", audience: "web" });
 * const { claims } = await verifier.verify(token);
 */
export function createVerifier<
  Schema extends StandardSchemaV1 = never,
  const Required extends readonly string[] = readonly [],
  const Optional extends Waivers = never,
>(
  keys: VerificationKeys,
  expected: ExpectedWith<Schema, Required, Optional>,
): Verifier<ClaimsOf<Schema, Required, Optional>> {
  const policy = compileExpected(expected, [...expectedNames, "cache"]);
  return verifierOf(compile(keys, policy, createMemory(policy.cacheSize)));
}

function once<Claims>(keys: VerificationKeys, expected: unknown): Check<Claims> {
  return compile(keys, compileExpected(expected));
}

/** Keys and policy, compiled: the body of all the functions that verify. */
export interface Check<Claims> {
  readonly check: (token: string, options?: VerifierCallOptions<Claims>) => Steps<Verified<Claims>>;
  /** The keys and policies that need a synchronous form in the functions that verify at once. */
  readonly parts: readonly CheckParts[];
}

interface CheckParts {
  readonly keys: CompiledKeys;
  readonly policy: Policy;
}

export function compile<Claims>(
  verificationKeys: VerificationKeys,
  policy: Policy,
  memory: Memory = { headers: freshHeaders },
): Check<Claims> {
  const keys = compileKeys(verificationKeys);
  return {
    // The schema's output is what its types say it is: that is the contract of Standard Schema.
    check: (token, options) =>
      checkToken(token, options as VerifierCallOptions | undefined, keys, policy, memory) as Steps<Verified<never>>,
    parts: [{ keys, policy }],
  };
}

/** Throws `sync_unavailable` where something has no synchronous form. */
function checkSync({ parts }: Pick<Check<never>, "parts">): void {
  for (const { keys, policy } of parts) {
    checkKeysSync(keys);
    checkStoresSync(policy);
  }
}

/** Returns the four functions of a verifier over one body. */
export function verifierOf<Claims>({ check, parts }: Check<Claims>): Verifier<Claims> {
  // Once: tokens do not wait for a walk over all keys. A source that loses its synchronous form later is found when it is asked.
  let isSync = false;
  const verifier: Verifier<Claims> = {
    verify: (token, options, ...more: readonly unknown[]) =>
      runAsync(() => {
        if (more.length > 0) refuseCallback([token, options, ...more]);
        return check(token, options);
      }),
    verifySync(token, options, ...more: readonly unknown[]) {
      if (more.length > 0) refuseCallback([token, options, ...more]);
      if (!isSync) checkSync({ parts });
      isSync = true;
      return runSync(check(token, options));
    },
    async safeVerify(...given) {
      try {
        return { ok: true, ...(await verifier.verify(...given)) };
      } catch (error) {
        return toResult(error);
      }
    },
    safeVerifySync(...given) {
      try {
        return { ok: true, ...verifier.verifySync(...given) };
      } catch (error) {
        return toResult(error);
      }
    },
  };
  return verifier;
}

/** Returns a refusal as a value. The caller's own mistakes still throw. */
export function toResult(error: unknown): { readonly ok: false; readonly error: JwtError | UnavailableError } {
  if (!isOwnError(error)) throw error;
  return { ok: false, error };
}
