// Node, Bun and Deno: a process for each question.
import { execFileSync, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { folder, tool } from "./project.mjs";

// Nothing but the project: no configuration of the user's, no look for newer versions, no cache that outlives the run.
const environment = () => ({
  PATH: process.env.PATH,
  HOME: folder("home"),
  DENO_NO_UPDATE_CHECK: "1",
  DENO_DIR: folder("deno"),
  NO_COLOR: "1",
});

export const node = (major, entry) => (project) =>
  command(project, tool(`node${major}/bin/node`), ["--disable-warning=ExperimentalWarning", entry]);
export const bun = (project) => command(project, tool("@oven/bun-linux-x64/bin/bun"), ["main.mjs"]);
export const deno = (project) =>
  command(project, tool("@deno/linux-x64-glibc/deno"), [
    "run",
    "--quiet",
    "--no-remote",
    "--node-modules-dir=manual",
    "main.mjs",
  ]);

function command(project, executable, args) {
  const printed = execFileSync(executable, ["--version"], { encoding: "utf8", env: environment() });
  const version = /\d+\.\d+\.\d+/.exec(printed)?.[0];
  if (version === undefined) throw new Error(`${executable} --version: expected a version, found ${printed}`);
  return {
    version,
    async ask(call, argument) {
      const child = spawn(executable, args, { cwd: project, env: environment(), stdio: ["pipe", "pipe", "inherit"] });
      child.stdin.end(JSON.stringify({ call, argument }));
      const answer = await text(child.stdout);
      if (answer === "") throw new Error(`${executable} gave no answer`);
      return JSON.parse(answer);
    },
    close() {},
  };
}
