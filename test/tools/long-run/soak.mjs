// npm run test:soak [-- --seconds 3600] [-- --runtime node20,node24,bun,deno]: MACs on each runtime for so long, each compared with
// createHmac. Every quarter of a minute a new process, and each has to end by itself: a runtime that crashes when it ends is found too.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { tool } from "../../system/runtimes/project.mjs";

const perProcess = 15;
const runtimes = {
  node20: ["node20/bin/node"],
  node24: ["node24/bin/node"],
  bun: ["@oven/bun-linux-x64/bin/bun"],
  deno: ["@deno/linux-x64-glibc/deno", "run", "--quiet", "--no-remote", "--allow-all"],
};
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3600" },
    runtime: { type: "string", default: Object.keys(runtimes).join() },
  },
});
if (!(Number(values.seconds) >= 1)) throw new Error("--seconds: 1 at least");

for (const name of values.runtime.split(",")) {
  if (!Object.hasOwn(runtimes, name))
    throw new Error(`--runtime: expected some of ${Object.keys(runtimes)}, found ${name}`);
  const [program, ...args] = runtimes[name];
  const total = { processes: 0, macs: 0, megabytes: 0 };
  const started = performance.now();
  for (let left = Number(values.seconds); left > 0; left -= perProcess) {
    const { stdout, status, signal } = spawnSync(
      tool(program),
      [...args, `${import.meta.dirname}/soak-macs.mjs`, String(Math.min(left, perProcess))],
      { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
    );
    if (status !== 0) throw new Error(`${name}: process ${total.processes + 1} ended with ${signal ?? status}`);
    const { macs, megabytes } = JSON.parse(stdout);
    total.processes++;
    total.macs += macs;
    total.megabytes = Math.max(total.megabytes, megabytes);
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `${name}: ${total.macs} MACs as createHmac's in ${seconds} s and ${total.processes} processes, at most ${total.megabytes} MB more at the end of one`,
  );
}
