/**
 * Kinds of token: one definition for those who sign and those who verify, so that no kind passes for another, although one key signs
 * them all (RFC 8725 §3.11, §3.12).
 */

import { readDuration, type Duration } from "../base/duration.ts";
import { checkOptions, checkText, checkTexts, wrongArgument, type Names } from "../base/options.ts";
import { runAsync, runSync, type Steps } from "../base/steps.ts";
import { buildClaims, type ClaimsInput, type JwtClaims, type RegisteredClaims } from "../claims/build.ts";
import type { SensitiveClaims } from "../claims/sensitive.ts";
import { isObject } from "../encoding/json.ts";
import { argumentError, JwtError, quote } from "../errors.ts";
import type { SigningKey, SigningKeySource, VerificationKeys } from "../keys/key.ts";
import type { DenylistReader, ReplayStore } from "../revocation/contract.ts";
import type { Expected } from "./expected.ts";
import { normalizeType } from "./header.ts";
import { checkUnused } from "./revocation.ts";
import { applySchema, type SchemaInput, type SchemaOutput, type StandardSchemaV1 } from "./schema.ts";
import type { SignOptions } from "./sign.ts";
import { createSigner } from "./signer.ts";
import type { ClaimsOf, PolicyClaims } from "./typed-claims.ts";
import { createVerifier, type Result, type Verifier } from "./verifier.ts";
import type { Verified } from "./verify.ts";

