// What the arbitraries of tokens, keys and key sets are made of.
import fc from "fast-check";

/** Hostile things by the names of their kinds. */
export type Kinds<T> = Readonly<Record<string, fc.Arbitrary<T>>>;
export type Edit<Made = string> = (text: string) => Made;

export const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

export const either = <T>(...ways: readonly fc.Arbitrary<T>[]): fc.Arbitrary<T> => fc.oneof(...ways);

/** An edit by a choice. */
export const change = <C>(choices: fc.Arbitrary<C>, edit: (text: string, choice: C) => string): fc.Arbitrary<Edit> =>
  choices.map((choice) => (text) => edit(text, choice));

/** One of all kinds, each as often as another, and its name. */
export const anyOf = <T>(kinds: Kinds<T>): fc.Arbitrary<readonly [name: string, made: T]> =>
  fc.oneof(...Object.entries(kinds).map(([name, made]) => made.map((value) => [name, value] as const)));

/** An object of one member. */
export const member = (
  names: string | readonly string[],
  ...values: readonly unknown[]
): fc.Arbitrary<Readonly<Record<string, unknown>>> =>
  fc.tuple(one(...[names].flat()), one(...values)).map(([name, value]) => ({ [name]: value }));

/** A place in a text, as a fraction of its length. */
export const place: fc.Arbitrary<number> = fc.nat(0xffff).map((n) => n / 0x10000);

/** `by` put in at a place, or in place of as many characters. */
export function splice(text: string, at: number, by: string, dropped = 0): string {
  const from = Math.floor(at * (dropped === 0 ? text.length + 1 : text.length));
  return text.slice(0, from) + by + text.slice(from + dropped);
}

/** Other bits at these places. */
export function flipped(bytes: Uint8Array, places: readonly (readonly [at: number, bit: number])[]): Buffer {
  const bent = Buffer.from(bytes);
  for (const [at, bit] of places) bent[Math.floor(at * bent.length)]! ^= 1 << bit;
  return bent;
}
export const bits = (maxLength: number): fc.Arbitrary<readonly (readonly [number, number])[]> =>
  fc.array(fc.tuple(place, fc.nat(7)), { minLength: 1, maxLength, size: "max" });

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The character that is `by` after another in base64url's alphabet, and A after what is not in it. */
export const after = (character: string, by: number): string =>
  alphabet.charAt((alphabet.indexOf(character) + by) % 64);

/** Another last character that leaves the octets as they are; the same text where there is none. */
export function twin(text: string, by: number): string {
  const spare = [0, 0, 4, 2][text.length % 4]!;
  const last = alphabet.indexOf(text.slice(-1));
  const low = 2 ** spare - 1;
  return spare === 0 ? text : text.slice(0, -1) + alphabet.charAt((last & ~low) | ((last + 1 + (by % low)) & low));
}
