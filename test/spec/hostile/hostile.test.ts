// Thousands of hostile tokens, the same for the same seed: `npm run test:hostile -- --count 100000 --seed 5`.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVerifier, safeVerify, verify, verifySync } from "../../../src/index.ts";
import { mutants, mutationNames, policy } from "./generator.ts";
import { tokensRefused, type Tally, type Verify } from "./hunt.ts";
import { keys } from "./keys.ts";
import { held } from "./memory.ts";
import { plantedFaults } from "./planted.ts";
import { count, report, runs } from "./settings.ts";

const tokens = count(3000);

describe("nothing but the original verifies", () => {
  it(
    `${tokens} tokens: refused with one documented code in every form, soon, and without a word of token, secret or key`,
    async () => {
      const safe: Verify = async (token, verificationKeys, expected) => {
        const result = await safeVerify(token, verificationKeys, expected);
        if (!result.ok) throw result.error;
      };
      const [codes, names]: Tally[] = [new Map(), new Map()];
      await fc.assert(tokensRefused([verify, verifySync, safe], codes, names), runs(tokens));
      report("tokens", {
        mutants: tokens,
        mutations: names!.size,
        algorithms: keys.map(({ alg }) => alg),
        codes: Object.fromEntries(codes!),
      });
      if (tokens < 2000) return;
      expect([...names!.keys()].sort()).toEqual([...mutationNames].sort());
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
        expect(codes!.get(code) ?? 0, code).toBeGreaterThan(0);
    },
    20_000 + tokens * 15,
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
      await fc.assert(tokensRefused([cached]), runs(Math.ceil(tokens / 4)));
    },
    20_000 + tokens * 15,
  );
});

describe("in bounded memory", () => {
  it("nothing of what was refused stays, however much came", async () => {
    const verifier = createVerifier(
      keys.map(({ verifying }) => verifying),
      { ...policy, cache: 100 },
    );
    const round = (numRuns: number): Promise<void> =>
      fc.assert(
        fc.asyncProperty(mutants, async ({ make }) => {
          await verifier.safeVerify((await make()).token as string);
        }),
        { numRuns },
      );
    await round(500);
    const before = held();
    await round(3000);
    expect(held() - before).toBeLessThan(2_000_000);
  }, 60_000);
});

describe("the hunt bites", () => {
  it.each(Object.keys(plantedFaults))(
    "it finds a planted fault: %s",
    async (name) => {
      const hunted = tokensRefused([plantedFaults[name]!]);
      expect(await fc.check(hunted, { numRuns: 6000, endOnFailure: true })).toMatchObject({ failed: true });
    },
    30_000,
  );

  it("what it finds is made smaller, and found again by seed and path", async () => {
    const hunted = tokensRefused([plantedFaults["a cut signature is compared as far as it goes"]!]);
    const found = await fc.check(hunted, { numRuns: 6000 });
    expect(found.numShrinks).toBeGreaterThan(0);
    const again = await fc.check(hunted, { seed: found.seed, path: found.counterexamplePath!, endOnFailure: true });
    expect([again.numRuns, fc.stringify(again.counterexample)]).toEqual([1, fc.stringify(found.counterexample)]);
  }, 30_000);
});
