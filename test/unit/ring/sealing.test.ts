// What a sealed key ring keeps from whoever can read its store, and refuses from whoever can write to it.
import { webcrypto } from "node:crypto";
import { describe, expect, it } from "vitest";
import { memoryKeyRingStore, sign, verify } from "../../../src/index.ts";
import type { KeyRing, KeyRingOptions, KeyRingStore, SealingKey } from "../../../src/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { expected, hour, kidsOf, ringAt, startClock, watchedStore, type Clock, type WatchedStore } from "./rings.ts";

type Usage = "encrypt" | "decrypt" | "wrapKey";
const aesKey = (usages: Usage[] = ["encrypt", "decrypt"], name = "AES-GCM"): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.generateKey({ name, length: 256 }, false, usages);
const sealing: SealingKey = { id: "2026-11", key: await aesKey() };
const other: SealingKey = { id: "2026-12", key: await aesKey() };

interface Sealed {
  readonly sealedWith: string;
  readonly kids: string[];
  readonly nonce: string;
  readonly data: string;
}
const sealedIn = (store: WatchedStore): Sealed => JSON.parse(store.stored()!.record) as Sealed;
const filled = async (
  more: Partial<KeyRingOptions> = { sealing },
  clock: Clock = startClock(),
): Promise<{ store: WatchedStore; ring: KeyRing; clock: Clock }> => {
  const store = watchedStore();
  const ring = ringAt(clock, { store, ...more });
  await ring.refresh();
  return { store, ring, clock };
};
const messageOf = async (ring: KeyRing): Promise<string> => {
  const error = await errorOf(() => ring.refresh());
  expect(error).toMatchObject({ name: "UnavailableError", code: "store_unavailable" });
  return (error as Error).message;
};

describe("a sealed record", () => {
  it("is the ring's own for every process that has the key", async () => {
    const { store, ring, clock } = await filled();
    const token = await sign({}, ring, { ...expected, now: clock.now });
    expect(await codeOf(() => verify(token, ringAt(clock, { store, sealing }), { ...expected, now: clock.now }))).toBe(
      "accepted",
    );
  });

  it("shows the key's id, the kids, and nothing else: no times, no public key, no private one", async () => {
    const { store, ring } = await filled();
    expect(Object.keys(sealedIn(store))).toEqual(["sealedWith", "kids", "nonce", "data"]);
    expect(sealedIn(store)).toMatchObject({
      sealedWith: "2026-11",
      kids: await kidsOf(ring),
      nonce: expect.stringMatching(/^[\w-]{16}$/),
    });
    expect(Buffer.from(sealedIn(store).data, "base64url").toString("latin1")).not.toMatch(/kty|signsFrom|privateJwk/);
  });

  it("has a nonce of its own each time it is written", async () => {
    const { store, ring, clock } = await filled();
    const nonces = new Set<string>();
    for (let i = 0; i < 20; i++) {
      nonces.add(sealedIn(store).nonce);
      clock.time += hour;
      await ring.refresh();
    }
    expect(nonces.size).toBe(20);
  });

  it("is AES-GCM over the whole record, with the ring's name, the kids, the version and the key's id as associated data", async () => {
    const { store, ring } = await filled({ sealing, name: "tokens" });
    const { kids, nonce, data } = sealedIn(store);
    const additionalData = Buffer.from(JSON.stringify(["mintmark key ring", "tokens", kids, 1, "2026-11"]));
    const opened = await webcrypto.subtle.decrypt(
      { name: "AES-GCM", iv: Buffer.from(nonce, "base64url"), additionalData },
      sealing.key as webcrypto.CryptoKey,
      Buffer.from(data, "base64url"),
    );
    expect(JSON.parse(Buffer.from(opened).toString())).toMatchObject({
      name: "tokens",
      version: 1,
      keys: (await kidsOf(ring)).map((kid) => ({ kid, privateJwk: { d: expect.any(String) } })),
    });
  });
});

