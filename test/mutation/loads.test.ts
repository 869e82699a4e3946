// A mutant that keeps the package from loading takes every test file with it, before there is a test that could fail. Here is one.
import { expect, it } from "vitest";

it("the package loads", async () => {
  const mintmark = await import("../../src/index.ts");
  for (const [name, value] of Object.entries(mintmark)) expect(value, name).toBeDefined();
});
