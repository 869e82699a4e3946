// What every target asks: that something holds, and that a refusal is one of mintmark's own.
import { isDeepStrictEqual } from "node:util";

/** A broken invariant is what the fuzzer looks for. */
export function holds(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`broken: ${what}`);
}

export function equal(found: unknown, expected: unknown, what: string): void {
  holds(isDeepStrictEqual(found, expected), what);
}

/** What `work` gives, or `undefined` where it refuses with one of these codes, in a message no longer than `longest`. Any other error is a finding. */
export function orRefused<T>(work: () => T, codes: readonly string[], longest = 400): T | undefined {
  try {
    return work();
  } catch (error) {
    checkRefusal(error, codes, longest);
    return undefined;
  }
}

/** As `orRefused`, of a promise. */
export async function orRefusedLater<T>(work: () => Promise<T>, codes: readonly string[]): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    checkRefusal(error, codes, 400);
    return undefined;
  }
}

/** Text from the input is bounded in a message, and cannot drive a terminal. */
function checkRefusal(error: unknown, codes: readonly string[], longest: number): void {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  holds(typeof code === "string" && codes.includes(code), `a refusal that is none: ${String(error)}`);
  holds(typeof message === "string" && message.length <= longest, "a message that grows with the input");
  holds(!/[\p{C}\p{Zl}\p{Zp}]/u.test(message), "a message with control characters");
}

/** What `work` gives, or `undefined` where it throws whatever it throws: for parts that are not mintmark's. */
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
