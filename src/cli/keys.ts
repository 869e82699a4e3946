/** Keys in files: PEM, JWK or JWK Set. Each is used with the algorithm that is named, that it states, or the only one that it fits. */

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

/** One key, not imported yet. */
export type KeyText = { readonly form: "pem"; readonly pem: string } | { readonly form: "jwk"; readonly jwk: Jwk };

/** What a file or variable holds: one key, or a set. */
export type KeyFile = KeyText | { readonly form: "jwks"; readonly jwks: { readonly keys: readonly Jwk[] } };

/** The key file or variable that the options name. */
export async function readKeyFile(given: Given, input: Input): Promise<KeyFile | undefined> {
  if (isUrl(given.text("key"))) throw wrongUse("--key: keys from a URL are public, to verify with");
  const found = await readFileOrVariable(given, "key", input);
  return found === undefined ? undefined : parseKeyFile(found.toString(), given.has("key") ? "--key" : "--key-env");
}

export function isUrl(text: string | undefined): text is string {
  return text !== undefined && /^https?:/i.test(text);
}

export function parseKeyFile(text: string, what: string): KeyFile {
  if (/^\ufeff?\s*\{/.test(text)) {
    const object = parseJsonObject(text, what);
    // What a JWK or a set says is checked by the library, whatever its type.
    if (Array.isArray(object["keys"])) return { form: "jwks", jwks: object as { keys: Jwk[] } };
    return { form: "jwk", jwk: object as Jwk };
  }
  if (!text.includes("-----BEGIN "))
    throw wrongUse(`${what}: expected PEM, a JWK or a JWK Set; openssl pkey -inform DER reads other files`);
  return { form: "pem", pem: text };
}

/** The keys of a set, or the one key. */
export function listKeys(file: KeyFile): readonly KeyText[] {
  if (file.form !== "jwks") return [file];
  return file.jwks.keys.map((jwk: unknown, i) => {
    if (typeof jwk !== "object" || jwk === null) throw wrongUse(`key ${i} of the set: expected a JWK`);
    return { form: "jwk", jwk: jwk as Jwk };
  });
}

/** The key of a set that is meant. */
export function chooseKey(file: KeyFile, kid: string | undefined): KeyText {
  const keys = listKeys(file);
  const named = keys.filter(
    (key) => file.form !== "jwks" || kid === undefined || (key.form === "jwk" && key.jwk.kid === kid),
  );
  const [only] = named;
  if (only === undefined || named.length > 1)
    throw wrongUse(`--kid: expected that of one key of the set; ${named.length} of ${keys.length} are meant`);
  return only;
}

/** A private key or an `oct` JWK, ready to sign with. */
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

/** A public key or an `oct` JWK, ready to verify with. */
export async function importPublic(key: KeyText, alg: string | undefined): Promise<VerifyingKey> {
  return (
    importOct(key, alg, undefined) ??
    withAlgorithm(key, alg, (algorithm) => importVerifyingKey(materialOf(key), algorithm))
  );
}

/** A key of either half, to name or to publish. */
export async function importEither(
  key: KeyText,
  alg: string | undefined,
  kid?: string,
): Promise<SigningKey | VerifyingKey> {
  if (isPrivate(key)) return importPrivate(key, alg, kid);
  return (
    importOct(key, alg, kid) ??
    withAlgorithm(key, alg, (algorithm) => importVerifyingKey(materialOf(key), algorithm, { kid }))
  );
}

/** A key of either half, with the algorithm that it states, the only one that it fits, or the one of `algs` that it fits. */
export async function importOneOf(
  key: KeyText,
  algs: readonly string[],
  kid: string | undefined,
): Promise<SigningKey | VerifyingKey> {
  const isStated = key.form === "jwk" && (key.jwk.alg !== undefined || key.jwk.kty === "oct");
  if (isStated || algs.length === 0) return importEither(key, undefined, kid);
  const found = await findKind(key, (algorithm) => importEither(key, algorithm.name, kid)).catch((error: unknown) => {
    // The one algorithm that was named knows the reason.
    const [only, ...others] = algs;
    if (only === undefined || others.length > 0) throw error;
    return importEither(key, only, kid).then((imported) => ({ algorithms: [asymmetricAlgorithm(only)], imported }));
  });
  const names = found.algorithms.map(({ name }) => name);
  if (names.length === 1) return found.imported;
  const [meant, ...others] = names.filter((name) => algs.includes(name));
  if (others.length > 0)
    throw wrongUse(`--alg: a key fits ${[meant, ...others].join(", ")}: publish it for one of them`);
  return importEither(key, meant, kid);
}

/** A key under any algorithm that it fits: for what does not depend on it. */
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
  if (name === undefined) throw wrongUse("--alg: the secret does not say its algorithm");
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
      `--alg: the key does not say its algorithm, and fits ${algorithms.map(({ name }) => name).join(", ")}`,
    );
  return imported;
}

/** Tries a key as one of each kind. A PEM does not say its kind outside of its DER, which the library reads. */
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

/** Why a key is of no kind: what all kinds say of it. Where they differ, the right one is not known. */
function faultOf(faults: readonly unknown[]): unknown {
  if (faults.length === 0) return wrongUse("expected a key of type EC, OKP, RSA, AKP or oct, on a curve that signs");
  const isUnanimous = new Set(faults.map((fault) => (fault as Error).message)).size === 1;
  return isUnanimous
    ? faults[0]
    : wrongUse("--alg: no algorithm of this runtime accepts the key; pass --alg to see the reason");
}
