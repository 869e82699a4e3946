// Makes hostile keys out of good ones. What becomes of each is known beforehand: it is no key, it is another key, or it
// is the same key written in a way that is allowed.
import { createPublicKey } from "node:crypto";
import type { Jwk } from "../../../src/index.ts";
import { base64url } from "../threats/forge.ts";
import type { TestKey } from "../threats/keys.ts";
import type { Random } from "./random.ts";

/** `refused` at import; `another` key or refused, so that it does not verify; `same`: it verifies. */
export type Fate = "refused" | "another" | "same";

export interface HostileKey {
  readonly name: string;
  /** What is given to an importer: a public JWK, a private one, the text of a PEM file, or a secret. */
  readonly use: "verifying" | "signing" | "secret";
  readonly key: unknown;
  readonly fate: Fate;
}

type Made = readonly [key: unknown, fate: Fate] | undefined;
type Mutation = (key: TestKey, random: Random) => Made;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
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
  oct: ["k"],
};
const octets = (jwk: Jwk, name: string): Buffer => Buffer.from(String(jwk[name]), "base64url");
const member = ({ publicJwk }: TestKey, random: Random): string => random.pick(materialNames[publicJwk.kty]!);
const without = (jwk: Jwk, name: string): object =>
  Object.fromEntries(Object.entries(jwk).filter(([other]) => other !== name));

/** The JWK with another text in one member; `undefined` where the text stays what it was. */
const rewritten = (jwk: Jwk, name: string, change: (text: string) => string, fate: Fate = "refused"): Made => {
  const text = change(String(jwk[name]));
  return text === jwk[name] ? undefined : [{ ...jwk, [name]: text }, fate];
};
const flipped = (bytes: Buffer, random: Random): Buffer => {
  const bent = Buffer.from(bytes);
  bent[random.int(bent.length)]! ^= 1 << random.int(8);
  return bent;
};
/** Another last character that leaves the octets as they are. */
const twin = (text: string, random: Random): string => {
  const spare = [0, 0, 4, 2][text.length % 4]!;
  const last = alphabet.indexOf(text.slice(-1));
  return spare === 0
    ? text
    : text.slice(0, -1) +
        alphabet.charAt(((last >> spare) << spare) | ((last + 1 + random.int(2 ** spare - 1)) & (2 ** spare - 1)));
};

/** Changes of one member of a JWK that no reader may let pass. */
const memberChanges: Readonly<Record<string, (jwk: Jwk, name: string, random: Random) => Made>> = {
  "left out": (jwk, name) => [without(jwk, name), "refused"],
  "that is no text": (jwk, name, random) => [
    {
      ...jwk,
      [name]: random.pick<unknown>([
        null,
        0,
        true,
        [],
        [jwk[name]],
        {},
        Object(jwk[name]),
        { toString: () => jwk[name] },
      ]),
    },
    "refused",
  ],
  empty: (jwk, name) => [{ ...jwk, [name]: "" }, "refused"],
  padded: (jwk, name, random) => rewritten(jwk, name, (text) => text + "=".repeat(1 + random.int(2))),
  "in the other alphabet": (jwk, name) =>
    rewritten(jwk, name, (text) => text.replaceAll("-", "+").replaceAll("_", "/")),
  "with white space": (jwk, name, random) =>
    rewritten(jwk, name, (text) => {
      const at = random.int(text.length + 1);
      return text.slice(0, at) + random.pick([" ", "\n", "\t", "\r\n", "\0"]) + text.slice(at);
    }),
  "with stray bits": (jwk, name, random) => rewritten(jwk, name, (text) => twin(text, random)),
  "with zeros in front": (jwk, name, random) => [
    { ...jwk, [name]: base64url(Buffer.concat([Buffer.alloc(1 + random.int(3)), octets(jwk, name)])) },
    "refused",
  ],
  "cut short": (jwk, name, random) => [
    { ...jwk, [name]: base64url(random.chance(2) ? octets(jwk, name).subarray(1) : octets(jwk, name).subarray(0, -1)) },
    "refused",
  ],
  // Half as long again: for RSA a modulus as good as any, but not that of the key.
  "in hexadecimal": (jwk, name) => [
    { ...jwk, [name]: octets(jwk, name).toString("hex") },
    name === "n" ? "another" : "refused",
  ],
};

