// The parts of docs/guides/revocation.md that need nothing but the package.
import { expect, it } from "vitest";
import { plainRecipes, runRecipe } from "./guide.ts";

it.each(plainRecipes.map((code, i) => [i + 1, code] as const))("recipe %i runs", async (_number, code) => {
  await runRecipe(code, [process.execPath]);
});

it("there is one for each of the functions that revoke, for a session that goes on, and for tokens that are good once", () => {
  const used = [
    /revoke\(/,
    /revokeSubject\((?!.*except)/,
    /revokeSubject\(.*except/,
    /revokeSession\(/,
    /memoryReplayStore\(/,
  ];
  expect(plainRecipes).toHaveLength(used.length);
  for (const [at, code] of plainRecipes.entries()) expect(code).toMatch(used[at]!);
});
