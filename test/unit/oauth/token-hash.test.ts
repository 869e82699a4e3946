import { describe, expect, it } from "vitest";
import { loadOn, platforms, browserLike } from "../base/load.ts";
import { codeOf } from "../jwt/outcome.ts";
import { halfOf } from "./forge.ts";

const load = () => import("../../../src/oauth/token-hash.ts");

describe.each(platforms)("on $name", (platform) => {
  it.each([
    ["ES256", "sha256"],
    ["PS384", "sha384"],
    ["EdDSA", "sha512"],
  ])("%s", async (alg, hash) => {
    const { tokenHash } = await loadOn(platform, load);
    expect(await tokenHash(alg, "an access token, zoë")).toBe(halfOf(hash, "an access token, zoë"));
  });

  it("ML-DSA: SHAKE256, or the runtime is named as lacking it", async () => {
    const { tokenHash } = await loadOn(platform, load);
    const attempt = (): Promise<string> => tokenHash("ML-DSA-65", "token");
    // Node.js has Web Crypto's cSHAKE256 from 24.7 on.
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    if (platform.nodeCrypto || major > 24 || (major === 24 && minor >= 7))
      expect(await attempt()).toBe(halfOf("shake256", "token"));
    else expect(await codeOf(attempt)).toBe("unsupported_algorithm");
  });
});

it("Web Crypto is asked for 512 bits of cSHAKE256, where node:crypto is not there", async () => {
  const asked: unknown[] = [];
  const subtle = {
    digest: async (params: unknown) => {
      asked.push(params);
      return new Uint8Array(64).fill(7).buffer;
    },
  } as never;
  const { tokenHash } = await loadOn(browserLike, load, { subtleCrypto: () => subtle });
  expect(await tokenHash("ML-DSA-44", "token")).toBe(Buffer.alloc(32, 7).toString("base64url"));
  expect(asked).toEqual([{ name: "cSHAKE256", outputLength: 512, length: 512 }]);
});

it("a digest of another length than was asked for is none", async () => {
  const short = { createHash: () => ({ update: () => ({ digest: () => new Uint8Array(32) }) }) } as never;
  const subtle = { digest: async () => Promise.reject(new Error("not supported")) } as never;
  const { tokenHash } = await loadOn(browserLike, load, { syncHmac: () => short, subtleCrypto: () => subtle });
  expect(await codeOf(() => tokenHash("ML-DSA-44", "token"))).toBe("unsupported_algorithm");
});

it.each(["ES256K", "none", "toString", "__proto__", ""])("%j has no digest", async (alg) => {
  const { tokenHash } = await load();
  expect(await codeOf(() => tokenHash(alg, "token"))).toBe("unsupported_algorithm");
});
