// One input made of another: octets, pieces of it, words that the code knows, numbers in text.
import type { Random } from "../../random.ts";
import { mutateJson } from "./mutate-json.ts";

export interface Material {
  readonly random: Random;
  /** A word to put in. */
  readonly word: () => Buffer;
  /** Another input, to take a piece of. */
  readonly other: () => Buffer;
}

type Mutation = (input: Buffer, material: Material) => Buffer;

/** No input grows beyond this; what takes more than linear time shows long before. */
const maxLength = 65_536;
const usualLength = 8192;

export function mutate(input: Buffer, material: Material): Buffer {
  const { random } = material;
  let made = input;
  for (let n = random.chance(2) ? 1 : 1 << random.int(4); n > 0; n--) made = random.pick(mutations)(made, material);
  if (random.chance(200)) made = repeated(made, random);
  return made.subarray(0, maxLength);
}

const mutations: readonly Mutation[] = [
  (input, { random }) => changed(input, random, (octet) => octet ^ (1 << random.int(8))),
  (input, { random }) => changed(input, random, () => random.int(256)),
  (input, { random }) => changed(input, random, () => 0x20 + random.int(95)),
  (input, { random }) => changed(input, random, (octet) => octet + random.int(9) - 4),
  (input, { random }) => replaced(input, random.int(input.length + 1), 0, Buffer.from([random.int(256)])),
  (input, { random }) => {
    const [at, length] = range(input, random);
    return replaced(input, at, length, Buffer.alloc(0));
  },
  (input, { random, word }) => replaced(input, random.int(input.length + 1), 0, word()),
  (input, { random, word }) => replaced(input, boundary(input, random), 0, word()),
  (input, { random, word }) => {
    const [at, length] = range(input, random);
    return replaced(input, at, length, word());
  },
  (input, { random }) => {
    const [at, length] = range(input, random);
    return replaced(input, random.int(input.length + 1), 0, input.subarray(at, at + length));
  },
  (input, { random }) => {
    const [at, length] = range(input, random);
    return replaced(input, random.int(input.length + 1), length, input.subarray(at, at + length));
  },
  (input, { random, other }) => {
    const from = other();
    const [at, length] = range(from, random);
    return replaced(input, random.int(input.length + 1), 0, from.subarray(at, at + length));
  },
  (input, { random, other }) => {
    const from = other();
    return Buffer.concat([input.subarray(0, random.int(input.length + 1)), from.subarray(random.int(from.length + 1))]);
  },
  (input, { random }) => withNumber(input, random),
  (input, { random, word }) => mutateJson(input, random, word),
  (input, { random, word }) => mutateJson(input, random, word),
  (input, { random, word, other }) =>
    withText(input, random, (random.chance(2) ? word() : other()).toString("latin1").slice(0, 64)),
];

function changed(input: Buffer, random: Random, change: (octet: number) => number): Buffer {
  if (input.length === 0) return Buffer.from([random.int(256)]);
  const copy = Buffer.from(input);
  const at = random.int(copy.length);
  copy[at] = change(copy[at]!);
  return copy;
}

function replaced(input: Buffer, at: number, length: number, by: Buffer): Buffer {
  return input.length + by.length > usualLength
    ? input
    : Buffer.concat([input.subarray(0, at), by, input.subarray(at + length)]);
}

/** Mostly short: the shorter, the likelier that the rest stays meaningful. */
function range(input: Buffer, random: Random): [at: number, length: number] {
  const at = random.int(input.length + 1);
  return [at, Math.min(input.length - at, random.int(1 << (1 + random.int(8))))];
}

/** A place before or after a character that parts others. */
function boundary(input: Buffer, random: Random): number {
  for (let tries = 0; tries < 64; tries++) {
    const at = random.int(input.length + 1);
    if ('{}[],:;."= \n-'.includes(String.fromCharCode(input[at - 1] ?? 0x2e))) return at;
  }
  return input.length;
}

/** A number as it stands in text, changed a little, or to one that things turn at. */
function withNumber(input: Buffer, random: Random): Buffer {
  const numbers = [...input.toString("latin1").matchAll(/\d{1,15}/g)];
  if (numbers.length === 0) return input;
  const { index, 0: digits } = random.pick(numbers);
  const number = random.chance(4)
    ? random.pick([0, 1, 5, 255, 256, 65_536, 2 ** 31, 2 ** 32, 2 ** 53])
    : Number(digits) + random.int(17) - 8;
  return replaced(input, index, digits.length, Buffer.from(String(number)));
}

/** The text between two quotation marks, replaced. */
function withText(input: Buffer, random: Random, text: string): Buffer {
  const texts = [...input.toString("latin1").matchAll(/"[^"\\]{0,64}"/g)];
  if (texts.length === 0) return input;
  const { index, 0: quoted } = random.pick(texts);
  return replaced(input, index + 1, quoted.length - 2, Buffer.from(text, "latin1"));
}

/** A piece again and again: what makes backtracking and quadratic loops show. */
function repeated(input: Buffer, random: Random): Buffer {
  const [at, length] = range(input, random);
  if (length === 0) return input;
  const piece = input.subarray(at, at + length);
  const times = Math.floor(random.int(maxLength - Math.min(input.length, maxLength - 1)) / length);
  return Buffer.concat([input.subarray(0, at), ...Array<Buffer>(times).fill(piece), input.subarray(at)]);
}
