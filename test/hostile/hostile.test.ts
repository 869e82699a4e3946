// Thousands of hostile tokens, the same for the same seed:
//   MINTMARK_HOSTILE_TOKENS=100000 MINTMARK_HOSTILE_SEED=5 npm test -- test/hostile
import { beforeAll, describe, expect, it } from "vitest";
import { createVerifier, safeVerify, verify, verifySync } from "../../src/index.ts";
import type { TestKey } from "../threats/keys.ts";
import { mutationNames, policy } from "./generator.ts";
import { hunt } from "./hunt.ts";
import type { Finding, Verify } from "./hunt.ts";
import { huntingKeys } from "./keys.ts";
import { plantedFaults } from "./planted.ts";

const firstSeed = Number(process.env.MINTMARK_HOSTILE_SEED ?? 1);
const tokens = Number(process.env.MINTMARK_HOSTILE_TOKENS ?? 750);

let keys: readonly TestKey[];
let attackers: ReadonlyMap<string, TestKey>;
beforeAll(async () => { ({ keys, attackers } = await huntingKeys()); });

const told = (findings: readonly Finding[]): string =>
  findings.map(({ seed, at, mutation, what, token }) => `seed ${String(seed)}, token ${String(at)}, ${mutation}: ${what}\n  ${token}`).join("\n");

describe("nothing but the original verifies", () => {
  it(`${String(tokens)} tokens, four mutants of each: refused with one documented code in every form, soon, and without a word of token, secret or key`, async () => {
    const safe: Verify = async (token, verificationKeys, expected) => {
      const result = await safeVerify(token, verificationKeys, expected);
      if (!result.ok) throw result.error;
    };
    const { findings, codes, mutations } = await hunt({ seed: firstSeed, tokens, keys, attackers }, [verify, verifySync, safe]);
    expect(told(findings)).toBe("");
    if (tokens >= 500) {
      expect([...mutations].sort()).toEqual([...mutationNames].sort());
      // It gets through to every step.
      for (const code of ["token_malformed", "header_invalid", "typ_mismatch", "alg_not_allowed", "crit_unsupported", "key_not_found", "signature_invalid", "payload_invalid", "claim_missing", "claim_invalid", "expired", "not_yet_valid", "issuer_mismatch", "audience_mismatch", "invalid_argument"]) expect(codes.get(code) ?? 0, code).toBeGreaterThan(0);
    }
  }, 20_000 + tokens * 50);

  it("neither where a verifier lives on, with a cache, and has seen the original", async () => {
    const verifiers = new Map<unknown, ReturnType<typeof createVerifier>>();
    const cached: Verify = (token, verificationKeys, expected) => {
      if (expected !== policy || typeof verificationKeys !== "object") return verify(token, verificationKeys, expected);
      const verifier = verifiers.get(verificationKeys) ?? createVerifier(verificationKeys, { ...expected, cache: 1000 });
      verifiers.set(verificationKeys, verifier);
      return verifier.verify(token);
    };
    const { findings } = await hunt({ seed: firstSeed + 1, tokens: Math.ceil(tokens / 4), keys, attackers }, [cached]);
    expect(told(findings)).toBe("");
  }, 20_000 + tokens * 50);
});

describe("the hunt bites: it finds each fault that is planted", () => {
  it.each(Object.keys(plantedFaults))("%s", async (name) => {
    const { findings } = await hunt({ seed: firstSeed, tokens: 1500, keys, attackers, enough: 1 }, [plantedFaults[name]!]);
    expect(findings.length).toBeGreaterThan(0);
  }, 30_000);
});
