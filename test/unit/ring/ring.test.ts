// The life of a key: next, current, retired, gone. What is withdrawn, what is shared, and what callers get to hold.
import { webcrypto } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  createKeyRing,
  createSigner,
  createVerifier,
  decode,
  ES256,
  exportJwk,
  exportPem,
  generateSecret,
  HS256,
  jwksResponse,
  memoryKeyRingStore,
  publicJwks,
  RS256,
  sign,
  signSync,
  verify,
  verifySync,
} from "../../../src/index.ts";
import type { KeyRing, KeyRingOptions, KeyRingState } from "../../../src/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { loadOn, nodeLike, workerdLike } from "../base/load.ts";
import {
  clockTolerance,
  down,
  expected,
  hour,
  kidsOf,
  minute,
  options,
  phases,
  refreshEvery,
  retainFor,
  ringAt,
  startClock,
  watchedStore,
  type Clock,
} from "./rings.ts";

const mint = (ring: KeyRing, clock: Clock, more: object = {}): Promise<string> =>
  sign({ sub: "user_123" }, ring, { ...expected, now: clock.now, ...more });
const check = (token: string, ring: KeyRing, clock: Clock): Promise<string> =>
  codeOf(() => verify(token, ring, { ...expected, now: clock.now }));
const kidOf = (token: string): unknown => decode(token).header.kid;

describe("the life of a key", () => {
  it("a new ring has a key that signs and the next one, both published", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    const token = await mint(ring, clock);
    const { retired, current, next } = phases(ring);
    expect([retired.length, current.length, next.length]).toEqual([0, 1, 1]);
    expect(kidOf(token)).toBe(current[0]);
    expect(await kidsOf(ring)).toEqual([...current, ...next]);
    expect(await check(token, ring, clock)).toBe("accepted");
  });

  it("the next key takes over after rotateEvery, the one after it is published at once", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    const first = kidOf(await mint(ring, clock));
    const {
      next: [second],
    } = phases(ring);
    clock.time += hour - 1;
    expect(kidOf(await mint(ring, clock))).toBe(first);
    clock.time += 1;
    expect(kidOf(await mint(ring, clock))).toBe(second);
    await vi.waitFor(() => {
      expect(ring.state.version).toBe(2);
    });
    const kids = await kidsOf(ring);
    expect(kids.slice(0, 2)).toEqual([first, second]);
    expect(kids).toHaveLength(3);
    expect(phases(ring)).toEqual({ retired: [first], current: [second], next: [kids[2]] });
  });

  it("a key that was replaced verifies until its last token has expired on every clock, and is gone then", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    await ring.refresh();
    clock.time += hour - 1;
    const key = await ring.current();
    const token = await sign({}, key, { ...expected, expiresIn: retainFor, now: clock.now });
    clock.time += 1 + retainFor + clockTolerance - 1;
    expect(await kidsOf(ring)).toContain(key.kid);
    expect(await codeOf(() => verify(token, ring, { ...expected, clockTolerance, now: clock.now }))).toBe("expired");
    const forged = (): Promise<string> => sign({}, key, { ...expected, now: clock.now });
    expect(await check(await forged(), ring, clock)).toBe("accepted");
    clock.time += 1;
    expect(await kidsOf(ring)).not.toContain(key.kid);
    expect(await check(await forged(), ring, clock)).toBe("key_not_found");
  });

  it("the private half leaves the store when the next key takes over, the public half when the key is gone", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    const stored = (): { kid: string; privateJwk?: object }[] =>
      (JSON.parse(store.stored()!.record) as { keys: { kid: string; privateJwk?: object }[] }).keys;
    const first = (await ring.current()).kid!;
    clock.time += hour;
    await ring.refresh();
    expect(stored().map(({ kid, privateJwk }) => [kid === first, privateJwk !== undefined])).toEqual([
      [true, false],
      [false, true],
      [false, true],
    ]);
    clock.time += hour;
    await ring.refresh();
    expect(stored().map(({ kid }) => kid)).not.toContain(first);
  });

  it("after a long time in which nobody asked, a new key still is published ahead before it signs", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    await ring.refresh();
    const {
      next: [second],
    } = phases(ring);
    clock.time += 30 * 24 * hour;
    expect((await ring.current()).kid).toBe(second);
    const [next] = ring.state.keys.slice(-1);
    expect(next!.phase).toBe("next");
    expect(Number(next!.signsFrom) / 1000 - clock.time).toBeGreaterThanOrEqual(20 * minute);
    // Of the first, nothing is left.
    expect(await kidsOf(ring)).toEqual([second, next!.kid]);
  });

  it("a clock that is set back asks again, and signs with what there is", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    const { kid } = await ring.current();
    clock.time -= 10 * hour;
    const { load } = store.calls;
    expect((await ring.current()).kid).toBe(kid);
    expect(store.calls.load).toBe(load + 1);
    expect(await check(await mint(ring, clock), ring, clock)).toBe("accepted");
  });

  it("RSA keys have the modulus that was asked for", async () => {
    const ring = ringAt(startClock(), { algorithm: RS256, modulusLength: 2056 });
    const { keys } = await publicJwks(ring);
    expect(keys.map(({ n }) => Buffer.from(n!, "base64url").length)).toEqual([257, 257]);
  });
});

