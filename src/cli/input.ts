/** Input of commands: files, environment variables, standard input. At most one megabyte. */

import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { checkOneOf, type Given } from "./arguments.ts";
import { CommandError, wrongUse } from "./failure.ts";
import type { Output } from "./output.ts";

/** A standard input: of this process, or of a test. */
export interface Source extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean | undefined;
}

export interface Input {
  /** Reads the file that an option names, or standard input for `-`. `isSecret`: refuses a terminal, which shows what is typed. */
  file(option: string, path: string, isSecret?: boolean): Promise<Buffer>;
  /** Reads the environment variable that an option names. */
  variable(option: string, name: string): string;
  /** Returns the operand, or standard input if it is absent or `-`, without surrounding white space. */
  operand(operand: string | undefined, what: string): Promise<string>;
}

const maxBytes = 2 ** 20;

/** Sources of input. A process opens its `stdin` when it is first read. */
export interface Sources {
  readonly stdin: Source;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function createInput(sources: Sources, output: Output): Input {
  const { env } = sources;
  let reader: string | undefined;

  async function readStandardInput(what: string, isSecret: boolean): Promise<Buffer> {
    if (reader !== undefined)
      throw wrongUse(
        `standard input: expected for one input, found it for ${reader} and ${what}: pass one of them in another way`,
      );
    reader = what;
    const { stdin } = sources;
    if (stdin.isTTY === true) {
      if (isSecret)
        throw wrongUse(`${what}: a terminal shows what is typed: use a pipe, a file or an environment variable`);
      output.note(["dim", `${what} from standard input; end it with Ctrl-D`]);
    }
    return collect(stdin, what);
  }

  return {
    async file(option, path, isSecret = false) {
      if (path === "-") return readStandardInput(`--${option}`, isSecret);
      return collect(createReadStream(path), `--${option}`);
    },
    variable(option, name) {
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      if (value === undefined || value === "") {
        throw new CommandError(
          "not_readable",
          `--${option}: no environment variable of that name is set (expected its name, not what it holds)`,
        );
      }
      return value;
    },
    async operand(operand, what) {
      return (
        operand === undefined || operand === "-" ? (await readStandardInput(what, false)).toString() : operand
      ).trim();
    },
  };
}

/** Reads whichever of `--name FILE` and `--name-env NAME` was given, as bytes or a string. */
export async function readFileOrVariable(
  given: Given,
  name: string,
  input: Input,
): Promise<Buffer | string | undefined> {
  checkOneOf(given, name, `${name}-env`);
  const [path, variable] = [given.text(name), given.text(`${name}-env`)];
  if (path !== undefined) return input.file(name, path, true);
  return variable === undefined ? undefined : input.variable(`${name}-env`, variable);
}

/** Reads all of a source, up to the limit. Counts what it reads, because a pipe or `<(…)` has no size. */
async function collect(source: AsyncIterable<Uint8Array | string>, what: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of source) {
      const bytes = Buffer.from(chunk as Uint8Array);
      length += bytes.length;
      if (length > maxBytes) throw wrongUse(`${what}: expected at most ${maxBytes} bytes`);
      chunks.push(bytes);
    }
  } catch (error) {
    throw error instanceof CommandError ? error : notReadable(error, what);
  }
  return Buffer.concat(chunks);
}

/** Builds the error for a failed read. The path is not repeated: it may be a misplaced secret. */
function notReadable(error: unknown, what: string): CommandError {
  const { code } = Object(error) as { code?: unknown };
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "no such file (expected the name of a file, or - for standard input)",
    ENAMETOOLONG: "no such file (expected the name of a file, or - for standard input)",
    EACCES: "permission denied",
    EISDIR: "a folder, expected a file",
  };
  return new CommandError("not_readable", `${what}: ${reasons[String(code)] ?? `could not be read (${String(code)})`}`);
}
