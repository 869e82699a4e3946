// The pages of docs/guides for single frameworks: what they tell to write runs, as a server of that framework, and refuses what it has to.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Socket } from "socket.io-client";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { bun, node24, noRuntime } from "../servers/runtimes.ts";
import { ask, bearer } from "./client.ts";
import { expectGuarded, mint } from "./guarded.ts";
import { compiled, createProject, recipe, startServer, type Project } from "./guide.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const { resolve } = createRequire(import.meta.url);
const next = resolve("next/dist/bin/next");
const vite = join(dirname(resolve("vite/package.json")), "bin/vite.js");
const nginx = ["/usr/sbin/nginx", "/usr/bin/nginx"].find((path) => existsSync(path));

let project: Project | undefined;
let stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops) await stop();
  project?.remove();
  project = undefined;
  stops = [];
});

async function serve(
  files: Readonly<Record<string, string>>,
  program: readonly [string, ...string[]] = [process.execPath, "server.js"],
): Promise<number> {
  project ??= createProject(files);
  const server = await startServer(project, () => program);
  stops.push(server.stop);
  return server.port;
}

it("NestJS: the guard, the scopes, the caller and the open route", async () => {
  const port = await serve({
    "auth.js": compiled(recipe("auth", "nestjs.md")),
    "server.js": compiled(recipe("main", "nestjs.md")),
  });
  await expectGuarded(port, { bodies: true });
  const open = await ask(port, { path: "/health" });
  expect([open.status, open.body]).toEqual([200, "up"]);
});

it.each([
  ["express-jwt", "user_123"],
  ["passport-jwt", "ada"],
])("Express, for those who come from %s", async (name, ordersOf) => {
  const port = await serve({ "server.js": compiled(recipe("express", `../migrating/${name}.md`)) });
  const good = await ask(port, bearer(await mint()));
  expect([good.status, JSON.parse(good.body)]).toEqual([200, { ordersOf }]);
  for (const token of [await mint({ audience: "web" }), await mint({ now: () => new Date(0) }), "x"])
    expect((await ask(port, bearer(token))).status).toBe(401);
});

