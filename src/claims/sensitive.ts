/** What must not be in a token: its payload is signed, not encrypted, and anyone who holds it can read it. */

import { isObject, own, parseJsonObject } from "../encoding/json.ts";

/** Which claims `sign` lets pass: none that is sensitive, all, or those named. */
export type SensitiveClaims = "reject" | "allow" | readonly string[];

/** Whole names, without case and punctuation: `client_secret` and `clientSecret`, but not `password_changed_at`. */
const sensitiveName =
  /^(pass(word|wd|phrase|code)|pwd|((client|shared|api)?secret|(secret|private|api))key|(client|shared|api)?secret|ssn|socialsecuritynumber|(credit)?card(number|verificationvalue)|creditcard|cv[vc]2?)$/;

/** Whether a claim of this name gives something away. */
export function isSensitiveName(name: string): boolean {
  return sensitiveName.test(normalizeName(name));
}

/** A name without case and punctuation. */
export function normalizeName(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** The name in or under which a value gives something away: by its own name or by holding a private key. */
export function findSensitive(name: string, value: unknown, allowed: readonly string[]): string | undefined {
  if (allowed.includes(normalizeName(name))) return undefined;
  if (isSensitiveName(name) || isPrivateKey(value)) return name;
  if (typeof value !== "object" || value === null) return undefined;
  if ("toJSON" in value && typeof value.toJSON === "function") return findSensitive(name, (value.toJSON as () => unknown)(), allowed);
  for (const [member, inner] of Object.entries(value)) {
    const found = findSensitive(Array.isArray(value) ? name : member, inner, allowed);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A private key as PEM, as a JWK, or as the JSON text of one. */
export function isPrivateKey(value: unknown): boolean {
  if (typeof value === "string") return value.length > 30 && (value.includes("PRIVATE KEY-----") || (value.includes('"kty"') && isPrivateKey(parseJsonObject(value))));
  return isObject(value) && typeof own(value, "kty") === "string" && ["d", "k", "p", "priv"].some((name) => typeof own(value, name) === "string");
}
