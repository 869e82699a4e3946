// docs/guides/http.md runs: its first example as it stands, and each recipe as a server, on the runtime that it is for.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { afterEach, describe, expect, it, vi } from "vitest";
import { deno, noRuntime, workerd } from "../servers/runtimes.ts";
import { expectGuarded } from "./guarded.ts";
import {
  compiled,
  createProject,
  plainBlocks,
  recipe,
  recipeNames,
  secret,
  startServer,
  type Project,
} from "./guide.ts";

const services = fileURLToPath(new URL("..", import.meta.url));
const runtimes = fileURLToPath(new URL("../../runtimes/node_modules/", import.meta.url));
const bun = join(runtimes, "@oven/bun-linux-x64/bin/bun");

let project: Project | undefined;
let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  project?.remove();
  project = stop = undefined;
});

async function serve(
  files: Readonly<Record<string, string>>,
  command: (port: number) => readonly [string, ...string[]],
  env?: Readonly<Record<string, string>>,
): Promise<number> {
  project = createProject(files);
  const server = await startServer(project, command, env);
  stop = server.stop;
  return server.port;
}

function workerConfiguration(port: number): string {
  const { version } = JSON.parse(readFileSync(join(runtimes, "@cloudflare/workerd-linux-64/package.json"), "utf8")) as {
    version: string;
  };
  // It names the newest compatibility date that it knows.
  const date = version.replace(/^1\.(\d{4})(\d\d)(\d\d)\..*/, "$1-$2-$3");
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  bindings = [(name = "JWT_SECRET", text = ${JSON.stringify(secret)})],
  compatibilityDate = "${date}",
);
`;
}

it.each(plainBlocks)("an example without a framework prints what it says (%#)", async (code) => {
  project = createProject({ "example.js": compiled(code) });
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await import(pathToFileURL(join(project.folder, "example.js")).href);
    const announced = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
    expect(announced).not.toEqual([]);
    expect(log.mock.calls).toEqual(announced.map((text) => [text]));
  } finally {
    log.mockRestore();
  }
});

describe("on Node.js", () => {
  it.each(["express", "fastify", "hono", "node", "koa"])("%s", async (name) => {
    const files = { "server.js": compiled(recipe(name)) };
    await expectGuarded(await serve(files, () => [process.execPath, "server.js"]));
  });
});

describe("on other runtimes", () => {
  it("Deno", async (context) => {
    const missing = noRuntime(deno, "Deno");
    if (missing !== undefined) context.skip(missing);
    const files = { "server.ts": recipe("deno") };
    const run = [
      "run",
      "--quiet",
      "--no-remote",
      "--node-modules-dir=manual",
      "--allow-net",
      "--allow-env",
      "server.ts",
    ];
    const listen = (port: number): readonly [string, ...string[]] => [
      "env",
      `DENO_SERVE_ADDRESS=tcp:127.0.0.1:${port}`,
      deno!,
      ...run,
    ];
    await expectGuarded(await serve(files, listen, { DENO_NO_UPDATE_CHECK: "1" }));
  });

  it("Bun", async (context) => {
    const missing = noRuntime(existsSync(bun) ? bun : undefined, "Bun");
    if (missing !== undefined) context.skip(missing);
    await expectGuarded(await serve({ "server.ts": recipe("bun") }, () => [bun, "server.ts"]));
  });

  it("Workers", async (context) => {
    const missing = noRuntime(workerd, "workerd");
    if (missing !== undefined) context.skip(missing);
    project = createProject({ "server.ts": recipe("workers") });
    // As Wrangler bundles it.
    execFileSync(
      join(runtimes, ".bin/esbuild"),
      [
        "server.ts",
        "--bundle",
        "--format=esm",
        "--conditions=workerd,worker,browser",
        "--outfile=worker.mjs",
        "--log-level=error",
      ],
      { cwd: project.folder },
    );
    const serveWorker = (port: number): readonly [string, ...string[]] => {
      writeFileSync(join(project!.folder, "worker.capnp"), workerConfiguration(port));
      return [workerd!, "serve", "worker.capnp"];
    };
    const server = await startServer(project, serveWorker);
    stop = server.stop;
    await expectGuarded(server.port);
  });
});

it("the recipes compile, strictly, with the package's own declarations", () => {
  const files = {
    ...Object.fromEntries(plainBlocks.map((code, at) => [`example-${at}.ts`, code])),
    ...Object.fromEntries(recipeNames.map((name) => [`${name}.ts`, recipe(name)])),
  };
  project = createProject(files);
  const { folder } = project;
  // Deno and Bun have globals of their own, which nobody declares here.
  const names = Object.keys(files)
    .filter((name) => !["deno.ts", "bun.ts"].includes(name))
    .map((name) => join(folder, name));
  const program = ts.createProgram(names, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
    typeRoots: [join(services, "../../../node_modules/@types")],
  });
  expect(
    ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`),
  ).toEqual([]);
});

it("the front page's recipe is guarded, too", async () => {
  const [, code] =
    /^```ts express\n(.*?)^```$/ms.exec(readFileSync(join(services, "../../../README.md"), "utf8")) ?? [];
  await expectGuarded(await serve({ "server.js": compiled(code!) }, () => [process.execPath, "server.js"]));
});

it("no recipe is left out", () => {
  expect(recipeNames).toEqual(["express", "fastify", "hono", "node", "koa", "workers", "deno", "bun"]);
});
