// An application under load for LONG_RUN_SECONDS while what it stands on fails; then the same with faults that have to be reported.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { noRedis, startRedis } from "../../system/services/servers/redis.ts";
import { writeFigures } from "../figures.mjs";
import { describeRun } from "./report.ts";
import { faultsOf, growthOf, type Report } from "./verdict.ts";

const seconds = Number(process.env.LONG_RUN_SECONDS);
const load = fileURLToPath(new URL("load.mjs", import.meta.url));

/** Seconds between kills of Redis, for how long it then is away, and how long a process may take to end by itself once it has reported. */
const [killEvery, away, patience] = [Math.max(6, seconds / 20), 1.5, 5];

async function runLoad(duration: number, plant?: string): Promise<Report & { kills: number }> {
  const redis = await startRedis();
  try {
    const child = spawn(
      process.execPath,
      ["--expose-gc", load, String(duration), redis.url, ...(plant === undefined ? [] : [plant])],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const exited = once(child, "exit") as Promise<[number | null, string | null]>;
    await lines.next(); // "ready"

    let kills = 0;
    const end = Date.now() + duration * 1000;
    while (plant === undefined && Date.now() + (killEvery + away) * 1000 < end) {
      await sleep(killEvery * 1000);
      await redis.kill();
      await sleep(away * 1000);
      await redis.restart();
      kills++;
    }
    const { value: report = "{}" } = (await lines.next()) as { value?: string };
    const late = setTimeout(() => child.kill("SIGKILL"), patience * 1000);
    const [code, signal] = await exited;
    clearTimeout(late);
    return { ...(JSON.parse(report) as Report), exit: code ?? `killed (${String(signal)})`, kills };
  } finally {
    await redis.stop();
  }
}

describe.skipIf(noRedis !== undefined)("a long run", () => {
  it(`${seconds} s of mixed load leave nothing behind`, async () => {
    const report = await runLoad(seconds);
    const text = describeRun(report, seconds);
    console.log(text);
    expect(faultsOf(report)).toEqual([]);

    // It was a run at all: everything was done and went well, most of the time, and the surroundings failed.
    for (const [name, { ok = 0 }] of Object.entries(report.counts)) expect(ok, name).toBeGreaterThan(0);
    expect(report.rotations).toBeGreaterThanOrEqual(Math.floor(seconds / 15));
    expect(report.kills).toBeGreaterThan(0);
    expect(report.counts["good once, Redis"]?.store_unavailable).toBeGreaterThan(0);
    if (process.env.LONG_RUN_DOCUMENT === "true") writeFigures("long-runs", text);
  });
});

describe.skipIf(noRedis !== undefined).concurrent("a short run with a planted fault", () => {
  it.for<readonly [plant: string, ...reported: RegExp[]]>([
    ["retained tokens", /^the heap grows/],
    ["an interval", /^timers left.*load\.mjs/, /^the process does not end by itself/],
    ["an interval that is unref'ed", /^timers left.*load\.mjs/],
    ["an unhandled rejection", /^unhandled rejection: Error: planted/],
    ["a listener for each call", /^listeners left: \d+, signal: abort/],
    ["a server that listens", /^handles left: .*TCPServerWrap/],
  ])("%s is reported", async ([plant, ...reported]) => {
    const faults = faultsOf(await runLoad(6, plant));
    for (const one of reported) expect(faults).toContainEqual(expect.stringMatching(one));
  });
});

describe("the growth of a heap", () => {
  it("is the slope of its later samples", () => {
    const samples = Array.from({ length: 90 }, (_, at) => ({
      at,
      bytes: at < 30 ? 1e9 : 5e6 + 100 * at + (at % 2) * 10,
    }));
    expect(growthOf(samples)).toMatchObject({ from: 30, to: 89 });
    expect(growthOf(samples).perSecond).toBeCloseTo(100, 0);
  });
});
