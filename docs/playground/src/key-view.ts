/** The key of the generator on the screen: which fields it takes, what can be copied of it, and why there is none. */

import { isHmac, isRsa, type AnyAlgorithm } from "./algorithms.ts";
import { chosen, find, show } from "./dom.ts";
import type { ReadyKey } from "./key-source.ts";
import { showText } from "./visible-text.ts";

export function showKeyFields(alg: AnyAlgorithm, pasted: boolean): void {
  show(find("generate-size-field", HTMLDivElement), isRsa(alg) && !pasted);
  show(find("generate-new", HTMLDivElement), !pasted);
  show(find("generate-pasted", HTMLDivElement), pasted);
  show(find("generate-encoding-field", HTMLDivElement), isHmac(alg));
  find("generate-key-label", HTMLLabelElement).textContent = isHmac(alg)
    ? "Secret: text or JWK"
    : "Private key: PEM or JWK";
  find("h-private", HTMLHeadingElement).textContent = isHmac(alg) ? "Secret" : "Private key";
  find("generate-private-text", HTMLSpanElement).textContent = isHmac(alg) ? "base64url" : "PEM";
}

export function showMissing(missing: ReadonlySet<string>): void {
  for (const entry of find("generate-alg", HTMLSelectElement).options) entry.disabled = missing.has(entry.value);
  find("generate-alg-hint", HTMLParagraphElement).textContent =
    missing.size === 0 ? "" : `Not in this browser: ${[...missing].join(", ")}.`;
}

export function showKeyFault(message: string): void {
  const fault = find("generate-key-status", HTMLParagraphElement);
  show(fault, message !== "");
  showText(fault, message);
}

export function showKey(key: ReadyKey | undefined): void {
  showPrivate(key);
  showPublic(key);
  show(find("generate-public-part", HTMLDivElement), key?.published !== undefined);
  show(find("generate-no-public", HTMLParagraphElement), key !== undefined && key.published === undefined);
}

export function showPrivate(key: ReadyKey | undefined): void {
  find("generate-private", HTMLPreElement).textContent = privateText(key);
}

export function privateText(key: ReadyKey | undefined): string {
  return (chosen("generate-private-form") === "jwk" ? key?.made?.jwk : key?.made?.text) ?? "";
}

export function showPublic(key: ReadyKey | undefined): void {
  find("generate-public", HTMLPreElement).textContent = publicText(key);
}

export function publicText(key: ReadyKey | undefined): string {
  return key?.published?.[chosen("generate-public-form") as "pem" | "jwk" | "jwks"] ?? "";
}

/** Private keys are not on the screen before they are asked for. */
export function startReveal(): void {
  const button = find("generate-show", HTMLButtonElement);
  const shown = find("generate-private", HTMLPreElement);
  button.addEventListener("click", () => {
    const opening = shown.hasAttribute("hidden");
    show(shown, opening);
    button.setAttribute("aria-expanded", String(opening));
    button.textContent = opening ? "Hide" : "Show";
  });
}
