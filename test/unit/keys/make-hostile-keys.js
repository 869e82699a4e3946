// Writes hostile-keys.json: keys with one fault each, which some runtime or library takes and mintmark must not.
// Made from the keys of hostile-keys-pem.json and of RFC 9964; the same input gives the same output.
// Run: node test/unit/keys/make-hostile-keys.js

import { createECDH, createHash, createPrivateKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const json = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const pems = Object.fromEntries(json("hostile-keys-pem.json").files.map(({ name, pem }) => [name, pem]));
const mldsa = json("../../spec/vectors/rfc9964.json").keys;

/**
 * @typedef {"verifying" | "signing"} Use
 * @typedef {[x: bigint, y: bigint]} Point on Ed25519
 * @typedef {Partial<Record<Use, (jwk: Record<string, unknown>) => string[]>>} Makers of PEM
 *
 * @typedef {object} Fault
 * @property {Record<string, unknown> | undefined} [set] other members than the good key's; may be a whole other key
 * @property {string[]} [without] members
 * @property {Use[]} [as]
 * @property {string} reason
 * @property {string[]} [codes]
 * @property {Makers} [pems] the same fault as PEM, where PEM can carry it
 * @property {boolean} [cryptoKey] it survives a lax runtime's own import
 * @property {string[]} [algs]
 */

// ── numbers and bytes ───────────────────────────────────────────────────────────────────────────────────────────────

const b64u = (bytes) => Buffer.from(bytes).toString("base64url");
const bytesOf = (text) => Buffer.from(text, "base64url");
const big = (text) => BigInt(`0x${bytesOf(text).toString("hex") || "0"}`);
const minimal = (number) => {
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
};
const fixed = (number, length) => Buffer.from(number.toString(16).padStart(2 * length, "0"), "hex");
/** @type {(a: bigint, m: bigint) => bigint} */
const mod = (a, m) => ((a % m) + m) % m;
/** @type {(base: bigint, exponent: bigint, m: bigint) => bigint} */
const power = (base, exponent, m) => {
  let result = 1n;
  for (let b = mod(base, m), e = exponent; e > 0n; e >>= 1n, b = (b * b) % m) if (e & 1n) result = (result * b) % m;
  return result;
};
/**
 * Undefined when there is no inverse.
 *
 * @type {(a: bigint, m: bigint) => bigint | undefined}
 */
const inverse = (a, m) => {
  let [r0, r1, s0, s1] = [m, mod(a, m), 0n, 1n];
  while (r1 !== 0n) [r0, r1, s0, s1] = [r1, r0 % r1, s1, s0 - (r0 / r1) * s1];
  return r0 === 1n ? mod(s0, m) : undefined;
};
/**
 * `a / b`, of which every `b` but 0 has an inverse: `m` is a prime.
 *
 * @type {(a: bigint, b: bigint, m: bigint) => bigint}
 */
const divide = (a, b, m) => {
  const inverted = inverse(b, m);
  if (inverted === undefined) throw new Error(`${b} has no inverse`);
  return mod(a * inverted, m);
};
/** Bytes that look random and are the same on every run. */
const stream = (label, length) => {
  const blocks = [];
  for (let i = 0; i * 64 < length; i++) blocks.push(createHash("sha512").update(`mintmark ${label} ${i}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
};

// ── DER (X.690), just enough ────────────────────────────────────────────────────────────────────────────────────────

const tlv = (tag, ...parts) => {
  const content = Buffer.concat(parts);
  const length =
    content.length < 128
      ? Buffer.from([content.length])
      : Buffer.concat([Buffer.from([0x80 | minimal(BigInt(content.length)).length]), minimal(BigInt(content.length))]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
};
const sequence = (...parts) => tlv(0x30, ...parts);
const octets = (...parts) => tlv(0x04, ...parts);
const bits = (...parts) => tlv(0x03, Buffer.from([0]), ...parts);
const integer = (number) => {
  const bytes = minimal(number);
  return tlv(0x02, bytes.readUInt8(0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
};
const oid = (hex) => tlv(0x06, Buffer.from(hex, "hex"));
const none = tlv(0x05);
const rsaEncryption = sequence(oid("2a864886f70d010101"), none);
const curveOid = { "P-256": oid("2a8648ce3d030107"), "P-384": oid("2b81040022"), "P-521": oid("2b81040023") };
const ecPublicKey = (crv) => sequence(oid("2a8648ce3d0201"), curveOid[crv]);
const ed25519 = sequence(oid("2b6570"));
const mlDsa = { "ML-DSA-44": 0x11, "ML-DSA-65": 0x12, "ML-DSA-87": 0x13 };
const mlDsaOid = (alg) => sequence(oid(`6086480165030403${mlDsa[alg].toString(16)}`));

const pem = (label, der) =>
  `-----BEGIN ${label}-----\n${der
    .toString("base64")
    .match(/.{1,64}/g)
    .join("\n")}\n-----END ${label}-----\n`;
const spki = (algorithm, ...key) => pem("PUBLIC KEY", sequence(algorithm, bits(...key)));
const pkcs8 = (algorithm, ...key) => pem("PRIVATE KEY", sequence(integer(0n), algorithm, octets(...key)));

/** @param {Record<string, unknown>} jwk */
const rsaPublic = ({ n, e }) => sequence(integer(big(n)), integer(big(e)));
const rsaPrivate = (jwk) =>
  sequence(integer(0n), ...["n", "e", "d", "p", "q", "dp", "dq", "qi"].map((name) => integer(big(jwk[name]))));
/** @type {Required<Makers>} */
const rsaPems = {
  verifying: (jwk) => [spki(rsaEncryption, rsaPublic(jwk)), pem("RSA PUBLIC KEY", rsaPublic(jwk))],
  signing: (jwk) => [pkcs8(rsaEncryption, rsaPrivate(jwk)), pem("RSA PRIVATE KEY", rsaPrivate(jwk))],
};
/** @param {Record<string, unknown>} jwk */
const point = ({ x, y }) => Buffer.concat([Buffer.from([4]), bytesOf(x), bytesOf(y)]);
const sec1 = (jwk, parameters) =>
  sequence(
    integer(1n),
    octets(bytesOf(jwk.d)),
    ...(parameters ? [tlv(0xa0, curveOid[jwk.crv])] : []),
    tlv(0xa1, bits(point(jwk))),
  );
/** @type {Required<Makers>} */
const ecPems = {
  verifying: (jwk) => [spki(ecPublicKey(jwk.crv), point(jwk))],
  signing: (jwk) => [pkcs8(ecPublicKey(jwk.crv), sec1(jwk, false)), pem("EC PRIVATE KEY", sec1(jwk, true))],
};
/** @type {Required<Makers>} */
const edPems = {
  verifying: ({ x }) => [spki(ed25519, bytesOf(x))],
  signing: ({ d }) => [pkcs8(ed25519, octets(bytesOf(d)))],
};
/** @type {Required<Makers>} */
const mlPems = {
  verifying: ({ alg, pub }) => [spki(mlDsaOid(alg), bytesOf(pub))],
  signing: ({ alg, priv }) => [pkcs8(mlDsaOid(alg), tlv(0x80, bytesOf(priv)))],
};

// ── the good keys ───────────────────────────────────────────────────────────────────────────────────────────────────

const jwkOf = (name) => createPrivateKey(pems[name]).export({ format: "jwk" });
const curves = {
  "P-256": {
    ecdh: "prime256v1",
    bytes: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  "P-384": {
    ecdh: "secp384r1",
    bytes: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  "P-521": {
    ecdh: "secp521r1",
    bytes: 66,
    p: 2n ** 521n - 1n,
    n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
};
const ecFrom = (crv, d) => {
  const { ecdh, bytes } = curves[crv];
  const pair = createECDH(ecdh);
  pair.setPrivateKey(d);
  const public_ = pair.getPublicKey();
  return { kty: "EC", crv, x: b64u(public_.subarray(1, 1 + bytes)), y: b64u(public_.subarray(1 + bytes)), d: b64u(d) };
};
/** The first P-256 key of a fixed sequence for which `wanted` holds. */
const search = (label, wanted) => {
  for (let i = 0; ; i++) {
    const jwk = ecFrom("P-256", stream(`${label} ${i}`, 32));
    if (wanted(jwk)) return jwk;
  }
};
const leadingZero = (text) => bytesOf(text)[0] === 0;

const keys = {
  rsa: { jwk: jwkOf("rsa-pkcs8"), algs: ["RS256", "PS256"] },
  p256: { jwk: search("p256", ({ x }) => /[-_]/.test(x)), algs: ["ES256"] },
  p384: { jwk: jwkOf("p384-pkcs8"), algs: ["ES384"] },
  p521: { jwk: jwkOf("p521-pkcs8"), algs: ["ES512"] },
  "p256 with a zero in front of x": { jwk: search("zero x", ({ x }) => leadingZero(x)), algs: ["ES256"] },
  "p256 with a zero in front of y": { jwk: search("zero y", ({ y }) => leadingZero(y)), algs: ["ES256"] },
  "p256 with a zero in front of d": { jwk: search("zero d", ({ d }) => leadingZero(d)), algs: ["ES256"] },
  ed25519: { jwk: jwkOf("ed25519-pkcs8"), algs: ["Ed25519", "EdDSA"] },
};
for (const [alg, { kty, pub, priv }] of Object.entries(mldsa))
  keys[alg] = { jwk: { kty, alg, pub, priv }, algs: [alg] };
const second = {
  rsa: jwkOf("rsa-other"),
  p256: jwkOf("p256-other"),
  p384: jwkOf("p384-other"),
  p521: jwkOf("p521-other"),
  ed25519: jwkOf("ed25519-other"),
};

const cases = [];
/**
 * Adds a case with one fault.
 *
 * @param {string} name
 * @param {string} of the good key that is changed
 * @param {Fault} fault
 */
const fault = (
  name,
  of,
  {
    set = {},
    without = [],
    as = ["verifying", "signing"],
    reason,
    codes,
    pems: makers,
    cryptoKey,
    algs = keys[of].algs,
  },
) => {
  const jwk = { ...keys[of].jwk, ...set };
  const text = makers && Object.fromEntries(as.flatMap((use) => (makers[use] ? [[use, makers[use](jwk)]] : [])));
  cases.push({
    name,
    reason,
    algs,
    as,
    of,
    ...(Object.keys(set).length > 0 && { set }),
    ...(without.length > 0 && { without }),
    ...(codes && { codes }),
    ...(text && { pem: text }),
    ...(cryptoKey && { cryptoKey }),
  });
};
/** @type {Use[]} */
const verifying = ["verifying"];
/** @type {Use[]} */
const signing = ["signing"];

// ── RSA ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const rsa = keys.rsa.jwk;
const [n, p, q] = [big(rsa.n), big(rsa.p), big(rsa.q)];
/** The private members that go with `e`: nothing is wrong but the exponent. */
const rsaWith = (/** @type {bigint} */ e) => {
  const phi = (p - 1n) * (q - 1n);
  const d = e === 1n ? 1n : inverse(e, phi);
  return d === undefined
    ? undefined
    : { e: b64u(minimal(e)), d: b64u(minimal(d)), dp: b64u(minimal(d % (p - 1n))), dq: b64u(minimal(d % (q - 1n))) };
};
const firstCoprime = (from) => {
  for (let e = from; ; e += 2n) if (rsaWith(e)) return e;
};
const exponent = "RFC 8017 §3.1, FIPS 186-5 §5.1: odd, 65537 or more; below 2^32 for every runtime";
fault("RSA: e is 1", "rsa", { set: rsaWith(1n), reason: exponent, pems: rsaPems, cryptoKey: true });
fault("RSA: e is 0", "rsa", { set: { e: "AA" }, reason: exponent, pems: rsaPems, cryptoKey: true });
for (const e of [2n, 65536n, 65538n])
  fault(`RSA: e is even (${e})`, "rsa", {
    set: { e: b64u(minimal(e)) },
    reason: exponent,
    pems: rsaPems,
    cryptoKey: true,
  });
const small = firstCoprime(3n);
fault(`RSA: e is below 65537 (${small})`, "rsa", {
  set: rsaWith(small),
  reason: exponent,
  pems: rsaPems,
  cryptoKey: true,
});
for (const { label, from } of [
  { label: "2^32", from: 2n ** 32n + 1n },
  { label: "2^64", from: 2n ** 64n + 1n },
  { label: "2^256", from: 2n ** 256n + 1n },
]) {
  fault(`RSA: e is above ${label}`, "rsa", {
    set: rsaWith(firstCoprime(from)),
    reason: exponent,
    pems: rsaPems,
    cryptoKey: true,
  });
}
const octetsOfE = "RFC 7518 §6.3.1.2, §2: the minimum number of octets";
fault("RSA: e has a leading zero octet", "rsa", { set: { e: "AAEAAQ" }, reason: octetsOfE });

const octetsOfN = "RFC 7518 §6.3.1.1: no leading zero octet";
const size = "RFC 7518 §3.3: 2048 bits or more";
fault("RSA: n has a leading zero octet", "rsa", {
  set: { n: b64u(Buffer.concat([Buffer.from([0]), bytesOf(rsa.n)])) },
  reason: octetsOfN,
});
fault("RSA: n is even", "rsa", {
  set: { n: b64u(minimal(n + 1n)) },
  reason: "RFC 8017 §3.1: a product of odd primes",
  pems: rsaPems,
  cryptoKey: true,
});
fault("RSA: n is even, as the product of p and 2", "rsa", {
  as: verifying,
  set: { n: b64u(minimal(2n ** 2047n + 2n)) },
  reason: "RFC 8017 §3.1: a product of odd primes",
  pems: rsaPems,
  cryptoKey: true,
});
fault("RSA: n is 0", "rsa", { set: { n: "AA" }, reason: size, pems: rsaPems });
fault("RSA: n is empty", "rsa", { set: { n: "" }, reason: size });
fault("RSA: n has 1024 bits", "rsa", { set: jwkOf("rsa-1024"), reason: size, pems: rsaPems, cryptoKey: true });
const oddOf = (length) => {
  const number =
    BigInt(`0x${stream(`modulus ${length}`, Math.ceil(length / 8)).toString("hex")}`) % 2n ** BigInt(length);
  return number | 1n | (2n ** BigInt(length - 1));
};
fault("RSA: n has 2047 bits", "rsa", {
  as: verifying,
  set: { n: b64u(minimal(oddOf(2047))) },
  reason: size,
  pems: rsaPems,
  cryptoKey: true,
});
fault("RSA: n has 16392 bits", "rsa", {
  as: verifying,
  set: { n: b64u(minimal(oddOf(16392))) },
  reason: "16384 bits is the most OpenSSL verifies with",
  pems: rsaPems,
  cryptoKey: true,
});

const halves = "RFC 8017 §3.2: the private members belong to n and e";
const rsaHalves = (name, set) =>
  fault(`RSA: ${name}`, "rsa", { as: signing, set, reason: halves, pems: rsaPems, cryptoKey: true });
rsaHalves("d of another key", { d: second.rsa.d });
rsaHalves("d is off by two", { d: b64u(minimal(big(rsa.d) + 2n)) });
rsaHalves("d is 1", { d: "AQ" });
rsaHalves("d is 0", { d: "AA" });
rsaHalves("p of another key", { p: second.rsa.p });
rsaHalves("q of another key", { q: second.rsa.q });
rsaHalves("p and q of another key", { p: second.rsa.p, q: second.rsa.q });
rsaHalves("p is 1 and q is n", { p: "AQ", q: rsa.n });
rsaHalves("p is even", { p: b64u(minimal(p - 1n)) });
rsaHalves("every private member of another key", {
  d: second.rsa.d,
  p: second.rsa.p,
  q: second.rsa.q,
  dp: second.rsa.dp,
  dq: second.rsa.dq,
  qi: second.rsa.qi,
});
rsaHalves("n of another key", { n: second.rsa.n });
for (const name of ["dp", "dq", "qi"]) rsaHalves(`${name} of another key`, { [name]: second.rsa[name] });
rsaHalves("p and q exchanged, the rest not", { p: rsa.q, q: rsa.p });
for (const name of ["p", "q", "dp", "dq", "qi"]) {
  fault(`RSA: ${name} is missing`, "rsa", {
    as: signing,
    without: [name],
    reason: "RFC 7518 §6.3.2: with one of them, all of them",
  });
}
fault("RSA: only d", "rsa", {
  as: signing,
  without: ["p", "q", "dp", "dq", "qi"],
  reason: "Web Crypto needs the primes; RFC 7518 §6.3.2 says SHOULD",
});
fault("RSA: three primes", "rsa", {
  as: signing,
  set: { oth: [{ r: "Aw", d: "AQ", t: "AQ" }] },
  reason: "RFC 7518 §6.3.2.7: refuse what is not supported",
  codes: ["invalid_key", "unsupported_algorithm"],
});
for (const name of ["n", "e"]) fault(`RSA: ${name} is missing`, "rsa", { without: [name], reason: "RFC 7518 §6.3.1" });

// ── EC ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const coordinates = "RFC 7518 §6.2.1.2: the full length of a coordinate";
const onCurve = "RFC 7518 §6.2.1, SEC 1 §3.2.2.1: a point of the curve";
const ecHalves = "RFC 7518 §6.2.2.1: d belongs to x and y";
const longer = (text) => b64u(Buffer.concat([Buffer.from([0]), bytesOf(text)]));
const shorter = (text) => b64u(bytesOf(text).subarray(1));
for (const name of ["p256", "p384", "p521"]) {
  const { jwk } = keys[name];
  const { bytes, p: field, n: order } = curves[jwk.crv];
  const title = jwk.crv;
  const flip = bytesOf(jwk.y);
  flip.writeUInt8(flip.readUInt8(bytes - 1) ^ 1, bytes - 1);
  for (const member of ["x", "y"]) {
    fault(`${title}: ${member} has ${bytes - 1} bytes`, name, {
      set: { [member]: b64u(bytesOf(jwk[member]).subarray(0, -1)) },
      reason: coordinates,
    });
    fault(`${title}: ${member} has ${bytes + 1} bytes, zero in front`, name, {
      set: { [member]: longer(jwk[member]) },
      reason: coordinates,
    });
    fault(`${title}: ${member} is missing`, name, { without: [member], reason: "RFC 7518 §6.2.1" });
    fault(`${title}: ${member} is empty`, name, { set: { [member]: "" }, reason: coordinates });
  }
  fault(`${title}: off the curve`, name, { set: { y: b64u(flip) }, reason: onCurve, pems: ecPems, cryptoKey: true });
  fault(`${title}: x and y are 0`, name, {
    set: { x: b64u(Buffer.alloc(bytes)), y: b64u(Buffer.alloc(bytes)) },
    reason: onCurve,
    pems: ecPems,
    cryptoKey: true,
  });
  fault(`${title}: x and y exchanged`, name, {
    set: { x: jwk.y, y: jwk.x },
    reason: onCurve,
    pems: ecPems,
    cryptoKey: true,
  });
  fault(`${title}: y of another key`, name, {
    set: { y: second[name].y },
    reason: onCurve,
    pems: ecPems,
    cryptoKey: true,
  });
  fault(`${title}: the point mirrored`, name, {
    as: signing,
    set: { y: b64u(fixed(field - big(jwk.y), bytes)) },
    reason: ecHalves,
    pems: ecPems,
    cryptoKey: true,
  });
  fault(`${title}: the public half of another key`, name, {
    as: signing,
    set: { x: second[name].x, y: second[name].y },
    reason: ecHalves,
    pems: ecPems,
    cryptoKey: true,
  });
  fault(`${title}: d of another key`, name, {
    as: signing,
    set: { d: second[name].d },
    reason: ecHalves,
    pems: ecPems,
    cryptoKey: true,
  });
  const range = "SEC 1 §3.2.1: d is between 1 and n − 1";
  fault(`${title}: d is 0`, name, {
    as: signing,
    set: { d: b64u(Buffer.alloc(bytes)) },
    reason: range,
    pems: ecPems,
    cryptoKey: true,
  });
  fault(`${title}: d is n`, name, {
    as: signing,
    set: { d: b64u(fixed(order, bytes)) },
    reason: range,
    pems: ecPems,
    cryptoKey: true,
  });
  fault(`${title}: d is all ones`, name, {
    as: signing,
    set: { d: b64u(Buffer.alloc(bytes, 255)) },
    reason: range,
    pems: ecPems,
    cryptoKey: true,
  });
  const one = ecFrom(jwk.crv, fixed(1n, bytes));
  fault(`${title}: d is n + 1, the point is that of 1`, name, {
    as: signing,
    set: { x: one.x, y: one.y, d: b64u(fixed(order + 1n, bytes)) },
    reason: range,
    pems: ecPems,
    cryptoKey: true,
  });
  fault(`${title}: d has ${bytes - 1} bytes`, name, {
    as: signing,
    set: { d: b64u(bytesOf(jwk.d).subarray(0, -1)) },
    reason: "RFC 7518 §6.2.2.1: full length",
  });
  fault(`${title}: d has ${bytes + 1} bytes, zero in front`, name, {
    as: signing,
    set: { d: longer(jwk.d) },
    reason: "RFC 7518 §6.2.2.1: full length",
  });
}
for (const member of ["x", "y", "d"]) {
  const name = `p256 with a zero in front of ${member}`;
  fault(`P-256: ${member} without its leading zero`, name, {
    as: member === "d" ? signing : ["verifying", "signing"],
    set: { [member]: shorter(keys[name].jwk[member]) },
    reason: coordinates,
  });
}
for (const member of ["x", "y"]) {
  fault(`P-521: ${member} without its leading octet`, "p521", {
    set: { [member]: shorter(keys.p521.jwk[member]) },
    reason: coordinates,
  });
  fault(`P-521: ${member} is not reduced`, "p521", {
    set: { [member]: b64u(fixed(big(keys.p521.jwk[member]) + curves["P-521"].p, 66)) },
    reason: "SEC 1 §2.3.5: less than p",
    pems: ecPems,
    cryptoKey: true,
  });
}
{
  // Only a very small x has a second spelling in 32 bytes: look for one that is on the curve.
  const { p: field, b } = curves["P-256"];
  const yOf = (/** @type {bigint} */ x) => power(x * x * x - 3n * x + b, (field + 1n) / 4n, field);
  let x = 5n;
  while (mod(yOf(x) ** 2n - (x * x * x - 3n * x + b), field) !== 0n) x++;
  const y = yOf(x);
  keys["p256 with a very small x"] = {
    jwk: { kty: "EC", crv: "P-256", x: b64u(fixed(x, 32)), y: b64u(fixed(y, 32)) },
    algs: ["ES256"],
  };
  fault("P-256: x is not reduced", "p256 with a very small x", {
    as: verifying,
    set: { x: b64u(fixed(x + field, 32)) },
    reason: "SEC 1 §2.3.5: less than p",
    pems: ecPems,
    cryptoKey: true,
  });
}
const koblitz = createPrivateKey(pems.secp256k1).export({ format: "jwk" });
fault("P-256: the point is one of secp256k1", "p256", {
  set: { x: koblitz.x, y: koblitz.y, d: koblitz.d },
  reason: onCurve,
  pems: ecPems,
  cryptoKey: true,
});
fault("P-256: a P-384 key that says P-256", "p256", {
  set: { ...keys.p384.jwk, crv: "P-256" },
  reason: onCurve,
  pems: ecPems,
});
const padded = Object.fromEntries(
  ["x", "y", "d"].map((m) => [m, b64u(Buffer.concat([Buffer.alloc(16), bytesOf(keys.p256.jwk[m])]))]),
);
fault("P-384: a P-256 key with zeros in front", "p384", {
  set: padded,
  reason: onCurve,
  pems: ecPems,
  cryptoKey: true,
});
const rawPoint = (name, bytes) =>
  cases.push({
    name: `P-256: ${name}`,
    reason: onCurve,
    algs: ["ES256"],
    as: verifying,
    pem: { verifying: [spki(ecPublicKey("P-256"), bytes)] },
  });
const p256point = point(keys.p256.jwk);
rawPoint("the point at infinity in SPKI", Buffer.from([0]));
rawPoint("a hybrid point", Buffer.concat([Buffer.from([6 + (p256point.readUInt8(64) & 1)]), p256point.subarray(1)]));
rawPoint("a point without its last byte", p256point.subarray(0, 64));
rawPoint("a point and one byte", Buffer.concat([p256point, Buffer.from([0])]));
rawPoint("an empty point", Buffer.alloc(0));

// Node.js 20 ends the process when it exports such a key as a JWK: it has to be seen before.
const infinity = bits(Buffer.from([0]));
const infinite = (name, as, text) =>
  cases.push({
    name: `P-256: the point at infinity in ${name}`,
    reason: onCurve,
    algs: ["ES256"],
    as: [as],
    pem: { [as]: [text] },
  });
const infiniteSec1 = (...parameters) =>
  sequence(integer(1n), octets(bytesOf(keys.p256.jwk.d)), ...parameters, tlv(0xa1, infinity));
infinite("PKCS#8", "signing", pkcs8(ecPublicKey("P-256"), infiniteSec1()));
infinite("SEC1", "signing", pem("EC PRIVATE KEY", infiniteSec1(tlv(0xa0, curveOid["P-256"]))));
{
  const derOf = (text) =>
    Buffer.from(
      text
        .split("\n")
        .filter((line) => !line.startsWith("--"))
        .join(""),
      "base64",
    );
  const certificate = derOf(pems["p256-certificate"]);
  const good = derOf(pems["p256-spki"]);
  const header = (at) => (certificate.readUInt8(at + 1) < 128 ? 2 : 2 + (certificate.readUInt8(at + 1) & 127));
  const length = (at) =>
    header(at) === 2 ? certificate.readUInt8(at + 1) : certificate.readUIntBE(at + 2, header(at) - 2);
  const tbs = header(0);
  const end = tbs + header(tbs) + length(tbs);
  const key = certificate.indexOf(good);
  const changed = sequence(
    certificate.subarray(tbs + header(tbs), key),
    sequence(ecPublicKey("P-256"), infinity),
    certificate.subarray(key + good.length, end),
  );
  infinite("a certificate", "verifying", pem("CERTIFICATE", sequence(changed, certificate.subarray(end))));
}

// ── Ed25519 ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const p25519 = 2n ** 255n - 19n;
const l25519 = 2n ** 252n + 27742317777372353535851937790883648493n;
const dEdwards = divide(-121665n, 121666n, p25519);
const littleEndian = (y, sign) => {
  const bytes = fixed(y, 32).reverse();
  bytes.writeUInt8(bytes.readUInt8(31) | (sign << 7), 31);
  return bytes;
};
/**
 * x of RFC 8032 §5.1.3, undefined where y is of no point.
 *
 * @type {(y: bigint) => bigint | undefined}
 */
const xOf = (y) => {
  const square = divide(y * y - 1n, dEdwards * y * y + 1n, p25519);
  let x = power(square, (p25519 + 3n) / 8n, p25519);
  if ((x * x - square) % p25519 !== 0n) x = (x * power(2n, (p25519 - 1n) / 4n, p25519)) % p25519;
  return (x * x - square) % p25519 === 0n ? x : undefined;
};
/** @type {(one: Point, other: Point) => Point} */
const add = ([x1, y1], [x2, y2]) => {
  const t = mod(dEdwards * x1 * x2 * y1 * y2, p25519);
  return [divide(x1 * y2 + x2 * y1, 1n + t, p25519), divide(y1 * y2 + x1 * x2, 1n - t, p25519)];
};
/** @type {(k: bigint, P: Point) => Point} */
const times = (k, P) => {
  /** @type {Point} */
  let result = [0n, 1n];
  for (let e = k, b = P; e > 0n; e >>= 1n, b = add(b, b)) if (e & 1n) result = add(result, b);
  return result;
};
// L times any point lies in the subgroup of order 8; a point whose image has order 8 gives all of it.
const torsion = (() => {
  for (let y = 2n; ; y++) {
    const x = xOf(y);
    if (x === undefined) continue;
    const base = times(l25519, [x, y]);
    if (times(4n, base)[1] !== 1n) return Array.from({ length: 8 }, (_, k) => times(BigInt(k), base));
  }
})();
const smallOrder = "RFC 8032 §5.1.7 and §8: a point of small order makes signatures of any message";
const canonical = "RFC 8032 §5.1.3: y is less than p";
const edPoint = (name, bytes, reason) =>
  fault(`Ed25519: ${name}`, "ed25519", {
    as: ["verifying", "signing"],
    set: { x: b64u(bytes) },
    reason,
    pems: { verifying: edPems.verifying },
    cryptoKey: true,
  });
const orders = [...new Set(torsion.map(([, y]) => y))].sort((a, b) => (a < b ? -1 : 1));
for (const y of orders) {
  const order = [1, 2, 4, 8].find((k) =>
    torsion.some((P) => P[1] === y && times(BigInt(k), P)[1] === 1n && times(BigInt(k), P)[0] === 0n),
  );
  for (const sign of [0, 1])
    edPoint(
      `the point of order ${order}, y = ${y < 2n ? y : `${y.toString(16).slice(0, 8)}…`}, sign ${sign}`,
      littleEndian(y, sign),
      smallOrder,
    );
}
for (let k = 0n; k < 19n; k++) {
  for (const sign of [0, 1]) edPoint(`y is p + ${k}, sign ${sign}`, littleEndian(p25519 + k, sign), canonical);
}
const ed = keys.ed25519.jwk;
const edLength = "RFC 8032 §5.1.5: 32 bytes";
for (const [member, as, makers] of /** @type {[member: "x" | "d", as: Use[], makers: Makers][]} */ ([
  ["x", ["verifying", "signing"], { verifying: edPems.verifying }],
  ["d", signing, { signing: edPems.signing }],
])) {
  const bytes = bytesOf(ed[member]);
  fault(`Ed25519: ${member} has 31 bytes`, "ed25519", {
    as,
    set: { [member]: b64u(bytes.subarray(0, 31)) },
    reason: edLength,
    pems: makers,
  });
  fault(`Ed25519: ${member} has 33 bytes`, "ed25519", {
    as,
    set: { [member]: b64u(Buffer.concat([bytes, Buffer.from([0])])) },
    reason: edLength,
    pems: makers,
  });
  fault(`Ed25519: ${member} is empty`, "ed25519", { as, set: { [member]: "" }, reason: edLength, pems: makers });
}
fault("Ed25519: d followed by x, as some libraries keep it", "ed25519", {
  as: signing,
  set: { d: b64u(Buffer.concat([bytesOf(ed.d), bytesOf(ed.x)])) },
  reason: edLength,
  pems: { signing: edPems.signing },
});
fault("Ed25519: x is missing", "ed25519", { without: ["x"], reason: "RFC 8037 §2: x must be present" });
fault("Ed25519: d of another key", "ed25519", {
  as: signing,
  set: { d: second.ed25519.d },
  reason: "RFC 8037 §2: x is the public half of d",
  cryptoKey: true,
});
fault("Ed25519: x of another key", "ed25519", {
  as: signing,
  set: { x: second.ed25519.x },
  reason: "RFC 8037 §2: x is the public half of d",
  cryptoKey: true,
});

// ── ML-DSA ──────────────────────────────────────────────────────────────────────────────────────────────────────────

// A runtime without ML-DSA may say that first.
const either = ["invalid_key", "unsupported_algorithm", "sync_unavailable"];
const akp = (name, of, rest) => fault(`ML-DSA: ${name}`, of, { codes: either, ...rest });
for (const alg of Object.keys(mldsa)) {
  const pub = bytesOf(mldsa[alg].pub);
  const length = "FIPS 204 table 2, RFC 9964: the length of the parameter set";
  akp(`${alg}, pub one byte short`, alg, { set: { pub: b64u(pub.subarray(0, -1)) }, reason: length });
  akp(`${alg}, pub one byte long`, alg, { set: { pub: b64u(Buffer.concat([pub, Buffer.from([0])])) }, reason: length });
  akp(`${alg}, no alg`, alg, { without: ["alg"], reason: "RFC 9964 §3: alg is required" });
  akp(`${alg}, alg of another family`, alg, { set: { alg: "ES256" }, reason: "RFC 9964 §3" });
  akp(`${alg}, priv of 31 bytes`, alg, {
    as: signing,
    set: { priv: b64u(stream("seed", 31)) },
    reason: "RFC 9964: the 32-byte seed",
    pems: { signing: mlPems.signing },
  });
  akp(`${alg}, priv of 33 bytes`, alg, {
    as: signing,
    set: { priv: b64u(stream("seed", 33)) },
    reason: "RFC 9964: the 32-byte seed",
    pems: { signing: mlPems.signing },
  });
  akp(`${alg}, priv of another key`, alg, {
    as: signing,
    set: { priv: b64u(stream("seed", 32)) },
    reason: "RFC 9964: pub belongs to priv",
  });
  akp(`${alg}, pub is missing`, alg, { without: ["pub"], reason: "RFC 9964 §3" });
  akp(`${alg}, kty OKP`, alg, { set: { kty: "OKP" }, reason: "RFC 9964 §3: kty is AKP" });
}
akp("ML-DSA-44, pub short as SPKI", "ML-DSA-44", {
  as: verifying,
  set: { pub: b64u(bytesOf(mldsa["ML-DSA-44"].pub).subarray(0, -1)) },
  reason: "FIPS 204 table 2",
  pems: mlPems,
});
akp("ML-DSA-44 key that says ML-DSA-65", "ML-DSA-44", {
  set: { alg: "ML-DSA-65" },
  algs: ["ML-DSA-44", "ML-DSA-65"],
  reason: "FIPS 204 table 2",
});
akp("ML-DSA-44, priv is the expanded key", "ML-DSA-44", {
  as: signing,
  set: { priv: b64u(stream("expanded", 2560)) },
  reason: "RFC 9964: the seed, never the expanded key",
});

// ── what a JWK says about itself ────────────────────────────────────────────────────────────────────────────────────

const alg = "RFC 7517 §4.4: the algorithm the key is for";
const use = "RFC 7517 §4.2: sig, or (SPIFFE) jwt-svid";
const keyOps = "RFC 7517 §4.3: an array without duplicates that holds the operation";
const kty = "RFC 7517 §4.1";
const crv = "RFC 7518 §6.2.1.1, RFC 8037 §2";
for (const [of, others] of /** @type {[string, unknown[]][]} */ ([
  ["rsa", ["RS512", "PS384", "RSA-OAEP", "ES256", "HS256", "rs256", "none", 5, ["RS256"]]],
  ["p256", ["ES384", "ES256K", "ECDH-ES", "RS256", "HS256", "es256", "none"]],
  ["ed25519", ["ES256", "Ed448", "ECDH-ES", "ed25519"]],
])) {
  for (const other of others) fault(`${of}: alg ${JSON.stringify(other)}`, of, { set: { alg: other }, reason: alg });
  for (const other of ["enc", "SIG", "signature", 5, ["sig"]])
    fault(`${of}: use ${JSON.stringify(other)}`, of, { set: { use: other }, reason: use });
  for (const ops of [
    ["encrypt"],
    ["deriveBits"],
    "sign verify",
    "verify",
    ["sign", "verify", "sign", "verify"],
    ["sign", "verify", 5],
    { 0: "sign", 1: "verify", length: 2 },
  ]) {
    fault(`${of}: key_ops ${JSON.stringify(ops)}`, of, { set: { key_ops: ops }, reason: keyOps });
  }
  fault(`${of}: key_ops ["verify"] on a signing key`, of, {
    as: signing,
    set: { key_ops: ["verify"] },
    reason: keyOps,
  });
  fault(`${of}: key_ops ["sign"] on a verifying key`, of, {
    as: verifying,
    set: { key_ops: ["sign"] },
    reason: keyOps,
  });
  const { kty: good } = keys[of].jwk;
  for (const other of ["oct", "RSA", "EC", "OKP", "AKP", good.toLowerCase(), "", 5, null].filter((k) => k !== good)) {
    fault(`${of}: kty ${JSON.stringify(other)}`, of, { set: { kty: other }, reason: kty });
  }
  fault(`${of}: kty is missing`, of, { without: ["kty"], reason: kty });
}
fault("ed25519: alg EdDSA for Ed25519", "ed25519", {
  set: { alg: "EdDSA" },
  algs: ["Ed25519"],
  reason: `${alg}; RFC 9864 §2.2 keeps the names apart`,
});
fault("ed25519: alg Ed25519 for EdDSA", "ed25519", {
  set: { alg: "Ed25519" },
  algs: ["EdDSA"],
  reason: `${alg}; RFC 9864 §2.2 keeps the names apart`,
});
for (const other of ["P-384", "P-521", "p-256", "secp256k1", "Ed25519", "", 5, null])
  fault(`p256: crv ${JSON.stringify(other)}`, "p256", { set: { crv: other }, reason: crv });
for (const other of ["X25519", "Ed448", "ed25519", "P-256", "", null])
  fault(`ed25519: crv ${JSON.stringify(other)}`, "ed25519", { set: { crv: other }, reason: crv });
for (const of of ["p256", "ed25519"]) fault(`${of}: crv is missing`, of, { without: ["crv"], reason: crv });
for (const [of, algs] of /** @type {[string, string[]][]} */ ([
  ["rsa", ["ES256", "Ed25519"]],
  ["p256", ["RS256", "PS256", "ES384", "ES512", "EdDSA"]],
  ["p384", ["ES256", "ES512"]],
  ["p521", ["ES384"]],
  ["ed25519", ["ES256", "RS256"]],
])) {
  fault(`${of}: for ${algs.join(", ")}`, of, {
    algs,
    reason: "RFC 8725 §3.1: one key, one algorithm",
    cryptoKey: true,
  });
}
const secret = { kty: "oct", k: b64u(stream("secret", 64)) };
keys.oct = { jwk: secret, algs: ["HS256", "HS384", "HS512"] };
fault("oct: a secret as a key pair", "oct", {
  algs: ["RS256", "ES256", "Ed25519"],
  reason: "RFC 8725 §2.1: a secret is no public key",
});

// ── how a member is written ─────────────────────────────────────────────────────────────────────────────────────────

const spelling = "RFC 7515 §2: base64url without padding, line breaks or other characters; one spelling";
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** @returns {[how: string, text: string][]} */
const spellings = (text) => {
  const last = alphabet.indexOf(text.at(-1));
  /** @type {[how: string, text: string][]} */
  const further = [];
  const unused = { 2: 4, 3: 2, 0: 0 }[text.length % 4];
  if (unused) further.push(["with an unused bit set", text.slice(0, -1) + alphabet[last | 1]]);
  if (/[-_]/.test(text)) further.push(["in the alphabet of base64", text.replaceAll("-", "+").replaceAll("_", "/")]);
  return [
    ["padded with =", `${text}${"=".repeat((4 - (text.length % 4)) % 4 || 1)}`],
    ["with a space in front", ` ${text}`],
    ["with a line feed at the end", `${text}\n`],
    ["with a space within", `${text.slice(0, 8)} ${text.slice(8)}`],
    ["with a NUL at the end", `${text}\0`],
    ["with a letter too many", `${text}${"A".repeat(text.length % 4 === 0 ? 1 : 5 - (text.length % 4))}`],
    ...further,
  ];
};
for (const [of, members] of /** @type {[string, string[]][]} */ ([
  ["rsa", ["n", "e"]],
  ["p256", ["x", "y"]],
  ["ed25519", ["x"]],
  ["ML-DSA-44", ["pub"]],
])) {
  for (const member of members) {
    for (const [how, text] of spellings(keys[of].jwk[member])) {
      fault(`${of}: ${member} ${how}`, of, {
        set: { [member]: text },
        reason: spelling,
        ...(of.startsWith("ML") && { codes: either }),
      });
    }
    for (const value of [5, null, true, [], {}])
      fault(`${of}: ${member} is ${JSON.stringify(value)}`, of, {
        set: { [member]: value },
        reason: "RFC 7518 §6: a string",
        ...(of.startsWith("ML") && { codes: either }),
      });
  }
}
for (const [of, members] of /** @type {[string, string[]][]} */ ([
  ["rsa", ["d", "p", "q", "dp", "dq", "qi"]],
  ["p256", ["d"]],
  ["ed25519", ["d"]],
  ["ML-DSA-44", ["priv"]],
])) {
  for (const member of members) {
    const wanted =
      member === "d" || member === "priv"
        ? spellings(keys[of].jwk[member])
        : spellings(keys[of].jwk[member]).slice(0, 1);
    for (const [how, text] of wanted)
      fault(`${of}: ${member} ${how}`, of, {
        as: signing,
        set: { [member]: text },
        reason: spelling,
        ...(of.startsWith("ML") && { codes: either }),
      });
    fault(`${of}: ${member} is null`, of, {
      as: signing,
      set: { [member]: null },
      reason: "RFC 7518 §6: a string",
      ...(of.startsWith("ML") && { codes: either }),
    });
  }
}

// ── secrets ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const jwkSecrets = /** @type {[string, Fault][]} */ ([
  ["k is short", { set: { k: b64u(stream("secret", 31)) }, algs: ["HS256"], reason: "RFC 7518 §3.2" }],
  ["k is 47 bytes", { set: { k: b64u(stream("secret", 47)) }, algs: ["HS384"], reason: "RFC 7518 §3.2" }],
  ["k is 63 bytes", { set: { k: b64u(stream("secret", 63)) }, algs: ["HS512"], reason: "RFC 7518 §3.2" }],
  ["k is all zero", { set: { k: b64u(Buffer.alloc(64)) }, reason: "RFC 8725 §3.5: entropy" }],
  ["k is empty", { set: { k: "" }, reason: "RFC 7518 §3.2" }],
  ["k is missing", { without: ["k"], reason: "RFC 7518 §6.4.1" }],
  ["k is a number", { set: { k: 5 }, reason: "RFC 7518 §6.4.1" }],
  ["k is null", { set: { k: null }, reason: "RFC 7518 §6.4.1" }],
  ...spellings(secret.k).map(([how, text]) => [`k ${how}`, { set: { k: text }, reason: spelling }]),
  ["alg of another HMAC", { set: { alg: "HS512" }, algs: ["HS256", "HS384"], reason: alg }],
  ["alg of another family", { set: { alg: "A256GCM" }, reason: alg }],
  ["alg none", { set: { alg: "none" }, reason: alg }],
  ["use enc", { set: { use: "enc" }, reason: use }],
  ["key_ops without sign or verify", { set: { key_ops: ["encrypt"] }, reason: keyOps }],
  ["key_ops twice", { set: { key_ops: ["sign", "verify", "sign"] }, reason: keyOps }],
  ["key_ops is text", { set: { key_ops: "sign" }, reason: keyOps }],
  ["kty RSA", { set: { kty: "RSA" }, reason: kty }],
  ["kty OCT", { set: { kty: "OCT" }, reason: kty }],
  ["kty is missing", { without: ["kty"], reason: kty }],
]).map(([name, { set = {}, without = [], algs = keys.oct.algs, reason }]) => ({
  name,
  reason,
  algs,
  jwk: Object.fromEntries(Object.entries({ ...secret, ...set }).filter(([member]) => !without.includes(member))),
}));

const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "priv"];
const publicOf = (jwk) =>
  Object.fromEntries(Object.entries(jwk).filter(([member]) => !privateMembers.includes(member)));
const sshString = (bytes) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const sshKey = (type, ...parts) =>
  `${type} ${Buffer.concat([Buffer.from(type), ...parts].map(sshString)).toString("base64")}`;
const mpint = (text) => Buffer.concat([Buffer.from([0]), bytesOf(text)]);
const kept = [
  "rsa-spki",
  "rsa-pkcs1-public",
  "rsa-certificate",
  "rsa-pkcs8",
  "rsa-pkcs1",
  "p256-spki",
  "p256-certificate",
  "p256-pkcs8",
  "p256-sec1",
  "p256-ecparam",
  "p256-certificate-text",
  "p384-spki",
  "p521-spki",
  "ed25519-spki",
  "ed25519-pkcs8",
  "ed25519-certificate",
  "ed25519-openssh",
  "rsa-pkcs8-encrypted",
  "rsa-pkcs1-encrypted",
  "secp256k1-spki",
  "x25519-spki",
  "ed448-spki",
  "rsa-pss-spki",
  "p256-two-certificates",
];
const texts = [
  ...kept.map((name) => ({ name, text: pems[name] })),
  { name: "ssh-rsa", text: sshKey("ssh-rsa", bytesOf(rsa.e), mpint(rsa.n)) },
  { name: "ssh-rsa with a comment", text: `${sshKey("ssh-rsa", bytesOf(rsa.e), mpint(rsa.n))} someone@example.com\n` },
  { name: "ssh-ed25519", text: sshKey("ssh-ed25519", bytesOf(ed.x)) },
  { name: "ecdsa-sha2-nistp256", text: sshKey("ecdsa-sha2-nistp256", Buffer.from("nistp256"), p256point) },
  ...["rsa", "p256", "ed25519"].flatMap((name) => [
    { name: `${name} as a public JWK`, text: JSON.stringify(publicOf(keys[name].jwk)) },
    { name: `${name} as a private JWK`, text: JSON.stringify(keys[name].jwk, null, 2) },
  ]),
  { name: "ML-DSA-44 as a public JWK", text: JSON.stringify(publicOf(keys["ML-DSA-44"].jwk)) },
  { name: "a secret as a JWK", text: JSON.stringify(secret) },
  { name: "a JWKS", text: JSON.stringify({ keys: [publicOf(rsa), publicOf(ed)] }) },
  { name: "a JWKS of a secret", text: JSON.stringify({ keys: [secret] }, null, 1) },
];
const derNames = [
  "rsa-spki",
  "rsa-pkcs1-public",
  "rsa-pkcs8",
  "rsa-pkcs1",
  "p256-spki",
  "p256-pkcs8",
  "p256-sec1",
  "p384-spki",
  "p521-spki",
  "ed25519-spki",
  "ed25519-pkcs8",
  "rsa-certificate",
  "p256-certificate",
];
const ders = derNames.map((name) => ({
  name,
  base64: pems[name]
    .split("\n")
    .filter((line) => line && !line.startsWith("--"))
    .join(""),
}));

// ── out ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const list = (name, entries) =>
  `  "${name}": [\n${entries.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n")}\n  ]`;
const good = Object.entries(keys)
  .map(([name, { jwk, algs }]) => `    ${JSON.stringify(name)}: ${JSON.stringify({ algs, jwk })}`)
  .join(",\n");
writeFileSync(
  new URL("hostile-keys.json", import.meta.url),
  `{\n  "good": {\n${good}\n  },\n${[list("cases", cases), list("jwkSecrets", jwkSecrets), list("texts", texts), list("ders", ders)].join(",\n")}\n}\n`,
);
