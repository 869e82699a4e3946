import { readFileSync } from "node:fs";
import process from "node:process";
import { afterEach, describe, expect, it, vi } from "vitest";
import { commands } from "../../../src/cli/run.ts";
import { call } from "./session.ts";

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

describe("help", () => {
  it("of all commands", async () => {
    const { code, out, err } = await call(["--help"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatchSnapshot();
    for (const words of [["help"], ["-h"]]) expect(await call(words)).toEqual({ code: 0, out, err: "" });
  });

  it.each(commands.map(({ name }) => name))("of %s, where it is asked for alone", async (name) => {
    const { code, out, err } = await call([name, "--help"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatchSnapshot();
    for (const words of [
      ["help", name],
      [name, "-h"],
    ])
      expect(await call(words)).toEqual({ code: 0, out, err: "" });
  });

  it.each([
    [
      ["verify", "--secret", "x", "--any-issuer", "--any-audience", "--help"],
      "--help: expected no other word beside it",
    ],
    [["verify", "--secret", "x", "--any-issuer", "--any-audience", "-h"], "--help: expected no other word beside it"],
    [["verify", "--help", "a.b.c"], "--help: expected no other word beside it"],
    [["decode", "--help", "--"], "--help: expected no other word beside it"],
    [["sign", "--help", "--help"], "--help: given twice"],
    [["sign", "--help=x"], "--help: takes no value"],
    [["sign", "-hx"], "unknown option -x"],
    [["sign", "--wrong", "--help"], "unknown option --wrong"],
    [["--help", "verify"], "--help: expected no other word beside it"],
    [["-h", "-h"], "-h: expected no other word beside it"],
    [["--version", "x"], "--version: expected no other word beside it"],
    [["help", "verify", "--json"], "help: expected the name of one command"],
    [["help", "nothing"], "expected one of secret, keygen, sign, verify, decode, jwks, thumbprint, completions"],
  ])("beside other words is wrong use: %j", async (words, message) => {
    const { code, out, err } = await call(words);
    expect([code, out, err.split("\n")[0]]).toEqual([2, "", `error wrong_use: ${message}`]);
  });

  it("is no help as a value, or after --", async () => {
    const values = ["--subject", "--help", "--any-issuer", "--any-audience"];
    expect((await call(["verify", ...values])).code).toBe(2);
    expect((await call(["decode", "--", "--help"])).err).toMatch(/^refused token_malformed: /);
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
      await import("../../../src/cli/main.ts");
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
