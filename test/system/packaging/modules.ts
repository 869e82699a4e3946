// The tarball in an empty project, through every module system that people meet it in.
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createProject, folder, root, tool } from "../runtimes/project.mjs";

const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));

/** A test of the packed tarball. */
export interface Check {
  readonly name: string;
  /** Fails with the reason. */
  readonly run: () => unknown;
}

/** A project with these of the fixtures. Of the tools, it has those that look for themselves among its packages. */
export function projectWith(
  name: string,
  tarball: string,
  files: readonly string[],
  packages: readonly string[] = [],
): string {
  const project = createProject(name, tarball);
  for (const file of files) cpSync(join(fixtures, file), join(project, file));
  for (const one of packages) {
    mkdirSync(join(project, "node_modules", one, ".."), { recursive: true });
    // The frameworks that there are adapters for are at the root, for their types.
    const source = [tool(one), join(root, "node_modules", one)].find((path) => existsSync(path)) ?? tool(one);
    symlinkSync(source, join(project, "node_modules", one));
  }
  return project;
}

/** Runs a program in a project; what it printed is the reason when it fails. */
export async function runIn(project: string, program: string, args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder("home"),
    DENO_DIR: folder("deno"),
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
    CI: "true",
  };
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd: project, env, maxBuffer: 1e8 });
    return stdout;
  } catch (error) {
    // Of a program that ended otherwise than with 0.
    const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(stdout + stderr || String(error), { cause: error });
  }
}

export function moduleChecks(tarball: string): readonly Check[] {
  const plain = projectWith("modules", tarball, [
    "entries.cjs",
    "smoke.cjs",
    "resource.cjs",
    "node.mjs",
    "node.cjs",
    "both.mjs",
    "idle.mjs",
    "empty.mjs",
  ]);
  const jest = projectWith("jest", tarball, ["entries.cjs", "smoke.cjs", "jest.test.cjs"]);
  const vitest = projectWith("vitest", tarball, ["entries.cjs", "smoke.cjs", "vitest.test.mjs"], ["vitest", "jsdom"]);

  const files = [
    { what: "import", file: "node.mjs" },
    { what: "require", file: "node.cjs" },
    { what: "import and require in one process", file: "both.mjs" },
    { what: "no work when it is loaded", file: "idle.mjs" },
  ];
  const node = (major: number): string => tool(`node${major}/bin/node`);
  const bun = tool("@oven/bun-linux-x64/bin/bun");
  const deno = tool("@deno/linux-x64-glibc/deno");
  const runJest = (environment: string): Promise<string> =>
    runIn(jest, node(24), [
      tool("jest/bin/jest.js"),
      "--rootDir=.",
      "--no-cache",
      "--testMatch=**/jest.test.cjs",
      `--env=${environment}`,
    ]);

  return [
    ...[20, 24].flatMap((major) =>
      files.map(({ what, file }) => ({
        name: `Node.js ${major}: ${what}`,
        run: () => runIn(plain, node(major), [file]),
      })),
    ),
    ...files.map(({ what, file }) => ({ name: `Bun: ${what}`, run: () => runIn(plain, bun, [file]) })),
    ...files.map(({ what, file }) => ({
      name: `Deno: ${what}`,
      run: () =>
        runIn(plain, deno, ["run", "--quiet", "--no-remote", "--allow-read", "--node-modules-dir=manual", file]),
    })),
    { name: "Jest, environment node: require", run: () => runJest("node") },
    { name: "Jest, environment jsdom: require", run: () => runJest(tool("jest-environment-jsdom/build/index.js")) },
    {
      name: "Vitest, environment jsdom: import",
      run: () => runIn(vitest, node(24), [tool("vitest/vitest.mjs"), "run", "--root=.", "--environment=jsdom"]),
    },
  ];
}
