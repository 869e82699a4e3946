/** Descriptions of commands. Parsing, help and completions are derived from them. */

import type { Given } from "./arguments.ts";
import type { Input } from "./input.ts";
import type { Option } from "./option.ts";
import type { Output } from "./output.ts";

/** The input and output of a command. */
export interface Terminal {
  readonly input: Input;
  readonly output: Output;
}

/** Exit code of a command that succeeded. */
export const done = 0;

export interface Command {
  readonly name: string;
  /** Summary in a few words, for the list of commands. */
  readonly summary: string;
  /** Placeholder of the operand in the help. */
  readonly operand?: string;
  /** Values of the operand, if they can be listed. */
  readonly operands?: readonly string[];
  /** Further paragraphs for the help. */
  readonly notes?: readonly string[];
  readonly options: readonly Option[];
  /** Shell commands that run one after the other in an empty folder. */
  readonly examples: readonly string[];
  /** Runs the command, and returns `done` if it succeeded. Otherwise throws. */
  readonly run: (given: Given, terminal: Terminal) => Promise<typeof done>;
}
