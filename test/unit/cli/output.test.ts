import { describe, expect, it } from "vitest";
import { createOutput, type Output } from "../../../src/cli/output.ts";
import { call } from "./session.ts";

interface Options {
  readonly tty?: readonly [stdout: boolean, stderr: boolean];
  readonly env?: Readonly<Record<string, string>>;
}

/** What is written to standard output and standard error. */
function written(
  write: (output: Output) => void,
  { tty: [stdout, stderr] = [false, false], env = {} }: Options = {},
): readonly [string, string] {
  const texts: [string, string] = ["", ""];
  const sink = (at: 0 | 1, isTTY: boolean) => ({
    isTTY,
    write: (text: string) => {
      texts[at] += text;
    },
  });
  write(createOutput({ stdout: sink(0, stdout), stderr: sink(1, stderr), env }, false));
  return texts;
}

describe("colours", () => {
  const both = (output: Output): void => {
    output.line(["green", "good"], " plain");
    output.warn("careful");
  };

  it("only where the stream is a terminal, each stream for itself", () => {
    expect(written(both)).toEqual(["good plain\n", "warning: careful\n"]);
    expect(written(both, { tty: [true, false] })).toEqual(["\u001b[32mgood\u001b[0m plain\n", "warning: careful\n"]);
    expect(written(both, { tty: [false, true] })).toEqual(["good plain\n", "\u001b[33mwarning: \u001b[0mcareful\n"]);
  });

  it("not with NO_COLOR, and not on a terminal that has none", () => {
    expect(written(both, { tty: [true, true], env: { NO_COLOR: "1" } })).toEqual([
      "good plain\n",
      "warning: careful\n",
    ]);
    expect(written(both, { tty: [true, true], env: { TERM: "dumb" } })).toEqual(["good plain\n", "warning: careful\n"]);
    expect(written(both, { tty: [true, true], env: { NO_COLOR: "" } })[0]).toContain("\u001b[32m");
  });

  it("reach a command's own output", async () => {
    const token = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA";
    expect((await call(["decode", token], { tty: true })).out).toContain("\u001b[33mNOT VERIFIED\u001b[0m");
    expect((await call(["decode", token], { tty: true, env: { NO_COLOR: "1" } })).out).toMatch(/^NOT VERIFIED {2}/);
  });
});

describe("escaping", () => {
  it("spells what could drive a terminal as JSON does, plain and styled", () => {
    const driving = "\u001b[31m\u0007\u009b\u007f\u202e\u200b\u{e0041}\n\t";
    const escaped = "\\u001b[31m\\u0007\\u009b\\u007f\\u202e\\u200b\\udb40\\udc41\\u000a\\u0009";
    const [out, err] = written(
      (output) => {
        output.line(driving, ["bold", driving]);
        output.note(driving);
        output.warn(driving);
      },
      { tty: [true, false] },
    );
    expect(out).toBe(`${escaped}\u001b[1m${escaped}\u001b[0m\n`);
    expect(err).toBe(`${escaped}\nwarning: ${escaped}\n`);
  });

  it("leaves JSON what it was", () => {
    const value = { "\u009b\u202e": ["\u{e0041}\u007f", "Zoë 日本語 🪙"] };
    const [out] = written((output) => {
      output.value(value);
    });
    expect(JSON.parse(out)).toEqual(value);
    expect(out).toContain("Zoë 日本語 🪙");
  });
});

describe("tables", () => {
  it("are as wide as their longest cells are when escaped", () => {
    const [out] = written((output) => {
      output.table([["a", "b", "c"], ["\u0000", ["dim", "longer"]], ["d"]]);
    });
    expect(out).toBe("a       b       c\n\\u0000  longer\nd\n");
  });

  it("are not widened by one long cell", () => {
    const long = "x".repeat(300);
    const [out, err] = written((output) => {
      output.table([
        ["exp", "1", "soon"],
        [long, "2", "later"],
        ["a", long, "far"],
      ]);
      output.noteTable([
        ["exp", "1", "soon"],
        ["a", long, "far"],
      ]);
    });
    expect(out).toBe(`exp  1  soon\n${long}  2  later\na    ${long}  far\n`);
    expect(err).toBe(`exp  1  soon\na    ${long}  far\n`);
  });

  it("may be empty", () => {
    expect(
      written((output) => {
        output.table([]);
      }),
    ).toEqual(["", ""]);
  });
});
