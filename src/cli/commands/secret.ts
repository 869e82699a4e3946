/** `mintmark secret`: generates a shared secret of the length that its algorithm needs (RFC 7518 §3.2). */

import { Buffer } from "node:buffer";
import { exportJwk, generateSecret } from "../../index.ts";
import { hmacAlgorithm, hmacNames } from "../algorithms.ts";
import type { Given } from "../arguments.ts";
import { done, type Command, type Terminal } from "../command.ts";
import { wrongUse } from "../failure.ts";
import { createFiles } from "../files.ts";

const formats = ["base64url", "base64", "hex", "jwk"];

export const secret: Command = {
  name: "secret",
  summary: "a new random secret for HS256, HS384 or HS512",
  options: [
    { name: "alg", value: "ALGORITHM", choices: hmacNames, says: "its algorithm: 32, 48 or 64 bytes; default HS256" },
    { name: "format", value: "FORMAT", choices: formats, says: "how it is written; default base64url" },
    { name: "kid", value: "NAME", says: "the key ID of a jwk" },
    { name: "out", value: "FILE", says: "a new file, mode 0600, instead of standard output" },
  ],
  notes: [
    "The text itself is the secret, of more bytes than are needed: use it as it is here and elsewhere, or decode it (--secret-encoding) in both places.",
  ],
  examples: ["mintmark secret --out secret.txt", "mintmark sign --secret secret.txt --issuer my-api --audience web"],
  run: makeSecret,
};

async function makeSecret(given: Given, { output }: Terminal): Promise<typeof done> {
  const format = given.text("format") ?? "base64url";
  if (given.has("kid") && format !== "jwk")
    throw wrongUse("--kid: expected --format jwk beside it: other formats cannot hold it");
  const alg = hmacAlgorithm(given.text("alg") ?? "HS256");
  const jwk = await exportJwk(await generateSecret(alg, { extractable: true, kid: given.text("kid") }));
  const bytes = Buffer.from(String(jwk.k), "base64url");
  // The option's choices, of which only one is no encoding.
  const text = format === "jwk" ? JSON.stringify(jwk) : bytes.toString(format as BufferEncoding);

  const path = given.text("out");
  if (path === undefined || path === "-") {
    if (output.json) output.value({ alg: alg.name, format, secret: format === "jwk" ? jwk : text });
    else output.line(text);
    return done;
  }
  await createFiles([{ option: "out", path, text: `${text}\n`, isSecret: true }]);
  if (output.json) output.value({ alg: alg.name, format, file: path });
  else output.note(`${bytes.length} bytes for ${alg.name} in ${path}, readable by you alone`);
  return done;
}
