/**
 * A key ring in a folder: each version is a file of its own, complete before it has its name. A name can be given only
 * once, so no lock is needed, and none is left behind by a process that dies.
 */

import { checkText, wrongArgument } from "../base/options.ts";
import { isObject } from "../encoding/json.ts";
import { processUser, randomUuid } from "../base/platform.ts";
import { storeFailure, type KeyRingStore } from "./store.ts";

/** An open file or folder. */
export interface RingFile {
  /** Writes the whole record. */
  writeFile(text: string): Promise<unknown>;
  /** Waits until it is on the disk. */
  sync(): Promise<unknown>;
  /** Closes it. */
  close(): Promise<unknown>;
}

/** The functions of `node:fs/promises` that are used. */
export interface RingFiles {
  /** Makes the folder (mode 0700). */
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>;
  /** Lists the versions. */
  readdir(path: string): Promise<string[]>;
  /** Reads one. */
  readFile(path: string, encoding: "utf8"): Promise<string>;
  /** Opens a new file to write a version (mode 0600), and the folder, so that its entries are flushed to the disk too. */
  open(path: string, flags: string, mode?: number): Promise<RingFile>;
  /** Looks at the folder's owner and mode, and at the time of a new file. */
  stat(path: string): Promise<{ readonly uid: number; readonly mode: number; readonly mtimeMs: number }>;
  /** Gives a written version its final name, atomically: only one process succeeds. */
  link(existing: string, created: string): Promise<unknown>;
  /** Sweeps old ones away. */
  unlink(path: string): Promise<unknown>;
}

const methods = ["mkdir", "readdir", "readFile", "open", "stat", "link", "unlink"] as const;

/**
 * Keeps a key ring in a folder of its own, for the processes of one machine. `fs` is `node:fs/promises`. Only the owner may
 * read the files (mode 0600). A folder that others may write to, or that belongs to another user, is refused: whoever can put
 * a file there can add keys to the ring. The file system needs hard links, which FAT and some network shares lack.
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
export function fileKeyRingStore(folder: string, fs: RingFiles): Required<KeyRingStore> {
  const root = checkText(folder, "folder");
  if (!isObject(fs) || !methods.every((name) => typeof fs[name] === "function"))
    throw wrongArgument("fs", `an object with ${methods.join(", ")}, such as node:fs/promises`, fs);

  return {
    async load() {
      // The newest may be gone between the look and the read: a later one has taken its place by then.
      for (let attempt = 1; ; attempt++) {
        const newest = newestOf(await onErrorCode("ENOENT", fs.readdir(root), []));
        if (newest === 0) return undefined;
        await checkFolder(fs, root);
        const record = await onErrorCode(
          attempt < 10 ? "ENOENT" : "",
          fs.readFile(`${root}/${newest}`, "utf8"),
          undefined,
        );
        if (record !== undefined) return { record, version: newest };
      }
    },
    async save(record, version) {
      await openFolder(fs, root);
      const draft = `${root}/${version}.${randomUuid()}.draft`;
      try {
        await writeNew(fs, draft, record);
        // Atomic: EEXIST where the name is taken, ENOENT where a later version has swept the draft away.
        const linked = await onErrorCode(
          "EEXIST",
          onErrorCode(
            "ENOENT",
            fs.link(draft, `${root}/${version}`).then(() => true),
            false,
          ),
          false,
        );
        if (!linked) return false;
        // The name too, or a power cut takes back a withdrawal that was confirmed.
        await syncFolder(fs, root);
      } finally {
        await onErrorCode("ENOENT", fs.unlink(draft), undefined);
      }
      return sweep(fs, root, version);
    },
    async time() {
      await openFolder(fs, root);
      const path = `${root}/0.${randomUuid()}.draft`;
      try {
        await writeNew(fs, path, "");
        return (await fs.stat(path)).mtimeMs / 1000;
      } finally {
        await onErrorCode("ENOENT", fs.unlink(path), undefined);
      }
    },
  };
}

/** Makes the folder if there is none, and checks it. */
async function openFolder(fs: RingFiles, root: string): Promise<void> {
  const made = await fs.mkdir(root, { recursive: true, mode: 0o700 });
  // Each new folder is a name in the one above it.
  if (made !== undefined) {
    const depth = root.split(/[\\/]+/).filter((name) => name !== "" && name !== ".").length;
    for (let up = 1; up <= depth; up++) await syncFolder(fs, root + "/..".repeat(up));
  }
  await checkFolder(fs, root);
}

/** Refuses a folder that others may write to: they could add a version with keys of their own. Windows has no modes. */
async function checkFolder(fs: RingFiles, root: string): Promise<void> {
  const user = processUser();
  if (user === undefined) return;
  const { uid, mode } = await fs.stat(root);
  if (uid !== user && uid !== 0) throw storeFailure(`its folder belongs to user ${uid}, this process is user ${user}`);
  if ((mode & 0o022) !== 0) {
    const found = (mode & 0o7777).toString(8);
    throw storeFailure(
      `others may write to its folder (mode ${found}): run chmod 700, or pass a subfolder that does not exist yet`,
    );
  }
}

/** Flushes the names in a folder to the disk, where the system can do that and the folder may be read. */
async function syncFolder(fs: RingFiles, folder: string): Promise<void> {
  let handle: RingFile | undefined;
  try {
    handle = await fs.open(folder, "r");
    await handle.sync();
  } catch (error) {
    const code = isObject(error) ? error["code"] : undefined;
    if (!["EACCES", "EPERM", "EISDIR", "EINVAL", "ENOTSUP"].includes(String(code))) throw error;
  } finally {
    await handle?.close();
  }
}

/**
 * Removes what a version makes obsolete: earlier versions, and the drafts of processes that died. Returns `false`, and removes the
 * version itself, if there is a later one: its name was free only because it had been swept away, or it has been replaced already.
 */
async function sweep(fs: RingFiles, root: string, version: number): Promise<boolean> {
  const names = await fs.readdir(root);
  const newest = newestOf(names);
  for (const name of names) {
    const [, number = "", draft] = /^(\d+)(\..+\.draft)?$/.exec(name) ?? [];
    if (number !== "" && (draft === undefined ? Number(number) < newest : Number(number) <= newest))
      await onErrorCode("ENOENT", fs.unlink(`${root}/${name}`), undefined);
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

/** Waits for a call, and returns `otherwise` where it fails with this code. */
async function onErrorCode<T>(code: string, call: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (isObject(error) && error["code"] === code) return otherwise;
    throw error;
  }
}
