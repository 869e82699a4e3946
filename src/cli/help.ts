/** Texts of `--help`, derived from the descriptions of the commands. */

import type { Command } from "./command.ts";
import { everywhere, type Option } from "./option.ts";

const exitCodes =
  "Exit codes: 0 good, 1 the token is refused, 2 wrong use, 3 the environment failed (a file, the network, the runtime).";

/** Returns the help of the program. */
export function describeAll(commands: readonly Command[]): string {
  return [
    "Usage: mintmark COMMAND [OPTIONS]",
    "",
    "Mints and checks JSON Web Tokens.",
    "",
    "Commands:",
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    "",
    "mintmark COMMAND --help says more, with examples; mintmark --version which version this is.",
    ...wrap(exitCodes, width),
    "",
  ].join("\n");
}

/** Returns the help of a command. */
export function describeCommand({ name, summary, operand, notes = [], options, examples }: Command): string {
  return [
    `Usage: mintmark ${name} [OPTIONS]${operand === undefined ? "" : ` ${operand}`}`,
    "",
    `mintmark ${name}: ${summary}.`,
    ...notes.flatMap((note) => wrap(note, width)),
    "",
    "Options:",
    ...columns(
      [...options, ...everywhere].map((option) => [
        `--${option.name}${option.value === undefined ? "" : ` ${option.value}`}`,
        saysOf(option),
      ]),
    ),
    "",
    examples.length === 1 ? "Example:" : "Examples:",
    ...examples.map((line) => `  ${line}`),
    "",
    ...wrap(exitCodes, width),
    "",
  ].join("\n");
}

function saysOf({ says, choices, many }: Option): string {
  return [
    says,
    ...(choices === undefined ? [] : [`one of ${choices.join(", ")}`]),
    ...(many === true ? ["may be repeated"] : []),
  ].join("; ");
}

/** Widths in characters: of a line, and of the first column. */
const [width, left] = [100, 32];

/** Lays out two columns. Text that is too long for the second is wrapped. */
function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.flatMap(([first, second]) => {
    const lines = wrap(second, width - left);
    const isLong = first.length > left - 4;
    const head = isLong ? [`  ${first}`] : [`  ${first.padEnd(left - 2)}${lines[0] ?? ""}`];
    return [...head, ...lines.slice(isLong ? 0 : 1).map((line) => `${" ".repeat(left)}${line}`)];
  });
}

function wrap(text: string, maxLength: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= maxLength) lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(word);
  }
  return lines;
}
