// Counts the checks. One that fails is kept, and the others go on.
import { setTimeout as sleep } from "node:timers/promises";

export const failures = [];
let passed = 0;

export const passedCount = () => passed;

export async function check(name, body) {
  try {
    await body();
    passed++;
  } catch (error) {
    failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Waits for something to come true; says what it last saw when it does not. */
export async function until(what, ask, holds = Boolean) {
  const end = Date.now() + 30_000;
  for (;;) {
    const seen = await ask();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(seen)?.slice(0, 300)}`);
    await sleep(30);
  }
}
