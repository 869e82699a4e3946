// A stand-in for src/base/platform.ts that knows of no fast way but those that FAST_PATHS names: "buffer" for base64url and UTF-8,
// "hmac" for MACs as text, "one-shot" for those of two digests. What is left is what every runtime has, and the synchronous
// primitives, which have no other way.
import { vi } from "vitest";

const { FAST_PATHS: kept } = process.env;

vi.mock(import("../../../src/base/platform.ts"), async (original) => {
  const real = await original();
  return {
    ...real,
    ...(kept !== "buffer" && { nativeBuffer: () => undefined, asBuffer: () => undefined }),
    // A MAC of two digests is one as text too.
    ...(kept !== "hmac" && kept !== "one-shot" && { fastHmac: () => undefined }),
    ...(kept !== "one-shot" && { oneShotHash: () => undefined }),
  };
});
