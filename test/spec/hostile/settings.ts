// How long a run is, and where it leaves its figures: npm run test:hostile and test:differential set these. Whoever imports it draws
// the same inputs in every run, unless MINTMARK_SEED says otherwise.
import { mkdirSync, writeFileSync } from "node:fs";
import fc from "fast-check";

const { MINTMARK_SEED, MINTMARK_COUNT, MINTMARK_PATH, MINTMARK_REPORT } = process.env;

const seed = Number(MINTMARK_SEED ?? 1);
fc.configureGlobal({ seed });

/** Of whatever a test makes; without a setting, as many as take seconds. */
export const count = (few: number): number => Number(MINTMARK_COUNT ?? few);

/** With the path that a failure printed, only its counterexample is run. */
export const runs = (numRuns: number): fc.Parameters<unknown> => ({
  numRuns,
  ...(MINTMARK_PATH !== undefined && { path: MINTMARK_PATH }),
});

/** Figures of a long run, for docs/security.md. Then it goes on where something is found that the page does not know. */
export const reporting = MINTMARK_REPORT !== undefined;
export function report(name: string, figures: object): void {
  if (MINTMARK_REPORT === undefined) return;
  mkdirSync(MINTMARK_REPORT, { recursive: true });
  writeFileSync(`${MINTMARK_REPORT}/${name}.json`, JSON.stringify({ seed, node: process.version, ...figures }));
}
