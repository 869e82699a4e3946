// The examples: fenced blocks of pages, and the `@example` parts of docblocks.
import { pageNames, parse, read, sourceNames } from "./pages.ts";

export interface Block {
  /** The file that it stands in, within the project. */
  readonly file: string;
  /** Of its first line, in that file. */
  readonly line: number;
  /** `ts`, `js`, `sh` and the like. */
  readonly language: string;
  /** What follows the language: nothing where the block runs as it stands; `no-run`, or the name by which another test finds it. */
  readonly info: string;
  readonly code: string;
}

export const pageBlocks: readonly Block[] = pageNames.flatMap((file) =>
  parse(file)
    .filter(({ type }) => type === "fence")
    .map(({ info, content, map }) => ({ file, line: (map?.[0] ?? 0) + 2, code: content, ...readInfo(info) })),
);

export const docblockExamples: readonly Block[] = sourceNames.flatMap((file) => {
  const source = read(file);
  return [...source.matchAll(/\* @example\n(.*?)\n \*\//gs)].map(([, lines = ""], i) => {
    const text = lines.replace(/^ \* ?/gm, "");
    const line = source.slice(0, [...source.matchAll(/\* @example\n/g)][i]?.index).split("\n").length + 1;
    const [, info, fenced] = /^```([^\n]*)\n(.*)\n```$/s.exec(text) ?? [];
    return fenced === undefined
      ? { file, line, language: "ts", info: "", code: text }
      : { file, line: line + 1, code: fenced, ...readInfo(info ?? "") };
  });
});

/** Whether it is run by what stands in the block alone. */
export function runs({ language, info }: Block): boolean {
  return language === "ts" && info === "";
}

/** For the title of a test. */
export function titleOf({ file, line }: Block): string {
  return `${file}:${line}`;
}

function readInfo(info: string): { language: string; info: string } {
  const [language = "", ...rest] = info.trim().split(/\s+/);
  return { language, info: rest.join(" ") };
}
