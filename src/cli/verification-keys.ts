/** The keys that tokens are verified with: one secret, one key, or a JWK Set from a file, a URL or the issuer's metadata. */

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
  /** The keys of a set that are not used, and why; of one that is fetched, once it is. */
  readonly passedOver: () => readonly PassedOverKey[];
}

/** The secret or the keys that the options name. */
export async function readVerificationKeys(given: Given, terminal: Terminal): Promise<FoundKeys> {
  checkOneOf(given, "key", "key-env");
  const secret = await readSecret(given, terminal);
  if (secret !== undefined && (given.has("key") || given.has("key-env")))
    throw wrongUse("a secret or a key: expected one of them");
  if (secret !== undefined) return { keys: secret, passedOver: none };
  const url = given.text("key");
  if (isUrl(url)) return fetchKeys(url, given);
  const file = await readKeyFile(given, terminal.input);
  if (file === undefined) return discoverKeys(given);
  if (file.form === "jwks") return readSet(file, given);
  const [alg, ...others] = given.texts("alg");
  if (others.length > 0) throw wrongUse("--alg: one key is used with one algorithm");
  return { keys: await importPublic(file, alg), passedOver: none };
}

function none(): readonly PassedOverKey[] {
  return [];
}

async function readSet({ jwks }: KeyFile & { form: "jwks" }, given: Given): Promise<FoundKeys> {
  const stated = jwks.keys.map((jwk) => (Object(jwk) as { alg?: unknown }).alg).filter(isAsymmetricName);
  const names: readonly unknown[] = given.has("alg") ? given.texts("alg") : stated;
  if (names.length === 0) throw wrongUse("--alg: the keys do not say which algorithms tokens may use");
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

/** With no key given, and one issuer that is a URL: the keys that its metadata names. They accept tokens of this issuer alone. */
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
    // Algorithms and issuer were looked at: it is the URL, which is not repeated.
    throw wrongUse(
      `--${option}: expected an https URL without user name and password${option === "issuer" ? ", query and fragment" : ""}; http on localhost only`,
    );
  }
}

/** With one name of the issuer, a key that says it is somebody else's (Entra's keys say whose) is not used. */
function issuerOf(given: Given): { issuer?: string } {
  const [issuer, ...others] = given.texts("issuer");
  return issuer !== undefined && others.length === 0 ? { issuer } : {};
}
