/// <reference lib="esnext.typedarrays" />
/**
 * What is in every token beside the signature, each alone: JSON, and base64url with UTF-8, by the quickest means that the
 * runtime has and without a check. Nobody can leave these out; what a library takes beyond them is its own.
 */

import { withRegisteredClaims } from "../claims.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const isWorkerd = globalThis.navigator?.userAgent === "Cloudflare-Workers";
const { Buffer } = globalThis;

export async function connectJson({ token }) {
  const text = textOf(token);
  return operations(
    (claims) => JSON.stringify(claims),
    () => JSON.parse(text),
  );
}

/** On workerd the signing input has to become bytes too, and the signature is read and written as bytes. */
export async function connectText({ token }) {
  const [header, payload, signature] = token.split(".");
  const input = `${header}.${payload}`;
  const text = textOf(token);
  if (!isWorkerd)
    return operations(
      () => Buffer.from(text).toString("base64url"),
      () => Buffer.from(payload, "base64url").toString(),
    );
  const toText = /** @type {const} */ ({ alphabet: "base64url", omitPadding: true });
  const fromText = /** @type {const} */ ({ alphabet: "base64url" });
  const mac = Uint8Array.fromBase64(signature, fromText);
  return operations(
    () => [encoder.encode(text).toBase64(toText), encoder.encode(input), mac.toBase64(toText)],
    () => [
      decoder.decode(Uint8Array.fromBase64(payload, fromText)),
      encoder.encode(input),
      Uint8Array.fromBase64(signature, fromText),
    ],
  );
}

function operations(sign, verify) {
  return { sign, verify, signSync: sign, verifySync: verify };
}

function textOf(token) {
  const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  return JSON.stringify(withRegisteredClaims(JSON.parse(atob(payload))));
}
