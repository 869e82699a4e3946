/** Runs the program: finds the command, reads its arguments, runs it, and reports failures. */

import { createRequire } from "node:module";
import { parseWords, readArguments } from "./arguments.ts";
import { done, type Command } from "./command.ts";
import { completions } from "./commands/completions.ts";
import { decodeCommand } from "./commands/decode.ts";
import { jwksCommand } from "./commands/jwks.ts";
import { keygen } from "./commands/keygen.ts";
import { secret } from "./commands/secret.ts";
import { signCommand } from "./commands/sign.ts";
import { thumbprintCommand } from "./commands/thumbprint.ts";
import { verifyCommand } from "./commands/verify.ts";
import { describeFailure, wrongUse } from "./failure.ts";
import { describeAll, describeCommand } from "./help.ts";
import { createInput, type Sources } from "./input.ts";
import { createOutput, type Output, type Sinks } from "./output.ts";
import { didYouMean, nearest } from "./suggest.ts";
import { printClaims } from "./token-view.ts";

/** The part of a process that commands use. */
export type Surroundings = Sources & Sinks;

const others: readonly Command[] = [
  secret,
  keygen,
  signCommand,
  verifyCommand,
  decodeCommand,
  jwksCommand,
  thumbprintCommand,
];

/** All commands. The last one generates completions for all of them. */
export const commands: readonly Command[] = [...others, completions(others)];

/** Runs a command line and returns its exit code: 0 success, 1 the token is refused, 2 wrong use, 3 the environment failed. */
export async function run(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const [name, ...rest] = words;
  const command = commands.find((one) => one.name === name);
  if (command === undefined) return runWithout(words, createOutput(surroundings, false));
  const parsed = parseWords(rest, command);
  const output = createOutput(surroundings, parsed.hasFlag("json"));
  try {
    const given = readArguments(parsed, command);
    if (!given.has("help")) return await command.run(given, { input: createInput(surroundings, output), output });
    // Refused beside other words, because it may come from a variable: a script must not take the help for success.
    if (parsed.tokens.length > 1) throw wrongUse("--help: expected no other word beside it");
  } catch (error) {
    const { exitCode, code, message, claim, claims } = describeFailure(error, command.options);
    if (output.json) output.value({ ok: false, code, message, claim, claims });
    output.note(["red", exitCode === 1 ? "refused" : "error"], ` ${code}: ${message}`);
    if (exitCode === 2) output.note(["dim", `mintmark ${command.name} --help says how`]);
    // The JSON contains them already.
    if (claims !== undefined && !output.json) printClaims(claims, output, Date.now() / 1000);
    return exitCode;
  }
  output.text(describeCommand(command));
  return done;
}

/** Runs a command line without a command: help or version, with no other word. */
function runWithout(words: readonly string[], output: Output): number {
  const [word, ...rest] = words;
  const isHelp = word === "--help" || word === "-h";
  if ((isHelp || word === "--version") && rest.length > 0)
    return complain(`${word}: expected no other word beside it`, output);
  if (word === "--version") {
    const { version } = createRequire(import.meta.url)("mintmark/package.json") as { version: string };
    output.line(version);
    return done;
  }
  if (isHelp || (word === "help" && rest.length === 0)) {
    output.text(describeAll(commands));
    return done;
  }
  if (word !== "help") return complain(unknownCommand(word), output);
  const [topic, ...more] = rest;
  const command = commands.find(({ name }) => name === topic);
  if (command === undefined) return complain(unknownCommand(topic), output);
  if (more.length > 0) return complain("help: expected the name of one command", output);
  output.text(describeCommand(command));
  return done;
}

function complain(message: string, output: Output): number {
  output.note(["red", "error"], ` wrong_use: ${message}`);
  output.note(["dim", "mintmark --help says more"]);
  return 2;
}

/** Returns the message for an unknown command. Does not repeat the word: it may be a misplaced secret. */
function unknownCommand(word = ""): string {
  const names = commands.map(({ name }) => name);
  const near = nearest(word, names);
  const expected = `expected one of ${names.join(", ")}`;
  return near.length === 0 ? expected : `no such command${didYouMean(near)} (${expected})`;
}
