/** Shared secrets, from a file, an environment variable or standard input, and whether they are easily guessed. */

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

/** The secret that the options name, with a warning where it is weak; `undefined` where they name none. */
export async function readSecret(given: Given, { input, output }: Terminal): Promise<SecretKey | undefined> {
  const found = await readFileOrVariable(given, "secret", input);
  if (found === undefined) {
    if (given.has("secret-encoding"))
      throw wrongUse("--secret-encoding: of which secret? Give --secret or --secret-env");
    return undefined;
  }
  const secret = withoutLineEnd(found);
  const jwk = typeof secret === "string" ? parseJwk(secret) : undefined;
  const [alg = jwk?.alg ?? "HS256", ...others] = given.texts("alg");
  if (others.length > 0) throw wrongUse("--alg: a secret is used with one algorithm");
  // The option's choices are the library's encodings.
  const encoding = given.text("secret-encoding") as ImportSecretOptions["encoding"];
  const key = await importSecret(jwk ?? secret, hmacAlgorithm(alg), { encoding, kid: given.text("kid") });
  const weakness =
    typeof secret === "string" && jwk === undefined && (encoding ?? "utf8") === "utf8" ? weaknessOf(secret) : undefined;
  if (weakness !== undefined)
    output.warn(`weak secret: ${weakness}; who has one token can search for it. mintmark secret makes a strong one`);
  return key;
}

/** Drops the one line end that editors and `echo` add to text. Bytes that are no text stay as they are. */
function withoutLineEnd(found: Buffer | string): Buffer | string {
  const isBinary = typeof found !== "string" && !isUtf8(found);
  if (isBinary) return found;
  const text = found.toString().replace(/\r?\n$/, "");
  // As importSecret refuses it: what else reads this file may drop one, all or none.
  if (text.endsWith("\n")) throw wrongUse("the secret: expected one line end after it, found several: remove them");
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

/** Why a text that is long enough may be guessed all the same. Texts that were made at random pass. */
function weaknessOf(text: string): string | undefined {
  const different = new Set(text).size;
  if (different < 12) return `only ${different} different characters`;
  if (/secret|passw|passphrase|change.?me|qwerty|123456|example|your[-_ ]/i.test(text))
    return "a well-known text is part of it";
  if (/\s/.test(text) || /^[a-z]+$/.test(text)) return "words that a person chose";
  return isRepeated(text) ? "one text several times over" : undefined;
}

/** A text of which the beginning, over and over, makes up the whole. */
function isRepeated(text: string): boolean {
  return `${text}${text}`.indexOf(text, 1) < text.length;
}
