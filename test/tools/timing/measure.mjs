// Two classes of input by turns in random order, so that whatever else the machine does falls on both.

/**
 * @param {Pick<import("./comparisons.mjs").Comparison, "classes" | "batch">} comparison
 * @param {number} samples
 * @returns {Promise<[number[], number[]]>} the nanoseconds of one call, a list for each class
 */
export async function measure({ classes, batch }, samples) {
  /** @type {[number[], number[]]} */
  const times = [[], []];
  let accepted = 0;
  const orders = /** @type {const} */ ([
    [0, 1],
    [1, 0],
  ]);
  /** @param {0 | 1} which */
  const timed = async (which) => {
    const calls = classes[which];
    const started = process.hrtime.bigint();
    for (let i = 0; i < batch; i++) {
      const answer = calls[i % calls.length]?.();
      if (answer instanceof Promise) await answer;
      // Of an answer that nobody looks at, the compiler leaves out the comparison too.
      else if (answer === true) accepted++;
    }
    return Number(process.hrtime.bigint() - started) / batch;
  };
  for (let i = 0; i < samples * 1.1; i++) {
    for (const which of Math.random() < 0.5 ? orders[0] : orders[1]) {
      const time = await timed(which);
      // Until then code is compiled.
      if (i >= samples * 0.1) times[which].push(time);
    }
  }
  if (accepted > 0) throw new Error("what is compared is refused, one way or the other");
  return times;
}
