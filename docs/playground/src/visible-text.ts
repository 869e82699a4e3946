/** Text from a token as it may be shown: what has no shape of its own, or reorders its surroundings, is spelt out. */

import { element } from "./dom.ts";
import { splitInvisible } from "./invisible.ts";

/** Nodes to append: the text, with each invisible character as its escape, set apart. */
export function visible(text: string): (Node | string)[] {
  return splitInvisible(text).map(({ text: part, escaped }) => (escaped ? element("span", "escape", part) : part));
}

/** Puts text into an element in place of what was there. */
export function showText(target: Element, text: string): void {
  target.replaceChildren(...visible(text));
}
