// Shared secrets: what OpenSSL or JSON reads as a key is never taken for one.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { HS256, importSecretSync } from "../../../../src/index.ts";
import { attempt, holds, orRefused } from "../invariant.ts";
import { derOf, hasTrailer, jwks, pems, publicPart } from "../kinds.ts";

const ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl user@host";
const short = pems.filter(({ length }) => length < 800);
export const seeds = [
  "a secret of 32 bytes or more, for tests",
  "x".repeat(32),
  "",
  ...short,
  ...short.map((pem) => derOf(pem).toString("base64")),
  ...short.map(derOf),
  ...jwks.map(publicPart).flatMap((jwk) => [JSON.stringify(jwk), JSON.stringify({ keys: [jwk] })]),
  ssh,
];
export const words = ["ssh-rsa ", "ssh-ed25519 ", "-----BEGIN ", '{"kty":"', '{"keys":[', "\ufeff", "\r\n", " "];

export function fuzz(input: Buffer): void {
  checkText(input.toString());
  checkBytes(input);
  if (input.length > 0) checkBytes(input.subarray(1));
}

function checkText(text: string): void {
  if (orRefused(() => importSecretSync(text, HS256), ["invalid_key"]) === undefined) return;
  checkLength(Buffer.from(text));
  holds(Buffer.from(text).toString() === text, "a text that can be written");
  holds(!opens(text), "no key that OpenSSL reads is a secret");
  const value = attempt(() => JSON.parse(text) as unknown);
  const { kty, keys } = Object(value) as { kty?: unknown; keys?: unknown };
  holds(typeof kty !== "string" && !Array.isArray(keys), "no JWK and no JWK Set is a secret");
}

function checkBytes(bytes: Buffer): void {
  if (orRefused(() => importSecretSync(bytes, HS256), ["invalid_key"]) === undefined) return;
  checkLength(bytes);
  holds(!opens(bytes.toString("latin1")), "no key file's octets are a secret");
  if (bytes[0] !== 0x30 || hasTrailer(bytes)) return;
  const der = { key: bytes, format: "der" } as const;
  holds(attempt(() => createPublicKey({ ...der, type: "spki" })) === undefined, "no SPKI is a secret");
  holds(attempt(() => createPrivateKey({ ...der, type: "pkcs8" })) === undefined, "no PKCS#8 is a secret");
}

function checkLength(bytes: Buffer): void {
  holds(bytes.length >= 32 && bytes.some((octet) => octet !== bytes[0]), "32 octets that are not all the same");
}

function opens(text: string): boolean {
  return (
    text.includes("-----BEGIN") &&
    (attempt(() => createPublicKey(text)) !== undefined || attempt(() => createPrivateKey(text)) !== undefined)
  );
}
