import { setTimeout as sleep } from "node:timers/promises";

/** Waits for something to come true; says what it last saw when it does not. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  holds: (seen: T) => unknown = Boolean,
): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const seen = await ask();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(seen).slice(0, 300)}`);
    await sleep(30);
  }
}
