// What the types of verification let a caller write, and what they do not. Nothing here is run.
import * as v from "valibot";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import {
  createVerifier,
  createVerifierForIssuers,
  decode,
  isJwtError,
  isUnavailableError,
  JwtError,
  safeVerify,
  safeVerifySync,
  unchecked,
  UnavailableError,
  verify,
  verifySync,
} from "../../../src/index.ts";
import type {
  Decoded,
  Denylist,
  DenylistReader,
  Expected,
  IssuerPolicy,
  JwtClaims,
  JwtErrorCode,
  JwsHeader,
  ReplayStore,
  Result,
  SchemaIssue,
  SecretKey,
  StandardSchemaV1,
  UnavailableErrorCode,
  UnverifiedClaims,
  Verified,
  Verifier,
  VerifyingKey,
} from "../../../src/index.ts";

declare const key: SecretKey;
declare function use(...values: readonly unknown[]): void;

// ── every check is written down ─────────────────────────────────────────────────────────────────
const expected: Expected = { issuer: "a", audience: "b" };
void verify("", key, expected);
void verify("", key, { issuer: ["a", "b"], audience: ["c"] });
void verify("", key, { issuer: unchecked, audience: unchecked });
// @ts-expect-error the audience is left out
void verify("", key, { issuer: "a" });
// @ts-expect-error the issuer is left out
void verify("", key, { audience: "b" });
// @ts-expect-error both are left out
void verify("", key, {});
// @ts-expect-error all of it is left out
void verify("", key);
// @ts-expect-error the audience is left out
verifySync("", key, { issuer: "a" });
// @ts-expect-error the audience is left out
void safeVerify("", key, { issuer: "a" });
// @ts-expect-error the issuer is left out
safeVerifySync("", key, { audience: "b" });
// @ts-expect-error the issuer is left out
createVerifier(key, { audience: "b" });
// @ts-expect-error the audience is left out
createVerifierForIssuers([{ issuer: "a", keys: key }]);
// @ts-expect-error the keys are left out
createVerifierForIssuers([{ issuer: "a", audience: "b" }]);

// @ts-expect-error an issuer that may be missing is no check
void verify("", key, { issuer: process.env.ISSUER, audience: "b" });
// @ts-expect-error an audience that may be missing is no check
void verify("", key, { issuer: "a", audience: process.env.AUDIENCE });
// @ts-expect-error an issuer among several that may be missing is no check
void verify("", key, { issuer: ["a", process.env.ISSUER], audience: "b" });
// @ts-expect-error a subject that may be missing is no check
void verify("", key, { ...expected, subject: process.env.SUBJECT });
// @ts-expect-error a type that may be missing is no check
void verify("", key, { ...expected, typ: process.env.TYP });
// @ts-expect-error undefined is no check
void verify("", key, { ...expected, required: undefined });
// @ts-expect-error undefined is no check
void verify("", key, { ...expected, match: undefined });
// @ts-expect-error undefined is no check
void verify("", key, { ...expected, maxTokenAge: undefined });
// @ts-expect-error undefined is no check
void verify("", key, { ...expected, schema: undefined });
// @ts-expect-error undefined is no check
void verify("", key, { ...expected, denylist: undefined });
// @ts-expect-error undefined is no check
void verify("", key, { ...expected, replay: undefined });
// @ts-expect-error a value to match that may be missing
void verify("", key, { ...expected, match: { nonce: process.env.NONCE } });
void verify("", key, {
  ...expected,
  clockTolerance: undefined,
  maxTokenLength: undefined,
  storeTimeout: undefined,
  now: undefined,
  optional: undefined,
});
void verify("", key, {
  ...expected,
  subject: "s",
  typ: ["at+jwt", "JWT"],
  required: ["jti"],
  optional: ["exp"],
  match: { nonce: "n", level: 1, admin: false },
  clockTolerance: "30s",
  maxTokenAge: 60,
});

