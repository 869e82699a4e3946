// What a guide says: its code blocks, and its tables of calls there and calls here. The tests run both as they stand.
import { readFile } from "node:fs/promises";

export interface Row {
  readonly cells: readonly string[];
  /** The code that the first two cells begin with; empty where one begins with words. */
  readonly there: string;
  readonly here: string;
}

/** A table of two columns of code, and one that says `same` or `differs`. */
export interface Table {
  readonly section: string;
  readonly headings: readonly string[];
  readonly rows: readonly Row[];
}

export interface Guide {
  /** The blocks of this language and info string, such as `ts` or `ts in-flight`. */
  readonly blocks: (info: string) => readonly string[];
  /** The one table of a section. */
  readonly table: (section: string) => Table;
  /** The sections that have tables. */
  readonly sections: readonly string[];
}

export async function readGuide(name: string): Promise<Guide> {
  const text = await readFile(new URL(`../../../docs/migrating/${name}.md`, import.meta.url), "utf8");
  const blocks = [...text.matchAll(/^```(\w[^\n]*)\n(.*?)^```$/gms)].map(([, info = "", code = ""]) => ({
    info,
    code,
  }));
  const tables = text
    .replace(/^```.*?^```$/gms, "")
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const title = section.slice(0, section.indexOf("\n"));
      return [...section.matchAll(/^\|.*\n\|[-|: ]+\|\n(?:\|.*(?:\n|$))+/gm)].map(([lines]) => readTable(title, lines));
    });
  return {
    blocks: (info) => blocks.filter((block) => block.info === info).map(({ code }) => code),
    table: (section) =>
      only(
        tables.filter((table) => table.section === section),
        `table of ${section}`,
      ),
    sections: tables.map(({ section }) => section),
  };
}

function readTable(section: string, lines: string): Table {
  const [headings = [], , ...rows] = lines
    .trim()
    .split("\n")
    .map((line) =>
      line
        .slice(1, -1)
        .split(" | ")
        .map((cell) => cell.trim()),
    );
  return {
    section,
    headings: headings.map((cell) => codeOf(cell) || cell),
    rows: rows.map((cells) => ({ cells, there: codeOf(cells[0]), here: codeOf(cells[1]) })),
  };
}

/** The code span that a cell begins with; two backticks where the code has some of its own. */
function codeOf(cell = ""): string {
  return /^`` ?(.+?) ?``/.exec(cell)?.[1] ?? /^`([^`]+)`/.exec(cell)?.[1] ?? "";
}

function only<T>(found: readonly T[], what: string): T {
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} times in the guide: ${what}`);
  return found[0];
}
