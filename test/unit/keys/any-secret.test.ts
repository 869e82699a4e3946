// Secrets that jsonwebtoken takes: of any length and content, but no key of another kind.
import { createPublicKey } from "node:crypto";
import { expect, it } from "vitest";
import { hmacDefinition } from "../../../src/algorithms/algorithm.ts";
import { runAsync, runSync } from "../../../src/base/steps.ts";
import { ES256, HS256 } from "../../../src/index.ts";
import { bindAnySecret } from "../../../src/keys/any-secret.ts";
import { browserLike, loadOn } from "../base/load.ts";
import { publicJwkFor, utf8 } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

const definition = hmacDefinition(HS256);
const bind = (secret: Uint8Array<ArrayBuffer>) => runSync(bindAnySecret(secret, definition));

it.each([
  ["one byte", Uint8Array.of(7)],
  ["bytes that are equal", new Uint8Array(64)],
  ["a published example", utf8("your-256-bit-secret")],
])("%s is taken", async (_what, secret) => {
  const data = utf8("data");
  const later = await runAsync(() => bindAnySecret(secret, definition));
  expect(later.alg).toBe("HS256");
  expect(await bind(secret).verify(data, await later.sign(data))).toBe(true);
});

it("a public key is none: whoever knows it could sign", async () => {
  const key = createPublicKey({ key: publicJwkFor(ES256), format: "jwk" });
  for (const secret of [
    key.export({ type: "spki", format: "der" }),
    Buffer.from(key.export({ type: "spki", format: "pem" })),
  ]) {
    const copy = Uint8Array.from(secret);
    expect(await refusalOf(() => bind(copy))).toBe("invalid_key");
    expect(await refusalOf(() => runAsync(() => bindAnySecret(copy, definition)))).toBe("invalid_key");
    expect(() => bind(copy)).toThrow(
      "secret: expected a shared secret, found a key of another kind, which may be public",
    );
  }
});

it("is taken where Web Crypto is all there is", async () => {
  const { bindAnySecret: bindThere } = await loadOn(browserLike, () => import("../../../src/keys/any-secret.ts"));
  const key = await runAsync(() => bindThere(utf8("short"), definition));
  expect(await key.verify(utf8("data"), await bind(utf8("short")).sign(utf8("data")))).toBe(true);
  expect(key).not.toHaveProperty("signSync");
});
