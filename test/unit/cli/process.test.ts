// The built command as a process: what only a process has.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { folder, program, spawned, start, strong } from "./session.ts";

// Processes take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const files = folder();
const secretFile = files.write("secret.txt", `${strong}\n`);
const both = ["--issuer", "my-api", "--audience", "web"];
const { out: token } = await spawned(["sign", "--secret", secretFile, ...both]);
const { out: keyPair } = await spawned(["keygen", "--out", "-"]);
const { out: ownToken } = await spawned(["sign", "--key", files.write("own.jwk", keyPair), ...both]);

describe("exit codes", () => {
  it.each([
    [0, ["verify", token.trim(), "--secret", secretFile, ...both]],
    [1, ["verify", token.trim(), "--secret", secretFile, "--issuer", "other", "--audience", "web"]],
    [1, ["decode", "not.a.token"]],
    [2, ["verify", token.trim(), "--secret", secretFile]],
    [2, ["sing"]],
    [2, []],
    [3, ["verify", token.trim(), "--secret", files.path("missing"), ...both]],
    [3, ["verify", ownToken.trim(), "--key", "http://127.0.0.1:9/jwks.json", "--alg", "ES256", ...both]],
  ])("%i: %.60j", async (code, words) => {
    const answer = await spawned(words);
    expect(answer.code, answer.err).toBe(code);
    expect(answer.out === "").toBe(code !== 0);
    expect(answer.err === "").toBe(code === 0);
  });
});

describe("pipes", () => {
  const shell = (script: string) =>
    spawnSync("sh", ["-c", script], {
      cwd: files.path(""),
      encoding: "utf8",
      env: { PATH: process.env.PATH, m: `${process.execPath} ${program}` },
    });

  it("lead from one command to the next", () => {
    const { stdout, stderr, status } = shell(
      "$m secret > s; cat s | $m sign --secret - --issuer my-api --audience web | $m verify --secret s --issuer my-api --audience web --json",
    );
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  });

  it("may be closed by who has seen enough", () => {
    const { stderr, status } = shell(`{ $m --help; echo $? >&3; } 3>&1 | :`);
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("may be empty, or no input at all", () => {
    expect(shell("$m decode < /dev/null").status).toBe(1);
    expect(shell("$m decode <&-").status).toBe(1);
  });

  it("hold no colours", () => {
    expect(
      shell(
        `$m decode ${token.trim()}; $m verify ${token.trim()} --secret secret.txt --any-issuer --any-audience; $m sign --secret secret.txt --expires-in 2d; $m sing`,
      ).output.join(""),
    ).not.toContain("\u001b");
  });
});

describe("key files", () => {
  it("have mode 0600 whatever the umask", () => {
    const shell = (script: string) =>
      spawnSync("sh", ["-c", script], {
        cwd: files.path(""),
        env: { PATH: process.env.PATH, m: `${process.execPath} ${program}` },
      }).status;
    expect(shell("umask 000; $m secret --out open.txt; $m keygen --out open.jwk --public-out public.jwk")).toBe(0);
    expect(["open.txt", "open.jwk", "public.jwk"].map((name) => statSync(files.path(name)).mode & 0o777)).toEqual([
      0o600, 0o600, 0o644,
    ]);
  });
});

describe("what other users of the machine see", () => {
  /** The arguments of a process, as `ps` shows them. */
  const argumentsOf = (pid: number): string => {
    if (existsSync("/proc/self/cmdline")) return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return spawnSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8" }).stdout;
  };
  const secretOnes = ["secret-one-of-32-characters-or-so", "secret-two-of-32-characters-or-so"] as const;

  it.each([
    ["standard input", ["sign", "--secret", "-"], {}],
    ["a variable", ["sign", "--secret-env", "JWT_SECRET", "--claims", "-"], { JWT_SECRET: secretOnes[1] }],
  ])("holds no secret from %s", async (_, words, env) => {
    const { child, answer } = start(words, { env });
    child.stdin!.write(words.includes("--claims") ? "{" : secretOnes[0]);
    // By then it has read what there is, and waits for the rest.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const seen = argumentsOf(child.pid!);
    child.stdin!.end(words.includes("--claims") ? "}" : "");
    expect(seen).toContain("sign");
    for (const secret of secretOnes) expect(seen).not.toContain(secret);
    const { code, out, err } = await answer;
    expect(code).toBe(0);
    for (const secret of secretOnes) expect(out + err).not.toContain(secret);
  });

  it("a secret given as an argument is not taken for one, and not repeated", async () => {
    for (const words of [
      ["sign", "--secret", strong],
      ["sign", "--secret-env", strong],
      ["sign", "--key", strong],
      ["sign", strong],
      ["verify", token, strong],
      ["verify", "--key-env", strong, ...both],
    ]) {
      const { code, out, err } = await spawned(words);
      expect([2, 3]).toContain(code);
      expect(out + err).not.toContain(strong.slice(0, 12));
    }
  });
});

it("nothing but the answer is on standard error, whatever Node thinks of an algorithm", async () => {
  const [own, others] = [files.path("ed.jwk"), files.path("ed-public.jwk")];
  await spawned(["keygen", "--alg", "Ed25519", "--out", own, "--public-out", others]);
  const signed = await spawned(["sign", "--key", own, ...both]);
  expect([signed.code, signed.err]).toEqual([0, ""]);
  const verified = await spawned(["verify", "--key", others, ...both], { stdin: signed.out });
  expect([verified.code, verified.err]).toEqual([0, ""]);
});

it("a fetch does not keep the process from ending", async () => {
  const server = spawn(
    process.execPath,
    [
      "-e",
      `
    const server = require("node:http").createServer((_, response) => response.setHeader("keep-alive", "timeout=60").end(process.env.JWKS));
    server.keepAliveTimeout = 60_000;
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));
  `,
    ],
    { env: { PATH: process.env.PATH, JWKS: JSON.stringify({ keys: [JSON.parse(files.read("ed-public.jwk"))] }) } },
  );
  try {
    const port = await new Promise<string>((resolve) =>
      server.stdout.once("data", (text: Buffer) => {
        resolve(text.toString().trim());
      }),
    );
    const { out } = await spawned(["sign", "--key", files.path("ed.jwk"), ...both]);
    const started = Date.now();
    const { code, err } = await spawned(["verify", "--key", `http://127.0.0.1:${port}/`, "--alg", "Ed25519", ...both], {
      stdin: out,
    });
    expect([code, err]).toEqual([0, ""]);
    // The server would keep the connection for a minute.
    expect(Date.now() - started).toBeLessThan(20_000);
  } finally {
    server.kill();
  }
});