describe("what callers hold", () => {
  it("a private key that cannot be exported, and public keys that can", async () => {
    const ring = ringAt(startClock());
    const key = await ring.current();
    expect(await codeOf(() => exportJwk(key))).toBe("invalid_key");
    expect(await codeOf(() => exportPem(key))).toBe("invalid_key");
    for (const published of await ring.published()) {
      expect(Object.keys(await exportJwk(published)).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
      expect("sign" in published).toBe(false);
    }
  });

  it("a ring that shows no private key, however it is printed", async () => {
    const store = watchedStore();
    const ring = ringAt(startClock(), { store });
    const key = await ring.current();
    const { keys } = JSON.parse(store.stored()!.record) as { keys: { privateJwk: { d: string } }[] };
    for (const shown of [
      JSON.stringify([ring, ring.state, key]),
      inspect([ring, ring.state, key], { depth: 9, showHidden: true, getters: true }),
    ]) {
      for (const { privateJwk } of keys) expect(shown).not.toContain(privateJwk.d);
    }
  });

  it("the same key objects for as long as they are published, so that a verifier's cache holds", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    const verifier = createVerifier(ring, { ...expected, cache: 10, now: clock.now });
    const token = await mint(ring, clock, { expiresIn: retainFor });
    const { key } = await verifier.verify(token);
    clock.time += 10 * minute;
    await ring.refresh();
    expect((await verifier.verify(token)).key).toBe(key);
    expect(await ring.published()).toContain(key);
  });

  it("a ring that says which algorithm it has, and what it is made of, and cannot be changed", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    expect([ring.algorithms, ring.maxLifetime, ring.maxAge]).toEqual([["ES256"], retainFor, 10 * minute]);
    expect(Object.isFrozen(ring) && Object.isFrozen(ring.algorithms)).toBe(true);
    expect(ring.state).toEqual({ version: 0, keys: [], withdrawn: [], lastSuccess: undefined, lastError: undefined });
    await ring.refresh();
    expect(ring.state).toMatchObject({ version: 1, lastSuccess: clock.now(), lastError: undefined });
    expect(
      ring.state.keys.map(({ signsFrom, signsUntil }) =>
        [signsFrom, signsUntil].map((date) => Number(date) / 1000 - clock.time),
      ),
    ).toEqual([
      [0, hour],
      [hour, 2 * hour],
    ]);
    expect(ringAt(clock, { publishAhead: 25.5 }).maxAge).toBe(12);
  });

  it("a key set that may be cached for half of publishAhead", async () => {
    const ring = ringAt(startClock());
    const response = await jwksResponse(new Request("https://issuer.example/jwks"), ring);
    expect(response.headers.get("cache-control")).toBe("public, max-age=600");
    expect(((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)).toEqual(
      await kidsOf(ring),
    );
  });

  it("without a kid every key that fits, with one that key, with another algorithm none", async () => {
    const ring = ringAt(startClock());
    const [first, second] = await ring.published();
    expect(await ring.select({ alg: "ES256" })).toEqual([first, second]);
    expect(await ring.select({ alg: "ES256", kid: second!.kid! })).toEqual([second]);
    expect(await ring.select({ alg: "ES256", kid: "stranger" })).toEqual([]);
    expect(await ring.select({ alg: "HS256" })).toEqual([]);
  });

  it("a token that would outlive retainFor is a TypeError, whoever asks for it", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    expect(await codeOf(() => mint(ring, clock, { expiresIn: retainFor }))).toBe("accepted");
    expect(await codeOf(() => mint(ring, clock, { expiresIn: retainFor + 1 }))).toBe("invalid_argument");
    expect(await codeOf(() => sign({ exp: clock.time + hour }, ring, { ...expected, now: clock.now }))).toBe(
      "invalid_argument",
    );
    await ring.refresh();
    const signer = createSigner(ring, { ...expected, now: clock.now });
    expect(await codeOf(() => signer.signSync({}, { expiresIn: "1h" }))).toBe("invalid_argument");
    expect(await codeOf(() => signer.sign({}, { expiresIn: "16m", maxLifetime: "1h" }))).toBe("invalid_argument");
  });
});