const publicMutations: Readonly<Record<string, Mutation>> = {
  ...Object.fromEntries(
    Object.entries(memberChanges).map(([what, change]) => [
      `a member ${what}`,
      (key: TestKey, random: Random): Made => change(key.publicJwk, member(key, random), random),
    ]),
  ),
  "a bit of a member flipped": (key, random) => {
    const name = member(key, random);
    return [
      { ...key.publicJwk, [name]: base64url(flipped(octets(key.publicJwk, name), random)) },
      key.publicJwk.kty === "EC" ? "refused" : "another",
    ];
  },
  "another kty": ({ publicJwk }, random) => [
    {
      ...publicJwk,
      kty: random.pick(
        ["RSA", "EC", "OKP", "AKP", "oct", "rsa", "", null, undefined].filter((kty) => kty !== publicJwk.kty),
      ),
    },
    "refused",
  ],
  "another crv": ({ publicJwk }, random) =>
    publicJwk.crv === undefined
      ? undefined
      : [
          {
            ...publicJwk,
            crv: random.pick(
              [
                "P-256",
                "P-384",
                "P-521",
                "secp256k1",
                "Ed25519",
                "Ed448",
                "X25519",
                "p-256",
                "",
                null,
                undefined,
              ].filter((crv) => crv !== publicJwk.crv),
            ),
          },
          "refused",
        ],
  "another alg": ({ publicJwk, alg }, random) => [
    {
      ...publicJwk,
      alg: random.pick<unknown>(
        [
          "HS256",
          "RS256",
          "PS256",
          "ES256",
          "ES384",
          "EdDSA",
          "ML-DSA-44",
          "none",
          "RSA-OAEP",
          "ECDH-ES",
          alg.toLowerCase(),
          5,
        ].filter((other) => other !== alg),
      ),
    },
    "refused",
  ],
  "another use": ({ publicJwk }, random) => [
    { ...publicJwk, use: random.pick<unknown>(["enc", "SIG", ["sig"], 5]) },
    "refused",
  ],
  "key_ops without verify": ({ publicJwk }, random) => [
    {
      ...publicJwk,
      key_ops: random.pick<unknown>([["sign"], ["encrypt", "wrapKey"], ["Verify"], "verify", ["verify", "verify"]]),
    },
    "refused",
  ],
  "a private member beside": ({ publicJwk, jwk }, random) => {
    const name = random.pick(privateNames[jwk.kty]!);
    return jwk.kty === "oct" || jwk[name] === undefined ? undefined : [{ ...publicJwk, [name]: jwk[name] }, "refused"];
  },
  "the private key": ({ jwk }) =>
    privateNames[jwk.kty]!.every((name) => jwk[name] !== undefined) && jwk.kty !== "oct" ? [jwk, "refused"] : undefined,
  "a weak exponent": ({ publicJwk }, random) =>
    publicJwk.kty === "RSA"
      ? [{ ...publicJwk, e: random.pick(["AQ", "Ag", "Aw", "EQ", "AAAB", "AQAA", "AQAAAAAB"]) }, "refused"]
      : undefined,
  "a short modulus": ({ publicJwk }, random) =>
    publicJwk.kty === "RSA"
      ? [{ ...publicJwk, n: base64url(octets(publicJwk, "n").subarray(random.pick([128, 192, 129]))) }, "refused"]
      : undefined,
  "an even modulus": ({ publicJwk }) =>
    publicJwk.kty === "RSA"
      ? [
          { ...publicJwk, n: base64url(Buffer.concat([octets(publicJwk, "n").subarray(0, -1), Buffer.from([2])])) },
          "refused",
        ]
      : undefined,
  "a point that is none": ({ publicJwk }, random) =>
    publicJwk.kty === "EC"
      ? [
          {
            ...publicJwk,
            ...random.pick([
              { y: publicJwk.x },
              { x: publicJwk.y },
              { x: publicJwk.y, y: publicJwk.x },
              ...[0, 0xff].map((octet) => ({
                x: base64url(Buffer.alloc(octets(publicJwk, "x").length, octet)),
                y: base64url(Buffer.alloc(octets(publicJwk, "x").length, octet)),
              })),
            ]),
          },
          "refused",
        ]
      : undefined,
  "the point on the other side": (key) =>
    key.publicJwk.kty === "EC" ? [{ ...key.publicJwk, y: base64url(negated(key.publicJwk)) }, "another"] : undefined,
  "a point of small order": ({ publicJwk }, random) =>
    publicJwk.kty === "OKP" ? [{ ...publicJwk, x: base64url(smallOrder(random)) }, "refused"] : undefined,
  "members of the prototype": ({ publicJwk }) => [Object.create(publicJwk), "refused"],
  "a list with the key, or a set of it": ({ publicJwk }, random) =>
    random.pick<Made>([
      [[publicJwk], "refused"],
      [{ keys: [publicJwk] }, "refused"],
      [JSON.stringify(publicJwk), "same"],
      [new Map(Object.entries(publicJwk)), "refused"],
    ]),
  "members of no meaning": ({ publicJwk, alg }, random) => [
    {
      ...publicJwk,
      ...random.pick<object>([
        { x5t: "AAAA" },
        { kid: "../key" },
        { use: "sig" },
        { key_ops: ["verify"] },
        { alg },
        { ext: true },
        { issuer: "https://issuer.example" },
        { toString: "x" },
      ]),
    },
    "same",
  ],
  "members in another order": ({ publicJwk }) => [Object.fromEntries(Object.entries(publicJwk).reverse()), "same"],
};

