// How long a run is, and where it leaves its figures: npm run test:hostile and test:differential set these.
import { mkdirSync, writeFileSync } from "node:fs";

export const firstSeed = Number(process.env.MINTMARK_SEED ?? 1);

/** Of whatever a test makes; without a setting, as many as take seconds. */
export function count(few: number): number {
  return Number(process.env.MINTMARK_COUNT ?? few);
}

/** Figures of a long run, for docs/security.md. */
export function report(name: string, figures: object): void {
  const folder = process.env.MINTMARK_REPORT;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.json`, JSON.stringify({ seed: firstSeed, node: process.version, ...figures }));
}
