// Thousands of hostile keys, the same for the same seed: `npm run test:hostile -- --count 100000 --seed 5`.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Tally } from "./hunt.ts";
import { imports, importsSync, keysRefused } from "./key-hunt.ts";
import { keyMutationNames } from "./key-mutations.ts";
import { plantedKeyFaults } from "./key-planted.ts";
import { keys } from "./keys.ts";
import { count, report, runs } from "./settings.ts";

describe("no key but the original works", () => {
  const mutants = count(3000);

  it(
    `${mutants} keys: refused with a documented code, soon, and without a word of the key; or another key; or the same, written otherwise`,
    async () => {
      const names: Tally = new Map();
      await fc.assert(keysRefused([imports, importsSync], names), runs(mutants));
      if (mutants >= 3000) expect([...names.keys()].sort()).toEqual([...keyMutationNames].sort());
      report("keys", { mutants, mutations: names.size, algorithms: keys.map(({ alg }) => alg) });
    },
    20_000 + mutants * 20,
  );
});

describe("the hunt for keys bites", () => {
  it.each(Object.keys(plantedKeyFaults))(
    "it finds a planted fault: %s",
    async (name) => {
      const hunted = keysRefused([plantedKeyFaults[name]!]);
      expect(await fc.check(hunted, { numRuns: 8000, endOnFailure: true })).toMatchObject({ failed: true });
    },
    60_000,
  );
});
