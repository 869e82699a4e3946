/** Where what a command works on comes from: files, environment variables, standard input. Never more than a megabyte of it. */

import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { checkOneOf, type Given } from "./arguments.ts";
import { CommandError, wrongUse } from "./failure.ts";
import type { Output } from "./output.ts";

/** What is read from: this process's standard input, or a test's. */
export interface Source extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean | undefined;
}

export interface Input {
  /** The bytes of the file that an option names, of standard input for `-`. `isSecret`: not from where it would be seen while it is typed. */
  file(option: string, path: string, isSecret?: boolean): Promise<Buffer>;
  /** The environment variable that an option names. */
  variable(option: string, name: string): string;
  /** The operand, or standard input where there is none or it is `-`; without the white space around it. */
  operand(operand: string | undefined, what: string): Promise<string>;
}

const most = 2 ** 20;

/** Where input comes from. A process opens its `stdin` when it is first asked for. */
export interface Sources {
  readonly stdin: Source;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function createInput(sources: Sources, output: Output): Input {
  const { env } = sources;
  let reader: string | undefined;

  async function readStandardInput(what: string, isSecret: boolean): Promise<Buffer> {
    if (reader !== undefined)
      throw wrongUse(`standard input: asked for ${reader} and for ${what}: give one of them in another way`);
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

/** The one of `--name FILE` and `--name-env NAME` that was given, as bytes or text. */
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

/** Not by size: a pipe or `<(…)` has none. */
async function collect(source: AsyncIterable<Uint8Array | string>, what: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of source) {
      const bytes = Buffer.from(chunk as Uint8Array);
      length += bytes.length;
      if (length > most) throw wrongUse(`${what}: longer than ${most} bytes`);
      chunks.push(bytes);
    }
  } catch (error) {
    throw error instanceof CommandError ? error : notReadable(error, what);
  }
  return Buffer.concat(chunks);
}

/** The path is not repeated: a secret may stand in its place. */
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