// @ts-expect-error null is not unchecked
void verify("", key, { issuer: null, audience: "b" });
// @ts-expect-error false is not unchecked
void verify("", key, { issuer: "a", audience: false });
// @ts-expect-error another symbol is not unchecked
void verify("", key, { issuer: Symbol("unchecked"), audience: "b" });
// @ts-expect-error a pattern is no issuer
void verify("", key, { issuer: /a/, audience: "b" });
// @ts-expect-error only exp and iat can be waived
void verify("", key, { ...expected, optional: ["nbf"] });
// @ts-expect-error a number in quotes is no duration
void verify("", key, { ...expected, clockTolerance: "30" });
// @ts-expect-error jsonwebtoken's way to switch a check off
void verify("", key, { ...expected, ignoreExpiration: true });
// @ts-expect-error the algorithms are the keys'
void verify("", key, { ...expected, algorithms: ["HS256"] });
// @ts-expect-error another library's name
void verify("", key, { ...expected, maxAge: "1h" });
// @ts-expect-error a clock gives a Date
void verify("", key, { ...expected, now: () => Date.now() });
// @ts-expect-error a token is a text
void verify(undefined, key, expected);
// @ts-expect-error a token that may be missing
void verify(process.env.TOKEN, key, expected);

// ── decoded is not verified ─────────────────────────────────────────────────────────────────────
const decoded = decode("");
declare function welcome(user: Verified): void;
declare function read(claims: JwtClaims): void;
expectTypeOf(decoded).toEqualTypeOf<Decoded>();
expectTypeOf(decoded.verified).toEqualTypeOf<false>();
// @ts-expect-error decoded is not verified
welcome(decoded);
// @ts-expect-error decoded claims are not verified claims
read(decoded.claims);
// @ts-expect-error decoded claims are not verified claims
export const claims: JwtClaims = decoded.claims;
// @ts-expect-error what a decoded token says is of no known type
export const subject: string | undefined = decoded.claims.sub;
// @ts-expect-error what a decoded token says is of no known type
export const lifetime: number = decoded.claims.exp;
export const unverified: UnverifiedClaims = decoded.claims;
// @ts-expect-error put together by hand it is not verified either
welcome({ claims: decoded.claims, payload: decoded.claims, header: decoded.header, key });

/** What is verified is of its types. */
export async function readVerified(): Promise<void> {
  const verified = await verify("", key, expected);
  expectTypeOf(verified).toEqualTypeOf<Verified>();
  expectTypeOf(verified.claims).toEqualTypeOf<JwtClaims>();
  expectTypeOf(verified.payload).toEqualTypeOf<JwtClaims>();
  expectTypeOf(verified.header).toEqualTypeOf<JwsHeader>();
  expectTypeOf(verified.key).toEqualTypeOf<VerifyingKey>();
  welcome(verified);
  read(verified.claims);
  const [sub, exp]: readonly [string | undefined, number | undefined] = [verified.claims.sub, verified.claims.exp];
  const role: unknown = verified.claims.role;
  // @ts-expect-error a claim may be missing
  const must: string = verified.claims.sub;
  // @ts-expect-error a claim of one's own is of no known type without a schema
  const own: string = verified.claims.role;
  // @ts-expect-error what was verified is not changed
  verified.claims.sub = "admin";
  // @ts-expect-error what was verified is not changed
  verified.claims = {};
  // @ts-expect-error there is no such member
  use(verified.token);
  use(sub, exp, role, must, own);
}

// ── the schema's output arrives ─────────────────────────────────────────────────────────────────
interface Session {
  role: "admin" | "user";
  since: Date;
  locale: string;
}
const zodSession = z.object({
  role: z.enum(["admin", "user"]),
  since: z.string().transform((text) => new Date(text)),
  locale: z.string().default("en"),
});
const valibotSession = v.object({
  role: v.picklist(["admin", "user"]),
  since: v.pipe(
    v.string(),
    v.transform((text) => new Date(text)),
  ),
  locale: v.optional(v.string(), "en"),
});

