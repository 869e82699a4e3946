/** The claims twice: as fields and as JSON. Whichever is edited, the other follows. */

import { element, find, withAttributes } from "./dom.ts";
import { parseObject } from "./json-text.ts";

export interface ClaimsForm {
  json(): string;
}

const registered = ["iss", "sub", "aud"] as const;

const initial = { iss: "https://id.example", sub: "user_123", aud: "orders", role: "admin" };

export function createClaimsForm(changed: () => void): ClaimsForm {
  const json = find("generate-json", HTMLTextAreaElement);
  const rows = find("generate-rows", HTMLDivElement);
  const fields = new Map(registered.map((name) => [name, find(`generate-${name}`, HTMLInputElement)]));

  function writeJson(): void {
    const entries = [
      ...registered.map((name) => [name, readField(name, fields.get(name)?.value ?? "")] as const),
      ...Array.from(rows.children, readRow),
    ].filter(([name, value]) => name !== "" && value !== undefined);
    json.value = JSON.stringify(Object.fromEntries(entries), undefined, 2);
    changed();
  }

  function writeFields(): void {
    const claims = parseObject(json.value);
    if (claims === undefined) return;
    for (const [name, field] of fields) field.value = spell(name, claims[name]);
    const others = Object.entries(claims).filter(([name]) => !registered.some((known) => known === name));
    rows.replaceChildren(
      ...others.map(([name, value]) =>
        row(name, typeof value === "string" && !looksLikeJson(value) ? value : JSON.stringify(value)),
      ),
    );
  }

  function row(name: string, value: string): HTMLElement {
    const made = element("div", "row", labelled("Name", name), labelled("Value", value));
    const remove = withAttributes(element("button", "", "Remove"), {
      type: "button",
      "aria-label": `Remove the claim ${name || "without a name"}`,
    });
    remove.addEventListener("click", () => {
      made.remove();
      writeJson();
      find("generate-add", HTMLButtonElement).focus();
    });
    made.append(remove);
    return made;
  }

  function labelled(label: string, value: string): HTMLElement {
    const input = withAttributes(document.createElement("input"), privateField);
    input.value = value;
    input.addEventListener("input", writeJson);
    return element("label", "", element("span", "", label), input);
  }

  for (const field of fields.values()) field.addEventListener("input", writeJson);
  json.addEventListener("input", () => {
    writeFields();
    changed();
  });
  find("generate-add", HTMLButtonElement).addEventListener("click", () => {
    const added = row("", "");
    rows.append(added);
    added.querySelector("input")?.focus();
  });
  json.value = JSON.stringify(initial, undefined, 2);
  writeFields();
  return { json: () => json.value };
}

/** As build.mjs writes them for the fields in page.html. */
const privateField = {
  spellcheck: "false",
  autocomplete: "off",
  autocapitalize: "off",
  autocorrect: "off",
  writingsuggestions: "false",
  translate: "no",
};

/** Several audiences have commas between them. */
function readField(name: string, value: string): unknown {
  if (value === "") return undefined;
  if (name !== "aud" || !value.includes(",")) return value;
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function spell(name: string, value: unknown): string {
  if (value === undefined) return "";
  if (
    name === "aud" &&
    Array.isArray(value) &&
    value.length > 1 &&
    value.every((part) => typeof part === "string" && !part.includes(","))
  )
    return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value is text, unless it reads as JSON: true, 12, ["a", "b"]. */
function readRow(row: Element): readonly [name: string, value: unknown] {
  const [name, value] = Array.from(row.querySelectorAll("input"), (input) => input.value);
  return [name ?? "", looksLikeJson(value ?? "") ? (JSON.parse(value ?? "") as unknown) : value];
}

function looksLikeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