const pemMutations: Readonly<Record<string, Mutation>> = {
  "PEM: as it is": pemOf((pem) => pem, "same"),
  "PEM: other line ends": pemOf(
    (pem, random) =>
      random.pick([
        pem.replaceAll("\n", "\r\n"),
        pem.replaceAll("\n", "\\n"),
        pem.trimEnd(),
        `\n\n${pem}\n`,
        `\ufeff${pem}`,
        `subject=/CN=x\n${pem}`,
      ]),
    "same",
  ),
  "PEM: a bit of the key flipped": pemOf((pem, random) => armour(flipped(bodyOf(pem), random)), "another"),
  "PEM: a bit of its structure flipped": pemOf((pem, random) => {
    const der = bodyOf(pem);
    return armour(Buffer.concat([flipped(der.subarray(0, 36), random), der.subarray(36)]));
  }, "another"),
  "PEM: cut short": pemOf(
    (pem, random) =>
      random.pick([
        armour(bodyOf(pem).subarray(0, -1 - random.int(20))),
        pem.slice(0, -30),
        pem.replace(/-----BEGIN.*\n/, ""),
        pem.replace("-----END", "----END"),
      ]),
    "refused",
  ),
  "PEM: octets behind the key": pemOf(
    (pem, random) => armour(Buffer.concat([bodyOf(pem), Buffer.alloc(1 + random.int(4), random.int(2))])),
    "refused",
  ),
  "PEM: twice, or two keys": pemOf((pem) => pem + pem, "refused"),
  "PEM: characters that are no base64": pemOf((pem, random) => {
    const at = 30 + random.int(pem.length - 60);
    return pem.slice(0, at) + random.pick(["!", "*", "\0", "é", "="]) + pem.slice(at);
  }, "refused"),
};

const privateMutations: Readonly<Record<string, Mutation>> = {
  ...Object.fromEntries(
    Object.entries(memberChanges).map(([what, change]) => [
      `private: a member ${what}`,
      ({ jwk }: TestKey, random: Random): Made => ofPrivate(jwk, (name) => change(jwk, name, random), random),
    ]),
  ),
  // One's own RSA numbers may be written longer than they are, up to the modulus, as .NET does.
  "private: a member with zeros in front": ({ jwk }, random) =>
    ofPrivate(
      jwk,
      (name) => [
        { ...jwk, [name]: base64url(Buffer.concat([Buffer.alloc(1), octets(jwk, name)])) },
        jwk.kty === "RSA" && name !== "d" ? "same" : "refused",
      ],
      random,
    ),
  // An Ed25519 or ML-DSA seed has no wrong bits: it is the seed of another key.
  "private: a bit of a member flipped": ({ jwk }, random) =>
    ofPrivate(jwk, (name) => [{ ...jwk, [name]: base64url(flipped(octets(jwk, name), random)) }, "refused"], random),
  "private: the public half of another key": ({ jwk }, random) =>
    ofPrivate(
      jwk,
      () => {
        const name = random.pick(materialNames[jwk.kty]!);
        return [{ ...jwk, [name]: base64url(flipped(octets(jwk, name), random)) }, "refused"];
      },
      random,
    ),
  "private: without its public half": ({ jwk }, random) =>
    ofPrivate(jwk, () => [without(jwk, random.pick(materialNames[jwk.kty]!)), "refused"], random),
  "private: as it is": ({ jwk }, random) => ofPrivate(jwk, () => [jwk, "same"], random),
};

