// The mutation tester notes which test ran which code, by the test that runs now. Without one it takes the code for code of the modules
// themselves: what is mutated there is so from the start, and meets every test.
import { beforeEach, inject } from "vitest";

beforeEach(() => {
  globalThis[inject("globalNamespace")].currentTestId = undefined;
});
