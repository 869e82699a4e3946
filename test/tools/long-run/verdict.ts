// What is wrong with a run, from what its process has said of itself.

export interface Sample {
  /** Seconds. */
  readonly at: number;
  readonly bytes: number;
}

export interface Report {
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly rotations: number;
  readonly samples: readonly Sample[];
  readonly complaints: readonly string[];
  readonly resources: readonly string[];
  readonly timers: readonly string[];
  readonly listeners: readonly string[];
  /** The exit code, or "killed": the process was asked to end when it did not by itself. */
  readonly exit: number | string;
}

/** The codes that an application answers 503 with: expected while its surroundings are away. */
const expected = new Set(["ok", "store_unavailable", "jwks_unavailable", "jwks_invalid", "key_unavailable"]);

/** Bytes by which a heap may have grown from the end of the warm-up to the end, by its regression line. */
export const allowedGrowth = 2_000_000;

export function faultsOf(report: Report): string[] {
  const { complaints, resources, timers, listeners, exit } = report;
  const growth = growthOf(report.samples);
  const codes = Object.entries(report.counts).flatMap(([name, outcomes]) =>
    Object.keys(outcomes)
      .filter((code) => !expected.has(code))
      .map((code) => `${name}: ${code}`),
  );
  return [
    ...codes,
    ...new Set(complaints),
    ...(growth.bytes > allowedGrowth ? [`the heap grows: ${Math.round(growth.perSecond)} bytes a second`] : []),
    ...(timers.length > 0 ? [`timers left: ${timers.length}, ${timers[0]!}`] : []),
    ...(resources.length > 0 ? [`handles left: ${resources.join(", ")}`] : []),
    ...(listeners.length > 0 ? [`listeners left: ${listeners.length}, ${listeners[0]!}`] : []),
    ...(exit === 0 ? [] : [`the process does not end by itself: ${exit}`]),
  ];
}

/** By least squares, over what follows the first third: until then caches and stores fill, and code is compiled. */
export function growthOf(samples: readonly Sample[]): {
  readonly perSecond: number;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
} {
  const later = samples.slice(Math.ceil(samples.length / 3));
  const mean = (numbers: readonly number[]): number =>
    numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const [middle, level] = [mean(later.map(({ at }) => at)), mean(later.map(({ bytes }) => bytes))];
  const perSecond =
    later.reduce((sum, { at, bytes }) => sum + (at - middle) * (bytes - level), 0) /
    later.reduce((sum, { at }) => sum + (at - middle) ** 2, 0);
  const [from, to] = [later[0]!.at, later.at(-1)!.at];
  return { perSecond, bytes: perSecond * (to - from), from, to };
}
