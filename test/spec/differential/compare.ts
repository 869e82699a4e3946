// The same tokens and keys for mintmark and for the others: who accepts what another refuses?
import { localJwks, verify } from "../../../src/index.ts";
import type { Expected, VerifyingKey } from "../../../src/index.ts";
import { makeBase, mutate, now, policy, signedWith, type Base } from "../hostile/generator.ts";
import { imports, type Import } from "../hostile/key-hunt.ts";
import type { Verify } from "../hostile/hunt.ts";
import { mutateKey } from "../hostile/key-mutations.ts";
import { seeded, type Random } from "../hostile/random.ts";
import { codeIn } from "../hostile/refusals.ts";
import { vary } from "../hostile/variants.ts";
import { asymmetric, type TestKey } from "../threats/keys.ts";
import { joseKeySet, peers, type Material, type Peer, type PeerVerify, type PlainPolicy } from "./peers.ts";
import { mutateSet } from "./sets.ts";

/** What the libraries made of one kind of token or key, counted. */
export interface Row {
  readonly kind: "token" | "key" | "set";
  /** The mutation or variant. */
  readonly name: string;
  /** How often it was made. */
  total: number;
  /** mintmark accepts, and that peer refuses. */
  readonly laxer: Record<string, number>;
  /** The peer accepts, and mintmark refuses, by mintmark's code. */
  readonly stricter: Record<string, Record<string, number>>;
  /** One of each, to look into. */
  readonly examples: Record<string, string>;
}

/** mintmark, or what stands in for it where the comparison itself is tried. */
export interface Subject {
  readonly verify: Verify;
  readonly importKey: Import;
}
export const mintmark: Subject = { verify, importKey: imports };

export interface Comparison {
  readonly seed: number;
  readonly count: number;
  readonly keys: readonly TestKey[];
  readonly attackers: ReadonlyMap<string, TestKey>;
  /** This mutation of tokens, or of keys, and no other. */
  readonly only?: { readonly token?: string; readonly key?: string };
  /** Stops when it holds. */
  readonly until?: (rows: Rows) => boolean;
}

export type Rows = ReadonlyMap<string, Row>;

/** Two thirds tokens, the rest keys and key sets. */
export async function compare(
  { seed, count, keys, attackers, only, until = () => false }: Comparison,
  subject: Subject = mintmark,
): Promise<Rows> {
  const random = seeded(seed);
  const rows = new Map<string, Row>();
  const prepare = preparing();
  const tokens = new Map(await Promise.all(keys.map(async (key) => [key, await signedWith(key)] as const)));
  for (let at = 0; at < count && !until(rows); at++) {
    const place = `seed ${String(seed)}, number ${String(at)}`;
    const base = await makeBase(random, keys, attackers);
    if (only === undefined ? at % 3 < 2 : only.token !== undefined)
      await compareToken(await mutantOf(base, random, only), subject, prepare, rows, place);
    else if (only !== undefined) await compareKey(random.pick(keys), tokens, random, subject, rows, place, only.key);
    else if (at % 9 === 8) await compareSet(keys, attackers, random, rows, place);
    else await compareKey(random.pick(keys), tokens, random, subject, rows, place);
  }
  return rows;
}

type NamedMutant = Awaited<ReturnType<typeof mutate>>;

async function mutantOf(base: Base, random: Random, only: Comparison["only"]): Promise<NamedMutant> {
  if (only?.token !== undefined) return mutate(base, random, [only.token]);
  return random.chance(3) ? varied(base, random) : mutate(base, random);
}

async function compareToken(
  { name, mutant }: NamedMutant,
  subject: Subject,
  prepare: Prepare,
  rows: Map<string, Row>,
  place: string,
): Promise<void> {
  const plain = plainPolicy(mutant.expected);
  if (mutant.held === undefined || plain === undefined) return;
  const { held, token } = mutant;
  const row = rowOf(rows, "token", name);
  const ours = await answer(() => subject.verify(token as string, mutant.keys, mutant.expected));
  for (const peer of peers.filter(({ algorithms }) => algorithms.includes(held.alg))) {
    note(
      row,
      peer.name,
      ours,
      await answer(async () => (await prepare(peer, held, plain))(token as string)),
      () => `${place}: ${String(token)}`,
    );
  }
}

async function varied(base: Base, random: Random): Promise<NamedMutant> {
  const { name, token } = await vary(base, random);
  return { name, mutant: { token, keys: base.key.verifying, held: base.key, expected: policy } };
}

