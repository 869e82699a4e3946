// Bytes and texts without the library under test, on what every runtime has.

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
export const binary = (bytes: Uint8Array): string => Array.from(bytes, (octet) => String.fromCharCode(octet)).join("");
export const base64url = (bytes: Uint8Array): string =>
  btoa(binary(bytes)).replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join("");

/** Distinct octets, the same every time. */
export const octets = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, at) => (at * 37 + 11) % 251);

/** The token with one bit of one of its parts changed, so that every part stays canonical. */
export function flipBit(token: string, part: 0 | 1 | 2): string {
  const parts = token.split(".");
  const bytes = fromBase64url(parts[part]!);
  bytes[bytes.length >> 1]! ^= 1;
  parts[part] = base64url(bytes);
  return parts.join(".");
}
