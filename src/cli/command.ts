/** The description of a command, of which reading arguments, help and completions are made. */

import type { Given } from "./arguments.ts";
import type { Input } from "./input.ts";
import type { Option } from "./option.ts";
import type { Output } from "./output.ts";

/** The input and output of a command. */
export interface Terminal {
  readonly input: Input;
  readonly output: Output;
}

/** The exit code of a command that has done what was asked. */
export const done = 0;

export interface Command {
  readonly name: string;
  /** In a few words, for the list of commands. */
  readonly summary: string;
  /** What follows the options, as the help writes it. */
  readonly operand?: string;
  /** The values that the operand may have, where they can be listed. */
  readonly operands?: readonly string[];
  /** What else there is to know, a paragraph each. */
  readonly notes?: readonly string[];
  readonly options: readonly Option[];
  /** Commands for a shell in an empty folder, one after the other. */
  readonly examples: readonly string[];
  /** Does what was asked, or throws. `done` is returned when it is done, and on no other path. */
  readonly run: (given: Given, terminal: Terminal) => Promise<typeof done>;
}
