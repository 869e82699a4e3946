// The process that runs one target. Its parent watches the file that every input is written to first, and ends a run that does not end.
import { openSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { coverageOf } from "./coverage.ts";
import { hunt, type Fuzz, type HuntOptions } from "./hunt.ts";

/** What the parent asks for. */
export interface Task extends Pick<HuntOptions, "seconds" | "seed" | "guided"> {
  readonly bundle: string;
  /** The kept inputs, beside those that the target brings; base64. */
  readonly kept: readonly string[];
  readonly words: readonly string[];
  /** Where each input stands before it is run: a count, a length, the octets. */
  readonly announced: string;
}

/** What a target file exports. */
export interface Target {
  readonly fuzz: Fuzz;
  readonly seeds: readonly (string | Uint8Array)[];
  readonly words?: readonly string[];
}

process.once("message", (task: Task) => {
  void run(task).then((report) =>
    process.send!(report, () => {
      process.disconnect();
    }),
  );
});

async function run({ bundle, kept, words, announced, seconds, seed, guided }: Task): Promise<object> {
  const target = (await import(pathToFileURL(bundle).href)) as Target;
  const coverage = coverageOf(
    (globalThis as unknown as { __coverage__: Parameters<typeof coverageOf>[0] }).__coverage__,
  );
  const file = openSync(announced, "w");
  let count = 0;
  let memory = Buffer.alloc(1 << 17);

  const { runs, finding, corpus } = await hunt({
    fuzz: target.fuzz,
    coverage,
    seconds,
    seed,
    guided,
    seeds: [
      ...target.seeds.map((text) => Buffer.from(text as string)),
      ...kept.map((text) => Buffer.from(text, "base64")),
    ],
    words: [target.words ?? [], words].map((list) => list.map((text) => Buffer.from(text))),
    announce(input) {
      if (memory.length < input.length + 8) memory = Buffer.alloc(input.length + 8);
      memory.writeUInt32LE((count = (count + 1) >>> 0), 0);
      memory.writeUInt32LE(input.length, 4);
      input.copy(memory, 8);
      writeSync(file, memory, 0, input.length + 8, 0);
    },
  });
  return {
    runs,
    size: coverage.size,
    reached: coverage.reached(),
    seeds: target.seeds.length + kept.length,
    found: corpus.length - target.seeds.length - kept.length,
    corpus: corpus.slice(target.seeds.length).map((input) => input.toString("base64")),
    finding: finding && { message: finding.message, input: finding.input.toString("base64") },
  };
}
