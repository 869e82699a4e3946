import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

type Suite = NonNullable<TestProjectInlineConfiguration["test"]>;

const build = "test/tools/vitest/build-dist.ts";

/** Tries the packed tarball, by processes that the tests start: two at a time, for two cores. */
const packed = (...include: string[]): Suite => ({
  include,
  globalSetup: "test/system/pack.ts",
  setupFiles: "test/system/remove-folders.ts",
  fileParallelism: false,
  maxConcurrency: 2,
  testTimeout: 300_000,
  hookTimeout: 300_000,
});

/** The suites that need programs and packages of their own, which their commands install: `npm run test:packaging`, and so on. */
const suites: Readonly<Record<string, Suite>> = {
  packaging: packed("test/system/packaging/*.test.ts"),
  size: packed("test/system/size/*.test.ts"),
  // Beside them are tests that need nothing: `npm test`.
  guides: packed("test/system/guides/guides.test.ts", "test/system/guides/drop-in/*.test.ts"),
  // Real servers, started and killed by the tests: each file has its own, so the files may run side by side.
  services: {
    include: ["test/system/services/**/*.test.ts"],
    globalSetup: build,
    // More files than cores: many wait for a key to grow old, or for a server to come back.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    server: { deps: { external: [/\/dist\//] } },
  },
  site: {
    include: ["test/system/site/*.test.{ts,mjs}"],
    globalSetup: [build, "test/system/site/build-site.mjs"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
  playground: {
    include: ["test/system/playground/in-browsers/*.test.ts"],
    globalSetup: build,
    // Beside another browser, a page would take longer to answer than it may.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Its function goes to the page as it stands.
    server: { deps: { external: [/\/attempts\.mjs$/] } },
  },
};

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    reporters: ["default", "./test/tools/vitest/report-skipped.ts"],
    projects: Object.entries(suites).map(([name, test]) => ({ extends: true, test: { name, ...test } })),
  },
});