/** Definition of a kind of token. Everything here holds for the signer and for the verifier. */
export interface TokenDefinition<Schema extends StandardSchemaV1 = never> {
  /** `iss`: written to each token, and demanded of each. */
  readonly issuer: string;
  /** `aud`: written to each token; the verifier demands any one of them. */
  readonly audience: string | readonly string[];
  /** Lifetime: seconds, or a string such as `"15m"`. Default `"15m"`. */
  readonly expiresIn?: Duration | undefined;
  /** Longest lifetime that a single token may be given. Default `"366d"`. */
  readonly maxLifetime?: Duration | undefined;
  /** The header's `typ`. Default: the name followed by `+jwt`. */
  readonly typ?: string | undefined;
  /** Standard Schema of the whole payload, `iss`, `aud`, `iat` and `exp` included: checked when signing, and again when verifying. */
  readonly schema?: Schema | undefined;
  /** Store that makes each token good once. It must have `has`, and every token gets a `jti`. */
  readonly once?: ReplayStore | undefined;
  /** Denylist that the verifier asks. Every token gets a `jti`. */
  readonly denylist?: DenylistReader | undefined;
  /** Own claims that the verifier compares, as in `Expected`. */
  readonly match?: Expected["match"] | undefined;
  /** Longest time since `iat`: seconds, or a string such as `"1h"`. Default: any. */
  readonly maxTokenAge?: Duration | undefined;
  /** Tolerated difference between clocks: seconds, or a string such as `"30s"`. Default 5 s, at most 1 h. */
  readonly clockTolerance?: Duration | undefined;
  /** Longest token that is looked at, in characters. Default 16384. */
  readonly maxTokenLength?: number | undefined;
  /** Time a store may take. Default 5 s. */
  readonly storeTimeout?: Duration | undefined;
  /** Treatment of claims such as `password` when signing. Default `"reject"`. */
  readonly sensitiveClaims?: SensitiveClaims | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** A definition, and whether it has a schema: one that may be missing under `exactOptionalPropertyTypes` is refused. */
export type DefinitionWith<Schema extends StandardSchemaV1 | undefined> = Omit<TokenDefinition, "schema"> & {
  readonly schema?: Schema;
} & (undefined extends Schema ? unknown : { readonly schema: Schema });

/** The schema of a definition; `never` if it has none. One that may be missing leaves the payload unchecked, so claims may be either. */
export type GivenSchema<Schema extends StandardSchemaV1 | undefined> = [Schema] extends [undefined]
  ? never
  : [Schema] extends [StandardSchemaV1]
    ? Schema
    : StandardSchemaV1<
        SchemaInput<Exclude<Schema, undefined>>,
        SchemaOutput<Exclude<Schema, undefined>> | PolicyClaims<readonly [], never>
      >;

/** Options of one token of a kind; what the kind defines is not among them. */
export type KindSignOptions = Pick<
  SignOptions,
  "expiresIn" | "expiresAt" | "notBefore" | "subject" | "jwtId" | "header"
>;

/** Claims that the definition and the library write. */
type Written = "iss" | "aud" | "iat" | "exp" | "jti" | "nbf";

/** Claims that the schema takes, without those that are written for the caller. */
export type KindClaims<Schema extends StandardSchemaV1> = {
  [Name in keyof SchemaInput<Schema> as Name extends Written ? never : Name]: SchemaInput<Schema>[Name];
};

/** Verified claims of a kind: the schema's output, or the payload. */
export type KindOutput<Schema extends StandardSchemaV1> = ClaimsOf<Schema, readonly [], never>;

/** Signs tokens of one kind. */
export interface KindSigner<Schema extends StandardSchemaV1 = never> {
  /** Signs a token, like `sign`. A payload that the schema refuses is a `TypeError`. */
  readonly sign: [Schema] extends [never]
    ? <C extends ClaimsInput<C>>(claims: C, options?: KindSignOptions) => Promise<string>
    : (claims: KindClaims<Schema>, options?: KindSignOptions) => Promise<string>;
  /** Signs a token at once, like `signSync`. */
  readonly signSync: [Schema] extends [never]
    ? <C extends ClaimsInput<C>>(claims: C, options?: KindSignOptions) => string
    : (claims: KindClaims<Schema>, options?: KindSignOptions) => string;
}

/** Verifies tokens of one kind. */
export interface KindVerifier<Claims = JwtClaims> extends Verifier<Claims> {
  /** Checks everything that `verify` checks, without marking the token as used. A token that was used is `replayed`. */
  readonly peek: (token: string) => Promise<Verified<Claims>>;
  /** Returns the outcome of `peek` as a value. */
  readonly safePeek: (token: string) => Promise<Result<Claims>>;
}

/** A kind of token. */
export interface TokenKind<Schema extends StandardSchemaV1 = never> {
  /** The `typ` of its tokens, as the header has it. */
  readonly typ: string;
  /** Returns a signer of this kind. */
  readonly createSigner: (key: SigningKey | SigningKeySource) => KindSigner<Schema>;
  /** Returns a verifier of this kind. It refuses every other kind, by `typ`. */
  readonly createVerifier: (keys: VerificationKeys) => KindVerifier<KindOutput<Schema>>;
}

/** Names whose type with `+jwt` is registered, or taken by a specification: they mean something to others already. */
const takenNames: readonly string[] = [
  "at",
  "authorization-grant",
  "client-authentication",
  "dpop",
  "entity-configuration",
  "entity-statement",
  "explicit-registration-response",
  "id",
  "jwt",
  "kb",
  "key-attestation",
  "logout",
  "oauth-authz-req",
  "oauth-client-attestation",
  "oauth-client-attestation-pop",
  "oauth-id-jag",
  "openid4vci-proof",
  "resolve-response",
  "secevent",
  "signed-jwk-set",
  "statuslist",
  "token-introspection",
  "trust-mark",
  "trust-mark-delegation",
  "trust-mark-status-response",
  "txntoken",
  "vc",
  "vp",
  "wit",
  "wpt",
];

/** Types and audiences that `mintmark/sessions` alone writes begin with these. */
export const sessionTypes = "session.";
export const sessionAudiences = "urn:mintmark:session:";

const definitionNames: readonly string[] = /* @__PURE__ */ Object.keys({
  issuer: 1,
  audience: 1,
  expiresIn: 1,
  maxLifetime: 1,
  typ: 1,
  schema: 1,
  once: 1,
  denylist: 1,
  match: 1,
  maxTokenAge: 1,
  clockTolerance: 1,
  maxTokenLength: 1,
  storeTimeout: 1,
  sensitiveClaims: 1,
  now: 1,
} satisfies Names<TokenDefinition>);
const kindSignNames: readonly string[] = /* @__PURE__ */ Object.keys({
  expiresIn: 1,
  expiresAt: 1,
  notBefore: 1,
  subject: 1,
  jwtId: 1,
  header: 1,
} satisfies Names<KindSignOptions>);

/**
 * Defines a kind of token, such as a password reset: its `typ`, issuer, audience, lifetime and schema, in one place for those who sign
 * and those who verify. Tokens of other kinds are refused, though the same key signed them (RFC 8725 §3.11).
 *
 * Defining the same name again is fine. With `once`, `verify` uses a token up as its last step, and `peek` does not.
 *
 * @param name Lower-case letters, digits and hyphens, at most 64. A name whose `+jwt` type is registered (`at`, `logout`) has to be
 * given as `typ` too.
 * @throws TypeError `invalid_argument`: a name or an option is wrong, `once` is a store without `has`, or the type is taken.
 * @example
 * const reset = defineToken("password-reset", { issuer: "my-api", audience: "web", once: memoryReplayStore() });
 * const key = await generateSecret(HS256);
 * const link = await reset.createSigner(key).sign({ sub: "user_123" });
 * const links = reset.createVerifier(key);
 * await links.peek(link); // for the page that the link opens
 * const { claims } = await links.verify(link); // for the form on it: once
 */
export function defineToken<Schema extends StandardSchemaV1 | undefined = undefined>(
  name: string,
  definition: DefinitionWith<Schema>,
): TokenKind<GivenSchema<Schema>> {
  checkOptions(definition, definitionNames);
  for (const one of checkTexts(definition.audience, "audience"))
    if (one.startsWith(sessionAudiences))
      throw argumentError(`audience: ${quote(one)} is reserved for mintmark/sessions`);
  // The compiler does not see that the one schema here is the definition's, if it has one.
  return kindOf(readType(name, definition.typ), definition as TokenDefinition<GivenSchema<Schema>>);
}

/** Returns the kind of token with this `typ`, whatever it is called. */
export function kindOf<Schema extends StandardSchemaV1>(
  typ: string,
  definition: Omit<TokenDefinition<Schema>, "typ">,
): TokenKind<Schema> {
  const { issuer, audience, expiresIn, maxLifetime, schema, once, denylist, sensitiveClaims, now } = definition;
  checkText(issuer, "issuer");
  if (expiresIn !== undefined) readDuration(expiresIn, "expiresIn");
  if (once !== undefined && !canPeek(once))
    throw wrongArgument("once", "a replay store with has(), so that peek can tell a used token", once);

  const signOptions: SignOptions = {
    typ,
    issuer,
    audience,
    ...given({ expiresIn, maxLifetime, sensitiveClaims, now }),
  };
  const { match, maxTokenAge, clockTolerance, maxTokenLength, storeTimeout } = definition;
  const kindStore = once && storeOfKind(once, typ);
  const expected = {
    typ,
    issuer,
    audience,
    ...(once === undefined && denylist === undefined ? {} : { required: ["jti"] }),
    ...given({ schema, denylist, match, maxTokenAge, clockTolerance, maxTokenLength, storeTimeout, now }),
  } as Expected<Schema>;

  return Object.freeze({
    typ,
    createSigner: (key: SigningKey | SigningKeySource) =>
      createKindSigner(key, signOptions, schema, once !== undefined, once !== undefined || denylist !== undefined),
    createVerifier: (keys: VerificationKeys) => createKindVerifier(keys, expected, kindStore),
  });
}

function createKindSigner<Schema extends StandardSchemaV1>(
  key: SigningKey | SigningKeySource,
  options: SignOptions,
  schema: Schema | undefined,
  once: boolean,
  named: boolean,
): KindSigner<Schema> {
  const signer = createSigner(key, options);
  const { typ, issuer, audience, expiresIn, maxLifetime, sensitiveClaims, now } = options;
  const rest = given({ maxLifetime, sensitiveClaims, now });

  /** Options of one token. A name of the caller's own could be used before, by another token. */
  function optionsFor(claims: unknown, overrides: KindSignOptions): SignOptions {
    checkOptions(overrides, kindSignNames);
    if (once && (overrides.jwtId !== undefined || (claims as Partial<RegisteredClaims> | null)?.jti !== undefined))
      throw argumentError("jwtId: cannot be given with once, each token gets a random one");
    return named && overrides.jwtId === undefined ? { ...overrides, jwtId: true } : overrides;
  }
  /** Returns the claims to sign: the input of the schema, never its output, which JSON may not be able to hold. */
  function* check(claims: object, overrides: SignOptions, validator: StandardSchemaV1): Steps<object> {
    const { expiresAt, notBefore, subject, jwtId } = overrides;
    const life = expiresAt === undefined ? (overrides.expiresIn ?? expiresIn) : undefined;
    const perToken = given({ expiresIn: life, expiresAt, notBefore, subject, jwtId });
    const issued = buildClaims(claims, { issuer, audience, ...rest, ...perToken });
    try {
      yield* applySchema(issued, validator);
    } catch (error) {
      throw error instanceof JwtError ? argumentError(`claims: ${error.message}`) : error;
    }
    return issued;
  }
  /** Signs claims that hold everything already, times and names included. */
  const issuedSigner = createSigner(key, { typ, ...rest });
  const headerOf = ({ header }: KindSignOptions): SignOptions => given({ header });

  return {
    async sign(claims: object, overrides: KindSignOptions = {}) {
      const own = optionsFor(claims, overrides);
      if (schema === undefined) return signer.sign(claims, own);
      return issuedSigner.sign(await runAsync(() => check(claims, own, schema)), headerOf(own));
    },
    signSync(claims: object, overrides: KindSignOptions = {}) {
      const own = optionsFor(claims, overrides);
      if (schema === undefined) return signer.signSync(claims, own);
      return issuedSigner.signSync(runSync(check(claims, own, schema)), headerOf(own));
    },
  };
}

function createKindVerifier<Schema extends StandardSchemaV1>(
  keys: VerificationKeys,
  expected: Expected<Schema>,
  store: PeekStore | undefined,
): KindVerifier<KindOutput<Schema>> {
  const verifierFor = (policy: Expected<Schema>): Verifier<KindOutput<Schema>> =>
    // Its claims are the output of the schema that the policy has, if any.
    createVerifier(keys, policy as Expected<never>) as unknown as Verifier<KindOutput<Schema>>;
  const peekVerifier = verifierFor(expected);
  const unused = store && {
    beforeReplay: ({ payload }: Verified<unknown>) =>
      runAsync(() => checkUnused(payload, store, expected.storeTimeout)),
  };
  /** Returns the token, and refuses anything behind it: a check that is never run would seem to have passed. */
  function alone([token, ...more]: readonly [string, ...unknown[]]): string {
    const other = more.find((one) => one !== undefined);
    if (other !== undefined) throw wrongArgument("peek", "a token and no other argument", other);
    return token;
  }
  return {
    ...(store === undefined ? peekVerifier : verifierFor({ ...expected, replay: store })),
    peek: async (...given) => peekVerifier.verify(alone(given), unused),
    safePeek: async (...given) => peekVerifier.safeVerify(alone(given), unused),
  };
}

function readType(name: string, typ: unknown): string {
  if (typeof name !== "string" || name.length > 64 || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name))
    throw wrongArgument("name", 'lower-case letters, digits and hyphens, such as "password-reset"', name);
  if (typ === undefined) {
    if (takenNames.includes(name))
      throw argumentError(`name: the type "${name}+jwt" is registered; give it as typ if that is what you mean`);
    return `${name}+jwt`;
  }
  const type = normalizeType(checkText(typ, "typ"));
  if (type === "jwt" || type === "jose")
    throw argumentError(`typ: expected a type that only this kind has, found ${quote(type)}, which any token may have`);
  if (type.startsWith(sessionTypes)) throw argumentError(`typ: ${quote(type)} is reserved for mintmark/sessions`);
  return typ as string;
}

type PeekStore = ReplayStore & Required<Pick<ReplayStore, "has">>;

function canPeek(store: ReplayStore): store is PeekStore {
  return isObject(store) && typeof store.has === "function" && typeof store.add === "function";
}

/** Wraps the store, under keys of this kind's own: the same `jti` in another kind is another token. */
function storeOfKind(store: PeekStore, typ: string): PeekStore {
  const keyOf = (key: string): string => `${normalizeType(typ)} ${key}`;
  return {
    add: (key, ttlSeconds) => store.add(keyOf(key), ttlSeconds),
    ...(store.addSync && { addSync: (key, ttlSeconds) => store.addSync?.(keyOf(key), ttlSeconds) === true }),
    has: (key) => store.has(keyOf(key)),
  };
}

/** Returns the members that are not `undefined`: options are either there or not. */
function given<T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}
