// The other libraries, each told the same policy as mintmark as far as it has words for it.
import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { createVerifier, type Algorithm as FastAlgorithm } from "fast-jwt";
import { createLocalJWKSet, importJWK, importSPKI, jwtVerify, type JSONWebKeySet, type JWK } from "jose";
import jsonwebtoken, { type Algorithm } from "jsonwebtoken";
import type { Jwk } from "../../../src/index.ts";

/** Of `Expected`, what every library can be told. */
export interface PlainPolicy {
  readonly issuer: string;
  readonly audience: string;
  readonly seconds: number;
  /** As it was given, be it `undefined`. */
  readonly subject?: string | undefined;
}

/** A public key or secret on its way into a library. */
export type Material = { readonly jwk: Jwk } | { readonly pem: string } | { readonly secret: Uint8Array | string };

/** Resolves when the token is accepted. */
export type PeerVerify = (token: string) => unknown;

export interface Peer {
  readonly name: string;
  readonly algorithms: readonly string[];
  /** Rejects where the library does not take the key. */
  prepare(material: Material, alg: string, policy: PlainPolicy): Promise<PeerVerify>;
}

const classic = ["HS", "RS", "PS", "ES"].flatMap((family) => ["256", "384", "512"].map((bits) => family + bits));
const tolerance = 5;

/** jsonwebtoken and fast-jwt read no JWK: applications let node:crypto do it. */
const keyObject = (material: Material): KeyObject | string | Buffer => {
  if ("pem" in material) return material.pem;
  if ("secret" in material) return Buffer.from(material.secret);
  // The good secret; for a hostile one as JWK only jose is asked.
  return material.jwk.kty === "oct"
    ? Buffer.from(String(material.jwk.k), "base64url")
    : createPublicKey({ key: material.jwk as JsonWebKey, format: "jwk" });
};

/** Given on as it is: what is wrong with it is for the library to say. */
const subjectAs = (name: string, policy: PlainPolicy): object =>
  "subject" in policy ? { [name]: policy.subject } : {};

const joseOptions = (alg: string, policy: PlainPolicy): NonNullable<Parameters<typeof jwtVerify>[2]> => {
  const { issuer, audience, seconds } = policy;
  return {
    algorithms: [alg],
    issuer,
    audience,
    clockTolerance: tolerance,
    requiredClaims: ["exp", "iat"],
    currentDate: new Date(seconds * 1000),
    ...subjectAs("subject", policy),
  };
};

const jose: Peer = {
  name: "jose",
  algorithms: [...classic, "Ed25519", "EdDSA", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"],
  async prepare(material, alg, policy) {
    const key =
      "jwk" in material
        ? await importJWK(material.jwk as JWK, alg)
        : "pem" in material
          ? await importSPKI(material.pem, alg)
          : Uint8Array.from(Buffer.from(material.secret));
    return async (token) => jwtVerify(token, key, joseOptions(alg, policy));
  },
};

const jsonWebToken: Peer = {
  name: "jsonwebtoken",
  algorithms: classic,
  async prepare(material, alg, policy) {
    const { issuer, audience, seconds } = policy;
    const key = keyObject(material);
    return (token) =>
      jsonwebtoken.verify(token, key, {
        algorithms: [alg as Algorithm],
        issuer,
        audience,
        clockTolerance: tolerance,
        clockTimestamp: seconds,
        ...subjectAs("subject", policy),
      });
  },
};

const fastJwt: Peer = {
  name: "fast-jwt",
  algorithms: [...classic, "EdDSA"],
  async prepare(material, alg, policy) {
    const { issuer, audience, seconds } = policy;
    const object = keyObject(material);
    const key =
      typeof object === "string" || Buffer.isBuffer(object) ? object : object.export({ type: "spki", format: "pem" });
    return createVerifier({
      key,
      algorithms: [alg as FastAlgorithm],
      allowedIss: issuer,
      allowedAud: audience,
      requiredClaims: ["exp", "iat", "iss", "aud"],
      clockTolerance: tolerance * 1000,
      clockTimestamp: seconds * 1000,
      ...subjectAs("allowedSub", policy),
    });
  },
};

export const peers: readonly Peer[] = [jose, jsonWebToken, fastJwt];

/** jose's key set; the others have none. */
export const joseKeySet = (jwks: unknown, alg: string, policy: PlainPolicy): PeerVerify => {
  const keys = createLocalJWKSet(jwks as JSONWebKeySet);
  return async (token) => jwtVerify(token, keys, joseOptions(alg, policy));
};
