/** `mintmark keygen`: generates a key pair. The private half goes to its own file, the public half to standard output. */

import { exportJwk, exportPem, generateKeyPair, type SigningKey, type VerifyingKey } from "../../index.ts";
import { asymmetricAlgorithm, asymmetricNames } from "../algorithms.ts";
import type { Given } from "../arguments.ts";
import { done, type Command, type Terminal } from "../command.ts";
import { wrongUse } from "../failure.ts";
import { createFiles, type NewFile } from "../files.ts";
import { readCount } from "../values.ts";

export const keygen: Command = {
  name: "keygen",
  summary: "a new key pair",
  options: [
    { name: "alg", value: "ALGORITHM", choices: asymmetricNames, says: "what it signs with; default ES256" },
    { name: "out", value: "FILE", says: "required: a new file, mode 0600, for the private key; - for standard output" },
    { name: "public-out", value: "FILE", says: "a new file for the public key; default: standard output" },
    {
      name: "format",
      value: "FORMAT",
      choices: ["jwk", "pem"],
      says: "how both are written; default jwk, which says algorithm and key ID",
    },
    { name: "kid", value: "NAME", says: "the key ID; default: the RFC 7638 thumbprint" },
    { name: "modulus-length", value: "BITS", says: "RSA only: 2048 to 16384; default 2048" },
  ],
  examples: [
    "mintmark keygen --alg ES256 --out private.jwk --public-out public.jwk",
    "mintmark sign --key private.jwk --issuer my-api --audience web",
  ],
  run: makeKeyPair,
};

async function makeKeyPair(given: Given, { output }: Terminal): Promise<typeof done> {
  const [out, publicOut, format] = [given.text("out"), given.text("public-out"), given.text("format") ?? "jwk"];
  if (out === undefined) throw wrongUse("--out: expected a file for the private key, or - for standard output");
  if (publicOut === "-")
    throw wrongUse("--public-out: expected a file; without the option, the public key goes to standard output");
  if (format === "pem" && given.has("kid")) throw wrongUse("--kid: PEM cannot hold it: pass it to sign and jwks");

  const alg = asymmetricAlgorithm(given.text("alg") ?? "ES256");
  const { privateKey, publicKey } = await generateKeyPair(alg, {
    extractable: true,
    kid: given.text("kid"),
    modulusLength: readCount(given, "modulus-length"),
  });
  const write = async (key: SigningKey | VerifyingKey): Promise<string> =>
    format === "pem" ? exportPem(key) : `${JSON.stringify(await exportJwk(key))}\n`;
  const [privateText, publicText] = [await write(privateKey), await write(publicKey)];
  const files: readonly NewFile[] = [
    ...(out === "-" ? [] : [{ option: "out", path: out, text: privateText, isSecret: true }]),
    ...(publicOut === undefined ? [] : [{ option: "public-out", path: publicOut, text: publicText, isSecret: false }]),
  ];
  await createFiles(files);

  if (output.json) {
    const read = (text: string): unknown => (format === "pem" ? text : JSON.parse(text));
    const where = out === "-" ? { privateKey: read(privateText) } : { file: out };
    output.value({ alg: alg.name, kid: privateKey.kid, ...where, publicFile: publicOut, publicKey: read(publicText) });
    return done;
  }
  if (out === "-") output.text(privateText);
  else if (publicOut === undefined) output.text(publicText);
  if (out !== "-")
    output.note(
      `private key for ${alg.name} in ${out}, readable by you alone${format === "pem" ? "" : `; key ID ${String(privateKey.kid)}`}`,
    );
  return done;
}
