// Thousands of hostile tokens, the same for the same seed: `npm run test:hostile -- --count 100000 --seed 5`.
import { beforeAll, describe, expect, it } from "vitest";
import { createVerifier, safeVerify, verify, verifySync } from "../../../src/index.ts";
import type { TestKey } from "../threats/keys.ts";
import { makeBase, mutate, mutationNames, policy } from "./generator.ts";
import { hunt, told } from "./hunt.ts";
import type { Verify } from "./hunt.ts";
import { huntingKeys } from "./keys.ts";
import { held } from "./memory.ts";
import { plantedFaults } from "./planted.ts";
import { seeded } from "./random.ts";
import { count, firstSeed, report } from "./settings.ts";

const tokens = count(750);

let keys: readonly TestKey[];
let attackers: ReadonlyMap<string, TestKey>;
beforeAll(async () => {
  ({ keys, attackers } = await huntingKeys());
});

describe("nothing but the original verifies", () => {
  it(
    `${String(tokens)} tokens, four mutants of each: refused with one documented code in every form, soon, and without a word of token, secret or key`,
    async () => {
      const safe: Verify = async (token, verificationKeys, expected) => {
        const result = await safeVerify(token, verificationKeys, expected);
        if (!result.ok) throw result.error;
      };
      const { findings, codes, mutations } = await hunt({ seed: firstSeed, tokens, keys, attackers }, [
        verify,
        verifySync,
        safe,
      ]);
      expect(told(findings)).toBe("");
      report("tokens", {
        tokens,
        mutants: [...codes.values()].reduce((sum, one) => sum + one, 0),
        mutations: mutations.size,
        algorithms: keys.map(({ alg }) => alg),
        codes: Object.fromEntries(codes),
        findings: findings.length,
      });
      if (tokens >= 500) {
        expect([...mutations].sort()).toEqual([...mutationNames].sort());
        // It gets through to every step.
        for (const code of [
          "token_malformed",
          "header_invalid",
          "typ_mismatch",
          "alg_not_allowed",
          "crit_unsupported",
          "key_not_found",
          "signature_invalid",
          "payload_invalid",
          "claim_missing",
          "claim_invalid",
          "expired",
          "not_yet_valid",
          "issuer_mismatch",
          "audience_mismatch",
          "invalid_argument",
        ])
          expect(codes.get(code) ?? 0, code).toBeGreaterThan(0);
      }
    },
    20_000 + tokens * 50,
  );

  it(
    "neither where a verifier lives on, with a cache, and has seen the original",
    async () => {
      const verifiers = new Map<unknown, ReturnType<typeof createVerifier>>();
      const cached: Verify = (token, verificationKeys, expected) => {
        if (expected !== policy || typeof verificationKeys !== "object")
          return verify(token, verificationKeys, expected);
        const verifier =
          verifiers.get(verificationKeys) ?? createVerifier(verificationKeys, { ...expected, cache: 1000 });
        verifiers.set(verificationKeys, verifier);
        return verifier.verify(token);
      };
      const { findings } = await hunt({ seed: firstSeed + 1, tokens: Math.ceil(tokens / 4), keys, attackers }, [
        cached,
      ]);
      expect(told(findings)).toBe("");
    },
    20_000 + tokens * 50,
  );
});

describe("in bounded memory", () => {
  it("nothing of what was refused stays, however much came", async () => {
    const verifier = createVerifier(
      keys.map(({ verifying }) => verifying),
      { ...policy, cache: 100 },
    );
    const random = seeded(firstSeed);
    const round = async (most: number): Promise<void> => {
      for (let at = 0; at < most; at++) {
        const { mutant } = await mutate(await makeBase(random, keys, attackers), random);
        await verifier.safeVerify(mutant.token as string);
      }
    };
    await round(500);
    const before = held();
    await round(3000);
    expect(held() - before).toBeLessThan(2_000_000);
  }, 60_000);
});

describe("the hunt bites: it finds each fault that is planted", () => {
  it.each(Object.keys(plantedFaults))(
    "%s",
    async (name) => {
      const { findings } = await hunt({ seed: firstSeed, tokens: 1500, keys, attackers, enough: 1 }, [
        plantedFaults[name]!,
      ]);
      expect(findings.length).toBeGreaterThan(0);
    },
    30_000,
  );
});
