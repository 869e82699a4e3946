// Simulated time: four processes share a ring, and two verifiers keep its key set for as long as they may, all with clocks of
// their own. Time jumps from one critical moment to the next, and now and then over hours in which nobody does anything.
import { expect, test } from "vitest";
import { createKeyRing, ES256, memoryKeyRingStore, sign, verify } from "../../../src/index.ts";
import type { KeyRing, SigningKey, VerificationKeys } from "../../../src/index.ts";
import { seeded, type Random } from "../../tools/random.ts";
import { codeOf } from "../jwt/outcome.ts";

const rotations = 1000;
const retainFor = 900;
const clockTolerance = 60;
/** What verifiers allow on their own; the clocks differ by the rest. */
const allowed = 5;
const mostSkew = clockTolerance - allowed;
const options = { algorithm: ES256, rotateEvery: "10m", publishAhead: "10m", retainFor, clockTolerance } as const;
const expected = { issuer: "https://issuer.example", audience: "web" };

/** Somebody with a clock: how many seconds it is ahead. */
interface Clocked {
  readonly ahead: number;
}
interface Process extends Clocked {
  ring: KeyRing;
}
/** Keeps a key set as a cache does that looks at nothing but its age. */
interface Verifier extends Clocked {
  keys: VerificationKeys;
  fetchedAt: number;
}
interface Token {
  readonly text: string;
  readonly exp: number;
}

test("1 000 rotations: no valid token is refused, no retired key is accepted", { timeout: 120_000 }, async () => {
  const random = seeded(5);
  const store = memoryKeyRingStore();
  let time = 1_800_000_000;
  const at = ({ ahead }: Clocked): number => time + ahead;
  const clockOf = (one: Clocked) => (): Date => new Date(at(one) * 1000);
  const start = ({ ahead }: Clocked): Process => ({
    ahead,
    ring: createKeyRing({ ...options, store, now: clockOf({ ahead }) }),
  });
  const accepts = (text: string, keys: VerificationKeys, one: Clocked): Promise<string> =>
    codeOf(() => verify(text, keys, { ...expected, clockTolerance: allowed, now: clockOf(one) }));

  const aheads = [0, mostSkew, random.int(mostSkew), random.int(mostSkew)];
  const processes = aheads.map((ahead) => start({ ahead }));
  const verifiers = aheads.slice(0, 2).map((ahead): Verifier => ({ ahead, keys: [], fetchedAt: -Infinity }));
  /** Every key that has signed; and when the ring had it replaced. */
  const signers = new Map<string, SigningKey>();
  const replacedAt = new Map<string, number>();
  let tokens: Token[] = [];
  const seen = { accepted: 0, acceptedOutside: 0, refused: 0, refusedOutside: 0 };

  while (signers.size < rotations) {
    const i = random.int(processes.length);
    if (random.chance(50)) processes[i] = start(processes[i]!); // killed, and started again
    const process = processes[i]!;
    const { ring } = process;

    // Somebody is given a token.
    const key = await ring.current();
    signers.set(key.kid!, key);
    for (const { kid, phase, signsUntil } of ring.state.keys)
      if (phase === "retired") replacedAt.set(kid, Number(signsUntil) / 1000);
    const expiresIn = random.chance(2) ? retainFor : 1 + random.int(retainFor);
    tokens.push({
      text: await sign({}, ring, { ...expected, expiresIn, now: clockOf(process) }),
      exp: Math.floor(at(process)) + expiresIn,
    });

    // Somebody shows one, to a process and to a verifier.
    const verifier = random.pick(verifiers);
    if (at(verifier) - verifier.fetchedAt >= ring.maxAge) {
      verifier.keys = await random.pick(processes).ring.published();
      verifier.fetchedAt = at(verifier);
    }
    tokens = tokens.filter(({ exp }) => exp + allowed > time);
    const token = tokens.length > 0 ? random.pick(tokens) : undefined;
    const other = random.pick(processes);
    if (token !== undefined && at(other) < token.exp + allowed) {
      expect(await accepts(token.text, other.ring, other)).toBe("accepted");
      seen.accepted++;
    }
    if (token !== undefined && at(verifier) < token.exp + allowed) {
      expect(await accepts(token.text, verifier.keys, verifier)).toBe("accepted");
      seen.acceptedOutside++;
    }

    // Somebody has stolen a key of old, and signs with it now.
    const [kid, stolen] = random.pick([...signers].slice(-4));
    const over = (replacedAt.get(kid) ?? Infinity) + retainFor + clockTolerance;
    const forge = (one: Clocked): Promise<string> => sign({}, stolen, { ...expected, now: clockOf(one) });
    if (at(other) >= over) {
      expect(await accepts(await forge(other), other.ring, other)).toBe("key_not_found");
      seen.refused++;
    }
    if (at(verifier) >= over + mostSkew + ring.maxAge) {
      expect(await accepts(await forge(verifier), verifier.keys, verifier)).toBe("key_not_found");
      seen.refusedOutside++;
    }
    time = nextMoment(random, time, ring);
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(rotations / 2);
});

/** A little later, hours later, or around the next moment at which a key changes its part. */
function nextMoment(random: Random, time: number, ring: KeyRing): number {
  if (random.chance(30)) return time + random.int(4 * 3600);
  if (random.chance(4)) return time + random.int(120);
  const moments = ring.state.keys.flatMap(({ signsFrom, signsUntil }) => [
    Number(signsFrom) / 1000,
    Number(signsUntil) / 1000 + retainFor + clockTolerance,
  ]);
  const later = moments
    .map((moment) => moment + random.int(3 * clockTolerance) - 2 * clockTolerance)
    .filter((moment) => moment >= time);
  return later.length === 0 ? time + random.int(600) : Math.min(...later);
}
