// A guide as steps that can be followed. How Markdown says what to do:
//
// - ```sh: type it. The ```text after it is what is seen, where "…" stands for anything. A last line that ends with
//   "# keeps running" is a server: it runs until the section ends.
// - a block whose first line is a comment with a file's name: save it under that name.
// - ```ts or ```js without one: a program by itself. What `console.log(…); // text` says is what is seen.
// - "Open <http://localhost:…>" and ```text: what the page says.
// - "no-run" after the language, and any other language: shown, not followed. Any other word: test/system/services follows it.
//
// A section (##) that installs the package begins in an empty folder of its own. The others share one, in which the guide's beginning
// installs it, or the reader had it before.
const fence = /^```(\S*)(?: (.*))?\n([^]*?)^```$/m;
const pieces = /^```[^]*?^```$|^(?:.*\bopen|.*\bOpen) <http:\/\/localhost:[^>]+>.*$/gm;
const fileName = /^(?:\/\/|#|<!--) ([\w./[\]-]*\.[\w.]+)(?: -->)?$/;
const installs = /\b(?:npm install|deno add|bun add) (?:\S+ )*(?:npm:)?mintmark\b/;

export interface Step {
  readonly kind: "command" | "server" | "sight" | "file" | "program" | "page" | "shown" | "elsewhere";
  readonly title: string;
  readonly language?: string;
  /** The word after the language. */
  readonly name?: string | undefined;
  readonly code?: string;
  /** Of a file. */
  readonly path?: string;
  /** Of a page. */
  readonly url?: string;
  /** What is seen, if the guide says it. */
  readonly sight?: string;
}

export interface Section {
  readonly title: string;
  readonly installs: boolean;
  readonly startsEmpty: boolean;
  readonly steps: readonly Step[];
}

/** Sections of a guide, each with its steps. */
export function readGuide(markdown: string): readonly Section[] {
  return markdown.split(/^(?=## )/m).map((text) => {
    const [, title] = /^## (.*)$/m.exec(text) ?? [];
    return {
      title: title ?? "beginning",
      installs: installs.test(text),
      startsEmpty: title !== undefined && installs.test(text),
      steps: withSights([...text.matchAll(pieces)].map(([piece]) => readStep(piece))),
    };
  });
}

function readStep(piece: string): Step {
  if (!piece.startsWith("```")) return { kind: "page", title: piece, url: /<(.*?)>/.exec(piece)?.[1] ?? "" };
  const [, language = "", name, code = ""] = fence.exec(piece) ?? [];
  const [first = ""] = code.split("\n");
  const block = { language, name, code, title: first };
  const isScript = ["ts", "js"].includes(language);
  if (name === "no-run") return { ...block, kind: "shown" };
  if (language === "sh") return { ...block, kind: code.endsWith("# keeps running\n") ? "server" : "command" };
  if (language === "text") return { ...block, kind: "sight" };
  const [, path] = fileName.exec(first) ?? [];
  if (path !== undefined)
    return {
      ...block,
      kind: "file",
      path,
      code: isScript ? code : withoutCaption(language, code),
    };
  if (!isScript) return { ...block, kind: "shown" };
  return name === undefined ? { ...block, kind: "program", sight: announced(code) } : { ...block, kind: "elsewhere" };
}

/** JSON has no comments, where it is not JSONC. */
function withoutCaption(language: string, code: string): string {
  return language === "json" ? code.slice(code.indexOf("\n") + 1) : code;
}

/** What a program says that it prints. */
function announced(code: string): string {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => `${text}\n`).join("");
}

/** A ```text belongs to the step before it; where nothing was done, it is a drawing. */
function withSights(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step, at) => {
    if (step.kind === "sight") return [];
    const next = steps[at + 1];
    return [
      next?.kind === "sight" && ["command", "server", "page"].includes(step.kind)
        ? { ...step, sight: next.code ?? "" }
        : step,
    ];
  });
}

/** Whether what was seen is what the guide says. Times and the like are another at each run. */
export function isSeen(sight: string, output: string): boolean {
  const pattern = timeless(sight.trim())
    .split("…")
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*?");
  return new RegExp(`^${pattern}$`).test(timeless(output.trim()));
}

/** Whether each line that the guide says has been seen of a server, in this order, among the others. */
export function isSeenAmong(sight: string, output: string): boolean {
  const lines = output.split("\n");
  let from = 0;
  return sight
    .trim()
    .split("\n")
    .every((wanted) => {
      const at = lines.slice(from).findIndex((line) => isSeen(wanted, line));
      from += at + 1;
      return at !== -1;
    });
}

const timeless = (text: string): string =>
  text.replace(/\b\d{10}\b|\d{4}-\d\d-\d\dT[\d:]{8}Z|\b\d+ (?:minute|second)s?\b/g, "…");
