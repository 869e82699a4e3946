// Tokens and keys that the page did not make: good, old, broken and hostile ones.
import { createHmac, createSecretKey, generateKeyPairSync, sign } from "node:crypto";

export const secret = "correct horse battery staple, and more";
export const expected = { "debug-issuer": "https://id.example", "debug-audience": "orders" };

const now = Math.floor(Date.now() / 1000);
const good = { iss: "https://id.example", sub: "user_123", aud: ["orders", "bills"], iat: now - 60, exp: now + 3600 };

const segment = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** An HS256 token of what is given; `header` and `claims` may be any text. */
export function hs256(claims = {}, header = {}, key = secret) {
  const input = `${segment(typeof header === "string" ? header : { alg: "HS256", typ: "JWT", ...header })}.${segment(typeof claims === "string" ? claims : { ...good, ...claims })}`;
  return `${input}.${createHmac("sha256", createSecretKey(Buffer.from(key)))
    .update(input)
    .digest("base64url")}`;
}

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
const spki = { type: "spki", format: "pem" };
const jwk = ({ publicKey }, kid) => ({ ...publicKey.export({ format: "jwk" }), kid, use: "sig" });

export const es256 = {
  token: es256Token({ kid: "right" }),
  publicPem: pair.publicKey.export(spki),
  privatePem: pair.privateKey.export({ type: "pkcs8", format: "pem" }),
  privateJwk: JSON.stringify({ ...pair.privateKey.export({ format: "jwk" }), kid: "from-jwk" }),
  otherPem: other.publicKey.export(spki),
  jwk: JSON.stringify(jwk(pair, "right")),
  jwks: JSON.stringify({ keys: [jwk(other, "wrong"), { kty: "oct", k: "AAAA", kid: "a secret" }, jwk(pair, "right")] }),
  jwksOfOthers: JSON.stringify({ keys: [jwk(other, "wrong")] }),
  /** The public key used as a secret: what an attacker tries. */
  confused: confuse(),
};

function es256Token(header) {
  const input = `${segment({ alg: "ES256", ...header })}.${segment(good)}`;
  return `${input}.${sign("sha256", Buffer.from(input), { key: pair.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

function confuse() {
  const input = `${segment({ alg: "HS256" })}.${segment(good)}`;
  return `${input}.${createHmac("sha256", pair.publicKey.export(spki)).update(input).digest("base64url")}`;
}

export const weakRsaPem = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export(spki);

export const unsecured = `${segment({ alg: "none" })}.${segment(good)}.`;
export const unsecuredWithSignature = `${segment({ alg: "none" })}.${segment(good)}.AAAA`;
export const encrypted = `${segment({ alg: "RSA-OAEP-256", enc: "A256GCM" })}.AAAA.AAAA.AAAA.AAAA`;
export const hour = 3600;
export { now };
