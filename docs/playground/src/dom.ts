/** The page's elements. Text reaches them as text nodes only; nothing on this page is ever parsed as HTML. */

/** An element that page.html has. */
export function find<E extends HTMLElement>(id: string, type: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`page.html has no ${type.name} with the id ${id}`);
  return found;
}

/** A new element with a class and content; strings become text nodes. */
export function element(tag: string, className = "", ...content: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...content);
  return made;
}

/** Sets attributes, and gives the element back. */
export function withAttributes<E extends Element>(target: E, attributes: Readonly<Record<string, string>>): E {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
  return target;
}

export function show(target: HTMLElement, visible: boolean): void {
  target.hidden = !visible;
}

/** An option of a select. */
export function option(value: string, label: string, disabled = false): HTMLOptionElement {
  const made = new Option(label, value);
  made.disabled = disabled;
  return made;
}

/** The value of the checked radio button of a group. */
export function chosen(name: string): string {
  return document.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? "";
}

/** Checks a radio button of a group. */
export function choose(name: string, value: string): void {
  for (const radio of document.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`))
    radio.checked = radio.value === value;
}

/** Calls back whenever another radio button of a group is chosen. */
export function onChoice(name: string, changed: () => void): void {
  for (const radio of document.querySelectorAll(`input[name="${name}"]`)) radio.addEventListener("change", changed);
}
