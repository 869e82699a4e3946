/** Hashes that bind an ID token to an access token or a code: `at_hash` and `c_hash` (OpenID Connect Core §3.1.3.6, §3.3.2.11). */

import { digestOf } from "../algorithms/by-name.ts";
import { subtleCrypto, syncHmac } from "../base/platform.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { argumentError, quote } from "../errors.ts";

/** Octets of SHAKE256 output: as many as SHA-512 has. */
const shakeLength = 64;

/**
 * Returns the hash of an access token or a code: the left half of its digest, as base64url.
 *
 * @throws TypeError `unsupported_algorithm`: no digest is known for the algorithm, or this runtime lacks it.
 */
export async function tokenHash(alg: string, token: string): Promise<string> {
  const name = digestOf(alg);
  if (name === undefined) throw argumentError(`${quote(alg)} has no digest for at_hash`, "unsupported_algorithm");
  const data = encodeUtf8(token);
  const digest = name === "cSHAKE256" ? await shake256(data) : await subtleCrypto().digest(name, data);
  return encodeBase64url(new Uint8Array(digest).subarray(0, digest.byteLength / 2));
}

/** Returns SHAKE256 of the data, by `node:crypto`, where Web Crypto's is experimental, or by Web Crypto. */
async function shake256(data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer | Uint8Array> {
  try {
    const native = syncHmac()?.createHash("shake256", { outputLength: shakeLength }).update(data).digest();
    if (native?.length === shakeLength) return native;
  } catch {
    // Bun and Deno may have node:crypto without it.
  }
  try {
    // The member was called `length` in an earlier draft.
    const params = { name: "cSHAKE256", outputLength: shakeLength * 8, length: shakeLength * 8 };
    return await subtleCrypto().digest(params, data);
  } catch {
    throw argumentError(
      "this runtime has no SHAKE256, which at_hash and c_hash of ML-DSA need",
      "unsupported_algorithm",
    );
  }
}
