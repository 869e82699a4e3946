// Two classes of input by turns in random order, so that whatever else the machine does falls on both.

/**
 * @param {{ classes: readonly [Function[], Function[]], batch: number }} comparison each class as a list of calls: as many inputs of a kind
 * @returns the nanoseconds of one call, a list for each class
 */
export async function measure({ classes, batch }, samples) {
  const times = [[], []];
  let accepted = 0;
  const timed = async (which) => {
    const calls = classes[which];
    const started = process.hrtime.bigint();
    for (let i = 0; i < batch; i++) {
      const answer = calls[i % calls.length]();
      if (answer instanceof Promise) await answer;
      // Of an answer that nobody looks at, the compiler leaves out the comparison too.
      else if (answer === true) accepted++;
    }
    return Number(process.hrtime.bigint() - started) / batch;
  };
  for (let i = 0; i < samples * 1.1; i++) {
    const first = Math.random() < 0.5 ? 0 : 1;
    for (const which of [first, 1 - first]) {
      const time = await timed(which);
      // Until then code is compiled.
      if (i >= samples * 0.1) times[which].push(time);
    }
  }
  if (accepted > 0) throw new Error("what is compared is refused, one way or the other");
  return times;
}
