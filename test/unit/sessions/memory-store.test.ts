import { describe, expect, it } from "vitest";
import { memorySessionStore } from "../../../src/sessions/index.ts";
import { codeOf } from "../jwt/outcome.ts";
import { describeStore } from "./store-contract.ts";

describeStore("memorySessionStore", () => {
  let ahead = 0;
  const store = memorySessionStore({ now: () => new Date(Date.now() + ahead * 1000) });
  return {
    store,
    async wait(seconds) {
      ahead += seconds;
      return Promise.resolve();
    },
  };
});

describe("memorySessionStore", () => {
  it("refuses sessions beyond its bound, and takes new ones once others are over", async () => {
    let second = 1_800_000_000;
    const store = memorySessionStore({ max: 2, now: () => new Date(second * 1000) });
    const begin = (owner: string) =>
      codeOf(() => store.begin(owner, `${owner}.one`, { idle: 10, endsAt: second + 100 }));
    expect(await begin("a")).toBe("accepted");
    expect(await begin("b")).toBe("accepted");
    expect(await begin("c")).toBe("store_unavailable");
    second += 10;
    expect(await begin("c")).toBe("accepted");
  });

  it("does not take a clock that was set back for grace", async () => {
    let second = 1_800_000_000;
    const store = memorySessionStore({ now: () => new Date(second * 1000) });
    await store.begin("a", "a.one", { idle: 1000, endsAt: second + 1000 });
    await store.use("a", "a.one", 0, { grace: 10, idle: 1000 });
    second -= 2;
    expect(await store.use("a", "a.one", 0, { grace: 10, idle: 1000 })).toBe("late");
  });

  it("does not end a session because the clock of another server is a moment behind", async () => {
    let now = 1_800_000_000_000;
    const store = memorySessionStore({ now: () => new Date(now) });
    await store.begin("a", "a.one", { idle: 1000, endsAt: now / 1000 + 1000 });
    await store.use("a", "a.one", 0, { grace: 10, idle: 1000 });
    now -= 300;
    expect(await store.use("a", "a.one", 0, { grace: 10, idle: 1000 })).toBe("again");
    expect(await store.use("a", "a.one", 0, { grace: 0, idle: 1000 })).toBe("late");
  });

  it("ends the session that was used before the others, although all of it happened within one tick of the clock", async () => {
    const end = 1_800_001_000;
    const store = memorySessionStore({ maxPerSubject: 3, now: () => new Date(1_800_000_000_000) });
    for (const name of ["one", "two", "three"]) await store.begin("a", name, { idle: 1000, endsAt: end });
    await store.use("a", "one", 0, { grace: 10, idle: 1000 });
    for (const name of ["four", "five"]) await store.begin("a", name, { idle: 1000, endsAt: end });
    expect((await store.list("a")).map(({ session }) => session)).toEqual(["one", "four", "five"]);
  });

  it("has one session for each subject where that is its bound", async () => {
    const store = memorySessionStore({ maxPerSubject: 1, now: () => new Date(1_800_000_000_000) });
    for (const name of ["one", "two"]) await store.begin("a", name, { idle: 1000, endsAt: 1_800_001_000 });
    expect((await store.list("a")).map(({ session }) => session)).toEqual(["two"]);
  });

  it.each([{ max: 0 }, { max: 1.5 }, { maxPerSubject: NaN }, { maxPerSubject: "50" }, { size: 1 }, { now: 1 }])(
    "refuses %j",
    async (options) => {
      expect(await codeOf(() => memorySessionStore(options as object))).toBe("invalid_argument");
    },
  );
});
