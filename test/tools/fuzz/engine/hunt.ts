// Runs a target on inputs made of those that reached something new, until an invariant breaks or the time is up.
import { seeded } from "../../random.ts";
import type { Coverage } from "./coverage.ts";
import { mutate } from "./mutate.ts";

export type Fuzz = (input: Buffer) => unknown;

export interface HuntOptions {
  readonly fuzz: Fuzz;
  readonly coverage: Coverage;
  readonly seeds: readonly Buffer[];
  /** The target's own words, and those found in the code: half of the time one of either. */
  readonly words: readonly (readonly Buffer[])[];
  readonly seconds: number;
  readonly seed: number;
  /** Whether inputs that reach something new are built upon. Without it the hunt is blind: a control. */
  readonly guided: boolean;
  /** Told of every input before it is run, for when the run never ends. */
  readonly announce: (input: Buffer) => void;
}

export interface Finding {
  readonly input: Buffer;
  readonly message: string;
}

export interface Outcome {
  readonly runs: number;
  readonly finding: Finding | undefined;
  /** The seeds, and the inputs that reached something new, in the order they were found. */
  readonly corpus: readonly Buffer[];
}

/** Milliseconds that one run may take. The slowest honest one takes a twentieth. */
const mostTime = 500;
const mostInputs = 2000;

export async function hunt(options: HuntOptions): Promise<Outcome> {
  const { coverage, seeds, words, seconds, guided } = options;
  const random = seeded(options.seed);
  const corpus: Buffer[] = [];
  const deadline = Date.now() + seconds * 1000;
  const vocabularies = words.filter(({ length }) => length > 0);
  const word = (): Buffer => random.pick(random.pick(vocabularies));
  let runs = 0;
  const next = (): Buffer => {
    // Half of the time one of the latest: what was found last is least explored. Of two, mostly the shorter: it runs faster.
    const from = random.chance(2) ? Math.floor(corpus.length * 0.7) : 0;
    const one = (): Buffer => corpus[from + random.int(corpus.length - from)]!;
    const [first, second] = [one(), one()];
    return mutate(first.length < second.length || random.chance(4) ? first : second, {
      random,
      word,
      other: () => random.pick(corpus),
    });
  };

  while (runs < seeds.length || Date.now() < deadline) {
    const isSeed = runs < seeds.length;
    const input = isSeed ? seeds[runs]! : next();
    runs++;
    coverage.reset();
    const message = await faultOf(input, options);
    if (message !== undefined)
      return { runs, corpus, finding: { input: await smaller(input, message, options), message } };
    // Seeds stay, new or not: whoever wrote them meant something by them.
    if ((coverage.isNew() && guided && corpus.length < mostInputs) || isSeed) corpus.push(input);
  }
  return { runs, corpus, finding: undefined };
}

/** What is wrong with a run. One that took too long is run again: the machine may have been busy. */
async function faultOf(input: Buffer, { fuzz, announce }: HuntOptions): Promise<string | undefined> {
  let took = 0;
  for (let attempt = 0; attempt < 3; attempt++) {
    announce(input);
    const started = performance.now();
    try {
      const answer = fuzz(input);
      if (answer instanceof Promise) await answer;
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
    took = performance.now() - started;
    if (took < mostTime) return undefined;
  }
  return `slow: ${Math.round(took)} ms for ${input.length} octets`;
}

/** The same fault with less: pieces are left out, the longest first, for as long as it stays. */
async function smaller(input: Buffer, message: string, options: HuntOptions): Promise<Buffer> {
  const kind = (text: string | undefined): string | undefined => text?.slice(0, 24);
  const deadline = Date.now() + 5000;
  let least = input;
  for (let length = least.length >> 1; length > 0; length >>= 1) {
    for (let at = 0; at < least.length && Date.now() < deadline; ) {
      const shorter = Buffer.concat([least.subarray(0, at), least.subarray(at + length)]);
      if (kind(await faultOf(shorter, options)) === kind(message)) least = shorter;
      else at += length;
    }
  }
  return least;
}
