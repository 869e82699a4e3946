// base/platform.ts, the one file that knows which runtime this is (design §4): capabilities, each looked for when it
// is first needed. Here the runtime itself is changed, and the module loaded anew.
import * as nodeCrypto from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";

const load = () => import("../../src/base/platform.ts");

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Loads platform.ts, then calls it while globals are what `globals` says; undefined takes one away. */
async function withGlobals<T>(
  globals: Readonly<Record<string, unknown>>,
  use: (native: Awaited<ReturnType<typeof load>>) => T,
): Promise<T> {
  vi.resetModules();
  const native = await load();
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  try {
    return use(native);
  } finally {
    vi.unstubAllGlobals();
  }
}

const unsupported = expect.objectContaining({ name: "TypeError", code: "unsupported_algorithm" }) as Error;
const loads = { getBuiltinModule: (id: string) => (id === "node:crypto" ? nodeCrypto : undefined) };

describe("node:crypto, by process.getBuiltinModule", () => {
  it.each<readonly [string, Record<string, unknown>]>([
    ["no process (browsers)", { process: undefined }],
    ["a process without getBuiltinModule (Node before 20.16, bundlers' stand-ins)", { process: { env: {} } }],
    [
      "a getBuiltinModule that knows no node:crypto (workerd without nodejs_compat)",
      { process: { getBuiltinModule: () => undefined } },
    ],
  ])("is absent with %s: no synchronous HMAC, no synchronous signatures", async (_what, globals) => {
    await withGlobals(globals, (native) => {
      expect(native.syncHmac()).toBeUndefined();
      expect(native.fastHmac()).toBeUndefined();
      expect(native.syncSignatures()).toBeUndefined();
      // Not found once is not found again.
      expect(native.syncHmac()).toBeUndefined();
    });
  });

  it("serves HMAC and signatures on Node, Bun and Deno, and is asked for once", async () => {
    const getBuiltinModule = vi.fn(loads.getBuiltinModule);
    await withGlobals({ process: { getBuiltinModule } }, (native) => {
      for (let i = 0; i < 3; i++) {
        expect(native.syncHmac()).toBe(nodeCrypto);
        expect(native.fastHmac()).toBe(nodeCrypto);
        expect(native.syncSignatures()).toBe(nodeCrypto);
      }
    });
    expect(getBuiltinModule).toHaveBeenCalledTimes(1);
    expect(getBuiltinModule).toHaveBeenCalledWith("node:crypto");
  });

  it("serves only synchronous HMAC on workerd, whose KeyObjects cannot sign and whose subtle is faster", async () => {
    await withGlobals({ process: loads, navigator: { userAgent: "Cloudflare-Workers" } }, (native) => {
      expect(native.syncHmac()).toBe(nodeCrypto);
      expect(native.fastHmac()).toBeUndefined();
      expect(native.syncSignatures()).toBeUndefined();
    });
  });

  it.each<readonly [string, unknown]>([
    ["no navigator", undefined],
    ["a navigator without userAgent", {}],
    ["another userAgent", { userAgent: "Node.js/22" }],
  ])("serves all of it with %s", async (_what, navigator) => {
    await withGlobals({ process: loads, navigator }, (native) => {
      expect(native.fastHmac()).toBe(nodeCrypto);
      expect(native.syncSignatures()).toBe(nodeCrypto);
    });
  });
});

describe("Buffer", () => {
  it("is found where there is one", async () => {
    await withGlobals({}, (native) => {
      expect(native.nativeBuffer()).toBe(Buffer);
    });
    await withGlobals({ Buffer: undefined }, (native) => {
      expect(native.nativeBuffer()).toBeUndefined();
    });
  });
});

describe("Web Crypto", () => {
  it("is found where there is one", async () => {
    await withGlobals({}, (native) => {
      expect(native.subtleCrypto()).toBe(crypto.subtle);
      expect(native.randomUuid()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
      expect(native.randomUuid()).not.toBe(native.randomUuid());
      const [a, b] = [native.randomBytes(32), native.randomBytes(32)];
      expect(a).toHaveLength(32);
      expect(Buffer.compare(a, b)).not.toBe(0);
    });
  });

  it.each<readonly [string, unknown]>([
    ["no crypto (jsdom)", undefined],
    [
      "crypto without subtle (a page that is neither https nor localhost)",
      { getRandomValues: (array: unknown) => array },
    ],
  ])("is refused as unsupported_algorithm, when it is first used, with %s", async (_what, crypto) => {
    await withGlobals({ crypto }, (native) => {
      expect(() => native.subtleCrypto()).toThrow(unsupported);
      expect(() => native.randomUuid()).toThrow(unsupported);
    });
  });

  it("random bytes are refused without crypto, and had without subtle", async () => {
    await withGlobals({ crypto: undefined }, (native) => {
      expect(() => native.randomBytes(16)).toThrow(unsupported);
    });
    await withGlobals({ crypto: { getRandomValues: (array: Uint8Array) => array.fill(7) } }, (native) => {
      expect([...native.randomBytes(3)]).toEqual([7, 7, 7]);
    });
  });
});
