// One line that names what was skipped and why, as given to `context.skip(reason)`.
import { relative } from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";

export default class ReportSkipped implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => {
      const tests = [...module.children.allTests("skipped")];
      if (tests.length === 0) return [];
      const reasons = new Set(tests.map(reasonOf).filter((reason) => reason !== undefined));
      const why = reasons.size === 0 ? "" : `: ${[...reasons].join(", ")}`;
      return [`${relative(process.cwd(), module.moduleId)} (${tests.length}${why})`];
    });
    if (skipped.length > 0) console.log(`Skipped tests: ${skipped.join("; ")}\n`);
  }
}

function reasonOf(test: TestCase): string | undefined {
  const result = test.result();
  return result.state === "skipped" ? result.note : undefined;
}
