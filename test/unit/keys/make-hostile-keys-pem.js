// Writes hostile-keys-pem.json: key files as the real openssl makes them, and what mintmark does with each.
// The keys are new on every run, so the output is committed. Run: node test/unit/keys/make-hostile-keys-pem.js

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const dir = mkdtempSync(join(tmpdir(), "mintmark-pem-"));
const openssl = (command) =>
  execFileSync("openssl", command.split(" "), { cwd: dir, stdio: ["ignore", "pipe", "ignore"] }).toString();
const read = (file) => readFileSync(join(dir, file), "utf8");
const write = (file, text) => writeFileSync(join(dir, file), text);

const files = [];
/**
 * Adds a key file.
 *
 * @typedef {{ signing?: string[], verifying?: string[] }} Uses algorithm names
 * @param {string} name
 * @param {string} made how
 * @param {string} pem
 * @param {{ accepts?: Uses, refuses?: Uses, why?: string }} [expectation]
 */
const add = (name, made, pem, { accepts = {}, refuses = {}, why } = {}) => {
  files.push({ name, made, ...(why === undefined ? {} : { why }), accepts, refuses, pem });
  return pem;
};
const addOpenssl = (name, command, expectation) => {
  const pem = openssl(command);
  write(`${name}.pem`, pem);
  return add(name, `openssl ${command}`, pem, expectation);
};

// ── what every form of every key family is good for ─────────────────────────────────────────────────────────────────

const families = [
  { key: "rsa", options: "RSA -pkeyopt rsa_keygen_bits:2048", algs: ["RS256", "PS512"], others: ["ES256", "Ed25519"] },
  { key: "p256", options: "EC -pkeyopt ec_paramgen_curve:P-256", algs: ["ES256"], others: ["ES384", "RS256", "EdDSA"] },
  { key: "p384", options: "EC -pkeyopt ec_paramgen_curve:P-384", algs: ["ES384"], others: ["ES256", "ES512"] },
  { key: "p521", options: "EC -pkeyopt ec_paramgen_curve:P-521", algs: ["ES512"], others: ["ES384", "PS256"] },
  { key: "ed25519", options: "ED25519", algs: ["Ed25519", "EdDSA"], others: ["ES256", "RS256"] },
];
const other = "the key of another family or curve, or the wrong half (RFC 8725 §3.1)";
for (const { key, options, algs, others } of families) {
  const signs = { accepts: { signing: algs }, refuses: { signing: others, verifying: algs }, why: other };
  const verifies = { accepts: { verifying: algs }, refuses: { verifying: others, signing: algs }, why: other };
  addOpenssl(`${key}-pkcs8`, `genpkey -algorithm ${options}`, signs);
  addOpenssl(`${key}-spki`, `pkey -in ${key}-pkcs8.pem -pubout`, verifies);
  addOpenssl(`${key}-certificate`, `req -x509 -new -key ${key}-pkcs8.pem -subj /CN=mintmark-test -days 3650`, verifies);
  if (key === "rsa") {
    addOpenssl("rsa-pkcs1", "rsa -in rsa-pkcs8.pem -traditional", signs);
    addOpenssl("rsa-pkcs1-public", "rsa -in rsa-pkcs8.pem -RSAPublicKey_out", verifies);
  } else if (key !== "ed25519") {
    addOpenssl(`${key}-sec1`, `ec -in ${key}-pkcs8.pem`, signs);
  }
}

// ── unusual and legitimate ──────────────────────────────────────────────────────────────────────────────────────────

