/** `mintmark thumbprint`: prints the thumbprint of a key (RFC 7638), or its URI (RFC 9278). */

import { thumbprint, thumbprintUri, type ThumbprintHash } from "../../index.ts";
import type { Given } from "../arguments.ts";
import { done, type Command, type Terminal } from "../command.ts";
import { wrongUse } from "../failure.ts";
import { importAsAny, keyOptions, listKeys, readKeyFile } from "../keys.ts";

const hashes: readonly ThumbprintHash[] = ["sha256", "sha384", "sha512"];

export const thumbprintCommand: Command = {
  name: "thumbprint",
  summary: "the RFC 7638 thumbprint of a key",
  options: [
    ...keyOptions,
    { name: "hash", value: "HASH", choices: hashes, says: "default sha256" },
    { name: "uri", says: "as a URI (RFC 9278)" },
  ],
  notes: ["A private key and its public half have the same thumbprint. For a JWK Set, prints one line per key."],
  examples: ["mintmark keygen --out private.jwk > public.jwk", "mintmark thumbprint --key public.jwk"],
  run: printThumbprints,
};

async function printThumbprints(given: Given, { input, output }: Terminal): Promise<typeof done> {
  const file = await readKeyFile(given, input);
  if (file === undefined) throw wrongUse("no key: expected --key or --key-env");
  // The option's choices.
  const hash = given.text("hash") as ThumbprintHash | undefined;
  const print = given.has("uri") ? thumbprintUri : thumbprint;
  const thumbprints: string[] = [];
  // The thumbprint of a JWK needs only its members; a PEM has to be imported.
  for (const key of listKeys(file))
    thumbprints.push(await print(key.form === "jwk" ? key.jwk : await importAsAny(key), hash));
  if (output.json) output.value({ thumbprints });
  else
    thumbprints.forEach((text) => {
      output.line(text);
    });
  return done;
}
