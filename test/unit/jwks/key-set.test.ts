// How much of a key set is looked at: what the keys in use need, however many others there are.
import { describe, expect, it } from "vitest";
import { ES256, ES384, PS256, RS256, exportJwk, generateKeyPair, localJwks, type Jwk } from "../../../src/index.ts";
import { readKeySet } from "../../../src/jwks/key-set.ts";
import { readRules } from "../../../src/jwks/rules.ts";

const { publicKey } = await generateKeyPair(ES256);
const jwk = await exportJwk(publicKey);

/** A thousand keys, and the members of each that were read. */
function watchedKeys(): { keys: readonly Jwk[]; reads: readonly Set<string>[] } {
  const reads = Array.from({ length: 1000 }, () => new Set<string>());
  const keys = reads.map(
    (read, i) =>
      new Proxy<Jwk>(
        { ...jwk, kid: `key ${i}` },
        {
          get(target, name) {
            read.add(String(name));
            return target[String(name)];
          },
        },
      ),
  );
  return { keys, reads };
}

const namesRead = (reads: readonly Set<string>[]): string[] => [...new Set(reads.flatMap((read) => [...read]))];

describe("of a set of a thousand keys", () => {
  const rules = readRules({ algorithms: [ES256] });

  it("nothing is read before the first selection", () => {
    const { keys, reads } = watchedKeys();
    expect(readKeySet(keys, rules).isEmpty).toBe(false);
    expect(namesRead(reads)).toEqual([]);
  });

  it.each([
    ["asynchronously", async (set: ReturnType<typeof readKeySet>, kid: string) => set.select({ alg: "ES256", kid })],
    ["at once", (set: ReturnType<typeof readKeySet>, kid: string) => set.selectSync({ alg: "ES256", kid })],
  ])("a kid leads to one, %s, and of the others the kid alone is read", async (_, select) => {
    const { keys, reads } = watchedKeys();
    const found = await select(readKeySet(keys, rules), "key 700");
    expect(found.map(({ kid }) => kid)).toEqual(["key 700"]);
    expect([...(reads[700] ?? [])]).toEqual(expect.arrayContaining(["x", "y", "kty", "kid"]));
    expect(namesRead(reads.filter((_read, i) => i !== 700))).toEqual(["kid"]);
  });

  it("an unknown kid reads nothing but the kids, and once", () => {
    const { keys, reads } = watchedKeys();
    const set = readKeySet(keys, rules);
    expect(set.has({ alg: "ES256", kid: "unknown" })).toBe(false);
    expect(namesRead(reads)).toEqual(["kid"]);
    reads.forEach((read) => {
      read.clear();
    });
    expect(set.has({ alg: "ES256", kid: "another" })).toBe(false);
    expect(namesRead(reads)).toEqual([]);
  });

  it("without a kid no more are read than show that there are too many", () => {
    const { keys, reads } = watchedKeys();
    expect(() => readKeySet(keys, rules).selectSync({ alg: "ES256" })).toThrow("more than 32 keys fit");
    expect(reads.filter((read) => read.size > 0)).toHaveLength(33);
  });

  it("all are read when they are counted", () => {
    const { keys, reads } = watchedKeys();
    const set = readKeySet(keys, rules);
    expect(set.size()).toBe(1000);
    expect(reads.filter((read) => read.has("x"))).toHaveLength(1000);
  });

  it("an algorithm that is not the set's finds none, and is not remembered", () => {
    const { keys, reads } = watchedKeys();
    expect(readKeySet(keys, rules).selectSync({ alg: "ES384", kid: "key 1" })).toEqual([]);
    expect(namesRead(reads)).toEqual([]);
  });
});

describe("a set that the caller holds", () => {
  it("is copied, the operations of its keys too", async () => {
    const key_ops = ["verify"];
    const keys = await localJwks({ keys: [{ ...jwk, key_ops }] }, { algorithms: [ES256] });
    key_ops[0] = "encrypt";
    expect(keys.size).toBe(1);
  });

  it("passes over a key that throws when it is read", async () => {
    const broken = Object.defineProperty({ ...jwk }, "use", {
      enumerable: true,
      get() {
        throw new Error("out of order");
      },
    });
    const keys = await localJwks({ keys: [broken, { ...jwk, kid: "good" }] }, { algorithms: [ES256] });
    expect(keys.passedOver).toEqual([{ index: 0, kid: undefined, reason: "out of order" }]);
    expect(keys.selectSync({ alg: "ES256", kid: "good" })).toHaveLength(1);
  });

  it("is refused where a key fits two schemes, whatever else it holds", async () => {
    const shared = await exportJwk((await generateKeyPair(RS256)).publicKey);
    delete shared.alg;
    const keys = [jwk, null as never, shared];
    await expect(localJwks({ keys }, { algorithms: [ES256, RS256, PS256] })).rejects.toThrow("allowSharedKeys");
    expect((await localJwks({ keys }, { algorithms: [ES256, ES384, RS256] })).size).toBe(2);
  });
});