describe("the synchronous functions", () => {
  it("work once the ring has been refreshed, and are key_unavailable before", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    const at = { ...expected, now: clock.now };
    expect(await codeOf(() => signSync({}, ring, at))).toBe("key_unavailable");
    await ring.refresh();
    const token = signSync({}, ring, at);
    expect(verifySync(token, ring, at).key.kid).toBe(phases(ring).current[0]);
  });

  it("start what is due without waiting for it", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    await ring.refresh();
    const {
      next: [second],
    } = phases(ring);
    clock.time += hour;
    expect(ring.currentSync().kid).toBe(second);
    await vi.waitFor(() => {
      expect(ring.state.version).toBe(2);
    });
  });

  it("refuse what they cannot be sure of: a key that may have been replaced, a kid that may be new", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    await ring.refresh();
    const old = await mint(ring, clock);
    store.broken = { load: () => new Promise(() => undefined) };
    clock.time += 2 * minute;
    const at = { ...expected, now: clock.now };
    expect(await codeOf(() => verifySync(old, ring, at))).toBe("accepted");
    expect(await codeOf(() => ring.selectSync({ alg: "ES256", kid: "new" }))).toBe("key_unavailable");
    clock.time += 2 * hour;
    expect(await codeOf(() => signSync({}, ring, at))).toBe("key_unavailable");
  });
});

