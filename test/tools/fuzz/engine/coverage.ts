// What a run went through: Istanbul's counters laid side by side in one list of octets, and which of their values were seen before.

/** The counters of one instrumented file, as Istanbul keeps them. */
interface FileCounters {
  s: Record<string, number> | Uint8Array;
  f: Record<string, number> | Uint8Array;
  readonly b: Record<string, number[] | Uint8Array>;
}

export interface Coverage {
  /** How many statements, functions and branches there are. */
  readonly size: number;
  /** To be called before each run. */
  readonly reset: () => void;
  /** Whether the run did what none before it did: went somewhere, or went there clearly more often. */
  readonly isNew: () => boolean;
  /** Of `size`, those that any run went through. */
  readonly reached: () => number;
}

/** Numbers of visits that count as the same: 1, 2, 3, 4–7, 8–15, 16–31, 32–127, more. A bit for each. */
const classes = Uint8Array.from({ length: 256 }, (_, visits) => {
  const reached = [1, 2, 3, 4, 8, 16, 32, 128].filter((from) => visits >= from).length;
  return reached === 0 ? 0 : 1 << (reached - 1);
});

export function coverageOf(files: Readonly<Record<string, FileCounters>>): Coverage {
  const places: ((counters: Uint8Array) => void)[] = [];
  const lengths: number[] = [];
  const place = (length: number, put: (counters: Uint8Array) => void): void => {
    lengths.push(length);
    places.push(put);
  };
  for (const file of Object.values(files)) {
    place(Object.keys(file.s).length, (counters) => {
      file.s = counters;
    });
    place(Object.keys(file.f).length, (counters) => {
      file.f = counters;
    });
    for (const [branch, ways] of Object.entries(file.b))
      place(ways.length, (counters) => {
        file.b[branch] = counters;
      });
  }
  const size = lengths.reduce((sum, length) => sum + length, 0);
  const visits = new Uint8Array(size);
  let start = 0;
  for (const [i, put] of places.entries()) put(visits.subarray(start, (start += lengths[i]!)));

  const seen = new Uint8Array(size);
  return {
    size,
    reset: () => {
      visits.fill(0);
    },
    isNew() {
      let found = false;
      for (let i = 0; i < size; i++) {
        const visited = visits[i]!;
        if (visited === 0 || (classes[visited]! & ~seen[i]!) === 0) continue;
        seen[i] = seen[i]! | classes[visited]!;
        found = true;
      }
      return found;
    },
    reached: () => seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0),
  };
}
