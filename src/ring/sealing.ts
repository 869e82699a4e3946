/**
 * Formats of a stored key ring: JSON, or JSON encrypted as a whole with AES-GCM (NIST SP 800-38D). Whoever can write to
 * the store of an encrypted ring can forge nothing, and reads nothing but `kid`s, which are public.
 */

import { wrongArgument } from "../base/options.ts";
import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { isObject, parseJsonObject } from "../encoding/json.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { UnavailableError } from "../errors.ts";
import type { CryptoKeyLike } from "../keys/import.ts";
import { randomBytes, subtleCrypto, type Handle } from "../base/platform.ts";
import { parseRecord, type RingRecord } from "./record.ts";
import type { StoredRing } from "./store.ts";

/** A key that encrypts what a ring stores, and its name. */
export interface SealingKey {
  /** The name of the key, written beside what it encrypts. */
  readonly id: string;
  /** AES-GCM, for `encrypt` and `decrypt`. */
  readonly key: CryptoKeyLike;
}

/** Writes and reads records. */
export interface RecordFormat {
  write(record: RingRecord): Promise<string>;
  read(stored: StoredRing): Promise<RingRecord>;
}

/** An encrypted record as it is stored. */
interface Sealed {
  readonly sealedWith: string;
  readonly kids: readonly string[];
  readonly nonce: string;
  readonly data: string;
}

/** Returns the format of a ring without sealing keys. */
export function plainFormat(): RecordFormat {
  return {
    write: (record) => Promise.resolve(JSON.stringify(record)),
    // eslint-disable-next-line @typescript-eslint/require-await -- a plain throw would escape the caller's catch
    async read({ record, version }) {
      if (parseSealed(record) !== undefined) throw unreadable("it is encrypted: pass its key as the option sealing");
      return checkRecord(record, version);
    },
  };
}

/** Returns the format of a ring whose first sealing key encrypts, and each of them decrypts. A plain record is refused. */
export function sealedFormat(name: string, sealing: unknown): RecordFormat {
  const keys = checkSealingKeys(Array.isArray(sealing) ? sealing : [sealing]);
  return {
    async write(record) {
      const [{ id, handle }] = keys;
      const kids = record.keys.map(({ kid }) => kid);
      // Random, and written once per rotation: far from the 2^32 writes at which 96 bits might repeat (SP 800-38D §8.3).
      const nonce = randomBytes(12);
      const params = gcm(nonce, name, kids, record.version, id);
      const data = await subtleCrypto().encrypt(params, handle, encodeUtf8(JSON.stringify(record)));
      return JSON.stringify({
        sealedWith: id,
        kids,
        nonce: encodeBase64url(nonce),
        data: encodeBase64url(new Uint8Array(data)),
      } satisfies Sealed);
    },
    async read({ record, version }) {
      const sealed = parseSealed(record);
      if (sealed === undefined) throw unreadable("it is not sealed");
      const key = keys.find(({ id }) => id === sealed.sealedWith);
      if (key === undefined) throw unreadable("it is encrypted with a key that is not among those of sealing");
      return checkRecord(await open(sealed, key.handle, name, version), version);
    },
  };
}

/** Decrypts a record with the key of its name, and no other. */
async function open(
  { sealedWith, kids, nonce, data }: Sealed,
  handle: Handle,
  name: string,
  version: number,
): Promise<string> {
  const [iv, sealed] = [decodeBase64url(nonce), decodeBase64url(data)];
  if (iv === undefined || sealed === undefined) throw unreadable("it is damaged");
  let bytes: ArrayBuffer;
  try {
    bytes = await subtleCrypto().decrypt(gcm(iv, name, kids, version, sealedWith), handle, sealed);
  } catch {
    throw unreadable("it does not decrypt: it belongs to another ring, or was modified");
  }
  return decodeUtf8(new Uint8Array(bytes)) ?? "";
}

/** Parameters of AES-GCM. An encrypted record in the place of another ring's, or of another version, does not decrypt. */
function gcm(
  iv: Bytes,
  name: string,
  kids: readonly string[],
  version: number,
  keyId: string,
): { name: string; iv: Bytes; additionalData: Bytes; tagLength: number } {
  return {
    name: "AES-GCM",
    iv,
    additionalData: encodeUtf8(JSON.stringify(["mintmark key ring", name, kids, version, keyId])),
    tagLength: 128,
  };
}

function checkRecord(text: string, version: number): RingRecord {
  const record = parseRecord(text);
  if (record?.version !== version) throw unreadable("it is no record of this version");
  return record;
}

function parseSealed(text: string): Sealed | undefined {
  const { sealedWith, kids, nonce, data } = parseJsonObject(text) ?? {};
  const complete =
    typeof sealedWith === "string" && typeof nonce === "string" && typeof data === "string" && Array.isArray(kids);
  return complete ? { sealedWith, kids: kids as readonly string[], nonce, data } : undefined;
}

interface CheckedSealingKey {
  readonly id: string;
  readonly handle: Handle;
}

function checkSealingKeys(list: readonly unknown[]): readonly [CheckedSealingKey, ...CheckedSealingKey[]] {
  const keys = Array.from(list, (item, i) => {
    const { id, key } = isObject(item) ? item : {};
    if (typeof id !== "string" || id === "") throw wrongArgument("sealing: id", "a non-empty string", id);
    return { id, handle: checkSealingHandle(key, i === 0 ? ["encrypt", "decrypt"] : ["decrypt"]) };
  });
  const [first, ...rest] = keys;
  if (first === undefined) throw wrongArgument("sealing", "at least one key", list);
  if (new Set(keys.map(({ id }) => id)).size < keys.length)
    throw wrongArgument("sealing", "keys with an id of their own", list);
  return [first, ...rest];
}

function checkSealingHandle(key: unknown, usages: readonly string[]): Handle {
  const { algorithm, usages: allowed } = isObject(key) ? (key as Partial<CryptoKeyLike>) : {};
  if (algorithm?.name !== "AES-GCM" || !Array.isArray(allowed) || !usages.every((usage) => allowed.includes(usage))) {
    throw wrongArgument("sealing: key", `a CryptoKey for AES-GCM that may ${usages.join(" and ")}`, key);
  }
  return key as Handle; // its runtime takes it, or says so
}

/** Makes the error for a stored record that this ring did not write: nothing is decided on it. */
export function unreadable(why: string): UnavailableError {
  return new UnavailableError("store_unavailable", `the stored key ring cannot be used: ${why}`);
}