describe("a key that leaked", () => {
  it("is refused at once; the next key, which is published already, signs at once; another is published", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    const token = await mint(ring, clock);
    const before = phases(ring);
    clock.time += 10;
    await ring.withdraw(before.current[0]!);
    expect(await check(token, ring, clock)).toBe("key_not_found");
    const after = phases(ring);
    expect([after.retired, after.current]).toEqual([[], before.next]);
    expect(after.next).toHaveLength(1);
    expect(kidOf(await mint(ring, clock))).toBe(before.next[0]);
    expect(await kidsOf(ring)).not.toContain(before.current[0]);
    expect(ring.state.withdrawn).toEqual(before.current);
    expect(
      ring.state.keys.map(({ signsFrom, signsUntil }) =>
        [signsFrom, signsUntil].map((date) => Number(date) / 1000 - clock.time),
      ),
    ).toEqual([
      [0, hour],
      [hour, 2 * hour],
    ]);
  });

  it("is refused by other processes within refreshEvery", async () => {
    const clock = startClock();
    const store = memoryKeyRingStore();
    const [here, there] = [ringAt(clock, { store }), ringAt(clock, { store })];
    const token = await mint(here, clock);
    expect(await check(token, there, clock)).toBe("accepted");
    await here.withdraw(String(kidOf(token)));
    clock.time += refreshEvery + 1;
    expect(await check(token, there, clock)).toBe("key_not_found");
    expect((await there.current()).kid).toBe(phases(here).current[0]);
  });

  it("before it signed: the current key goes on, and a new next key is published ahead", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    const token = await mint(ring, clock);
    const { current, next } = phases(ring);
    clock.time += 50 * minute;
    await ring.withdraw(next[0]!);
    expect(await kidsOf(ring)).toHaveLength(2);
    expect(phases(ring).current).toEqual(current);
    const [signing, following] = ring.state.keys;
    // It has not been published long enough to sign when the withdrawn one would have.
    expect(Number(following!.signsFrom) / 1000).toBeGreaterThanOrEqual(clock.time + 20 * minute);
    expect(signing!.signsUntil).toEqual(following!.signsFrom);
    expect(kidOf(token)).toBe(signing!.kid);
  });

  it("after it was replaced: what it signed is refused, nothing else changes", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    await ring.refresh();
    clock.time += hour - 1;
    const token = await mint(ring, clock);
    clock.time += 10;
    await ring.refresh();
    const { current, next } = phases(ring);
    await ring.withdraw(String(kidOf(token)));
    expect(await check(token, ring, clock)).toBe("key_not_found");
    expect(phases(ring)).toEqual({ retired: [], current, next });
  });

  it("when a rotation is due as well, both are done", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    await ring.refresh();
    const {
      next: [second],
    } = phases(ring);
    clock.time += hour;
    await ring.withdraw(second!);
    expect(await kidsOf(ring)).toHaveLength(3);
    expect(phases(ring)).toMatchObject({
      retired: [expect.any(String)],
      current: [expect.any(String)],
      next: [expect.any(String)],
    });
    expect(phases(ring).current).not.toEqual([second]);
  });

  it("can be withdrawn again to no effect; a kid that is no key of the ring is a TypeError", async () => {
    const clock = startClock();
    const ring = ringAt(clock);
    const { kid } = await ring.current();
    await ring.withdraw(kid!);
    const { version } = ring.state;
    await ring.withdraw(kid!);
    expect(ring.state.version).toBe(version);
    for (const wrong of ["typo", "", undefined, 5, `${kid!} `])
      expect(await codeOf(() => ring.withdraw(wrong as string))).toBe("invalid_argument");
    expect(ring.state).toMatchObject({ withdrawn: [kid], lastError: undefined });
    expect(await ring.select({ alg: "ES256", kid: "typo" })).toEqual([]);
    const fresh = ringAt(clock);
    expect(await codeOf(() => fresh.withdraw("typo"))).toBe("invalid_argument");
  });

  it("never comes back to a process that knows of it, even if the store forgets", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    const token = await mint(ring, clock);
    const backup = store.stored()!;
    await ring.withdraw(String(kidOf(token)));

    store.replace(backup);
    await ring.refresh();
    expect(await check(token, ring, clock)).toBe("key_not_found");
    expect(store.stored()!.version).toBe(ring.state.version);

    // The record of before, as a version of after: every other process hears of the withdrawal again.
    store.replace({ record: JSON.stringify({ ...JSON.parse(backup.record), version: 9 }), version: 9 });
    await ring.refresh();
    expect(ring.state).toMatchObject({ version: 10, withdrawn: [kidOf(token)] });
    for (const one of [ring, ringAt(clock, { store })]) {
      expect(await check(token, one, clock)).toBe("key_not_found");
      expect((await one.current()).kid).not.toBe(kidOf(token));
    }
  });

  it("leaves a record that has nothing else without a key: new ones are made", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    const { kid } = await ring.current();
    const record = JSON.parse(store.stored()!.record) as { keys: { kid: string }[] };
    await ring.withdraw(kid!);
    store.replace({ record: JSON.stringify({ ...record, keys: record.keys.slice(0, 1), version: 9 }), version: 9 });
    await ring.refresh();
    expect(ring.state.version).toBe(10);
    expect(phases(ring)).toEqual({ retired: [], current: [expect.any(String)], next: [expect.any(String)] });
    expect(await kidsOf(ring)).not.toContain(kid);
  });

  it("takes every key with it that a forged record would bring back: key_unavailable", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    const { kid } = await ring.current();
    const record = JSON.parse(store.stored()!.record) as {
      keys: { kid: string; privateJwk?: object; signsFrom: number }[];
    };
    await ring.withdraw(kid!);
    const keys = record.keys.map((key) =>
      key.kid === kid ? { ...key, signsFrom: 9e9 } : { ...key, privateJwk: undefined },
    );
    store.replace({
      record: JSON.stringify({ ...record, keys: [...keys, { ...keys[1]!, kid: "x", signsFrom: 9e9 }], version: 9 }),
      version: 9,
    });
    await ring.refresh();
    expect(await codeOf(() => ring.current())).toBe("key_unavailable");
  });
});

