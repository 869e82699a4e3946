/** Reads keys from files: PEM, JWK or JWK Set. A key gets the algorithm that is named, that it states, or the only one that it fits. */

import {
  importSecret,
  importSigningKey,
  importVerifyingKey,
  type AsymmetricAlgorithm,
  type Jwk,
  type SecretKey,
  type SigningKey,
  type VerifyingKey,
} from "../index.ts";
import { algorithmNames, asymmetricAlgorithm, hmacAlgorithm, keyKinds } from "./algorithms.ts";
import type { Given } from "./arguments.ts";
import { wrongUse } from "./failure.ts";
import { readFileOrVariable, type Input } from "./input.ts";
import type { Option } from "./option.ts";
import { parseJsonObject } from "./values.ts";

export const keyOptions: readonly Option[] = [
  { name: "key", value: "FILE", says: "the key as PEM, JWK or JWK Set; - for standard input" },
  { name: "key-env", value: "NAME", says: "the environment variable that holds the key" },
];

export const algOption: Option = {
  name: "alg",
  value: "ALGORITHM",
  choices: algorithmNames,
  says: "the algorithm, where the key does not say it and fits several; default for a secret: HS256",
};

/** A key that is not imported yet. */
export type KeyText = { readonly form: "pem"; readonly pem: string } | { readonly form: "jwk"; readonly jwk: Jwk };

/** The content of a file or variable: one key, or a set. */
export type KeyFile = KeyText | { readonly form: "jwks"; readonly jwks: { readonly keys: readonly Jwk[] } };

/** Reads the key file or variable that the options name. */
export async function readKeyFile(given: Given, input: Input): Promise<KeyFile | undefined> {
  if (isUrl(given.text("key"))) throw wrongUse("--key: expected a file: keys from a URL are public, and only verify");
  const found = await readFileOrVariable(given, "key", input);
  return found === undefined ? undefined : parseKeyFile(found.toString(), given.has("key") ? "--key" : "--key-env");
}

export function isUrl(text: string | undefined): text is string {
  return text !== undefined && /^https?:/i.test(text);
}