const secretMutations: Readonly<Record<string, Mutation>> = {
  ...Object.fromEntries(
    Object.entries(memberChanges)
      .filter(([what]) => !/zeros|short|hexa|alphabet/.test(what))
      .map(([what, change]) => [
        `secret: k ${what}`,
        ({ jwk }: TestKey, random: Random): Made => change(jwk, "k", random),
      ]),
  ),
  "secret: cut or longer": ({ jwk }, random) => {
    const k = octets(jwk, "k");
    return [
      new Uint8Array(
        random.pick([
          k.subarray(0, -1),
          k.subarray(1),
          k.subarray(0, 32),
          Buffer.concat([k, Buffer.from([1])]),
          Buffer.concat([Buffer.alloc(1), k]),
        ]),
      ),
      "another",
    ];
  },
  "secret: a bit flipped": ({ jwk }, random) => [new Uint8Array(flipped(octets(jwk, "k"), random)), "another"],
  "secret: another case, or trimmed": ({ jwk }, random) => {
    const text = octets(jwk, "k").toString("latin1");
    const other = random.pick([text.toLowerCase(), text.toUpperCase(), ` ${text}`, `${text}\n`, `\ufeff${text}`]);
    return [other, "another"];
  },
  "secret: read in another encoding": ({ jwk }, random) => {
    const text = octets(jwk, "k");
    return [random.pick([text.toString("base64"), text.toString("hex"), text.toString("base64url")]), "another"];
  },
  "secret: too short, or all the same": ({ jwk }, random) => [
    random.pick<unknown>([
      octets(jwk, "k").toString("latin1").slice(0, random.int(32)),
      new Uint8Array(random.int(32)),
      new Uint8Array(64),
      "x".repeat(64),
      "",
    ]),
    "refused",
  ],
  "secret: a JWK of another kind": ({ jwk }, random) => [
    {
      ...jwk,
      ...random.pick<object>([
        { kty: "EC" },
        { kty: "OCT" },
        { alg: "RS256" },
        { alg: "none" },
        { use: "enc" },
        { key_ops: ["sign"] },
        { key_ops: "verify" },
      ]),
    },
    "refused",
  ],
  "secret: as it is": ({ jwk }, random) => [random.pick<unknown>([jwk, new Uint8Array(octets(jwk, "k"))]), "same"],
};

/** A hostile key of the same algorithm, or the good one in another allowed form. */
export function mutateKey(key: TestKey, random: Random): HostileKey {
  const isSecret = key.jwk.kty === "oct";
  for (;;) {
    // Not every kind of key has every one: then it is another's turn.
    const table = isSecret
      ? secretMutations
      : random.pick([publicMutations, publicMutations, pemMutations, privateMutations]);
    const name = random.pick(Object.keys(table));
    const made = table[name]!(key, random);
    if (made !== undefined)
      return {
        name,
        use: isSecret ? "secret" : name.startsWith("private") ? "signing" : "verifying",
        key: made[0],
        fate: made[1],
      };
  }
}

export const keyMutationNames: readonly string[] = [
  publicMutations,
  pemMutations,
  privateMutations,
  secretMutations,
].flatMap((table) => Object.keys(table));

function ofPrivate(jwk: Jwk, change: (name: string) => Made, random: Random): Made {
  const names = jwk.kty === "oct" ? [] : privateNames[jwk.kty]!.filter((name) => jwk[name] !== undefined);
  return names.length === 0 ? undefined : change(random.pick(names));
}

function pemOf(change: (pem: string, random: Random) => string, fate: Fate): Mutation {
  return ({ publicJwk }, random) => {
    // node:crypto of every supported version writes these.
    if (!["RSA", "EC", "OKP"].includes(publicJwk.kty)) return undefined;
    const pem = createPublicKey({ key: publicJwk, format: "jwk" }).export({ type: "spki", format: "pem" }).toString();
    return [change(pem, random), fate];
  };
}

function bodyOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ""), "base64");
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
  const y = octets(jwk, "y");
  return Buffer.from(
    (fields[jwk.crv!]! - BigInt(`0x${y.toString("hex")}`)).toString(16).padStart(2 * y.length, "0"),
    "hex",
  );
}

function smallOrder(random: Random): Buffer {
  const point = Buffer.from(
    random.pick([
      `01${"00".repeat(31)}`,
      `ec${"ff".repeat(30)}7f`,
      "00".repeat(32),
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      `ee${"ff".repeat(30)}7f`,
    ]),
    "hex",
  );
  if (random.chance(2)) point[31]! |= 0x80;
  return point;
}