const signsES256 = { accepts: { signing: ["ES256"] } };
const verifiesES256 = { accepts: { verifying: ["ES256"] } };
addOpenssl("p256-ecparam", "ecparam -name prime256v1 -genkey", {
  ...signsES256,
  why: "EC PARAMETERS before the SEC1 block (RFC 5915 §4)",
});
addOpenssl("p256-certificate-text", "x509 -in p256-certificate.pem -text", {
  ...verifiesES256,
  why: "explanatory text before the block (RFC 7468 §5.2)",
});
openssl("pkcs12 -export -inkey p256-pkcs8.pem -in p256-certificate.pem -passout pass: -out p256.p12");
addOpenssl("p256-bag-key", "pkcs12 -in p256.p12 -passin pass: -nocerts -nodes", {
  ...signsES256,
  why: "Bag Attributes before the block (RFC 7468 §5.2)",
});
addOpenssl("p256-bag-certificate", "pkcs12 -in p256.p12 -passin pass: -nokeys", {
  ...verifiesES256,
  why: "Bag Attributes before the block (RFC 7468 §5.2)",
});
for (const [source, accepts] of /** @type {[string, Uses][]} */ ([
  ["rsa-pkcs8", { signing: ["RS256"] }],
  ["p256-spki", { verifying: ["ES256"] }],
  ["p256-sec1", { signing: ["ES256"] }],
  ["ed25519-pkcs8", { signing: ["Ed25519"] }],
  ["rsa-certificate", { verifying: ["RS256"] }],
])) {
  const pem = read(`${source}.pem`);
  add(`${source}-escaped`, `${source} with \\n as two characters`, pem.replaceAll("\n", "\\n"), {
    accepts,
    why: "as environment variables carry it",
  });
  add(`${source}-crlf`, `${source} with CRLF`, pem.replaceAll("\n", "\r\n"), {
    accepts,
    why: "RFC 7468 §3: any line end",
  });
  add(`${source}-no-newline`, `${source} without its last newline`, pem.trimEnd(), {
    accepts,
    why: "RFC 7468 §3: eol after the last line is optional to parsers",
  });
}

// ── refused ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const refuse = (as, ...algs) => ({ refuses: { [as]: algs } });
const encrypted = { ...refuse("signing", "RS256"), why: "encrypted: there is no password to give" };
addOpenssl("rsa-pkcs8-encrypted", "pkcs8 -topk8 -in rsa-pkcs8.pem -v2 aes-256-cbc -passout pass:mintmark", encrypted);
addOpenssl("rsa-pkcs1-encrypted", "rsa -in rsa-pkcs8.pem -traditional -aes256 -passout pass:mintmark", encrypted);
addOpenssl("p256-sec1-encrypted", "ec -in p256-pkcs8.pem -aes256 -passout pass:mintmark", {
  ...refuse("signing", "ES256"),
  why: encrypted.why,
});

addOpenssl("rsa-pss", "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", {
  ...refuse("signing", "RS256", "PS256"),
  why: "id-RSASSA-PSS: Web Crypto reads rsaEncryption alone (RFC 4055 §1.2)",
});
addOpenssl("rsa-pss-spki", "pkey -in rsa-pss.pem -pubout", {
  ...refuse("verifying", "RS256", "PS256"),
  why: "id-RSASSA-PSS: Web Crypto reads rsaEncryption alone (RFC 4055 §1.2)",
});
addOpenssl("rsa-1024", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024", {
  ...refuse("signing", "RS256", "PS256"),
  why: "RFC 7518 §3.3: 2048 bits or more",
});
addOpenssl("rsa-1024-spki", "pkey -in rsa-1024.pem -pubout", {
  ...refuse("verifying", "RS256", "PS256"),
  why: "RFC 7518 §3.3: 2048 bits or more",
});
addOpenssl("rsa-1024-pkcs1-public", "rsa -in rsa-1024.pem -RSAPublicKey_out", {
  ...refuse("verifying", "RS256"),
  why: "RFC 7518 §3.3: 2048 bits or more",
});
addOpenssl("rsa-e3", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3", {
  ...refuse("signing", "RS256"),
  why: "FIPS 186-5 §5.1: 65537 or more",
});
addOpenssl("rsa-e3-spki", "pkey -in rsa-e3.pem -pubout", {
  ...refuse("verifying", "RS256", "PS256"),
  why: "FIPS 186-5 §5.1: 65537 or more",
});

