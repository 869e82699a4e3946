// How docs/security.md shows what the comparison found.
import { table } from "../../system/runtimes/document.mjs";

/**
 * What a run found, for the file of its figures: which peer accepts what mintmark refuses, and the reverse.
 * @param {Iterable<{ kind: string, name: string, total: number, laxer: Record<string, number>, stricter: Record<string, Record<string, number>> }>} rows
 */
export function classesOf(rows) {
  /** @type {Record<string, string[]>} */
  const laxer = {};
  /** @type {Record<string, string[]>} */
  const stricter = {};
  for (const { kind, name, laxer: than, stricter: codes } of rows) {
    if (Object.keys(than).length > 0) laxer[`${kind}: ${name}`] = Object.keys(than).sort();
    for (const [code, counts] of Object.entries(codes))
      stricter[`${kind}: ${name}/${code}`] = Object.keys(counts).sort();
  }
  return { laxer, stricter };
}

const peers = ["jose", "jsonwebtoken", "fast-jwt"];
const count = (/** @type {number} */ number) => number.toLocaleString("en");

/** The table of what is stricter here. */
export function describeStricter(found, { stricter }) {
  const rows = stricter.map(({ what, of, why }) => {
    const classes = of.filter((one) => one in found.stricter);
    const accepting = new Set(classes.flatMap((one) => found.stricter[one]));
    const codes = [...new Set(classes.map((one) => `\`${one.split("/").at(-1)}\``))];
    // Only jose has key sets.
    const verdict = (/** @type {string} */ peer) =>
      accepting.has(peer)
        ? "accepts"
        : peer !== "jose" && classes.every((one) => one.startsWith("set: "))
          ? "has none"
          : "refuses";
    return classes.length === 0 ? undefined : [what, codes.join(", "), ...peers.map(verdict), why];
  });
  return table(
    ["Given", "Here", ...peers.map((peer) => `${peer} ${found.versions[peer]}`), "Why"],
    rows.filter((row) => row !== undefined),
  );
}

/** The other direction, and the figures of the run. */
export function describeLaxer(found, { laxer }) {
  const rows = laxer
    .filter(({ of }) => of.some((one) => one in found.laxer))
    .map(({ of, than, why }) => [of.filter((one) => one in found.laxer).join("; "), than.join(", "), why]);
  return `\`npm run test:differential -- --count ${found.count} --seed ${found.seed}\` on Node.js ${found.node.slice(1)}: ${count(found.compared)} tokens, keys and key sets of ${found.algorithms.length} algorithms, in ${found.kinds} kinds. No token was accepted here that jose, jsonwebtoken or fast-jwt refuses for the same key and policy. Of keys and key sets:

${table(["Accepted here", "Refused by", "Why"], rows)}`;
}
