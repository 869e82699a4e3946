// What every store of sessions has to do, whatever it keeps them in: asked of the memory store here, and of the others with real servers.
import { describe, expect, it } from "vitest";
import type { SessionStore, SessionUse } from "../../../src/sessions/index.ts";

/** A store, and how the tests let time pass for it: by turning its clock, or by waiting. */
export interface StoreUnderTest {
  readonly store: SessionStore;
  readonly wait: (seconds: number) => Promise<void>;
}

const options = { grace: 10, idle: 1000 };
let counter = 0;

/** An owner and a session of its own for each test: the stores on servers are shared. */
export function newSession(): { owner: string; session: string } {
  const owner = `owner-${process.pid}-${Date.now()}-${counter++}`;
  return { owner, session: `${owner}.one` };
}

export function describeStore(name: string, open: () => Promise<StoreUnderTest> | StoreUnderTest): void {
  const endsAt = (): number => Math.floor(Date.now() / 1000) + 10_000;

  describe(`${name}: the contract of session stores`, () => {
    it("uses each generation once, and once more within grace", async () => {
      const { store } = await open();
      const { owner, session } = newSession();
      await store.begin(owner, session, { idle: 1000, endsAt: endsAt() });
      expect(await store.use(owner, session, 0, options)).toBe("first");
      expect(await store.use(owner, session, 0, options)).toBe("again");
      expect(await store.use(owner, session, 1, options)).toBe("first");
      expect(await store.use(owner, session, 1, options)).toBe("again");
    });

    it("ends the session with a generation two below", async () => {
      const { store } = await open();
      const { owner, session } = newSession();
      await store.begin(owner, session, { idle: 1000, endsAt: endsAt() });
      for (const generation of [0, 1]) await store.use(owner, session, generation, options);
      expect(await store.use(owner, session, 0, options)).toBe("late");
      expect(await store.use(owner, session, 2, options)).toBe("unknown");
      expect(await store.alive(owner, session)).toBe(false);
    });

    it("ends the session with the same generation where there is no grace", async () => {
      const { store } = await open();
      const { owner, session } = newSession();
      await store.begin(owner, session, { idle: 1000, endsAt: endsAt() });
      await store.use(owner, session, 0, options);
      // At once: the clock may not have moved since.
      expect(await store.use(owner, session, 0, { ...options, grace: 0 })).toBe("late");
      expect(await store.alive(owner, session)).toBe(false);
    });

    it("lets one of two concurrent uses end the session where there is no grace", async () => {
      const { store } = await open();
      const { owner, session } = newSession();
      await store.begin(owner, session, { idle: 1000, endsAt: endsAt() });
      const uses = await Promise.all([1, 2].map(async () => store.use(owner, session, 0, { ...options, grace: 0 })));
      expect(uses.sort()).toEqual(["first", "late"]);
      expect(await store.alive(owner, session)).toBe(false);
    });

    it("moves forward with a generation above its own: it lost what it wrote", async () => {
      const { store } = await open();
      const { owner, session } = newSession();
      await store.begin(owner, session, { idle: 1000, endsAt: endsAt() });
      expect(await store.use(owner, session, 7, options)).toBe("first");
      expect(await store.use(owner, session, 7, options)).toBe("again");
      expect(await store.use(owner, session, 8, options)).toBe("first");
      expect(await store.use(owner, session, 6, options)).toBe("late");
    });

    it("lets exactly one of fifty concurrent uses be the first", async () => {
      const { store } = await open();
      const { owner, session } = newSession();
      await store.begin(owner, session, { idle: 1000, endsAt: endsAt() });
      const uses = await Promise.all(Array.from({ length: 50 }, async () => store.use(owner, session, 0, options)));
      expect(uses.filter((use) => use === "first")).toHaveLength(1);
      expect(uses.filter((use) => use === "again")).toHaveLength(49);
    });

    it("knows no session that never began, of this owner or of another", async () => {
      const { store } = await open();
      const { owner, session } = newSession();
      await store.begin(owner, session, { idle: 1000, endsAt: endsAt() });
      expect(await store.use("somebody", session, 0, options)).toBe("unknown");
      expect(await store.use(owner, `${owner}.two`, 0, options)).toBe("unknown");
      expect(await store.alive("somebody", session)).toBe(false);
      expect(await store.list("somebody")).toEqual([]);
    });

    it("lists sessions with their notes", async () => {
      const { store } = await open();
      const { owner, session } = newSession();
      const before = Math.floor(Date.now() / 1000) - 2;
      const end = endsAt();
      await store.begin(owner, session, { idle: 1000, endsAt: end, note: '{"device":"Firefox “ü”"}' });
      await store.begin(owner, `${owner}.two`, { idle: 1000, endsAt: end });
      const found = [...(await store.list(owner))].sort((a, b) => a.session.localeCompare(b.session));
      expect(found).toMatchObject([
        { session, endsAt: end, note: '{"device":"Firefox “ü”"}' },
        { session: `${owner}.two`, endsAt: end },
      ]);
      expect(found[1]).not.toHaveProperty("note");
      for (const { startedAt, usedAt } of found) {
        expect(startedAt).toBeGreaterThanOrEqual(before);
        expect(usedAt).toBeGreaterThanOrEqual(startedAt);
      }
    });

    it("ends one session, and one that is not there", async () => {
      const { store } = await open();
      const { owner, session } = newSession();
      for (const one of [session, `${owner}.two`]) await store.begin(owner, one, { idle: 1000, endsAt: endsAt() });
      await store.end(owner, session);
      await store.end(owner, session);
      await store.end("nobody", session);
      expect(await store.use(owner, session, 0, options)).toBe("unknown");
      expect(await store.alive(owner, `${owner}.two`)).toBe(true);
    });

    it("ends all sessions of an owner, but one", async () => {
      const { store } = await open();
      const { owner } = newSession();
      const [one, two, three] = ["one", "two", "three"].map((name) => `${owner}.${name}`) as [string, string, string];
      const other = newSession();
      await store.begin(other.owner, other.session, { idle: 1000, endsAt: endsAt() });
      for (const session of [one, two, three]) await store.begin(owner, session, { idle: 1000, endsAt: endsAt() });
      await store.endAll(owner, two);
      expect((await store.list(owner)).map(({ session }) => session)).toEqual([two]);
      await store.endAll(owner);
      expect(await store.list(owner)).toEqual([]);
      expect(await store.alive(other.owner, other.session)).toBe(true);
      await store.endAll("nobody");
    });

    it("begins again at once after all were ended", async () => {
      const { store } = await open();
      const { owner, session } = newSession();
      await store.begin(owner, session, { idle: 1000, endsAt: endsAt() });
      await store.endAll(owner);
      await store.begin(owner, `${owner}.two`, { idle: 1000, endsAt: endsAt() });
      expect(await store.use(owner, `${owner}.two`, 0, options)).toBe("first");
      expect(await store.use(owner, session, 0, options)).toBe("unknown");
    });

    it("bounds the sessions of one owner: the one that was idle for longest ends", async () => {
      const { store } = await open();
      const { owner, session } = newSession();
      await store.begin(owner, session, { idle: 1000, endsAt: endsAt() });
      for (let i = 0; i < 120; i++) await store.begin(owner, `${owner}.${i}`, { idle: 1000, endsAt: endsAt() });
      expect((await store.list(owner)).length).toBeLessThanOrEqual(50);
      expect(await store.alive(owner, session)).toBe(false);
      expect(await store.alive(owner, `${owner}.119`)).toBe(true);
    });

    it("forgets a session that was idle for too long, or whose end has come", async () => {
      const { store, wait } = await open();
      const { owner, session } = newSession();
      const now = Math.floor(Date.now() / 1000);
      await store.begin(owner, session, { idle: 2, endsAt: now + 10_000 });
      await store.begin(owner, `${owner}.two`, { idle: 1000, endsAt: now + 3 });
      await store.begin(owner, `${owner}.three`, { idle: 1000, endsAt: now + 10_000 });
      expect(await store.list(owner)).toHaveLength(3);
      await wait(4);
      expect((await store.list(owner)).map((one) => one.session)).toEqual([`${owner}.three`]);
      for (const one of [session, `${owner}.two`]) {
        expect(await store.alive(owner, one)).toBe(false);
        expect(await store.use(owner, one, 0, options)).toBe("unknown");
      }
    });

    it("counts grace from the first use, and does not renew it", async () => {
      const { store, wait } = await open();
      const { owner, session } = newSession();
      await store.begin(owner, session, { idle: 1000, endsAt: endsAt() });
      const uses: SessionUse[] = [await store.use(owner, session, 0, { grace: 3, idle: 1000 })];
      for (let i = 0; i < 2; i++) {
        await wait(2.2);
        uses.push(await store.use(owner, session, 0, { grace: 3, idle: 1000 }));
      }
      expect(uses).toEqual(["first", "again", "late"]);
    });
  });
}
