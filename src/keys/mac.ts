/** HMAC (RFC 2104) as two one-shot digests of the runtime: half the price of a stream object for each token. */

import type { HmacDefinition } from "../algorithms/algorithm.ts";
import { oneShotHash, type NativeBytes } from "../base/platform.ts";
import type { Bytes } from "../encoding/bytes.ts";

/** Octets of input that the kept memory has room for. */
const maxInput = 65_536;

/** The longest block of a hash, in octets: that of SHA-384 and SHA-512 (FIPS 180-4 §1). */
const maxBlock = 128;

/** Lengths of which a view of the memory is kept: making one takes a tenth of the whole. */
const maxViewLength = 2048;

/** Memory for the inner digest's input: a key's inner pad, and the message behind it. */
interface Scratch {
  readonly memory: NativeBytes;
  readonly views: Uint8Array[];
  /** The pad that `memory` begins with. */
  pad: NativeBytes | undefined;
}

/**
 * One for all keys of a thread, and never a part of the pool that `Buffer` shares with the application. Between the writing and the
 * digest nothing else runs.
 */
let scratch: Scratch | undefined;

/**
 * Prepares the pads of a secret. The function that comes of it makes MACs in base64url, and gives `undefined` for what is too long
 * for the kept memory. `undefined` where the runtime has no one-shot digest.
 */
export function oneShotMac(
  secret: Bytes,
  { digest, length }: HmacDefinition,
): ((message: string | Bytes) => string | undefined) | undefined {
  const found = oneShotHash();
  if (found === undefined) return undefined;
  const { hash, native, encoding, write } = found;
  const block = length === 32 ? 64 : maxBlock;
  // A secret that is longer than a block counts by its digest.
  const padded = native.allocUnsafeSlow(block).fill(0);
  if (secret.length > block) padded.write(hash(digest, secret, "hex"), "hex");
  else padded.set(secret);
  const innerPad = native.allocUnsafeSlow(block);
  /** The outer pad, and room for the inner digest. */
  const outer = native.allocUnsafeSlow(block + length);
  padded.forEach((octet, at) => {
    innerPad[at] = octet ^ 0x36;
    outer[at] = octet ^ 0x5c;
  });
  padded.fill(0);

  return (message) => {
    const most = typeof message === "string" ? 3 * message.length : message.length;
    if (most > maxInput) return undefined;
    scratch ??= { memory: native.allocUnsafeSlow(maxBlock + maxInput), views: [], pad: undefined };
    const { memory, views } = scratch;
    if (scratch.pad !== innerPad) {
      memory.set(innerPad);
      scratch.pad = innerPad;
    }
    let end = block;
    if (typeof message === "string") end += memory.utf8Write(message, block);
    else {
      memory.set(message, block);
      end += message.length;
    }
    const input = end < maxViewLength ? (views[end] ??= memory.subarray(0, end)) : memory.subarray(0, end);
    outer[write](hash(digest, input, encoding), block);
    return hash(digest, outer, "base64url");
  };
}
