// How much there is to load, and how long until it can be used.
import { ok } from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { check } from "./tally.mjs";

const most = { kilobytes: 60, milliseconds: 200 };
const loads = 15;

export async function checkWeight(page) {
  const weight = gzipSync(page, { level: 9 }).length / 1000;
  console.log(
    `page: ${(page.length / 1000).toFixed(1)} kB, ${weight.toFixed(1)} kB gzipped; at most ${most.kilobytes}`,
  );
  await check("page: weight", () => {
    ok(weight < most.kilobytes, `${weight} kB`);
  });
}

/** The script runs before the document counts as loaded, so from then on everything answers. */
export async function checkInteractive(browser, page, url) {
  const times = [];
  for (let i = 0; i < loads; i++) {
    await page.goto(url);
    times.push(
      await page.run(() => {
        const [{ domContentLoadedEventEnd, startTime }] = globalThis.performance.getEntriesByType("navigation");
        return domContentLoadedEventEnd - startTime;
      }),
    );
  }
  const [first] = times;
  const sorted = times.sort((a, b) => a - b);
  const median = sorted[Math.floor(loads / 2)];
  console.log(
    `${browser}: interactive after ${median.toFixed(0)} ms (median of ${loads} loads, first ${first.toFixed(0)} ms); at most ${most.milliseconds}`,
  );
  await check(`${browser}: interactive`, () => {
    ok(median < most.milliseconds, `${median} ms`);
  });
}
