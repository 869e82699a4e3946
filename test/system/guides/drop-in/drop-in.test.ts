// npm run test:drop-in: packages that depend on jsonwebtoken, installed with the override of the guide, each used as its own guide does.
// They are also a part of `npm run test:guides`.
import { execFile } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { folder, root } from "../../runtimes/project.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
/** The uses of use.mjs. */
const uses = [
  "express-jwt",
  "koa-jwt",
  "passport-jwt",
  "jwks-rsa",
  "@nestjs/jwt, in a Nest application",
  "twilio",
] as const;

describe("mintmark-jsonwebtoken", () => {
  let lines: readonly string[] = [];

  beforeAll(async () => {
    const project = folder("drop-in");
    const run = async (command: string, ...given: readonly string[]): Promise<string> =>
      (await promisify(execFile)(command, given, { cwd: project, encoding: "utf8", timeout: 120_000 })).stdout;
    const bridge = join(project, "bridge.tgz");
    await run(process.execPath, join(root, ".ci/pack-bridge.mjs"), bridge);
    const manifest = JSON.parse(readFileSync(join(here, "package.json"), "utf8")) as object;
    const overrides = { jsonwebtoken: `file:${bridge}`, mintmark: `file:${inject("packed").path}` };
    writeFileSync(join(project, "package.json"), JSON.stringify({ ...manifest, overrides }));
    await run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", "--prefer-offline");
    copyFileSync(join(here, "use.mjs"), join(project, "use.mjs"));
    lines = (await run(process.execPath, "use.mjs")).trim().split("\n");
  });

  it.each(uses)("%s", (name) => {
    const line = lines[uses.indexOf(name)];
    expect(line).toBe(`ok mintmark-jsonwebtoken: ${name}`);
    expect(lines).toHaveLength(uses.length);
  });
});
