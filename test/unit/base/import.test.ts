// Importing mintmark does nothing and needs nothing: jsdom has no TextDecoder, a page that is not
// https no crypto.subtle, browsers no process. What is missing is said when it is first used.
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { afterEach, describe, expect, it, vi } from "vitest";

const load = () => import("../../../src/index.ts");

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const secret = "a secret of more than thirty-two characters";
const expected = { issuer: "https://issuer.example", audience: "web" };
const unsupported = { name: "TypeError", code: "unsupported_algorithm" };

describe("the module", () => {
  it.each([[["TextEncoder", "TextDecoder"]], [["crypto"]], [["TextEncoder", "TextDecoder", "crypto", "navigator"]]])(
    "is imported without %j",
    async (names) => {
      vi.resetModules();
      for (const name of names) vi.stubGlobal(name, undefined);
      const { ES256, HS256, generateKeyPair, generateSecret, importVerifyingKey, sign, thumbprint } = await load();
      expect(Object.keys({ ES256, HS256, sign }).length).toBe(3);
      if (names.includes("crypto")) {
        await expect(generateSecret(HS256)).rejects.toMatchObject(unsupported);
        await expect(generateKeyPair(ES256)).rejects.toMatchObject(unsupported);
        if (names.includes("TextEncoder")) return;
        await expect(thumbprint({ kty: "oct", k: "AAAA" })).rejects.toMatchObject(unsupported);
        const jwk = {
          kty: "EC",
          crv: "P-256",
          x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
          y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        };
        await expect(importVerifyingKey(jwk, ES256)).rejects.toMatchObject(unsupported);
      }
    },
  );

  it("signs and verifies with HMAC where crypto.subtle is missing and node:crypto is not", async () => {
    vi.resetModules();
    vi.stubGlobal("crypto", undefined);
    const { HS256, importSecret, sign, verify } = await load();
    const key = await importSecret(secret, HS256);
    const token = await sign({ sub: "u" }, key, expected);
    expect((await verify(token, key, expected)).claims.sub).toBe("u");
  });
});

describe("the first token of a remote key set", () => {
  it("is verified without node:crypto being loaded", async () => {
    vi.resetModules();
    const { ES256, generateKeyPair, publicJwks, sign } = await load();
    const { privateKey, publicKey } = await generateKeyPair(ES256);
    const token = await sign({ sub: "u" }, privateKey, expected);
    const keySet = Response.json(await publicJwks([publicKey]));

    vi.resetModules();
    const fresh = await load();
    const asked = vi.spyOn(process, "getBuiltinModule");
    const keys = fresh.remoteJwks("https://issuer.example/jwks", {
      algorithms: [fresh.ES256],
      fetch: () => Promise.resolve(keySet),
    });
    expect((await fresh.createVerifier(keys, expected).verify(token)).claims.sub).toBe("u");
    expect(asked).not.toHaveBeenCalledWith("node:crypto");
    asked.mockRestore();
  });
});

// What is published, in a realm that has what the language and the text encodings bring: no process, no Buffer, no crypto.
describe("the built module in a bare realm", () => {
  const dist = new URL("../../../dist/", import.meta.url);

  /** Runs the CommonJS build with these globals; a test's expression may use `mintmark`. */
  function bareRealm(globals: object): (expression: string) => Promise<unknown> {
    const context = createContext(globals);
    const load = (file: string): object => {
      if (!file.startsWith("./")) throw new Error("nothing but its own files is required");
      const module = { exports: {} };
      const run = runInContext(
        `(module, exports, require) => { ${readFileSync(new URL(file, dist), "utf8")}\n }`,
        context,
      ) as (...args: unknown[]) => void;
      run(module, module.exports, load);
      return module.exports;
    };
    Object.defineProperty(context, "mintmark", { value: load("./index.cjs") });
    return async (expression) => runInContext(`(async () => (${expression}))()`, context) as unknown;
  }

  it("touches no global of any runtime while it is imported", () => {
    const touched: string[] = [];
    const globals = {};
    for (const name of [
      "process",
      "navigator",
      "Buffer",
      "crypto",
      "TextEncoder",
      "TextDecoder",
      "Deno",
      "Bun",
      "window",
      "self",
      "document",
      "fetch",
      "Request",
      "Response",
      "Headers",
      "URL",
      "btoa",
      "atob",
      "setTimeout",
      "queueMicrotask",
      "structuredClone",
      "performance",
      "caches",
    ]) {
      Object.defineProperty(globals, name, {
        get: () => {
          touched.push(name);
        },
      });
    }
    bareRealm(globals);
    expect(touched).toEqual([]);
  });

  it("says at first use what is missing: a TypeError with unsupported_algorithm", async () => {
    const run = bareRealm({ TextEncoder, TextDecoder, atob, btoa });
    for (const use of [
      "mintmark.generateSecret(mintmark.HS256)",
      "mintmark.generateKeyPair(mintmark.ES256)",
      `mintmark.importSecret("${secret}", mintmark.HS256)`,
      'mintmark.thumbprint({ kty: "oct", k: "AAAA" })',
      'mintmark.importVerifyingKey({ kty: "EC", crv: "P-256", x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM" }, mintmark.ES256)',
    ]) {
      await expect(run(use), use).rejects.toMatchObject(unsupported);
    }
    await expect(run("mintmark.buildClaims({}, { jwtId: true })")).rejects.toMatchObject(unsupported);
    await expect(run(`mintmark.importSecretSync("${secret}", mintmark.HS256)`)).rejects.toMatchObject({
      name: "TypeError",
      code: "sync_unavailable",
    });
  });

  it("reads tokens without any of it (decode), UTF-8 and base64 aside", async () => {
    const run = bareRealm({ TextEncoder, TextDecoder, atob, btoa });
    const segment = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
    const token = `${segment({ alg: "HS256" })}.${segment({ sub: "Zoë" })}.AAAA`;
    expect(await run(`mintmark.decode("${token}").claims.sub`)).toBe("Zoë");
  });

  it("signs and verifies with Web Crypto alone", async () => {
    const run = bareRealm({ TextEncoder, TextDecoder, atob, btoa, crypto });
    const roundTrip = (key: string, other: string): Promise<unknown> =>
      run(
        `mintmark.sign({ sub: "Zoë" }, ${key}, ${JSON.stringify(expected)}).then((token) => mintmark.verify(token, ${other}, ${JSON.stringify(expected)})).then(({ claims }) => claims.sub)`,
      );
    await run(
      `Promise.all([mintmark.importSecret("${secret}", mintmark.HS256), mintmark.generateKeyPair(mintmark.ES256)]).then(([key, pair]) => { globalThis.key = key; globalThis.pair = pair; })`,
    );
    expect(await roundTrip("key", "key")).toBe("Zoë");
    expect(await roundTrip("pair.privateKey", "pair.publicKey")).toBe("Zoë");
  });
});
