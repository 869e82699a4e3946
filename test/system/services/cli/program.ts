// Programs that the machine may lack: without one its tests are skipped, and under CI=true fail.
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

/** Whether the program is there; if not, the one test says so. */
export function found(name: string, debianPackage: string): boolean {
  if (spawnSync("sh", ["-c", `command -v ${name}`]).status === 0) return true;
  const reason = `${name} is not here (apt-get install ${debianPackage})`;
  it(`${name} is there`, (context) => {
    if (process.env.CI === "true") expect.fail(reason);
    context.skip(reason);
  });
  return false;
}

/** What a program prints; it has to succeed, without a word on standard error. */
export function run(program: string, words: readonly string[], stdin = ""): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, { input: stdin, encoding: "utf8" });
  if (error !== undefined) throw error;
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}