/** By way of every function. */
export async function schemas(): Promise<void> {
  const one = await verify("", key, { ...expected, schema: zodSession });
  expectTypeOf(one.claims).toEqualTypeOf<Session>();
  expectTypeOf(one.payload).toEqualTypeOf<JwtClaims>();
  const other = await verify("", key, { ...expected, schema: valibotSession });
  expectTypeOf(other.claims).toEqualTypeOf<Session>();
  const now = verifySync("", key, { ...expected, schema: zodSession });
  expectTypeOf(now.claims).toEqualTypeOf<Session>();
  const safe = await safeVerify("", key, { ...expected, schema: valibotSession });
  if (safe.ok) expectTypeOf(safe.claims).toEqualTypeOf<Session>();
  const safeNow = safeVerifySync("", key, { ...expected, schema: zodSession });
  if (safeNow.ok) expectTypeOf(safeNow.claims).toEqualTypeOf<Session>();
  const made = await createVerifier(key, { ...expected, schema: valibotSession, cache: 100 }).verify("");
  expectTypeOf(made.claims).toEqualTypeOf<Session>();
  const several = await createVerifierForIssuers([{ ...expected, keys: key, schema: zodSession }]).verify("");
  expectTypeOf(several.claims).toEqualTypeOf<Session>();
  const plain = await createVerifierForIssuers([{ ...expected, keys: key }]).verify("");
  expectTypeOf(plain.claims).toEqualTypeOf<JwtClaims>();
  // @ts-expect-error the schema says what there is
  use(one.claims.sub);
  // @ts-expect-error the schema's type, not the token's
  const text: string = one.claims.since;
  // @ts-expect-error another schema's claims
  const wrong: Verified<{ role: number }> = one;
  use(text, wrong);
}
const written: StandardSchemaV1<unknown, { id: number }> = {
  "~standard": {
    version: 1,
    vendor: "mine",
    validate: (value) => (typeof value === "object" ? { value: { id: 1 } } : { issues: [{ message: "no" }] }),
  },
};
export const identified: Promise<Verified<{ id: number }>> = verify("", key, { ...expected, schema: written });
// @ts-expect-error a function is no schema
void verify("", key, { ...expected, schema: (value: unknown) => value });
// @ts-expect-error a validator of another kind
void verify("", key, { ...expected, schema: { parse: (value: unknown) => value } });

// ── results ─────────────────────────────────────────────────────────────────────────────────────
/** Narrowed by `ok`. */
export async function narrow(): Promise<string | undefined> {
  const result: Result = await safeVerify("", key, expected);
  // @ts-expect-error not before it is known to be good
  use(result.claims);
  // @ts-expect-error not before it is known to be bad
  use(result.error.code);
  if (result.ok) {
    const none: undefined = result.error;
    use(none);
    return result.claims.sub;
  }
  // @ts-expect-error a bad one has no claims
  use(result.claims);
  const { error } = result;
  expectTypeOf(error).toEqualTypeOf<JwtError | UnavailableError>();
  if (isJwtError(error)) expectTypeOf(error.code).toEqualTypeOf<JwtErrorCode>();
  if (isUnavailableError(error)) expectTypeOf(error.code).toEqualTypeOf<UnavailableErrorCode>();
  return error.code;
}

/** Of any error, and every code by its name. */
export function read401(
  error: unknown,
):
  | readonly [
      JwtErrorCode,
      string | undefined,
      readonly SchemaIssue[] | undefined,
      Readonly<Record<string, unknown>> | undefined,
    ]
  | undefined {
  // @ts-expect-error nothing is known of it
  use(error.code);
  if (!isJwtError(error)) return undefined;
  // @ts-expect-error there is no such code
  if (error.code === "token_expired") return undefined;
  if (error.code === "expired") return undefined;
  return [error.code, error.claim, error.issues, error.claims];
}
// @ts-expect-error there is no such code
export const noSuchCode: JwtErrorCode = "invalid_token";
export const classes: readonly [JwtError, UnavailableError] = [
  new JwtError("expired", ""),
  new UnavailableError("store_unavailable", ""),
];
// @ts-expect-error there is no such code
use(new JwtError("oops", ""));

// ── verifiers, policies, stores ─────────────────────────────────────────────────────────────────
const verifier: Verifier = createVerifier(key, { ...expected, cache: 1000 });
void verifier.verify("");
verifier.verifySync("");
createVerifier(key, { ...expected, cache: false });
// @ts-expect-error a number of tokens, or false
createVerifier(key, { ...expected, cache: true });
const policy: IssuerPolicy = { ...expected, keys: [key] };
createVerifierForIssuers([policy, { issuer: "b", audience: "c", keys: { algorithms: ["ES256"], select: () => [] } }]);

