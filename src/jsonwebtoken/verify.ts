/** Verification as jsonwebtoken does it: the same checks in the same order, with the same messages. The signature comes before the payload. */

import { isThenable, type Steps } from "../base/steps.ts";
import { decodeBase64urlText } from "../encoding/base64url.ts";
import { own, type JsonObject, parseUniqueJsonObject } from "../encoding/json.ts";
import { quote } from "../errors.ts";
import type { JwsHeader } from "../jws/header.ts";
import { checkKind, definitions, mayVerify } from "./algorithms.ts";
import { isCompact, readPayload, readSegment } from "./decode.ts";
import { JsonWebTokenError, NotBeforeError, TokenExpiredError } from "./errors.ts";
import { bindKey, isSignedBy, knownObject, openKey, type Bound, type Opened } from "./keys.ts";
import { addSpan, hasNoUnit, notSpan } from "./timespan.ts";
import type { VerifyOptions } from "./types.ts";
import { findMisspelt, isJwtType, plainType, type Notes } from "./warnings.ts";

/** A token whose header was read, and the options that it is to be verified with. */
export interface Prepared {
  readonly token: string;
  readonly header: JwsHeader;
  readonly parts: readonly [header: string, payload: string, signature: string];
  readonly options: Readonly<Record<keyof VerifyOptions, unknown>>;
  /** The current time, in seconds since 1970. */
  readonly now: number;
  readonly tolerance: number;
}

/** Checks the options and reads the header, which is all that a function that finds keys may see. */
export function prepare(token: unknown, given: object, notes: Notes): Prepared {
  const options = { ...given } as Prepared["options"]; // each member is checked where it is used
  const { clockTimestamp, clockTolerance, nonce, allowInvalidAsymmetricKeyTypes } = options;
  if (clockTimestamp && !Number.isFinite(clockTimestamp)) throw fault("clockTimestamp must be a number");
  if (nonce !== undefined && (typeof nonce !== "string" || nonce.trim() === ""))
    throw fault("nonce must be a non-empty string");
  if (allowInvalidAsymmetricKeyTypes !== undefined && typeof allowInvalidAsymmetricKeyTypes !== "boolean")
    throw fault("allowInvalidAsymmetricKeyTypes must be a boolean");
  // "5" would be appended, as text, to the time in seconds: the token would be good for the next centuries.
  if (clockTolerance !== undefined && !Number.isFinite(clockTolerance))
    throw fault("clockTolerance must be a finite number");
  noteOptions(options, notes);
  notes.refuse();
  if (!token) throw fault("jwt must be provided");
  if (typeof token !== "string") throw fault("jwt must be a string");
  const parts = token.split(".", 4);
  const [first = "", second = "", third = ""] = parts;
  if (parts.length !== 3) throw fault("jwt malformed");
  if (!isCompact(token)) throw fault("invalid token");
  return {
    token,
    header: readHeader(first),
    parts: [first, second, third],
    options,
    now: (clockTimestamp as number | undefined) || Math.floor(Date.now() / 1000),
    tolerance: (clockTolerance as number | undefined) ?? 0,
  };
}

/** Verifies with the key that was found, and returns the payload, or all parts. */
export function* verifyPrepared(prepared: Prepared, secretOrKey: unknown, notes: Notes): Steps<unknown> {
  const { token, header, parts, options } = prepared;
  const [first, second, third] = parts;
  if (third === "" && secretOrKey) throw fault("jwt signature is required");
  if (third !== "" && !secretOrKey) throw fault("secret or public key must be provided");
  if (third === "")
    throw fault(
      options.algorithms
        ? "jwt signature is required"
        : 'please specify "none" in "algorithms" to verify unsigned tokens',
    );
  const opened = knownObject(secretOrKey) ?? (yield* openKey(secretOrKey, "verify"));
  if (opened === undefined) throw fault("secretOrPublicKey is not valid key material");
  const bound = yield* bind(header.alg, opened, options);
  if (bound.weakness !== undefined) notes.add("weak_secret", bound.weakness);
  notes.refuse();
  if (!(yield* isSignedBy(bound, token.slice(0, first.length + 1 + second.length), third)))
    throw fault("invalid signature");
  const payload = readSigned(second, header);
  checkType(header, options.typ);
  checkClaims(Object(payload) as Claims, prepared);
  noteToken(header, Object(payload) as Claims, options, notes);
  notes.refuse();
  return options.complete === true ? { header, payload, signature: third } : payload;
}

