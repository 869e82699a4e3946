// One call at a time, and on edge runtimes nobody awaits another request's promise.
import { afterEach, describe, expect, it, vi } from "vitest";
import type * as SingleFlight from "../../../src/base/single-flight.ts";

type Room = typeof SingleFlight;

/** The module in a runtime that shares promises between requests, or in one that does not. */
async function load(shares: boolean): Promise<Room> {
  vi.resetModules();
  vi.doMock("../../../src/base/platform.ts", () => ({ sharesPromises: () => shares }));
  return import("../../../src/base/single-flight.ts");
}

/** A call that ends when it is told to. */
function openCall(): { call: () => Promise<void>; end: () => void; count: () => number } {
  const ends: (() => void)[] = [];
  const call = (): Promise<void> =>
    new Promise((resolve) => {
      ends.push(resolve);
    });
  return { call, end: () => ends.at(-1)?.(), count: () => ends.length };
}

afterEach(() => {
  vi.doUnmock("../../../src/base/platform.ts");
  vi.useRealTimers();
});

describe("singleFlight", () => {
  it.each([
    [true, 1],
    [false, 3],
  ])(
    "where promises are shared (%s), three callers make %i calls, and the next caller another",
    async (shares, calls) => {
      const { singleFlight } = await load(shares);
      let made = 0;
      const join = singleFlight(() => Promise.resolve(++made));
      await Promise.all([join(), join(), join()]);
      expect(made).toBe(calls);
      await join();
      expect(made).toBe(calls + 1);
    },
  );

  it("a call that fails is not kept", async () => {
    const { singleFlight } = await load(true);
    let made = 0;
    const join = singleFlight(() => (++made === 1 ? Promise.reject(new Error("failed")) : Promise.resolve(made)));
    await expect(Promise.all([join(), join()])).rejects.toThrow("failed");
    expect(await join()).toBe(2);
  });
});

describe("createTurns", () => {
  it("a call that has become unnecessary is not made", async () => {
    const { createTurns } = await load(true);
    const [turns, first, second] = [createTurns(), openCall(), openCall()];
    let isNeeded = true;
    const done = turns.take(() => true, first.call);
    const waited = turns.take(() => isNeeded, second.call);
    expect([turns.isTaken(), first.count(), second.count()]).toEqual([true, 1, 0]);
    isNeeded = false;
    first.end();
    await Promise.all([done, waited]);
    expect([turns.isTaken(), second.count()]).toEqual([false, 0]);
  });

  it("a call that is still needed is made after the one under way, also after one that failed", async () => {
    const { createTurns } = await load(true);
    const [turns, second] = [createTurns(), openCall()];
    const failed = turns.take(
      () => true,
      () => Promise.reject(new Error("failed")),
    );
    await expect(failed).rejects.toThrow("failed");
    const made = turns.take(() => true, second.call);
    await vi.waitFor(() => {
      expect(second.count()).toBe(1);
    });
    second.end();
    await made;
    expect(turns.isTaken()).toBe(false);
  });

  it("where promises are not shared, it looks until the other call is over, and for a second at most", async () => {
    vi.useFakeTimers();
    const { createTurns } = await load(false);
    const [turns, hanging, second] = [createTurns(), openCall(), openCall()];
    void turns.take(() => true, hanging.call);
    const made = turns.take(() => true, second.call);
    await vi.advanceTimersByTimeAsync(999);
    expect(second.count()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(second.count()).toBe(1);
    second.end();
    await made;
  });
});

describe("a call that ends while a younger one is under way", () => {
  it("leaves the turn to the younger one", async () => {
    const turns = (await load(true)).createTurns();
    const ends: (() => void)[] = [];
    const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
    // After twenty waits the last two do not wait for each other any more.
    for (let i = 0; i < 22; i++)
      void turns.take(
        () => true,
        () => new Promise<void>((resolve) => ends.push(resolve)),
      );
    for (let i = 0; i < 20; i++) {
      await tick();
      expect(ends).toHaveLength(i + 1);
      ends[i]?.();
    }
    await tick();
    expect(ends).toHaveLength(22);
    ends[20]?.();
    await tick();
    expect(turns.isTaken()).toBe(true);
    ends[21]?.();
    await tick();
    expect(turns.isTaken()).toBe(false);
  });
});
