/** docs/performance.md and its plots, written from one run. */

import { mkdirSync, writeFileSync } from "node:fs";
import { findCases } from "../cases.mjs";
import { runtimes } from "../runtimes.mjs";
import { drawPlots } from "./plots.mjs";
import { perSecond, table, tablesOf } from "./tables.mjs";
import { judgeTargets, slowerThan } from "./targets.mjs";

const docs = new URL("../../docs/", import.meta.url);

export function writeDocument(results) {
  mkdirSync(new URL("performance/", docs), { recursive: true });
  for (const [name, picture] of Object.entries(drawPlots(results)))
    writeFileSync(new URL(`performance/${name}`, docs), picture);
  writeFileSync(new URL("performance.md", docs), page(results));
}

/** The section on `mintmark/jsonwebtoken`: nothing in a run from before it was measured. */
function dropInSection({ dropIn, versions }) {
  if (dropIn === undefined) return "";
  const versionsOfNode = Object.values(dropIn);
  return `## In the place of jsonwebtoken

How many times as fast \`mintmark/jsonwebtoken\` is as jsonwebtoken ${versions.jsonwebtoken}, with the same call on the same token, by the form of the key:
the median of the ratios of all rounds, in processor time.

${table(
  ["", ...versionsOfNode.map(([{ title }]) => title)],
  versionsOfNode[0].map(({ name }, at) => [name, ...versionsOfNode.map((found) => found[at].ratio.toFixed(2))]),
)}

`;
}

const page = (results) => `# Performance

mintmark beside its peers and beside the bare cryptographic primitive, on the same tokens, with the same keys and the same
checks. \`npm run bench\` measured this and wrote this page. Run it on your own machine, or a part of it:

\`\`\`sh
npm run bench -- --runtime node24,bun --case hs256,es256/verify --quick
\`\`\`

${plot("hs256", "HS256 on Node.js 24: tokens per second by library, in its fastest form")}

**How to read the tables.** The second column is mintmark's rate, with half the distance between the quartiles. A number
under another name says how many times as fast mintmark is there: the median of the ratios of all rounds, each taken
within one round, ± half the distance between their quartiles. Below 1, in italics, the other one is faster.
\`crypto.subtle\` and \`node:crypto\` are no libraries: they are the signature alone, over a signing input of the same
length, without JSON, base64url or any check. Nothing that does the work can be faster than they are.

## What is aimed at, and what was reached

${targetTable(results)}

${slowerList(results)}

## Where the time goes

Of the time that mintmark takes for an HS256 token, in percent: what its parts take alone, each by the runtime's quickest means and
without a check, and what is left for everything else: the claims, every check, copies, waiting, and the collection of garbage. "Allowed"
is all that a target would leave: where the parts alone come close to it, no library with these checks can reach it on this runtime.

${timeTable(results)}

## Node.js 24

${tables(results.runtimes.node24)}

hono/jwt and cloudflare-worker-jwt look at the claims before the signature, so an expired token costs them no
cryptography; mintmark reports nothing about a token that is not known to be genuine. A remembered token costs
mintmark everything but the signature: key, type, times, issuer and audience are checked each time. fast-jwt keys its
cache by a hash of the token; "unhashed" is its documented option to key it by the token itself.

${plot("asymmetric", "Asymmetric algorithms on Node.js 24, 32 operations at a time, as a share of crypto.subtle alone")}

## Scale

Each of these is a short script in \`benchmarks/scale/\`, run on Node.js 24.

### The event loop under load

${results.scale["event-loop"].concurrency} requests at a time that each want a token signed. A synchronous library signs all of them before anything
else happens; what \`crypto.subtle\` does happens on other threads. [Short signatures on other threads](performance/at-once.md) says why that holds for
operations that are shorter than the way there, too.

${eventLoopTable(results.scale["event-loop"])}

${plot("event-loop", "Delay of the event loop under 200 concurrent signatures")}

### More cores

Operations per second in one worker thread and in ${results.scale.cores.cores}, one for each core.

${coresTable(results.scale.cores)}

### A million tokens

The heap of a verifier that remembers ${results.scale.heap.cache} tokens, while it sees ${results.scale.heap.total.toLocaleString("en")} different ones, each with a header of its own.

${plot("heap", "Heap in use over a million distinct tokens")}

### Long tokens

Cost is linear in the length of the token. mintmark refuses tokens over 16,384 characters unless \`maxTokenLength\` says otherwise.

${plot("length", "Microseconds to verify, by length of the token")}

What 16,000 characters cost mintmark, by what they are. Many members are dear in \`JSON.parse\` itself, which takes four fifths of that time:
an object with a thousand names of its own is a table for the engine.

${table(
  ["", "microseconds"],
  Object.entries(results.scale.length.byShape).map(([shape, time]) => [shape, time.toFixed(0)]),
)}

### One token, or many with one set of options

\`verify\` and \`sign\` check their options on every call, which is half of an HS256 token: 5.0 µs where \`createVerifier\` takes 2.4, 3.8 µs where
\`createSigner\` takes 1.6 (Node.js 24, \`node benchmarks/one-shot.mjs\`). Remembering what was checked, for a key and an options object, would be
as fast, but safe for deeply frozen objects alone: an object that was changed since would still stand for its old expectations. Callers seldom
have one, since a literal in the call is a new object each time, so nothing is remembered: where tokens are many, create a verifier or a signer.

${dropInSection(results)}## Other runtimes

${plot("runtimes", "HS256 by runtime, one at a time: tokens per second")}

${Object.entries(results.runtimes)
  .filter(([name]) => name !== "node24")
  .map(
    ([name, measured]) => `<details>
