// A key of every algorithm that this runtime has, from the good ones of test/unit/keys/hostile-keys.json.
import { readFileSync } from "node:fs";
import { generateKeyPair, importSecret, importSigningKey, importVerifyingKey } from "../../../src/index.ts";
import type { AsymmetricAlgorithm, HmacAlgorithm, Jwk, SigningKey, VerifyingKey } from "../../../src/index.ts";
import { asymmetricAlgorithms, hmacAlgorithms } from "../algorithms.ts";

export interface TestKey {
  readonly alg: string;
  readonly signing: SigningKey;
  readonly verifying: VerifyingKey;
  /** All of it, and without what must stay secret. */
  readonly jwk: Jwk;
  readonly publicJwk: Jwk;
}

const data = JSON.parse(readFileSync(new URL("../../unit/keys/hostile-keys.json", import.meta.url), "utf8")) as {
  readonly good: Readonly<Record<string, { readonly jwk: Jwk }>>;
  readonly texts: readonly { readonly name: string; readonly text: string }[];
  readonly ders: readonly { readonly name: string; readonly base64: string }[];
};

export const goodJwk = (name: string): Jwk => data.good[name]!.jwk;
export const keyTexts = data.texts;
export const keyDers = data.ders;

/** 64 octets, all different, and text at the same time. */
export const secretText = "mintmark-test-secret:ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefghij.01234";

const secretOf = (alg: HmacAlgorithm): Promise<TestKey> => {
  const jwk: Jwk = { kty: "oct", k: Buffer.from(secretText).toString("base64url") };
  return importSecret(secretText, alg).then((key) => ({
    alg: alg.name,
    signing: key,
    verifying: key,
    jwk,
    publicJwk: jwk,
  }));
};

const fileNames: Readonly<Record<string, string>> = {
  ES256: "p256",
  ES384: "p384",
  ES512: "p521",
  Ed25519: "ed25519",
  EdDSA: "ed25519",
};

/** `undefined`: this runtime lacks the algorithm. */
const pairOf = async (alg: AsymmetricAlgorithm): Promise<TestKey | undefined> => {
  const { name } = alg;
  const jwk = goodJwk(fileNames[name] ?? (name.startsWith("ML") ? name : "rsa"));
  const publicJwk = publicPart(jwk);
  try {
    return {
      alg: name,
      jwk,
      publicJwk,
      signing: "d" in jwk || "priv" in jwk ? await importSigningKey(jwk, alg) : (await generateKeyPair(alg)).privateKey,
      verifying: await importVerifyingKey(publicJwk, alg),
    };
  } catch (error) {
    if ((error as { code?: unknown }).code === "unsupported_algorithm") return undefined;
    throw error;
  }
};

export const publicPart = (jwk: Jwk): Jwk => {
  const secret = ["d", "p", "q", "dp", "dq", "qi", "k", "priv"];
  return { kty: jwk.kty, ...Object.fromEntries(Object.entries(jwk).filter(([name]) => !secret.includes(name))) };
};

/** Every algorithm that the runtime has. */
export const everyKey = async (): Promise<readonly TestKey[]> => {
  const found = await Promise.all([...hmacAlgorithms.map(secretOf), ...asymmetricAlgorithms.map(pairOf)]);
  return found.filter((key) => key !== undefined);
};
