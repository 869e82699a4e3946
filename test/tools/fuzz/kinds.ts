// The kinds of keys that files and sets are tried with, and keys to begin with.
import { asymmetricDefinition } from "../../../src/algorithms/algorithm.ts";
import { ES256, ES384, ES512 } from "../../../src/algorithms/ecdsa.ts";
import { Ed25519 } from "../../../src/algorithms/eddsa.ts";
import { RS256 } from "../../../src/algorithms/rsa.ts";
import hostileKeys from "../../unit/keys/hostile-keys.json" with { type: "json" };
import hostilePems from "../../unit/keys/hostile-keys-pem.json" with { type: "json" };

export const kinds = [RS256, ES256, ES384, ES512, Ed25519].map(asymmetricDefinition);

/** Key files, good ones and such as must be refused. */
export const pems: readonly string[] = hostilePems.files.map(({ pem }) => pem).filter((pem) => pem.length < 6000);

/** Private JWKs of every kind. */
export const jwks: readonly Readonly<Record<string, string>>[] = Object.values(hostileKeys.good)
  .map(({ jwk }) => jwk as unknown as Record<string, string>)
  .filter(({ kty }) => kty !== "AKP" && kty !== "oct");

export function publicPart({
  d,
  p,
  q,
  dp,
  dq,
  qi,
  ...jwk
}: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return [d, p, q, dp, dq, qi].length === 6 ? jwk : {};
}

/** The one block of a PEM text. */
export function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, ""), "base64");
}

/** OpenSSL stops at the end of the outer SEQUENCE, and minds nothing that comes after it. */
export function hasTrailer(bytes: Buffer): boolean {
  const long = bytes[1]! >= 0x80 ? bytes[1]! & 0x7f : 0;
  const length = long === 0 ? bytes[1]! : bytes.subarray(2, 2 + long).reduce((sum, octet) => sum * 256 + octet, 0);
  return 2 + long + length !== bytes.length;
}
