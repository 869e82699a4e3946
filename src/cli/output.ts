/**
 * Everything that is written goes through here. Texts from tokens and keys are somebody else's: what could drive a terminal,
 * reorder a line or hide in it is escaped, in JSON too, whoever calls.
 */

/** What is written to: a stream of this process, or a test's. */
export interface Sink {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Both streams, and the variables that say how they are to look. */
export interface Sinks {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Style = "bold" | "dim" | "red" | "green" | "yellow";

/** A part of a line, plain or styled. */
export type Part = string | readonly [style: Style, text: string];

export interface Output {
  /** Whether the caller asked for JSON. */
  readonly json: boolean;
  /** A line on standard output. */
  line(...parts: readonly Part[]): void;
  /** A value on standard output as one line of JSON. */
  value(value: unknown): void;
  /** Columns on standard output, each as wide as its longest cell that is not long: those push nothing out of view. */
  table(rows: readonly (readonly Part[])[]): void;
  /** The same on standard error. */
  noteTable(rows: readonly (readonly Part[])[]): void;
  /** A text of several lines on standard output. */
  text(text: string): void;
  /** A line on standard error. */
  note(...parts: readonly Part[]): void;
  /** A warning on standard error. */
  warn(text: string): void;
}

const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

/** Controls, unassigned and private characters, halves of surrogate pairs, line separators, bidi, zero width and fillers. */
const driving = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

export function createOutput({ stdout, stderr, env }: Sinks, json: boolean): Output {
  const writer = (sink: Sink) => {
    const isColoured = sink.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
    return (parts: readonly Part[]): void => {
      sink.write(`${parts.map((part) => paint(part, isColoured)).join("")}\n`);
    };
  };
  const [out, err] = [writer(stdout), writer(stderr)];
  return {
    json,
    line: (...parts) => {
      out(parts);
    },
    value: (value) => {
      out([JSON.stringify(value)]);
    },
    table: (rows) => {
      alignColumns(rows).forEach(out);
    },
    noteTable: (rows) => {
      alignColumns(rows).forEach(err);
    },
    text: (text) => {
      text
        .replace(/\n$/, "")
        .split("\n")
        .forEach((line) => {
          out([line]);
        });
    },
    note: (...parts) => {
      err(parts);
    },
    warn: (text) => {
      err([["yellow", "warning: "], text]);
    },
  };
}

/** A value as JSON spells it: a text in quotes is never taken for a number, or for what this program says. */
export function show(value: unknown): string {
  return escape(JSON.stringify(value));
}

function paint(part: Part, isColoured: boolean): string {
  if (typeof part === "string") return escape(part);
  const [style, text] = part;
  return isColoured ? `\u001b[${codes[style]}m${escape(text)}\u001b[0m` : escape(text);
}

/** As JSON escapes characters, so that JSON stays JSON. */
function escape(text: string): string {
  const unit = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  // Not by code points: what is beyond U+FFFF is two escapes.
  return text.replace(driving, (character) => character.split("").map(unit).join(""));
}

/** Characters of a cell that a column is as wide as. */
const longest = 36;

function alignColumns(rows: readonly (readonly Part[])[]): readonly (readonly Part[])[] {
  const textOf = (part: Part | undefined): string => escape(typeof part === "string" ? part : (part?.[1] ?? ""));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => textOf(row[column]).length).filter((length) => length <= longest)),
  );
  return rows.map((row) =>
    row.flatMap((part, column) => {
      const space =
        column === row.length - 1 ? "" : " ".repeat(Math.max(0, (widths[column] ?? 0) - textOf(part).length) + 2);
      return [part, space];
    }),
  );
}
