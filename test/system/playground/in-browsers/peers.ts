// Others look at what the page made: mintmark and jose take its tokens, and the code it offers is run, as it stands.
import { deepEqual, match, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, it } from "vitest";
import { folder, root, tool } from "../../runtimes/project.mjs";
import type { Minted } from "./algorithms.ts";

const node24 = tool("node24/bin/node");
const python = "/usr/bin/python3";
const run = promisify(execFile);

/** Which libraries have which algorithms; the page says so in place of code. */
const lacking: Readonly<Record<string, RegExp>> = { jsonwebtoken: /^(Ed|ML)/, PyJWT: /^(Ed25519|ML)/ };

/** `names`: of what the tests before have to have made. */
export function checkPeers(
  browser: string,
  names: readonly string[],
  minted: ReadonlyMap<string, Minted>,
  libraries: readonly string[],
): void {
  let project: string;
  beforeAll(() => {
    project = createProject(browser);
  });
  const find = (name: string): Minted => {
    const made = minted.get(name);
    if (made === undefined) throw new Error(`${name}: the page made no token`);
    return made;
  };
  for (const name of names) {
    for (const library of libraries) {
      if (lacking[library]?.test(name)) {
        it(`${name}: ${library} is said not to have it`, () => {
          for (const task of ["verify", "sign"])
            match(
              find(name).snippets[`${library} ${task}`]!,
              /^(?:\/\/|#) (?:jsonwebtoken has no|PyJWT has no|PyJWT knows) /,
            );
        });
        continue;
      }
      it(`${name}: ${library} takes the token, by the page's code`, async () => {
        const made = find(name);
        match(await runSnippet(project, library, made.snippets[`${library} verify`]!, made), /user_123/);
      });
      it(`${name}: ${library} makes such tokens, by the page's code`, async () => {
        const made = find(name);
        const token = (await runSnippet(project, library, made.snippets[`${library} sign`]!, made)).trim();
        // What one library made, mintmark takes with the page's own code: the token in it is replaced.
        const code = made.snippets["mintmark verify"]!.replace(made.token, token);
        match(await runSnippet(project, "mintmark", code, made), /user_123/);
        const [theirs, own] = [claimsOf(token), claimsOf(made.token)];
        deepEqual(theirs.claims, own.claims);
        ok(Math.abs(theirs.lifetime - own.lifetime) < 120, `${theirs.lifetime} s, not ${own.lifetime} s`);
      });
    }
  }
}

/** What two tokens have in common that were made one after the other. */
function claimsOf(token: string) {
  const [header, payload] = token
    .split(".", 2)
    .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>) as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  const { iat, exp, jti, ...claims } = payload;
  const { alg, typ, kid } = header;
  return { claims: { ...claims, hasId: typeof jti === "string", alg, typ, kid }, lifetime: Number(exp) - Number(iat) };
}

/** A project as a user has it, with the libraries that the root has for its tests. */
function createProject(browser: string): string {
  const project = folder(`snippets-${browser}`);
  mkdirSync(join(project, "node_modules"));
  for (const name of ["jose", "jsonwebtoken"])
    symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
  symlinkSync(root, join(project, "node_modules/mintmark"));
  return project;
}

async function runSnippet(project: string, library: string, code: string, { privateKey }: Minted): Promise<string> {
  const [program, file] = library === "PyJWT" ? ([python, "snippet.py"] as const) : ([node24, "snippet.mjs"] as const);
  writeFileSync(join(project, file), code);
  const env = { PATH: process.env.PATH, JWT_SECRET: privateKey, PRIVATE_KEY: privateKey };
  const { stdout } = await run(program, [file], { cwd: project, env, timeout: 60_000 });
  return stdout;
}
