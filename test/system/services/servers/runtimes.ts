// The runtimes that test/system/runtimes has installed, for the stores and the servers that only they have.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { whyMissing } from "../../missing.mjs";

const folder = fileURLToPath(new URL("../../runtimes/node_modules/", import.meta.url));
const found = (path: string): string | undefined => (existsSync(folder + path) ? folder + path : undefined);

export const node24 = found("node24/bin/node");
export const bun = found("@oven/bun-linux-x64/bin/bun");
export const deno = found("@deno/linux-x64-glibc/deno");
export const workerd = found("@cloudflare/workerd-linux-64/bin/workerd");

/** The reason for `context.skip` where the runtime is missing; under CI=true it is thrown. */
export const noRuntime = (path: string | undefined, name: string): string | undefined =>
  whyMissing(path, name, "npm run runtimes");
