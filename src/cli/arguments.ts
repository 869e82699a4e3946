/** Parses the words after a command's name, once. Only a word parsed as an option acts as one, never an operand or a value. */

import { parseArgs } from "node:util";
import { wrongUse } from "./failure.ts";
import { everywhere, type Option } from "./option.ts";
import { didYouMean, nearest } from "./suggest.ts";

/** The given options and operand. An absent option is `undefined`, an absent repeatable one an empty list. */
export interface Given {
  readonly operand: string | undefined;
  has(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
}

/** The words, split into options and operands. */
export interface ParsedWords {
  /** Options of the command, and of every command. */
  readonly options: readonly Option[];
  readonly tokens: readonly Token[];
  /** Reports whether a flag was given as such: not as a value, and not after `--`. */
  hasFlag(name: string): boolean;
}

type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];

/** Splits words into the options and operands of a command. Refuses nothing yet. */
export function parseWords(words: readonly string[], command: { readonly options: readonly Option[] }): ParsedWords {
  const options = [...command.options, ...everywhere];
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      options.map(({ name, value, short }) => [
        name,
        { type: value === undefined ? "boolean" : "string", ...(short !== undefined && { short }) } as const,
      ]),
    ),
    allowPositionals: true,
    tokens: true,
    // The messages of strict mode repeat values.
    strict: false,
  });
  return {
    options,
    tokens,
    hasFlag: (name) =>
      tokens.some(
        (token) => token.kind === "option" && token.value === undefined && optionOf(token, options)?.name === name,
      ),
  };
}

/** Checks the words against the description of a command. No message repeats a value: it may be a misplaced secret. */
export function readArguments({ tokens, options }: ParsedWords, command: { readonly operand?: string }): Given {
  const operands: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind === "option") {
      const option = optionOf(token, options);
      if (option === undefined) throw unknownOption(token.rawName, options);
      const given = values.get(option.name) ?? [];
      if (given.length > 0 && option.many !== true) throw wrongUse(`--${option.name}: given twice`);
      values.set(option.name, [...given, checkValue(option, token.value, token.inlineValue)]);
    }
  }
  if (operands.length > 0 && command.operand === undefined)
    throw wrongUse("expected only options: secrets and claims are never bare words");
  if (operands.length > 1) throw wrongUse(`expected one operand, found ${operands.length}`);
  return {
    operand: operands[0],
    has: (name) => values.has(name),
    text: (name) => values.get(name)?.[0],
    texts: (name) => values.get(name) ?? [],
  };
}

function optionOf({ rawName }: { readonly rawName: string }, options: readonly Option[]): Option | undefined {
  return options.find(({ name, short }) => rawName === `--${name}` || (short !== undefined && rawName === `-${short}`));
}

function unknownOption(rawName: string, options: readonly Option[]): Error {
  const near = nearest(
    rawName.replace(/^-+/, ""),
    options.map(({ name }) => name),
  );
  return wrongUse(`unknown option ${rawName.slice(0, 24)}${didYouMean(near.map((name) => `--${name}`))}`);
}

function checkValue(
  { name, value, choices }: Option,
  given: string | undefined,
  isInline: boolean | undefined,
): string {
  if (value === undefined) {
    if (given !== undefined) throw wrongUse(`--${name}: takes no value`);
    return "";
  }
  // `--issuer $UNSET --audience web`: the next option is not the issuer.
  if (given === undefined || (isInline === false && /^-./.test(given))) {
    throw wrongUse(`--${name}: expected ${value} after it (write --${name}=… if it starts with a dash)`);
  }
  if (given === "") throw wrongUse(`--${name}: expected a value, found an empty one: is a variable not set?`);
  if (choices?.includes(given) === false) throw wrongUse(`--${name}: expected one of ${choices.join(", ")}`);
  return given;
}

/** Refuses two options that exclude each other. */
export function checkOneOf(given: Given, first: string, second: string): void {
  if (given.has(first) && given.has(second))
    throw wrongUse(`--${first} and --${second}: expected one of them, found both`);
}
