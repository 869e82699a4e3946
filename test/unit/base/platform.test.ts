// base/platform.ts, the one file that knows which runtime this is: capabilities, each looked for when it
// is first needed. Here the runtime itself is changed, and the module loaded anew.
import * as nodeCrypto from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";

const load = () => import("../../../src/base/platform.ts");

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

  it("serves HMAC and signatures on workerd too, where subtle is faster, and promises are not shared", async () => {
    await withGlobals({ process: loads, navigator: { userAgent: "Cloudflare-Workers" } }, (native) => {
      expect(native.syncHmac()).toBe(nodeCrypto);
      expect(native.fastHmac()).toBeUndefined();
      expect(native.syncSignatures()).toBe(nodeCrypto);
      expect(native.sharesPromises()).toBe(false);
    });
  });

  it.each<readonly [string, unknown]>([
    [
      "a getBuiltinModule that throws when it is called (Next.js' Edge Runtime)",
      {
        getBuiltinModule: () => {
          throw new Error("not supported in the Edge Runtime");
        },
      },
    ],
    [
      "a process that throws when it is asked",
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("not supported");
          },
        },
      ),
    ],
  ])("is absent with %s, and promises are not shared", async (_what, process) => {
    await withGlobals({ process }, (native) => {
      expect(native.syncHmac()).toBeUndefined();
      expect(native.fastHmac()).toBeUndefined();
      expect(native.syncSignatures()).toBeUndefined();
      expect(native.sharesPromises()).toBe(false);
    });
  });

  it.each<readonly [string, unknown]>([
    ["no navigator", undefined],
    ["a navigator without userAgent", {}],
    ["another userAgent", { userAgent: "Node.js/22" }],
    [
      "a navigator that throws",
      {
        get userAgent() {
          throw new Error("not supported");
        },
      },
    ],
  ])("serves all of it with %s", async (_what, navigator) => {
    await withGlobals({ process: loads, navigator }, (native) => {
      expect(native.fastHmac()).toBe(nodeCrypto);
      expect(native.syncSignatures()).toBe(nodeCrypto);
    });
  });
});

describe("promises", () => {
  it("are shared on Node, Bun and Deno, and node:crypto is not loaded to find out", async () => {
    const getBuiltinModule = vi.fn((id: string) => (id === "node:process" ? {} : undefined));
    await withGlobals({ process: { getBuiltinModule } }, (native) => {
      for (let i = 0; i < 3; i++) expect(native.sharesPromises()).toBe(true);
    });
    expect(getBuiltinModule.mock.calls).toEqual([["node:process"]]);
  });

  it.each<readonly [string, Record<string, unknown>]>([
    ["no process", { process: undefined }],
    ["a process without getBuiltinModule", { process: { env: {} } }],
    ["a getBuiltinModule that knows none of Node's modules", { process: { getBuiltinModule: () => undefined } }],
    [
      "workerd, with all of Node's modules",
      { process: { getBuiltinModule: () => ({}) }, navigator: { userAgent: "Cloudflare-Workers" } },
    ],
  ])("are not shared with %s", async (_what, globals) => {
    await withGlobals(globals, (native) => {
      expect(native.sharesPromises()).toBe(false);
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

  it.each<readonly [string, unknown]>([
    [
      "knows no base64url (what bundlers put in for browsers)",
      {
        from: () => {
          throw new TypeError("Unknown encoding: base64url");
        },
      },
    ],
    [
      "spells base64url in its own way",
      { from: () => ({ base64urlWrite: () => 3, base64urlSlice: () => "+/+/", toString: () => "+/+/" }) },
    ],
    ["has only the documented methods", { from: () => ({ toString: () => "-_-_", write: () => 3 }) }],
    ["is no class", {}],
  ])("is left alone where it %s", async (_what, candidate) => {
    await withGlobals({ Buffer: candidate }, (native) => {
      expect(native.nativeBuffer()).toBeUndefined();
      expect(native.asBuffer(new Uint8Array(1))).toBeUndefined();
    });
  });
});

describe("what is missing is named, with what to do", () => {
  const messageOf = (attempt: () => unknown): unknown => {
    try {
      return attempt();
    } catch (error) {
      expect(error).toEqual(unsupported);
      return (error as Error).message;
    }
  };

  it.each(["TextEncoder", "TextDecoder", "atob", "btoa"])("%s", async (name) => {
    const polyfill = `${name} is missing: this runtime needs a polyfill of it`;
    for (const isSecureContext of [undefined, true, false]) {
      await withGlobals({ [name]: undefined, isSecureContext }, (native) => {
        const use = {
          TextEncoder: native.newTextEncoder,
          TextDecoder: native.newTextDecoder,
          atob: () => native.base64Function("atob"),
          btoa: () => native.base64Function("btoa"),
        }[name];
        expect(messageOf(use!)).toBe(polyfill);
      });
    }
  });

  it("Web Crypto, in a page that is not secure and where there is no page", async () => {
    for (const [isSecureContext, remedy] of [
      [false, "serve the page over https or from localhost"],
      [undefined, "this runtime needs a polyfill of it"],
      [true, "this runtime needs a polyfill of it"],
    ] as const) {
      await withGlobals({ crypto: undefined, isSecureContext }, (native) => {
        expect(messageOf(native.subtleCrypto)).toBe(`crypto.subtle is missing: ${remedy}`);
        expect(messageOf(native.randomUuid)).toBe(`crypto.randomUUID is missing: ${remedy}`);
        expect(messageOf(() => native.randomBytes(1))).toBe(`crypto.getRandomValues is missing: ${remedy}`);
      });
    }
  });

  it("a Web Crypto that throws when it is asked is missing", async () => {
    const crypto = new Proxy(
      {},
      {
        get: () => {
          throw new Error("not supported");
        },
      },
    );
    await withGlobals({ crypto }, (native) => {
      expect(messageOf(native.subtleCrypto)).toBe("crypto.subtle is missing: this runtime needs a polyfill of it");
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
