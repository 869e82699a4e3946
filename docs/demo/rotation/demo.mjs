// Keys that change every few seconds under load, and nobody notices. After `npm run build`: node docs/demo/rotation/demo.mjs
//
// An issuer and two consumers, one with mintmark and one with jose, are processes of their own. Every token is shown to both
// consumers at a random moment of its life. The issuer is killed and started again on the way, and in the end one of its keys is
// withdrawn as if it had leaked. The exit code is 1 if a good token is refused or a withdrawn key accepted, so this is also a check.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decode } from "mintmark";
import { bold, mark, row } from "../print.mjs";
import { startProcess } from "./process.mjs";

const spans = {
  rotateEvery: 3,
  publishAhead: 2,
  retainFor: 4,
  refreshEvery: 0.25,
  clockTolerance: 0.5,
  storeTimeout: 0.5,
};
const libraries = ["mintmark", "jose"];
/** How each library says that the key set has no key of this name. */
const noSuchKey = ["key_not_found", "ERR_JWKS_NO_MATCHING_KEY"];
const expected = { issuer: "https://issuer.example", audience: "web" };

const folder = await mkdtemp(join(tmpdir(), "mintmark-rotation-"));
const settings = { folder: join(folder, "ring"), sealingKey: randomBytes(32).toString("hex"), spans, ...expected };
const startIssuer = (port) => startProcess("issuer.mjs", JSON.stringify({ ...settings, port }));

let issuer = await startIssuer(0);
const { port } = issuer.ready;
const consumers = await Promise.all(
  libraries.map((library) =>
    startProcess("consumer.mjs", library, `http://127.0.0.1:${port}/jwks`, JSON.stringify(expected)),
  ),
);
const start = Date.now();
const seconds = () => (Date.now() - start) / 1000;

/** By `kid`: when it signed how many tokens, and what each consumer said of them. */
const keys = new Map();
const showing = [];
const surprises = [];
let restarting = false;

try {
  console.log(
    bold(
      `A new ES256 key every ${spans.rotateEvery} s, published ${spans.publishAhead} s ahead; tokens live ${spans.retainFor} s`,
    ),
  );
  await load(7);
  restarting = true;
  await issuer.kill();
  const killedAt = seconds();
  issuer = await startIssuer(port);
  restarting = false;
  console.log(`The issuer was killed after ${killedAt.toFixed(1)} s, and was back after ${seconds().toFixed(1)} s.`);
  await load(7);
  await Promise.all(showing);
  console.log();
  printKeys();
  await showWithdrawal();
} finally {
  await Promise.all([issuer, ...consumers].map((one) => one.kill()));
  await rm(folder, { recursive: true });
}

if (surprises.length > 0) {
  console.error(`Not as announced:\n${surprises.map((what) => `  ${mark.false} ${what}`).join("\n")}`);
  process.exitCode = 1;
}

// ── Tokens, minted one after the other, shown to both consumers at a random moment of their lives ────

async function load(duration) {
  for (const end = seconds() + duration; seconds() < end; await sleep(10)) showing.push(mintAndShow());
}

async function mintAndShow() {
  const minted = await mint().catch((error) => {
    if (!restarting) throw error;
  });
  if (minted === undefined) return;
  const { token, kid, exp } = minted;
  if (!keys.has(kid)) keys.set(kid, { from: seconds(), tokens: 0, codes: libraries.map(() => []) });
  const key = keys.get(kid);
  key.tokens++;
  key.to = seconds();
  await Promise.all(
    consumers.map(async (consumer, i) => {
      await sleep(Math.random() * (exp * 1000 - Date.now() - 200));
      const code = await consumer.ask({ token });
      // On a busy machine a token may expire before it is looked at.
      if (code === "accepted" || Date.now() < exp * 1000) key.codes[i].push(code);
    }),
  );
}

async function mint(ask = "mint") {
  const { token } = await issuer.ask({ ask });
  const { header, claims } = decode(token);
  return { token, kid: String(header.kid), exp: Number(claims.exp) };
}

function printKeys() {
  const widths = [10, -7, -7, -7, ...libraries.map(() => -18)];
  console.log(bold(row(widths, ["Key", "from", "to", "tokens", ...libraries.map((library) => `${library} accepted`)])));
  for (const [kid, { from, to, tokens, codes }] of keys) {
    const cells = codes.map((list, i) => {
      const refused = list.filter((code) => code !== "accepted");
      if (refused.length > 0)
        surprises.push(`${libraries[i]} refused ${refused.length} good tokens: ${[...new Set(refused)].join(", ")}`);
      return `${list.length - refused.length} ${mark[refused.length === 0]}`;
    });
    console.log(row(widths, [kid.slice(0, 8), `${from.toFixed(1)} s`, `${to.toFixed(1)} s`, String(tokens), ...cells]));
  }
  if (keys.size < 4) surprises.push(`only ${keys.size} keys have signed`);
}

// ── A key that leaks: what it signed is refused as soon as the consumers' key sets are a second old ──

async function showWithdrawal() {
  const leaked = await mint();
  const next = await mint("withdraw");
  await sleep(1500);
  const widths = [10, 22, ...libraries.map(() => 26)];
  console.log();
  console.log(bold(row(widths, ["Key", "", ...libraries])));
  for (const { what, token, kid, good } of [
    { what: "was withdrawn", ...leaked, good: false },
    { what: "took over at once", ...next, good: true },
  ]) {
    const cells = [];
    for (const [i, consumer] of consumers.entries()) {
      const code = await consumer.ask({ token });
      const announced = good ? code === "accepted" : noSuchKey.includes(code);
      if (!announced) surprises.push(`${libraries[i]} on the key that ${what}: ${code}`);
      cells.push(`${mark[announced]} ${code}`);
    }
    console.log(row(widths, [kid.slice(0, 8), what, ...cells]));
  }
}
