/** Minting a JWT (RFC 7519 §7.1): the key, the header, the claims, the signature, in this order. */

import { checkOptions, checkText, isDate, refuseCallback, wrongArgument } from "../base/options.ts";
import { claimOptionNames, planClaims, type ClaimOptions, type ClaimsInput } from "../claims/build.ts";
import { inspector } from "../claims/sensitive.ts";
import { encodeBase64urlText } from "../encoding/base64url.ts";
import { isObject } from "../encoding/json.ts";
import { isOwnError, UnavailableError } from "../errors.ts";
import { checkHeaderMembers, encodeHeader } from "../jws/header.ts";
import { signBytes } from "../jws/sign.ts";
import { runAsync, runSync, syncUnavailable, type Steps } from "../base/steps.ts";
import { checkSigningKey, type SigningKey, type SigningKeySource } from "../keys/key.ts";
import { signText, type TextSigner } from "../keys/material.ts";

/** How a token is minted: its claims by option, and its header. */
export interface SignOptions extends ClaimOptions {
  /** What the token is (RFC 8725 §3.11). Default `"JWT"`. */
  readonly typ?: string | undefined;
  /** Further protected members; never `alg`, `typ`, `kid`, `crit`, `b64`. */
  readonly header?: Readonly<Record<string, unknown>> | undefined;
}

/** Mints tokens with one key and one set of options. */
export interface Signer {
  /** As `sign`; options given here override the signer's. */
  readonly sign: <C extends ClaimsInput<C>>(claims: C, options?: SignOptions) => Promise<string>;
  /** As `signSync`; options given here override the signer's. */
  readonly signSync: <C extends ClaimsInput<C>>(claims: C, options?: SignOptions) => string;
}

export const signOptionNames: readonly string[] = /* @__PURE__ */ claimOptionNames.concat("typ", "header");

/**
 * Mints a JWT (RFC 7519). `iat` and `exp` are always set: 15 minutes from now unless `expiresIn`, `expiresAt` or a claim
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
 * As `sign`, at once: on Node, Bun and Deno.
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
 * Checks a key and options once, and mints any number of tokens with them.
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
        refuseCallback([claims, overrides, ...more]);
        return compiled.mint(claims, changed(overrides));
      }),
    signSync(claims, overrides, ...more: readonly unknown[]) {
      refuseCallback([claims, overrides, ...more]);
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
  const { maxLifetime: mostLifetime = Infinity } = source ?? {};
  // Written so that a NaN refuses.
  if (typeof mostLifetime !== "number" || !(mostLifetime > 0))
    throw wrongArgument("maxLifetime of a key source", "seconds above zero", mostLifetime);
  const composeSame = compile(options, fixedKey, mostLifetime);

  return {
    mint: (claims, changed) =>
      mintToken(claims, fixedKey, source, () =>
        changed === undefined ? composeSame : compile(changed(), fixedKey, mostLifetime),
      ),
    checkSync() {
      if (fixedKey?.signSync === undefined && source?.currentSync === undefined)
        throw syncUnavailable(source === undefined ? "the key" : "the key source");
      return this;
    },
  };
}

/** Mints one token. A function of the module: a generator that is made anew for each signer runs slowly. */
function* mintToken(
  claims: object,
  fixedKey: SigningKey | undefined,
  source: SigningKeySource | undefined,
  composer: () => Compose,
): Steps<string> {
  const key: SigningKey & TextSigner = fixedKey ?? (yield* currentKey(source));
  const input = composer()(claims, key);
  return `${input}.${key[signText]?.(input) ?? (yield* signBytes(key, input))}`;
}

/** Makes the signing input of a token. */
type Compose = (claims: object, key: SigningKey) => string;

/** Checks and compiles the options to what makes signing inputs. The header is written once for each key. */
function compile(options: SignOptions, fixedKey: SigningKey | undefined, mostLifetime: number): Compose {
  checkOptions(options, signOptionNames);
  const typ = options.typ === undefined ? "JWT" : checkText(options.typ, "typ");
  const members = checkHeaderMembers(options.header, ["alg", "typ", "kid", "crit", "b64"]);
  // The header is as readable as the claims.
  const { sensitiveClaims = "reject" } = options;
  inspector(sensitiveClaims)("header", members, true);
  const plan = planClaims(options, mostLifetime);
  const fixed = Object.keys(plan.fixed).length === 0 ? "" : `,${JSON.stringify(plan.fixed).slice(1, -1)}`;
  const write = (key: SigningKey): { key: SigningKey; header: string } => ({
    key,
    header: encodeHeader(key.alg, typ, key.kid, members),
  });
  let written = fixedKey && write(fixedKey);

  return (claims, key) => {
    if (written?.key !== key) written = write(key);
    const checked = plan.check(claims);
    const { jti, iat, nbf, exp } = plan.issue(checked);
    // What the caller gave is written as a whole; the rest is spliced in as text.
    const text = plan.write(checked);
    let more = fixed;
    if (jti !== undefined) more += `,"jti":${JSON.stringify(jti)}`;
    if (iat !== undefined) more += `,"iat":${iat}`;
    if (nbf !== undefined) more += `,"nbf":${nbf}`;
    if (exp !== undefined) more += `,"exp":${exp}`;
    const payload = text === "{}" ? `{${more.slice(1)}}` : `${text.slice(0, -1)}${more}}`;
    return `${written.header}.${encodeBase64urlText(payload)}`;
  };
}

function isSource(key: SigningKey | SigningKeySource): key is SigningKeySource {
  return isObject(key) && "current" in key;
}

/** Asks the source for its current key. */
function* currentKey(source: SigningKeySource | undefined): Steps<SigningKey> {
  let key: unknown;
  try {
    key = yield { later: () => source?.current(), now: source?.currentSync?.bind(source) };
  } catch (error) {
    throw isOwnError(error) ? error : new UnavailableError("key_unavailable", "the key source failed");
  }
  return checkSigningKey(key);
}

/** The options as they are now: what the caller does to them later does not reach any token. */
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

/** A call's options over a signer's: `undefined` is "not given", and one way to say the expiry replaces the other. */
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
