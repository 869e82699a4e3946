// Gives hostile tokens to a verifier and says what is wrong with its answers.
import type { Expected, VerificationKeys } from "../../../src/index.ts";
import { leakIn, runsOf } from "../threats/leaks.ts";
import type { TestKey } from "../threats/keys.ts";
import { makeBase, mutate, policy } from "./generator.ts";
import type { Mutant } from "./generator.ts";
import { seeded } from "./random.ts";
import { codeIn, isDocumented } from "./refusals.ts";

export type Verify = (token: string, keys: VerificationKeys, expected: Expected) => unknown;

export interface Finding {
  readonly mutation: string;
  readonly what: string;
  readonly seed: number;
  /** Which of the tokens or keys, for the same seed. */
  readonly at: number;
  /** The token or key, as far as it fits. */
  readonly token: string;
}

/** Milliseconds for one token, on a machine that does other things too. */
const longest = 1000;

export interface Hunt {
  readonly seed: number;
  readonly tokens: number;
  readonly keys: readonly TestKey[];
  readonly attackers: ReadonlyMap<string, TestKey>;
  /** Stops at so many. */
  readonly enough?: number;
}

/** Every way in `ways` has to refuse every mutant, all with the same code. */
export async function hunt(
  { seed, tokens, keys, attackers, enough = 10 }: Hunt,
  ways: readonly Verify[],
): Promise<{
  readonly findings: readonly Finding[];
  readonly codes: ReadonlyMap<string, number>;
  readonly mutations: ReadonlySet<string>;
}> {
  const random = seeded(seed);
  const findings: Finding[] = [];
  const codes = new Map<string, number>();
  const mutations = new Set<string>();
  const privates = [...keys, ...attackers.values()].flatMap(({ jwk }) =>
    ["d", "p", "q", "dp", "dq", "qi", "k", "priv"].map((name) => textOf(jwk[name])),
  );
  const secrets = runsOf([
    ...privates,
    ...keys.filter(({ jwk }) => jwk.k !== undefined).map(({ jwk }) => Buffer.from(jwk.k!, "base64url").toString()),
  ]);

  for (let at = 0; at < tokens && findings.length < enough; at++) {
    const base = await makeBase(random, keys, attackers);
    // The original verifies, or refusing the mutants proves nothing.
    if (at % 20 === 0) {
      for (const verify of ways) await verify(base.token, base.key.verifying, policy);
    }
    for (let n = 0; n < 4; n++) {
      const { name, mutant } = await mutate(base, random);
      mutations.add(name);
      if (mutant.token === base.token && mutant.keys === base.key.verifying && mutant.expected === policy) continue;
      const report = (what: string): void => {
        findings.push({ mutation: name, what, seed, at, token: String(mutant.token).slice(0, 300) });
      };
      const answers: string[] = [];
      // Long ones are one character again and again, as many a message is not.
      const shown = runsOf([
        base.token,
        ...(typeof mutant.token === "string" && mutant.token.length < 5000 ? [mutant.token] : []),
      ]);
      for (const verify of ways) answers.push(await answer(verify, mutant, [secrets, shown], report));
      if (new Set(answers.filter((code) => code !== "sync_unavailable")).size > 1)
        report(`different answers: ${answers.join(", ")}`);
      codes.set(answers[0]!, (codes.get(answers[0]!) ?? 0) + 1);
    }
  }
  return { findings, codes, mutations };
}

async function answer(
  verify: Verify,
  { token, keys, expected }: Mutant,
  secrets: readonly ReadonlySet<string>[],
  report: (what: string) => void,
): Promise<string> {
  const start = performance.now();
  let error: unknown;
  try {
    await verify(token as string, keys, expected);
    report("accepted");
    return "accepted";
  } catch (thrown) {
    error = thrown;
  }
  const took = performance.now() - start;
  if (took > longest) report(`took ${took.toFixed(0)} ms`);
  const code = codeIn(error);
  if (!isDocumented(error)) report(`not a documented refusal: ${String(error)}`);
  const shown = leakIn(error, ...secrets);
  if (shown !== undefined) report(`the error shows ${JSON.stringify(shown)}`);
  return code;
}

function textOf(member: unknown): string {
  return typeof member === "string" ? member : "";
}

/** What a person needs to look into findings. */
export function told(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ seed, at, mutation, what, token }) =>
        `seed ${String(seed)}, number ${String(at)}, ${mutation}: ${what}\n  ${token}`,
    )
    .join("\n");
}
