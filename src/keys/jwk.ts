/**
 * JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037 §2, RFC 9964). Runtimes differ in what they let through
 * (padded members, short coordinates, a wrong `alg`), so a key is checked here, and only its key members
 * are handed to the runtime.
 */

import type { AsymmetricDefinition, HmacDefinition, Members } from "../algorithms/algorithm.ts";
import { privateMembers } from "../algorithms/jwk-members.ts";
import { wrongArgument } from "../base/options.ts";
import { decodeBase64, decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { own } from "../encoding/json.ts";
import { argumentError } from "../errors.ts";

/** A JSON Web Key (RFC 7517 §4). Octets and numbers are base64url. */
export interface Jwk {
  /** The kind of key: `oct`, `RSA`, `EC`, `OKP` or `AKP` (§4.1). */
  kty: string;
  /** Its one algorithm (§4.4). */
  alg?: string;
  /** Intended use: `sig` for signatures (§4.2). */
  use?: string;
  /** Permitted operations: `sign` and `verify` for signatures (§4.3). */
  key_ops?: string[];
  /** Its name (§4.5). */
  kid?: string;
  /** EC, OKP: the curve (RFC 7518 §6.2.1.1, RFC 8037 §2). */
  crv?: string;
  /** EC: a coordinate; OKP: the public key (RFC 7518 §6.2.1.2, RFC 8037 §2). */
  x?: string;
  /** EC: the other coordinate (RFC 7518 §6.2.1.3). */
  y?: string;
  /** RSA: the modulus (RFC 7518 §6.3.1.1). */
  n?: string;
  /** RSA: the public exponent (RFC 7518 §6.3.1.2). */
  e?: string;
  /** RSA, EC, OKP: the private part (RFC 7518 §6.2.2.1, §6.3.2.1, RFC 8037 §2). */
  d?: string;
  /** RSA: private (RFC 7518 §6.3.2.2). */
  p?: string;
  /** RSA: private (RFC 7518 §6.3.2.3). */
  q?: string;
  /** RSA: private (RFC 7518 §6.3.2.4). */
  dp?: string;
  /** RSA: private (RFC 7518 §6.3.2.5). */
  dq?: string;
  /** RSA: private (RFC 7518 §6.3.2.6). */
  qi?: string;
  /** oct: the secret (RFC 7518 §6.4.1). */
  k?: string;
  /** AKP: the public key (RFC 9964). */
  pub?: string;
  /** AKP: the private key, its seed (RFC 9964). */
  priv?: string;
  /** Other members, which are ignored. */
  [member: string]: unknown;
}

/** A JWK as other libraries type it. Its members are checked, whatever its type. */
export type JwkInput = Jwk | { readonly kty?: string | undefined };

/** A JWK reduced to its key members, and those decoded. */
export interface CheckedJwk {
  readonly jwk: Jwk;
  readonly members: Members;
  /** The members that were not written in the canonical form that they have in `jwk`. */
  readonly corrections: readonly string[];
}

/**
 * Spellings of key members that are accepted. `strict`: as RFC 7518 says. `published`: an RSA number may also have zero octets in front, as
 * Java and .NET write them. `lenient`: so may every number; EC coordinates may be shorter or longer than the field, and
 * base64url may be padded or in the plain alphabet.
 */
export type Reading = "strict" | "published" | "lenient";

/** Checks a public JWK against the algorithm it is to be used with. */
export function checkPublicJwk(jwk: object, definition: AsymmetricDefinition, reading?: Reading): CheckedJwk {
  refusePrivate(jwk);
  checkUse(jwk, ["verify"]);
  return decodePublicJwk(pickPublicJwk(jwk, definition), definition, reading);
}

/** Refuses a private key: whoever verifies with it could sign. */
export function refusePrivate(jwk: object): void {
  const names = [...Object.values(privateMembers).flat(), "oth"];
  const secret = names.find((name) => member(jwk, name) !== undefined);
  if (secret !== undefined)
    throw invalidKey(`JWK: a private key where a public one is expected (member ${secret}): use publicKeyOf`);
}

/** Returns a copy of the public members of a JWK, which must be of the algorithm's kind. They are not decoded yet. */
export function pickPublicJwk(jwk: object, definition: AsymmetricDefinition): Jwk {
  checkKind(jwk, definition);
  return pick(jwk, definition, definition.publicMembers);
}

/** Decodes and checks what `pickPublicJwk` returned. */
export function decodePublicJwk(jwk: Jwk, definition: AsymmetricDefinition, reading: Reading = "strict"): CheckedJwk {
  return decode(jwk, definition, definition.publicMembers, reading);
}

/** Checks a private JWK, its public half included, against the algorithm it is to be used with. */
export function checkPrivateJwk(
  jwk: object,
  definition: AsymmetricDefinition,
  reading: Reading = "strict",
): CheckedJwk {
  if (member(jwk, "oth") !== undefined) throw invalidKey("JWK: RSA keys with more than two primes are not supported");
  checkUse(jwk, ["sign"]);
  checkKind(jwk, definition);
  if (definition.privateMembers.every((name) => member(jwk, name) === undefined))
    throw invalidKey("JWK: expected a private key, found none of its members: is it the public key?");
  const names = [...definition.publicMembers, ...definition.privateMembers];
  const checked = decode(pick(jwk, definition, names), definition, names, reading);
  const fault = definition.faultOfPrivate(checked.members);
  if (fault !== undefined) throw invalidKey(`JWK: ${fault}`);
  return checked;
}

/**
 * Checks a JWK that says no more than its key, as a runtime or a key file gives it: each member in its canonical form, `use` and `key_ops` unread.
 * Of a private one, `isPrivate` decides if its private members are checked and copied.
 */
export function checkExactJwk(jwk: object, definition: AsymmetricDefinition, isPrivate: boolean): CheckedJwk {
  checkKind(jwk, definition);
  const names = [...definition.publicMembers, ...(isPrivate ? definition.privateMembers : [])];
  const picked = pick(jwk, definition, names);
  // A member that is missing, or in another form, has no octets, which no check below accepts.
  const members = Object.fromEntries(names.map((name) => [name, decodeStrictly(picked[name]) ?? new Uint8Array()]));
  const fault = definition.faultOfPublic(members) ?? (isPrivate ? definition.faultOfPrivate(members) : undefined);
  if (fault !== undefined) throw invalidKey(`JWK: ${fault}`);
  return { jwk: picked, members, corrections: [] };
}

/** Returns the public members of a checked JWK. */
export function publicHalf(jwk: Jwk, definition: AsymmetricDefinition): Jwk {
  return pick(jwk, definition, definition.publicMembers);
}

/** Returns the octets of an `oct` JWK. */
export function checkSecretJwk(jwk: object, definition: HmacDefinition, reading: Reading = "strict"): Bytes {
  checkUse(jwk, ["sign", "verify"]);
  checkKind(jwk, definition);
  const k = member(jwk, "k");
  return decodeStrictly(k) ?? decodeLoosely(k, "k", reading);
}

/** Returns the `kid` of a JWK. An empty string is a name too: without one, the key would be tried for every unknown `kid`. */
export function kidOf(jwk: object): string | undefined {
  const kid = own(jwk, "kid") === "" ? "" : member(jwk, "kid");
  if (kid !== undefined && typeof kid !== "string") throw wrongArgument("JWK: kid", "a string", kid, "invalid_key");
  return kid;
}

/** Makes the error that a key is refused with. */
export function invalidKey(message: string): TypeError {
  return argumentError(message, "invalid_key");
}

/** Returns a member of a JWK. Serializers write those that a key does not have as `null`, `""` or `[]`: they are absent. */
export function member(jwk: object, name: string): unknown {
  const value = own(jwk, name);
  return value === null || value === "" || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

/** Checks that a key may be used for these operations (RFC 7517 §4.2, §4.3). */
export function checkUse(jwk: object, operations: readonly string[]): void {
  expect(jwk, "use", ["sig", "jwt-svid", undefined]);
  const listed = member(jwk, "key_ops");
  if (listed === undefined) return;
  if (
    !Array.isArray(listed) ||
    new Set(listed).size !== listed.length ||
    !operations.every((operation) => listed.includes(operation)) ||
    !listed.every((name) => typeof name === "string")
  ) {
    throw invalidKey(`JWK: key_ops: expected ${operations.join(" and ")}, each name once`);
  }
}

function checkKind(jwk: object, definition: AsymmetricDefinition | HmacDefinition): void {
  const { kty, name } = definition;
  expect(jwk, "kty", [kty]);
  if ("crv" in definition) expect(jwk, "crv", [definition.crv]);
  expect(jwk, "alg", "statesAlg" in definition ? [name] : [name, undefined]);
}

function expect(jwk: object, name: string, allowed: readonly (string | undefined)[]): void {
  const value = member(jwk, name) as string | undefined;
  if (!allowed.includes(value))
    throw wrongArgument(`JWK: ${name}`, allowed.filter(Boolean).join(" or "), value, "invalid_key");
}

/** Decodes key members and checks them. The JWK that comes back has each in its canonical form. */
function decode(jwk: Jwk, definition: AsymmetricDefinition, names: readonly string[], reading: Reading): CheckedJwk {
  const corrections: string[] = [];
  const members: Record<string, Bytes> = {};
  const canonical: Jwk = { ...jwk };
  try {
    for (const name of names) {
      const exact = decodeStrictly(jwk[name]);
      const read = exact ?? decodeLoosely(jwk[name], name, reading);
      const octets = reading === "strict" ? read : resize(read, name, definition, reading);
      members[name] = octets;
      if (octets === exact) continue;
      canonical[name] = encodeBase64url(octets);
      corrections.push(`${name}: ${correction(octets, read)}`);
    }
    const fault = definition.faultOfPublic(members);
    if (fault !== undefined) throw invalidKey(`JWK: ${fault}`);
  } catch (error) {
    throw reading !== "lenient" && isTakenLeniently(jwk, definition, names)
      ? invalidKey(`${(error as Error).message}; the option lenient takes this key`)
      : error;
  }
  return { jwk: canonical, members, corrections };
}

function correction(octets: Bytes, read: Bytes): string {
  if (octets.length < read.length) return "leading zero octets dropped";
  return octets.length > read.length ? "leading zero octets added" : "written as base64url without padding";
}

function isTakenLeniently(jwk: Jwk, definition: AsymmetricDefinition, names: readonly string[]): boolean {
  try {
    decode(jwk, definition, names, "lenient");
    return true;
  } catch {
    return false;
  }
}

function decodeStrictly(text: unknown): Bytes | undefined {
  return typeof text === "string" && text !== "" ? decodeBase64url(text) : undefined;
}

function decodeLoosely(text: unknown, name: string, reading: Reading): Bytes {
  const isWanted = reading === "lenient" && typeof text === "string" && text !== "" && !/\s/.test(text);
  const octets = isWanted ? decodeBase64(text) : undefined;
  if (octets !== undefined) return octets;
  const found =
    text === undefined ? ", the member is missing" : ArrayBuffer.isView(text) ? ", found bytes: encode them" : "";
  throw invalidKey(`JWK: ${name}: expected base64url without padding${found}`);
}

/** Returns a number without zero octets in front (RFC 7518 §6.3), an EC coordinate as long as its field (§6.2.1.2). */
function resize(octets: Bytes, name: string, { integers, pointLength }: AsymmetricDefinition, reading: Reading): Bytes {
  const isNumber = integers?.includes(name) === true;
  const size = pointLength === undefined || reading !== "lenient" ? undefined : (pointLength - 1) / 2;
  if (!isNumber && size === undefined) return octets;
  let zeros = 0;
  while (octets[zeros] === 0 && octets.length - zeros > (size ?? 1)) zeros++;
  const digits = zeros === 0 ? octets : octets.subarray(zeros);
  if (size === undefined || digits.length >= size) return digits;
  const padded = new Uint8Array(size);
  padded.set(digits, size - digits.length);
  return padded;
}

/** Copies the key members. Each is read once: what is checked is what is used, even of an object with getters. */
function pick(jwk: object, { kty, crv, name, statesAlg }: AsymmetricDefinition, names: readonly string[]): Jwk {
  return {
    kty,
    ...(crv !== undefined && { crv }),
    ...(statesAlg === true && { alg: name }),
    ...Object.fromEntries(names.map((one) => [one, own(jwk, one)])),
  };
}
