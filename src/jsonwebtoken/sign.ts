/** Signing as jsonwebtoken does it: the same checks in the same order, with the same messages. */

import { nativeBuffer } from "../base/platform.ts";
import type { Steps } from "../base/steps.ts";
import { encodeBase64urlText } from "../encoding/base64url.ts";
import { isObject, own, type JsonObject } from "../encoding/json.ts";
import { argumentError, quote } from "../errors.ts";
import { checkKind, definitions } from "./algorithms.ts";
import { isBuffer } from "./decode.ts";
import { bindKey, knownObject, openKey, signInput, type Opened } from "./keys.ts";
import { addSpan, hasNoUnit, notSpan } from "./timespan.ts";
import { isPlainObject, tagOf } from "./values.ts";
import { findSensitive, type Notes } from "./warnings.ts";

type Check = readonly [isValid: (value: unknown) => boolean, message: string];

const isString = (value: unknown): boolean => tagOf(value) === "String";

/** Makes checks by name. */
const checksOf = (...lists: readonly (readonly [names: string, ...Check])[]): ReadonlyMap<string, Check> =>
  new Map(
    lists.flatMap(([names, isValid, message]) =>
      names.split(" ").map((name) => [name, [isValid, `"${name}" ${message}`]]),
    ),
  );

const options = /* @__PURE__ */ checksOf(
  [
    "expiresIn notBefore",
    (value) => Number.isInteger(value) || (isString(value) && value !== ""),
    "should be a number of seconds or string representing a timespan",
  ],
  ["audience", (value) => isString(value) || Array.isArray(value), "must be a string or array"],
  ["algorithm", (value) => definitions.has(value), "must be a valid string enum value"],
  ["header", isPlainObject, "must be an object"],
  ["encoding issuer subject jwtid keyid", isString, "must be a string"],
  [
    "noTimestamp mutatePayload allowInsecureKeySizes allowInvalidAsymmetricKeyTypes",
    (value) => tagOf(value) === "Boolean",
    "must be a boolean",
  ],
);
const claims = /* @__PURE__ */ checksOf([
  "iat exp nbf",
  (value) => tagOf(value) === "Number",
  "should be a number of seconds",
]);
/** Options that become claims, in the order in which the claims are written. */
const claimOptions = [
  ["audience", "aud"],
  ["issuer", "iss"],
  ["subject", "sub"],
  ["jwtid", "jti"],
] as const;
/** Options that are spans from now, in the order in which their claims are written. */
const spanOptions = [
  ["notBefore", "nbf"],
  ["expiresIn", "exp"],
] as const;
/** Options that only a payload of claims has room for. */
const forClaims = ["expiresIn", "notBefore", "noTimestamp", "audience", "issuer", "subject", "jwtid"];

const maxLifetime = 366 * 86_400;

/** Signs any payload. */
export function* signPayload(given: unknown, secretOrKey: unknown, rawOptions: unknown, notes: Notes): Steps<string> {
  const opts = rawOptions as JsonObject; // checked below, where jsonwebtoken checks it
  const isClaims = typeof given === "object" && !isBuffer(given);
  const header: JsonObject = {
    alg: opts["algorithm"] || "HS256",
    typ: isClaims ? "JWT" : undefined,
    kid: opts["keyid"],
    ...(opts["header"] as object | undefined),
  };
  const alg = String(header["alg"]);
  if (opts["algorithm"] === "none" || alg === "none")
    throw new Error('"none" is refused: a token without a signature can be made by anyone');
  if (!secretOrKey) throw new Error("secretOrPrivateKey must have a value");
  const opened = knownObject(secretOrKey) ?? (yield* openKey(secretOrKey, "sign"));
  if (opened === undefined) throw new Error("secretOrPrivateKey is not valid key material");
  checkKeyType(alg, opened);

  if (given === undefined) throw new Error("payload is required");
  let payload = given;
  if (isClaims) {
    check(claims, true, given, "payload");
    payload = opts["mutatePayload"] ? given : { ...given };
  } else {
    const invalid = forClaims.filter((name) => opts[name] !== undefined);
    if (invalid.length > 0) throw new Error(`invalid ${invalid.join(",")} option for ${typeof given} payload`);
  }
  const { exp, nbf } = Object(payload) as JsonObject;
  if (exp !== undefined && opts["expiresIn"] !== undefined)
    throw new Error('Bad "options.expiresIn" option the payload already has an "exp" property.');
  if (nbf !== undefined && opts["notBefore"] !== undefined)
    throw new Error('Bad "options.notBefore" option the payload already has an "nbf" property.');
  check(options, false, opts, "options");
  const known = opened.bound.get(alg);
  if (known === undefined) checkKind(alg, opened, opts["allowInvalidAsymmetricKeyTypes"]);
  if (own(header, "crit") !== undefined) throw new Error('"crit" is refused: verify understands no extensions');
  if (isObject(payload) && isClaims) addClaims(payload, opts);

  const definition = definitions.get(alg);
  if (definition === undefined) throw new TypeError(`${quote(alg)} is not a valid algorithm.`);
  const bound = known ?? (yield* bindKey(opened, definition));
  const content = textOf(payload);
  if (content === undefined) throw new Error("payload is required");
  if (bound.weakness !== undefined) notes.add("weak_secret", bound.weakness);
  note(notes, isClaims ? (payload as JsonObject) : undefined, opts, content);
  notes.refuse();
  const input = `${encodeHeader(JSON.stringify(header))}.${encode(content, opts["encoding"])}`;
  return `${input}.${yield* signInput(bound, input)}`;
}

