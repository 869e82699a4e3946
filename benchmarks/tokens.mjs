/** Tokens made without any library, so that all of them check the same ones. */

import { algorithms } from "./algorithms.mjs";
import { createClaims, policy, withRegisteredClaims } from "./claims.mjs";

const encoder = new TextEncoder();

/** Good tokens, all distinct. */
/** A token with this payload, which is JSON text. */
export async function mintTokens({ algorithm, key, size, count, age = 0 }) {
  return Promise.all(
    createClaims(size, count).map((claims) => {
      const payload = withRegisteredClaims(claims);
      return mintToken(JSON.stringify({ ...payload, iat: payload.iat - age, exp: payload.exp - age }), {
        algorithm,
        key,
      });
    }),
  );
}

/** A token with this payload, which is JSON text. */
export async function mintToken(payload, { algorithm, key }) {
  const input = `${segment(JSON.stringify({ alg: algorithm, typ: "JWT", kid: key.kid }))}.${segment(payload)}`;
  const signature = await globalThis.crypto.subtle.sign(
    algorithms[algorithm].web,
    key.signing.cryptoKey,
    encoder.encode(input),
  );
  return flat(`${input}.${base64url(new Uint8Array(signature))}`);
}

/** What is wrong with a token, by name. */
export const faults = {
  expired: (options) => mintTokens({ ...options, age: 2 * policy.lifetime }),
  "bad signature": async (options) =>
    (await mintTokens(options)).map((token) => {
      const start = token.lastIndexOf(".") + 1;
      return flat(`${token.slice(0, start)}${token[start] === "A" ? "B" : "A"}${token.slice(start + 1)}`);
    }),
  "cut short": async (options) =>
    (await mintTokens(options)).map((token) => flat(token.slice(0, token.lastIndexOf(".") - 20))),
};

function segment(text) {
  return base64url(encoder.encode(text));
}

function base64url(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** One run of characters, as it comes from a socket, not a rope that the first reader has to join. */
function flat(text) {
  return JSON.parse(JSON.stringify(text));
}
