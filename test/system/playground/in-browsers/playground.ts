// The page as its user sees it: what can be filled in, pressed and read.
import type { Page } from "../../browsers/page.ts";
import { until } from "./until.ts";

/** What fields are filled with, by their ids. */
export type Fields = Readonly<Record<string, string | boolean>>;

export type Playground = ReturnType<typeof playground>;

export function playground(browser: Page) {
  const run: Page["run"] = (body, ...args) => browser.run(body, ...args);
  const click = (selector: string) => browser.click(selector);
  const text = (id: string) => run((name) => globalThis.document.getElementById(name)!.textContent, id);
  const value = (id: string) => run((name) => (globalThis.document.getElementById(name) as HTMLInputElement).value, id);

  /** Fills fields in as pasting does, all of them before the page is told. */
  const fill = (fields: Fields) =>
    run((values) => {
      for (const [id, content] of Object.entries(values)) {
        const field = globalThis.document.getElementById(id) as HTMLInputElement;
        if (typeof content === "boolean") field.checked = content;
        else field.value = content;
      }
      for (const id of Object.keys(values))
        globalThis.document.getElementById(id)!.dispatchEvent(new globalThis.Event("input", { bubbles: true }));
    }, fields);

  const choose = (name: string, choice: string) =>
    run(
      (group, wanted) => {
        globalThis.document.querySelector<HTMLInputElement>(`input[name="${group}"][value="${wanted}"]`)!.click();
      },
      name,
      choice,
    );

  const tab = (name: string) => click(`#tab-${name}`);

  /** The verdicts as `{ Structure: "passed", Lifetime: "failed expired" }`. */
  const verdicts = () =>
    run(() =>
      Object.fromEntries<string>(
        Array.from(globalThis.document.querySelectorAll("#debug-verdicts li"), (row) => [
          row.querySelector("strong")!.textContent,
          [row.className, row.querySelector(".chip")?.textContent ?? ""].filter(Boolean).join(" "),
        ]),
      ),
    );
  const outcome = () => run(() => globalThis.document.querySelector("#debug-outcome strong")!.textContent);

  /** Fills in the debugger, anew, and waits for its outcome. */
  async function debug(fields: Fields, expected: string) {
    await click("#debug-clear");
    await fill({ "debug-alg": "", "debug-encoding": "utf8", ...fields });
    return until("outcome", outcome, (seen) => seen === expected);
  }

  /** What the generator has made, when it is ready: of an algorithm, with another token than before. */
  async function made(alg: string, before = "") {
    await until(
      `a token of ${alg}`,
      async () => [await text("generate-status"), await text("generate-token")] as const,
      ([status, token]) => status.startsWith(`${alg},`) && token !== before && token !== "",
    );
    return text("generate-token");
  }

  async function generate(alg: string) {
    await fill({ "generate-alg": alg });
    const token = await made(alg);
    return { alg, token, publicKey: await text("generate-public"), privateKey: await text("generate-private") };
  }

  return { ...browser, text, value, fill, choose, tab, verdicts, outcome, debug, made, generate };
}

/** Every check passed. */
export const allPassed = {
  Structure: "passed",
  Algorithm: "passed",
  Signature: "passed",
  Lifetime: "passed",
  Issuer: "passed",
  Audience: "passed",
  Type: "passed",
};
