/**
 * SHA-256 (FIPS 180-4), in JavaScript: the names of entries in stores have to be the same in synchronous and asynchronous
 * functions, on every runtime, and Web Crypto has no synchronous form. For names only: keys and signatures are the runtime's.
 */

import { encodeBase64url } from "./base64url.ts";
import { encodeUtf8 } from "./utf8.ts";

/** The first 32 bits of the fractions of the cube roots and of the square roots of the first primes (§4.2.2, §5.3.3). */
let constants: { readonly cubic: Int32Array; readonly square: Int32Array } | undefined;

function findConstants(): { readonly cubic: Int32Array; readonly square: Int32Array } {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  const fraction = (root: number): number => ((root % 1) * 2 ** 32) | 0;
  return {
    cubic: Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
    square: Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime))),
  };
}

/** Returns the digest of a string's UTF-8 bytes, as base64url: 43 characters. */
export function sha256(text: string): string {
  const { cubic, square } = (constants ??= findConstants());
  const data = encodeUtf8(text);
  // §5.1.1: a bit of 1, zeros, and the length in bits, which fills whole blocks of 64 bytes.
  const padded = new Uint8Array(Math.ceil((data.length + 9) / 64) * 64);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(data.length / 2 ** 29));
  view.setUint32(padded.length - 4, data.length << 3);

  const hash = square.slice();
  const words = new Int32Array(64);
  const word = (i: number): number => words[i] ?? 0;
  for (let block = 0; block < padded.length; block += 64) {
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        words[i] = view.getInt32(block + i * 4);
      } else {
        const [near, far] = [word(i - 2), word(i - 15)];
        const mixed =
          (rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3)) + (rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10));
        words[i] = (word(i - 16) + word(i - 7) + mixed) | 0;
      }
      const chosen = (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g));
      const first = (h + chosen + (cubic[i] ?? 0) + word(i)) | 0;
      const second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) hash[i] = ((hash[i] ?? 0) + value) | 0;
  }
  const digest = new DataView(new ArrayBuffer(32));
  for (const [i, value] of hash.entries()) digest.setInt32(i * 4, value);
  return encodeBase64url(new Uint8Array(digest.buffer));
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
