/**
 * Interleaved measurement: in every round each contender runs once, in a random order, for about the same
 * time. What is compared is the ratio within one round, so that whatever slows the machine down for a
 * while slows all of them.
 */

/**
 * @param {Map<string, (count: number) => Promise<number>>} contenders run so many operations, give the nanoseconds
 * @param {{ rounds: number, slice: number }} effort how many rounds, and milliseconds for each contender in one
 * @returns {Promise<Record<string, number[]>>} nanoseconds per operation, one number for each round
 */
export async function contest(contenders, { rounds, slice }) {
  for (const run of contenders.values()) await fill(run, 4 * slice);
  const counts = new Map();
  for (const [name, run] of contenders) counts.set(name, await fill(run, slice));

  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries([...contenders.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of shuffle([...contenders]))
      times[name]?.push((await run(counts.get(name))) / counts.get(name));
  }
  return times;
}

/** How many operations take so many milliseconds. Finding out is the warm-up, too. */
async function fill(run, milliseconds) {
  const wanted = milliseconds * 1e6;
  let count = 1;
  for (;;) {
    const time = await run(count);
    if (time >= wanted) return Math.max(1, Math.round((count * wanted) / time));
    count = Math.ceil(count * Math.min(8, Math.max(1.5, wanted / time)));
  }
}

/** Runs an operation so often, with so many under way at once; none: as synchronous calls. Gives the number done. */
export async function repeat(operation, together, count) {
  let turn = 0;
  if (together === 0) while (turn < count) operation(turn++);
  else if (together === 1) while (turn < count) await operation(turn++);
  else while (turn < count) await Promise.all(Array.from({ length: together }, async () => operation(turn++)));
  return turn;
}

/** A contender on this process's own clock, or on another one in milliseconds. */
export function timed(operation, { together }, now = () => performance.now()) {
  return async (count) => {
    const start = now();
    const done = await repeat(operation, together, count);
    return ((now() - start) * 1e6 * count) / done;
  };
}

function shuffle(list) {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
}