describe("several processes, one store", () => {
  it("start at the same time: one makes the keys, all have the same", async () => {
    const clock = startClock();
    const store = watchedStore();
    const rings = Array.from({ length: 8 }, () => ringAt(clock, { store }));
    const kids = await Promise.all(rings.map(kidsOf));
    expect(new Set(kids.map((list) => list.join())).size).toBe(1);
    expect(store.stored()!.version).toBe(1);
  });

  it("rotate at the same time: one version, one new key", async () => {
    const clock = startClock();
    const store = watchedStore();
    const rings = Array.from({ length: 8 }, () => ringAt(clock, { store }));
    for (let version = 1; version <= 5; version++) {
      await Promise.all(rings.map((ring) => ring.refresh()));
      expect(store.stored()!.version).toBe(version);
      expect(new Set(rings.map((ring) => JSON.stringify(ring.state.keys))).size).toBe(1);
      clock.time += hour;
    }
  });

  it("a restart goes on with the same keys", async () => {
    const clock = startClock();
    const store = memoryKeyRingStore();
    const before = ringAt(clock, { store });
    const token = await mint(before, clock);
    const after = ringAt(clock, { store });
    expect(await check(token, after, clock)).toBe("accepted");
    expect(await kidsOf(after)).toEqual(await kidsOf(before));
    expect(await check(token, ringAt(clock), clock)).toBe("key_not_found");
  });

  it("a process whose tokens live longer has every key kept longer, before it signs with one", async () => {
    const clock = startClock();
    const store = memoryKeyRingStore();
    const shorter = ringAt(clock, { store });
    await shorter.refresh();
    const longer = ringAt(clock, { store, retainFor: "50m" });
    const { kid } = await longer.current();
    expect(longer.state.version).toBe(2);
    clock.time += hour + 45 * minute;
    await shorter.refresh();
    expect(await kidsOf(shorter)).toContain(kid);
    clock.time += 10 * minute;
    expect(await kidsOf(shorter)).not.toContain(kid);
  });

  it("a process whose clock is late signs with the key that is current everywhere else", async () => {
    const clock = startClock();
    const late = startClock(clock.time - 50);
    const store = memoryKeyRingStore();
    const ring = ringAt(clock, { store });
    const slow = ringAt(late, { store });
    const { kid: first } = await ring.current();
    expect((await slow.current()).kid).toBe(first);
    clock.time += hour;
    late.time += hour;
    const { kid: second } = await ring.current();
    await ring.refresh();
    await slow.refresh();
    expect((await slow.current()).kid).toBe(second);
  });

  it("the records of another ring, and of another algorithm, are refused", async () => {
    const clock = startClock();
    const store = memoryKeyRingStore();
    await ringAt(clock, { store, name: "a" }).refresh();
    const refusal = (more: object): Promise<unknown> => errorOf(() => ringAt(clock, { store, ...more }).refresh());
    expect(await refusal({ name: "b" })).toMatchObject({
      code: "store_unavailable",
      message: expect.stringContaining('it is the ring "a"'),
    });
    expect(await refusal({ name: "a", algorithm: RS256 })).toMatchObject({
      code: "store_unavailable",
      message: expect.stringContaining('it signs with "ES256"'),
    });
    expect(await codeOf(() => ringAt(clock, { store, name: "a" }).refresh())).toBe("accepted");
  });
});

describe("several updates in one process", () => {
  it("one that is overtaken does not bring back what it read", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    const token = await mint(ring, clock);
    const old = store.stored()!;
    let answer = (): void => undefined;
    store.broken = {
      load: () =>
        new Promise((resolve) => {
          answer = () => {
            resolve(old);
          };
        }),
    };
    const slow = ring.refresh();
    store.broken = undefined;
    await ring.withdraw(String(kidOf(token)));
    answer();
    await slow;
    expect(ring.state.version).toBe(2);
    expect(await check(token, ring, clock)).toBe("key_not_found");
  });
});

