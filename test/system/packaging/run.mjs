// npm run test:packaging [-- text …]: the packed tarball in empty projects. With texts, only the checks whose names contain one of
// them, and the documentation is left as it is.
import { pack } from "../runtimes/project.mjs";

const { contentChecks } = await import("./contents.mjs");
const { moduleChecks } = await import("./modules.mjs");
const { compilers, environments, resolutions, typeChecks } = await import("./types.mjs");
const { table, writeSection } = await import("../runtimes/document.mjs");
const { close } = await import("../runtimes/totals.mjs");

const wanted = process.argv.slice(2);
const packed = pack();
const modules = [...contentChecks(packed), ...moduleChecks(packed.path)];
const types = typeChecks(packed.path);
const chosen = [...modules, ...types].filter(
  ([name]) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);

const failures = new Map();
const queue = chosen.values();
const worker = async () => {
  for (const [name, run] of queue) {
    try {
      await run();
      console.log(`ok ${name}`);
    } catch (error) {
      failures.set(name, error.message);
    }
  }
};
await Promise.all([worker(), worker()]); // there are two cores

if (wanted.length === 0) writeSection("packaging", `${moduleTable()}\n\n${typeTable()}`);
close(
  "packaging",
  chosen.length - failures.size,
  [...failures].map(([name, message]) => `${name}\n${message}`),
);

function moduleTable() {
  return table(
    ["From the tarball, in an empty project", ""],
    modules.map(([name]) => [name, mark([name])]),
  );
}

/** One row for each compiler, one column for each resolution; a cell stands for all environments. */
function typeTable() {
  const checks = (compiler, resolution) =>
    types.filter(([, , check]) => check.compiler === compiler && check.resolution === resolution).map(([name]) => name);
  const rows = compilers.map(({ name, version }) => [
    version,
    ...Object.keys(resolutions).map((resolution) => mark(checks(name, resolution))),
  ]);
  return `Types, each with only ${Object.keys(environments)
    .map((name) => (name === "DOM" ? name : `\`${name}\``))
    .join(", with only ")}:\n\n${table(["TypeScript", ...Object.keys(resolutions)], rows)}`;
}

function mark(names) {
  if (names.length === 0) return "not in this version";
  return names.some((name) => failures.has(name)) ? "**fails**" : "passes";
}
