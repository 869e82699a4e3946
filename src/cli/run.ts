/** From words to an exit code: finds the command, reads its arguments, runs it, and says what went wrong. */

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

/** A process as far as a command needs one. */
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

/** All of them: the last one completes the others, and itself. */
export const commands: readonly Command[] = [...others, completions(others)];

/** Runs the command that the words spell. The exit code: 0 good, 1 the token is refused, 2 wrong use, 3 the surroundings failed. */
export async function run(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const [name, ...rest] = words;
  const command = commands.find((one) => one.name === name);
  if (command === undefined) return runWithout(words, createOutput(surroundings, false));
  const parsed = parseWords(rest, command);
  const output = createOutput(surroundings, parsed.hasFlag("json"));
  try {
    const given = readArguments(parsed, command);
    if (!given.has("help")) return await command.run(given, { input: createInput(surroundings, output), output });
    // Beside other words it may be one of those, from a variable: a script that asks for an answer gets none.
    if (parsed.tokens.length > 1) throw wrongUse("--help: expected no other word beside it");
  } catch (error) {
    const { exitCode, code, message, claim, claims } = describeFailure(error, command.options);
    if (output.json) output.value({ ok: false, code, message, claim, claims });
    output.note(["red", exitCode === 1 ? "refused" : "error"], ` ${code}: ${message}`);
    if (exitCode === 2) output.note(["dim", `mintmark ${command.name} --help says how`]);
    // The JSON has them already.
    if (claims !== undefined && !output.json) printClaims(claims, output, Date.now() / 1000);
    return exitCode;
  }
  output.text(describeCommand(command));
  return done;
}

/** Runs what is no command: the program's own help and version, each with no other word beside it. */
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

/** Does not repeat the word: it may be a secret in the wrong place. */
function unknownCommand(word = ""): string {
  const names = commands.map(({ name }) => name);
  const near = nearest(word, names);
  const expected = `expected one of ${names.join(", ")}`;
  return near.length === 0 ? expected : `no such command${didYouMean(near)} (${expected})`;
}
