/** What must not be in a token: its payload is signed, not encrypted, and anyone who holds it can read it. */

import { checkTexts, wrongArgument } from "../arguments.ts";
import { isObject, own } from "../encoding/json.ts";

/** Which claims `sign` lets pass: none that is sensitive, all, or those named. */
export type SensitiveClaims = "reject" | "allow" | readonly string[];

/** Finds the name in or under which a value gives something away: by its own name or by holding a private key. */
export type SensitiveSearch = (name: string, value: unknown) => string | undefined;

/** Whole names, without case and punctuation: `client_secret` and `clientSecret`, but not `password_changed_at`. */
const sensitiveName =
  /^(pass(word|wd|phrase|code)|pwd|((client|shared|api)?secret|(secret|private|api))key|(client|shared|api)?secret|ssn|socialsecuritynumber|(credit)?card(number|verificationvalue)|creditcard|cv[vc]2?)$/;

/** Compiles the option `sensitiveClaims`: a claim that is named there passes, with everything in it. */
export function sensitiveSearch(option: SensitiveClaims): SensitiveSearch {
  if (option === "allow") return () => undefined;
  if (option !== "reject" && !Array.isArray(option)) throw wrongArgument("sensitiveClaims", '"reject", "allow" or a list of claims', option);
  const passed = new Set(option === "reject" ? [] : checkTexts(option, "sensitiveClaims").map(normalizeName));
  // Names that were found harmless: the tokens of one signer say the same things.
  const harmless = new Set<string>();

  function search(name: string, value: unknown): string | undefined {
    if (!harmless.has(name)) {
      const normalized = normalizeName(name);
      if (passed.has(normalized)) return undefined;
      if (sensitiveName.test(normalized)) return name;
      if (harmless.size < 1000) harmless.add(name);
    }
    if (typeof value === "string") return value.length > 30 && holdsPrivateKey(value, search) ? name : undefined;
    if (typeof value !== "object" || value === null) return undefined;
    if (isPrivateJwk(value)) return name;
    const members = value as Readonly<Record<string, unknown>>;
    for (const member of Object.keys(value)) {
      const found = search(Array.isArray(value) ? name : member, members[member]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return search;
}

function normalizeName(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** A private key as PEM, or JSON text that holds one. */
function holdsPrivateKey(text: string, search: SensitiveSearch): boolean {
  if (text.includes("PRIVATE KEY-----")) return true;
  if (!text.includes('"kty"')) return false;
  try {
    return search("", JSON.parse(text)) !== undefined;
  } catch {
    return false;
  }
}

function isPrivateJwk(value: object): boolean {
  return isObject(value) && typeof own(value, "kty") === "string" && ["d", "k", "p", "priv"].some((name) => typeof own(value, name) === "string");
}
