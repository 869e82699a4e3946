/** Options of commands. */

/** An option, written as `--name value`, or as `--name` if it is a flag. */
export interface Option {
  readonly name: string;
  /** Placeholder of the value in the help. A flag has none. */
  readonly value?: string;
  readonly says: string;
  /** Letter of the short form, such as `h` for `-h`. */
  readonly short?: string;
  /** The option may be repeated. */
  readonly many?: true;
  /** Allowed values, if they can be listed. */
  readonly choices?: readonly string[];
}

/** Options of every command. */
export const everywhere: readonly Option[] = [
  { name: "json", says: "one line of JSON on standard output, for machines" },
  { name: "help", short: "h", says: "this text; with no other word" },
];
