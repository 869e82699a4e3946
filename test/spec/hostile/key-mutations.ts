// Hostile keys made out of good ones. What becomes of each is known beforehand: it is no key, it is another key, or it
// is the same key written in a way that is allowed.
import { createPublicKey } from "node:crypto";
import fc from "fast-check";
import type { Jwk } from "../../../src/index.ts";
import { base64url } from "../threats/forge.ts";
import type { TestKey } from "../threats/keys.ts";
import { anyOf, bits, either, flipped, member, one, place, splice, twin, type Edit, type Kinds } from "./arbitrary.ts";
import { keys } from "./keys.ts";
import { number, octets } from "./signature-forms.ts";

/** `refused` at import; `another` key or refused, so that it does not verify; `same`: it verifies. */
export type Fate = "refused" | "another" | "same";

export interface HostileKey {
  readonly name: string;
  /** The key that it was made out of. */
  readonly good: TestKey;
  /** What is given to an importer: a public JWK, a private one, the text of a PEM file, or a secret. */
  readonly use: "verifying" | "signing" | "secret";
  readonly key: unknown;
  readonly fate: Fate;
}

type Made = readonly [key: unknown, fate: Fate];
const fated = (made: fc.Arbitrary<unknown>, fate: Fate): fc.Arbitrary<Made> => made.map((key) => [key, fate]);
const refused = (made: fc.Arbitrary<unknown>): fc.Arbitrary<Made> => fated(made, "refused");

const materialNames: Readonly<Record<string, readonly string[]>> = {
  RSA: ["n", "e"],
  EC: ["x", "y"],
  OKP: ["x"],
  AKP: ["pub"],
  oct: ["k"],
};
const privateNames: Readonly<Record<string, readonly string[]>> = {
  RSA: ["d", "p", "q", "dp", "dq", "qi"],
  EC: ["d"],
  OKP: ["d"],
  AKP: ["priv"],
  oct: [],
};
const bytesOf = (jwk: Jwk, name: string): Buffer => Buffer.from(String(jwk[name]), "base64url");
const without = (jwk: Jwk, name: string): object =>
  Object.fromEntries(Object.entries(jwk).filter(([other]) => other !== name));
