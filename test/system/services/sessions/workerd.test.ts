// Sessions on the real workerd: requests of many users in one isolate, with cookies, over HTTP.
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { root } from "../jwks/guide.ts";
import { startProgram, type Server } from "../servers/program.ts";
import { noRuntime, workerd } from "../servers/runtimes.ts";

const missing = noRuntime(workerd, "workerd");
const origin = "https://app.example";

/** Workers have no secure randomness and no keys outside of a request: the sessions are made by the first one. */
const entry = `
import { createAuthenticator, HS256, importSecret } from "./dist/index.js";
import { createSessions, refreshTokenOf, sessionCookies } from "./dist/sessions.js";

const cookies = { refreshPath: "/auth", origins: "${origin}" };
let made;
const sessionsOf = (env) => (made ??= importSecret(env.JWT_SECRET, HS256).then((key) =>
  createSessions(key, { issuer: "my-api", audience: "web" })));

const answer = (tokens) => {
  const response = Response.json({ expiresAt: tokens?.expiresAt });
  for (const cookie of sessionCookies(tokens, { refreshPath: "/auth" })) response.headers.append("set-cookie", cookie);
  return response;
};

async function route(request, env) {
  const { pathname } = new URL(request.url);
  const sessions = await sessionsOf(env);
  if (pathname === "/me") {
    const authenticator = createAuthenticator(sessions.liveVerifier, { cookie: "__Host-session", origins: "${origin}" });
    const caller = await authenticator.authenticate(request);
    return caller.ok ? Response.json(caller.claims.sub) : new Response(caller.error.code, { status: caller.status });
  }
  const refreshToken = refreshTokenOf(request, cookies);
  if (pathname === "/auth/login") return answer(await sessions.begin(await request.text(), { role: "user" }));
  if (refreshToken === undefined) return new Response("token_missing", { status: 401 });
  if (pathname === "/auth/refresh") return answer(await sessions.refresh(refreshToken, () => ({ role: "user" })));
  await sessions.end({ refreshToken });
  return answer(null);
}

export default {
  fetch: (request, env) => route(request, env).catch((error) => new Response(error.code, { status: error.status ?? 500 })),
};
`;

let server: Server;
beforeAll(async () => {
  if (missing !== undefined) return;
  const folder = mkdtempSync(join(tmpdir(), "mintmark-sessions-"));
  cpSync(join(root, "dist"), join(folder, "dist"), { recursive: true });
  writeFileSync(join(folder, "entry.js"), entry);
  const dist = readdirSync(join(folder, "dist")).filter((name) => name.endsWith(".js"));
  writeFileSync(join(folder, "config.capnp"), configuration(["entry.js", ...dist.map((name) => `dist/${name}`)]));
  server = await startProgram({
    folder,
    command: (port) => [workerd!, "serve", "config.capnp", `--socket-addr=http=127.0.0.1:${port}`, "--control-fd=1"],
    ready: /"event":"listen"/,
    url: (port) => `http://127.0.0.1:${port}`,
  });
});
afterAll(async () => {
  if (missing === undefined) await server.stop();
});
beforeEach((context) => {
  context.skip(missing !== undefined, missing);
});

function configuration(modules: readonly string[]): string {
  const { version } = JSON.parse(readFileSync(join(workerd!, "../../package.json"), "utf8")) as { version: string };
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "api", worker = .worker)],
  sockets = [(name = "http", http = (), service = "api")],
);
const worker :Workerd.Worker = (
  modules = [${modules.map((name) => `(name = "${name}", esModule = embed "${name}")`).join(", ")}],
  compatibilityDate = "${version.replace(/^1\.(\d{4})(\d\d)(\d\d)\..*/, "$1-$2-$3")}",
  bindings = [(name = "JWT_SECRET", text = "a secret of this test, longer than 32 bytes")],
);
`;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** Names and values of the cookies that were set. */
  readonly cookies: readonly string[];
}

async function ask(path: string, cookie = "", body = "", from = origin): Promise<Answer> {
  const method = path === "/me" ? "GET" : "POST";
  const response = await fetch(server.url + path, {
    method,
    headers: { cookie, origin: from },
    ...(method === "POST" && { body }),
  });
  const cookies = response.headers.getSetCookie().map((one) => one.split(";")[0] ?? "");
  return { status: response.status, text: await response.text(), cookies };
}

it("log in, refresh in two tabs at once, log out", async () => {
  const { cookies } = await ask("/auth/login", "", "user_123");
  const [access, refresh] = cookies as [string, string];
  expect(await ask("/me", access)).toMatchObject({ status: 200, text: '"user_123"' });

  const tabs = await Promise.all([ask("/auth/refresh", refresh), ask("/auth/refresh", refresh)]);
  expect(tabs.map(({ status }) => status)).toEqual([200, 200]);
  const [renewed, latest] = tabs[0].cookies as [string, string];
  expect(renewed).not.toBe(access);

  expect((await ask("/auth/logout", latest)).status).toBe(200);
  expect(await ask("/me", renewed)).toMatchObject({ status: 401, text: "revoked" });
  expect(await ask("/auth/refresh", latest)).toMatchObject({ status: 401, text: "revoked" });
});

it("200 users at once have sessions of their own", async () => {
  const users = Array.from({ length: 200 }, (_, i) => `user_${i}`);
  const found = await Promise.all(
    users.map(async (user) => {
      const { cookies } = await ask("/auth/login", "", user);
      const { cookies: next } = await ask("/auth/refresh", cookies[1]);
      return (await ask("/me", next[0])).text;
    }),
  );
  expect(found).toEqual(users.map((user) => JSON.stringify(user)));
});

it("a page of another origin is refused, and so is a request without a session", async () => {
  const { cookies } = await ask("/auth/login", "", "user_123");
  expect(await ask("/auth/refresh", cookies[1], "", "https://evil.example")).toMatchObject({ status: 403 });
  expect(await ask("/auth/refresh")).toMatchObject({ status: 401, text: "token_missing" });
});
