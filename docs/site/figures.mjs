// The figures on the landing page, from the tables that the measuring commands wrote: one that is not found there fails the build.
import { readFileSync } from "node:fs";
import { docs } from "./pages.mjs";

/** @returns {readonly { readonly value: string, readonly text: string, readonly command: string, readonly page: string }[]} */
export function readFigures() {
  const speed = readTable("performance.md", "verify, sync");
  const size = readTable("sizes.md", "`verify`, `importSecret`, `HS256`");
  const runtimes = readRows("compatibility.md").filter((row) => /^\d+ of \d+$/.test(row[5] ?? ""));
  if (runtimes.length === 0) throw new Error("docs/compatibility.md: expected rows with cases passed");
  const cases = runtimes.reduce((sum, row) => sum + Number.parseInt(row[5] ?? ""), 0);
  return [
    {
      value: inFull(speed("mintmark, per second")),
      text: `HS256 tokens verified per second by one thread of Node.js 24, ${speed("jsonwebtoken")} times as many as jsonwebtoken`,
      command: "npm run bench",
      page: "/performance",
    },
    {
      value: `${size("esbuild")} kB`,
      text: `gzipped, for a page that verifies HS256; jose, which checks less, needs ${size(/^jose /)} kB`,
      command: "npm run test:size",
      page: "/sizes",
    },
    {
      value: String(runtimes.length),
      text: `runtimes and browsers passed ${cases.toLocaleString("en")} cases with the packed tarball`,
      command: "npm run test:runtimes",
      page: "/compatibility",
    },
  ];
}

/** `177 k` as 177,000. */
function inFull(cell) {
  const [, number, unit] = /^([\d.]+)(?: ([kM]))?$/.exec(cell) ?? [];
  if (number === undefined) throw new Error(`docs/performance.md: expected a number, found ${cell}`);
  return (Number(number) * ({ k: 1e3, M: 1e6 }[unit] ?? 1)).toLocaleString("en");
}

/** A function that gives the cell of the first such row, by the title of its column, without "±". */
function readTable(page, title) {
  const rows = readRows(page);
  const at = rows.findIndex(([first]) => first === title);
  const headings = rows.slice(0, at).findLast((row) => row[0] === "" || row[0] === "Imported");
  if (headings === undefined) throw new Error(`docs/${page}: expected a row "${title}"`);
  return (name) => {
    const column = headings.findIndex((heading) => (typeof name === "string" ? heading === name : name.test(heading)));
    const cell = rows[at]?.[column]?.replace(/ ±.*/, "");
    if (!cell) throw new Error(`docs/${page}: expected a cell "${name}" in the row "${title}"`);
    return cell;
  };
}

function readRows(page) {
  return readFileSync(docs + page, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
