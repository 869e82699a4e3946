/** Warnings about what jsonwebtoken lets pass: each kind once, with the place in the caller's code, or as an error in strict instances. */

import { emitWarning } from "../base/platform.ts";
import { own } from "../encoding/json.ts";
import { argumentError, quote } from "../errors.ts";
import { isPlainObject } from "./values.ts";

/** Remedies in a few words, by code: the page says why. */
const texts = {
  sign_without_exp: "pass expiresIn",
  sign_without_iss: "pass issuer",
  sign_without_aud: "pass audience",
  long_lifetime: "over 366 days: exp counts seconds",
  milliseconds: "without a unit it is milliseconds",
  sensitive_claim: "anyone can read a token",
  claim_type: "pass a string",
  weak_secret: "make one with `openssl rand -base64 32`",
  verify_without_algorithms: "pass algorithms",
  verify_without_issuer: "pass issuer",
  verify_without_audience: "pass audience",
  regexp_audience: "list the names",
  ignore_expiration: "accepts expired tokens",
  ignore_not_before: "accepts tokens too early",
  misspelt_option: "is not known to verify",
  token_without_exp: "good for ever: sign with expiresIn",
  token_type: "not JWT: pass typ",
} as const;

/** Codes of warnings. They do not change. */
export type WarningCode = keyof typeof texts;

const codes: readonly string[] = /* @__PURE__ */ Object.keys(texts);

/** Warning about a call, or about a token that it accepted. Several at once are one warning. */
export interface JsonwebtokenWarning extends Error {
  /** The first of `codes`. */
  readonly code: WarningCode;
  /** Codes of all that was found. */
  readonly codes: readonly WarningCode[];
  /** Lines of the stack, from the call on. */
  readonly detail: string;
}

/** Options of `createJsonwebtoken`. */
export interface JsonwebtokenOptions {
  /** Makes errors of all warnings, or of those listed. Default `false`. */
  readonly strict?: boolean | readonly WarningCode[] | undefined;
  /** Is handed each warning, once per kind and instance, instead of the process. */
  readonly onWarning?: ((warning: JsonwebtokenWarning) => void) | undefined;
}

/** The page that says how to get rid of each warning. */
const page = 'docs/migrating/jsonwebtoken.md, "Step 1", says how to get rid of it';

/** The notes of one call. */
export interface Notes {
  /** Returns whether it is worth while to look for this: it would be reported. */
  wants(code: WarningCode): boolean;
  add(code: WarningCode, detail?: string): void;
  /** Throws what was added and is an error in this instance. */
  refuse(): void;
  /** Warns of what was added. */
  report(): void;
}

/** Makes the notes of a call. `caller`: the function whose callers are shown; `failure`: makes an error of a message. */
export type Notebook = (caller: unknown, failure: new (message: string) => Error) => Notes;

/** Kinds of which this process was warned, by any copy of the package. */
const warnedKey = Symbol.for("mintmark.jsonwebtoken.warned");

function warnedInProcess(): Set<WarningCode> {
  const shared = globalThis as Record<symbol, Set<WarningCode> | undefined>;
  return (shared[warnedKey] ??= new Set());
}

