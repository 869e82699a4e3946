/**
 * A key ring in a folder: each version is a file of its own, complete before it has its name. A name can be given only
 * once, so no lock is needed, and none is left behind by a process that dies.
 */

import { checkText, wrongArgument } from "../base/options.ts";
import { isObject } from "../encoding/json.ts";
import { randomUuid } from "../base/platform.ts";
import type { KeyRingStore } from "./store.ts";

/** What is used of `node:fs/promises`. */
export interface RingFiles {
  /** Makes the folder (mode 0700). */
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>;
  /** Lists the versions. */
  readdir(path: string): Promise<string[]>;
  /** Reads one. */
  readFile(path: string, encoding: "utf8"): Promise<string>;
  /** Writes one under a name of its own (mode 0600), down to the disk. */
  open(
    path: string,
    flags: string,
    mode: number,
  ): Promise<{ writeFile(text: string): Promise<unknown>; sync(): Promise<unknown>; close(): Promise<unknown> }>;
  /** Gives it its name, which only one process can. */
  link(existing: string, created: string): Promise<unknown>;
  /** Sweeps old ones away. */
  unlink(path: string): Promise<unknown>;
}

const methods = ["mkdir", "readdir", "readFile", "open", "link", "unlink"] as const;

/**
 * Keeps a key ring in a folder of its own, for the processes of one machine. `fs` is `node:fs/promises`. Only the owner may
 * read the files (mode 0600). The file system needs hard links, which FAT and some network shares lack.
 *
 * @throws TypeError `invalid_argument`: `fs` lacks a function.
 * @example
 * ```ts no-run
 * import * as fs from "node:fs/promises";
 *
 * const store = fileKeyRingStore("/var/lib/my-api/keys", fs);
 * const ring = createKeyRing({ algorithm: ES256, rotateEvery: "30d", publishAhead: "1d", retainFor: "1h", store });
 * ```
 */
export function fileKeyRingStore(folder: string, fs: RingFiles): KeyRingStore {
  const root = checkText(folder, "folder");
  if (!isObject(fs) || !methods.every((name) => typeof fs[name] === "function"))
    throw wrongArgument("fs", `an object with ${methods.join(", ")}, such as node:fs/promises`, fs);

  return {
    async load() {
      // The newest may be gone between the look and the read: a later one has taken its place by then.
      for (let attempt = 1; ; attempt++) {
        const newest = newestOf(await unless("ENOENT", fs.readdir(root), []));
        if (newest === 0) return undefined;
        const record = await unless(attempt < 10 ? "ENOENT" : "", fs.readFile(`${root}/${newest}`, "utf8"), undefined);
        if (record !== undefined) return { record, version: newest };
      }
    },
    async save(record, version) {
      await fs.mkdir(root, { recursive: true, mode: 0o700 });
      const draft = `${root}/${version}.${randomUuid()}.draft`;
      try {
        await writeNew(fs, draft, record);
        // Atomic: EEXIST where the name is taken, ENOENT where a later version has swept the draft away.
        const linked = await unless(
          "EEXIST",
          unless(
            "ENOENT",
            fs.link(draft, `${root}/${version}`).then(() => true),
            false,
          ),
          false,
        );
        if (!linked) return false;
      } finally {
        await unless("ENOENT", fs.unlink(draft), undefined);
      }
      return sweep(fs, root, version);
    },
  };
}

/**
 * Removes what a version makes obsolete: those before it, and what processes that died left of it. Removes the version itself and answers
 * `false` where a later one exists: then its name was free because it had been swept away, or it has been replaced already.
 */
async function sweep(fs: RingFiles, root: string, version: number): Promise<boolean> {
  const names = await fs.readdir(root);
  const newest = newestOf(names);
  for (const name of names) {
    const [, number = "", draft] = /^(\d+)(\..+\.draft)?$/.exec(name) ?? [];
    if (number !== "" && (draft === undefined ? Number(number) < newest : Number(number) <= newest))
      await unless("ENOENT", fs.unlink(`${root}/${name}`), undefined);
  }
  return newest === version;
}

function newestOf(names: readonly string[]): number {
  return Math.max(0, ...names.filter((name) => /^[1-9]\d{0,14}$/.test(name)).map(Number));
}

async function writeNew(fs: RingFiles, path: string, text: string): Promise<void> {
  const file = await fs.open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A call's answer, or another where the call fails with this code. */
async function unless<T>(code: string, call: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (isObject(error) && error["code"] === code) return otherwise;
    throw error;
  }
}
