/** What mintmark aims at: at least so many times as fast. */

const both = (runtime, kind, against, least) =>
  ["sign", "verify"].map((operation) => ({ runtime, id: `hs256/${operation}/${kind}`, against, least }));

const offTheLoop = ["rs256", "es256", "eddsa"].flatMap((algorithm) => [
  { runtime: "node24", id: `${algorithm}/sign/async-32`, against: "crypto.subtle", least: 0.85 },
  { runtime: "node24", id: `${algorithm}/verify/async-32`, against: "crypto.subtle", least: 0.8 },
]);

const targets = [
  ...both("node24", "sync", "fast-jwt", 1.5),
  { runtime: "node24", id: "hs256/sign/async", against: "jose", least: 10 },
  { runtime: "node24", id: "hs256/verify/async", against: "jose", least: 7 },
  { runtime: "node24", id: "hs256/verify/remembered-sync", against: "fast-jwt", least: 4 },
  ...offTheLoop,
  ...both("workerd", "async", "crypto.subtle", 0.6),
  ...both("bun", "sync", "fast-jwt", 1),
  ...both("deno", "sync", "fast-jwt", 1),
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
