// The guide's recipe for Durable Objects, on the real workerd, with objects on disk.
import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { HS256, importSecret, sign } from "../../../../src/index.ts";
import { startProgram, type Server } from "../servers/program.ts";
import { noRuntime, workerd } from "../servers/runtimes.ts";
import { count } from "./application.ts";
import { compiled, recipe } from "./guide.ts";

const missing = noRuntime(workerd, "workerd");
const secret = randomUUID();
const key = await importSecret(secret, HS256);

let server: Server;
beforeAll(async () => {
  if (missing === undefined) server = await startWorker();
});
afterAll(async () => {
  if (missing === undefined) await server.stop();
});
beforeEach((context) => {
  context.skip(missing !== undefined, missing);
});

const mint = (): Promise<string> => sign({ sub: "user_123" }, key, { issuer: "my-api", audience: "web", jwtId: true });
const use = async (token: string): Promise<string> => (await fetch(server.url, { method: "POST", body: token })).text();
/** Asks an object directly. */
const add = async (name: string, ttl: number): Promise<string> =>
  (await fetch(`${server.url}/add?name=${name}&ttl=${ttl}`)).text();

it("1,000 concurrent uses of one token: exactly one is accepted, every other is replayed", async () => {
  const token = await mint();
  const codes = await Promise.all(Array.from({ length: 1000 }, () => use(token)));
  expect(count(codes)).toEqual({ accepted: 1, replayed: 999 });
  expect(await use(await mint())).toBe("accepted");
});

it("a use outlives a kill", async () => {
  const token = await mint();
  expect(await use(token)).toBe("accepted");
  await server.kill();
  await server.restart();
  expect(await use(token)).toBe("replayed");
  expect(await use(await mint())).toBe("accepted");
});

it("an object forgets when its alarm rings, and not before", async () => {
  expect([await add("short", 1), await add("short", 1), await add("long", 600)]).toEqual(["true", "false", "true"]);
  await expect.poll(() => add("short", 1), { interval: 200, timeout: 20_000 }).toBe("true");
  expect(await add("long", 600)).toBe("false");
});

async function startWorker(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-workerd-"));
  const modules = ["entry.js", "recipe.js", ...copyPackage(folder)];
  mkdirSync(join(folder, "objects"));
  writeFileSync(join(folder, "recipe.js"), compiled(recipe("ts workerd"), "./dist/index.js"));
  writeFileSync(
    join(folder, "entry.js"),
    `import recipe from "./recipe.js";
export { UsedToken } from "./recipe.js";
export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/add") return recipe.fetch(request, env);
    return new Response(String(await env.USED_TOKENS.get(env.USED_TOKENS.idFromName(searchParams.get("name"))).add(Number(searchParams.get("ttl")))));
  },
};`,
  );
  writeFileSync(join(folder, "config.capnp"), configuration(modules));
  return startProgram({
    folder,
    command: (port) => [workerd!, "serve", "config.capnp", `--socket-addr=http=127.0.0.1:${port}`, "--control-fd=1"],
    ready: /"event":"listen"/,
    url: (port) => `http://127.0.0.1:${port}`,
  });
}

function copyPackage(folder: string): string[] {
  const dist = fileURLToPath(new URL("../../../../dist", import.meta.url));
  cpSync(dist, join(folder, "dist"), { recursive: true });
  return readdirSync(dist)
    .filter((name) => name.endsWith(".js"))
    .map((name) => `dist/${name}`);
}

function configuration(modules: readonly string[]): string {
  const { version } = JSON.parse(readFileSync(join(workerd!, "../../package.json"), "utf8")) as { version: string };
  // The package's version names the newest compatibility date that it knows.
  const date = version.replace(/^1\.(\d{4})(\d\d)(\d\d)\..*/, "$1-$2-$3");
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "api", worker = .worker), (name = "objects", disk = (path = "objects", writable = true))],
  sockets = [(name = "http", http = (), service = "api")],
);
const worker :Workerd.Worker = (
  modules = [${modules.map((name) => `(name = "${name}", esModule = embed "${name}")`).join(", ")}],
  compatibilityDate = "${date}",
  bindings = [(name = "JWT_SECRET", text = "${secret}"), (name = "USED_TOKENS", durableObjectNamespace = "UsedToken")],
  durableObjectNamespaces = [(className = "UsedToken", uniqueKey = "used-tokens", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),
);
`;
}
