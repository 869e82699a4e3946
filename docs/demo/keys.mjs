// Where the demo's keys come from: the real `openssl` wherever it is there and can make the kind,
// mintmark itself otherwise. Either way the result is text, as a deployment would hold it.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as mintmark from "mintmark";

const run = promisify(execFile);

const secret = (bytes) => ({ kind: `secret, ${bytes} bytes`, bytes });
const plain = (name) => ({ kind: name, genpkey: [name] });
const rsa = { kind: "RSA, 2048 bits", genpkey: ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"] };
const curve = (name) => ({
  kind: `EC, ${name}`,
  genpkey: ["EC", "-pkeyopt", `ec_paramgen_curve:${name}`],
});

/** Every algorithm mintmark has, with the kind of key it takes. */
export const recipes = [
  { algorithm: mintmark.HS256, ...secret(32) },
  { algorithm: mintmark.HS384, ...secret(48) },
  { algorithm: mintmark.HS512, ...secret(64) },
  { algorithm: mintmark.RS256, ...rsa },
  { algorithm: mintmark.RS384, ...rsa },
  { algorithm: mintmark.RS512, ...rsa },
  { algorithm: mintmark.PS256, ...rsa },
  { algorithm: mintmark.PS384, ...rsa },
  { algorithm: mintmark.PS512, ...rsa },
  { algorithm: mintmark.ES256, ...curve("P-256") },
  { algorithm: mintmark.ES384, ...curve("P-384") },
  { algorithm: mintmark.ES512, ...curve("P-521") },
  { algorithm: mintmark.Ed25519, ...plain("Ed25519") },
  { algorithm: mintmark.EdDSA, ...plain("Ed25519") },
  { algorithm: mintmark.ML_DSA_44, ...plain("ML-DSA-44"), mayBeMissing: true },
  { algorithm: mintmark.ML_DSA_65, ...plain("ML-DSA-65"), mayBeMissing: true },
  { algorithm: mintmark.ML_DSA_87, ...plain("ML-DSA-87"), mayBeMissing: true },
];

/** Name and version of the `openssl` on the path, `undefined` without one. */
export async function opensslVersion() {
  try {
    const { stdout } = await run("openssl", ["version"]);
    return stdout.split(" ", 2).join(" ");
  } catch {
    return undefined;
  }
}

/** A fresh key as text: `{ source, hex }` for HMAC, `{ source, privatePem, publicPem }` otherwise. */
export async function makeKey(recipe, directory) {
  const [byOpenssl, byMintmark] = recipe.bytes ? [opensslSecret, mintmarkSecret] : [opensslKeyPair, mintmarkKeyPair];
  try {
    return { source: "openssl", ...(await byOpenssl(recipe, directory)) };
  } catch {
    return { source: "mintmark", ...(await byMintmark(recipe)) };
  }
}

async function opensslSecret({ bytes }) {
  const { stdout } = await run("openssl", ["rand", "-hex", String(bytes)]);
  return { hex: stdout.trim() };
}

async function opensslKeyPair({ algorithm, genpkey }, directory) {
  const privateFile = join(directory, `${algorithm.name}.private.pem`);
  const publicFile = join(directory, `${algorithm.name}.public.pem`);
  await run("openssl", ["genpkey", "-algorithm", ...genpkey, "-out", privateFile]);
  await run("openssl", ["pkey", "-in", privateFile, "-pubout", "-out", publicFile]);
  return {
    privatePem: await readFile(privateFile, "utf8"),
    publicPem: await readFile(publicFile, "utf8"),
  };
}

async function mintmarkSecret({ algorithm }) {
  const key = await mintmark.generateSecret(algorithm, { extractable: true });
  const { k } = await mintmark.exportJwk(key);
  return { hex: Buffer.from(String(k), "base64url").toString("hex") };
}

async function mintmarkKeyPair({ algorithm }) {
  const pair = await mintmark.generateKeyPair(algorithm, { extractable: true });
  return {
    privatePem: await mintmark.exportPem(pair.privateKey),
    publicPem: await mintmark.exportPem(pair.publicKey),
  };
}
