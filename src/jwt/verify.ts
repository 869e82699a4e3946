/** Checking a JWT (RFC 7519 §7.2, RFC 8725), step by step: the output of one is the only input of the next. */

import { checkNow, checkOptions, refuseCallback, wrongArgument } from "../base/options.ts";
import type { JwtClaims } from "../claims/build.ts";
import { validateClaims } from "../claims/validate.ts";
import { deepFreeze, own, type JsonObject } from "../encoding/json.ts";
import { isOwnError, JwtError, quote, quoteSome, type UnavailableError } from "../errors.ts";
import type { HeaderMemo, JwsHeader } from "../jws/header.ts";
import { checkTokenLength, openCompact, selectKeys, type OpenedCompact } from "../jws/verify.ts";
import { runAsync, runSync, type Steps } from "../base/steps.ts";
import type { VerificationKeys, VerifyingKey } from "../keys/key.ts";
import { compileKeys, withoutSign, type CompiledKeys } from "../keys/select.ts";
import { compileExpected, expectedNames, normalizeType, type Policy } from "./expected.ts";
import type { ClaimsOf, ExpectedWith, Waivers } from "./typed-claims.ts";
import { parsePayload } from "./payload.ts";
import { applySchema, type StandardSchemaV1 } from "./schema.ts";
import { burn, checkDenylist, checkStorable, checkStoresSync } from "./revocation.ts";
import { createTokenCache, type Opened, type TokenCache } from "./token-cache.ts";

/** A token that is good, and by whose key. */
export interface Verified<Claims = JwtClaims> {
  /** The schema's output; without a schema, the payload. */
  readonly claims: Claims;
  /** Everything the token says. */
  readonly payload: JwtClaims;
  /** The protected header, frozen. */
  readonly header: JwsHeader;
  /** The key that verified the token. It cannot sign. */
  readonly key: VerifyingKey;
}

/** A `Verified`, or why there is none. */
export type Result<Claims = JwtClaims> =
  | ({ readonly ok: true } & Verified<Claims>)
  | { readonly ok: false; readonly error: JwtError | UnavailableError };

/** Checks tokens with one set of keys and one policy. */
export interface Verifier<Claims = JwtClaims> {
  /** As `verify`. */
  readonly verify: (token: string, options?: VerifierCallOptions<Claims>) => Promise<Verified<Claims>>;
  /** As `verifySync`. */
  readonly verifySync: (token: string, options?: VerifierCallOptions<Claims>) => Verified<Claims>;
  /** As `safeVerify`. */
  readonly safeVerify: (token: string, options?: VerifierCallOptions<Claims>) => Promise<Result<Claims>>;
  /** As `safeVerifySync`. */
  readonly safeVerifySync: (token: string, options?: VerifierCallOptions<Claims>) => Result<Claims>;
}

/** What one call of a verifier adds to its policy. */
export interface VerifierCallOptions<Claims = JwtClaims> {
  /**
   * A last check of the application's own: after all others, before `replay` uses the token up. It refuses by throwing, and what it throws is
   * thrown. A promise is waited for; in the `…Sync` functions it is `sync_unavailable`.
   */
  readonly beforeReplay?: ((verified: Verified<Claims>) => void | Promise<void>) | undefined;
}

/**
 * Checks a JWT: its form, its key and algorithm, its signature, and only then what it says (RFC 7519 §7.2, RFC 8725).
 * `exp` and `iat` have to be there, `issuer` and `audience` have to be expected or waived with `unchecked`. For many
 * tokens with the same expectations, `createVerifier` is faster.
 *
 * @param token The compact serialization (RFC 7515 §7.1), at most `maxTokenLength` characters.
 * @param keys One key, several, or a source of keys. A key verifies its own algorithm only; the token does not choose.
 * @param expected Whose token it is to be, for whom, and what else it must say.
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
 * As `verify`, at once: on Node, Bun and Deno.
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
  compiled.checkSync();
  return runSync(compiled.check(token));
}

/**
 * As `verify`, with the refusal as a value: `{ ok: true, claims, … }` or `{ ok: false, error }`.
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
 * As `safeVerify`, at once: on Node, Bun and Deno.
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
  return verifierOf(compile(keys, policy, policy.cacheSize === 0 ? undefined : createTokenCache(policy.cacheSize)));
}

function once<Claims>(keys: VerificationKeys, expected: unknown): Check<Claims> {
  return compile(keys, compileExpected(expected));
}

/** Keys and policy, compiled: the body of all the functions that verify. */
export interface Check<Claims> {
  check(token: string, options?: VerifierCallOptions<Claims>): Steps<Verified<Claims>>;
  /** Throws `sync_unavailable` where something has no synchronous form. */
  checkSync(): void;
}

export function compile<Claims>(verificationKeys: VerificationKeys, policy: Policy, cache?: TokenCache): Check<Claims> {
  const keys = compileKeys(verificationKeys);
  const headers: HeaderMemo = new Map();
  return {
    // The schema's output is what its types say it is: that is the contract of Standard Schema.
    check: (token, options) =>
      checkToken(token, options as VerifierCallOptions | undefined, keys, policy, headers, cache) as Steps<
        Verified<never>
      >,
    checkSync() {
      keys.checkSync();
      checkStoresSync(policy);
    },
  };
}

