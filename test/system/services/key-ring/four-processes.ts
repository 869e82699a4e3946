// What holds for four processes that share a key ring on a real server, whichever it is.
import { afterEach, describe, expect, it } from "vitest";
import { localJwks, verify, ES256 } from "../../../../src/index.ts";
import type { LocalJwks } from "../../../../src/index.ts";
import { seeded, type Random } from "../../../tools/random.ts";
import { codeOf } from "../../../unit/jwt/outcome.ts";
import type { Server } from "../servers/program.ts";
import { startRingProcess, type Client, type Minted, type RingOptions, type RingProcess } from "./processes.ts";

const expected = { issuer: "my-api", audience: "web" };
const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** As fast as the spans allow: a new key every 3 s. */
const fast: RingOptions = {
  rotateEvery: 2,
  publishAhead: 2,
  retainFor: 3,
  refreshEvery: 0.25,
  clockTolerance: 0.5,
  storeTimeout: 1,
};
/** Slower, so that the server can be away for some seconds. */
const slow: RingOptions = { ...fast, rotateEvery: 8, publishAhead: 4 };

/** Each takes some 25 s, on a machine that is not busy. */
const timeout = 120_000;

export function testFourProcesses(name: string, clients: readonly Client[], server: () => Server): void {
  describe(`four processes with ${name}`, () => {
    let processes: RingProcess[] = [];
    afterEach(() => {
      for (const one of processes) one.kill();
    });

    it("are killed and started again at random while they rotate: one key at a time, none is lost, no token is refused", {
      timeout,
    }, async () => {
      const random = seeded(7);
      const start = (client: Client): Promise<RingProcess> => startRingProcess(client, server().url, fast, "fast");
      processes = await Promise.all(clients.map(start));
      const traffic = startTraffic(() => processes, fast, random);
      for (let kills = 0; kills < 12 || traffic.kids().size < 7; kills++) {
        await sleep(200 + random.int(600));
        const i = random.int(processes.length);
        processes[i]!.kill();
        processes[i] = await start(processes[i]!.client);
      }
      const seen = await traffic.stop();

      expect(seen.refusals).toEqual([]);
      expect(seen.checks).toBeGreaterThan(200);
      expectOneKeyAtATime(seen.minted);
      expectNoKeyLost(seen.minted, fast);
    });

    it("the server is killed and started again: all go on with the keys they know, and rotate when it is back", {
      timeout,
    }, async () => {
      processes = await Promise.all(clients.map((client) => startRingProcess(client, server().url, slow, "slow")));
      const traffic = startTraffic(() => processes, slow, seeded(8));
      while (traffic.kids().size < 2) await sleep(50);
      await server().kill();
      const killedAt = Date.now();
      await sleep(1000);
      await server().restart();
      const restartedAt = Date.now();
      const before = traffic.kids().size;
      // The one that is known already, and one that is not.
      while (traffic.kids().size < before + 2) await sleep(50);
      const seen = await traffic.stop();

      // A key set is complete for another 8 s, less half of publishAhead and the clocks' tolerance: a slow machine may need longer.
      expect(
        seen.refusals.filter(
          ({ at, why }) => why !== "store_unavailable" || at < killedAt + 5000 || at > restartedAt + 2000,
        ),
      ).toEqual([]);
      expectOneKeyAtATime(seen.minted);
      expectNoKeyLost(seen.minted, slow);
    });
  });
}

interface Seen {
  readonly minted: Minted[];
  /** Milliseconds, and a code. */
  readonly refusals: { readonly at: number; readonly why: string }[];
  checks: number;
}

interface Traffic {
  /** The keys that have signed so far. */
  kids(): ReadonlySet<string>;
  stop(): Promise<Seen>;
}

