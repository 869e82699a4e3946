/** Which token, where a text has several. */

import { element, find, show, withAttributes } from "./dom.ts";
import { visible } from "./visible-text.ts";

/** Offers the tokens by name. The same names are not drawn again: the focus would be lost. */
export function showChoice(names: readonly string[], chosen: number, choose: (i: number) => void): void {
  show(find("debug-choice", HTMLFieldSetElement), names.length > 1);
  const target = find("debug-choices", HTMLDivElement);
  const shown = Array.from(target.querySelectorAll("label > span"), ({ textContent }) => textContent);
  if (names.length === shown.length && names.every((name, i) => name === shown[i])) {
    target.querySelectorAll("input").forEach((radio, i) => {
      radio.checked = i === chosen;
    });
    return;
  }
  target.replaceChildren(
    ...names.map((name, i) => {
      const radio = withAttributes(document.createElement("input"), { type: "radio", name: "debug-choice" });
      radio.checked = i === chosen;
      radio.addEventListener("change", () => {
        choose(i);
      });
      return element("label", "", radio, element("span", "", ...visible(name)));
    }),
  );
}
