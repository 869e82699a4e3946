import { defineConfig, mergeConfig } from "vitest/config";
import usual from "./vitest.config.ts";

// The same tests, the same answers: `npm run test:without-fast-paths`.
export default mergeConfig(
  usual,
  defineConfig({
    test: {
      setupFiles: ["test/structure/without-fast-paths.ts"],
      // What is under test there is the platform itself, the build and the sources: not what stands on them.
      exclude: [
        "test/base/{platform,import}.test.ts",
        "test/structure/**",
        "test/types/**",
        "test/services/**",
        "test/long-run/**",
        "**/node_modules/**",
      ],
    },
  }),
);
