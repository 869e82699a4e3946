/** The options of commands, and those that every command understands. */

/** One option, written as `--name value`, or as `--name` alone. */
export interface Option {
  readonly name: string;
  /** What stands for the value in the help; a flag has none. */
  readonly value?: string;
  readonly says: string;
  /** One letter: written as `-h`. */
  readonly short?: string;
  /** It may be given several times. */
  readonly many?: true;
  /** The values there are, where they can be listed. */
  readonly choices?: readonly string[];
}

/** Options that every command understands. */
export const everywhere: readonly Option[] = [
  { name: "json", says: "one line of JSON on standard output, for machines" },
  { name: "help", short: "h", says: "this text; with no other word" },
];
