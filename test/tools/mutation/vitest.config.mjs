// Those tests that mutate.mjs names in the environment: nothing else reaches the processes of the mutation tester.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const { tests, every } = JSON.parse(process.env.ASKED_TESTS ?? "");

export default defineConfig({
  // In a run this is the mutated copy of the project.
  root: fileURLToPath(new URL("../../..", import.meta.url)),
  test: {
    include: tests,
    setupFiles: every ? ["test/tools/mutation/every-test.mjs"] : [],
    // Endless loops are the mutation tester's to end. A test that is late on a busy machine would look like one that has failed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
