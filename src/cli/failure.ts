/** Failures of a command: an exit code, a stable code, and one line. */

import { isJwtError, isUnavailableError } from "../index.ts";
import type { Option } from "./option.ts";

/** Error of a command: it was used wrongly, or a file could not be read or written. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: "wrong_use" | "not_readable" | "not_writable";

  constructor(code: CommandError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface Failure {
  /** Exit code. 1: the token is refused. 2: wrong use. 3: the environment failed. */
  readonly exitCode: 1 | 2 | 3;
  readonly code: string;
  readonly message: string;
  /** Claim at fault, if any. */
  readonly claim?: string | undefined;
  /** Claims of a refused token, if its signature is good. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** Builds the error for wrong use. The message never holds the value of an option: it may be a misplaced secret. */
export function wrongUse(message: string): CommandError {
  return new CommandError("wrong_use", message);
}

/** Describes anything that was thrown. Names of the library's options become those of the command. */
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

/** Renames options in a message: `expiresIn` to `--expires-in`, and a plain word such as `issuer` if the message begins with it. */
function inWordsOf(options: readonly Option[], message: string): string {
  let text = message.replaceAll("publicKeyOf", "`mintmark jwks`");
  for (const { name } of options) {
    const member = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    text = text.replace(new RegExp(member === name ? `^${member}(?=[:.])` : `\\b${member}\\b`, "g"), `--${name}`);
  }
  return text;
}
