// Sessions over months of simulated time: lost requests and answers, two tabs, thieves, failovers that lose the last writes, and clocks
// that step. SIMULATED_SESSIONS=10000 npx vitest run --config test/vitest.config.ts test/unit/sessions/simulation.test.ts
import { expect, it } from "vitest";
import { storeOver } from "../../../src/sessions/record.ts";
import { takeFrom } from "../../../src/sessions/versions.ts";
import type { SessionStore, SessionUse } from "../../../src/sessions/index.ts";
import { seeded, type Random } from "../../tools/random.ts";

const count = Number(process.env.SIMULATED_SESSIONS ?? 200);
const refreshes = 100;
const [grace, idle] = [10, 7 * 86_400];
const start = 1_800_000_000;
const span = 120 * 86_400;

/** A server takes over: the writes of the last seconds are lost, and its clock is another. */
interface Failover {
  readonly at: number;
  readonly lost: number;
  readonly clock: number;
}

/** A store by a clock of the simulation's, and the same failovers for all. */
function simulatedStore(failovers: readonly Failover[]): { store: SessionStore; setTime: (time: number) => void } {
  let time = start;
  let passed = 0;
  let writes: { at: number; version: string; record: string }[] = [];
  const catchUp = (): void => {
    for (; passed < failovers.length && failovers[passed]!.at <= time; passed++) {
      const { at, lost } = failovers[passed]!;
      writes = writes.filter((write) => write.at <= at - lost || write.at > at);
    }
    if (writes.length > 50) writes = writes.slice(-20);
  };
  const found = (): { version: string; record: string | undefined } =>
    writes.at(-1) ?? { version: "", record: undefined };
  const take = takeFrom({
    async load(owner) {
      catchUp();
      await Promise.resolve();
      const now = time + (failovers[passed - 1]?.clock ?? 0);
      return owner.includes("probe") ? { ...probe, now } : { ...found(), now };
    },
    async save(owner, expected, { version, record }) {
      await Promise.resolve();
      const isProbe = owner.includes("probe");
      if ((isProbe ? probe.version : found().version) !== expected) return false;
      if (isProbe) probe = { version, record };
      else writes.push({ at: time, version, record });
      return true;
    },
  });
  let probe: { version: string; record: string | undefined } = { version: "", record: undefined };
  return {
    store: storeOver(take, 50),
    setTime: (next) => {
      time = next;
    },
  };
}

interface Counts {
  uses: number;
  first: number;
  again: number;
  lostRequests: number;
  lostAnswers: number;
  /** Refused although nobody stole anything. */
  withoutCause: number;
  /** No answer came for all of grace: the owner logs in anew, as the guide says. */
  unheard: number;
  /** The store lost the login itself. */
  loginsLost: number;
  thefts: number;
  /** Both holders were let through for one generation, further apart than grace, and the session did not end. */
  unnoticed: number;
  /** The session ended for both. */
  noticed: number;
  /** All that the thief did lay within grace of the owner. */
  withinGrace: number;
  /** The thief's first use came after the session had moved on. */
  refusedAtOnce: number;
}

