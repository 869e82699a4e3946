// How long somebody else's code may take.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withTimeout } from "../../../src/base/timeout.ts";
import { errorOf } from "../jwt/outcome.ts";

const fail = (): never => {
  throw new Error("failed");
};

describe("withTimeout", () => {
  const late = (): Error => new Error("late");
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is a call's answer, known or waited for, and leaves no timer behind", async () => {
    expect(await withTimeout(() => 1, 5, late)).toBe(1);
    expect(await withTimeout(() => Promise.resolve(2), 5, late)).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is what a call throws or is rejected with, and leaves no timer behind", async () => {
    expect(String(await errorOf(() => withTimeout(fail, 5, late)))).toBe("Error: failed");
    expect(String(await errorOf(() => withTimeout(() => Promise.reject(new Error("rejected")), 5, late)))).toBe(
      "Error: rejected",
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is late when the seconds are over, and not before", async () => {
    const slow = new Promise((resolve) => {
      setTimeout(resolve, 60_000);
    });
    let outcome = "waiting";
    const waited = withTimeout(() => slow, 1.5, late).then(
      () => {
        outcome = "answered";
      },
      (error: unknown) => {
        outcome = (error as Error).message;
      },
    );
    await vi.advanceTimersByTimeAsync(1499);
    expect(outcome).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1);
    await waited;
    expect(outcome).toBe("late");
  });

  it("a time longer than any timer has waits as long as a timer can: it does not fire at once", async () => {
    const set = vi.spyOn(globalThis, "setTimeout");
    expect(await withTimeout(() => 1, 1e9, late)).toBe(1);
    expect(await withTimeout(() => 1, 2_147_483.647, late)).toBe(1);
    expect(await withTimeout(() => 1, 2_147_483, late)).toBe(1);
    expect(set.mock.calls.map(([, milliseconds]) => milliseconds)).toEqual([
      2_147_483_647, 2_147_483_647, 2_147_483_000,
    ]);
    set.mockRestore();
  });
});
