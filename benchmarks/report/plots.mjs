/** The plots of docs/performance.md. */

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { runtimes } from "../runtimes.mjs";

const { document } = parseHTML("<!doctype html><html><body></body></html>");

const colors = {
  mintmark: "#0b7a4b",
  jose: "#c8553d",
  "fast-jwt": "#3a6ea5",
  jsonwebtoken: "#8d6a9f",
  "hono/jwt": "#d99b2b",
  "cloudflare-worker-jwt": "#7f7f7f",
};
const names = Object.keys(colors);

/** File name → SVG. */
export function drawPlots({ runtimes: measured, scale }) {
  return {
    "hs256.svg": ratesByOperation(measured.node24),
    "asymmetric.svg": sharesOfPrimitive(measured.node24),
    "runtimes.svg": ratesByRuntime(measured),
    "event-loop.svg": eventLoop(scale["event-loop"]),
    "heap.svg": heap(scale.heap),
    "length.svg": length(scale.length),
  };
}

function ratesByOperation(cases) {
  const bars = ["sign", "verify"].flatMap((operation) =>
    names.map((name) => {
      const { perSecond } = cases[`hs256/${operation}/sync`][name] ?? cases[`hs256/${operation}/async`][name];
      return { operation, name, perSecond: perSecond.median };
    }),
  );
  return svg({
    width: 760,
    height: 330,
    marginLeft: 160,
    marginRight: 80,
    marginBottom: 40,
    x: { grid: true, tickFormat: "s", label: "tokens per second", insetRight: 50 },
    y: { label: null, domain: names },
    fy: { label: null },
    marks: [
      Plot.barX(bars, { x: "perSecond", y: "name", fy: "operation", fill: "name" }),
      Plot.text(bars, {
        x: "perSecond",
        y: "name",
        fy: "operation",
        text: ({ perSecond }) => thousands(perSecond),
        textAnchor: "start",
        dx: 4,
      }),
      Plot.ruleX([0]),
    ],
  });
}

function sharesOfPrimitive(cases) {
  const dots = ["RS256", "PS256", "ES256", "EdDSA", "ML-DSA-44"].flatMap((algorithm) =>
    ["sign", "verify"].flatMap((operation) => {
      const found = cases[`${algorithm}/${operation}/async-32`.toLowerCase()] ?? {};
      return names
        .filter((name) => name in found)
        .map((name) => ({
          row: `${algorithm} ${operation}`,
          name,
          share: found["crypto.subtle"].ratio.median / found[name].ratio.median,
        }));
    }),
  );
  return svg({
    key: names,
    width: 760,
    height: 320,
    marginLeft: 130,
    marginBottom: 40,
    x: { grid: true, zero: true, percent: true, label: "% of what crypto.subtle alone does" },
    y: { label: null, domain: [...new Set(dots.map(({ row }) => row))] },
    marks: [Plot.ruleX([1]), Plot.dot(dots, { x: "share", y: "row", fill: "name", r: 5 })],
  });
}

function ratesByRuntime(measured) {
  const dots = Object.entries(measured).flatMap(([runtime, cases]) =>
    ["sign", "verify"].flatMap((operation) => {
      const found = cases[`hs256/${operation}/async`] ?? {};
      return names
        .filter((name) => name in found)
        .map((name) => ({
          runtime: runtimes[runtime].title,
          operation,
          name,
          perSecond: found[name].perSecond.median,
        }));
    }),
  );
  return svg({
    key: names,
    width: 760,
    height: 340,
    marginLeft: 90,
    marginRight: 70,
    marginBottom: 40,
    x: { type: "log", grid: true, tickFormat: "~s", label: "tokens per second, one at a time" },
    y: { label: null, domain: Object.keys(measured).map((runtime) => runtimes[runtime].title) },
    fy: { label: null },
    marks: [Plot.dot(dots, { x: "perSecond", y: "runtime", fy: "operation", fill: "name", r: 5 })],
  });
}

function eventLoop({ results }) {
  const bars = Object.entries(results).flatMap(([algorithm, found]) =>
    Object.entries(found).map(([name, { p99 }]) => ({ algorithm, name, p99 })),
  );
  return svg({
    width: 760,
    height: 250,
    marginLeft: 100,
    marginRight: 80,
    marginBottom: 40,
    x: { grid: true, insetRight: 50, label: "delay of the event loop, 99th percentile, milliseconds" },
    y: { label: null, domain: names.slice(0, 4) },
    fy: { label: null },
    marks: [
      Plot.barX(bars, { x: "p99", y: "name", fy: "algorithm", fill: "name" }),
      Plot.text(bars, {
        x: "p99",
        y: "name",
        fy: "algorithm",
        text: ({ p99 }) => p99.toFixed(0),
        textAnchor: "start",
        dx: 4,
      }),
      Plot.ruleX([0]),
    ],
  });
}

function heap({ results }) {
  const points = Object.entries(results).flatMap(([name, samples]) => samples.map((sample) => ({ name, ...sample })));
  return svg({
    key: Object.keys(results),
    width: 760,
    height: 240,
    marginBottom: 40,
    x: { label: "tokens seen", tickFormat: "s" },
    y: { grid: true, zero: true, label: "heap in use, MB" },
    marks: [Plot.line(points, { x: "seen", y: "megabytes", stroke: "name", strokeWidth: 2 }), Plot.ruleY([0])],
  });
}

function length({ byLength }) {
  return svg({
    key: [...new Set(byLength.map(({ name }) => name))],
    width: 760,
    height: 320,
    marginBottom: 40,
    x: { label: "length of the token, characters" },
    y: { grid: true, zero: true, label: "microseconds to verify" },
    marks: [
      Plot.line(byLength, { x: "length", y: "microseconds", stroke: "name", strokeWidth: 2, marker: true }),
      Plot.ruleY([0]),
    ],
  });
}

/**
 * Draws a plot.
 *
 * @param {Plot.PlotOptions & { key?: string[], width: number, height: number }} options `key`: whose colours a row above the plot explains
 */
function svg({ key = [], ...options }) {
  const plot = Plot.plot({
    document,
    style: { background: "white", color: "#222", fontSize: "12px" },
    color: { domain: names, range: Object.values(colors) },
    ...options,
  });
  if (key.length === 0) {
    plot.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    return `${plot.outerHTML}\n`;
  }
  const { width, height } = options;
  const top = 28;
  plot.setAttribute("y", String(top));
  const entries = key.map(
    (name, index) =>
      `<circle cx="${20 + index * 120}" cy="16" r="5" fill="${colors[name]}"/><text x="${30 + index * 120}" y="20" fill="#222">${name}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + top}" width="${width}" height="${height + top}" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>${entries.join("")}
${plot.outerHTML}
</svg>
`;
}

function thousands(perSecond) {
  return `${(perSecond / 1000).toFixed(0)} k`;
}
