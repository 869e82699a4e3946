// The blocks of the guide that need nothing but the package: each runs, and prints what it says.
import { expect, it, vi } from "vitest";
import { plainBlocks, run } from "./guide.ts";

it.each(plainBlocks.map((code, i) => [i + 1, code] as const))("block %i runs", async (_number, code) => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await run(code);
    const announced = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
    expect(announced.length).toBeGreaterThan(0);
    expect(log.mock.calls.map((words) => words.map(String).join(" "))).toEqual(announced);
  } finally {
    log.mockRestore();
  }
});

it("there are blocks to run", () => {
  expect(plainBlocks.length).toBeGreaterThanOrEqual(2);
});