describe("an algorithm that this runtime lacks", () => {
  it("is unsupported_algorithm, for a new ring and for the stored one of another runtime", async () => {
    const store = memoryKeyRingStore();
    const clock = startClock();
    const refuse = (): Promise<never> => Promise.reject(new DOMException("no", "NotSupportedError"));
    const lacking = (real: webcrypto.SubtleCrypto): object => ({
      ...real,
      digest: real.digest.bind(real),
      importKey: refuse,
      generateKey: refuse,
    });
    const { createKeyRing: create } = await loadOn(nodeLike, () => import("../../../src/ring/ring.ts"), {
      subtleCrypto: () => lacking(webcrypto.subtle) as never,
      syncSignatures: () => undefined,
    });
    const ring = create({ ...options, store, now: clock.now });
    expect(await codeOf(() => ring.refresh())).toBe("unsupported_algorithm");
    await ringAt(clock, { store }).refresh();
    expect(await codeOf(() => ring.refresh())).toBe("unsupported_algorithm");
    expect(ring.state.lastError).toBeInstanceOf(TypeError);
  });
});

describe("how often the store is asked", () => {
  it("once for any number of calls at the same time", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    await Promise.all(Array.from({ length: 100 }, () => mint(ring, clock)));
    expect(store.calls).toEqual({ load: 2, save: 2 });
  });

  it("not at all while what is known is fresh; in the background when it ages; before the call when it is older than refreshEvery", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    await ring.refresh();
    clock.time += refreshEvery / 2;
    expect(ring.current()).not.toBeInstanceOf(Promise);
    expect(store.calls.load).toBe(2);
    clock.time += 1;
    expect(ring.current()).not.toBeInstanceOf(Promise);
    expect(store.calls.load).toBe(3);
    await vi.waitFor(() => {
      expect(ring.state.lastSuccess).toEqual(clock.now());
    });
    clock.time += refreshEvery + 1;
    expect(ring.current()).toBeInstanceOf(Promise);
    await vi.waitFor(() => {
      expect(ring.state.lastSuccess).toEqual(clock.now());
    });
    expect(store.calls).toEqual({ load: 4, save: 2 });
  });

  it("no timer is left behind", async () => {
    vi.useFakeTimers();
    const clock = startClock();
    const ring = ringAt(clock);
    await ring.refresh();
    clock.time += hour;
    await mint(ring, clock);
    await ring.withdraw(phases(ring).current[0]!);
    expect(vi.getTimerCount()).toBe(0);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("the hook hears of changes and failures, and its own failure is nobody's", async () => {
    const clock = startClock();
    const store = watchedStore();
    const states: KeyRingState[] = [];
    const ring = ringAt(clock, {
      store,
      onRefresh: (state) => {
        states.push(state);
        throw new Error("the log is full");
      },
    });
    await ring.refresh();
    await ring.refresh();
    store.broken = down;
    await codeOf(() => ring.refresh());
    store.broken = undefined;
    await ring.refresh();
    clock.time += hour;
    await ring.refresh();
    const rejecting = ringAt(clock, {
      onRefresh: async () => {
        throw new Error("the log is full");
      },
    });
    await rejecting.refresh();
    expect(states.map(({ version, lastError }) => [version, lastError?.message])).toEqual([
      [1, undefined],
      [1, 'the key ring\'s store failed: "ECONNREFUSED"'],
      [1, undefined],
      [2, undefined],
    ]);
  });
});