describe("what is refused", () => {
  it("a record that is not sealed, where it has to be; a sealed one, where no key was given", async () => {
    const plain = await filled({});
    expect(await messageOf(ringAt(plain.clock, { store: plain.store, sealing }))).toContain("not sealed");
    const { store, clock } = await filled();
    expect(await messageOf(ringAt(clock, { store }))).toContain("it is encrypted");
  });

  it("a key that was not given, and another key under the same id: no other key is tried", async () => {
    const { store, clock } = await filled();
    expect(await messageOf(ringAt(clock, { store, sealing: other }))).toContain(
      "a key that is not among those of sealing",
    );
    const wrong = { id: sealing.id, key: other.key };
    expect(await messageOf(ringAt(clock, { store, sealing: [wrong, { id: "right", key: sealing.key }] }))).toContain(
      "was modified",
    );
  });

  it("the record of another ring under the same key", async () => {
    const { store, clock } = await filled({ sealing, name: "a" });
    expect(await messageOf(ringAt(clock, { store, sealing, name: "b" }))).toContain("belongs to another ring");
  });

  it("an older record as a newer version", async () => {
    const { store, ring, clock } = await filled();
    const old = store.stored()!;
    await ring.withdraw((await ring.current()).kid!);
    store.replace({ ...old, version: 3 });
    expect(await messageOf(ring)).toContain("was modified");
    expect(await messageOf(ringAt(clock, { store, sealing }))).toContain("was modified");
  });

  it.each<[string, (sealed: Sealed) => object]>([
    ["data with one bit flipped", (sealed) => ({ ...sealed, data: flip(sealed.data) })],
    [
      "a tag cut short",
      (sealed) => ({ ...sealed, data: Buffer.from(sealed.data, "base64url").subarray(0, -4).toString("base64url") }),
    ],
    ["no data", (sealed) => ({ ...sealed, data: "" })],
    ["data that is not base64url", (sealed) => ({ ...sealed, data: `${sealed.data}=` })],
    ["another nonce", (sealed) => ({ ...sealed, nonce: flip(sealed.nonce) })],
    ["a longer nonce", (sealed) => ({ ...sealed, nonce: `${sealed.nonce}AAAA` })],
    ["a kid less", (sealed) => ({ ...sealed, kids: sealed.kids.slice(1) })],
    ["kids in another order", (sealed) => ({ ...sealed, kids: [...sealed.kids].reverse() })],
    ["another key's id", (sealed) => ({ ...sealed, sealedWith: "2026-12" })],
    ["the id of a prototype's member", (sealed) => ({ ...sealed, sealedWith: "toString" })],
    ["no kids", (sealed) => ({ ...sealed, kids: undefined })],
  ])("%s", async (_what, change) => {
    const { store, clock } = await filled();
    store.replace({ record: JSON.stringify(change(sealedIn(store))), version: 1 });
    const ring = ringAt(clock, { store, sealing: [sealing, other] });
    expect(await codeOf(() => ring.current())).toBe("store_unavailable");
    expect(store.calls.save).toBe(2);
  });

  it("something sealed with the right key that is no record", async () => {
    const clock = startClock();
    for (const plain of ["", "null", "{}", "\u0000", Buffer.of(0x7b, 0xff)]) {
      const nonce = webcrypto.getRandomValues(new Uint8Array(12));
      const additionalData = Buffer.from(JSON.stringify(["mintmark key ring", "default", [], 1, sealing.id]));
      const data = await webcrypto.subtle.encrypt(
        { name: "AES-GCM", iv: nonce, additionalData },
        sealing.key as webcrypto.CryptoKey,
        Buffer.from(plain),
      );
      const record = {
        sealedWith: sealing.id,
        kids: [],
        nonce: Buffer.from(nonce).toString("base64url"),
        data: Buffer.from(data).toString("base64url"),
      };
      const store: KeyRingStore = memoryKeyRingStore();
      await store.save(JSON.stringify(record), 1);
      expect(await messageOf(ringAt(clock, { store, sealing }))).toContain("no record");
    }
  });
});

describe("sealing keys", () => {
  it("change one after the other: the new one is given to open, then to seal, then the old one is left out", async () => {
    const { store, clock } = await filled();
    const first = ringAt(clock, { store, sealing: [sealing, other] });
    await first.refresh();
    const second = ringAt(clock, { store, sealing: [other, sealing] });
    await second.refresh();
    expect(sealedIn(store).sealedWith).toBe("2026-11");
    clock.time += hour;
    await second.refresh();
    expect(sealedIn(store).sealedWith).toBe("2026-12");
    await first.refresh();
    expect(await kidsOf(first)).toEqual(await kidsOf(second));
    expect(await codeOf(() => ringAt(clock, { store, sealing: other }).refresh())).toBe("accepted");
  });

  it("have a name of their own and may do what they are for", async () => {
    const mayOpen = await aesKey(["decrypt"]);
    const wrongs: unknown[] = [
      null,
      {},
      { id: "a" },
      { id: "", key: sealing.key },
      { id: 1, key: sealing.key },
      { id: "a", key: new Uint8Array(32) },
      { id: "a", key: "secret" },
      { id: "a", key: {} },
      [sealing, sealing],
      [sealing, null],
      { id: "a", key: mayOpen },
      { id: "a", key: await aesKey(["encrypt"]) },
      { id: "a", key: await aesKey(["encrypt", "decrypt"], "AES-CBC") },
      [],
      [undefined],
      "key",
    ];
    for (const wrong of wrongs)
      expect(await codeOf(() => ringAt(startClock(), { sealing: wrong as SealingKey }))).toBe("invalid_argument");
    expect(
      await codeOf(() => ringAt(startClock(), { sealing: [sealing, { id: "old", key: mayOpen }] }).refresh()),
    ).toBe("accepted");
  });
});

/** Another first bit. */
function flip(text: string): string {
  const bytes = Buffer.from(text, "base64url");
  bytes[0]! ^= 0x80;
  return bytes.toString("base64url");
}
