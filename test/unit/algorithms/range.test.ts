// RFC 8017 §5.2.2: a signature that is a number not below n is no signature, whatever the runtime makes of s + n.
import { describe, expect, it } from "vitest";
import { asymmetricDefinition } from "../../../src/algorithms/algorithm.ts";
import { importSigningKey, importVerifyingKey, importVerifyingKeySync, PS256, RS256 } from "../../../src/index.ts";
import { privateJwkFor, publicJwkFor } from "../keys/good-keys.ts";

const toNumber = (octets: Uint8Array): bigint => BigInt(`0x${Buffer.from(octets).toString("hex")}`);
const toOctets = (value: bigint): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(value.toString(16).padStart(512, "0"), "hex"));

describe.each([RS256, PS256])("$name", (alg) => {
  const n = toNumber(Buffer.from(publicJwkFor(alg).n!, "base64url"));
  const data = new TextEncoder().encode("what is signed");

  it("s + n, n and all ones are refused before the runtime is asked, s is good", async () => {
    const signer = await importSigningKey(privateJwkFor(alg), alg);
    const keys = [await importVerifyingKey(publicJwkFor(alg), alg), importVerifyingKeySync(publicJwkFor(alg), alg)];
    let tried = 0;
    for (let i = 0; tried === 0 && i < 200; i++) {
      const message = new Uint8Array([...data, i]);
      const signature = new Uint8Array(await signer.sign(message));
      const more = toNumber(signature) + n;
      for (const key of keys) expect(await key.verify(message, signature)).toBe(true);
      if (more >= 1n << 2048n) continue; // has more octets than the modulus
      tried++;
      const lax = crypto.subtle.verify.bind(crypto.subtle);
      // A runtime that reduces what it gets, as Deno's RSA-PSS does.
      crypto.subtle.verify = async () => Promise.resolve(true);
      try {
        for (const key of keys) {
          for (const bad of [toOctets(more), toOctets(n), toOctets((1n << 2048n) - 1n)]) {
            expect(await key.verify(message, bad)).toBe(false);
            expect(key.verifySync?.(message, bad)).toBe(false);
          }
        }
      } finally {
        crypto.subtle.verify = lax;
      }
    }
    expect(tried).toBe(1);
  });

  it("the range ends below n, at every octet", () => {
    const definition = asymmetricDefinition(alg);
    const members = { n: toOctets(n) };
    for (let bit = 0n; bit < 2040n; bit += 97n) {
      expect(definition.isInRange?.(toOctets(n - (1n << bit)), members)).toBe(true);
      const above = n + (1n << bit);
      if (above < 1n << 2048n) expect(definition.isInRange?.(toOctets(above), members)).toBe(false);
    }
    expect(definition.isInRange?.(toOctets(0n), members)).toBe(true);
    expect(definition.isInRange?.(toOctets(n), members)).toBe(false);
  });
});
