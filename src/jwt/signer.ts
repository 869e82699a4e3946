/** Functions that sign JWTs, over one body: `signToken`. */

import { checkOptions, isDate, refuseCallback, wrongArgument } from "../base/options.ts";
import { runAsync, runSync, syncUnavailable, type Steps } from "../base/steps.ts";
import type { ClaimsInput } from "../claims/build.ts";
import { isObject } from "../encoding/json.ts";
import { checkSigningKey, type SigningKey, type SigningKeySource } from "../keys/key.ts";
import { compileSigning, signToken, signOptionNames, type SignOptions } from "./sign.ts";

/** Signs tokens with one key and one set of options. */
export interface Signer {
  /** Signs like `sign`; options given here override the signer's. */
  readonly sign: <C extends ClaimsInput<C>>(claims: C, options?: SignOptions) => Promise<string>;
  /** Signs like `signSync`; options given here override the signer's. */
  readonly signSync: <C extends ClaimsInput<C>>(claims: C, options?: SignOptions) => string;
}

/**
 * Signs a JWT (RFC 7519). `iat` and `exp` are always set: 15 minutes from now unless `expiresIn`, `expiresAt` or a claim
 * `exp` says otherwise. For many tokens with the same options, `createSigner` is faster.
 *
 * @param claims The token's own claims. Anyone who holds the token can read them. Never changed.
 * @param key A key from `importSecret`, `importSigningKey` or `generateKeyPair`, any object with `alg` and `sign`, or a source of such.
 * @throws TypeError `invalid_argument`: an unknown option; a claim given twice, of the wrong type, that JSON would drop, or
 * that is sensitive; an expiry that is past or further away than `maxLifetime`.
 * @throws UnavailableError `key_unavailable`: the key failed to sign.
 * @example
 * const key = await generateSecret(HS256);
 * const token = await sign({ sub: "user_123", role: "admin" }, key, { issuer: "my-api", audience: "web", expiresIn: "15m" });
 */
export function sign<C extends ClaimsInput<C>>(
  claims: C,
  key: SigningKey | SigningKeySource,
  options: SignOptions = {},
): Promise<string> {
  return runAsync(() => {
    refuseCallback(arguments);
    return compileMint(key, options).mint(claims);
  });
}

/**
 * Signs a JWT like `sign`, at once: on Node, Bun and Deno.
 *
 * @throws TypeError `sync_unavailable`: the key or source has no synchronous form here; else as `sign`.
 * @throws UnavailableError as `sign`.
 * @example
 * const key = importSecretSync(crypto.getRandomValues(new Uint8Array(32)), HS256);
 * const token = signSync({ sub: "user_123" }, key, { issuer: "my-api", audience: "web" });
 */
export function signSync<C extends ClaimsInput<C>>(
  claims: C,
  key: SigningKey | SigningKeySource,
  options: SignOptions = {},
): string {
  refuseCallback(arguments);
  return runSync(compileMint(key, options).checkSync().mint(claims));
}

/**
 * Checks a key and options once, and signs any number of tokens with them.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or the key cannot sign.
 * @example
 * const signer = createSigner(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const token = await signer.sign({ sub: "user_123" });
 * const longer = await signer.sign({ sub: "user_123" }, { expiresIn: "1h" });
 */
export function createSigner(key: SigningKey | SigningKeySource, options: SignOptions = {}): Signer {
  const compiled = compileMint(key, options);
  const kept = copyOptions(options);
  const changed = (overrides: SignOptions | undefined): (() => SignOptions) | undefined =>
    overrides === undefined ? undefined : () => override(kept, overrides);
  return {
    sign: (claims, overrides, ...more: readonly unknown[]) =>
      runAsync(() => {
        if (more.length > 0) refuseCallback([claims, overrides, ...more]);
        return compiled.mint(claims, changed(overrides));
      }),
    signSync(claims, overrides, ...more: readonly unknown[]) {
      if (more.length > 0) refuseCallback([claims, overrides, ...more]);
      return runSync(compiled.checkSync().mint(claims, changed(overrides)));
    },
  };
}

/** A key or source and options, compiled: the body of all the functions that sign. */
interface Mint {
  /** `changed`: other options for this token alone. */
  mint(claims: object, changed?: () => SignOptions): Steps<string>;
  /** Throws `sync_unavailable` where the key or source has no synchronous form. */
  checkSync(): this;
}

function compileMint(key: SigningKey | SigningKeySource, options: SignOptions): Mint {
  const source = isSource(key) ? key : undefined;
  const fixedKey = source === undefined ? checkSigningKey(key) : undefined;
  const { maxLifetime: keyLifetime = Infinity } = source ?? {};
  // Written so that a NaN refuses.
  if (typeof keyLifetime !== "number" || !(keyLifetime > 0))
    throw wrongArgument("maxLifetime of a key source", "seconds above zero", keyLifetime);
  const composeSame = compileSigning(options, fixedKey, keyLifetime);

  return {
    mint: (claims, changed) =>
      signToken(claims, fixedKey, source, () =>
        changed === undefined ? composeSame : compileSigning(changed(), fixedKey, keyLifetime),
      ),
    checkSync() {
      if (fixedKey?.signSync === undefined && source?.currentSync === undefined)
        throw syncUnavailable(source === undefined ? "the key" : "the key source");
      return this;
    },
  };
}

function isSource(key: SigningKey | SigningKeySource): key is SigningKeySource {
  return isObject(key) && "current" in key;
}

/** Copies the options: a later change by the caller does not reach any token. */
function copyOptions(options: SignOptions): SignOptions {
  const given = options as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    signOptionNames.map((name) => {
      const value = given[name];
      if (Array.isArray(value)) return [name, Array.from(value as unknown[])];
      if (isDate(value)) return [name, new Date(value)];
      return [name, isObject(value) ? JSON.parse(JSON.stringify(value)) : value];
    }),
  );
}

/** Puts a call's options over a signer's: `undefined` is "not given", and one way to give the expiry replaces the other. */
function override(options: SignOptions, overrides: SignOptions): SignOptions {
  const over = checkOptions(overrides, signOptionNames);
  const base = options as Readonly<Record<string, unknown>>;
  const expires = over["expiresIn"] !== undefined || over["expiresAt"] !== undefined;
  return Object.fromEntries(
    signOptionNames.map((name) => {
      const replaced = expires && (name === "expiresIn" || name === "expiresAt");
      return [name, over[name] === undefined && !replaced ? base[name] : over[name]];
    }),
  );
}
