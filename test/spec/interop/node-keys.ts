// Keys made by node:crypto, for the peers that bring no key generation of their own.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Jwk } from "../../../src/index.ts";
import type { WireKey, WireKeyPair } from "./peer.ts";

const secretBytes: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };
const curves: Readonly<Record<string, string>> = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };

export function nodeKeys(alg: string): WireKeyPair {
  const bytes = secretBytes[alg];
  if (bytes !== undefined) {
    const secret = randomBytes(bytes);
    const forms: readonly WireKey[] = [
      { form: "bytes", bytes: secret },
      { form: "jwk", jwk: { kty: "oct", k: secret.toString("base64url") } },
    ];
    return { signing: forms, verifying: forms };
  }
  const { privateKey, publicKey } = keyPair(alg);
  return { signing: inEveryForm(privateKey), verifying: inEveryForm(publicKey) };
}

function keyPair(alg: string) {
  const namedCurve = curves[alg];
  if (namedCurve !== undefined) return generateKeyPairSync("ec", { namedCurve });
  if (alg === "EdDSA") return generateKeyPairSync("ed25519");
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}

function inEveryForm(key: KeyObject): readonly WireKey[] {
  const type = key.type === "private" ? "pkcs8" : "spki";
  return [
    { form: "pem", text: key.export({ type, format: "pem" }).toString() },
    { form: "jwk", jwk: key.export({ format: "jwk" }) as Jwk },
  ];
}
