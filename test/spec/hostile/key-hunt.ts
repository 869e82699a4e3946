// What has to become of every hostile key, whoever imports it.
import fc from "fast-check";
import {
  importSecret,
  importSecretSync,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  verify,
} from "../../../src/index.ts";
import type { AsymmetricAlgorithm, HmacAlgorithm, SigningKey, VerifyingKey } from "../../../src/index.ts";
import { asymmetricAlgorithms, hmacAlgorithms } from "../algorithms.ts";
import type { TestKey } from "../threats/keys.ts";
import { leakIn } from "../threats/leaks.ts";
import { policy, signedWith } from "./generator.ts";
import { counted, secrets, type Tally } from "./hunt.ts";
import { hostileKeys, type HostileKey } from "./key-mutations.ts";
import { keys } from "./keys.ts";
import { codeIn, isDocumented } from "./refusals.ts";

/** What makes a key object of a key's material. */
export type Import = (use: HostileKey["use"], key: unknown, alg: string) => Promise<SigningKey | VerifyingKey>;

const algorithms = new Map([...asymmetricAlgorithms, ...hmacAlgorithms].map((alg) => [alg.name as string, alg]));

/** mintmark's own importers. Hostile keys are not typed. */
export const imports: Import = async (use, key, alg) => {
  if (use === "secret") return importSecret(key as string, algorithms.get(alg) as HmacAlgorithm);
  return (use === "signing" ? importSigningKey : importVerifyingKey)(
    key as string,
    algorithms.get(alg) as AsymmetricAlgorithm,
  );
};
export const importsSync: Import = async (use, key, alg) => {
  if (use === "secret") return importSecretSync(key as string, algorithms.get(alg) as HmacAlgorithm);
  return (use === "signing" ? importSigningKeySync : importVerifyingKeySync)(
    key as string,
    algorithms.get(alg) as AsymmetricAlgorithm,
  );
};

/** A good token of each key. */
export const tokens: ReadonlyMap<TestKey, string> = new Map(
  await Promise.all(keys.map(async (key) => [key, await signedWith(key)] as const)),
);

/** Milliseconds for one import, on a machine that does other things too. */
const longest = 2000;

/** Every importer in `ways` makes of every mutant what its fate says. */
export const keysRefused = (ways: readonly Import[], names: Tally = new Map()): fc.IAsyncPropertyWithHooks<unknown[]> =>
  fc.asyncProperty(hostileKeys, async (hostile) => {
    const found: string[] = [];
    for (const way of ways) await judge(way, hostile, (what) => found.push(what));
    if (found.length > 0) throw new Error(`${hostile.name}, ${hostile.good.alg}: ${found.join("; ")}`);
    counted(names, hostile.name);
  });

async function judge(way: Import, { use, key, fate, good }: HostileKey, report: (what: string) => void): Promise<void> {
  const start = performance.now();
  let made: SigningKey | VerifyingKey;
  try {
    made = await way(use, key, good.alg);
  } catch (error) {
    if (!isDocumented(error) || !["invalid_key", "invalid_argument", "sync_unavailable"].includes(codeIn(error)))
      report(`not a documented refusal: ${String(error)}`);
    if (codeIn(error) === "sync_unavailable") return;
    const shown = leakIn(error, secrets);
    if (shown !== undefined) report(`the error shows ${JSON.stringify(shown)}`);
    if (fate === "same") report(`refused: ${String(error)}`);
    return;
  } finally {
    const took = performance.now() - start;
    if (took > longest) report(`took ${took.toFixed(0)} ms`);
  }
  if (fate === "refused") report("imported");
  else if ((await fits(made, good)) !== (fate === "same"))
    report(fate === "same" ? "does not work" : "works as the original does");
}

/** Whether the key does what the good one does: it verifies its token, or signs one that the good one verifies. */
async function fits(made: SigningKey | VerifyingKey, good: TestKey): Promise<boolean> {
  const attempt = async (): Promise<unknown> =>
    "verify" in made
      ? verify(tokens.get(good)!, made, policy)
      : verify(await signedWith({ ...good, signing: made }), good.verifying, policy);
  return attempt().then(
    () => true,
    () => false,
  );
}
