// A stand-in for src/base/platform.ts that knows of no fast way: no Buffer, no HMAC as text. What is left is what every runtime
// has, and the synchronous primitives, which have no other way.
import { vi } from "vitest";

vi.mock(import("../../src/base/platform.ts"), async (original) => ({
  ...(await original()),
  nativeBuffer: () => undefined,
  asBuffer: () => undefined,
  fastHmac: () => undefined,
}));
