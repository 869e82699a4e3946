// Keys in the forms in which people have them, as data: forms.test.ts runs them, and writes the table of docs/guides/keys.md.
import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { ES256, Ed25519, HS256, ML_DSA_44, PS256, RS256 } from "../../../src/index.ts";
import type { Algorithm } from "../../../src/index.ts";
import { privateJwkFor, publicJwkFor, secretBytes } from "./good-keys.ts";

/** Made with OpenSSL 3.0, OpenSSH 9.2, puttygen 0.78 and keytool 17 for these tests. */
export const files = JSON.parse(readFileSync(new URL("forms.json", import.meta.url), "utf8")) as {
  readonly text: Readonly<Record<string, string>>;
  readonly base64: Readonly<Record<string, string>>;
};
const file = (name: string): string => files.text[name]!;

const ec = createPrivateKey({ key: privateJwkFor(ES256), format: "jwk" });
const ecPublic = createPublicKey(ec);
const rsa = createPrivateKey({ key: privateJwkFor(RS256), format: "jwk" });
const pem = ec.export({ type: "pkcs8", format: "pem" }) as string;
const publicPem = ecPublic.export({ type: "spki", format: "pem" }) as string;
const der = ec.export({ type: "pkcs8", format: "der" });
const jwk = JSON.stringify(privateJwkFor(ES256));
const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
const base64 = (value: string | Uint8Array): string => Buffer.from(value as string).toString("base64");
const own = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes);
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");
const pairOfStrings = { privateKey: pem, publicKey: publicPem };
/** RFC 8410 §10.3, without its attribute and with it. */
const version2 = (attribute: string): string =>
  `-----BEGIN PRIVATE KEY-----\n${attribute}\n-----END PRIVATE KEY-----\n`;
const rfc8410 = version2(
  "MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\noB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\nZ9w7lshQhqowtrbLDFw4rXAxZuE=",
);
const v1Ed = createPrivateKey({ key: privateJwkFor(Ed25519), format: "jwk" }).export({ type: "pkcs8", format: "der" });
const edPublic = Buffer.from((publicJwkFor(Ed25519) as { x: string }).x, "base64url");
/** As Rust's ring writes it: the public key tagged explicitly. */
const ring = Buffer.concat([
  Buffer.from([0x30, 0x53, 2, 1, 1]),
  v1Ed.subarray(5),
  Buffer.from([0xa1, 0x23, 3, 0x21, 0]),
  edPublic,
]);
const foreign = Buffer.from(ring);
foreign[foreign.length - 1]! ^= 1;

export type Import = "signing" | "verifying" | "secret";

export interface Form {
  readonly have: string;
  readonly as: Import;
  readonly alg: Algorithm;
  readonly key: unknown;
  readonly options?: object;
  /** "imported", or what the refusal says. */
  readonly says: "imported" | RegExp;
  /** In the table of the guide. */
  readonly told?: true;
}

type Row = readonly [have: string, key: unknown, says: "imported" | RegExp, told?: "told" | undefined, alg?: Algorithm];
const rows = (as: Import, alg: Algorithm, ...list: readonly Row[]): readonly Form[] =>
  list.map(([have, key, says, told, other]) => ({
    have,
    as,
    alg: other ?? alg,
    key,
    says,
    ...(told && { told: true }),
  }));

/** A block of RFC 9580 §6.2, with its headers and its checksum. */
const pgp = `-----BEGIN PGP PRIVATE KEY BLOCK-----
Version: GnuPG v2

${Buffer.alloc(96, 0x95).toString("base64")}
=njUN
-----END PGP PRIVATE KEY BLOCK-----
`;

/** An ML-DSA-44 key as RFC 9881 §6 allows and RFC 9964 does not: expanded, without its seed. */
const expanded = Buffer.concat([
  Buffer.from("30820a18020100300b060960864801650304031104820a0404820a00", "hex"),
  Buffer.alloc(2560, 7),
]);

