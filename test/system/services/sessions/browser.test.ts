// The applications of docs/guides/sessions.md in the real Chromium, with real cookies: two tabs, a thief, and the ways out.
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compiled, createProject, startServer, type Project } from "../http/guide.ts";
import { launchChromium, noChromium } from "../servers/chromium.ts";
import type { Server } from "../servers/program.ts";
import { noRedis, startRedis } from "../servers/redis.ts";
import { sessionsRecipe } from "./guide.ts";

const missing = noChromium ?? noRedis;

const users = `
export const findUser = async (name, password) => (name === "ada" && password === "hers" ? "user_123" : undefined);
export const roleOf = async () => "admin";
`;
/** The same application in Hono and in Fastify, whose guides have no program of their own with Redis. */
const start = `
import { Redis } from "ioredis";
import { HS256, importSecret } from "mintmark";
import { createSessions, redisSessionStore, refreshTokenOf, sessionCookies } from "mintmark/sessions";
import { findUser, roleOf } from "./users.js";
const [refreshPath, origins] = ["/auth", process.env.ORIGIN];
const store = redisSessionStore(new Redis(process.env.REDIS_URL));
const sessions = createSessions(await importSecret(process.env.JWT_SECRET, HS256), { issuer: "my-api", audience: "web", store });
`;
const hono = `${start}
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { requireAuth } from "mintmark/hono";
const signedIn = requireAuth(sessions.liveVerifier, { cookie: "__Host-session", origins });
const app = new Hono();
app.onError((error, c) => c.body(null, error.status ?? 500));
const tokenIn = (c) => refreshTokenOf(c.req.raw, { refreshPath, origins });
const answer = (c, tokens) => {
  for (const cookie of sessionCookies(tokens, { refreshPath })) c.header("set-cookie", cookie, { append: true });
  return c.json({ expiresAt: tokens?.expiresAt });
};
app.post("/auth/login", async (c) => {
  tokenIn(c);
  const { name, password } = await c.req.json();
  const user = await findUser(name, password);
  return user === undefined ? c.body(null, 401) : answer(c, await sessions.begin(user, { role: await roleOf(user) }));
});
app.post("/auth/refresh", async (c) => answer(c, await sessions.refresh(tokenIn(c), async (user) => ({ role: await roleOf(user) }))));
app.post("/auth/logout", async (c) => {
  const refreshToken = tokenIn(c);
  if (refreshToken !== undefined) await sessions.end({ refreshToken });
  return answer(c, null);
});
app.post("/auth/logout-everywhere", signedIn, async (c) => {
  await sessions.endAll(signedIn.callerOf(c).claims.sub);
  return answer(c, null);
});
app.get("/me", signedIn, (c) => c.json(signedIn.callerOf(c).claims.sub));
serve({ fetch: app.fetch, port: Number(process.env.PORT) });
`;
const fastify = `${start}
import Fastify from "fastify";
import { requireAuth } from "mintmark/fastify";
const signedIn = requireAuth(sessions.liveVerifier, { cookie: "__Host-session", origins });
const app = Fastify();
const tokenIn = ({ method, headers }) =>
  refreshTokenOf({ method, url: origins, headers: { get: (name) => headers[name] ?? null } }, { refreshPath, origins });
const answer = (reply, tokens) =>
  reply.header("set-cookie", [...sessionCookies(tokens, { refreshPath })]).send({ expiresAt: tokens?.expiresAt });
app.post("/auth/login", async (request, reply) => {
  tokenIn(request);
  const user = await findUser(request.body.name, request.body.password);
  return user === undefined ? reply.code(401).send() : answer(reply, await sessions.begin(user, { role: await roleOf(user) }));
});
app.post("/auth/refresh", async (request, reply) =>
  answer(reply, await sessions.refresh(tokenIn(request), async (user) => ({ role: await roleOf(user) }))));
app.post("/auth/logout", async (request, reply) => {
  const refreshToken = tokenIn(request);
  if (refreshToken !== undefined) await sessions.end({ refreshToken });
  return answer(reply, null);
});
app.post("/auth/logout-everywhere", { onRequest: signedIn }, async (request, reply) => {
  await sessions.endAll(signedIn.callerOf(request).claims.sub);
  return answer(reply, null);
});
app.get("/me", { onRequest: signedIn }, async (request) => JSON.stringify(signedIn.callerOf(request).claims.sub));
await app.listen({ port: Number(process.env.PORT) });
`;

