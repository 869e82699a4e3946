/** From words to an exit code: finds the command, reads its arguments, runs it, and says what went wrong. */

import { createRequire } from "node:module";
import { readArguments } from "./arguments.ts";
import type { Command } from "./command.ts";
import { completions } from "./commands/completions.ts";
import { decodeCommand } from "./commands/decode.ts";
import { jwksCommand } from "./commands/jwks.ts";
import { keygen } from "./commands/keygen.ts";
import { secret } from "./commands/secret.ts";
import { signCommand } from "./commands/sign.ts";
import { thumbprintCommand } from "./commands/thumbprint.ts";
import { verifyCommand } from "./commands/verify.ts";
import { describeFailure } from "./failure.ts";
import { describeAll, describeCommand } from "./help.ts";
import { createInput, type Sources } from "./input.ts";
import { createOutput, type Output, type Sinks } from "./output.ts";

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
  const output = createOutput(surroundings, rest.includes("--json"));
  if (command === undefined) return runWithout(words, output);
  if (rest.some(asksForHelp)) {
    output.text(describeCommand(command));
    return 0;
  }
  try {
    await command.run(readArguments(rest, command), { input: createInput(surroundings, output), output });
    return 0;
  } catch (error) {
    const { exitCode, code, message, claim } = describeFailure(error, command.options);
    if (output.json) output.value({ ok: false, code, message, claim });
    output.note(["red", exitCode === 1 ? "refused" : "error"], ` ${code}: ${message}`);
    if (exitCode === 2) output.note(["dim", `mintmark ${command.name} --help says how`]);
    return exitCode;
  }
}

function asksForHelp(word: string | undefined): boolean {
  return word === "--help" || word === "-h";
}

/** No command, or none that there is. */
function runWithout([word, ...rest]: readonly string[], output: Output): number {
  if (word === "--version") {
    const { version } = createRequire(import.meta.url)("mintmark/package.json") as { version: string };
    output.line(version);
    return 0;
  }
  if (word === "help" || asksForHelp(word)) {
    const command = commands.find(({ name }) => name === rest[0]);
    output.text(command === undefined ? describeAll(commands) : describeCommand(command));
    return 0;
  }
  output.note(["red", "error"], ` wrong_use: expected one of ${commands.map(({ name }) => name).join(", ")}`);
  output.note(["dim", "mintmark --help says more"]);
  return 2;
}