<summary>${title(name, results)}</summary>

${tables(measured)}

</details>`,
  )
  .join("\n\n")}

## How it is measured

- **In one process, in turns.** In each of ${results.effort.rounds} rounds every library runs once, in a random order, for about ${results.effort.slice} ms. Ratios
  are taken within a round, so that a slow moment of the machine slows both sides. Before that, everyone warms up. Each
  table is measured in a process of its own.
- **The same work.** Tokens carry \`iss\`, \`aud\`, \`iat\`, \`exp\` and the application's claims: payloads of about 150 bytes
  (small), 400 (usual, wherever nothing else is said) and 8,000 (large). Signing sets those claims; verifying checks the signature, \`exp\`, issuer
  and audience. Where a library does not check one of them, the check is added. Before a case is measured, each library has to show that it does it.
- **Everyone at their best.** Keys are imported once: CryptoKeys for jose, hono/jwt and cloudflare-worker-jwt, KeyObjects for
  jsonwebtoken, \`createSigner\` and \`createVerifier\` for mintmark and fast-jwt. fast-jwt and jsonwebtoken work
  synchronously; in the asynchronous rows they are called as they are, and block meanwhile.
- **Fresh tokens.** 256 distinct tokens take turns, and no token cache is on, except where the table is about it.
- **EdDSA** is Ed25519 under its older name, which more libraries know.
- **workerd** is timed from outside, since the clock of an isolate stands still while it computes, in requests three times
  as long, so that the way there and back hardly counts.
- **An empty cell**: the library or the runtime does not have it.

Measured on ${results.date} in ${Math.ceil(results.seconds / 60)} minutes on ${results.machine}, with
${versionList(results)}.
`;

function targetTable(results) {
  const rows = judgeTargets(results).map(({ runtime, id, against, least, ratio, met }) => {
    const [testCase] = findCases([id]);
    return [
      `${runtimes[runtime].title}, ${testCase.algorithm} ${testCase.label}${testCase.cache ? ", seen before" : ""}`,
      against,
      least.toFixed(2),
      ratio.toFixed(2),
      met ? "yes" : "**no**",
    ];
  });
  return table(["", "against", "at least", "measured", "reached"], rows);
}

/** The parts were measured beside the whole, in a case of their own. */
function timeTable({ runtimes: measured, ...results }) {
  const rows = [
    { runtime: "node24", mode: "sync", mac: "node:crypto" },
    { runtime: "workerd", mode: "async", mac: "crypto.subtle" },
  ].flatMap(({ runtime, mode, mac }) =>
    ["sign", "verify"].flatMap((operation) => {
      const found = measured[runtime]?.[`hs256/${operation}/parts-${mode}`];
      if (found === undefined) return [];
      const shares = [mac, "JSON", "base64url, UTF-8"].map((name) => found[name].ratio.median);
      const [target] = judgeTargets({ ...results, runtimes: measured }).filter(
        ({ id, ...one }) => one.runtime === runtime && id === `hs256/${operation}/${mode}`,
      );
      if (target === undefined) throw new Error(`targets: expected hs256/${operation}/${mode} on ${runtime}`);
      const sum = shares.reduce((total, share) => total + share, 0);
      const allowed = target.ratio / target.least;
      return [
        [
          `${runtimes[runtime].title}, ${operation}`,
          (1e6 / found.mintmark.perSecond.median).toFixed(1),
          ...[...shares, 1 - sum, allowed].map((share) => Math.round(100 * share)),
        ],
      ];
    }),
  );
  return table(["", "microseconds", "the MAC", "JSON", "base64url, UTF-8", "everything else", "allowed"], rows);
}

function slowerList(results) {
  const slower = slowerThan("jose", results);
  if (slower.length === 0)
    return "In no row of any table is mintmark slower than jose in three quarters of the rounds.";
  return `Slower than jose in three quarters of the rounds:\n\n${slower.map(({ runtime, id, ratio }) => `- ${runtimes[runtime].title}, \`${id}\`: ${ratio.toFixed(2)}`).join("\n")}`;
}

function eventLoopTable({ results }) {
  const rows = Object.entries(results).flatMap(([algorithm, found]) =>
    Object.entries(found).map(([name, { p99, perSecond: rate }]) => [
      `${algorithm}, ${name}`,
      p99.toFixed(1),
      perSecond(rate),
    ]),
  );
  return table(["", "delay, p99, ms", "tokens per second"], rows);
}

function coresTable({ cores, results }) {
  const rows = Object.entries(results).flatMap(([id, found]) => {
    const [{ algorithm, label }] = findCases([id]);
    return Object.entries(found).map(([name, { one, every }]) => [
      `${algorithm} ${label}: ${name}`,
      perSecond(one),
      perSecond(every),
      (every / one).toFixed(2),
    ]);
  });
  return table(["", "one", `${cores}`, "ratio"], rows);
}

function tables(measured) {
  return tablesOf(measured)
    .map(({ title, table: text }) => `**${title}**\n\n${text}`)
    .join("\n\n");
}

function plot(name, description) {
  return `![${description}](performance/${name}.svg)`;
}

function title(name, { versions }) {
  const { title, package: source } = runtimes[name];
  return `${title} (${versions[source]})`;
}

function versionList({ versions }) {
  const own = Object.keys(runtimes).map(
    (name) => `${runtimes[name].title.replace(/ \d+$/, "")} ${versions[runtimes[name].package]}`,
  );
  const peers = Object.entries(versions)
    .filter(([name]) => !Object.values(runtimes).some((runtime) => runtime.package === name))
    .map(([name, version]) => `${name} ${version}`);
  return [...own, ...peers].join(", ");
}
