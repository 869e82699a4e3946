import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The suites that try the packed tarball among programs and packages of their own, which their commands install: `npm run test:packaging`. */
const suites = {
  packaging: ["test/system/packaging/*.test.ts"],
  size: ["test/system/size/*.test.ts"],
  // Beside them are tests that need nothing: `npm test`.
  guides: ["test/system/guides/guides.test.ts", "test/system/guides/drop-in/*.test.ts"],
};

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    reporters: ["default", "./test/tools/vitest/report-skipped.ts"],
    projects: Object.entries(suites).map(([name, include]) => ({
      extends: true,
      test: {
        name,
        include,
        globalSetup: "test/system/pack.ts",
        setupFiles: "test/system/remove-folders.ts",
        // The work is done by processes that the tests start: two at a time, for two cores.
        fileParallelism: false,
        maxConcurrency: 2,
        testTimeout: 300_000,
        hookTimeout: 300_000,
      },
    })),
  },
});