let redis: Server;
let browser: Browser;
beforeAll(async () => {
  if (missing !== undefined) return;
  [redis, browser] = await Promise.all([startRedis(), launchChromium()]);
});
afterAll(async () => {
  if (missing !== undefined) return;
  await browser.close();
  await redis.stop();
});
beforeEach((context) => {
  context.skip(missing !== undefined, missing);
});

describe.each([
  ["Express, as in the guide", () => compiled(sessionsRecipe("js express"))],
  ["Fastify", () => fastify],
  ["Hono", () => hono],
])("%s", (_name, code) => {
  let project: Project | undefined;
  let stop: (() => Promise<void>) | undefined;
  let origin: string;
  beforeAll(async () => {
    if (missing !== undefined) return;
    project = createProject({ "server.js": code(), "users.js": users });
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    origin = `http://localhost:${port}`;
    const env = { ORIGIN: origin, REDIS_URL: redis.url, PORT: String(port) };
    ({ stop } = await startServer(project, () => [process.execPath, "server.js"], env, port));
  });
  afterAll(async () => {
    await stop?.();
    project?.remove();
  });

  const login = { method: "POST", headers: { "content-type": "application/json" } };
  const body = JSON.stringify({ name: "ada", password: "hers" });

  it("logs in, with cookies that no script sees, and refuses a wrong password", async () => {
    const tab = await open(`${origin}/page`);
    await tab.forget();
    expect(await tab.fetch("/me")).toBe("401 ");
    expect(await tab.fetch("/auth/login", { ...login, body: JSON.stringify({ name: "ada", password: "x" }) })).toMatch(
      /^401/,
    );
    expect(await tab.fetch("/auth/login", { ...login, body })).toMatch(/^200 \{"expiresAt":\d+\}$/);
    expect(await tab.fetch("/me")).toBe('200 "user_123"');
    expect(await tab.run("document.cookie")).toBe("");
    expect(Object.keys(await tab.cookies(`${origin}/auth/refresh`)).sort()).toEqual([
      "__Host-session",
      "__Secure-session-refresh",
    ]);
    expect(Object.keys(await tab.cookies(`${origin}/me`))).toEqual(["__Host-session"]);
    await tab.close();
  });

  it("two tabs that refresh at once both go on", async () => {
    const tabs = await Promise.all([open(`${origin}/page`), open(`${origin}/page`)]);
    expect(await tabs[0].fetch("/auth/login", { ...login, body })).toMatch(/^200/);
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(tabs.map((tab) => tab.fetch("/auth/refresh", { method: "POST" })));
      for (const answer of answers) expect(answer).toMatch(/^200/);
      for (const tab of tabs) expect(await tab.fetch("/me")).toBe('200 "user_123"');
    }
    for (const tab of tabs) await tab.close();
  });

  it("a logout in one tab is a logout in the other, and for a copy of its cookies", async () => {
    const [one, two] = await Promise.all([open(`${origin}/page`), open(`${origin}/page`)]);
    await one.fetch("/auth/login", { ...login, body });
    const copy = await one.cookies(`${origin}/auth/refresh`);
    expect(await one.fetch("/auth/logout", { method: "POST" })).toMatch(/^200/);
    expect(await two.fetch("/me")).toMatch(/^401/);
    expect(await two.fetch("/auth/refresh", { method: "POST" })).toMatch(/^(401|500)/);
    expect(await thief(copy, "/me", "GET")).toBe(401);
    expect(await thief(copy, "/auth/refresh")).toBe(401);
    for (const tab of [one, two]) await tab.close();
  });

  it("a refresh token that was stolen and is used late ends the session for thief and owner", async () => {
    const tab = await open(`${origin}/page`);
    await tab.fetch("/auth/login", { ...login, body });
    const stolen = await tab.cookies(`${origin}/auth/refresh`);
    // Two refreshes later the token is two generations old: no grace covers it.
    for (let i = 0; i < 2; i++) expect(await tab.fetch("/auth/refresh", { method: "POST" })).toMatch(/^200/);
    expect(await tab.fetch("/me")).toBe('200 "user_123"');
    expect(await thief(stolen, "/auth/refresh")).toBe(401);
    expect(await tab.fetch("/me")).toMatch(/^401/);
    expect(await tab.fetch("/auth/refresh", { method: "POST" })).toMatch(/^401/);
    await tab.close();
  });

  it("a logout everywhere ends the other devices' sessions too, and a login in the same second is good", async () => {
    const tab = await open(`${origin}/page`);
    await tab.fetch("/auth/login", { ...login, body });
    const phone = await tab.cookies(`${origin}/auth/refresh`);
    await tab.fetch("/auth/login", { ...login, body }); // another session
    expect(await thief(phone, "/me", "GET")).toBe(200);
    expect(await tab.fetch("/auth/logout-everywhere", { method: "POST" })).toMatch(/^200/);
    expect(await tab.fetch("/auth/login", { ...login, body })).toMatch(/^200/);
    expect(await thief(phone, "/me", "GET")).toBe(401);
    expect(await thief(phone, "/auth/refresh")).toBe(401);
    expect(await tab.fetch("/me")).toBe('200 "user_123"');
    expect(await tab.fetch("/auth/refresh", { method: "POST" })).toMatch(/^200/);
    await tab.close();
  });

  it("a page of another origin neither refreshes nor logs in or out", async () => {
    const tab = await open(`${origin}/page`);
    await tab.fetch("/auth/login", { ...login, body });
    const stranger = await open(`${origin.replace("localhost", "127.0.0.1")}/page`);
    for (const path of ["refresh", "logout", "login"]) {
      const url = JSON.stringify(`${origin}/auth/${path}`);
      await stranger.run(
        `fetch(${url}, { method: "POST", mode: "no-cors", credentials: "include" }).then(() => "", () => "")`,
      );
    }
    expect(await tab.fetch("/me")).toBe('200 "user_123"');
    expect(await tab.fetch("/auth/refresh", { method: "POST" })).toMatch(/^200/);
    for (const one of [tab, stranger]) await one.close();
  });

  /** Sends cookies from elsewhere, with the headers that a browser would send. */
  async function thief(cookies: Readonly<Record<string, string>>, path: string, method = "POST"): Promise<number> {
    const cookie = Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
    return (await fetch(origin + path, { method, headers: { cookie, origin } })).status;
  }
});

interface Tab {
  /** The value of an expression, awaited. */
  run(expression: string): Promise<unknown>;
  /** Status and body of a request that the page makes. */
  fetch(path: string, init?: RequestInit): Promise<string>;
  /** What the browser would send to a URL: seen by its debugger, not by the page. */
  cookies(url: string): Promise<Record<string, string>>;
  /** Ends all cookies: they know no ports, so those of another application here would come too. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

async function open(url: string): Promise<Tab> {
  const page = await browser.newPage();
  const devTools = await page.createCDPSession();
  // What frameworks answer to a page that is not there may forbid it to fetch anything.
  await page.setBypassCSP(true);
  await page.goto(url);
  return {
    run: (expression) => page.evaluate(expression),
    fetch: (path, init = {}) =>
      page.evaluate(
        async (to, options) => {
          const response = await fetch(to, options);
          return `${response.status} ${response.status === 200 ? await response.text() : ""}`;
        },
        path,
        init,
      ),
    async cookies(of) {
      const { cookies } = await devTools.send("Network.getCookies", { urls: [of] });
      return Object.fromEntries(cookies.map(({ name, value }) => [name, value]));
    },
    forget: () => devTools.send("Network.clearBrowserCookies"),
    close: () => page.close(),
  };
}
