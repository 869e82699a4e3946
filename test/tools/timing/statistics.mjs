/** Whether two lists of times differ, and by how much. */

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

function variance(numbers) {
  const middle = mean(numbers);
  return numbers.reduce((sum, number) => sum + (number - middle) ** 2, 0) / (numbers.length - 1);
}

/**
 * @param {readonly number[]} first nanoseconds
 * @param {readonly number[]} second nanoseconds
 * @returns `difference`: of the means, second less first. `t`: Welch's. `d`: Cohen's, the difference in standard deviations.
 * `superiority`: how often a time of the second is longer than one of the first (Mann and Whitney's U over the number of pairs).
 */
export function compare(first, second) {
  const [a, b] = cropped(first, second);
  const difference = mean(b) - mean(a);
  const [va, vb] = [variance(a), variance(b)];
  return {
    difference,
    t: difference / Math.sqrt(va / a.length + vb / b.length),
    d: difference / Math.sqrt((va + vb) / 2),
    superiority: superiority(a, b),
    samples: a.length + b.length,
    mean: mean(a),
  };
}

/** Without the slowest fifth of both together: there something else had the processor. */
function cropped(...lists) {
  const sorted = lists.flat().sort((x, y) => x - y);
  const most = sorted[Math.ceil(sorted.length * 0.8) - 1];
  return lists.map((list) => list.filter((time) => time <= most));
}

function superiority(a, b) {
  const ranked = [...a.map((time) => [time, 0]), ...b.map((time) => [time, 1])].sort(([x], [y]) => x - y);
  let ranks = 0;
  for (let from = 0; from < ranked.length; ) {
    let to = from;
    while (to < ranked.length && ranked[to][0] === ranked[from][0]) to++;
    // Equal times share the mean of their ranks.
    for (let i = from; i < to; i++) if (ranked[i][1] === 1) ranks += (from + to + 1) / 2;
    from = to;
  }
  return (ranks - (b.length * (b.length + 1)) / 2) / (a.length * b.length);
}
