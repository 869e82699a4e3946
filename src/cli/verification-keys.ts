/** Reads the keys to verify with: one secret, one key, or a JWK Set from a file, a URL or the issuer's metadata. */

import {
  discoverJwks,
  localJwks,
  remoteJwks,
  type AsymmetricAlgorithm,
  type PassedOverKey,
  type RemoteJwks,
  type VerificationKeys,
} from "../index.ts";
import { asymmetricAlgorithm, asymmetricNames, isAsymmetricName } from "./algorithms.ts";
import { checkOneOf, type Given } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { wrongUse } from "./failure.ts";
import { importPublic, isUrl, readKeyFile, type KeyFile } from "./keys.ts";
import { readSecret } from "./secrets.ts";

export interface FoundKeys {
  readonly keys: VerificationKeys;
  /** Returns the unused keys of a set, and why they are unused. For a remote set, once it has been fetched. */
  readonly passedOver: () => readonly PassedOverKey[];
}

/** Reads the secret or the keys that the options name. */
export async function readVerificationKeys(given: Given, terminal: Terminal): Promise<FoundKeys> {
  checkOneOf(given, "key", "key-env");
  const secret = await readSecret(given, terminal);
  if (secret !== undefined && (given.has("key") || given.has("key-env")))
    throw wrongUse("a secret or a key: expected one of them, found both");
  if (secret !== undefined) return { keys: secret, passedOver: none };
  const url = given.text("key");
  if (isUrl(url)) return fetchKeys(url, given);
  const file = await readKeyFile(given, terminal.input);
  if (file === undefined) return discoverKeys(given);
  if (file.form === "jwks") return readSet(file, given);
  const [alg, ...others] = given.texts("alg");
  if (others.length > 0) throw wrongUse("--alg: expected one algorithm for one key");
  return { keys: await importPublic(file, alg), passedOver: none };
}

function none(): readonly PassedOverKey[] {
  return [];
}

async function readSet({ jwks }: KeyFile & { form: "jwks" }, given: Given): Promise<FoundKeys> {
  const stated = jwks.keys.map((jwk) => (Object(jwk) as { alg?: unknown }).alg).filter(isAsymmetricName);
  const names: readonly unknown[] = given.has("alg") ? given.texts("alg") : stated;
  if (names.length === 0)
    throw wrongUse("--alg: expected the algorithms that tokens may use: the keys do not state them");
  const keys = await localJwks(jwks, { algorithms: names.map(asymmetricAlgorithm), ...issuerOf(given) });
  return { keys, passedOver: () => keys.passedOver };
}

function fetchKeys(url: string, given: Given): FoundKeys {
  const algorithms = given.texts("alg").map(asymmetricAlgorithm);
  if (algorithms.length === 0)
    throw wrongUse("--alg: expected the algorithms that tokens may use: a URL does not decide that");
  const keys = openUrl(url, algorithms, given);
  return { keys, passedOver: () => keys.state.passedOver };
}

/** Finds the keys in the metadata of the issuer, if no key was given and the only issuer is a URL. They verify tokens of this issuer alone. */
function discoverKeys(given: Given): FoundKeys {
  const { issuer } = issuerOf(given);
  if (!isUrl(issuer))
    throw wrongUse(
      "what to verify with: expected --secret, --secret-env, --key or --key-env, or one https URL as --issuer",
    );
  const names = given.has("alg") ? given.texts("alg") : asymmetricNames;
  const algorithms = names.map(asymmetricAlgorithm);
  const keys = orWrongUrl("issuer", () => discoverJwks(issuer, { algorithms }));
  return { keys, passedOver: () => keys.state.passedOver };
}

function openUrl(url: string, algorithms: readonly AsymmetricAlgorithm[], given: Given): RemoteJwks {
  return orWrongUrl("key", () => remoteJwks(url, { algorithms, ...issuerOf(given) }));
}

function orWrongUrl(option: "issuer" | "key", open: () => RemoteJwks): RemoteJwks {
  try {
    return open();
  } catch {
    // Algorithms and issuer were checked before, so the URL is wrong. It is not repeated.
    throw wrongUse(
      `--${option}: expected an https URL without user name and password${option === "issuer" ? ", query and fragment" : ""}; http on localhost only`,
    );
  }
}

/** Returns the issuer if exactly one was given: keys that state another issuer, as Entra's may, are then not used. */
function issuerOf(given: Given): { issuer?: string } {
  const [issuer, ...others] = given.texts("issuer");
  return issuer !== undefined && others.length === 0 ? { issuer } : {};
}
