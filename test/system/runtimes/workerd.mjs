// workerd serves a module worker from loopback; its modules are the tarball's own files.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { moduleFiles, tool } from "./project.mjs";

const packageFolder = tool("@cloudflare/workerd-linux-64");

const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));

export const workerd = (compatibilityFlags) => async (project) => {
  const { port, close } = await serve(
    project,
    ["worker.mjs", "conformance.mjs", ...moduleFiles(project, "node_modules/mintmark/dist")],
    compatibilityFlags,
  );
  return {
    version,
    async ask(call, argument) {
      const response = await fetch(`http://127.0.0.1:${port}/`, {
        method: "POST",
        body: JSON.stringify({ call, argument }),
      });
      if (!response.ok) throw new Error(`workerd: ${response.status} ${await response.text()}`);
      return response.json();
    },
    close,
  };
};

/** Starts a worker of these files; the first is its entry. */
export async function serve(project, files, compatibilityFlags) {
  const name = `${[files[0], ...compatibilityFlags].join("-")}.capnp`;
  writeFileSync(join(project, name), configuration(files, compatibilityFlags));
  // Descriptor 3 says on which port it listens.
  const child = spawn(join(packageFolder, "bin/workerd"), ["serve", name, "--control-fd=3"], {
    cwd: project,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  return {
    port: await listening(child),
    pid: child.pid,
    close: () => {
      child.kill();
    },
  };
}

async function listening(child) {
  for await (const line of createInterface(child.stdio[3])) {
    const { event, port } = JSON.parse(line);
    if (event === "listen") return port;
  }
  throw new Error("workerd did not start");
}

function configuration(files, flags) {
  // The package's version names the newest compatibility date that it knows.
  const date = version.replace(/^1\.(\d{4})(\d\d)(\d\d)\..*/, "$1-$2-$3");
  const modules = files.map((name) => `(name = ${JSON.stringify(name)}, esModule = embed ${JSON.stringify(name)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  # A worker reaches loopback, where key sets are served.
  services = [(name = "suite", worker = .worker), (name = "internet", network = (allow = ["private"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suite")],
);
const worker :Workerd.Worker = (
  modules = [${modules.join(", ")}],
  compatibilityDate = "${date}",
  compatibilityFlags = ${JSON.stringify(flags)},
);
`;
}