/** A function that finds keys, however it gives them. */
type Finder = (header: JwsHeader, done: (error: Error | null, key: unknown) => void) => unknown;

/** Asks a function for the key: it calls back if it takes two arguments, else it returns the key or a promise of it. */
export async function findKey(finder: Finder, header: JwsHeader): Promise<unknown> {
  try {
    if (finder.length < 2) return await (finder as (header: JwsHeader) => unknown)(header);
    return await new Promise((resolve, reject) => {
      const returned = finder(header, (error: Error | null, key: unknown) => {
        if (error)
          reject(error); // whatever it is, its message is read
        else resolve(key);
      });
      if (isThenable(returned)) returned.then(undefined, reject);
    });
  } catch (error) {
    throw keyNotFound(error);
  }
}

/** Makes the error of a function that found no key. */
export function keyNotFound(error: unknown): JsonWebTokenError {
  return fault(`error in secret or public key callback: ${String((error as { message?: unknown }).message)}`);
}

/** Length limit: a header is read before anything is verified. */
const maxHeaderLength = 2_097_152;

type Claims = Readonly<Record<string, unknown>>;

function fault(message: string): JsonWebTokenError {
  return new JsonWebTokenError(message);
}

/** Reads a header whose members are registered with the registered type. No extension is understood. */
function readHeader(segment: string): JwsHeader {
  const header =
    segment.length > maxHeaderLength ? undefined : parseUniqueJsonObject(decodeBase64urlText(segment) ?? "");
  if (header === undefined || !isString(header, "alg") || own(header, "b64") !== undefined)
    throw fault("invalid token");
  for (const name of ["kid", "typ", "cty"])
    if (own(header, name) !== undefined && !isString(header, name)) throw fault("invalid token");
  const crit = own(header, "crit");
  if (crit !== undefined) throw fault(`header: crit: ${quote(Array.isArray(crit) ? crit[0] : crit)} is not understood`);
  return header as JsonObject & JwsHeader; // checked above
}

function isString(header: JsonObject, name: string): boolean {
  return typeof own(header, name) === "string";
}

function* bind(alg: string, opened: Opened, { algorithms, ...options }: Prepared["options"]): Steps<Bound> {
  const { type, object, bound } = opened;
  const isAllowed = Array.isArray(algorithms)
    ? algorithms.includes(alg)
    : algorithms
      ? algorithms === alg
      : mayVerify(opened, alg);
  const definition = definitions.get(alg);
  if (!isAllowed || definition === undefined) throw fault("invalid algorithm");
  const wanted = definition.kty === "oct" ? "secret" : "public";
  if (type !== wanted)
    throw fault(
      `secretOrPublicKey must be ${wanted === "secret" ? "a symmetric" : "an asymmetric"} key when using ${alg}`,
    );
  // Bound to the algorithm, it was found to fit: Node takes a while to tell the details of a key.
  const known = bound.get(alg);
  if (known !== undefined) return known;
  checkKind(alg, opened, options.allowInvalidAsymmetricKeyTypes);
  const bits = object?.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < 2048)
    throw fault(`secretOrPublicKey has a minimum key size of 2048 bits for ${alg}`);
  return yield* bindKey(opened, definition);
}

function readSigned(segment: string, header: JwsHeader): unknown {
  const content = readSegment(segment);
  const payload = content === undefined ? null : readPayload(content, header.typ, false);
  if (payload === null) throw fault("invalid token");
  return payload;
}

