// How docs/security.md shows what the hunts found.
import { table } from "../../system/runtimes/document.mjs";

const count = (number) => number.toLocaleString("en");

export function describeHunt(tokens, keys, { count: asked, seed, minutes }) {
  const codes = Object.entries(tokens.codes).sort(([, a], [, b]) => b - a);
  return `\`npm run test:hostile -- --count ${asked} --seed ${seed}\` on Node.js ${tokens.node.slice(1)}, ${tokens.algorithms.length} algorithms, ${minutes} minutes: ${count(tokens.mutants)} hostile tokens of ${tokens.mutations} kinds in three forms each (\`verify\`, \`verifySync\`, \`safeVerify\`), ${count(tokens.findings)} findings; ${count(keys.mutants)} hostile keys of ${keys.mutations} kinds, ${count(keys.findings)} findings.

${table(
  ["Refused with", "Tokens"],
  codes.map(([code, number]) => [`\`${code}\``, count(number)]),
)}`;
}
