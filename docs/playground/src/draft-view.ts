/** What becomes of the claims: what signing adds or refuses, and the token. */

import type { CheckedDraft } from "./claims-check.ts";
import { localDate } from "./dates.ts";
import { element, find, show } from "./dom.ts";
import type { Minted } from "./snippets/minted.ts";
import { showToken } from "./token-view.ts";
import { visible } from "./visible-text.ts";

export function showDraft({ claims, issued, warnings }: CheckedDraft, refusals: readonly string[]): void {
  const hasExpiry = claims !== undefined && Object.hasOwn(claims, "exp");
  find("generate-lifetime", HTMLInputElement).disabled = hasExpiry;
  list("generate-refusals", refusals);
  list("generate-warnings", warnings);
  const added = ["iat", "exp", "jti"].filter(
    (name) =>
      issued !== undefined && Object.hasOwn(issued, name) && claims !== undefined && !Object.hasOwn(claims, name),
  );
  const described = added.map((name) =>
    name === "jti" ? "a random jti" : `${name} ${localDate(Number(issued?.[name])) ?? ""}`,
  );
  find("generate-added", HTMLParagraphElement).textContent =
    `${described.length === 0 ? "" : `Signing adds ${described.join(", ")}.`}${hasExpiry ? " The JSON says exp, so the lifetime is not used." : ""}`.trim();
}

function list(id: string, messages: readonly string[]): void {
  const target = find(id, HTMLUListElement);
  show(target, messages.length > 0);
  target.replaceChildren(...messages.map((message) => element("li", "", ...visible(message))));
}

export function showMinted(minted: Minted | undefined, why: string): void {
  const target = find("generate-token", HTMLElement);
  show(target, minted !== undefined);
  showToken(target, minted?.token ?? "");
  for (const id of ["generate-copy-token", "generate-debug", "generate-copy-code"])
    find(id, HTMLButtonElement).disabled = minted === undefined;
  find("generate-status", HTMLParagraphElement).textContent =
    minted === undefined ? why : `${minted.alg.name}, ${minted.token.length} characters.`;
}
