// Others look at what the page made: mintmark and jose take its tokens, and the code it offers is run, as it stands.
import { deepEqual, equal } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { folder, root, tool } from "../runtimes/project.mjs";
import { check } from "./tally.mjs";

const node24 = tool("node24/bin/node");
const python = "/usr/bin/python3";
const run = promisify(execFile);

/** Which libraries have which algorithms; the page says so in place of code. */
const lacking = { jsonwebtoken: /^(Ed|ML)/, PyJWT: /^(Ed25519|ML)/ };

export async function checkPeers(browser, minted, libraries) {
  const project = createProject(browser);
  for (const made of minted) {
    for (const library of libraries) {
      if (lacking[library]?.test(made.alg)) {
        await check(`${browser}: ${made.alg}: ${library} is said not to have it`, () => {
          for (const task of ["verify", "sign"])
            equal(
              /^(?:\/\/|#) (?:jsonwebtoken has no|PyJWT has no|PyJWT knows) /.test(made.snippets[`${library} ${task}`]),
              true,
            );
        });
        continue;
      }
      await check(`${browser}: ${made.name ?? made.alg}: ${library} takes the token, by the page's code`, async () => {
        const output = await runSnippet(project, library, made.snippets[`${library} verify`], made);
        equal(/user_123/.test(output), true, output);
      });
      await check(
        `${browser}: ${made.name ?? made.alg}: ${library} makes such tokens, by the page's code`,
        async () => {
          const token = (await runSnippet(project, library, made.snippets[`${library} sign`], made)).trim();
          // What one library made, mintmark takes with the page's own code: the token in it is replaced.
          const output = await runSnippet(
            project,
            "mintmark",
            made.snippets["mintmark verify"].replace(made.token, token),
            made,
          );
          equal(/user_123/.test(output), true, output);
          const [theirs, own] = [claimsOf(token), claimsOf(made.token)];
          deepEqual(theirs.claims, own.claims);
          equal(Math.abs(theirs.lifetime - own.lifetime) < 120, true, `${theirs.lifetime} s, not ${own.lifetime} s`);
        },
      );
    }
  }
}

/** What two tokens have in common that were made one after the other. */
function claimsOf(token) {
  const { iat, exp, jti, ...claims } = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
  const { alg, typ, kid } = JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString());
  return { claims: { ...claims, hasId: typeof jti === "string", alg, typ, kid }, lifetime: exp - iat };
}

/** A project as a user has it, with the libraries that the root has for its tests. */
function createProject(browser) {
  const project = folder(`snippets-${browser}`);
  mkdirSync(join(project, "node_modules"));
  for (const name of ["jose", "jsonwebtoken"])
    symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
  symlinkSync(root, join(project, "node_modules/mintmark"));
  return project;
}

async function runSnippet(project, library, code, { privateKey }) {
  const [program, file] = library === "PyJWT" ? [python, "snippet.py"] : [node24, "snippet.mjs"];
  writeFileSync(join(project, file), code);
  const env = { PATH: process.env.PATH, JWT_SECRET: privateKey, PRIVATE_KEY: privateKey };
  const { stdout } = await run(program, [file], { cwd: project, env, timeout: 60_000 });
  return stdout;
}
