// Turns off every fast path but the one that FAST_PATHS names: "buffer" for base64url and UTF-8, "hmac" for MACs as text, "one-shot" for
// those of two digests, "headers" for the headers and "tokens" for the tokens that a verifier remembers. What is left is what every runtime
// has, and the synchronous primitives, which have no other way: the conformance suite runs without those, in browsers and workers.
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

vi.mock(import("../../../src/jwt/memory.ts"), async (original) => {
  const real = await original();
  const { freshHeaders } = await import("../../../src/jwt/header.ts");
  return {
    ...real,
    createMemory(cacheSize) {
      if (kept === "headers") return real.createMemory(0);
      // Every verifier remembers tokens then, whatever its options say.
      return { ...(kept === "tokens" && real.createMemory(cacheSize || 100)), headers: freshHeaders };
    },
  };
});
