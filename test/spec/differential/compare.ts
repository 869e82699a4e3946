// The same tokens, keys and key sets for mintmark and for the others: who accepts what another refuses?
import fc from "fast-check";
import { localJwks, verify } from "../../../src/index.ts";
import type { Expected, VerifyingKey } from "../../../src/index.ts";
import { either } from "../hostile/arbitrary.ts";
import { mutants, now, policy, signedWith, type Case } from "../hostile/generator.ts";
import type { Verify } from "../hostile/hunt.ts";
import { imports, tokens, type Import } from "../hostile/key-hunt.ts";
import { hostileKeys, type HostileKey } from "../hostile/key-mutations.ts";
import { keys } from "../hostile/keys.ts";
import { codeIn } from "../hostile/refusals.ts";
import { variants } from "../hostile/variants.ts";
import { asymmetricAlgorithms } from "../algorithms.ts";
import type { TestKey } from "../threats/keys.ts";
import { joseKeySet, peers, type Material, type Peer, type PeerVerify, type PlainPolicy } from "./peers.ts";
import { setsLike, type SetCase } from "./sets.ts";

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
}
export type Rows = ReadonlyMap<string, Row>;

/** mintmark, or what stands in for it where the comparison itself is tried. */
export interface Subject {
  readonly verify: Verify;
  readonly importKey: Import;
}
export const mintmark: Subject = { verify, importKey: imports };

/** One thing to accept or refuse, for mintmark and for each peer that can be given it. */
interface Trial {
  readonly kind: Row["kind"];
  readonly name: string;
  readonly ours: (subject: Subject) => unknown;
  readonly theirs: readonly (readonly [peer: string, attempt: () => unknown])[];
  /** For a person to look into. */
  readonly shown: string;
}
/** `undefined`: it has no form for the others. */
type Prepared = () => Trial | undefined | Promise<Trial | undefined>;
/** A counterexample is printed as what it was made of. */
const madeOf = (source: unknown, prepare: Prepared): Prepared =>
  Object.assign(prepare, { [fc.toStringMethod]: () => fc.stringify(source) });

const tokenTrial = (one: Case): Prepared =>
  madeOf(one, async () => {
    const { name, make } = one;
    const { token, held, keys: given, expected } = await make();
    const plain = plainPolicy(expected);
    if (held === undefined || plain === undefined) return undefined;
    return {
      ...{ kind: "token", name, shown: String(token) },
      ours: (subject) => subject.verify(token as string, given, expected),
      theirs: peersWith(held.alg).map((peer) => [
        peer.name,
        async () => (await prepare(peer, held, plain))(token as string),
      ]),
    };
  });

const keyTrial = (one: HostileKey): Prepared =>
  madeOf(one, () => {
    const { name, good, use, key, fate } = one;
    // Signing keys are the library's own business, and objects that are no JWK have no form for the others.
    if (use === "signing") return undefined;
    const token = tokens.get(good)!;
    const given: Material =
      typeof key === "string" && use === "verifying"
        ? { pem: key }
        : use === "secret" && (typeof key === "string" || key instanceof Uint8Array)
          ? { secret: key }
          : { jwk: key as never };
    // A secret as JWK is read by jose alone; for the others it would be the test that reads it.
    const able = peersWith(good.alg).filter((peer) => peer.name === "jose" || use !== "secret" || "secret" in given);
    return {
      ...{ kind: "key", name, shown: `${fate}: ${JSON.stringify(key)}` },
      // Whether a key is another one, or no key at all, is for its importer to say; here it is whether it verifies.
      ours: async (subject) => verify(token, (await subject.importKey(use, key, good.alg)) as VerifyingKey, policy),
      theirs: able.map((peer) => [
        peer.name,
        async () => (await peer.prepare(given, good.alg, plainPolicy(policy)!))(token),
      ]),
    };
  });

const setTrial = (key: TestKey, [name, { jwks, header }]: readonly [name: string, made: SetCase]): Prepared =>
  madeOf([name, jwks], async () => {
    const token = await signedWith(key, header);
    const algorithms = asymmetricAlgorithms.filter(({ name: alg }) => alg === key.alg);
    return {
      ...{ kind: "set", name, shown: JSON.stringify(jwks).slice(0, 300) },
      ours: async () => verify(token, await localJwks(jwks as never, { algorithms }), policy),
      theirs: [["jose", () => joseKeySet(jwks, key.alg, plainPolicy(policy)!)(token)]],
    };
  });
const setKeys = keys.filter(({ jwk }) => jwk.kty !== "oct");

/** Two thirds tokens, the rest keys and key sets. */
export const trials: fc.Arbitrary<Prepared> = fc.oneof(
  { weight: 4, arbitrary: mutants.map(tokenTrial) },
  { weight: 2, arbitrary: variants.map(tokenTrial) },
  { weight: 2, arbitrary: hostileKeys.map(keyTrial) },
  { weight: 1, arbitrary: either(...setKeys.map((key) => setsLike(key).map((made) => setTrial(key, made)))) },
);

/** Of one kind and no other. */
export const tokenTrials = (only: string): fc.Arbitrary<Prepared> =>
  mutants.filter(({ name }) => name === only).map(tokenTrial);
export const keyTrials = (only: string): fc.Arbitrary<Prepared> =>
  hostileKeys.filter(({ name }) => name === only).map(keyTrial);

/** Hands each answer that differs to `unexplained`, which says what is wrong with it. */
export const compared = (
  from: fc.Arbitrary<Prepared>,
  unexplained: (row: Row, peer: string, ours: string | undefined) => boolean,
  { subject = mintmark, rows = new Map<string, Row>() }: { subject?: Subject; rows?: Map<string, Row> } = {},
): fc.IAsyncPropertyWithHooks<unknown[]> =>
  fc.asyncProperty(from, async (prepared) => {
    const trial = await prepared();
    if (trial === undefined) return;
    const { kind, name } = trial;
    const row = rows.get(`${kind}: ${name}`) ?? { kind, name, total: 0, laxer: {}, stricter: {} };
    rows.set(`${kind}: ${name}`, row);
    row.total++;
    const ours = await answer(() => trial.ours(subject));
    for (const [peer, attempt] of trial.theirs) {
      const theirs = await answer(attempt);
      if ((ours === undefined) === (theirs === undefined)) continue;
      const counts = ours === undefined ? row.laxer : (row.stricter[ours] ??= {});
      counts[peer] = (counts[peer] ?? 0) + 1;
      if (unexplained(row, peer, ours))
        throw new Error(
          `${kind}: ${name}: ${ours ?? "accepted"} here, ${theirs ?? "accepted"} by ${peer}\n  ${trial.shown.slice(0, 500)}`,
        );
    }
  });

/** `undefined`: accepted; else what refused it. */
async function answer(attempt: () => unknown): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return codeIn(error);
  }
}

function peersWith(alg: string): readonly Peer[] {
  return peers.filter(({ algorithms }) => algorithms.includes(alg));
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

/** Good keys are read once for each library and policy. */
const readKeys = new Map<TestKey, Map<string, Promise<PeerVerify>>>();
function prepare(peer: Peer, key: TestKey, plain: PlainPolicy): Promise<PeerVerify> {
  const ofKey = readKeys.get(key) ?? new Map<string, Promise<PeerVerify>>();
  readKeys.set(key, ofKey);
  const name = JSON.stringify([peer.name, plain]);
  const known = ofKey.get(name) ?? peer.prepare({ jwk: key.publicJwk }, key.alg, plain);
  ofKey.set(name, known);
  return known;
}
