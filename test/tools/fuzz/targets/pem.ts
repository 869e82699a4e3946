// Key files against OpenSSL, which Node reads them with: one key, of the kind asked for, the same that OpenSSL finds.
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { AsymmetricDefinition } from "../../../../src/algorithms/algorithm.ts";
import { derForm } from "../../../../src/keys/der.ts";
import { readPrivatePem, readPublicPem, writePem } from "../../../../src/keys/pem.ts";
import { attempt, holds, orRefused } from "../invariant.ts";
import { derOf, hasTrailer, kinds, pems } from "../kinds.ts";

export const seeds = [
  ...pems,
  pems.slice(0, 2).join(""),
  pems[0]!.replaceAll("\n", "\\n"),
  "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
];
export const words = [
  "-----BEGIN ",
  "-----END ",
  "-----",
  "PUBLIC KEY-----\n",
  "PRIVATE KEY-----\n",
  "RSA ",
  "EC ",
  "ENCRYPTED ",
  "CERTIFICATE",
  "\\n",
  "\\r",
  "\n",
  ...pems.slice(0, 6),
];

export function fuzz(input: Buffer): void {
  const text = input.toString("latin1");
  for (const kind of kinds) {
    checkPublic(text, kind);
    checkPrivate(text, kind);
  }
}

function checkPublic(text: string, kind: AsymmetricDefinition): void {
  const spki = orRefused(() => readPublicPem(text, kind), ["invalid_key"]);
  if (spki === undefined) return;
  if (derForm(spki) !== "spki") return; // a certificate with something else in it: see the target `der`
  const written = writePem("PUBLIC KEY", Buffer.from(spki).toString("base64"));
  holds(Buffer.from(readPublicPem(written, kind)).equals(spki), "what was read can be written and read again");
  holds(
    orRefused(() => readPublicPem(`${text}\n${written}`, kind), ["invalid_key"]) === undefined,
    "two keys are not one",
  );
  holds(
    orRefused(() => readPublicPem(written.replace("END PUBLIC", "END"), kind), ["invalid_key"]) === undefined,
    "a block ends as it begins",
  );
  holds(
    attempt(() => createPrivateKey(text)) === undefined || blocks(text).some(hasTrailer),
    "where OpenSSL finds a private key, there is no public one",
  );

  const ours = attempt(() => createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }));
  const theirs = text.split("-----BEGIN").length === 2 ? attempt(() => createPublicKey(text)) : undefined;
  if (ours !== undefined && theirs !== undefined) holds(ours.equals(theirs), "the same public key as OpenSSL's");
}

function blocks(text: string): Buffer[] {
  return text
    .replaceAll("\\n", "\n")
    .split(/(?=-----BEGIN )/)
    .map((block) => derOf(block.split("-----END")[0]!));
}

function checkPrivate(text: string, kind: AsymmetricDefinition): void {
  const pkcs8 = orRefused(() => readPrivatePem(text, kind), ["invalid_key"]);
  if (pkcs8 === undefined) return;
  holds(derForm(pkcs8) === "pkcs8", "a private key is given as PKCS#8");
  const written = writePem("PRIVATE KEY", Buffer.from(pkcs8).toString("base64"));
  holds(Buffer.from(readPrivatePem(written, kind)).equals(pkcs8), "what was read can be written and read again");
  holds(
    orRefused(() => readPrivatePem(`${text}\n${written}`, kind), ["invalid_key"]) === undefined,
    "two keys are not one",
  );

  const ours = attempt(() => createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" }));
  const theirs = text.split("-----BEGIN").length === 2 ? attempt(() => createPrivateKey(text)) : undefined;
  if (ours !== undefined && theirs !== undefined) holds(ours.equals(theirs), "the same private key as OpenSSL's");
}
