/** Claims that must not be in a token: its payload is signed, not encrypted, and anyone who holds it can read it. */

import { privateMembers } from "../algorithms/jwk-members.ts";
import { checkTexts, wrongArgument } from "../base/options.ts";
import { maxDepth, own, type JsonObject } from "../encoding/json.ts";
import { argumentError, quote } from "../errors.ts";

/** Sensitive claims that `sign` lets pass: none, all, or those named. */
export type SensitiveClaims = "reject" | "allow" | readonly string[];

/** Whole names, without case and punctuation: `client_secret` and `clientSecret`, but not `password_changed_at`. */
const sensitiveName =
  /^(pass(word|wd|phrase|code)|pwd|((client|shared|api)secret|secret|private|api)key|(client|shared|api)?secret|ssn|socialsecuritynumber|(credit)?card(number|verificationvalue)|creditcard|cv[vc]2?)$/;

/**
 * Looks at a value that goes into a token, by its name. Throws where it gives something away; returns whether JSON writes it as it is:
 * strings, finite numbers, booleans, null, plain objects and lists. `inStrings`: look for keys in its strings too.
 */
export type Inspect = (name: string, value: unknown, inStrings: boolean) => boolean;

/** Compiles the option `sensitiveClaims`: a claim that is named there passes, with everything in it. */
export function inspector(option: SensitiveClaims): Inspect {
  if (!["reject", "allow"].includes(option as string) && !Array.isArray(option))
    throw wrongArgument("sensitiveClaims", '"reject", "allow" or a list of claims', option);
  const passed = new Set(Array.isArray(option) ? checkTexts(option, "sensitiveClaims").map(normalizeName) : []);
  // Names that were found harmless: the tokens of one signer say the same things.
  const harmless = new Set<string>();

  function inspect(name: string, value: unknown, inStrings: boolean, depth: number, trusted: boolean): boolean {
    // At depth 0 the value is the whole claims object, which has no name to check.
    if (!trusted && depth > 0 && !harmless.has(name)) {
      const normalized = normalizeName(name);
      if (passed.has(normalized)) trusted = true;
      else if (sensitiveName.test(normalized)) throw sensitive(name);
      else if (harmless.size < 1000) harmless.add(name);
    }
    if (typeof value === "string") {
      if (inStrings && !trusted) inspectString(name, value, depth);
      return true;
    }
    if (typeof value !== "object") return typeof value === "boolean" || Number.isFinite(value);
    if (value === null) return true;
    if (depth >= maxDepth || "toJSON" in value) return false;
    const members = value as JsonObject;
    if (Array.isArray(value)) {
      for (const item of value) if (!inspect(name, item, inStrings, depth + 1, trusted)) return false;
      return true;
    }
    if (!trusted && isPrivateJwk(members)) throw sensitive(name);
    if (Object.getPrototypeOf(value) !== Object.prototype) return false;
    // The fastest way through an object. What a polluted prototype adds is looked at too, and not written.
    for (const member in members) if (!inspect(member, members[member], inStrings, depth + 1, trusted)) return false;
    return true;
  }

  /** Refuses a private key as PEM, and a string of JSON that holds what may not be in a claim either. */
  function inspectString(name: string, text: string, depth: number): void {
    if (text.includes(pemLabel)) throw sensitive(name);
    if (!text.includes('"kty"')) return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return;
    }
    inspect(name, value, true, depth, false);
  }
  return (name, value, inStrings) => inspect(name, value, inStrings, 0, option === "allow");
}

const pemLabel = "PRIVATE KEY-----";

/** Returns whether JSON may have a key in one of its strings: looked for once, not in each of them. */
export function mayHoldKey(json: string): boolean {
  return json.includes(pemLabel) || json.includes('\\"kty\\"');
}

function sensitive(name: string): TypeError {
  return argumentError(
    `${quote(name, 24)} is readable by anyone who holds the token: leave it out, or list it in sensitiveClaims`,
  );
}

function normalizeName(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

function isPrivateJwk(value: JsonObject): boolean {
  return (
    typeof own(value, "kty") === "string" &&
    Object.values(privateMembers)
      .flat()
      .some((name) => typeof own(value, name) === "string")
  );
}