const shared = (half: "private" | "public", good: string, other: string): readonly Row[] => [
  [`a ${half} key in PEM`, good, "imported", "told"],
  ["PEM as bytes: a Buffer of readFileSync", Buffer.from(good), "imported", "told"],
  ["PEM in a Uint8Array", own(Buffer.from(good)), "imported"],
  ["PEM in an ArrayBuffer", own(Buffer.from(good)).buffer, "imported"],
  ["PEM in a DataView", new DataView(own(Buffer.from(good)).buffer), "imported"],
  [
    "PEM in bytes of another realm",
    runInNewContext(`Uint8Array.from(${JSON.stringify([...Buffer.from(good)])})`),
    "imported",
  ],
  ["PEM behind a byte order mark", `\ufeff${good}`, "imported"],
  ["PEM with CRLF", good.replaceAll("\n", "\r\n"), "imported"],
  ["PEM indented, as from YAML", good.replaceAll("\n", "\n    "), "imported"],
  [
    "PEM in one line, spaces for line ends",
    good.replaceAll("\n", " ").replace("----- ", "-----").replace(" -----", "-----"),
    "imported",
  ],
  ["PEM within quotes", JSON.stringify(good), "imported"],
  ["PEM with \\n in place of line ends", good.replaceAll("\n", "\\n"), "imported", "told"],
  [
    "PEM with \\\\n in place of line ends",
    good.replaceAll("\n", "\\\\n"),
    /escaped twice: pass key\.replace\(/,
    "told",
  ],
  ["PEM cut off", good.split("\n").slice(0, 2).join("\n"), /PEM without its end/, "told"],
  [
    "PEM without its lines of hyphens",
    good.split("\n").slice(1, -2).join("\n"),
    /base64 of DER: pass Buffer\.from\(key, "base64"\)/,
    "told",
  ],
  ["PEM with four hyphens", good.replaceAll("-----", "----"), /five hyphens/],
  ["PEM, percent-encoded", encodeURIComponent(good), /decodeURIComponent/],
  ["base64 of PEM", base64(good), /base64 of PEM: pass Buffer\.from\(key, "base64"\)/, "told"],
  ["bytes of base64 of PEM", Buffer.from(base64(good)), /base64 of PEM: pass Buffer/],
  ["PEM in UTF-16", utf16(good), /new TextDecoder\("utf-16le"\)/],
  ["a path", "./keys/private.pem", /may be a path: pass readFileSync\(key\)/, "told"],
  ["a path of Windows", "C:\\keys\\private.pem", /may be a path/],
  ["the name of a file", "private.pem", /may be a path/],
  ["a URL as text", "https://issuer.example/jwks.json", /a URL: fetch it first.*remoteJwks/, "told"],
  ["the URL of a file as text", "file:///keys/private.pem", /readFileSync\(new URL\(key\)\)/],
  ["a URL", new URL("file:///keys/private.pem"), /found a URL: pass readFileSync\(key\)/],
  ["undefined: the variable is not set", undefined, /found undefined: is the variable set\?/, "told"],
  ["null", null, /found null: is the variable set\?/],
  ["an empty string", "", /an empty string: is the variable set/, "told"],
  ["white space", " \n", /an empty string/],
  ['the word "undefined"', "undefined", /the variable set/],
  ["the name of a variable", "JWT_PRIVATE_KEY", /pass process\.env/],
  ["a token", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA", /found a token/],
  ["a promise: await is forgotten", Promise.resolve(good), /found a promise: await it/, "told"],
  ["a Blob or a file", new Blob([good]), /pass await key\.text\(\)/],
  ["a Response", new Response(good), /pass await key\.text\(\)/],
  ["a Buffer that went through JSON", JSON.parse(JSON.stringify(Buffer.from(good))), /pass Buffer\.from\(key\)/],
  [
    "{ key, passphrase } of node:crypto",
    { key: good, passphrase: "secret" },
    /pass key\.key alone or, with a passphrase, create/,
    "told",
  ],
  [
    "a key pair, also one of Web Crypto or of strings",
    pairOfStrings,
    new RegExp(`found a key pair: pass key\\.${half}Key`),
    "told",
  ],
  ["a key set", { keys: [JSON.parse(other)] }, /found a key set: pass one of its keys, as key\.keys\[0\]/, "told"],
  [
    "a key set as text",
    JSON.stringify({ keys: [JSON.parse(other)] }),
    /found a key set: .*JSON\.parse\(key\)\.keys\[0\]/,
    "told",
  ],
  ["a key set as bytes", Buffer.from(JSON.stringify({ keys: [] })), /found a key set/],
  ["a JWK", JSON.parse(other), "imported", "told"],
  ["a JWK as text, as mintmark keygen writes it", `${other}\n`, "imported", "told"],
  ["a JWK as bytes", Buffer.from(other), "imported"],
  ["a JWK behind a byte order mark", `\ufeff${other}`, "imported"],
  ["a JWK as text within quotes", `'${other}'`, /quotes around it: pass key\.slice/],
  ["a JWK as text, twice", JSON.stringify(other), /JSON\.parse\(key\) where quotes within/],
  ["base64 of a JWK", base64(other), /base64 of JSON: pass Buffer/],
  ["base64url of a JWK", Buffer.from(other).toString("base64url"), /base64 of JSON: pass Buffer/],
  ["a JWK cut off", other.slice(0, -10), /JSON that does not parse/],
  [
    "a JWK without a member",
    { ...(JSON.parse(other) as object), y: undefined },
    /JWK: y: .*the member is missing/,
    "told",
  ],
  [
    "a JWK with bytes for members",
    { ...(JSON.parse(other) as object), y: new Uint8Array(32) },
    /JWK: y: .*found bytes/,
  ],
  ["a list with the key", [good], /found a list: pass one of them/],
  ["an algorithm in the key's place", ES256, /found an algorithm/],
  [
    "a PKCS #12 file",
    Buffer.from(files.base64["key.p12"]!, "base64"),
    /openssl pkcs12 -in key\.p12 -nodes -nocerts/,
    "told",
  ],
  ["a Java key store", Buffer.from(files.base64["key.jks"]!, "base64"), /keytool -importkeystore/, "told"],
  [
    "an encrypted key",
    file("encrypted.pem"),
    /the key is encrypted: decrypt it with `openssl pkey -in key\.pem -out plain\.pem`/,
    "told",
  ],
  ["an encrypted key of OpenSSL's older form", file("encrypted_sec1.pem"), /the key is encrypted/],
  [
    "a certificate request",
    file("request.csr"),
    /a certificate request: .*openssl req -in request\.csr -pubkey -noout/,
    "told",
  ],
  [
    "an OpenSSH private key",
    file("ssh_ecdsa"),
    /an OpenSSH key: convert it in place with `ssh-keygen -p -m PKCS8 -f key`/,
    "told",
  ],
  ["an OpenSSH private key for Ed25519", file("ssh_ed25519"), /openssl genpkey -algorithm ed25519/, "told"],
  ["an SSH public key", file("ssh_rsa.pub"), /ssh-keygen -e -m PKCS8 -f key\.pub/, "told"],
  ["an SSH public key for Ed25519", file("ssh_ed25519.pub"), /for Ed25519, which ssh-keygen does not convert/],
  ["an SSH public key of RFC 4716", file("ssh2_rsa.pub"), /ssh-keygen -i -f key\.pub/],
  ["an OpenPGP key", pgp, /found an OpenPGP block, which no algorithm of JWTs takes/, "told"],
  ["an OpenPGP key cut off", pgp.slice(0, 100), /PEM without its end/],
  ["a PuTTY key", file("putty.ppk"), /puttygen key\.ppk -O private-openssh/],
];

const privateRows: readonly Row[] = [
  [
    "the JSON of a service account",
    { client_email: "a@example", private_key: pem },
    /found a service account: pass key\.private_key/,
    "told",
  ],
  [
    "the JSON of a service account as text",
    JSON.stringify({ private_key: pem }),
    /pass JSON\.parse\(key\)\.private_key/,
  ],
  ...shared("private", pem, jwk),
  ["PKCS#1 of RSA", rsa.export({ type: "pkcs1", format: "pem" }), "imported", undefined, RS256],
  [
    "SEC1, its EC PARAMETERS in front",
    `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${ec.export({ type: "sec1", format: "pem" }) as string}`,
    "imported",
  ],
  ["PEM with Bag Attributes, as openssl pkcs12 writes it", file("pkcs12.pem"), "imported", "told"],
  ["DER as bytes, as of a KMS", der, "imported", "told"],
  ["SEC1 in DER", ec.export({ type: "sec1", format: "der" }), "imported"],
  ["DER cut off", der.subarray(0, 100), /DER that is truncated/],
  ["hexadecimal digits of DER", der.toString("hex"), /pass Buffer\.from\(key, "hex"\)/],
  ["a KeyObject", ec, "imported", "told"],
  ["a KeyObject of the public half", ecPublic, /expected a private KeyObject, found a public one/],
  ["a public key", publicPem, /no private key in this PEM, found a public key/, "told"],
  ["a certificate", file("certificate.pem"), /no private key in this PEM, found a certificate/],
  ["an X509Certificate", new X509Certificate(file("certificate.pem")), /it has no private key/],
  [
    "a P-384 key for ES256",
    p384.export({ type: "pkcs8", format: "pem" }),
    /expected P-256, for ES256, found P-384/,
    "told",
  ],
  ["a P-384 KeyObject for ES256", p384, /JWK: crv: expected P-256, found "P-384"/],
  [
    "an RSA key for ES256",
    rsa.export({ type: "pkcs8", format: "pem" }),
    /expected P-256, for ES256, found RSA/,
    "told",
  ],
  ["an RSA JWK for ES256", privateJwkFor(RS256), /JWK: kty: expected EC, found "RSA"/],
  ["an RSA-PSS key", file("pss.pem"), /expected RSA, found RSA-PSS.*openssl genpkey -algorithm RSA/, "told", PS256],
  ["an RSA-PSS KeyObject", createPrivateKey(file("pss.pem")), /found RSA-PSS/, undefined, PS256],
  ["a secp256k1 key", file("secp256k1.pem"), /found secp256k1/, "told"],
  ["a DSA key", file("dsa.pem"), /expected P-256, for ES256, found DSA/],
  ["an X25519 key", file("x25519.pem"), /expected Ed25519, for Ed25519, found X25519/, undefined, Ed25519],
  ["an Ed448 key", file("ed448.pem"), /expected Ed25519, for Ed25519, found Ed448/, "told", Ed25519],
  [
    "a curve with explicit parameters",
    file("explicit.pem"),
    /openssl pkey -in key\.pem -ec_param_enc named_curve -out plain\.pem/,
    "told",
  ],
  [
    "a compressed point",
    file("compressed.pem"),
    /openssl pkey -in key\.pem -ec_conv_form uncompressed -out plain\.pem/,
    "told",
  ],
  ["Ed25519 in PKCS#8 version 2 (RFC 8410 §10.3)", rfc8410, "imported", "told", Ed25519],
  ["Ed25519 in PKCS#8 version 2, as of Rust's ring", ring, "imported", undefined, Ed25519],
  ["Ed25519 in PKCS#8 version 2 with another public key", foreign, /does not fit its public half/, undefined, Ed25519],
  [
    "an expanded ML-DSA key",
    expanded,
    /expected ML-DSA-44 with its seed \(RFC 9881 §6\), found the expanded key alone/,
    "told",
    ML_DSA_44,
  ],
  [
    "an expanded ML-DSA key as a JWK",
    { ...privateJwkFor({ name: "ML-DSA-44" }), priv: Buffer.alloc(2560, 7).toString("base64url") },
    /priv: expected the 32-octet seed, found 2560 octets, an expanded key/,
    undefined,
    ML_DSA_44,
  ],
];

const publicRows: readonly Row[] = [
  ["the JSON of a service account", { private_key: pem }, /found a service account: its key is private/],
  ...shared("public", publicPem, JSON.stringify(publicJwkFor(ES256))),
  ["a certificate", file("certificate.pem"), "imported", "told"],
  [
    "a chain of certificates",
    file("chain.pem"),
    /2 certificates in one PEM, expected one: .*openssl x509 -in chain\.pem/,
    "told",
  ],
  [
    "an X509Certificate",
    new X509Certificate(file("certificate.pem")),
    /found an X509Certificate: pass key\.publicKey/,
    "told",
  ],
  ["a certificate in DER", new X509Certificate(file("certificate.pem")).raw, "imported"],
  ["DER as bytes, as of a KMS", ecPublic.export({ type: "spki", format: "der" }), "imported", "told"],
  [
    "base64 of DER, as Keycloak shows it",
    base64(ecPublic.export({ type: "spki", format: "der" })),
    /base64 of DER: pass Buffer/,
    "told",
  ],
  ["a KeyObject", ecPublic, "imported", "told"],
  ["a private KeyObject", ec, /found a private one: pass createPublicKey\(key\)/, "told"],
  ["a private key", pem, /a private key where a public one is expected/, "told"],
  ["a private key in DER", der, /a private key where a public one is expected/],
  ["a private JWK", privateJwkFor(ES256), /a private key where a public one is expected/],
  ["an RSA-PSS key", file("pss.pub.pem"), /found RSA-PSS/, undefined, PS256],
  [
    "a curve with explicit parameters",
    file("explicit.pub.pem"),
    /openssl pkey -pubin -in key\.pem -ec_param_enc named_curve -pubout/,
  ],
  [
    "a compressed point",
    file("compressed.pub.pem"),
    /openssl pkey -pubin -in key\.pem -ec_conv_form uncompressed -pubout/,
    "told",
  ],
  ["an Ed448 key", file("ed448.pub.pem"), /found Ed448/, undefined, Ed25519],
];

const sentence = "a sentence of which no part is a key";
const secretRows: readonly Row[] = [
  ["a string of 32 characters or more", sentence, "imported", "told"],
  ["bytes", secretBytes(32), "imported", "told"],
  ["random bytes that end like a line", Buffer.concat([secretBytes(40), Buffer.from("\n")]), "imported"],
  ["a string that ends in a line end, as files do", `${sentence}\n`, /ends in a line end.*\.trimEnd\(\)/, "told"],
  ["a string that ends in CRLF", `${sentence}\r\n`, /ends in a line end/],
  ["the bytes of a text that ends in a line end", Buffer.from(`${sentence}\n`), /ends in a line end/],
  ["a string behind a byte order mark", `\ufeff${sentence}`, /byte order mark/],
  ["a secret KeyObject", createSecretKey(secretBytes(32)), "imported", "told"],
  ["a private KeyObject", ec, /found a KeyObject/],
  ["undefined: the variable is not set", undefined, /found undefined: is the variable set\?/, "told"],
  ["an empty string", "", /an empty string: is the variable set/],
  ["an OpenPGP key", pgp.trimEnd(), /a key of another kind/],
  ["a promise: await is forgotten", Promise.resolve(sentence), /found a promise: await it/],
  ["a key set", { keys: [] }, /found a key set/],
  ["an ArrayBuffer", new ArrayBuffer(32), /pass new Uint8Array\(secret\)/],
  ["a JWK with kty oct", { kty: "oct", k: Buffer.from(secretBytes(32)).toString("base64url") }, "imported", "told"],
  [
    "a JWK with kty oct as text",
    JSON.stringify({ kty: "oct", k: "AAAA" }).padEnd(40),
    /pass JSON\.parse\(secret\)/,
    "told",
  ],
  ["the example of some documentation", "a-string-secret-at-least-256-bits-long", /found a published example/, "told"],
  ["the example of this documentation", "a secret of 32 bytes or more, kept safe", /published example/],
  [
    "the example of Spring tutorials",
    "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970",
    /published example/,
  ],
  [
    "the default of Supabase",
    Buffer.from("super-secret-jwt-token-with-at-least-32-characters-long"),
    /published example/,
  ],
  ["a public key in PEM", publicPem.trim(), /a key of another kind/, "told"],
  ["a public key in UTF-16", utf16(publicPem), /a key of another kind/],
  ["a public key in UTF-16, the other way", Buffer.from(utf16(publicPem)).swap16(), /a key of another kind/],
  ["a public key in UTF-16 without a mark", Buffer.from(publicPem, "utf16le"), /a key of another kind/],
  ["a public key, percent-encoded", encodeURIComponent(publicPem), /a key of another kind/],
  ["a public key as a form sends it", new URLSearchParams({ publicPem }).toString().slice(10), /a key of another kind/],
  ["hexadecimal digits of a public key", Buffer.from(publicPem).toString("hex"), /a key of another kind/],
  [
    "hexadecimal digits of DER, with colons",
    ecPublic
      .export({ type: "spki", format: "der" })
      .toString("hex")
      .replace(/..(?=.)/g, "$&:"),
    /a key of another kind/,
  ],
  ["base64 of UTF-16 of a public key", base64(utf16(publicPem)), /a key of another kind/],
  ["a public JWK with escaped quotes", JSON.stringify(JSON.stringify(publicJwkFor(ES256))), /a key of another kind/],
];

export const forms: readonly Form[] = [
  ...rows("signing", ES256, ...privateRows),
  ...rows("verifying", ES256, ...publicRows),
  ...rows("secret", HS256, ...secretRows),
];