export function parseKeyFile(text: string, what: string): KeyFile {
  if (/^\ufeff?\s*\{/.test(text)) {
    const object = parseJsonObject(text, what);
    // The library checks the members of a JWK or a set.
    if (Array.isArray(object["keys"])) return { form: "jwks", jwks: object as { keys: Jwk[] } };
    return { form: "jwk", jwk: object as Jwk };
  }
  if (!text.includes("-----BEGIN "))
    throw wrongUse(`${what}: expected PEM, a JWK or a JWK Set; convert DER with openssl pkey -inform DER`);
  return { form: "pem", pem: text };
}

/** Returns the keys of a set, or the one key as a list. */
export function listKeys(file: KeyFile): readonly KeyText[] {
  if (file.form !== "jwks") return [file];
  return file.jwks.keys.map((jwk: unknown, i) => {
    if (typeof jwk !== "object" || jwk === null) throw wrongUse(`key ${i} of the set: expected a JWK`);
    return { form: "jwk", jwk: jwk as Jwk };
  });
}

/** Returns the key that `kid` selects from a set, or the only one. */
export function chooseKey(file: KeyFile, kid: string | undefined): KeyText {
  const keys = listKeys(file);
  const named = keys.filter(
    (key) => file.form !== "jwks" || kid === undefined || (key.form === "jwk" && key.jwk.kid === kid),
  );
  const [only] = named;
  if (only === undefined || named.length > 1)
    throw wrongUse(`--kid: expected the key ID of one key of the set, found ${named.length} of ${keys.length} keys`);
  return only;
}

/** Imports a private key or an `oct` JWK, to sign. */
export async function importPrivate(
  key: KeyText,
  alg: string | undefined,
  kid: string | undefined,
): Promise<SigningKey> {
  return (
    importOct(key, alg, kid) ??
    withAlgorithm(key, alg, (algorithm) => importSigningKey(materialOf(key), algorithm, { kid }))
  );
}

/** Imports a public key or an `oct` JWK, to verify. */
export async function importPublic(key: KeyText, alg: string | undefined): Promise<VerifyingKey> {
  return (
    importOct(key, alg, undefined) ??
    withAlgorithm(key, alg, (algorithm) => importVerifyingKey(materialOf(key), algorithm))
  );
}

/** Imports a private or public key, to name or to publish it. */
async function importEither(key: KeyText, alg: string | undefined, kid?: string): Promise<SigningKey | VerifyingKey> {
  if (isPrivate(key)) return importPrivate(key, alg, kid);
  return (
    importOct(key, alg, kid) ??
    withAlgorithm(key, alg, (algorithm) => importVerifyingKey(materialOf(key), algorithm, { kid }))
  );
}

/** Imports a private or public key with the algorithm that it states, the only one that it fits, or the one of `algs` that it fits. */
export async function importOneOf(
  key: KeyText,
  algs: readonly string[],
  kid: string | undefined,
): Promise<SigningKey | VerifyingKey> {
  const isStated = key.form === "jwk" && (key.jwk.alg !== undefined || key.jwk.kty === "oct");
  if (isStated || algs.length === 0) return importEither(key, undefined, kid);
  const found = await findKind(key, (algorithm) => importEither(key, algorithm.name, kid)).catch((error: unknown) => {
    // If one algorithm was named, its import tells the reason.
    const [only, ...others] = algs;
    if (only === undefined || others.length > 0) throw error;
    return importEither(key, only, kid).then((imported) => ({ algorithms: [asymmetricAlgorithm(only)], imported }));
  });
  const names = found.algorithms.map(({ name }) => name);
  if (names.length === 1) return found.imported;
  const [meant, ...others] = names.filter((name) => algs.includes(name));
  if (others.length > 0)
    throw wrongUse(`--alg: expected one algorithm per key: a key fits ${[meant, ...others].join(", ")}`);
  return importEither(key, meant, kid);
}

/** Imports a key with any algorithm that it fits, for uses that do not depend on it. */
export async function importAsAny(key: KeyText): Promise<SigningKey | VerifyingKey> {
  const { imported } = await findKind(key, (algorithm) => importEither(key, algorithm.name));
  return imported;
}

function isPrivate(key: KeyText): boolean {
  return key.form === "pem"
    ? key.pem.includes("PRIVATE KEY-----")
    : key.jwk.d !== undefined || key.jwk.priv !== undefined;
}

function materialOf(key: KeyText): Jwk | string {
  return key.form === "pem" ? key.pem : key.jwk;
}

function importOct(key: KeyText, alg: string | undefined, kid: string | undefined): Promise<SecretKey> | undefined {
  if (key.form === "pem" || key.jwk.kty !== "oct") return undefined;
  const name = alg ?? key.jwk.alg;
  if (name === undefined) throw wrongUse("--alg: expected one, because the secret does not state its algorithm");
  return importSecret(key.jwk, hmacAlgorithm(name), { kid });
}

async function withAlgorithm<Key>(
  key: KeyText,
  alg: string | undefined,
  importKey: (algorithm: AsymmetricAlgorithm) => Promise<Key>,
): Promise<Key> {
  const named = alg ?? (key.form === "jwk" ? key.jwk.alg : undefined);
  if (named !== undefined) return importKey(asymmetricAlgorithm(named));
  const { algorithms, imported } = await findKind(key, importKey);
  if (algorithms.length > 1)
    throw wrongUse(
      `--alg: expected one of ${algorithms.map(({ name }) => name).join(", ")}, because the key does not state its algorithm`,
    );
  return imported;
}

/** Tries to import a key as each kind. The kind of a PEM is known only from its DER, which the library reads. */
async function findKind<Key>(
  key: KeyText,
  importKey: (algorithm: AsymmetricAlgorithm) => Promise<Key>,
): Promise<{ readonly algorithms: readonly AsymmetricAlgorithm[]; readonly imported: Key }> {
  const faults: unknown[] = [];
  for (const { kty, crv, algorithms } of keyKinds) {
    if (key.form === "jwk" && (key.jwk.kty !== kty || (crv !== undefined && key.jwk.crv !== crv))) continue;
    try {
      return { algorithms, imported: await importKey(algorithms[0]) };
    } catch (error) {
      faults.push(error);
    }
  }
  throw faultOf(faults);
}

/** Returns the error for a key of no kind: that of all kinds, if they agree. If they differ, the right one is unknown. */
function faultOf(faults: readonly unknown[]): unknown {
  if (faults.length === 0) return wrongUse("expected a key of type EC, OKP, RSA, AKP or oct, on a curve that signs");
  const isUnanimous = new Set(faults.map((fault) => (fault as Error).message)).size === 1;
  return isUnanimous
    ? faults[0]
    : wrongUse("--alg: no algorithm of this runtime accepts the key; pass --alg to see the reason");
}
