// The library as another runtime would load it: module instances of their own, whose base/platform.ts sees the globals
// of that runtime. Everything else, Web Crypto included, is this runtime's own.
import { vi } from "vitest";
import type * as native from "../../../src/base/platform.ts";

/** What a runtime has beyond the language and Web Crypto. */
export interface Platform {
  readonly name: string;
  /** `Buffer`, for base64url and UTF-8. */
  readonly buffer: boolean;
  /** `process.getBuiltinModule`, and by it `node:crypto`. */
  readonly nodeCrypto: boolean;
  /** Synchronous HMAC, and synchronous signatures by key pairs: what the library makes of it. */
  readonly syncHmac: boolean;
  readonly syncSignatures: boolean;
  readonly userAgent?: string;
}

export const nodeLike: Platform = {
  name: "Node, Bun, Deno",
  buffer: true,
  nodeCrypto: true,
  syncHmac: true,
  syncSignatures: true,
};
export const workerdLike: Platform = {
  name: "workerd with nodejs_compat",
  buffer: true,
  nodeCrypto: true,
  syncHmac: true,
  syncSignatures: true,
  userAgent: "Cloudflare-Workers",
};
export const browserLike: Platform = {
  name: "browser: subtle and nothing else",
  buffer: false,
  nodeCrypto: false,
  syncHmac: false,
  syncSignatures: false,
  userAgent: "Mozilla/5.0",
};

export const platforms: readonly Platform[] = [nodeLike, workerdLike, browserLike];

type Native = typeof native;
type Function_ = (...args: unknown[]) => unknown;

/** Imports anew, with everything it imports, as `platform` would have it. `changes` replaces exports of platform.ts. */
export async function loadOn<Module>(
  platform: Platform,
  load: () => Promise<Module>,
  changes: Partial<Native> = {},
): Promise<Module> {
  vi.resetModules();
  vi.doMock("../../../src/base/platform.ts", async (importOriginal) => {
    const real = await importOriginal<Native>();
    // Each of its functions, whatever its name, runs while the globals are the platform's. None of them is asynchronous.
    const wrapped = Object.entries(real).map(
      ([name, value]) =>
        [
          name,
          typeof value === "function"
            ? (...args: unknown[]): unknown => withGlobalsOf(platform, () => (value as Function_)(...args))
            : value,
        ] as const,
    );
    return { ...Object.fromEntries(wrapped), ...changes };
  });
  try {
    return await load();
  } finally {
    vi.doUnmock("../../../src/base/platform.ts");
    vi.resetModules();
  }
}

interface Globals {
  Buffer: unknown;
  process: { getBuiltinModule?: unknown };
}
const globals = globalThis as unknown as Globals;

function withGlobalsOf<T>(platform: Platform, run: () => T): T {
  if (platform === nodeLike) return run();
  const { Buffer: buffer, process } = globals;
  const { getBuiltinModule } = process;
  const navigator = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  if (!platform.buffer) globals.Buffer = undefined;
  if (!platform.nodeCrypto) process.getBuiltinModule = undefined;
  Object.defineProperty(globalThis, "navigator", { value: { userAgent: platform.userAgent }, configurable: true });
  try {
    return run();
  } finally {
    globals.Buffer = buffer;
    process.getBuiltinModule = getBuiltinModule;
    Reflect.deleteProperty(globalThis, "navigator");
    if (navigator !== undefined) Object.defineProperty(globalThis, "navigator", navigator);
  }
}
