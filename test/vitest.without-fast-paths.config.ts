import { defineConfig, mergeConfig } from "vitest/config";
import usual from "./vitest.config.ts";

/** Without any fast path, and with each alone. */
const kept = ["none", "buffer", "hmac", "one-shot"];

// The same tests, the same answers: `npm run test:without-fast-paths`.
export default mergeConfig(
  usual,
  defineConfig({
    test: {
      projects: kept.map((name) => ({
        extends: true,
        test: {
          name,
          env: { FAST_PATHS: name },
          setupFiles: ["test/structure/fast-paths.ts"],
          // What is under test there is the platform itself, the build and the sources: not what stands on them.
          exclude: [
            "test/base/{platform,import,bare}.test.ts",
            "test/keys/mac.test.ts",
            "test/structure/**",
            "test/types/**",
            "test/services/**",
            "test/long-run/**",
            "**/node_modules/**",
          ],
        },
      })),
    },
  }),
);
