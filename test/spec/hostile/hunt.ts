// What has to hold of every hostile token, whoever verifies it.
import fc from "fast-check";
import type { Expected, VerificationKeys } from "../../../src/index.ts";
import { leakIn, runsOf } from "../threats/leaks.ts";
import { mutants, policy, type Mutant } from "./generator.ts";
import { attackerOf, keys } from "./keys.ts";
import { codeIn, isDocumented } from "./refusals.ts";

export type Verify = (token: string, keys: VerificationKeys, expected: Expected) => unknown;

/** How often something was seen. */
export type Tally = Map<string, number>;
export const counted = (tally: Tally, name: string): Tally => tally.set(name, (tally.get(name) ?? 0) + 1);

/** Milliseconds for one token, on a machine that does other things too. */
const longest = 1000;

const privates = ["d", "p", "q", "dp", "dq", "qi", "k", "priv"];
/** What no error may show of any key. */
export const secrets = runsOf(
  [...keys, ...keys.map(attackerOf)].flatMap(({ jwk }) => [
    ...privates.map((name) => (typeof jwk[name] === "string" ? jwk[name] : "")),
    Buffer.from(jwk.k ?? "", "base64url").toString("latin1"),
  ]),
);

/** Every way in `ways` refuses every mutant, all with the same code. */
export function tokensRefused(
  ways: readonly Verify[],
  codes: Tally = new Map(),
  names: Tally = new Map(),
): fc.IAsyncPropertyWithHooks<unknown[]> {
  let originals = 0;
  return fc.asyncProperty(mutants, async ({ name, base, make }) => {
    // The original verifies, or refusing the mutants proves nothing.
    if (originals++ % 80 === 0) for (const verify of ways) await verify(await base.token(), base.key.verifying, policy);
    const mutant = await make();
    const { token } = mutant;
    // Long ones are one character again and again, as many a message is not.
    const shown = runsOf([await base.token(), ...(typeof token === "string" && token.length < 5000 ? [token] : [])]);
    const found: string[] = [];
    const answers: string[] = [];
    for (const verify of ways) answers.push(await answer(verify, mutant, [secrets, shown], (what) => found.push(what)));
    if (new Set(answers.filter((code) => code !== "sync_unavailable")).size > 1)
      found.push(`different answers: ${answers.join(", ")}`);
    if (found.length > 0) throw new Error(`${name}: ${found.join("; ")}\n  ${String(token).slice(0, 300)}`);
    counted(codes, answers[0]!);
    counted(names, name);
  });
}

async function answer(
  verify: Verify,
  { token, keys, expected }: Mutant,
  secret: readonly ReadonlySet<string>[],
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
  if (!isDocumented(error)) report(`not a documented refusal: ${String(error)}`);
  const shown = leakIn(error, ...secret);
  if (shown !== undefined) report(`the error shows ${JSON.stringify(shown)}`);
  return codeIn(error);
}
