/** What a header or payload says: each member with its value, its date, and what it means. */

import type { JsonPart } from "./anatomy.ts";
import { dateFault, localDate, relativeDate, secondsNow } from "./dates.ts";
import { element, withAttributes } from "./dom.ts";
import { dateClaims } from "./meanings.ts";
import { visible } from "./visible-text.ts";

export interface Naming {
  readonly meanings: ReadonlyMap<string, string>;
  /** What the text is called: "header". */
  readonly what: string;
}

export function membersView(
  { members, text, faults, segment }: JsonPart,
  { meanings, what }: Naming,
): readonly HTMLElement[] {
  if (segment === "") return [element("p", "hint", `There is no ${what}.`)];
  const names = Object.keys(members);
  return [
    ...(faults.length === 0 ? [] : [element("ul", "notes warn", ...faults.map((fault) => element("li", "", fault)))]),
    ...(names.length === 0
      ? []
      : [element("dl", "members", ...names.map((name) => row(name, members[name], meanings)))]),
    jsonView(text, what, names.length === 0),
  ];
}

function row(name: string, value: unknown, meanings: ReadonlyMap<string, string>): HTMLElement {
  const meaning = meanings.get(name);
  return element(
    "div",
    "",
    element("dt", "", ...visible(name)),
    element(
      "dd",
      "",
      element("code", "", ...visible(typeof value === "string" ? value : JSON.stringify(value))),
      ...(dateClaims.includes(name) ? dateLine(value) : []),
      ...(meaning === undefined ? [] : [withAttributes(element("span", "meaning", meaning), { translate: "yes" })]),
    ),
  );
}

function dateLine(value: unknown): readonly HTMLElement[] {
  const fault = dateFault(value);
  const date = typeof value === "number" ? localDate(value) : undefined;
  return [
    ...(typeof value !== "number" || date === undefined
      ? []
      : [element("span", "date", date, " · ", relativeTime(value))]),
    ...(fault === undefined ? [] : [element("span", "fault", fault)]),
  ];
}

function relativeTime(seconds: number): HTMLElement {
  return withAttributes(element("span", "relative", relativeDate(seconds, secondsNow())), {
    "data-seconds": String(seconds),
  });
}

/** Lets "in 14 minutes" go on counting. */
export function keepTime(): void {
  setInterval(() => {
    for (const shown of document.querySelectorAll<HTMLElement>("[data-seconds]")) {
      const text = relativeDate(Number(shown.dataset["seconds"]), secondsNow());
      if (shown.textContent !== text) shown.textContent = text;
    }
  }, 1000);
}

function jsonView(text: string, what: string, open: boolean): HTMLElement {
  const details = element(
    "details",
    "",
    element("summary", "", "As JSON"),
    withAttributes(element("pre", "code", ...visible(text)), {
      tabindex: "0",
      role: "group",
      "aria-label": `The ${what} as JSON`,
    }),
  );
  if (open) details.setAttribute("open", "");
  return details;
}