/** The steps of RFC 7519 §7.2. A function of the module: a generator that is made anew for each verifier runs slowly. */
function* checkToken(
  token: string,
  options: VerifierCallOptions | undefined,
  keys: CompiledKeys,
  policy: Policy,
  headers: HeaderMemo,
  cache: TokenCache | undefined,
): Steps<Verified> {
  const hook = options === undefined ? undefined : readHook(options);
  const now = checkNow(policy.now);
  checkLength(token, policy.maxTokenLength);
  const {
    header,
    payload: said,
    key,
  } = cache === undefined
    ? readPayload(yield* openCompact(token, keys, refuseExtensions, headers))
    : yield* openCached(token, keys, headers, cache);
  const payload = policy.allowNumericSubject ? withSubjectText(said) : said;
  try {
    checkType(header, policy.types);
    validateClaims(payload, policy, key.issuer, now);
    const { schema, denylist, replay } = policy;
    const claims = schema === undefined ? payload : ((yield* applySchema(payload, schema)) as JwtClaims);
    const verified = { claims, payload, header, key: withoutSign(key) };
    if (denylist !== undefined || replay !== undefined) checkStorable(payload);
    if (denylist !== undefined) yield* checkDenylist(payload, denylist, policy);
    if (hook !== undefined) yield { later: () => hook(verified), now: () => hook(verified) };
    if (replay !== undefined) yield* burn(payload, replay, policy, now);
    return verified;
  } catch (error) {
    throw withClaims(error, payload);
  }
}

/** The signature was good: the application may want to know whose token it was. */
function withClaims(error: unknown, payload: JsonObject): unknown {
  if (error instanceof JwtError) Object.defineProperty(error, "claims", { value: payload, configurable: true });
  return error;
}

type Hook = VerifierCallOptions["beforeReplay"];

function readHook(options: VerifierCallOptions): Hook {
  const { beforeReplay } = checkOptions(options, ["beforeReplay"]);
  if (beforeReplay !== undefined && typeof beforeReplay !== "function")
    throw wrongArgument("beforeReplay", "a function", beforeReplay);
  return beforeReplay as Hook;
}

function readPayload({ header, payload, key }: OpenedCompact): Opened {
  return { header, payload: parsePayload(payload), key };
}

/** A remembered token counts only as long as its very key would be selected for it again. */
function* openCached(token: string, keys: CompiledKeys, headers: HeaderMemo, cache: TokenCache): Steps<Opened> {
  const known = cache.get(token);
  if (known !== undefined && (yield* selectKeys(known.header, keys)).includes(known.key)) return known;
  const { header, payload, key } = readPayload(yield* openCompact(token, keys, refuseExtensions, headers));
  const opened = { header, payload: deepFreeze(payload), key };
  cache.set(token, opened);
  return opened;
}

export function checkLength(token: unknown, maxLength: number): void {
  if (typeof token === "string") checkTokenLength(token.length, maxLength);
}

/** JWTs have no extensions: `crit` is never understood, and the payload is always base64url (RFC 7797 §7). */
function refuseExtensions(header: JwsHeader): void {
  if (Object.hasOwn(header, "crit")) throw new JwtError("crit_unsupported", "header: crit in a JWT");
  if (Object.hasOwn(header, "b64")) throw new JwtError("header_invalid", "header: b64 in a JWT");
}

function checkType(header: JwsHeader, types: Policy["types"]): void {
  const typ = own(header, "typ") as string | undefined;
  if (types === undefined || types.has(typ) || (typ !== undefined && types.has(normalizeType(typ)))) return;
  // The default has the usual spelling too, so that it need not be normalized.
  const named = types.has("JWT") ? new Set(["JWT"]) : types;
  const orNone = types.has(undefined);
  const expected = quoteSome(named, named.size - (orNone && named === types ? 1 : 0)) + (orNone ? " or no typ" : "");
  throw new JwtError("typ_mismatch", `typ: expected ${expected}, found ${typ === undefined ? "none" : quote(typ)}`);
}

/** A payload whose `sub` is a number, with its decimal digits instead: one integer has one such string. */
function withSubjectText(payload: JsonObject): JsonObject {
  const sub = own(payload, "sub");
  return Number.isSafeInteger(sub) ? Object.freeze({ ...payload, sub: String(sub) }) : payload;
}

/** The four functions of a verifier over one body. */
export function verifierOf<Claims>(check: Check<Claims>): Verifier<Claims> {
  const verifier: Verifier<Claims> = {
    verify: (token, options, ...more: readonly unknown[]) =>
      runAsync(() => {
        refuseCallback([token, options, ...more]);
        return check.check(token, options);
      }),
    verifySync(token, options, ...more: readonly unknown[]) {
      refuseCallback([token, options, ...more]);
      check.checkSync();
      return runSync(check.check(token, options));
    },
    async safeVerify(...given) {
      try {
        return { ok: true, ...(await verifier.verify(...given)) };
      } catch (error) {
        return failure(error);
      }
    },
    safeVerifySync(...given) {
      try {
        return { ok: true, ...verifier.verifySync(...given) };
      } catch (error) {
        return failure(error);
      }
    },
  };
  return verifier;
}

/** A refusal as a value. The caller's own mistakes still throw. */
function failure(error: unknown): { readonly ok: false; readonly error: JwtError | UnavailableError } {
  if (!isOwnError(error)) throw error;
  return { ok: false, error };
}
