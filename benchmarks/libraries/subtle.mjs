/** Web Crypto alone, on a signing input of the same length: no JSON, no base64url, no checks. */

import { algorithms } from "../algorithms.mjs";

const { subtle } = globalThis.crypto;

export async function connect({ algorithm, key, token }) {
  const { web } = algorithms[algorithm];
  const bytes = new TextEncoder().encode(token.slice(0, token.lastIndexOf(".")));
  const signature = await subtle.sign(web, key.signing.cryptoKey, bytes);
  return {
    sign: () => subtle.sign(web, key.signing.cryptoKey, bytes),
    verify: () => subtle.verify(web, key.verifying.cryptoKey, signature, bytes),
  };
}