describe("an edge runtime, where a promise belongs to the request that made it", () => {
  it("nobody waits for another's refresh, and nothing is begun that nobody waits for", async () => {
    const { createKeyRing: create } = await loadOn(workerdLike, () => import("../../../src/ring/ring.ts"));
    const clock = startClock();
    const store = watchedStore();
    const ring = create({ ...options, store, now: clock.now });
    await Promise.all([ring.current(), ring.current()]);
    expect(store.calls.load).toBeGreaterThanOrEqual(2);

    const { load } = store.calls;
    clock.time += refreshEvery;
    expect(ring.current()).not.toBeInstanceOf(Promise);
    expect(ring.currentSync().alg).toBe("ES256");
    expect(store.calls.load).toBe(load);
    clock.time += 1;
    ring.currentSync();
    expect(store.calls.load).toBe(load);
    await Promise.all([ring.current(), ring.current()]);
    expect(store.calls.load).toBe(load + 2);

    store.broken = down;
    clock.time += refreshEvery + 1;
    expect((await ring.current()).alg).toBe("ES256");
    expect(ring.current()).not.toBeInstanceOf(Promise);
    store.broken = undefined;
    clock.time += refreshEvery;
    await ring.current();
    expect(ring.state.lastError).toBeUndefined();
  });
});

describe("options", () => {
  const given = { ...options, store: memoryKeyRingStore() };
  const codeWith = (more: object): Promise<string> => codeOf(() => createKeyRing({ ...given, ...more }));

  it.each(["algorithm", "rotateEvery", "publishAhead", "retainFor"])("%s is required", async (name) => {
    expect(await codeWith({ [name]: undefined })).toBe("invalid_argument");
    expect(
      await codeOf(() =>
        createKeyRing(
          Object.fromEntries(Object.entries(given).filter(([option]) => option !== name)) as unknown as KeyRingOptions,
        ),
      ),
    ).toBe("invalid_argument");
  });

  it.each([
    "rotateEvery",
    "publishAhead",
    "retainFor",
    "refreshEvery",
    "staleIfError",
    "storeTimeout",
    "clockTolerance",
  ])("%s is a span of time, more than 0", async (name) => {
    for (const wrong of [0, -1, NaN, Infinity, "", "15", "15 m", null, [], {}, new Date()])
      expect(await codeWith({ [name]: wrong })).toBe("invalid_argument");
  });

  it.each<[string, unknown]>([
    ["algorithm", HS256],
    ["algorithm", "ES256"],
    ["store", null],
    ["store", {}],
    ["store", { load: () => undefined }],
    ["store", "redis://"],
    ["name", ""],
    ["name", 5],
    ["onRefresh", "log"],
    ["now", new Date()],
    ["modulusLength", 1024],
    ["rotationPeriod", "1h"],
    ["sealing", undefined],
    ["sealing", []],
  ])("%s: %o is refused", async (name, wrong) => {
    const late = name === "modulusLength";
    expect(
      await (late
        ? codeOf(() => createKeyRing({ ...given, algorithm: RS256, [name]: wrong as number }).refresh())
        : codeWith({ [name]: wrong })),
    ).toBe("invalid_argument");
  });

  it("benign options given as undefined have their defaults", async () => {
    const none = {
      store: undefined,
      name: undefined,
      refreshEvery: undefined,
      staleIfError: undefined,
      storeTimeout: undefined,
      clockTolerance: undefined,
      modulusLength: undefined,
      onRefresh: undefined,
      now: undefined,
    };
    const ring = createKeyRing({ ...options, ...none });
    expect(await codeOf(() => sign({}, ring, expected))).toBe("accepted");
  });

  it("spans have to go together: rotateEvery with publishAhead, refreshEvery and clockTolerance with its quarter", async () => {
    expect(await codeWith({ rotateEvery: "20m" })).toBe("accepted");
    expect(await codeWith({ rotateEvery: "19m" })).toBe("invalid_argument");
    for (const name of ["refreshEvery", "clockTolerance"]) {
      expect(await codeWith({ [name]: "5m" })).toBe("accepted");
      expect(await codeWith({ [name]: 301 })).toBe("invalid_argument");
    }
  });

  it("options as a whole: an object, and no secret key in place of an algorithm", async () => {
    const secret = await generateSecret(HS256);
    for (const wrong of [undefined, null, "ES256", [], secret])
      expect(await codeOf(() => createKeyRing(wrong as unknown as KeyRingOptions))).toBe("invalid_argument");
    expect(await codeOf(() => createKeyRing({ ...options, algorithm: ES256 }))).toBe("accepted");
  });
});
