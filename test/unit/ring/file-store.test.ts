// The file store of key rings, on a real file system.
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fileKeyRingStore } from "../../../src/index.ts";
import type { RingFiles } from "../../../src/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { ringAt, startClock } from "./rings.ts";
import { describeStore } from "./store-contract.ts";

let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), "mintmark-ring-"));
});
afterAll(async () => {
  await fs.rm(folder, { recursive: true });
});

let ringFolder: string;
beforeEach(async () => {
  ringFolder = join(await fs.mkdtemp(join(folder, "test-")), "ring");
});

describeStore("file", () => fileKeyRingStore(ringFolder, fs));

describe("file", () => {
  it("can be read by its owner alone; nothing but the latest version is left", async () => {
    const store = fileKeyRingStore(ringFolder, fs);
    for (const version of [1, 2, 3]) await store.save(`v${version}`, version);
    expect(await fs.readdir(ringFolder)).toEqual(["3"]);
    expect((await fs.stat(join(ringFolder, "3"))).mode & 0o777).toBe(0o600);
    expect((await fs.stat(ringFolder)).mode & 0o777).toBe(0o700);
  });

  it("what a process that died has left is swept away, other files are not touched", async () => {
    const store = fileKeyRingStore(ringFolder, fs);
    await store.save("v1", 1);
    await Promise.all(
      ["1.abandoned.draft", "2.abandoned.draft", "5.later.draft", "README", "02", "3x"].map((name) =>
        fs.writeFile(join(ringFolder, name), ""),
      ),
    );
    await store.save("v2", 2);
    expect((await fs.readdir(ringFolder)).sort()).toEqual(["02", "2", "3x", "5.later.draft", "README"].sort());
    expect(await store.load()).toEqual({ record: "v2", version: 2 });
  });

  it("whoever is overtaken between its steps has not saved", async () => {
    const store = fileKeyRingStore(ringFolder, fs);
    await store.save("v1", 1);
    // Two versions are saved and the first of them is swept away while this one is being written.
    const slow: RingFiles = {
      ...fs,
      link: async (from, to) => {
        await store.save("v2", 2);
        await store.save("v3", 3);
        await fs.writeFile(from, "late v2");
        await fs.link(from, to);
      },
    };
    expect(await fileKeyRingStore(ringFolder, slow).save("late v2", 2)).toBe(false);
    expect(await fs.readdir(ringFolder)).toEqual(["3"]);
    const swept: RingFiles = {
      ...fs,
      link: async (from, to) => {
        await store.save("v4", 4);
        await fs.link(from, to);
      },
    };
    expect(await fileKeyRingStore(ringFolder, swept).save("late v4", 4)).toBe(false);
    expect(await store.load()).toEqual({ record: "v4", version: 4 });
  });

  it("a version that is swept away while it is read is not missed: the next one is read", async () => {
    const store = fileKeyRingStore(ringFolder, fs);
    await store.save("v1", 1);
    let reads = 0;
    const slow: RingFiles = {
      ...fs,
      readFile: async (path, encoding) => {
        if (reads++ === 0) await store.save("v2", 2);
        return fs.readFile(path, encoding);
      },
    };
    expect(await fileKeyRingStore(ringFolder, slow).load()).toEqual({ record: "v2", version: 2 });
    const never: RingFiles = {
      ...fs,
      readFile: async () => {
        reads++;
        throw Object.assign(new Error("gone"), { code: "ENOENT" });
      },
    };
    reads = 0;
    await expect(fileKeyRingStore(ringFolder, never).load()).rejects.toThrow("gone");
    expect(reads).toBe(10);
  });

  it("a file system that fails is not taken for an empty one", async () => {
    const failing = Object.assign(new Error("denied"), { code: "EACCES" });
    for (const name of ["readdir", "readFile", "open", "link", "mkdir"] as const) {
      await fs.rm(ringFolder, { recursive: true, force: true });
      await fileKeyRingStore(ringFolder, fs).save("v1", 1);
      const store = fileKeyRingStore(ringFolder, { ...fs, [name]: () => Promise.reject(failing) });
      const call = name === "readdir" || name === "readFile" ? store.load() : store.save("v2", 2);
      await expect(call).rejects.toBe(failing);
      expect(await fs.readdir(ringFolder)).toEqual(["1"]);
    }
  });

  it("processes that are killed at any moment lose nothing and block nobody", { timeout: 60_000 }, async () => {
    const store = fileKeyRingStore(ringFolder, fs);
    await store.save("0", 1);
    const script = fileURLToPath(new URL("file-process.mjs", import.meta.url));
    let confirmed = 1;
    for (let round = 0; round < 6; round++) {
      const children = Array.from({ length: 3 }, () =>
        spawn(process.execPath, [script, ringFolder], { stdio: ["ignore", "pipe", "inherit"] }),
      );
      const ended = children.map((child) => once(child, "exit"));
      let answered = 0;
      const winners = new Set<number>();
      for (const child of children) {
        child.stdout.setEncoding("utf8").on("data", (lines: string) => {
          for (const line of lines.match(/\d+(?=\n)/g) ?? []) {
            expect(winners.has(Number(line))).toBe(false); // one winner for each version
            winners.add(Number(line));
            confirmed = Math.max(confirmed, Number(line));
            if (++answered === 20 + round * 7) for (const one of children) one.kill("SIGKILL");
          }
        });
      }
      await Promise.all(ended);
      const stored = await store.load();
      expect(stored!.version).toBeGreaterThanOrEqual(confirmed);
      expect(JSON.parse(stored!.record)).toBe(stored!.version - 1);
    }
    expect(confirmed).toBeGreaterThan(100);
    const { version } = (await store.load())!;
    expect(await store.save("last", version + 1)).toBe(true);
    expect((await fs.readdir(ringFolder)).filter((name) => !/^\d+$/.test(name))).toEqual([]);
  });

  it("the name of a version is on the disk before it is confirmed, and so is that of a new folder", async () => {
    const done: string[] = [];
    const watched: RingFiles = {
      ...fs,
      open: async (path, flags, mode) => {
        const handle = await fs.open(path, flags, mode);
        const name = path.replace(ringFolder, "ring").replace(/\.[-\da-f]+\.draft$/, ".draft");
        return {
          writeFile: (text) => handle.writeFile(text),
          sync: () => handle.sync().then(() => done.push(`sync ${name}`)),
          close: () => handle.close(),
        };
      },
      link: (from, to) => fs.link(from, to).then(() => done.push("link")),
      unlink: (path) => fs.unlink(path).then(() => done.push("unlink")),
    };
    const store = fileKeyRingStore(ringFolder, watched);
    await store.save("v1", 1);
    expect(done.slice(0, 2)).toEqual(["sync ring/..", "sync ring/../.."]);
    done.length = 0;
    await store.save("v2", 2);
    expect(done).toEqual(["sync ring/2.draft", "link", "sync ring", "unlink", "unlink"]);
  });

  it("a folder that cannot be brought to the disk fails, but where no system can do that", async () => {
    await fileKeyRingStore(ringFolder, fs).save("v1", 1);
    let version = 1;
    const saveWith = async (code: string): Promise<string> => {
      const sync = (): Promise<never> => Promise.reject(Object.assign(new Error("fsync"), { code }));
      const open: RingFiles["open"] = async (path, flags, mode) => {
        const handle = await fs.open(path, flags, mode);
        return {
          writeFile: (text) => handle.writeFile(text),
          close: () => handle.close(),
          sync: flags === "r" ? sync : () => handle.sync(),
        };
      };
      try {
        return (await fileKeyRingStore(ringFolder, { ...fs, open }).save("next", ++version)) ? "accepted" : "refused";
      } catch (error) {
        return String((error as NodeJS.ErrnoException).code);
      }
    };
    for (const code of ["EPERM", "EINVAL", "ENOTSUP", "EISDIR"])
      expect([code, await saveWith(code)]).toEqual([code, "accepted"]);
    for (const code of ["EIO", "ENOSPC"]) expect([code, await saveWith(code)]).toEqual([code, code]);
  });

  describe.skipIf(process.getuid === undefined)("a folder that is there", () => {
    const outcomes = async (files: RingFiles = fs): Promise<string[]> => {
      const store = fileKeyRingStore(ringFolder, files);
      return Promise.all([store.load(), store.save("v2", 2), store.time()].map((call) => codeOf(() => call)));
    };
    beforeEach(async () => {
      await fileKeyRingStore(ringFolder, fs).save("v1", 1);
    });

    it.each([0o770, 0o702, 0o777, 0o1777])("to which others may write (mode %o) is refused", async (mode) => {
      await fs.chmod(ringFolder, mode);
      expect(await outcomes()).toEqual(["store_unavailable", "store_unavailable", "store_unavailable"]);
      const ring = ringAt(startClock(), { store: fileKeyRingStore(ringFolder, fs) });
      expect(String(await errorOf(() => ring.refresh()))).toContain(
        `others may write to its folder (mode ${mode.toString(8)}): run chmod 700`,
      );
      expect(await fs.readdir(ringFolder)).toEqual(["1"]);
    });

    it("that others may read is taken, since the files are the owner's alone", async () => {
      await fs.chmod(ringFolder, 0o755);
      expect(await outcomes()).toEqual(["accepted", "accepted", "accepted"]);
    });

    it("of another user is refused; one of root is not", async () => {
      const ownedBy = (uid: number): RingFiles => ({
        ...fs,
        stat: async (path) => {
          const { mode, mtimeMs } = await fs.stat(path);
          return { uid, mode, mtimeMs };
        },
      });
      const stranger = process.getuid!() + 1;
      expect(await outcomes(ownedBy(stranger))).toEqual([
        "store_unavailable",
        "store_unavailable",
        "store_unavailable",
      ]);
      expect(await outcomes(ownedBy(0))).toEqual(["accepted", "accepted", "accepted"]);
    });
  });

  it("needs a folder and the functions of node:fs/promises", async () => {
    expect(await codeOf(() => fileKeyRingStore("", fs))).toBe("invalid_argument");
    for (const wrong of [undefined, null, {}, { ...fs, link: undefined }, { ...fs, stat: undefined }])
      expect(await codeOf(() => fileKeyRingStore(ringFolder, wrong as RingFiles))).toBe("invalid_argument");
  });
});
