/** Recognises strings that hold no key as they are, and says what to write for each. */

import { decodeBase64 } from "../encoding/base64url.ts";
import { derForm } from "./der.ts";

const variable = "is the variable set, and the file not empty?";
/** The remedy for the URL of a key set, as a string or an object. */
export const forKeySets = "for a key set there are remoteJwks and discoverJwks";

/**
 * Patterns of strings that are no key, in the order in which they are tried; each with its name and advice. A function: bundlers keep
 * an array with texts that are put together, whether or not it is used.
 */
const patterns = (): readonly (readonly [RegExp, string])[] => [
  [/^$/, `an empty string: ${variable}`],
  [/^(?:undefined|null|\[object \w+\])$/, `the text of a missing value: ${variable}`],
  [/^https?:\/\//, `a URL: fetch it first; ${forKeySets}`],
  [/^file:\/\//, "the URL of a file: pass readFileSync(new URL(key))"],
  [/^(?:ssh-|ecdsa-|sk-)[^]*ed25519/, "an SSH public key for Ed25519, which ssh-keygen does not convert: ask for PEM"],
  [/^(?:ssh-|ecdsa-|sk-)/, "an SSH public key: convert it with `ssh-keygen -e -m PKCS8 -f key.pub`"],
  [
    /^---- BEGIN SSH2/,
    "an SSH public key: convert it with `ssh-keygen -i -f key.pub > key2.pub` and `ssh-keygen -e -m PKCS8 -f key2.pub`",
  ],
  [
    /^PuTTY-User-Key-File/,
    "a PuTTY key: convert it with `puttygen key.ppk -O private-openssh -o key.pem` (RSA and ECDSA alone)",
  ],
  [/^<RSAKeyValue>/, "an XML key of .NET: export PEM there"],
  [
    /^["']?-----BEGIN(?![^]*-----END)/,
    "PEM without its end: in a shell or an .env file put the value in double quotes",
  ],
  [/BEGIN(?:\+|%20)[A-Z]/, "a percent-encoded key: pass decodeURIComponent(key), with each + a space"],
  [
    /BEGIN[ A-Z0-9]*-/i,
    "PEM without its first or last line: -----BEGIN …----- and -----END …-----, with five hyphens on both sides",
  ],
  [/^eyJ[\w-]+\.[\w-]+\.[\w-]*$/, "a token: a key is expected here"],
  [/^["'].*["']$/s, "quotes around it: pass key.slice(1, -1), or JSON.parse(key) where quotes within have backslashes"],
  [/^\$?\{?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\}?$/, "the name of a variable: pass process.env with this name"],
];

/** Names what a string without PEM and JSON is, with what to write; `undefined` where nothing is known of it. */
export function adviceFor(text: string): string | undefined {
  const key = text.trim();
  return patterns().find(([pattern]) => pattern.test(key))?.[1] ?? encodedKey(key) ?? pathOf(key);
}

/** Recognises base64 or hexadecimal of a key file. As bytes each of them is imported. */
function encodedKey(key: string): string | undefined {
  if (/^(?:[0-9a-f]{2}){20,}$/i.test(key)) return 'hexadecimal digits: pass Buffer.from(key, "hex")';
  const bytes = decodeBase64(key);
  if (bytes === undefined || bytes.length < 20) return undefined;
  const start = String.fromCharCode(...bytes.subarray(0, 200)).trimStart();
  const what =
    derForm(bytes) !== undefined ? "DER" : start.startsWith("{") ? "JSON" : start.includes("BEGIN") ? "PEM" : undefined;
  return what && `base64 of ${what}: pass Buffer.from(key, "base64")`;
}

function pathOf(key: string): string | undefined {
  return /^[^\n]{1,1000}$/.test(key) && /[/\\]|\.\w{1,6}$/.test(key)
    ? "what may be a path: pass readFileSync(key)"
    : undefined;
}