const named = "RFC 5480 §2.1.1: named curves only";
addOpenssl("p256-explicit", "ecparam -name prime256v1 -genkey -noout -param_enc explicit", {
  ...refuse("signing", "ES256"),
  why: named,
});
addOpenssl("p256-explicit-pkcs8", "pkcs8 -topk8 -nocrypt -in p256-explicit.pem", {
  ...refuse("signing", "ES256"),
  why: named,
});
addOpenssl("p256-explicit-spki", "ec -in p256-pkcs8.pem -pubout -param_enc explicit", {
  ...refuse("verifying", "ES256"),
  why: named,
});
addOpenssl("p256-compressed-spki", "ec -in p256-pkcs8.pem -pubout -conv_form compressed", {
  ...refuse("verifying", "ES256"),
  why: "a compressed point, which not every runtime reads (RFC 5480 §2.2)",
});
const otherCurve = "RFC 7518 §3.4: ES256 is P-256";
addOpenssl("secp256k1", "ecparam -name secp256k1 -genkey -noout", { ...refuse("signing", "ES256"), why: otherCurve });
addOpenssl("secp256k1-pkcs8", "pkcs8 -topk8 -nocrypt -in secp256k1.pem", {
  ...refuse("signing", "ES256"),
  why: otherCurve,
});
addOpenssl("secp256k1-spki", "ec -in secp256k1.pem -pubout", { ...refuse("verifying", "ES256"), why: otherCurve });
for (const curve of ["X25519", "ED448"]) {
  const why = "RFC 8037 §2 and RFC 9864 §2.2: Ed25519 alone";
  const name = curve.toLowerCase();
  addOpenssl(name, `genpkey -algorithm ${curve}`, { ...refuse("signing", "Ed25519", "EdDSA"), why });
  addOpenssl(`${name}-spki`, `pkey -in ${name}.pem -pubout`, { ...refuse("verifying", "Ed25519", "EdDSA"), why });
}
addOpenssl("p256-request", "req -new -key p256-pkcs8.pem -subj /CN=mintmark-test", {
  refuses: { signing: ["ES256"], verifying: ["ES256"] },
  why: "a certificate request is no key",
});
addOpenssl("p256-parameters", "ecparam -name prime256v1", {
  refuses: { signing: ["ES256"], verifying: ["ES256"] },
  why: "parameters without a key",
});

execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "mintmark", "-f", join(dir, "openssh")]);
add("ed25519-openssh", "ssh-keygen -t ed25519", read("openssh"), {
  refuses: { signing: ["Ed25519"] },
  why: "OpenSSH's own private key format",
});

const spki = read("p256-spki.pem");
const certificates =
  openssl("req -x509 -new -key p256-pkcs8.pem -subj /CN=mintmark-other -days 3650") + read("p256-certificate.pem");
const one = "more than one candidate";
add("p256-two-certificates", "two certificates, one after the other", certificates, {
  ...refuse("verifying", "ES256"),
  why: one,
});
add("p256-two-keys", "a PKCS#8 and a SEC1 block", read("p256-pkcs8.pem") + read("p256-sec1.pem"), {
  ...refuse("signing", "ES256"),
  why: one,
});
add("p256-spki-twice", "the same SPKI block twice", spki + spki, { ...refuse("verifying", "ES256"), why: one });

const damage = (name, made, pem) => add(name, made, pem, { ...refuse("verifying", "ES256"), why: "RFC 7468 §3" });
const body = spki.split("\n").slice(1, -2).join("");
const wrap = (der, label = "PUBLIC KEY") =>
  `-----BEGIN ${label}-----\n${der.toString("base64").replace(/.{64}/g, "$&\n").trimEnd()}\n-----END ${label}-----\n`;
damage("p256-spki-no-end", "p256-spki without its END line", spki.split("-----END")[0]);
damage(
  "p256-spki-other-end",
  "p256-spki that ends as a certificate",
  spki.replace("END PUBLIC KEY", "END CERTIFICATE"),
);
damage(
  "p256-spki-empty",
  "BEGIN and END with nothing between",
  "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
);
damage("p256-spki-not-base64", "p256-spki with an exclamation mark", spki.replace(body.slice(8, 12), "!!!!"));
damage("p256-spki-cut", "p256-spki without its last 3 bytes", wrap(Buffer.from(body, "base64").subarray(0, -3)));
damage(
  "p256-spki-trailing",
  "p256-spki with 3 bytes after the structure",
  wrap(Buffer.concat([Buffer.from(body, "base64"), Buffer.from([1, 2, 3])])),
);

// ── the second keys from which make-hostile-keys.js takes other halves ─────────────────────────────────────────────

for (const { key, options } of families) addOpenssl(`${key}-other`, `genpkey -algorithm ${options}`);

rmSync(dir, { recursive: true });
writeFileSync(new URL("hostile-keys-pem.json", import.meta.url), `${JSON.stringify({ files }, null, 2)}\n`);
