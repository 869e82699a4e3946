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

/**
 * Sections of a guide, each with its steps.
 *
 * @param {string} markdown
 * @returns {{ readonly title: string, readonly installs: boolean, readonly startsEmpty: boolean, readonly steps: readonly Readonly<Record<string, string>>[] }[]}
 */
export function readGuide(markdown) {
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

function readStep(piece) {
  if (!piece.startsWith("```")) return { kind: "page", title: piece, url: /<(.*?)>/.exec(piece)[1] };
  const [, language, name, code] = fence.exec(piece);
  const [first] = code.split("\n");
  const block = { language, name, code, title: first };
  const isScript = ["ts", "js"].includes(language);
  if (name === "no-run") return { ...block, kind: "shown" };
  if (language === "sh") return { ...block, kind: /# keeps running\n$/.test(code) ? "server" : "command" };
  if (language === "text") return { ...block, kind: "sight" };
  if (fileName.test(first))
    return {
      ...block,
      kind: "file",
      path: fileName.exec(first)[1],
      code: isScript ? code : withoutCaption(language, code),
    };
  if (!isScript) return { ...block, kind: "shown" };
  return name === undefined ? { ...block, kind: "program", sight: announced(code) } : { ...block, kind: "elsewhere" };
}

/** JSON has no comments, where it is not JSONC. */
function withoutCaption(language, code) {
  return language === "json" ? code.slice(code.indexOf("\n") + 1) : code;
}

/** What a program says that it prints. */
function announced(code) {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => `${text}\n`).join("");
}

/** A ```text belongs to the step before it; where nothing was done, it is a drawing. */
function withSights(steps) {
  return steps.flatMap((step, at) => {
    if (step.kind === "sight") return [];
    const next = steps[at + 1];
    return [
      next?.kind === "sight" && ["command", "server", "page"].includes(step.kind)
        ? { ...step, sight: next.code }
        : step,
    ];
  });
}

/** Whether what was seen is what the guide says. Times and the like are another at each run. */
export function isSeen(sight, output) {
  const pattern = timeless(sight.trim())
    .split("…")
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*?");
  return new RegExp(`^${pattern}$`).test(timeless(output.trim()));
}

/** Whether each line that the guide says has been seen of a server, in this order, among the others. */
export function isSeenAmong(sight, output) {
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

const timeless = (text) => text.replace(/\b\d{10}\b|\d{4}-\d\d-\d\dT[\d:]{8}Z|\b\d+ (?:minute|second)s?\b/g, "…");
