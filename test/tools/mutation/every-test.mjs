// The mutation tester notes which test ran which code, by the test that runs now. Without one it takes the code for code of the modules
// themselves: what is mutated there is so from the start, and meets every test.
import { beforeEach, inject } from "vitest";

/** @typedef {Record<string, { currentTestId?: string | undefined }>} Namespaces */

beforeEach(() => {
  const namespace = inject(/** @type {never} */ ("globalNamespace")); // which @stryker-mutator/vitest-runner provides
  const { [namespace]: shared } = /** @type {Namespaces} */ (/** @type {unknown} */ (globalThis));
  if (shared === undefined) throw new Error(`expected Stryker's global ${namespace}`);
  shared.currentTestId = undefined;
});
