/** One key in every form that a library takes, so that each gets the one it is fastest with. */

import { algorithms } from "./algorithms.mjs";

const { subtle } = globalThis.crypto;
const nodeCrypto = globalThis.process?.getBuiltinModule?.("node:crypto");

/** Throws where the runtime lacks the algorithm. */
export async function createKey(algorithm, kid) {
  const made = await subtle.generateKey(algorithms[algorithm].generate, true, ["sign", "verify"]);
  return algorithm === "HS256" ? secretForms(made) : pairForms(made, algorithm, kid);
}

async function secretForms(cryptoKey) {
  const secret = new Uint8Array(await subtle.exportKey("raw", cryptoKey));
  const keyObject = nodeCrypto?.createSecretKey(secret);
  return {
    secret,
    signing: { cryptoKey, keyObject, material: keyObject && globalThis.Buffer.from(secret) },
    verifying: { cryptoKey, keyObject, material: keyObject && globalThis.Buffer.from(secret) },
  };
}

/** `material` is what fast-jwt asks for: the secret's bytes, or a PEM. */
async function pairForms({ privateKey, publicKey }, algorithm, kid) {
  const pkcs8 = pem("PRIVATE KEY", await subtle.exportKey("pkcs8", privateKey));
  const spki = pem("PUBLIC KEY", await subtle.exportKey("spki", publicKey));
  return {
    kid,
    signing: {
      cryptoKey: privateKey,
      jwk: await exportJwk(privateKey, algorithm, kid),
      material: pkcs8,
      keyObject: keyObjectOf("createPrivateKey", pkcs8),
    },
    verifying: {
      cryptoKey: publicKey,
      jwk: await exportJwk(publicKey, algorithm, kid),
      material: spki,
      keyObject: keyObjectOf("createPublicKey", spki),
    },
  };
}

/** The same key under another key ID. */
export function renameKey(key, kid) {
  return { ...key, kid, verifying: { ...key.verifying, jwk: { ...key.verifying.jwk, kid } } };
}

async function exportJwk(key, alg, kid) {
  const jwk = await subtle.exportKey("jwk", key);
  delete jwk.ext;
  delete jwk.key_ops;
  return { ...jwk, alg, ...(kid !== undefined && { kid }) };
}

/** workerd has `node:crypto`, but cannot read every PEM. */
function keyObjectOf(create, text) {
  try {
    return nodeCrypto?.[create](text);
  } catch {
    return undefined;
  }
}

function pem(label, der) {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(der)));
  return `-----BEGIN ${label}-----\n${base64.replace(/.{64}(?=.)/g, "$&\n")}\n-----END ${label}-----\n`;
}
