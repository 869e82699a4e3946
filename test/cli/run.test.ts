import { readFileSync } from "node:fs";
import process from "node:process";
import { afterEach, describe, expect, it, vi } from "vitest";
import { commands } from "../../src/cli/run.ts";
import { call } from "./session.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

describe("help", () => {
  it("of all commands", async () => {
    const { code, out, err } = await call(["--help"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatchSnapshot();
    for (const words of [["help"], ["-h"], ["help", "sing"]])
      expect(await call(words)).toEqual({ code: 0, out, err: "" });
  });

  it.each(commands.map(({ name }) => name))("of %s, wherever it is asked for", async (name) => {
    const { code, out, err } = await call([name, "--help"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatchSnapshot();
    for (const words of [
      ["help", name],
      [name, "-h"],
      [name, "--wrong", "--help"],
    ])
      expect(await call(words)).toEqual({ code: 0, out, err: "" });
  });

  it.each(commands)("of $name fits into 100 columns, but for its examples", async ({ name, examples }) => {
    const { out } = await call([name, "--help"]);
    expect(out.split("\n").filter((line) => line.length > 100 && !examples.includes(line.trim()))).toEqual([]);
  });
});

it("--version is the package's", async () => {
  expect(await call(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

describe("the process", () => {
  const { argv, exitCode } = process;
  afterEach(() => {
    process.argv = argv;
    process.exitCode = exitCode;
    vi.restoreAllMocks();
  });

  it("hands its arguments on, keeps Node's warnings but for experiments, and does not mind a reader who has left", async () => {
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const before = { warning: process.listeners("warning"), error: process.stdout.listeners("error") };
    const printed: string[] = [];
    process.removeAllListeners("warning");
    process.on("warning", ({ name }) => {
      printed.push(name);
    });
    try {
      process.argv = ["node", "mintmark", "--version"];
      await import("../../src/cli/main.ts");
      expect(written.mock.calls).toEqual([[`${version}\n`]]);
      expect(process.exitCode).toBe(0);

      for (const name of ["ExperimentalWarning", "Warning"])
        process.emit("warning", Object.assign(new Error(), { name }));
      expect(printed).toEqual(["Warning"]);

      const [onError] = process.stdout.listeners("error").filter((listener) => !before.error.includes(listener));
      expect(() => onError!(Object.assign(new Error(), { code: "EPIPE" }))).not.toThrow();
      expect(() => onError!(Object.assign(new Error("disk full"), { code: "ENOSPC" }))).toThrow("disk full");
      process.stdout.removeListener("error", onError as () => void);
    } finally {
      process.removeAllListeners("warning");
      for (const listener of before.warning) process.on("warning", listener);
    }
  });
});
