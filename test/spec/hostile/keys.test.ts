// Thousands of hostile keys, the same for the same seed: `npm run test:hostile -- --count 100000 --seed 5`.
import { beforeAll, describe, expect, it } from "vitest";
import type { TestKey } from "../threats/keys.ts";
import { huntKeys, imports, importsSync } from "./key-hunt.ts";
import { keyMutationNames } from "./key-mutations.ts";
import { plantedKeyFaults } from "./key-planted.ts";
import { huntingKeys } from "./keys.ts";
import { told } from "./hunt.ts";
import { count, firstSeed, report } from "./settings.ts";

let keys: readonly TestKey[];
beforeAll(async () => {
  ({ keys } = await huntingKeys());
});

describe("no key but the original works", () => {
  const mutants = count(3000);

  it(
    `${String(mutants)} keys: refused with a documented code, soon, and without a word of the key; or another key; or the same, written otherwise`,
    async () => {
      const { findings, mutations } = await huntKeys({ seed: firstSeed, mutants, keys }, [imports, importsSync]);
      expect(told(findings)).toBe("");
      if (mutants >= 3000) expect([...mutations.keys()].sort()).toEqual([...keyMutationNames].sort());
      report("keys", {
        mutants,
        mutations: mutations.size,
        algorithms: keys.map(({ alg }) => alg),
        findings: findings.length,
      });
    },
    20_000 + mutants * 20,
  );
});

describe("the hunt for keys bites: it finds each fault that is planted", () => {
  it.each(Object.keys(plantedKeyFaults))(
    "%s",
    async (name) => {
      const { findings } = await huntKeys({ seed: firstSeed, mutants: 8000, keys, enough: 1 }, [
        plantedKeyFaults[name]!,
      ]);
      expect(findings.length).toBeGreaterThan(0);
    },
    60_000,
  );
});
