// The figures of a run as docs/security.md shows them.
import { table } from "../../system/runtimes/document.mjs";

const count = (number) => number.toLocaleString("en");

export function describeHunts(results, { seconds, seed }) {
  const runs = results.reduce((sum, result) => sum + result.runs, 0);
  const minutes = results.reduce((sum, result) => sum + result.seconds, 0) / 60;
  const findings = results.filter(({ finding, message }) => finding !== undefined || message !== undefined).length;
  return `\`npm run fuzz -- --seconds ${seconds} --seed ${seed}\` on Node.js ${process.versions.node}: ${count(runs)} runs in ${Math.round(minutes)} minutes, ${findings} findings.

${table(
  ["Target", "Runs", "Places reached", "Inputs that reached something new"],
  results.map(({ name, runs, reached, size, found }) => [name, count(runs), `${reached} of ${size}`, count(found)]),
)}`;
}

export function describeFaults(results, { seconds, seed }) {
  const how = ({ found, runs, seeds }) =>
    !found ? `not found in ${count(runs)}` : runs <= seeds ? "a seed" : `run ${count(runs)}`;
  return `\`npm run fuzz -- --planted --seconds ${seconds} --seed ${seed}\`: ${results.filter(({ found }) => found).length} of ${results.length} planted faults found, without the kept corpus.

${table(
  ["Planted fault", "Found by"],
  results.map((result) => [result.name, how(result)]),
)}`;
}
