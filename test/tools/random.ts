// Randomness that can be had again: the same seed, the same choices (mulberry32).

export interface Random {
  /** 0 to n − 1. */
  int(n: number): number;
  pick<T>(list: readonly T[]): T;
  /** One time in `n`. */
  chance(n: number): boolean;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (n: number): number => Math.floor(next() * n);
  return { int, pick: (list) => list[int(list.length)]!, chance: (n) => int(n) === 0 };
}
