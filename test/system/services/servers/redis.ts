// A real Redis of one's own, on loopback. Every answered write is on disk, so a kill loses nothing that was answered.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyMissing } from "../../missing.mjs";
import { findProgram, startProgram, type Server } from "./program.ts";

const executable = findProgram("redis-server");

/** The reason for `context.skip` where there is no Redis; under CI=true it is thrown. */
export const noRedis: string | undefined = whyMissing(executable, "Redis", "apt-get install redis-server");

export async function startRedis(): Promise<Server> {
  if (executable === undefined) throw new Error(noRedis);
  const folder = await mkdtemp(join(tmpdir(), "mintmark-redis-"));
  return startProgram({
    folder,
    command: (port) => [
      executable,
      "--bind",
      "127.0.0.1",
      "--port",
      String(port),
      "--dir",
      folder,
      "--appendonly",
      "yes",
      "--appendfsync",
      "always",
      "--save",
      "",
    ],
    ready: /Ready to accept connections/,
    url: (port) => `redis://127.0.0.1:${port}`,
  });
}
