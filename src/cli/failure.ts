/** Failures of a command: an exit code, a stable code, and one line. */

import { isJwtError, isUnavailableError } from "../index.ts";
import type { Option } from "./option.ts";

/** The command was written wrongly, or what it was written for could not be read or written. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: "wrong_use" | "not_readable" | "not_writable";

  constructor(code: CommandError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface Failure {
  /** 1: the token is refused. 2: wrong use. 3: the surroundings failed. */
  readonly exitCode: 1 | 2 | 3;
  readonly code: string;
  readonly message: string;
  /** The claim at fault, where one is. */
  readonly claim?: string | undefined;
  /** The claims of a refused token, where its signature is good. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** The caller's mistake. Values of options are never in the message: one may be a secret in the wrong place. */
export function wrongUse(message: string): CommandError {
  return new CommandError("wrong_use", message);
}

/** Describes anything that was thrown. The library's messages are put in the words of the command's options. */
export function describeFailure(error: unknown, options: readonly Option[]): Failure {
  if (error instanceof CommandError)
    return { exitCode: error.code === "wrong_use" ? 2 : 3, code: error.code, message: error.message };
  if (isJwtError(error)) {
    const { code, message, claim, claims } = error;
    return { exitCode: 1, code, message, claim, claims };
  }
  if (isUnavailableError(error)) return { exitCode: 3, code: error.code, message: error.message };
  const { code, name, message } = Object(error) as { code?: unknown; name?: unknown; message?: unknown };
  const ofLibrary =
    typeof code === "string" && ["invalid_argument", "invalid_key", "unsupported_algorithm"].includes(code);
  if (ofLibrary)
    return { exitCode: code === "unsupported_algorithm" ? 3 : 2, code, message: inWordsOf(options, String(message)) };
  // An engine's own message may quote what it could not read.
  return {
    exitCode: 3,
    code: "unexpected",
    message: [name, code].filter((part) => typeof part === "string").join(" "),
  };
}

/** `expiresIn` is `--expires-in` here; a word such as `issuer` is an option where the message begins with it. */
function inWordsOf(options: readonly Option[], message: string): string {
  let text = message.replaceAll("publicKeyOf", "`mintmark jwks`");
  for (const { name } of options) {
    const member = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    text = text.replace(new RegExp(member === name ? `^${member}(?=[:.])` : `\\b${member}\\b`, "g"), `--${name}`);
  }
  return text;
}
