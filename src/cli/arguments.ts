/** The words after a command's name, read once: against its options, each with a value that is there. */

import { parseArgs } from "node:util";
import { wrongUse } from "./failure.ts";
import { everywhere, type Option } from "./option.ts";

/** What was given. A single option that was not is `undefined`, a repeatable one is empty. */
export interface Given {
  readonly operand: string | undefined;
  has(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
}

/** Checks the words against what a command understands. No message repeats a value: it may be a secret in the wrong place. */
export function readArguments(
  words: readonly string[],
  command: { readonly options: readonly Option[]; readonly operand?: string },
): Given {
  const options = [...command.options, ...everywhere];
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      options.map(({ name, value }) => [name, { type: value === undefined ? "boolean" : "string" }]),
    ),
    allowPositionals: true,
    tokens: true,
    // Its own refusals repeat values.
    strict: false,
  });
  const operands: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind === "option") {
      const option = options.find(({ name }) => `--${name}` === token.rawName);
      if (option === undefined) throw wrongUse(`unknown option ${token.rawName.slice(0, 24)}`);
      const given = values.get(option.name) ?? [];
      if (given.length > 0 && option.many !== true) throw wrongUse(`--${option.name}: given twice`);
      values.set(option.name, [...given, checkValue(option, token.value, token.inlineValue)]);
    }
  }
  if (operands.length > 0 && command.operand === undefined)
    throw wrongUse("expected options only: secrets and claims are never bare words");
  if (operands.length > 1) throw wrongUse(`expected one word beside the options, found ${operands.length}`);
  return {
    operand: operands[0],
    has: (name) => values.has(name),
    text: (name) => values.get(name)?.[0],
    texts: (name) => values.get(name) ?? [],
  };
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
  // `--issuer $UNSET --audience web`: the next option is not meant as the issuer.
  if (given === undefined || (isInline === false && /^-./.test(given))) {
    throw wrongUse(`--${name}: expected ${value} after it (--${name}=… for one that starts with a dash)`);
  }
  if (given === "") throw wrongUse(`--${name}: empty: is a variable not set?`);
  if (choices?.includes(given) === false) throw wrongUse(`--${name}: expected one of ${choices.join(", ")}`);
  return given;
}

/** Two ways to say one thing: both is one too many. */
export function checkOneOf(given: Given, first: string, second: string): void {
  if (given.has(first) && given.has(second)) throw wrongUse(`--${first} and --${second}: expected one of them`);
}