const replay: ReplayStore = { add: async (id, seconds) => Promise.resolve(id.length < seconds) };
const replayNow: ReplayStore = { add: () => true, addSync: () => true };
const denylist: Denylist = { add: () => undefined, has: async () => Promise.resolve(false), revokedBefore: () => 5 };
const reader: DenylistReader = { has: () => false };
void verify("", key, { ...expected, replay, denylist });
void verify("", key, { ...expected, replay: replayNow, denylist: reader });
// @ts-expect-error the first use is true, not a count
export const counting: ReplayStore = { add: async () => Promise.resolve(1) };
// @ts-expect-error the synchronous form gives no promise
export const late: ReplayStore = { add: () => true, addSync: async () => Promise.resolve(true) };
// @ts-expect-error revoked or not
export const vague: Denylist = { add: () => undefined, has: () => null };
// @ts-expect-error a list that cannot be asked
void verify("", key, { ...expected, denylist: { add: () => undefined } });
// @ts-expect-error a Set is no denylist: it has no word for its kind of key, and its add gives itself
export const set: ReplayStore = new Set<string>();

// ── claims are typed as checked only by what checks them ────────────────────────────────────────
/** A schema that is named and not given, and one issuer's schema beside another's claims. */
export async function noHoles(): Promise<void> {
  // @ts-expect-error the schema is named, and not given
  createVerifier<typeof zodSession>(key, { issuer: "a", audience: "b" });
  // @ts-expect-error the schema is named, and not given
  void verify<typeof zodSession>("", key, { issuer: "a", audience: "b" });
  // @ts-expect-error the claims are named, and not required
  void verify<never, ["sub"]>("", key, { issuer: "a", audience: "b" });
  const maybe: Expected<typeof zodSession> = { issuer: "a", audience: "b" };
  // @ts-expect-error a schema that may be missing types nothing
  void verify("", key, maybe);

  const two = createVerifierForIssuers([
    { issuer: "a", audience: "b", keys: key, schema: zodSession },
    { issuer: "c", audience: "b", keys: key },
  ]);
  const { claims } = await two.verify("");
  // @ts-expect-error the other issuer's claims have no role
  const role: "admin" | "user" = claims.role;
  const three = createVerifierForIssuers([
    { issuer: "a", audience: "b", keys: key, schema: zodSession },
    { issuer: "c", audience: "b", keys: key, schema: written },
  ]);
  expectTypeOf((await three.verify("")).claims).toEqualTypeOf<Session | { id: number }>();
  const perhaps: IssuerPolicy<typeof zodSession> = { issuer: "a", audience: "b", keys: key };
  expectTypeOf((await createVerifierForIssuers([perhaps]).verify("")).claims).toEqualTypeOf<Session | JwtClaims>();
  // @ts-expect-error a misspelt member
  createVerifierForIssuers([{ issuer: "a", audience: "b", keys: key, maxAge: "1h" }]);
  use(role);
}

/** What the policy demands is there. */
export async function demanded(): Promise<void> {
  const policy = { issuer: "a", audience: "b" } as const;
  const plain = (await verify("", key, policy)).claims;
  const times: readonly [number, number] = [plain.exp, plain.iat];
  // @ts-expect-error not required
  const sub: string = plain.sub;
  const named = (await verify("", key, { ...policy, required: ["sub", "tenant"] })).claims;
  const known: readonly [string, number, unknown] = [named.sub, named.exp, named.tenant];
  const waived = (await createVerifier(key, { ...policy, optional: ["exp"] }).verify("")).claims;
  // @ts-expect-error exp is waived
  const exp: number = waived.exp;
  const iat: number = waived.iat;
  const [first] = [(await createVerifierForIssuers([{ ...policy, keys: key, required: ["jti"] }]).verify("")).claims];
  const jti: string = first.jti;
  const lax = (await createVerifierForIssuers([{ ...policy, keys: key, optional: ["iat"] }]).verify("")).claims;
  // @ts-expect-error iat is waived
  const when: number = lax.iat;
  const names: readonly string[] = ["sub"];
  // @ts-expect-error which names is not known to the compiler
  const unknown: string = (await verify("", key, { ...policy, required: names })).claims.sub;
  use(times, sub, known, exp, iat, jti, when, unknown);
}
void verify("", key, { ...expected, match: { azp: { oneOf: ["a", "b"] }, groups: { contains: "admin" } } });
void verify("", key, { ...expected, typ: ["JWT", "JOSE"], optional: ["typ"], allowNumericSubject: true });
// @ts-expect-error one of several is said as such
void verify("", key, { ...expected, match: { azp: ["a", "b"] } });
