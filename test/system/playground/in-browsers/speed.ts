// How much there is to load, and how long until it can be used.
import { ok } from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { it } from "vitest";
import type { Playground } from "./playground.ts";
import type { Served } from "./serve.ts";

const most = { kilobytes: 60, milliseconds: 200 };
const loads = 15;

export function checkWeight(page: string): void {
  const weight = gzipSync(page, { level: 9 }).length / 1000;
  console.log(
    `page: ${(page.length / 1000).toFixed(1)} kB, ${weight.toFixed(1)} kB gzipped; at most ${most.kilobytes}`,
  );
  it("weight", () => {
    ok(weight < most.kilobytes, `${weight} kB`);
  });
}

/** The script runs before the document counts as loaded, so from then on everything answers. */
export function checkInteractive(browser: string, page: Playground, server: Served): void {
  it("interactive", async () => {
    const times: number[] = [];
    for (let i = 0; i < loads; i++) {
      await page.goto(server.url);
      times.push(
        await page.run(() => {
          const [entry] = globalThis.performance.getEntriesByType("navigation");
          const { domContentLoadedEventEnd, startTime } = entry as PerformanceNavigationTiming;
          return domContentLoadedEventEnd - startTime;
        }),
      );
    }
    const first = times[0]!;
    const median = times.sort((a, b) => a - b)[Math.floor(loads / 2)]!;
    console.log(
      `${browser}: interactive after ${median.toFixed(0)} ms (median of ${loads} loads, first ${first.toFixed(0)} ms); at most ${most.milliseconds}`,
    );
    ok(median < most.milliseconds, `${median} ms`);
  });
}
