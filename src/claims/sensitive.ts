/** What must not be in a token: its payload is signed, not encrypted, and anyone who holds it can read it. */

import { isObject, own, parseJsonObject } from "../encoding/json.ts";
import { argumentError, quote } from "../errors.ts";

/** Whole names, without case and punctuation: `client_secret` and `clientSecret`, but not `password_changed_at`. */
const sensitiveNames: readonly string[] = (
  "password passwd pwd passphrase passcode secret clientsecret secretkey sharedsecret apikey apisecret privatekey " +
  "ssn socialsecuritynumber cardnumber creditcard creditcardnumber cvv cvv2 cvc cardverificationvalue"
).split(" ");

/** Which claims `sign` lets pass: none that is sensitive, all, or those named. */
export type SensitiveClaims = "reject" | "allow" | readonly string[];

/** Looks at one claim and everything in it; throws for what is sensitive. */
export type SensitiveCheck = (name: string, value: unknown) => void;

/** Compiles the option `sensitiveClaims`. */
export function sensitiveCheck(option: unknown): SensitiveCheck {
  if (option === "allow") return () => undefined;
  if (option !== "reject" && !(Array.isArray(option) && option.length > 0 && option.every((name) => typeof name === "string"))) {
    throw argumentError(`sensitiveClaims: expected "reject", "allow" or a list of claim names, found ${quote(option)}`);
  }
  const allowed = new Set(option === "reject" ? [] : option.map(normalize));
  const harmless = new Set<string>();

  const check = (name: string, value: unknown): void => {
    if (!harmless.has(name)) {
      const normalized = normalize(name);
      if (allowed.has(normalized)) return;
      if (sensitiveNames.includes(normalized)) throw refusal(name, "is readable by anyone who holds the token");
      if (harmless.size < 1000) harmless.add(name);
    }
    if (typeof value === "string" ? value.length > 30 && isPrivateText(value) : isObject(value) && isPrivateJwk(value)) {
      throw refusal(name, "holds a private key");
    }
    if (typeof value !== "object" || value === null) return;
    if ("toJSON" in value && typeof value.toJSON === "function") {
      check(name, (value.toJSON as () => unknown)());
      return;
    }
    for (const [member, inner] of Object.entries(value)) check(Array.isArray(value) ? name : member, inner);
  };
  return check;
}

function normalize(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function refusal(name: string, why: string): TypeError {
  return argumentError(`claim ${quote(name)} ${why}: leave it out, or say sensitiveClaims: [${quote(name)}]`);
}

function isPrivateText(text: string): boolean {
  return text.includes("PRIVATE KEY-----") || (text.startsWith("{") && text.includes('"kty"') && isPrivateJwk(parseJsonObject(text) ?? {}));
}

function isPrivateJwk(value: object): boolean {
  return typeof own(value, "kty") === "string" && ["d", "k", "p", "priv"].some((name) => typeof own(value, name) === "string");
}
