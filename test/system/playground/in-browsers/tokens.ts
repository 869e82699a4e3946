// Tokens and keys that the page did not make: good, old, broken and hostile ones.
import { createHmac, createSecretKey, generateKeyPairSync, sign, type KeyPairKeyObjectResult } from "node:crypto";

export const secret = "correct horse battery staple, and more";
export const expected = { "debug-issuer": "https://id.example", "debug-audience": "orders" };

const now = Math.floor(Date.now() / 1000);
const good = { iss: "https://id.example", sub: "user_123", aud: ["orders", "bills"], iat: now - 60, exp: now + 3600 };

const segment = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** An HS256 token of what is given, some of it beside or in place of what is good. */
export function hs256(claims: object = {}, header: object = {}, key = secret): string {
  const input = `${segment({ alg: "HS256", typ: "JWT", ...header })}.${segment({ ...good, ...claims })}`;
  return `${input}.${createHmac("sha256", createSecretKey(Buffer.from(key)))
    .update(input)
    .digest("base64url")}`;
}

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
const spki = { type: "spki", format: "pem" } as const;
/** As every export of PEM is. */
const pem = ({ publicKey }: KeyPairKeyObjectResult) => publicKey.export(spki) as string;
const privateJwk = (kid: string) => ({ ...pair.privateKey.export({ format: "jwk" }), kid });
const jwk = ({ publicKey }: KeyPairKeyObjectResult, kid: string) => ({
  ...publicKey.export({ format: "jwk" }),
  kid,
  use: "sig",
});

export const es256 = {
  token: es256Token({ kid: "right" }),
  publicPem: pem(pair),
  privatePem: pair.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  privateJwk: JSON.stringify({ ...pair.privateKey.export({ format: "jwk" }), kid: "from-jwk" }),
  otherPem: pem(other),
  jwk: JSON.stringify(jwk(pair, "right")),
  privateJwkOfToken: JSON.stringify(privateJwk("right")),
  privateJwks: JSON.stringify({ keys: [jwk(other, "wrong"), { ...privateJwk("right"), use: "sig", alg: "ES256" }] }),
  jwks: JSON.stringify({ keys: [jwk(other, "wrong"), { kty: "oct", k: "AAAA", kid: "a secret" }, jwk(pair, "right")] }),
  jwksOfOthers: JSON.stringify({ keys: [jwk(other, "wrong")] }),
  /** The public key used as a secret: what an attacker tries. */
  confused: confuse(),
};

function es256Token(header: object): string {
  const input = `${segment({ alg: "ES256", ...header })}.${segment(good)}`;
  return `${input}.${sign("sha256", Buffer.from(input), { key: pair.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

function confuse(): string {
  const input = `${segment({ alg: "HS256" })}.${segment(good)}`;
  return `${input}.${createHmac("sha256", pem(pair)).update(input).digest("base64url")}`;
}

export const weakRsaPem = pem(generateKeyPairSync("rsa", { modulusLength: 1024 }));

export const unsecured = `${segment({ alg: "none" })}.${segment(good)}.`;
export const unsecuredWithSignature = `${segment({ alg: "none" })}.${segment(good)}.AAAA`;
export const encrypted = `${segment({ alg: "RSA-OAEP-256", enc: "A256GCM" })}.AAAA.AAAA.AAAA.AAAA`;
export const hour = 3600;
export { now };
