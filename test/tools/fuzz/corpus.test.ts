// Every input that the fuzzer has kept, and every one that it once found something with, run as a test.
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keptInputs } from "./corpus.mjs";
import type { Target } from "./engine/session.ts";

const targets = readdirSync(new URL("targets", import.meta.url)).map((name) => name.replace(".ts", ""));

describe.each(targets)("%s", async (name) => {
  const { fuzz, seeds } = (await import(`./targets/${name}.ts`)) as Target;
  const inputs = [
    ...seeds.map((seed) => Buffer.from(seed as string)),
    ...keptInputs(name).map((text) => Buffer.from(text, "base64")),
  ];

  it("keeps its invariants", async () => {
    for (const input of inputs)
      await expect((async () => fuzz(input))(), JSON.stringify(input.toString("latin1"))).resolves.toBeUndefined();
    expect(inputs.length).toBeGreaterThan(5);
  });
});

it("keeps no corpus of a target that is not there", () => {
  const folder = new URL("corpus", import.meta.url);
  const kept = existsSync(folder) ? readdirSync(folder).map((name) => name.replace(".txt", "")) : [];
  expect(kept.filter((name) => !targets.includes(name))).toEqual([]);
});
