/** `mintmark jwks`: prints the public halves of keys as a JWK Set (RFC 7517 §5), to publish. */

import { publicJwks, type SigningKey, type VerifyingKey } from "../../index.ts";
import { asymmetricNames } from "../algorithms.ts";
import type { Given } from "../arguments.ts";
import { done, type Command, type Terminal } from "../command.ts";
import { wrongUse } from "../failure.ts";
import {
  algOption,
  importOneOf,
  isUrl,
  keyOptions,
  listKeys,
  parseKeyFile,
  type KeyFile,
  type KeyText,
} from "../keys.ts";

export const jwksCommand: Command = {
  name: "jwks",
  summary: "public keys as a JWK Set, of private or public ones",
  options: [
    { name: "key", value: "FILE", many: true, says: "a key as PEM, JWK or JWK Set; - for standard input" },
    ...keyOptions.slice(1),
    {
      ...algOption,
      many: true,
      choices: asymmetricNames,
      says: "the algorithm of the keys that do not say it and fit several, one for each kind of key",
    },
    { name: "kid", value: "NAME", says: "the key ID of the one key; default: its own, or its RFC 7638 thumbprint" },
  ],
  notes: [
    "Only public members are printed, whatever the files hold. A shared secret has no public half, and is refused.",
  ],
  examples: ["mintmark keygen --out private.jwk > public.jwk", "mintmark jwks --key private.jwk > jwks.json"],
  run: publish,
};

async function publish(given: Given, terminal: Terminal): Promise<typeof done> {
  const [algs, kid] = [given.texts("alg"), given.text("kid")];
  const texts = await readKeys(given, terminal);
  if (kid !== undefined && texts.length !== 1) throw wrongUse(`--kid: expected one key, found ${texts.length}`);
  const keys: (SigningKey | VerifyingKey)[] = [];
  for (const text of texts) keys.push(await importOneOf(text, algs, kid));
  const unused = algs.find((alg) => !keys.some((key) => key.alg === alg));
  if (unused !== undefined) throw wrongUse(`--alg: expected a key for ${unused}, found none`);
  const jwks = await publicJwks(keys);
  if (terminal.output.json) terminal.output.value(jwks);
  else terminal.output.text(JSON.stringify(jwks, undefined, 2));
  return done;
}

async function readKeys(given: Given, { input }: Terminal): Promise<readonly KeyText[]> {
  const files: KeyFile[] = [];
  for (const path of given.texts("key")) {
    if (isUrl(path)) throw wrongUse("--key: expected a file: what a URL publishes is public already");
    files.push(parseKeyFile((await input.file("key", path, true)).toString(), "--key"));
  }
  const name = given.text("key-env");
  if (name !== undefined) files.push(parseKeyFile(input.variable("key-env", name), "--key-env"));
  if (files.length === 0) throw wrongUse("what to publish: expected --key or --key-env");
  return files.flatMap(listKeys);
}