const adding = (jwk: Jwk, more: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  more.map((members) => ({ ...jwk, ...members }));
/** Other octets in one member. */
const withOctets = (jwk: Jwk, name: string, ...made: readonly Uint8Array[]): fc.Arbitrary<object> =>
  one(...made).map((bytes) => ({ ...jwk, [name]: base64url(bytes) }));
const zeros = (bytes: Buffer, most: number): readonly Buffer[] =>
  Array.from({ length: most }, (_, n) => Buffer.concat([Buffer.alloc(n + 1), bytes]));
const bent = (bytes: Buffer): fc.Arbitrary<Buffer> => bits(1).map((places) => flipped(bytes, places));
const bentIn = (jwk: Jwk, name: string): fc.Arbitrary<object> =>
  bent(bytesOf(jwk, name)).map((bytes) => ({ ...jwk, [name]: base64url(bytes) }));

/** Points of small order, with either sign of x. */
const smallOrder = [
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "00".repeat(32),
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  `ee${"ff".repeat(30)}7f`,
].flatMap((hex) =>
  [0, 0x80].map((sign) => Buffer.from(hex, "hex").map((octet, at) => (at === 31 ? octet | sign : octet))),
);

/** Changes of one member of a JWK that no reader may let pass; not every text has each. */
function memberKinds(jwk: Jwk, name: string): Kinds<Made> {
  const text = String(jwk[name]);
  const bytes = bytesOf(jwk, name);
  const rewritten = (edits: fc.Arbitrary<Edit>): fc.Arbitrary<Made> =>
    refused(edits.map((edit) => ({ ...jwk, [name]: edit(text) })));
  return {
    "left out": refused(one(without(jwk, name))),
    "that is no text": refused(
      adding(jwk, member(name, ...[null, 0, true, [], [text], {}, Object(text), { toString: () => text }])),
    ),
    empty: rewritten(one(() => "")),
    padded: rewritten(one<Edit>(...["=", "=="].map((padding) => (before: string) => before + padding))),
    ...(/[-_]/.test(text) && {
      "in the other alphabet": rewritten(one<Edit>((before) => before.replaceAll("-", "+").replaceAll("_", "/"))),
    }),
    "with white space": rewritten(
      fc.tuple(place, one(" ", "\n", "\t", "\r\n", "\0")).map(
        ([at, space]) =>
          (before) =>
            splice(before, at, space),
      ),
    ),
    ...(text.length % 4 !== 0 && { "with stray bits": rewritten(fc.nat(14).map((n) => (before) => twin(before, n))) }),
    "with zeros in front": refused(withOctets(jwk, name, ...zeros(bytes, 3))),
    "cut short": refused(withOctets(jwk, name, bytes.subarray(1), bytes.subarray(0, -1))),
    // Half as long again: for RSA a modulus as good as any, but not that of the key.
    "in hexadecimal": fated(adding(jwk, member(name, bytes.toString("hex"))), name === "n" ? "another" : "refused"),
  };
}

/** The changes of any of these members, with something before their names. */
function membersKinds(title: string, jwk: Jwk, names: readonly string[]): Kinds<Made> {
  const ofEach = names.map((name) => memberKinds(jwk, name));
  const whats = new Set(ofEach.flatMap((kinds) => Object.keys(kinds)));
  return Object.fromEntries(
    [...whats].map((what) => [`${title} ${what}`, either(...ofEach.flatMap((kinds) => kinds[what] ?? []))]),
  );
}

function publicKinds({ alg, jwk, publicJwk }: TestKey): Kinds<Made> {
  const { kty, crv } = publicJwk;
  const names = materialNames[kty]!;
  const more = (added: fc.Arbitrary<object>): fc.Arbitrary<Made> => refused(adding(publicJwk, added));
  const ownPrivate = privateNames[kty]!.filter((name) => jwk[name] !== undefined);
  return {
    ...membersKinds("a member", publicJwk, names),
    "a bit of a member flipped": fated(
      either(...names.map((name) => bentIn(publicJwk, name))),
      kty === "EC" ? "refused" : "another",
    ),
    "another kty": more(
      member("kty", ...["RSA", "EC", "OKP", "AKP", "oct", "rsa", "", null, undefined].filter((other) => other !== kty)),
    ),
    ...(crv !== undefined && {
      "another crv": more(
        member(
          "crv",
          ..."P-256 P-384 P-521 secp256k1 Ed25519 Ed448 X25519 p-256".split(" ").filter((other) => other !== crv),
          ...["", null, undefined],
        ),
      ),
    }),
    "another alg": more(
      member(
        "alg",
        ..."HS256 RS256 PS256 ES256 ES384 EdDSA ML-DSA-44 none RSA-OAEP ECDH-ES"
          .split(" ")
          .filter((other) => other !== alg),
        ...[alg.toLowerCase(), 5],
      ),
    ),
    "another use": more(member("use", "enc", "SIG", ["sig"], 5)),
    "key_ops without verify": more(
      member("key_ops", ["sign"], ["encrypt", "wrapKey"], ["Verify"], "verify", ["verify", "verify"]),
    ),
    ...(ownPrivate.length > 0 && {
      "a private member beside": more(one(...ownPrivate).map((name) => ({ [name]: jwk[name] }))),
      "the private key": refused(one(jwk)),
    }),
    ...(kty === "RSA" && {
      "a weak exponent": more(member("e", "AQ", "Ag", "Aw", "EQ", "AAAB", "AQAA", "AQAAAAAB")),
      "a short modulus": refused(
        withOctets(publicJwk, "n", ...[128, 192, 129].map((length) => bytesOf(publicJwk, "n").subarray(length))),
      ),
      "an even modulus": refused(
        withOctets(publicJwk, "n", Buffer.concat([bytesOf(publicJwk, "n").subarray(0, -1), Buffer.from([2])])),
      ),
    }),
    ...(kty === "EC" && {
      "a point that is none": more(
        one<object>(
          { y: publicJwk.x },
          { x: publicJwk.y },
          { x: publicJwk.y, y: publicJwk.x },
          ...[0, 0xff].map((octet) => {
            const coordinate = base64url(Buffer.alloc(bytesOf(publicJwk, "x").length, octet));
            return { x: coordinate, y: coordinate };
          }),
        ),
      ),
      "the point on the other side": fated(withOctets(publicJwk, "y", negated(publicJwk)), "another"),
    }),
    ...(kty === "OKP" && { "a point of small order": refused(withOctets(publicJwk, "x", ...smallOrder)) }),
    "members of the prototype": refused(one(Object.create(publicJwk))),
    "a list with the key, or a set of it": one<Made>(
      [[publicJwk], "refused"],
      [{ keys: [publicJwk] }, "refused"],
      [JSON.stringify(publicJwk), "same"],
      [new Map(Object.entries(publicJwk)), "refused"],
    ),
    "members of no meaning": fated(
      adding(
        publicJwk,
        one<object>(
          ...[{ x5t: "AAAA" }, { kid: "../key" }, { use: "sig" }, { key_ops: ["verify"] }, { alg }],
          ...[{ ext: true }, { issuer: "https://issuer.example" }, { toString: "x" }],
        ),
      ),
      "same",
    ),
    "members in another order": fated(one(Object.fromEntries(Object.entries(publicJwk).reverse())), "same"),
  };
}

function pemKinds({ publicJwk }: TestKey): Kinds<Made> {
  // node:crypto of every supported version writes these.
  if (!["RSA", "EC", "OKP"].includes(publicJwk.kty)) return {};
  const key = createPublicKey({ key: publicJwk, format: "jwk" });
  const pem = key.export({ type: "spki", format: "pem" }).toString();
  const der = key.export({ type: "spki", format: "der" });
  const armoured = (made: fc.Arbitrary<Uint8Array>): fc.Arbitrary<string> => made.map(armour);
  return {
    "PEM: as it is": fated(one(pem), "same"),
    "PEM: other line ends": fated(
      one(
        ...["\r\n", "\\n"].map((end) => pem.replaceAll("\n", end)),
        ...[pem.trimEnd(), `\n\n${pem}\n`, `\ufeff${pem}`, `subject=/CN=x\n${pem}`],
      ),
      "same",
    ),
    "PEM: a bit of the key flipped": fated(armoured(bent(der)), "another"),
    "PEM: a bit of its structure flipped": fated(
      armoured(bent(der.subarray(0, 36)).map((start) => Buffer.concat([start, der.subarray(36)]))),
      "another",
    ),
    "PEM: cut short": refused(
      either(
        armoured(fc.nat(19).map((n) => der.subarray(0, -1 - n))),
        one(pem.slice(0, -30), pem.replace(/-----BEGIN.*\n/, ""), pem.replace("-----END", "----END")),
      ),
    ),
    "PEM: octets behind the key": refused(
      armoured(fc.tuple(fc.nat(3), fc.nat(1)).map(([n, octet]) => Buffer.concat([der, Buffer.alloc(n + 1, octet)]))),
    ),
    "PEM: twice, or two keys": refused(one(pem + pem)),
    "PEM: characters that are no base64": refused(
      fc
        .tuple(place, one("!", "*", "\0", "é", "="))
        .map(([at, mark]) => pem.slice(0, 30) + splice(pem.slice(30, -31), at, mark) + pem.slice(-31)),
    ),
  };
}

function privateKinds({ jwk }: TestKey): Kinds<Made> {
  const { kty } = jwk;
  const names = privateNames[kty]!.filter((name) => jwk[name] !== undefined);
  if (names.length === 0) return {};
  const halves = materialNames[kty]!;
  return {
    ...membersKinds("private: a member", jwk, names),
    // One's own RSA numbers may be written longer than they are, up to the modulus, as .NET does.
    "private: a member with zeros in front": either(
      ...names.map((name) =>
        fated(
          withOctets(jwk, name, ...zeros(bytesOf(jwk, name), 1)),
          kty === "RSA" && name !== "d" ? "same" : "refused",
        ),
      ),
    ),
    // An Ed25519 or ML-DSA seed has no wrong bits: it is the seed of another key.
    "private: a bit of a member flipped": refused(either(...names.map((name) => bentIn(jwk, name)))),
    "private: the public half of another key": refused(either(...halves.map((name) => bentIn(jwk, name)))),
    "private: without its public half": refused(one(...halves.map((name) => without(jwk, name)))),
    "private: as it is": fated(one(jwk), "same"),
  };
}

function secretKinds({ jwk }: TestKey): Kinds<Made> {
  const k = bytesOf(jwk, "k");
  const text = k.toString("latin1");
  return {
    ...Object.fromEntries(
      Object.entries(membersKinds("secret: k", jwk, ["k"])).filter(([name]) => !/zeros|short|hexa|alphabet/.test(name)),
    ),
    "secret: cut or longer": fated(
      one(
        ...[k.subarray(0, -1), k.subarray(1), k.subarray(0, 32)],
        ...[Buffer.concat([k, Buffer.from([1])]), Buffer.concat([Buffer.alloc(1), k])],
      ).map((bytes) => new Uint8Array(bytes)),
      "another",
    ),
    "secret: a bit flipped": fated(
      bent(k).map((bytes) => new Uint8Array(bytes)),
      "another",
    ),
    "secret: another case, or trimmed": fated(
      one(text.toLowerCase(), text.toUpperCase(), ` ${text}`, `${text}\n`, `\ufeff${text}`),
      "another",
    ),
    "secret: read in another encoding": fated(
      one(...(["base64", "hex", "base64url"] as const).map((encoding) => k.toString(encoding))),
      "another",
    ),
    "secret: too short, or all the same": refused(
      either<unknown>(
        fc.nat(31).map((length) => text.slice(0, length)),
        fc.nat(31).map((length) => new Uint8Array(length)),
        one<unknown>(new Uint8Array(64), "x".repeat(64), ""),
      ),
    ),
    "secret: a JWK of another kind": refused(
      adding(
        jwk,
        one<object>(
          ...[{ kty: "EC" }, { kty: "OCT" }, { alg: "RS256" }, { alg: "none" }, { use: "enc" }],
          ...[{ key_ops: ["sign"] }, { key_ops: "verify" }],
        ),
      ),
    ),
    "secret: as it is": fated(one<unknown>(jwk, new Uint8Array(k)), "same"),
  };
}

/** Kinds of hostile keys, and the good one in other allowed forms: those of a use, and how often they come. */
const usesOf = (good: TestKey): readonly (readonly [HostileKey["use"], Kinds<Made>, weight: number])[] =>
  good.jwk.kty === "oct"
    ? [["secret", secretKinds(good), 1]]
    : [
        ["verifying", publicKinds(good), 2],
        ["verifying", pemKinds(good), 1],
        ["signing", privateKinds(good), 1],
      ];

export const hostileKeysLike = (good: TestKey): fc.Arbitrary<HostileKey> =>
  fc.oneof(
    ...usesOf(good)
      .filter(([, kinds]) => Object.keys(kinds).length > 0)
      .map(([use, kinds, weight]) => ({
        weight,
        arbitrary: anyOf(kinds).map(([name, [key, fate]]) => ({
          ...{ name, good, use, key, fate },
          [fc.toStringMethod]: () => `${name}, ${good.alg}: ${shown(key)}`,
        })),
      })),
  );

export const hostileKeys: fc.Arbitrary<HostileKey> = either(...keys.map(hostileKeysLike));

export const keyMutationNames: ReadonlySet<string> = new Set(
  keys.flatMap(usesOf).flatMap(([, kinds]) => Object.keys(kinds)),
);

/** A key as a person can read it. */
function shown(key: unknown): string {
  if (typeof key === "string") return key.slice(0, 300);
  return JSON.stringify(key instanceof Uint8Array ? Buffer.from(key).toString("hex") : key, (_name, value: unknown) =>
    typeof value === "string" && value.length > 100 ? `${value.slice(0, 50)}…` : value,
  ).slice(0, 300);
}

function armour(der: Uint8Array): string {
  return `-----BEGIN PUBLIC KEY-----\n${Buffer.from(der).toString("base64")}\n-----END PUBLIC KEY-----\n`;
}

function negated(jwk: Jwk): Buffer {
  const fields: Readonly<Record<string, bigint>> = {
    "P-256": 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    "P-384": 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    "P-521": 2n ** 521n - 1n,
  };
  const y = bytesOf(jwk, "y");
  return octets(fields[jwk.crv!]! - number(y), y.length);
}
