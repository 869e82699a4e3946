// The page is what its sources make, and says what a page can keep.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { file, render } from "../../../../docs/playground/build.mjs";
import { checkPolicy } from "./privacy.ts";
import { checkWeight } from "./speed.ts";

const page = readFileSync(file, "utf8");

it("it is what its sources make (npm run playground)", async () => {
  expect(page === (await render())).toBe(true);
});
checkPolicy(page);
checkWeight(page);
