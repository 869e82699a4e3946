// Every example of the help and of the guide runs as it stands, in an empty folder, with the built command on the PATH.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { describe, expect, it, vi } from "vitest";
import { commands } from "../../../src/cli/run.ts";
import { folder, program } from "./session.ts";

// Processes take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const files = folder();
mkdirSync(files.path("bin"));
files.write("bin/mintmark", `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
spawnSync("chmod", ["+x", files.path("bin/mintmark")]);

function shell(script: string, name: string): { status: number | null; stdout: string; stderr: string } {
  mkdirSync(files.path(name), { recursive: true });
  return spawnSync("sh", ["-c", script], {
    cwd: files.path(name),
    encoding: "utf8",
    env: { PATH: `${files.path("bin")}:${process.env.PATH ?? ""}` },
  });
}

describe("the help's examples run:", () => {
  it.each(commands)("$name", ({ name, examples }) => {
    const { status, stderr } = shell(`set -e\n${examples.join("\n")}`, `help-${name}`);
    expect(status, stderr).toBe(0);
    expect(stderr).not.toMatch(/^(?:error|refused|warning)/m);
    expect(examples.some((line) => line.includes(`mintmark ${name}`))).toBe(true);
  });
});

/** Without what is another at each run. */
const timeless = (text: string): string =>
  text.replace(/\b\d{10}\b|\d{4}-\d\d-\d\dT[\d:]{8}Z|\d+ (?:minute|second)s?/g, "…");

describe("the guide's blocks run, and print what they say:", () => {
  const guide = readFileSync(new URL("../../../docs/guides/command-line.md", import.meta.url), "utf8");
  const blocks = [...guide.matchAll(/^```sh\n(.*?)^```(?:\n\n```text\n(.*?)^```)?/gms)].map(
    ([, script = "", printed]) => ({ title: script.split("\n")[0], script, printed }),
  );

  it.each(blocks)("$title", ({ script, printed }) => {
    // One folder for all: a guide goes on where it was. Both streams in one, as on a terminal.
    const { status, stdout } = shell(`exec 2>&1\n${script}`, "guide");
    if (printed === undefined) expect(status, stdout).toBe(0);
    else expect(timeless(stdout)).toBe(timeless(printed));
  });

  it("and show every command", () => {
    for (const { name } of commands) expect(guide).toContain(`mintmark ${name}`);
  });
});
