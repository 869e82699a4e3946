import { defineConfig, mergeConfig } from "vitest/config";
import usual from "./vitest.config.ts";

/** All but the tests where octets, strings and MACs are made. */
const elsewhere = ["test/!(encoding|jws|jwt|keys|vectors|claims|threats)/**", "test/*.test.ts"];

/** The fast path that is kept, and the tests that are left out: every test runs without any of them. */
const projects = { none: [], buffer: elsewhere, hmac: elsewhere, "one-shot": elsewhere };

// The same tests, the same answers: `npm run test:without-fast-paths`.
export default mergeConfig(
  usual,
  defineConfig({
    test: {
      projects: Object.entries(projects).map(([name, leftOut]) => ({
        extends: true,
        test: {
          name,
          env: { FAST_PATHS: name },
          setupFiles: ["test/structure/fast-paths.ts"],
          // What is under test there is the platform itself, the build and the sources: not what stands on them.
          exclude: [
            ...leftOut,
            "test/base/{platform,import,bare}.test.ts",
            "test/keys/mac.test.ts",
            "test/structure/**",
            "test/types/**",
            "test/services/**",
            "test/site/**",
            "test/long-run/**",
            "**/node_modules/**",
          ],
        },
      })),
    },
  }),
);
