/** Reads shared secrets from a file, an environment variable or standard input, and warns of weak ones. */

import { isUtf8, type Buffer } from "node:buffer";
import { importSecret, type ImportSecretOptions, type Jwk, type SecretKey } from "../index.ts";
import { hmacAlgorithm } from "./algorithms.ts";
import type { Given } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { wrongUse } from "./failure.ts";
import { readFileOrVariable } from "./input.ts";
import type { Option } from "./option.ts";

const encodings = ["utf8", "base64", "base64url", "hex"] as const;

export const secretOptions: readonly Option[] = [
  { name: "secret", value: "FILE", says: "the shared secret, for HS256, HS384 and HS512; - for standard input" },
  { name: "secret-env", value: "NAME", says: "the environment variable that holds the secret" },
  {
    name: "secret-encoding",
    value: "ENCODING",
    choices: encodings,
    says: "what spells the secret's bytes; default utf8: the text itself is the secret",
  },
];

/** Reads the secret that the options name, and warns if it is weak. Returns `undefined` if they name none. */
export async function readSecret(given: Given, { input, output }: Terminal): Promise<SecretKey | undefined> {
  const found = await readFileOrVariable(given, "secret", input);
  if (found === undefined) {
    if (given.has("secret-encoding")) throw wrongUse("--secret-encoding: expected --secret or --secret-env beside it");
    return undefined;
  }
  const secret = withoutLineEnd(found);
  const jwk = typeof secret === "string" ? parseJwk(secret) : undefined;
  const [alg = jwk?.alg ?? "HS256", ...others] = given.texts("alg");
  if (others.length > 0) throw wrongUse("--alg: expected one algorithm for a secret");
  // The option's choices are the library's encodings.
  const encoding = given.text("secret-encoding") as ImportSecretOptions["encoding"];
  const key = await importSecret(jwk ?? secret, hmacAlgorithm(alg), { encoding, kid: given.text("kid") });
  const weakness =
    typeof secret === "string" && jwk === undefined && (encoding ?? "utf8") === "utf8" ? weaknessOf(secret) : undefined;
  if (weakness !== undefined)
    output.warn(
      `weak secret: ${weakness}; anyone with one token can guess it offline. mintmark secret generates a strong one`,
    );
  return key;
}

/** Drops the single newline that editors and `echo` append to text. Leaves binary secrets alone. */
function withoutLineEnd(found: Buffer | string): Buffer | string {
  const isBinary = typeof found !== "string" && !isUtf8(found);
  if (isBinary) return found;
  const text = found.toString().replace(/\r?\n$/, "");
  // Refused by importSecret too: other readers of this file may drop one, all or none.
  if (text.endsWith("\n"))
    throw wrongUse("the secret: expected at most one newline at its end, found several: remove them");
  return text;
}

function parseJwk(text: string): Jwk | undefined {
  try {
    const value = JSON.parse(text) as Partial<Jwk> | null;
    return typeof value?.kty === "string" ? (value as Jwk) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns why a secret of sufficient length may still be guessed, or `undefined`. Random strings pass. */
function weaknessOf(text: string): string | undefined {
  const different = new Set(text).size;
  if (different < 12) return `only ${different} different characters`;
  if (/secret|passw|passphrase|change.?me|qwerty|123456|example|your[-_ ]/i.test(text))
    return "it contains a well-known string";
  if (/\s/.test(text) || /^[a-z]+$/.test(text)) return "it looks like words";
  return isRepeated(text) ? "it repeats one string" : undefined;
}

/** Reports whether a string is a shorter one, repeated. */
function isRepeated(text: string): boolean {
  return `${text}${text}`.indexOf(text, 1) < text.length;
}