describe("Next.js", () => {
  const layout = "export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n";
  const page = `import { currentCaller } from "../caller";
export default async function Page() { const claims = await currentCaller(); return <p>{claims?.sub ?? "nobody"}</p>; }
`;

  // Node's headers, of which Next.js makes its own, have the first of two Authorization headers.
  it("the proxy before a route that asks nothing, the route by itself, and a page; built without a secret", async () => {
    project = createProject({
      "next.config.mjs": `export default { turbopack: { root: ${JSON.stringify(root)} } };\n`,
      "app/layout.jsx": layout,
      "verifier.js": compiled(recipe("verifier", "nextjs.md")),
      "proxy.js": compiled(recipe("proxy", "nextjs.md")),
      "app/caller.js": compiled(recipe("action", "nextjs.md")),
      "app/page/page.jsx": page,
      "app/orders/route.js": 'export function GET() { return Response.json({ ordersOf: "user_123" }); }\n',
      "app/alone/route.js": compiled(recipe("route", "nextjs.md")),
    });
    const env = { NEXT_TELEMETRY_DISABLED: "1" };
    execFileSync(process.execPath, [next, "build"], {
      cwd: project.folder,
      env: { PATH: process.env.PATH, HOME: project.folder, ...env },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const server = await startServer(
      project,
      (port) => [process.execPath, next, "start", "--port", String(port), "--hostname", "127.0.0.1"],
      env,
    );
    stops.push(server.stop);
    await expectGuarded(server.port, { two: 200 });
    await expectGuarded(server.port, { two: 200, path: "/alone" });
    const visit = (cookie: string) => ask(server.port, { path: "/page", headers: { cookie } });
    expect((await visit(`__Host-session=${await mint()}`)).body).toContain("<p>user_123</p>");
    expect((await visit(`__Host-session=${await mint({ audience: "web" })}`)).body).toContain("<p>nobody</p>");
  }, 180_000);
});

it("SvelteKit: an application that is built without a secret, whose hook answers or leads on with the claims", async (context) => {
  const missing = noRuntime(node24, "Node.js 24");
  if (missing !== undefined) context.skip(missing);
  project = createProject({
    "vite.config.js": `import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
export default { plugins: [sveltekit({ adapter: adapter() })] };
`,
    "src/app.html": "<!doctype html><head>%sveltekit.head%</head><body>%sveltekit.body%</body>\n",
    "src/app.d.ts": recipe("locals", "sveltekit.md"),
    "src/hooks.server.ts": recipe("hooks", "sveltekit.md"),
    "src/routes/orders/+server.ts": recipe("endpoint", "sveltekit.md"),
    "src/routes/menu/+server.js": 'export const GET = ({ locals }) => new Response(locals.claims?.sub ?? "nobody");\n',
  });
  execFileSync(node24!, [vite, "build", "--logLevel", "error"], {
    cwd: project.folder,
    env: { PATH: process.env.PATH, HOME: project.folder },
    stdio: ["ignore", "ignore", "inherit"],
  });
  // Node's headers, of which its adapter makes its own, have the first of two Authorization headers.
  const port = await serve({}, [node24!, "build/index.js"]);
  await expectGuarded(port, { two: 200 });
  expect((await ask(port, { path: "/menu" })).body).toBe("nobody");
}, 60_000);

it("Nuxt: h3's handler", async () => {
  const port = await serve({
    "server/utils/auth.js": compiled(recipe("nuxt", "nuxt.md")),
    "server/api/orders.get.js": compiled(recipe("handler", "nuxt.md")),
    "server.js": `import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createApp, createRouter, toNodeListener } from "h3";
import orders from "./server/api/orders.get.js";
createServer(toNodeListener(createApp().use(createRouter().get("/orders", orders)))).listen(Number(process.env.PORT));
`,
  });
  await expectGuarded(port, { bodies: true });
});

it("Elysia, on Bun", async (context) => {
  const missing = noRuntime(bun, "Bun");
  if (missing !== undefined) context.skip(missing);
  await expectGuarded(await serve({ "server.ts": recipe("elysia", "elysia.md") }, [bun!, "server.ts"]));
});

it("tRPC: the procedure", async () => {
  const port = await serve({ "server.js": compiled(recipe("trpc", "trpc.md")) });
  await expectGuarded(port, { bodies: true, good: { result: { data: { ordersOf: "user_123" } } } });
});

it("GraphQL Yoga: a query", async () => {
  const port = await serve({ "server.js": compiled(recipe("yoga", "graphql.md")) });
  const path = `/graphql?query=${encodeURIComponent("{ ordersOf }")}`;
  await expectGuarded(port, { path, two: 200, good: { data: { ordersOf: "user_123" } } });
});

it("ws: a handshake with the token as a subprotocol, which is closed when the token expires", async () => {
  const port = await serve({ "server.js": compiled(recipe("ws", "websockets.md")) });
  const connect = (token: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`, ["bearer", token]);
      socket.on("message", (data) => {
        resolve(`${socket.protocol}: ${String(data as Buffer)}`);
        socket.terminate();
      });
      socket.on("unexpected-response", (_request, { statusCode }) => {
        resolve(String(statusCode));
      });
      socket.on("error", () => undefined);
    });
  expect(await connect(await mint())).toBe("bearer: orders of user_123");
  expect(await connect(await mint({ audience: "web" }))).toBe("401");
  expect(await connect(await mint({}, "orders:write"))).toBe("403");

  const short = new WebSocket(`ws://127.0.0.1:${port}`, ["bearer", await mint({ expiresIn: 2 })]);
  const code = await new Promise((resolve) => {
    short.on("close", resolve);
  });
  expect(code).toBe(4401);
});

it("socket.io: the middleware, a token that expires, and a client that comes back with another", async () => {
  const port = await serve({
    "server.js": compiled(recipe("socketio", "websockets.md")),
    "client.js": compiled(recipe("client", "websockets.md")),
  });
  const client = (await import(pathToFileURL(join(project!.folder, "client.js")).href)) as {
    connect: (address: string, freshToken: () => Promise<string>) => Socket;
  };
  const connect = (freshToken: () => Promise<string>): Socket => {
    const socket = client.connect(`http://127.0.0.1:${port}`, freshToken);
    stops.push(() => socket.disconnect());
    return socket;
  };
  const next = (socket: Socket, event: string): Promise<unknown> =>
    new Promise((resolve) => {
      socket.once(event, resolve);
    });

  const refused = async (token: unknown): Promise<unknown> => {
    const error = await next(
      connect(() => Promise.resolve(token as string)),
      "connect_error",
    );
    return (error as { data?: { status?: number } }).data?.status;
  };
  expect(await refused(await mint({ audience: "web" }))).toBe(401);
  expect(await refused(await mint({}, "orders:write"))).toBe(403);
  expect(await refused(undefined)).toBe(401);
  for (const odd of ["x", "a b", { token: "x" }, ["a"], 5]) expect([400, 401]).toContain(await refused(odd));

  const asked: string[] = [];
  const socket = connect(async () => {
    asked.push("once more");
    return mint({ expiresIn: asked.length === 1 ? 2 : 60 });
  });
  expect(await next(socket, "orders")).toBe("orders of user_123");
  expect(await next(socket, "disconnect")).toBe("io server disconnect");
  expect(await next(socket, "orders")).toBe("orders of user_123");
  expect(asked).toHaveLength(2);
});

it("nginx: a request is passed on with its subject, and a POST with a cookie needs its origin", async (context) => {
  const missing = noRuntime(nginx, "nginx");
  if (missing !== undefined) context.skip(missing);
  const application = createServer((request, response) => {
    response.end(JSON.stringify({ ordersOf: request.headers["x-subject"] }));
  });
  await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
  stops.push(() => application.close());
  const service = await serve({ "server.js": compiled(recipe("service", "nginx.md")) });
  const front = await startServer(project!, (port) => {
    const ports = { 8080: port, 8081: (application.address() as AddressInfo).port, 8082: service };
    const places = "pid nginx.pid; error_log stderr; daemon off; master_process off;";
    let text = recipe("", "nginx.md", "nginx").replace(
      "http {",
      "http { access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;",
    );
    for (const [from, to] of Object.entries(ports)) text = text.replaceAll(from, String(to));
    writeFileSync(join(project!.folder, "nginx.conf"), `${places}\n${text}`);
    return [nginx!, "-p", project!.folder, "-c", "nginx.conf"];
  });
  stops.push(front.stop);

  const token = await mint();
  const by = async (method: string, headers: Readonly<Record<string, string>>) => {
    const { status, body, headers: sent } = await ask(front.port, { path: "/orders", method, headers });
    return [status, status === 200 ? (JSON.parse(body) as object) : (sent["www-authenticate"] ?? "")];
  };
  const good = [200, { ordersOf: "user_123" }];
  expect(await by("GET", bearer(token).headers as Record<string, string>)).toEqual(good);
  expect(await by("GET", { ...(bearer(token).headers as Record<string, string>), "x-subject": "somebody" })).toEqual(
    good,
  );
  expect(await by("GET", {})).toEqual([401, 'Bearer realm="api"']);
  expect(await by("GET", { cookie: `session=${token}` })).toEqual(good);
  expect(await by("POST", { cookie: `session=${token}`, origin: "https://app.example" })).toEqual(good);
  expect(await by("POST", { cookie: `session=${token}`, origin: "https://evil.example" })).toEqual([403, ""]);
  expect(await by("POST", { cookie: `session=${token}`, origin: "https://evil.example", "x-method": "GET" })).toEqual([
    403,
    "",
  ]);
  expect(await by("GET", { authorization: "Bearer a, b" })).toEqual([401, expect.stringContaining("invalid_request")]);
}, 60_000);