/** Checks an instance's options, and returns how it keeps its notes. */
export function createNotebook(options: JsonwebtokenOptions): Notebook {
  if (!isPlainObject(options)) throw argumentError("options: expected a plain object");
  const other = Reflect.ownKeys(options).find((name) => name !== "strict" && name !== "onWarning");
  if (other !== undefined)
    throw argumentError(`unknown option ${quote(String(other), 24)}, expected one of strict, onWarning`);
  // Of the object itself: a member that is inherited switches nothing on or off.
  const strict = own(options, "strict");
  const onWarning = own(options, "onWarning") as JsonwebtokenOptions["onWarning"]; // checked below
  const refused = strict === true ? codes : strict === false || strict === undefined ? [] : strict;
  if (!Array.isArray(refused)) throw argumentError("strict: expected true, false or a list of codes");
  const unknown: unknown = refused.find((code) => !codes.includes(code as string));
  if (unknown !== undefined)
    throw argumentError(`strict: expected one of ${codes.join(", ")}, found ${quote(unknown)}`);
  if (onWarning !== undefined && typeof onWarning !== "function") throw argumentError("onWarning: expected a function");
  const warnedHere = new Set<WarningCode>();

  return (caller, failure) => {
    const warned = onWarning === undefined ? warnedInProcess() : warnedHere;
    let found: Map<WarningCode, string> | undefined;
    let place: Error | undefined;
    const describe = (chosen: readonly WarningCode[]): string =>
      `${chosen.map((code) => `${code}: ${found?.get(code) ?? ""}`).join("; ")} (${page})`;
    return {
      wants: (code) => refused.includes(code) || !warned.has(code),
      add(code, detail) {
        if (!refused.includes(code) && warned.has(code)) return;
        found ??= new Map();
        found.set(code, detail === undefined ? texts[code] : `${detail}: ${texts[code]}`);
        // Made at once: after an await, the caller is no longer on the stack.
        place ??= errorAt(caller);
      },
      refuse() {
        if (found === undefined) return;
        const chosen = [...found.keys()].filter((code) => refused.includes(code));
        if (chosen.length > 0) throw new failure(describe(chosen));
      },
      report() {
        if (found === undefined) return;
        const chosen = [...found.keys()].filter((code) => !refused.includes(code) && !warned.has(code));
        const [code] = chosen;
        if (place === undefined || code === undefined) return;
        for (const one of chosen) warned.add(one);
        const warning = Object.assign(place, {
          message: describe(chosen),
          code,
          codes: chosen,
          detail: framesOf(place),
        });
        if (onWarning === undefined) emitWarning(warning);
        else onWarning(warning);
      },
    };
  };
}

/** Makes an error whose stack begins with the caller of `caller`. */
function errorAt(caller: unknown): Error {
  const error = new Error();
  error.name = "JsonwebtokenWarning";
  const { captureStackTrace } = Error as { captureStackTrace?: (error: Error, caller: unknown) => void };
  captureStackTrace?.(error, caller);
  return error;
}

/** Returns the lines of a stack that name places. */
function framesOf({ stack = "" }: Error): string {
  const lines = stack.split("\n");
  return lines.filter((line) => /^\s+at |@/.test(line)).join("\n");
}

/** Options that `verify` knows. All others are handed through from frameworks, which give it their own options too. */
const known: readonly string[] = [
  ...["algorithms", "audience", "clockTimestamp", "clockTolerance", "complete", "issuer", "ignoreExpiration"],
  ...["ignoreNotBefore", "jwtid", "nonce", "subject", "maxAge", "allowInvalidAsymmetricKeyTypes", "typ"],
];

/** Names of options, without case and punctuation, that mean one that is known. */
const misspelt =
  /^(?:algo?|algs|algorithm|algorithims?|alogrithms?|aud|audiences|audiance|audeince|iss|issuers|isuer|issuser|sub|jti|expiration|expiresin|maxtokenage|tokenage|ignoreexp|ignoreexpired|ignoreexpiry|ignorenbf|clocktolerence|tolerance|leeway|clockskew|type)$/;

/** Returns an option that is one of verify's, misspelt. */
export function findMisspelt(options: object): string | undefined {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const plain = name.toLowerCase().replace(/[^a-z]/g, "");
    if (misspelt.test(plain) || known.some((one) => one.toLowerCase() === plain)) return name;
  }
  return undefined;
}

/** Members of JSON whose names say that they are secret: those that `sign` of mintmark refuses. */
const sensitive =
  /"(pass[_-]?(?:word|wd|phrase|code)|pwd|(?:(?:client|shared|api)[_-]?secret|secret|private|api)[_-]?key|(?:client|shared|api)?[_-]?secret|ssn|social[_-]?security[_-]?number|(?:credit[_-]?)?card[_-]?(?:number|verification[_-]?value)|credit[_-]?card|cv[vc]2?)"\s*:|PRIVATE KEY-----/i;

/** Returns a member of JSON text, at any depth, that is secret by its name or a private key. */
export function findSensitive(json: string): string | undefined {
  const found = sensitive.exec(json);
  return found === null ? undefined : (found[1] ?? "a private key");
}

/** Returns whether a token of this `typ` is a JWT: RFC 7519 §5.1, RFC 9068 §2.1. */
export function isJwtType(typ: string | undefined): boolean {
  return typ === undefined || ["jwt", "at+jwt"].includes(plainType(typ));
}

/** Returns a media type as `typ` is compared: in lower case, without `application/` (RFC 7515 §4.1.9). */
export function plainType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, "");
}
