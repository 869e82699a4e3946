// A real PostgreSQL of one's own, on loopback. It refuses to run as root, and runs as `postgres` then.
import { execFileSync } from "node:child_process";
import { chown, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { whyMissing } from "../../missing.mjs";
import { findProgram, startProgram, type Server } from "./program.ts";

const debian = { root: "/usr/lib/postgresql", bin: "bin" };
const executable = findProgram("postgres", debian);

/** The reason for `context.skip` where there is no PostgreSQL; under CI=true it is thrown. */
export const noPostgres: string | undefined = whyMissing(executable, "PostgreSQL", "apt-get install postgresql");

export async function startPostgres(): Promise<Server> {
  if (executable === undefined) throw new Error(noPostgres);
  const folder = await mkdtemp(join(tmpdir(), "mintmark-postgres-"));
  const user = await handOver(folder);
  const data = join(folder, "data");
  const [initdb, ...args] = [
    ...user,
    join(dirname(executable), "initdb"),
    "--pgdata",
    data,
    "--username",
    "postgres",
    "--auth",
    "trust",
    "--locale",
    "C",
    "--encoding",
    "UTF8",
    "--no-sync",
  ] as const;
  execFileSync(initdb, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return startProgram({
    folder,
    command: (port) => [
      ...user,
      executable,
      "-D",
      data,
      "-p",
      String(port),
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "unix_socket_directories=",
      "-c",
      "max_connections=200",
    ],
    ready: /database system is ready to accept connections/,
    url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
  });
}

/** Gives the folder to the user that PostgreSQL runs as; says what runs a program as that user. */
async function handOver(folder: string): Promise<readonly [] | readonly [string, ...string[]]> {
  if (process.getuid?.() !== 0) return [];
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  await chown(folder, id("-u"), id("-g"));
  return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"];
}