/** Tokens are minted by any process, and checked by any process, and with any process's key set, as long as they are good. */
function startTraffic(
  processes: () => readonly RingProcess[],
  { retainFor, publishAhead }: RingOptions,
  random: Random,
): Traffic {
  const seen: Seen = { minted: [], refusals: [], checks: 0 };
  let stopped = false;
  let keySet: LocalJwks | undefined;
  let fetchedAt = -Infinity;
  const refuse = (why: string): void => {
    seen.refusals.push({ at: Date.now(), why });
  };

  /** As a verifier elsewhere has it: kept for half of `publishAhead`. */
  const outside = async (): Promise<LocalJwks | undefined> => {
    const now = Date.now();
    if (now - fetchedAt < 500 * publishAhead) return keySet;
    const published = await random.pick(processes()).publish();
    if (published === undefined) return undefined;
    if ("error" in published) {
      refuse(published.error);
      return undefined;
    }
    [keySet, fetchedAt] = [await localJwks(published, { algorithms: [ES256] }), now];
    return keySet;
  };
  const note = (code: string | undefined, { token }: Minted): void => {
    if (code === undefined) return; // killed before it answered
    seen.checks++;
    const { exp } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { exp: number };
    if (code !== "accepted" && !(code === "expired" && Date.now() / 1000 >= exp)) refuse(code);
  };
  const work = async (): Promise<void> => {
    while (!stopped) {
      const minted = await random.pick(processes()).mint(1 + random.int(retainFor));
      if (minted === undefined || "error" in minted) {
        if (minted !== undefined) refuse(minted.error);
        await sleep(20);
        continue;
      }
      seen.minted.push(minted);
      // At once, and again up to the time when it expires.
      for (const delay of [0, random.int(1000 * retainFor)]) {
        await sleep(delay);
        note(await random.pick(processes()).check(minted.token), minted);
        const keys = await outside();
        if (keys !== undefined) note(await codeOf(() => verify(minted.token, keys, expected)), minted);
      }
    }
  };
  const working = Promise.all(Array.from({ length: 24 }, work));
  return {
    kids: () => new Set(seen.minted.map(({ kid }) => kid)),
    async stop() {
      stopped = true;
      await working;
      return seen;
    },
  };
}

/** All processes have one clock here: before a key signs anywhere, its predecessor has stopped everywhere. */
function expectOneKeyAtATime(minted: readonly Minted[]): void {
  const times = new Map<string, { last: number; first: number }>();
  for (const { kid, before, after } of minted) {
    const { last, first } = times.get(kid) ?? { last: -Infinity, first: Infinity };
    times.set(kid, { last: Math.max(last, before), first: Math.min(first, after) });
  }
  const inOrder = [...times].sort(([, a], [, b]) => a.first - b.first);
  expect(inOrder.length).toBeGreaterThanOrEqual(4);
  for (const [i, [kid, { last }]] of inOrder.slice(0, -1).entries())
    expect(last, `${kid} overlaps`).toBeLessThanOrEqual(inOrder[i + 1]![1].first);
}

/** A version is the same for every process; with each, one key comes, and none goes before its time. */
function expectNoKeyLost(minted: readonly Minted[], { retainFor, clockTolerance }: RingOptions): void {
  const versions = new Map<number, { readonly keys: readonly Times[]; readonly seenAt: number }>();
  for (const { version, keys, seenAt } of [...minted].sort((a, b) => a.seenAt - b.seenAt)) {
    const times = keys.map(({ kid, signsFrom, signsUntil }): Times => ({ kid, signsFrom, signsUntil }));
    const known = versions.get(version) ?? { keys: times, seenAt };
    expect(times, `version ${version}`).toEqual(known.keys);
    versions.set(version, known);
  }
  const inOrder = [...versions].sort(([a], [b]) => a - b);
  for (const [i, [version, { keys, seenAt }]] of inOrder.slice(1).entries()) {
    const [before, { keys: older }] = inOrder[i]!;
    const has = (list: readonly Times[], kid: string): boolean => list.some((key) => key.kid === kid);
    expect(
      keys.filter(({ kid }) => !has(older, kid)),
      `version ${version} after ${before}`,
    ).toHaveLength(version - before);
    for (const { kid, signsUntil } of older) {
      if (!has(keys, kid))
        expect(Date.parse(signsUntil) + 1000 * (retainFor + clockTolerance), `${kid} went`).toBeLessThanOrEqual(seenAt);
    }
  }
}

type Times = Pick<Minted["keys"][number], "kid" | "signsFrom" | "signsUntil">;
