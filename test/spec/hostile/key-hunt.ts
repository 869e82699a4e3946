// Gives hostile keys to importers and says what is wrong with what becomes of them.
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
import { asymmetric, hmac, type TestKey } from "../threats/keys.ts";
import { leakIn, runsOf } from "../threats/leaks.ts";
import { policy, signedWith } from "./generator.ts";
import type { Finding } from "./hunt.ts";
import { mutateKey, type HostileKey } from "./key-mutations.ts";
import { seeded } from "./random.ts";
import { codeIn, isDocumented } from "./refusals.ts";

/** What makes a key object of a key's material. */
export type Import = (use: HostileKey["use"], key: unknown, alg: string) => Promise<SigningKey | VerifyingKey>;

const algorithms = new Map([...asymmetric, ...hmac].map((alg) => [alg.name as string, alg]));

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

export interface KeyHunt {
  readonly seed: number;
  readonly mutants: number;
  readonly keys: readonly TestKey[];
  /** Stops at so many. */
  readonly enough?: number;
}

/** Milliseconds for one import, on a machine that does other things too. */
const longest = 2000;

/** Every importer in `ways` has to make of every mutant what its fate says, all the same. */
export async function huntKeys(
  { seed, mutants, keys, enough = 10 }: KeyHunt,
  ways: readonly Import[],
): Promise<{ readonly findings: readonly Finding[]; readonly mutations: ReadonlyMap<string, number> }> {
  const random = seeded(seed);
  const findings: Finding[] = [];
  const mutations = new Map<string, number>();
  const tokens = new Map(await Promise.all(keys.map(async (key) => [key, await signedWith(key)] as const)));
  const secrets = runsOf(
    keys.flatMap(({ jwk }) =>
      ["d", "p", "q", "dp", "dq", "qi", "k", "priv"].map((name) => (typeof jwk[name] === "string" ? jwk[name] : "")),
    ),
  );
  for (let at = 0; at < mutants && findings.length < enough; at++) {
    const key = random.pick(keys);
    const hostile = mutateKey(key, random);
    mutations.set(hostile.name, (mutations.get(hostile.name) ?? 0) + 1);
    const report = (what: string): void => {
      findings.push({ mutation: hostile.name, what: `${key.alg}: ${what}`, seed, at, token: show(hostile.key) });
    };
    for (const way of ways) await judge(way, hostile, key, tokens.get(key)!, secrets, report);
  }
  return { findings, mutations };
}

async function judge(
  way: Import,
  { use, key, fate }: HostileKey,
  good: TestKey,
  token: string,
  secrets: ReadonlySet<string>,
  report: (what: string) => void,
): Promise<void> {
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
  else if ((await fits(made, good, token)) !== (fate === "same"))
    report(fate === "same" ? "does not work" : "works as the original does");
}

/** Whether the key does what the good one does: it verifies its token, or signs one that the good one verifies. */
async function fits(made: SigningKey | VerifyingKey, good: TestKey, token: string): Promise<boolean> {
  const works = async (attempt: () => Promise<unknown>): Promise<boolean> =>
    attempt().then(
      () => true,
      () => false,
    );
  if ("verify" in made) return works(() => verify(token, made, policy));
  return works(async () => verify(await signedWith({ ...good, signing: made }), good.verifying, policy));
}

function show(key: unknown): string {
  if (typeof key === "string") return key.slice(0, 300);
  return JSON.stringify(key instanceof Uint8Array ? Buffer.from(key).toString("hex") : key, (_name, value: unknown) =>
    typeof value === "string" && value.length > 100 ? `${value.slice(0, 50)}…` : value,
  ).slice(0, 300);
}
