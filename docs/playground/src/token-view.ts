/** A token in its three colours. */

import { element } from "./dom.ts";
import { visible } from "./visible-text.ts";

export function showToken(target: HTMLElement, token: string): void {
  const [header = "", payload, signature, ...rest] = token.split(".");
  const parts = [element("span", "part-header", ...visible(header))];
  if (payload !== undefined)
    parts.push(element("span", "dot", "."), element("span", "part-payload", ...visible(payload)));
  if (signature !== undefined)
    parts.push(element("span", "dot", "."), element("span", "part-signature", ...visible(signature)));
  if (rest.length > 0) parts.push(element("span", "dot", ...visible(`.${rest.join(".")}`)));
  target.replaceChildren(...parts);
}
