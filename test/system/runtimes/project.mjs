// A project as a user has it: the packed tarball, unpacked into node_modules, and nothing built from it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { removeFolder } from "../folders.mjs";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));
/**
 * A program or package of test/system/runtimes, by its path in `node_modules`.
 *
 * @param {string} name
 * @returns {string}
 */
export const tool = (name) => join(here, "node_modules", name);

/** @type {import("node:child_process").ExecFileSyncOptionsWithStringEncoding} */
const quiet = { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" };

/** Folders of this run, removed when it ends. */
const temporary = mkdtempSync(join(tmpdir(), "mintmark-"));
export const removeFolders = () => {
  removeFolder(temporary);
};
process.on("exit", removeFolders);

/**
 * Makes a folder that is removed when the run ends.
 *
 * @param {string} name
 * @returns {string}
 */
export function folder(name) {
  const path = join(temporary, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/**
 * Builds and packs as `npm publish` would: the tarball's path, and what npm says is in it. A release names the tarball that it
 * is going to publish in MINTMARK_TARBALL: then that one is tried, and none is built.
 *
 * @returns {{ path: string, files: string[] }}
 */
export function pack() {
  if (process.env.MINTMARK_TARBALL) {
    const path = resolve(root, process.env.MINTMARK_TARBALL);
    const listed = execFileSync("tar", ["-tzf", path], quiet).trim().split("\n");
    return { path, files: listed.map((name) => name.replace(/^package\//, "")) };
  }
  execFileSync("npm", ["run", "build", "--silent", "--", "--silent"], { ...quiet, cwd: root });
  const [{ filename, files }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--silent", "--pack-destination", folder("tarball")], {
      ...quiet,
      cwd: root,
    }),
  );
  return { path: join(folder("tarball"), filename), files: files.map(({ path }) => path) };
}

/**
 * An empty project that has installed the tarball, and these files.
 *
 * @param {string} name
 * @param {string} tarball
 * @param {Readonly<Record<string, string>>} files
 * @returns {string}
 */
export function createProject(name, tarball, files = {}) {
  const project = folder(name);
  const target = join(project, "node_modules/mintmark");
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"]);
  for (const [path, text] of Object.entries({ "package.json": '{ "private": true }\n', ...files })) {
    mkdirSync(join(project, path, ".."), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  return project;
}

/** The project that the runtimes share: the suite as one file, and each runtime's way in. */
export function createSuiteProject(tarball) {
  const project = createProject("suite", tarball);
  execFileSync(tool(".bin/esbuild"), [
    join(root, "test/spec/conformance/index.ts"),
    "--bundle",
    "--format=esm",
    "--target=es2022",
    "--log-level=error",
    `--outfile=${join(project, "conformance.mjs")}`,
  ]);
  cpSync(join(here, "entries"), project, { recursive: true });
  return project;
}

/** The ECMAScript modules in a folder of the project, as paths from the project. */
export function moduleFiles(project, path) {
  return readdirSync(join(project, path), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .map((name) => `${path}/${name}`);
}
