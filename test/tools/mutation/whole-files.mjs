// The runner of Vitest, and what it passes over: a test file that throws before its first test. A mutant that makes it throw was noticed.
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { TestStatus } from "@stryker-mutator/api/test-runner";
import { strykerPlugins as ofVitest } from "@stryker-mutator/vitest-runner";

/** @typedef {{ name: string, tasks: unknown[], result?: { state: string } }} TestFile */
/** @typedef {{ run: Function, ctx: { state: { getFiles(): TestFile[] } } }} Runner */

const [{ factory }] = /** @type {[{ factory: { (...given: unknown[]): Runner, inject: readonly string[] } }]} */ (
  /** @type {unknown} */ (ofVitest)
);

function runWholeFiles(...given) {
  const runner = factory(...given);
  const run = runner.run.bind(runner);
  runner.run = async (...options) => {
    const result = await run(...options);
    const broken = runner.ctx.state
      .getFiles()
      .filter(({ tasks, result }) => result?.state === "fail" && tasks.length === 0);
    for (const { name } of broken)
      result.tests?.push({
        id: `${name}#`,
        name,
        status: TestStatus.Failed,
        failureMessage: "the file has no tests: it threw",
        timeSpentMs: 0,
      });
    return result;
  };
  return runner;
}
runWholeFiles.inject = factory.inject;

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, "vitest-whole-files", /** @type {never} */ (runWholeFiles)),
];
