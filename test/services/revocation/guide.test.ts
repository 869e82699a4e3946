// The parts of docs/guides/revocation.md that need nothing but the package.
import { expect, it } from "vitest";
import { plainRecipes, runRecipe } from "./guide.ts";

it.each(plainRecipes.map((code, i) => [i + 1, code] as const))("recipe %i runs", async (_number, code) => {
  await runRecipe(code, [process.execPath]);
});

it("there is one for revoking a token, for logging out, and for tokens that are good once", () => {
  expect(plainRecipes).toHaveLength(3);
});
