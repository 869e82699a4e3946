import { defineConfig, mergeConfig } from "vitest/config";
import usual from "./vitest.config.ts";

/** All but the tests where octets, strings and MACs are made. */
const elsewhere = [
  "test/unit/!(encoding|jws|jwt|keys|claims)/**",
  "test/unit/*.test.ts",
  "test/spec/!(vectors|threats)/**",
  "test/spec/*.test.ts",
  "test/{system,tools}/**",
];

/** All but the tests where tokens are verified by verifiers. */
const withoutVerifiers = [
  "test/unit/!(jwt|jwks|revocation|http)/**",
  "test/unit/*.test.ts",
  "test/{spec,system,tools}/**",
];

/** The fast path that is kept, and the tests that are left out: every test runs without any of them. */
const projects = {
  none: [],
  buffer: elsewhere,
  hmac: elsewhere,
  "one-shot": elsewhere,
  headers: withoutVerifiers,
  // Those two time or count checks of signatures, which a memory saves.
  tokens: [...withoutVerifiers, "test/unit/jwks/local.test.ts", "test/unit/jwt/messages.test.ts"],
};

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
          setupFiles: ["test/tools/vitest/fast-paths.ts"],
          // What is under test there is the platform itself, a memory, the build and the sources: not what stands on them.
          exclude: [
            ...leftOut,
            "test/unit/base/{platform,import,bare}.test.ts",
            "test/unit/keys/mac.test.ts",
            "test/unit/jwt/{memory,token-cache}.test.ts",
            "test/spec/structure/**",
            "test/spec/types/**",
            "test/system/guides/guides.test.ts",
            "test/system/guides/drop-in/**",
            "test/system/packaging/**",
            "test/system/services/**",
            "test/system/site/**",
            "test/system/size/**",
            "test/tools/long-run/**",
            "**/node_modules/**",
          ],
        },
      })),
    },
  }),
);