function checkType({ typ }: JwsHeader, expected: unknown): void {
  if (expected === undefined) return;
  if (typeof expected !== "string" || expected === "") throw fault("typ must be a non-empty string");
  // A token without typ is a JWT.
  if (plainType(typ ?? "JWT") !== plainType(expected)) throw fault(`jwt typ invalid. expected: ${expected}`);
}

// Comparisons are written so that what is no number refuses.
function checkClaims(payload: Claims, { options, now, tolerance }: Prepared): void {
  const { nbf, exp } = payload;
  if (nbf !== undefined && !options.ignoreNotBefore) {
    if (!isTime(nbf)) throw fault("invalid nbf value");
    if (!(nbf <= now + tolerance)) throw new NotBeforeError("jwt not active", new Date(nbf * 1000));
  }
  if (exp !== undefined && !options.ignoreExpiration) {
    if (!isTime(exp)) throw fault("invalid exp value");
    if (!(now < exp + tolerance)) throw new TokenExpiredError("jwt expired", new Date(exp * 1000));
  }
  if (options.audience) checkAudience(payload["aud"], options.audience);
  if (options.issuer) checkIssuer(payload["iss"], options.issuer);
  for (const [name, claim] of [
    ["subject", "sub"],
    ["jwtid", "jti"],
    ["nonce", "nonce"],
  ] as const)
    if (options[name] && payload[claim] !== options[name])
      throw fault(`jwt ${name} invalid. expected: ${options[name] as string}`);
  if (options.maxAge) checkAge(payload["iat"], options.maxAge, now, tolerance);
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function checkAudience(aud: unknown, expected: unknown): void {
  const wanted: readonly unknown[] = Array.isArray(expected) ? expected : [expected];
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  // An entry that is undefined would match a token without aud, and a pattern the word "undefined".
  const fits = named.some(
    (name) => typeof name === "string" && wanted.some((one) => (one instanceof RegExp ? one.test(name) : one === name)),
  );
  if (!fits) throw fault(`jwt audience invalid. expected: ${wanted.join(" or ")}`);
}

function checkIssuer(iss: unknown, expected: unknown): void {
  const fits = Array.isArray(expected) ? iss !== undefined && expected.includes(iss) : iss === expected;
  if (!fits) throw fault(`jwt issuer invalid. expected: ${String(expected)}`);
}

function checkAge(iat: unknown, maxAge: unknown, now: number, tolerance: number): void {
  if (!isTime(iat)) throw fault("iat required when maxAge is specified");
  const end = addSpan(maxAge, iat);
  if (end === undefined) throw fault(notSpan("maxAge"));
  if (!(now < end + tolerance)) throw new TokenExpiredError("maxAge exceeded", new Date(end * 1000));
}

function noteOptions(options: Prepared["options"], notes: Notes): void {
  const { audience } = options;
  if (!options.algorithms) notes.add("verify_without_algorithms");
  if (!options.issuer) notes.add("verify_without_issuer");
  if (!audience) notes.add("verify_without_audience");
  if ((Array.isArray(audience) ? audience : [audience]).some((one) => one instanceof RegExp))
    notes.add("regexp_audience");
  if (options.ignoreExpiration) notes.add("ignore_expiration");
  if (options.ignoreNotBefore) notes.add("ignore_not_before");
  if (hasNoUnit(options.maxAge)) notes.add("milliseconds", `maxAge: ${quote(options.maxAge)}`);
  const name = notes.wants("misspelt_option") ? findMisspelt(options) : undefined;
  if (name !== undefined) notes.add("misspelt_option", quote(name));
}

function noteToken(header: JwsHeader, payload: Claims, options: Prepared["options"], notes: Notes): void {
  if (payload["exp"] === undefined && !options.ignoreExpiration) notes.add("token_without_exp");
  if (options.typ === undefined && !isJwtType(header.typ)) notes.add("token_type", `typ: ${quote(header.typ)}`);
}
