// The figures of a run as docs/security.md shows them.
import { table } from "../../system/runtimes/document.mjs";
import { growthOf, type Report } from "./verdict.ts";

export function describeRun(
  { counts, samples, rotations, kills }: Report & { readonly kills: number },
  seconds: number,
): string {
  const { perSecond, bytes, from, to } = growthOf(samples);
  const later = samples.filter(({ at }) => at >= from).map((sample) => sample.bytes / 1e6);
  const total = Object.values(counts)
    .flatMap(Object.values)
    .reduce((sum: number, count) => sum + Number(count), 0);
  const names = (outcomes: Readonly<Record<string, number>>): string =>
    Object.entries(outcomes)
      .filter(([code]) => code !== "ok")
      .map(([code, count]) => `${count} \`${code}\``)
      .join(", ");
  return `\`npm run test:long-run -- --seconds ${seconds}\` on Node.js ${process.versions.node}: ${total.toLocaleString("en")} operations, ${rotations} key rotations, Redis killed ${kills} times.
From second ${Math.round(from)} to ${Math.round(to)} the heap was between ${Math.min(...later).toFixed(1)} and ${Math.max(...later).toFixed(1)} MB after collection; its regression line changes by
${Math.round(perSecond)} bytes a second, ${(bytes / 1e6).toFixed(2)} MB in all. No unhandled rejection, no timer, listener or handle left, and the process ended by itself.

${table(
  ["Operation", "Done", "Not decided, because something was away"],
  Object.entries(counts).map(([name, outcomes]) => [name, (outcomes.ok ?? 0).toLocaleString("en"), names(outcomes)]),
)}`;
}
