// Signs and verifies tokens for so many seconds on this runtime, keys and lengths at random, and compares each MAC with createHmac's.
import { Buffer } from "node:buffer";
import { createHmac, randomBytes, randomInt } from "node:crypto";
import process from "node:process";
import { createSigner, createVerifier, HS256, HS384, HS512, importSecretSync } from "../../../dist/index.js";

const seconds = Number(process.argv[2]);
const policy = { issuer: "my-api", audience: "web" };
/** Characters of claims: up to a token of the 16384 characters that a verifier takes. */
const maxText = 12_000;
const alphabets = ["a", "\u00e9", "\u20ac", "\ud83d\ude00"];
const algorithms = [HS256, HS384, HS512];

/**
 * One of a list, at random.
 *
 * @template T
 * @param {readonly T[]} list
 */
function anyOf(list) {
  const found = list[randomInt(list.length)];
  if (found === undefined) throw new Error("an empty list");
  return found;
}

function newKey() {
  const algorithm = anyOf(algorithms);
  const secret = randomBytes(64 + randomInt(200));
  const key = importSecretSync(secret, algorithm);
  const digest = `sha${algorithm.name.slice(2)}`;
  return {
    secret: Buffer.from(secret),
    digest,
    signer: createSigner(key, policy),
    verifier: createVerifier(key, policy),
  };
}

const memory = () => process.memoryUsage().rss / 2 ** 20;
const keys = Array.from({ length: 20 }, newKey);
let macs = 0;
let before;
const end = performance.now() + seconds * 1000;
while (performance.now() < end) {
  if (macs % 1000 === 0) keys[randomInt(keys.length)] = newKey();
  if (macs === 4000) before = memory();
  const { secret, digest, signer, verifier } = anyOf(keys);
  const letter = anyOf(alphabets);
  // As many short ones as long ones.
  const octets = randomInt(2) === 0 ? randomInt(300) : randomInt(maxText);
  const text = letter.repeat(octets / Buffer.byteLength(letter));
  const token = signer.signSync({ text });
  const dot = token.lastIndexOf(".");
  if (createHmac(digest, secret).update(token.slice(0, dot)).digest("base64url") !== token.slice(dot + 1))
    throw new Error(`another MAC than createHmac's: ${digest}, ${secret.length} octets of secret, ${dot} of input`);
  if (verifier.verifySync(token).claims.text !== text) throw new Error("another text than the one that was signed");
  const wrong = `${token.slice(0, dot + 1)}${token.at(dot + 1) === "A" ? "B" : "A"}${token.slice(dot + 2)}`;
  if (verifier.safeVerifySync(wrong).ok) throw new Error("a wrong MAC was accepted");
  macs += 3;
}
console.log(JSON.stringify({ macs, megabytes: Math.max(0, Math.round(memory() - (before ?? memory()))) }));
