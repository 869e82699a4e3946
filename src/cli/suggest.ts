/** Suggestions for a misspelt option or command. */

/** Options by the names of their claims. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  iss: ["issuer"],
  sub: ["subject"],
  aud: ["audience"],
  exp: ["expires-in", "expires-at"],
  nbf: ["not-before"],
  jti: ["jwt-id"],
};

/** Returns the names that a misspelt one may stand for, at most three; none for a word longer than any name. */
export function nearest(typed: string, names: readonly string[]): readonly string[] {
  if (typed.length > 24) return [];
  const other = Object.hasOwn(otherNames, typed) ? otherNames[typed] : undefined;
  const known = other?.filter((name) => names.includes(name)) ?? [];
  if (known.length > 0) return known;
  const close = names
    .map((name) => ({ name, distance: distanceOf(typed, name) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)) && distance < name.length)
    .sort((a, b) => a.distance - b.distance);
  const least = close.filter(({ distance }) => distance === close[0]?.distance).map(({ name }) => name);
  if (least.length > 0) return least.slice(0, 3);
  const isPart = (name: string): boolean => typed.length >= 3 && (name.startsWith(typed) || typed.startsWith(name));
  return names.filter(isPart).slice(0, 3);
}

/** Returns the end of a message, `: did you mean --issuer?`, or an empty string. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? "" : `: did you mean ${names.join(" or ")}?`;
}

/** Counts the letters to insert, drop, replace or swap with a neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let [beforeLast, last]: readonly (readonly number[])[] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + cost,
        isSwapped ? at(beforeLast, j - 2) + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[] | undefined, index: number): number {
  return row?.[index] ?? Infinity;
}
