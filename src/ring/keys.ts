/** The keys of a ring's record, made ready to sign and to verify; and new ones. */

import type { AsymmetricAlgorithm } from "../algorithms/algorithm.ts";
import type { Moment } from "../base/moment.ts";
import type { SigningKey, VerifyingKey } from "../keys/key.ts";
import { exportJwk, publicKeyOf } from "../keys/export.ts";
import { generateKeyPair } from "../keys/generate.ts";
import { importSigningKey, importVerifyingKey } from "../keys/import.ts";
import { thumbprint } from "../keys/thumbprint.ts";
import type { RingKey, RingRecord } from "./record.ts";
import type { NewKey } from "./schedule.ts";
import { unreadable } from "./sealing.ts";

/** A ring as a process knows it. */
export interface KnownRing {
  readonly record: RingRecord;
  /** The record as it is stored. */
  readonly text: string;
  /** The moment at which the store was asked for it. */
  readonly checkedAt: Moment;
  /** The record's keys, in its order. */
  readonly keys: readonly ReadyKey[];
}

/** A key of the record, imported. Its private half cannot be exported, and is present as long as the record has it. */
export interface ReadyKey extends RingKey {
  readonly signing: SigningKey | undefined;
  readonly verifying: VerifyingKey;
}

/** Imports the keys of a record. Those that are known already stay the same objects: the caches of verifiers depend on them. */
export async function readyRing(
  record: RingRecord,
  text: string,
  checkedAt: Moment,
  algorithm: AsymmetricAlgorithm,
  known: KnownRing | undefined,
): Promise<KnownRing> {
  const keys = await Promise.all(
    record.keys.map(async (key) => {
      const { signing, verifying } =
        known?.keys.find(({ kid }) => kid === key.kid) ?? (await importRingKey(key, algorithm));
      return { ...key, signing: key.privateJwk && signing, verifying };
    }),
  );
  return { record, text, checkedAt, keys };
}

async function importRingKey(
  { kid, publicJwk, privateJwk }: RingKey,
  algorithm: AsymmetricAlgorithm,
): Promise<Pick<ReadyKey, "signing" | "verifying">> {
  try {
    const signing = privateJwk && (await importSigningKey(privateJwk, algorithm, { kid }));
    return {
      signing,
      verifying:
        signing === undefined ? await importVerifyingKey(publicJwk, algorithm, { kid }) : await publicKeyOf(signing),
    };
  } catch (error) {
    if ((error as { code?: unknown }).code === "unsupported_algorithm") throw error;
    throw unreadable("a key in it is not usable");
  }
}

/** Makes a key pair and exports it, so that it can be stored. */
export async function newKey(algorithm: AsymmetricAlgorithm, modulusLength: number | undefined): Promise<NewKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength });
  const [kid, privateJwk, publicJwk] = await Promise.all([
    thumbprint(publicKey),
    exportJwk(privateKey),
    exportJwk(publicKey),
  ]);
  return { kid, privateJwk, publicJwk };
}
