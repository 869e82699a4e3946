/** Buttons that put a text on the clipboard, and say so. */

import { element, find } from "./dom.ts";

export function copyButton(id: string, text: () => string): void {
  const button = find(id, HTMLButtonElement);
  const label = button.textContent;
  let restore: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener("click", () => {
    void copy(text()).then((done) => {
      button.textContent = done ? "Copied" : "Not allowed";
      announce(done ? "Copied." : "The browser does not let this page write to the clipboard.");
      clearTimeout(restore);
      restore = setTimeout(() => {
        button.textContent = label;
      }, 2000);
    });
  });
}

/** Says something to screen readers alone. */
function announce(text: string): void {
  find("announcement", HTMLParagraphElement).textContent = text;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** Where there is no clipboard to write to, as on a page without https: through a selection. */
function copySelected(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  const before = document.activeElement;
  document.body.append(element("div", "hidden", field));
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only other way there is
  const done = document.execCommand("copy");
  field.parentElement?.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
