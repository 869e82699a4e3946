/** What mintmark aims at: at least so many times as fast. */

/** HS256: at least so many times as fast when signing, and when verifying. */
const hs256 = (runtime, mode, against, [sign, verify]) => [
  { runtime, id: `hs256/sign/${mode}`, against, least: sign },
  { runtime, id: `hs256/verify/${mode}`, against, least: verify },
];

/** Off the event loop: close to the primitive that does the work, and never behind jose. */
const offTheLoop = ["rs256", "es256", "eddsa"].flatMap((algorithm) => [
  { runtime: "node24", id: `${algorithm}/sign/async-32`, against: "crypto.subtle", least: 0.85 },
  { runtime: "node24", id: `${algorithm}/sign/async-32`, against: "jose", least: 1 },
  { runtime: "node24", id: `${algorithm}/verify/async-32`, against: "jose", least: 1 },
]);

/** Shorter than the way to another thread, and one at a time. */
const short = [
  { runtime: "node24", id: "rs256/verify/async", against: "jose", least: 4 },
  { runtime: "node24", id: "es256/sign/async", against: "jose", least: 4.5 },
  { runtime: "node24", id: "eddsa/sign/async", against: "jose", least: 2.5 },
  { runtime: "node24", id: "rs256/verify/async", against: "fast-jwt", least: 1.5 },
  { runtime: "node24", id: "es256/sign/async", against: "fast-jwt", least: 0.9 },
];

const targets = [
  ...hs256("node24", "sync", "fast-jwt", [1.9, 1.8]),
  ...hs256("node24", "sync", "node:crypto", [0.8, 0.65]),
  ...hs256("node24", "async", "jose", [40, 26]),
  { runtime: "node24", id: "hs256/verify/remembered-sync", against: "fast-jwt", least: 4 },
  ...offTheLoop,
  ...short,
  ...hs256("workerd", "async", "jose", [2.3, 2]),
  ...hs256("bun", "sync", "fast-jwt", [1.9, 1.9]),
  ...hs256("deno", "sync", "fast-jwt", [1.9, 1.9]),
];

/** The targets that this run can judge. */
export function judgeTargets({ runtimes }) {
  return targets.flatMap((target) => {
    const found = runtimes[target.runtime]?.[target.id]?.[target.against]?.ratio;
    return found === undefined ? [] : [{ ...target, ratio: found.median, met: found.median >= target.least }];
  });
}

/** Where another library is faster than mintmark in three quarters of the rounds: by more than chance. */
export function slowerThan(name, { runtimes }) {
  return Object.entries(runtimes).flatMap(([runtime, measured]) =>
    Object.entries(measured)
      .filter(([, found]) => found[name]?.ratio.high < 1)
      .map(([id, found]) => ({ runtime, id, ratio: found[name].ratio.median })),
  );
}
