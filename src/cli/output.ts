/**
 * Output of commands. All of it is escaped here, JSON included, because strings from tokens and keys are untrusted: none may
 * control a terminal, reorder a line or hide in it.
 */

import { escapeUnprintable } from "../errors.ts";

/** An output stream: of this process, or of a test. */
export interface Sink {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Both output streams, and the environment variables that control colours. */
export interface Sinks {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Style = "bold" | "dim" | "red" | "green" | "yellow";

/** A part of a line, plain or styled. */
export type Part = string | readonly [style: Style, text: string];

export interface Output {
  /** The caller asked for JSON. */
  readonly json: boolean;
  /** Writes a line to standard output. */
  line(...parts: readonly Part[]): void;
  /** Writes a value to standard output, as one line of JSON. */
  value(value: unknown): void;
  /** Writes columns to standard output. Very long cells do not widen their column. */
  table(rows: readonly (readonly Part[])[]): void;
  /** Writes columns to standard error. */
  noteTable(rows: readonly (readonly Part[])[]): void;
  /** Writes several lines to standard output. */
  text(text: string): void;
  /** Writes a line to standard error. */
  note(...parts: readonly Part[]): void;
  /** Writes a warning to standard error. */
  warn(text: string): void;
}

const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

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

/** Formats a value as JSON. The quotes of a string distinguish it from a number, and from the program's own words. */
export function show(value: unknown): string {
  return escape(JSON.stringify(value));
}

function paint(part: Part, isColoured: boolean): string {
  if (typeof part === "string") return escape(part);
  const [style, text] = part;
  return isColoured ? `\u001b[${codes[style]}m${escape(text)}\u001b[0m` : escape(text);
}

/** Escapes unprintable characters in the form of JSON, so that JSON remains valid. */
function escape(text: string): string {
  const unit = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  // By UTF-16 code units: a character beyond U+FFFF takes two escapes.
  return escapeUnprintable(text, (character) => character.split("").map(unit).join(""));
}

/** Maximum width that a cell gives its column. */
const maxColumnWidth = 36;

function alignColumns(rows: readonly (readonly Part[])[]): readonly (readonly Part[])[] {
  const textOf = (part: Part | undefined): string => escape(typeof part === "string" ? part : (part?.[1] ?? ""));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => textOf(row[column]).length).filter((length) => length <= maxColumnWidth)),
  );
  return rows.map((row) =>
    row.flatMap((part, column) => {
      const space =
        column === row.length - 1 ? "" : " ".repeat(Math.max(0, (widths[column] ?? 0) - textOf(part).length) + 2);
      return [part, space];
    }),
  );
}
