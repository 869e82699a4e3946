/** `node:crypto` alone, on a signing input of the same length: no JSON, no checks. */

import { algorithms } from "../algorithms.mjs";

const crypto = globalThis.process?.getBuiltinModule?.("node:crypto");

export async function connect({ algorithm, key, token }) {
  const secret = key.signing.keyObject;
  if (secret === undefined) return {};
  const input = token.slice(0, token.lastIndexOf("."));
  const signature = globalThis.Buffer.from(token.slice(input.length + 1), "base64url");
  const { node } = algorithms[algorithm];
  if (node === undefined) return hmac(secret, input, signature);
  const { signSync, verifySync } = pair(node, key, globalThis.Buffer.from(input), signature);
  try {
    signSync();
  } catch {
    // workerd has KeyObjects, but they cannot sign.
    return {};
  }
  return { signSync, verifySync };
}

function hmac(secret, input, signature) {
  return {
    signSync: () => crypto.createHmac("sha256", secret).update(input).digest("base64url"),
    verifySync: () => crypto.timingSafeEqual(crypto.createHmac("sha256", secret).update(input).digest(), signature),
  };
}

function pair({ digest, options }, key, bytes, signature) {
  const signingKey = { key: key.signing.keyObject, ...options };
  const verifyingKey = { key: key.verifying.keyObject, ...options };
  return {
    signSync: () => crypto.sign(digest, bytes, signingKey),
    verifySync: () => crypto.verify(digest, bytes, verifyingKey, signature),
  };
}