/** The life of one session, with its owner and perhaps a thief. */
async function live(random: Random, failovers: readonly Failover[], stolen: boolean, counts: Counts): Promise<void> {
  const { store, setTime } = simulatedStore(failovers);
  let time = start + random.int(86_400 * 30);
  const begunAt = time;
  setTime(time);
  await store.begin("owner", "owner.one", { idle, endsAt: start + 10 * span });
  /** For each generation: when whom it was accepted from. */
  const accepted = new Map<number, { readonly at: number; readonly thief: boolean }[]>();
  let [generation, thiefGeneration] = [0, -1];
  let ended = false;
  const isOver = (): boolean => ended;

  const use = async (given: number, thief: boolean): Promise<SessionUse | undefined> => {
    counts.uses++;
    setTime(time);
    if (random.chance(40)) return (counts.lostRequests++, undefined);
    const outcome = await store.use("owner", "owner.one", given, { grace, idle });
    if (outcome === "first" || outcome === "again") {
      counts[outcome]++;
      accepted.set(given, [...(accepted.get(given) ?? []), { at: time, thief }]);
    } else ended = true;
    if (random.chance(20)) return (counts.lostAnswers++, undefined);
    return outcome;
  };
  const stealAt = stolen ? 5 + random.int(refreshes - 20) : Infinity;
  const delay = random.chance(2) ? random.int(9) : 20 + random.int(5000);

  for (let i = 0; i < refreshes && !isOver(); i++) {
    const last = time;
    time += 60 + random.int(3600);
    // Where a failover is near, the refresh comes in the seconds before it: its write is lost.
    const near = failovers.find(({ at }) => at > Math.max(last, time - 600) && at < time);
    if (near !== undefined) time = Math.max(last + 20, near.at - random.int(4));
    if (i === stealAt) thiefGeneration = generation;
    const beforeOwner = thiefGeneration >= 0 && random.chance(2);
    if (beforeOwner && (await use(thiefGeneration, true)) !== undefined && !isOver()) thiefGeneration++;

    // The owner, in one tab or two; an answer that does not come is asked for again, within grace.
    const tabs = random.chance(5) ? 2 : 1;
    let moved = false;
    const until = time + 8;
    for (let tries = 0; !moved && !isOver() && time <= until; tries++) {
      const outcomes = await Promise.all(Array.from({ length: tabs }, () => use(generation, false)));
      moved = outcomes.some((outcome) => outcome === "first" || outcome === "again");
      if (!moved) time += 1 + random.int(2);
    }
    if (moved) generation++;
    else if (!isOver()) {
      // Nothing was heard for all of grace: what became of the token is not known, and the user logs in anew.
      if (accepted.has(generation)) {
        counts.unheard++;
        return;
      }
    }

    if (thiefGeneration >= 0 && !isOver() && !beforeOwner) {
      const back = time;
      time += delay;
      const outcome = await use(thiefGeneration, true);
      if (outcome === "first" || outcome === "again") thiefGeneration++;
      time = Math.max(back, time);
    }
  }

  if (!stolen) {
    if (!isOver()) return;
    const firstFailover = failovers.find(({ at }) => at >= begunAt);
    if (firstFailover !== undefined && begunAt > firstFailover.at - firstFailover.lost) counts.loginsLost++;
    else counts.withoutCause++;
    return;
  }
  counts.thefts++;
  const uses = [...accepted.values()];
  const byThief = uses.flat().some(({ thief }) => thief);
  const apart = (list: readonly { at: number; thief: boolean }[]): number => {
    const [theirs, own] = [list.filter(({ thief }) => thief), list.filter(({ thief }) => !thief)];
    return Math.max(0, ...theirs.map(({ at }) => Math.min(...own.map((one) => Math.abs(one.at - at)), Infinity)));
  };
  // The last generations may still wait for the other holder: only what both had the time to use counts.
  const settled = [...accepted].filter(([used]) => used < Math.min(generation, thiefGeneration) - 1);
  if (!byThief) counts.refusedAtOnce++;
  else if (isOver()) counts.noticed++;
  else if (settled.every(([, list]) => apart(list) <= grace + 1)) counts.withinGrace++;
  else counts.unnoticed++;
}

it(`${count} sessions of ${refreshes} refreshes: nobody is logged out without cause, no theft goes unnoticed outside of grace`, {
  timeout: 3_600_000,
}, async () => {
  const random = seeded(18);
  const failovers: Failover[] = [];
  for (let at = start; at < start + span; at += 1200 + random.int(7200))
    failovers.push({ at, lost: random.int(4), clock: (random.int(1000) - 500) / 1000 });
  const counts: Counts = {
    uses: 0,
    first: 0,
    again: 0,
    lostRequests: 0,
    lostAnswers: 0,
    withoutCause: 0,
    unheard: 0,
    loginsLost: 0,
    thefts: 0,
    unnoticed: 0,
    noticed: 0,
    withinGrace: 0,
    refusedAtOnce: 0,
  };
  for (let i = 0; i < count; i++) await live(random, failovers, i % 4 === 0, counts);
  if (count > 1000) console.info(JSON.stringify({ count, failovers: failovers.length, ...counts }));

  expect(counts.withoutCause).toBe(0);
  expect(counts.unnoticed).toBe(0);
  expect(counts.noticed).toBeGreaterThan(counts.thefts / 4);
  for (const name of ["first", "again", "lostAnswers", "lostRequests"] as const)
    expect(counts[name]).toBeGreaterThan(count / 2);
});
