/** Expectations of a verifier, compiled once. A check that is skipped is written down. */

import {
  checkBoolean,
  checkClock,
  checkOptions,
  checkPositive,
  checkText,
  checkTexts,
  refuseHidden,
  withMethods,
  wrongArgument,
  type Names,
} from "../base/options.ts";
import { unchecked } from "../base/unchecked.ts";
import type { JwtClaims } from "../claims/build.ts";
import type { DenylistReader, ReplayStore } from "../revocation/contract.ts";
import type { ClaimMatch, ClaimPolicy } from "../claims/validate.ts";
import { readDuration, readSpan, type Duration } from "../base/duration.ts";
import { argumentError } from "../errors.ts";
import { isObject } from "../encoding/json.ts";
import { normalizeType } from "./header.ts";
import type { StandardSchemaV1 } from "./schema.ts";

/** @inline */
type MatchValue = string | number | boolean;

/** @inline */
interface MatchOneOf {
  readonly oneOf: readonly MatchValue[];
}

/** @inline */
interface MatchContains {
  readonly contains: MatchValue;
}

/** Expectations of a token, beside a good signature. */
export interface Expected<Schema extends StandardSchemaV1 = StandardSchemaV1<unknown, JwtClaims>> {
  /** `iss`, exactly. Several: names of one issuer with one key set. */
  readonly issuer: string | readonly string[] | typeof unchecked;
  /** `aud`: any one match. */
  readonly audience: string | readonly string[] | typeof unchecked;
  /** `sub`, exactly. */
  readonly subject?: string;
  /**
   * The header's `typ` (RFC 7515 §4.1.9), without regard to ASCII case and `application/`: any one match. Default: absent or `JWT`. A `typ`
   * that is expected has to be there, unless `optional` has `"typ"`.
   */
  readonly typ?: string | readonly string[] | typeof unchecked;
  /** Claims that must be there, in addition to `exp` and `iat`. */
  readonly required?: readonly string[];
  /**
   * Waives the claim `exp` or `iat`, or beside the option `typ` the header's `typ`: the token may lack it. SPIFFE's tokens:
   * `typ: ["JWT", "JOSE"], optional: ["typ"]`.
   */
  readonly optional?: readonly ("exp" | "iat" | "typ")[] | undefined;
  /**
   * Accepts a `sub` that is an integer, which RFC 7519 §4.1.2 does not allow, from issuers that write one. `claims` and `payload` have it
   * as a string of its decimal digits. Beyond ±(2^53 − 1) it is refused, since JSON numbers there are not exact. Default `false`.
   */
  readonly allowNumericSubject?: boolean | undefined;
  /**
   * The token's own claims, exactly: `nonce`, `azp`, `client_id`, `token_use`. `{ oneOf: [ … ] }`: one of several values;
   * `{ contains: … }`: the claim is a list that has the value.
   */
  readonly match?: Readonly<Record<string, MatchValue | MatchOneOf | MatchContains>>;
  /** Tolerated difference between clocks: seconds, or a string such as `"30s"`. Default 5 s, at most 1 h. */
  readonly clockTolerance?: Duration | undefined;
  /** Longest time since the token was issued: seconds, or a string such as `"1h"`. A future `iat` then fails too. Default: any time. */
  readonly maxTokenAge?: Duration;
  /** Length of the longest token that is looked at, in characters. Default 16384. */
  readonly maxTokenLength?: number | undefined;
  /** A Standard Schema (zod, valibot, arktype…): its output is the type and the value of `claims`. */
  readonly schema?: Schema;
  /** Store of revoked tokens, which are refused as `revoked`. */
  readonly denylist?: DenylistReader;
  /** Store of used tokens: each token is accepted once, by its `jti`, and is `replayed` after that. */
  readonly replay?: ReplayStore;
  /** Time that a store may take before it counts as failed. Default 5 s. */
  readonly storeTimeout?: Duration | undefined;
  /**
   * Outcome if the denylist fails or times out. Default `"refuse"`: `store_unavailable`. `"allow"`: the token is accepted, revoked or
   * not. A replay store that fails always refuses.
   */
  readonly onStoreError?: "refuse" | "allow" | undefined;
  /** Number of byte-identical tokens whose good signature is remembered; `createVerifier` only. Default `false`. */
  readonly cache?: number | false | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** `Expected`, checked and compiled. */
export interface Policy extends ClaimPolicy {
  /** Lower case, without `application/`; `undefined`: not checked. */
  readonly types: ReadonlySet<string | undefined> | undefined;
  readonly allowNumericSubject: boolean;
  readonly maxTokenLength: number;
  readonly schema: StandardSchemaV1 | undefined;
  readonly denylist: DenylistReader | undefined;
  readonly replay: ReplayStore | undefined;
  /** Seconds. */
  readonly storeTimeout: number;
  readonly allowOnStoreError: boolean;
  readonly cacheSize: number;
  readonly now: (() => Date) | undefined;
}

/** Names of the options of `verify`; `cache` is one of `createVerifier` alone. */
export const expectedNames: readonly string[] = /* @__PURE__ */ Object.keys({
  issuer: 1,
  audience: 1,
  subject: 1,
  typ: 1,
  required: 1,
  optional: 1,
  allowNumericSubject: 1,
  match: 1,
  clockTolerance: 1,
  maxTokenAge: 1,
  maxTokenLength: 1,
  schema: 1,
  denylist: 1,
  replay: 1,
  storeTimeout: 1,
  onStoreError: 1,
  now: 1,
} satisfies Names<Omit<Expected, "cache">>);

/** Checks and compiles the expectations. An option that is given is a check: `undefined` does not switch it off. */
export function compileExpected(options: unknown, names: readonly string[] = expectedNames): Policy {
  const expected = checkOptions(options, names);
  const has = (name: string): boolean => name in expected;
  const {
    clockTolerance = 5,
    maxTokenLength = 16_384,
    storeTimeout = 5,
    onStoreError = "refuse",
    cache = false,
    optional = [],
    allowNumericSubject = false,
  } = expected;
  const waived = readOptional(optional);
  const types = has("typ") ? readNames(expected["typ"], "typ")?.map(normalizeType) : undefined;
  if (waived.includes("typ") && types === undefined)
    throw argumentError('optional: "typ" needs the option typ beside it, which lists the expected types');
  const tolerance = readDuration(clockTolerance, "clockTolerance");
  if (tolerance > 3600) throw wrongArgument("clockTolerance", "1 h at most", clockTolerance);
  if (onStoreError !== "refuse" && !(onStoreError === "allow" && has("denylist")))
    throw wrongArgument("onStoreError", '"refuse", or "allow" with a denylist', onStoreError);
  return {
    issuers: toSet(readNames(expected["issuer"], "issuer")),
    audiences: toSet(readNames(expected["audience"], "audience")),
    subject: has("subject") ? new Set([checkText(expected["subject"], "subject")]) : undefined,
    types: has("typ")
      ? toSet(types && [...types, ...(waived.includes("typ") ? [undefined] : [])])
      : new Set(["JWT", "jwt", undefined]),
    allowNumericSubject: checkBoolean(allowNumericSubject, "allowNumericSubject"),
    required: [
      ...["exp", "iat"].filter((name) => !waived.includes(name)),
      ...(has("required") ? checkTexts(expected["required"], "required") : []),
    ],
    match: has("match") ? readMatch(expected["match"]) : [],
    tolerance,
    maxTokenAge: has("maxTokenAge") ? readSpan(expected["maxTokenAge"], "maxTokenAge") : undefined,
    maxTokenLength: checkPositive(maxTokenLength, "maxTokenLength"),
    schema: has("schema") ? readSchema(expected["schema"]) : undefined,
    denylist: has("denylist") ? readDenylist(expected["denylist"], "denylist") : undefined,
    replay: has("replay") ? readReplay(expected["replay"], "replay") : undefined,
    storeTimeout: readSpan(storeTimeout, "storeTimeout"),
    allowOnStoreError: onStoreError === "allow",
    cacheSize: cache === false ? 0 : checkPositive(cache, "cache"),
    now: checkClock(expected["now"]),
  };
}

function readNames(value: unknown, name: string): readonly string[] | undefined {
  if (value === unchecked) return undefined;
  if (value === undefined) throw wrongArgument(name, "a string or a list of strings, or `unchecked` in writing", value);
  return checkTexts(value, name);
}

function toSet<T>(values: readonly T[] | undefined): ReadonlySet<T> | undefined {
  return values && new Set(values);
}

function readOptional(value: unknown): readonly string[] {
  // Array.from(): every() passes over the holes of a sparse list.
  const names: readonly unknown[] = Array.isArray(value) ? Array.from(value as unknown[]) : [undefined];
  if (!names.every((name) => name === "exp" || name === "iat" || name === "typ"))
    throw wrongArgument("optional", 'a list of "exp", "iat" and "typ"', value);
  return names;
}

const matchNames: readonly string[] = /* @__PURE__ */ Object.keys({
  oneOf: 1,
  contains: 1,
} satisfies Names<MatchOneOf & MatchContains>);

function readMatch(value: unknown): readonly ClaimMatch[] {
  const entries = isObject(value) ? Object.entries(value) : [];
  if (entries.length === 0) throw wrongArgument("match", "claims and their values", value);
  const names = entries.map(([name]) => name);
  refuseHidden(value as object, names, "match");
  return entries.map(([name, wanted]) => {
    if (!isObject(wanted)) return { name, values: new Set([checkMatch(wanted)]), contains: false };
    const { oneOf, contains } = checkOptions(wanted, matchNames);
    if ((oneOf === undefined) === (contains === undefined) || (oneOf !== undefined && !isFilled(oneOf)))
      throw wrongArgument("match", "{ oneOf: [ … ] } or { contains: … }", wanted);
    const values = isFilled(oneOf) ? Array.from(oneOf, checkMatch) : [checkMatch(contains)];
    return { name, values: new Set(values), contains: oneOf === undefined };
  });
}

function isFilled(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function checkMatch(wanted: unknown): MatchValue {
  if (typeof wanted === "boolean" || (typeof wanted === "string" && wanted !== "")) return wanted;
  if (typeof wanted === "number" && Number.isFinite(wanted)) return wanted;
  throw wrongArgument("match", "strings, numbers or booleans, { oneOf: [ … ] } or { contains: … }", wanted);
}

function readSchema(value: unknown): StandardSchemaV1 {
  const standard = (value as Partial<StandardSchemaV1> | null | undefined)?.["~standard"];
  if (typeof standard?.validate !== "function")
    throw wrongArgument("schema", "a Standard Schema (an object with ~standard.validate)", value);
  return value as StandardSchemaV1;
}

const readDenylist = /* @__PURE__ */ withMethods<DenylistReader>("a store", "has");
const readReplay = /* @__PURE__ */ withMethods<ReplayStore>("a store", "add");
