/** Light or dark: as the system says until the switch is used. The choice is not stored. */

import { find } from "./dom.ts";

export function startTheme(): void {
  const toggle = find("theme", HTMLButtonElement);
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen: boolean | undefined;
  const apply = (): void => {
    toggle.setAttribute("aria-checked", String(chosen ?? system.matches));
    if (chosen !== undefined) document.documentElement.dataset["theme"] = chosen ? "dark" : "light";
  };
  toggle.addEventListener("click", () => {
    chosen = !(chosen ?? system.matches);
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}
