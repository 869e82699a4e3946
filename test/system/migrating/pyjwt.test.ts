// Each row of the guide, against PyJWT itself. Without it the suite is skipped, and under CI=true it fails.
import { afterAll, expect, test } from "vitest";
import { testBeforeAndAfter, testOtherBlocks } from "./before-and-after.ts";
import { readGuide } from "./guide.ts";
import { testKeyForms } from "./pyjwt-keys.ts";
import { missing, python, startPyJwt } from "./pyjwt-process.ts";
import { testDecode, testEncode, testNewerDecode, testRefusals } from "./pyjwt-rows.ts";
import { fixTheWorld } from "./tokens.ts";

fixTheWorld();

if (python !== undefined) {
  const pyjwt = await startPyJwt(python);
  afterAll(pyjwt.stop);
  const guide = await readGuide("pyjwt");
  testBeforeAndAfter(guide, { runBefore: ({ blocks }) => pyjwt.load(blocks("python")[0]!) });
  testOtherBlocks(guide);
  for (const testPart of [testEncode, testDecode, testNewerDecode, testRefusals, testKeyForms])
    await testPart(guide, pyjwt);
} else if (process.env.CI === "true") {
  test("PyJWT", () => {
    expect.fail(missing);
  });
} else {
  test("PyJWT", (context) => {
    context.skip(missing);
  });
}
