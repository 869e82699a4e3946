/** Creates files: never overwrites one, and makes secret ones readable by their owner alone. */

import { open, unlink, type FileHandle } from "node:fs/promises";
import { CommandError } from "./failure.ts";

export interface NewFile {
  /** Option that names the file. */
  readonly option: string;
  readonly path: string;
  readonly text: string;
  readonly isSecret: boolean;
}

/** Creates all of the files, or none. */
export async function createFiles(files: readonly NewFile[]): Promise<void> {
  const made: (NewFile & { readonly handle: FileHandle })[] = [];
  let option = "";
  try {
    for (const file of files) {
      ({ option } = file);
      // "wx" fails if the path exists, even as a dangling link.
      made.push({ ...file, handle: await open(file.path, "wx", file.isSecret ? 0o600 : 0o644) });
    }
    for (const { handle, text, ...file } of made) {
      ({ option } = file);
      await handle.writeFile(text);
    }
  } catch (error) {
    for (const { path } of made) await unlink(path);
    throw notWritable(error, option);
  } finally {
    for (const { handle } of made) await handle.close();
  }
}

function notWritable(error: unknown, option: string): CommandError {
  const { code } = Object(error) as { code?: unknown };
  const reasons: Readonly<Record<string, string>> = {
    EEXIST: "the file exists already, and is not overwritten",
    ENOENT: "no such folder",
    EACCES: "permission denied",
  };
  return new CommandError(
    "not_writable",
    `--${option}: ${reasons[String(code)] ?? `could not be written (${String(code)})`}`,
  );
}
