// A real MariaDB of one's own, on loopback. It refuses to run as root, and runs as `mysql` then.
import { execFileSync } from "node:child_process";
import { chownSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyMissing } from "../../missing.mjs";
import { findProgram, startProgram, type Server } from "./program.ts";

const executable = findProgram("mariadbd");
const install = findProgram("mariadb-install-db");

/** The reason for `context.skip` where there is no MariaDB; under CI=true it is thrown. */
export const noMariaDb: string | undefined = whyMissing(
  install && executable,
  "MariaDB",
  "apt-get install mariadb-server",
);

export async function startMariaDb(): Promise<Server> {
  if (executable === undefined || install === undefined) throw new Error(noMariaDb);
  const folder = await mkdtemp(join(tmpdir(), "mintmark-mariadb-"));
  const data = join(folder, "data");
  const user = process.getuid?.() === 0 ? "mysql" : undefined;
  const settings = ["--no-defaults", `--datadir=${data}`, ...(user === undefined ? [] : [`--user=${user}`])];
  if (user !== undefined) {
    const id = (flag: string): number => Number(execFileSync("id", [flag, user], { encoding: "utf8" }));
    chownSync(folder, id("-u"), id("-g"));
  }
  // The tests come as root without a password, from loopback.
  execFileSync(install, [...settings, "--auth-root-authentication-method=normal", "--skip-test-db"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return startProgram({
    folder,
    command: (port) => [
      executable,
      ...settings,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      `--socket=${join(folder, "socket")}`,
      `--pid-file=${join(folder, "pid")}`,
      "--skip-name-resolve",
      "--max-connections=200",
      "--character-set-server=latin1", // what the tables need, their own statements say
    ],
    endsWith: "SIGTERM",
    ready: /ready for connections/,
    url: (port) => `mysql://root@127.0.0.1:${port}/mysql`,
  });
}