async function compareKey(
  key: TestKey,
  tokens: ReadonlyMap<TestKey, string>,
  random: Random,
  subject: Subject,
  rows: Map<string, Row>,
  place: string,
  only?: string,
): Promise<void> {
  const { name, use, key: material, fate } = mutateKey(key, random);
  if (only !== undefined && name !== only) return;
  // Signing keys are the library's own business, and objects that are no JWK have no form for the others.
  if (use === "signing") return;
  const row = rowOf(rows, "key", name);
  const token = tokens.get(key)!;
  // Whether a key is another one, or no key at all, is for its importer to say; here it is whether it verifies.
  const ours = await answer(async () =>
    verify(token, (await subject.importKey(use, material, key.alg)) as VerifyingKey, policy),
  );
  const given: Material =
    typeof material === "string" && use === "verifying"
      ? { pem: material }
      : use === "secret" && (typeof material === "string" || material instanceof Uint8Array)
        ? { secret: material }
        : { jwk: material as never };
  // A secret as JWK is read by jose alone; for the others it would be the test that reads it.
  const able = peers.filter(
    ({ name: peer, algorithms }) =>
      algorithms.includes(key.alg) && (peer === "jose" || use !== "secret" || "secret" in given),
  );
  for (const peer of able) {
    note(
      row,
      peer.name,
      ours,
      await answer(async () => (await peer.prepare(given, key.alg, plainPolicy(policy)!))(token)),
      () => `${place}, ${fate}: ${JSON.stringify(material)}`,
    );
  }
}

async function compareSet(
  keys: readonly TestKey[],
  attackers: ReadonlyMap<string, TestKey>,
  random: Random,
  rows: Map<string, Row>,
  place: string,
): Promise<void> {
  const key = random.pick(keys.filter(({ jwk }) => jwk.kty !== "oct"));
  const { name, jwks, token } = await mutateSet(key, attackers.get(key.alg)!, random);
  const algorithm = asymmetric.find(({ name: alg }) => alg === key.alg)!;
  const ours = await answer(async () =>
    verify(token, await localJwks(jwks as never, { algorithms: [algorithm] }), policy),
  );
  note(
    rowOf(rows, "set", name),
    "jose",
    ours,
    await answer(() => joseKeySet(jwks, key.alg, plainPolicy(policy)!)(token)),
    () => `${place}: ${JSON.stringify(jwks).slice(0, 300)}`,
  );
}

/** `undefined`: accepted; else what refused it. */
async function answer(attempt: () => unknown): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return codeIn(error);
  }
}

function rowOf(rows: Map<string, Row>, kind: Row["kind"], name: string): Row {
  const row = rows.get(`${kind}: ${name}`) ?? { kind, name, total: 0, laxer: {}, stricter: {}, examples: {} };
  rows.set(`${kind}: ${name}`, row);
  row.total++;
  return row;
}

function note(
  row: Row,
  peer: string,
  ours: string | undefined,
  theirs: string | undefined,
  example: () => string,
): void {
  if ((ours === undefined) === (theirs === undefined)) return;
  if (ours === undefined) {
    row.laxer[peer] = (row.laxer[peer] ?? 0) + 1;
    row.examples[`laxer than ${peer}`] ??= `${example()} (${String(theirs)})`;
    return;
  }
  const counts = (row.stricter[ours] ??= {});
  counts[peer] = (counts[peer] ?? 0) + 1;
  row.examples[`${ours}, accepted by ${peer}`] ??= example();
}

/** A policy in words that every library has; `undefined` where it says more. */
function plainPolicy(expected: Expected): PlainPolicy | undefined {
  const { issuer, audience, subject, now: clock, maxTokenLength, ...more } = expected;
  if (
    typeof issuer !== "string" ||
    issuer === "" ||
    typeof audience !== "string" ||
    audience === "" ||
    Object.keys(more).length > 0 ||
    maxTokenLength === undefined
  )
    return undefined;
  const seconds = (clock?.() ?? new Date(now * 1000)).getTime() / 1000;
  if (seconds === 0) return undefined; // which jsonwebtoken takes for "not given"
  return { issuer, audience, seconds, ...("subject" in expected && { subject }) };
}

type Prepare = (peer: Peer, key: TestKey, policy: PlainPolicy) => Promise<PeerVerify>;

/** Good keys are read once for each library and policy. */
function preparing(): Prepare {
  const made = new Map<TestKey, Map<string, Promise<PeerVerify>>>();
  return (peer, key, plain) => {
    const ofKey = made.get(key) ?? new Map<string, Promise<PeerVerify>>();
    made.set(key, ofKey);
    const name = JSON.stringify([peer.name, plain]);
    const known = ofKey.get(name) ?? peer.prepare({ jwk: key.publicJwk }, key.alg, plain);
    ofKey.set(name, known);
    return known;
  };
}
