// A mutant that keeps the package from loading, or the keys that the tests share from being made, takes every test file with it before
// there is a test that could fail. Here is one.
import { expect, it } from "vitest";

it("the package loads, and makes keys", async () => {
  const mintmark = await import("../../../src/index.ts");
  for (const [name, value] of Object.entries(mintmark)) expect(value, name).toBeDefined();
  const { forge, key } = await import("../../unit/jwt/forge.ts");
  const { privateKey } = await mintmark.generateKeyPair(mintmark.ES256, { extractable: true, kid: "k1" });
  expect([forge().split(".").length, key.alg, privateKey.alg]).toEqual([3, "HS256", "ES256"]);
});
