/**
 * JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037 §2, RFC 9964). Runtimes differ in what they let through
 * (padded members, short coordinates, a wrong `alg`), so a key is checked here, and only its key members
 * are handed to the runtime.
 */

import type { AsymmetricDefinition, HmacDefinition, Members } from "../algorithms/algorithm.ts";
import { wrongArgument } from "../base/options.ts";
import { decodeBase64url } from "../encoding/base64url.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { own } from "../encoding/json.ts";
import { argumentError } from "../errors.ts";
import type { Jwk } from "./key.ts";

/** A JWK reduced to its key members, and those decoded. */
export interface CheckedJwk {
  readonly jwk: Jwk;
  readonly members: Members;
}

/** Checks a public JWK against the algorithm it is to be used with. */
export function checkPublicJwk(jwk: object, definition: AsymmetricDefinition): CheckedJwk {
  const secret = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"].find((name) => own(jwk, name) !== undefined);
  if (secret !== undefined)
    throw invalidKey(`JWK: a private key where a public one is expected (member ${secret}): use publicKeyOf`);
  return check(jwk, definition, "verify", definition.publicMembers);
}

/** Checks a private JWK, its public half included, against the algorithm it is to be used with. */
export function checkPrivateJwk(jwk: object, definition: AsymmetricDefinition): CheckedJwk {
  if (own(jwk, "oth") !== undefined) throw invalidKey("JWK: RSA keys with more than two primes are not supported");
  const checked = check(jwk, definition, "sign", [...definition.publicMembers, ...definition.privateMembers]);
  const fault = definition.faultOfPrivate(checked.members);
  if (fault !== undefined) throw invalidKey(`JWK: ${fault}`);
  return checked;
}

/** The public members of a checked JWK. */
export function publicHalf(jwk: Jwk, definition: AsymmetricDefinition): Jwk {
  return pick(jwk, definition, definition.publicMembers);
}

/** The octets of an `oct` JWK. */
export function checkSecretJwk(jwk: object, definition: HmacDefinition): Bytes {
  checkMetadata(jwk, definition, ["sign", "verify"]);
  return octets(jwk, "k");
}

/** The `kid` of a JWK. */
export function kidOf(jwk: object): string | undefined {
  const kid = own(jwk, "kid");
  if (kid !== undefined && typeof kid !== "string") throw wrongArgument("JWK: kid", "a string", kid, "invalid_key");
  return kid;
}

/** What every refusal of a key is made with. */
export function invalidKey(message: string): TypeError {
  return argumentError(message, "invalid_key");
}

function check(jwk: object, definition: AsymmetricDefinition, operation: string, names: readonly string[]): CheckedJwk {
  checkMetadata(jwk, definition, [operation]);
  const clean = pick(jwk, definition, names);
  const members = Object.fromEntries(names.map((name) => [name, octets(clean, name)]));
  const fault = definition.faultOfPublic(members);
  if (fault !== undefined) throw invalidKey(`JWK: ${fault}`);
  return { jwk: clean, members };
}

function checkMetadata(
  jwk: object,
  definition: AsymmetricDefinition | HmacDefinition,
  operations: readonly string[],
): void {
  const { kty, name } = definition;
  expect(jwk, "kty", [kty]);
  if ("crv" in definition) expect(jwk, "crv", [definition.crv]);
  expect(jwk, "alg", "statesAlg" in definition ? [name] : [name, undefined]);
  expect(jwk, "use", ["sig", "jwt-svid", undefined]);
  const listed = own(jwk, "key_ops");
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

function expect(jwk: object, name: string, allowed: readonly (string | undefined)[]): void {
  const value = own(jwk, name) as string | undefined;
  if (!allowed.includes(value))
    throw wrongArgument(`JWK: ${name}`, allowed.filter(Boolean).join(" or "), value, "invalid_key");
}

function octets(jwk: object, name: string): Bytes {
  const text = own(jwk, name);
  if (text === undefined) throw invalidKey(`JWK: ${name}: expected base64url without padding, the member is missing`);
  if (ArrayBuffer.isView(text))
    throw invalidKey(`JWK: ${name}: expected base64url without padding, found bytes: write them so`);
  const bytes = typeof text === "string" && text !== "" ? decodeBase64url(text) : undefined;
  if (bytes === undefined) throw invalidKey(`JWK: ${name}: expected base64url without padding`);
  return bytes;
}

/** Read once: what is checked is what is used, even of an object with getters. */
function pick(jwk: object, { kty, crv, name, statesAlg }: AsymmetricDefinition, names: readonly string[]): Jwk {
  return {
    kty,
    ...(crv !== undefined && { crv }),
    ...(statesAlg === true && { alg: name }),
    ...Object.fromEntries(names.map((member) => [member, own(jwk, member)])),
  };
}
