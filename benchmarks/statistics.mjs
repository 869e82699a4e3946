/** From times to what the tables say: rates, ratios, and how far they spread. */

/** The median and the quartiles around it. */
export function summarize(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)];
    return below + (sorted[Math.ceil(place)] - below) * (place % 1);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/**
 * Operations per second of each contender, and how many times faster mintmark is, round by round.
 * @param {Record<string, number[]>} times nanoseconds per operation
 */
export function compare(times) {
  const { mintmark = [] } = times;
  return Object.fromEntries(
    Object.entries(times).map(([name, own]) => [
      name,
      {
        perSecond: summarize(own.map((time) => 1e9 / time)),
        ratio: summarize(own.map((time, round) => time / (mintmark[round] ?? Number.NaN))),
      },
    ]),
  );
}