function checkKeyType(alg: string, { type, object, bound }: Opened): void {
  const isHmac = alg.startsWith("HS");
  if (isHmac && type !== "secret") throw new Error(`secretOrPrivateKey must be a symmetric key when using ${alg}`);
  if (!isHmac && definitions.has(alg) && type !== "private")
    throw new Error(`secretOrPrivateKey must be an asymmetric key when using ${alg}`);
  // Bound to the algorithm, it was found to fit: Node takes a while to tell the details of a key.
  const bits = !bound.has(alg) && /^[RP]S/.test(alg) ? object?.asymmetricKeyDetails?.modulusLength : undefined;
  if (bits !== undefined && bits < 2048)
    throw new Error(`secretOrPrivateKey has a minimum key size of 2048 bits for ${alg}`);
}

function check(checks: ReadonlyMap<string, Check>, allowsOthers: boolean, given: unknown, name: string): void {
  if (!isPlainObject(given)) throw new Error(`Expected "${name}" to be a plain object.`);
  for (const key of Object.keys(given)) {
    const found = checks.get(key);
    if (found === undefined) {
      if (!allowsOthers) throw new Error(`"${key}" is not allowed in "${name}"`);
    } else if (!found[0]((given as JsonObject)[key])) throw new Error(found[1]);
  }
}

/** Adds the claims that options ask for, in the order in which jsonwebtoken writes them. */
function addClaims(payload: JsonObject, opts: JsonObject): void {
  const now = (payload["iat"] as number | undefined) || Math.floor(Date.now() / 1000);
  if (opts["noTimestamp"]) delete payload["iat"];
  else payload["iat"] = now;
  for (const [name, claim] of spanOptions) {
    if (opts[name] === undefined) continue;
    const time = addSpan(opts[name], now);
    if (time === undefined) throw new Error(notSpan(name));
    payload[claim] = time;
  }
  for (const [name, claim] of claimOptions) {
    if (opts[name] === undefined) continue;
    if (payload[claim] !== undefined)
      throw new Error(`Bad "options.${name}" option. The payload already has an "${claim}" property.`);
    payload[claim] = opts[name];
  }
}

/** Writes the payload as text, as jws does; `undefined`: JSON has no such thing. */
function textOf(payload: unknown): string | undefined {
  if (typeof payload === "string" || typeof payload === "number" || isBuffer(payload)) return payload.toString();
  return JSON.stringify(payload);
}

let lastHeader = { text: "", segment: "" };

/** Encodes a header. The last one is kept: most applications write one header alone. */
function encodeHeader(text: string): string {
  if (text !== lastHeader.text) lastHeader = { text, segment: encodeBase64urlText(text) };
  return lastHeader.segment;
}

function encode(content: string, encoding: unknown): string {
  if (encoding === undefined || encoding === "" || encoding === "utf8") return encodeBase64urlText(content);
  const buffer = nativeBuffer();
  if (buffer === undefined) throw argumentError("encoding: this runtime has no Buffer: leave it out");
  return buffer.from(content, encoding as BufferEncoding).toString("base64url"); // it refuses what it does not know
}

function note(notes: Notes, payload: JsonObject | undefined, opts: JsonObject, content: string): void {
  if (hasNoUnit(opts["expiresIn"])) notes.add("milliseconds", `expiresIn: ${quote(opts["expiresIn"])}`);
  if (hasNoUnit(opts["notBefore"])) notes.add("milliseconds", `notBefore: ${quote(opts["notBefore"])}`);
  if (notes.wants("sensitive_claim")) {
    const name = findSensitive(content);
    if (name !== undefined) notes.add("sensitive_claim", quote(name));
  }
  if (payload === undefined) return;
  const { exp, iss, sub, aud } = payload;
  if (exp === undefined) notes.add("sign_without_exp");
  else if (Number(exp) - Date.now() / 1000 > maxLifetime) notes.add("long_lifetime");
  if (!iss) notes.add("sign_without_iss");
  if (!aud) notes.add("sign_without_aud");
  if (iss !== undefined && typeof iss !== "string") notes.add("claim_type", `iss: found ${quote(iss)}`);
  if (sub !== undefined && typeof sub !== "string") notes.add("claim_type", `sub: found ${quote(sub)}`);
}
