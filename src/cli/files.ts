/** Files that are made: never over one that is there, and secret ones for nobody but their owner. */

import { open, unlink, type FileHandle } from "node:fs/promises";
import { CommandError } from "./failure.ts";

export interface NewFile {
  /** The option that names it. */
  readonly option: string;
  readonly path: string;
  readonly text: string;
  readonly isSecret: boolean;
}

/** Makes all of the files, or none. */
export async function createFiles(files: readonly NewFile[]): Promise<void> {
  const made: (NewFile & { readonly handle: FileHandle })[] = [];
  let option = "";
  try {
    for (const file of files) {
      ({ option } = file);
      // "wx": fails where anything is, a link that leads nowhere included.
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
    EEXIST: "there is such a file already, and nothing is overwritten",
    ENOENT: "no such folder",
    EACCES: "permission denied",
  };
  return new CommandError(
    "not_writable",
    `--${option}: ${reasons[String(code)] ?? `could not be written (${String(code)})`}`,
  );
}
