/** What is in a token: its three colours, its header and claims, and what is wrong with them. */

import type { Anatomy } from "./anatomy.ts";
import { element, find, show } from "./dom.ts";
import { claimMeanings, headerMeanings } from "./meanings.ts";
import { membersView } from "./members-view.ts";
import { showToken } from "./token-view.ts";

export function showInside(token: string, { header, payload, signature, faults }: Anatomy): void {
  show(find("debug-found", HTMLDivElement), true);
  show(find("debug-inside", HTMLDivElement), true);
  show(find("debug-empty", HTMLParagraphElement), false);
  showToken(find("debug-token", HTMLElement), token);
  const list = find("debug-faults", HTMLUListElement);
  show(list, faults.length > 0);
  list.replaceChildren(...faults.map((fault) => element("li", "", fault)));
  find("debug-header", HTMLDivElement).replaceChildren(
    ...membersView(header, { meanings: headerMeanings, what: "header" }),
  );
  find("debug-claims", HTMLDivElement).replaceChildren(
    ...membersView(payload, { meanings: claimMeanings, what: "payload" }),
  );
  find("debug-signature", HTMLDivElement).replaceChildren(
    element("p", "", signature.segment === "" ? "There is no signature." : `${signature.length} bytes.`),
    ...signature.faults.map((fault) => element("p", "fault", fault)),
  );
}

/** Nothing of a token stays behind, out of sight. */
export function hideInside(): void {
  show(find("debug-found", HTMLDivElement), false);
  show(find("debug-inside", HTMLDivElement), false);
  show(find("debug-empty", HTMLParagraphElement), true);
  for (const id of ["debug-token", "debug-faults", "debug-header", "debug-claims", "debug-signature"])
    find(id, HTMLElement).replaceChildren();
}
