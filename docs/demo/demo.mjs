// mintmark's main job on real input. After `npm run build`: node docs/demo/demo.mjs
//
//   0. run ten lines, and show them beside what they print;
//   1. mint one 15-minute token per algorithm, with keys that openssl wrote;
//   2. have jose and jsonwebtoken accept these tokens, and accept theirs;
//   3. show what is refused, and with which code.
//
// The exit code is 1 if anything does not go as announced, so this is also a check.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSigner, createVerifier, importSecret, importSigningKey, importVerifyingKey } from "mintmark";
import { makeKey, opensslVersion, recipes } from "./keys.mjs";
import { peers } from "./peers.mjs";
import { bold, dim, duration, mark, medianTime, row } from "./print.mjs";
import { refusals } from "./refusals.mjs";

const claims = { sub: "user_123", role: "admin" };
const expected = { issuer: "https://issuer.example", audience: "web" };
const surprises = [];

const directory = await mkdtemp(join(tmpdir(), "mintmark-demo-"));
try {
  await showFirst();
  const openssl = (await opensslVersion()) ?? "no openssl here";
  console.log(bold(`mintmark on Node.js ${process.versions.node}, ${openssl}`));
  console.log("One 15-minute token per algorithm; times are medians. Each peer reads mintmark's token and");
  console.log("writes one of its own, which mintmark reads.\n");
  await showTokens();
  await showRefusals();
} finally {
  await rm(directory, { recursive: true });
}

if (surprises.length > 0) {
  console.error(`Not as announced:\n${surprises.map((what) => `  ${mark.false} ${what}`).join("\n")}`);
  process.exitCode = 1;
}

// ── 0: a token, and the code that makes it ──────────────────────────────────────────────────────

async function showFirst() {
  const program = new URL("first.mjs", import.meta.url);
  console.log(bold("docs/demo/first.mjs"));
  console.log(`${(await readFile(program, "utf8")).trimEnd().replace(/^/gm, "  ")}\n`);
  console.log(bold("prints"));
  await import(program.href);
  console.log();
}

// ── 1 and 2: every algorithm, minted and exchanged ──────────────────────────────────────────────

async function showTokens() {
  const widths = [9, 27, -6, -8, -8, 5, 6, 5, 6];
  const names = peers.flatMap(({ name }) => [name, ""]);
  const columns = peers.flatMap(() => ["reads", "writes"]);
  console.log(dim(row(widths, ["", "", "", "", "", ...names])));
  console.log(bold(row(widths, ["Algorithm", "Key", "Token", "Sign", "Verify", ...columns])));
  for (const recipe of recipes) console.log(row(widths, await tokenCells(recipe)));
  console.log();
}

async function tokenCells(recipe) {
  const { name } = recipe.algorithm;
  try {
    const key = await makeKey(recipe, directory);
    const { signingKey, verifyingKey } = await importKey(recipe.algorithm, key);
    const signer = createSigner(signingKey, { ...expected, expiresIn: "15m" });
    const verifier = createVerifier(verifyingKey, expected);
    const token = await signer.sign(claims);

    return [
      name,
      `${recipe.kind} ${dim(`(${key.source})`)}`,
      String(token.length),
      duration(await medianTime(() => signer.sign(claims))),
      duration(await medianTime(() => verifier.verify(token))),
      ...(await exchange(name, key, token, verifier)),
    ];
  } catch (error) {
    const { code } = /** @type {Error & { code?: string }} */ (error);
    if (!recipe.mayBeMissing || code !== "unsupported_algorithm") throw error;
    return [name, dim(`refused here: ${code}`)];
  }
}

/** The keys as an application imports them: one text, one algorithm. */
async function importKey(algorithm, key) {
  if ("hex" in key) {
    const secret = await importSecret(key.hex, algorithm, { encoding: "hex" });
    return { signingKey: secret, verifyingKey: secret };
  }
  return {
    signingKey: await importSigningKey(key.privatePem, algorithm),
    verifyingKey: await importVerifyingKey(key.publicPem, algorithm),
  };
}

/** For each peer: does it read mintmark's token, and does mintmark read the one it writes? */
async function exchange(alg, key, token, verifier) {
  const cells = [];
  for (const peer of peers) {
    const applies = peer.supports(alg);
    const reads = () => peer.reads(token, alg, key, expected);
    const writes = async () => verifier.verify(await peer.writes(alg, key, expected));
    cells.push(mark[applies ? await works(`${peer.name} reads ${alg}`, reads) : undefined]);
    cells.push(mark[applies ? await works(`${peer.name} writes ${alg}`, writes) : undefined]);
  }
  return cells;
}

async function works(what, attempt) {
  try {
    await attempt();
    return true;
  } catch (error) {
    surprises.push(`${what}: ${/** @type {Error} */ (error).message}`);
    return false;
  }
}

// ── 3: what is refused ──────────────────────────────────────────────────────────────────────────

async function showRefusals() {
  const widths = [48, 18];
  console.log(bold(row(widths, ["Refused", "Code"])));
  for (const { what, code, attempt } of await refusals(expected)) {
    const answer = await attempt().then(
      () => "accepted",
      (error) => error.code ?? String(error),
    );
    if (answer !== code) surprises.push(`${what}: ${answer} instead of ${code}`);
    console.log(row(widths, [`${mark[answer === code]} ${what}`, answer]));
  }
}
