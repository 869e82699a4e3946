// The three programs of docs/comparison.md, "A route that needs a login": they do the same, and are as long as the page says.
import { readFileSync } from "node:fs";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, secret, startServer, type Project } from "./guide.ts";

const page = readFileSync(join(fileURLToPath(new URL("../../../..", import.meta.url)), "docs/comparison.md"), "utf8");
const programs = ["mintmark", "jsonwebtoken", "jose"] as const;
const users = `export const findUser = async (name, password) => name === "ada" && password === "a password of hers" ? "user_123" : undefined;
export const roleOf = async () => "admin";
`;

function programOf(name: string): string {
  const [, code] = new RegExp(`^\`\`\`js login-${name}\n(.*?)^\`\`\`$`, "ms").exec(page) ?? [];
  return code!;
}

const linesOf = (code: string): number =>
  code.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length;

/** A token by hand: the libraries would refuse to make some of them. */
function forge(claims: object, { alg = "HS256", hash = "sha256", key = secret, typ = "JWT" } = {}): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${encode({ alg, typ })}.${encode(claims)}`;
  return `${input}.${alg === "none" ? "" : createHmac(hash, key).update(input).digest("base64url")}`;
}

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

describe.each(programs)("%s", (name) => {
  let project: Project;
  let server: { port: number; stop: () => Promise<void> };
  beforeEach(async () => {
    project = createProject({ "server.js": programOf(name), "users.js": users });
    server = await startServer(project, () => [process.execPath, "server.js"]);
  });
  afterEach(async () => {
    await server.stop();
    project.remove();
  });

  const post = (path: string, body?: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}${path}`, {
      method: "POST",
      ...(body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  const me = (authorization?: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}/me`, authorization === undefined ? {} : { headers: { authorization } });
  const login = async (): Promise<Tokens> =>
    (await (await post("/login", { name: "ada", password: "a password of hers" })).json()) as Tokens;
  const statusOf = async (answer: Promise<Response>): Promise<number> => (await answer).status;

  it("logs in, and refuses what is no access token of its own", async () => {
    expect(await statusOf(post("/login", { name: "ada", password: "x" }))).toBe(401);
    expect(await statusOf(post("/login"))).toBe(401);
    const { accessToken, refreshToken } = await login();
    const good = await me(`Bearer ${accessToken}`);
    expect([good.status, await good.json()]).toEqual([200, "user_123"]);
    const none = await me();
    expect([none.status, none.headers.get("www-authenticate")]).toEqual([401, expect.stringMatching(/^Bearer/)]);

    const [header, payload] = accessToken
      .split(".", 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()) as { readonly typ?: string });
    const typ = header?.typ ?? "JWT";
    const again = (changed: object, how = {}): string => forge({ ...payload, ...changed }, { typ, ...how });
    expect(await statusOf(me(`Bearer ${again({})}`))).toBe(200);
    const refused = {
      refreshToken,
      "another algorithm": again({}, { alg: "HS512", hash: "sha512" }),
      "no algorithm": again({}, { alg: "none" }),
      "another key": again({}, { key: "another text of more than 32 bytes, for this test" }),
      "another issuer": again({ iss: "other" }),
      "no issuer": again({ iss: undefined }),
      "another audience": again({ aud: "other" }),
      expired: again({ exp: 1_000_000_000 }),
      endless: again({ exp: undefined }),
    };
    for (const [what, token] of Object.entries(refused))
      expect([what, await statusOf(me(`Bearer ${token}`))]).toEqual([what, 401]);
  });

  it("refreshes once, and ends a session whose token is used again", async () => {
    const first = await login();
    const second = (await (await post("/refresh", { refreshToken: first.refreshToken })).json()) as Tokens;
    expect(await statusOf(me(`Bearer ${second.accessToken}`))).toBe(200);
    expect(await statusOf(post("/refresh", { refreshToken: first.refreshToken }))).toBe(401);
    expect(await statusOf(post("/refresh", { refreshToken: second.refreshToken }))).toBe(401);
    for (const body of [
      undefined,
      {},
      { refreshToken: "x" },
      { refreshToken: 5 },
      { refreshToken: second.accessToken },
    ])
      expect(await statusOf(post("/refresh", body))).toBe(401);
  });

  it("of two who refresh at the same time, one succeeds at most", async () => {
    const { refreshToken } = await login();
    const statuses = await Promise.all(Array.from({ length: 8 }, () => statusOf(post("/refresh", { refreshToken }))));
    expect(statuses.filter((status) => status === 200).length).toBeLessThan(2);
  });

  it("logs out", async () => {
    const { refreshToken } = await login();
    expect(await statusOf(post("/logout", { refreshToken }))).toBe(204);
    expect(await statusOf(post("/refresh", { refreshToken }))).toBe(401);
  });

  it("does not start with a short secret", async () => {
    await expect(startServer(project, () => [process.execPath, "server.js"], { JWT_SECRET: "short" })).rejects.toThrow(
      "32 bytes or more",
    );
  });
});

it("they are as long as the page says", () => {
  const [, ...said] =
    /^\| lines that are not empty or a comment \|(.*)\|$/m
      .exec(page)?.[0]
      .split("|")
      .map((cell) => cell.trim()) ?? [];
  expect(said.slice(1, -1)).toEqual(programs.map((name) => String(linesOf(programOf(name)))));
});
