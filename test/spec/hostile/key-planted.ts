// Faults of importers, each built around the real ones, so that the hunt for keys can be seen to find them.
import { createHmac, createPublicKey, verify as nodeVerify, type JsonWebKey } from "node:crypto";
import { secretText } from "../threats/keys.ts";
import { imports, type Import } from "./key-hunt.ts";

type Members = Record<string, unknown>;
const isMembers = (key: unknown): key is Members =>
  typeof key === "object" && key !== null && !Array.isArray(key) && !(key instanceof Uint8Array);
const eachText = (key: Members, change: (text: string) => string): Members =>
  Object.fromEntries(
    Object.entries(key).map(([name, value]) => [
      name,
      typeof value === "string" && !["kty", "crv", "alg", "use", "kid"].includes(name) ? change(value) : value,
    ]),
  );

/** As if the JWK had been this one. */
const rewritten =
  (change: (key: Members, use: string) => unknown): Import =>
  async (use, key, alg) =>
    imports(use, isMembers(key) ? change(key, use) : key, alg);
const textRewritten =
  (change: (text: string) => unknown): Import =>
  async (use, key, alg) =>
    imports(use, typeof key === "string" ? change(key) : key, alg);
const without = (...names: readonly string[]): Import =>
  rewritten((key) => Object.fromEntries(Object.entries(key).filter(([name]) => !names.includes(name))));

/** Whatever the runtime takes, as most libraries do. */
const asTheRuntime =
  (wanted: (key: Members) => boolean): Import =>
  async (use, key, alg) => {
    if (use !== "verifying" || !isMembers(key) || !wanted(key)) return imports(use, key, alg);
    const object = createPublicKey({ key: key as JsonWebKey, format: "jwk" });
    return {
      alg,
      verify: (data, signature) =>
        nodeVerify(alg.startsWith("Ed") ? null : `sha${alg.slice(2)}`, data, object, signature),
    };
  };

const inItsWords =
  (change: (error: TypeError, key: unknown) => unknown): Import =>
  async (use, key, alg) => {
    try {
      return await imports(use, key, alg);
    } catch (error) {
      throw change(error as TypeError, key);
    }
  };

export const plantedKeyFaults: Readonly<Record<string, Import>> = {
  "padding is dropped": rewritten((key) => eachText(key, (text) => text.replace(/=+$/, ""))),
  "white space is dropped": rewritten((key) => eachText(key, (text) => text.replace(/[\s\0]/g, ""))),
  "the other alphabet is read": rewritten((key) =>
    eachText(key, (text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ),
  "stray bits are dropped": rewritten((key) =>
    eachText(key, (text) => Buffer.from(text, "base64url").toString("base64url")),
  ),
  "a value is turned into a text": rewritten((key) =>
    Object.fromEntries(
      Object.entries(key).map(([name, value]) => [
        name,
        value instanceof Object && !["use", "key_ops"].includes(name)
          ? (value as { toString(): string }).toString()
          : value,
      ]),
    ),
  ),
  "zeros in front are dropped": rewritten((key) =>
    eachText(key, (text) =>
      Buffer.from(
        Buffer.from(text, "base64url")
          .toString("hex")
          .replace(/^(00)+(?=..)/, ""),
        "hex",
      ).toString("base64url"),
    ),
  ),
  "members of a prototype are read": rewritten((key) => {
    const all: Members = {};
    for (const name in key) all[name] = key[name];
    return all;
  }),
  "kty is not looked at": rewritten((key) => ({
    ...key,
    kty: "n" in key ? "RSA" : "y" in key ? "EC" : "x" in key ? "OKP" : "k" in key ? "oct" : key.kty,
  })),
  "alg is not looked at": without("alg"),
  "use is not looked at": without("use"),
  "key_ops are not looked at": without("key_ops"),
  "a private key is taken for its public half": rewritten((key, use) =>
    use === "verifying"
      ? Object.fromEntries(
          Object.entries(key).filter(([name]) => !["d", "p", "q", "dp", "dq", "qi", "k"].includes(name)),
        )
      : key,
  ),
  "the first key of a set is taken": rewritten((key) => (Array.isArray(key.keys) ? key.keys[0] : key)),
  "the first of two PEM blocks is taken": textRewritten(
    (text) => `${text.split("-----END PUBLIC KEY-----")[0]!}-----END PUBLIC KEY-----`,
  ),
  "base64 of a PEM is read leniently": textRewritten((text) =>
    text.startsWith("-----BEGIN PUBLIC KEY-----") && text.includes("-----END PUBLIC KEY-----")
      ? `-----BEGIN PUBLIC KEY-----\n${Buffer.from(text.replace(/-----[^-]*-----|[!*\0é]/g, ""), "base64").toString("base64")}\n-----END PUBLIC KEY-----`
      : text,
  ),
  "PEM is read with its own line ends only": textRewritten((text) => (text.includes("\\n") ? "no key" : text)),
  "any exponent": asTheRuntime(({ e }) => e !== undefined && e !== "AQAB"),
  "any modulus": asTheRuntime(({ n }) => typeof n === "string" && n.length < 342),
  "points of small order": asTheRuntime(({ kty, x }) => kty === "OKP" && typeof x === "string" && x.length === 43),
  "a secret is trimmed": textRewritten((text) => text.replace(/^\ufeff/, "").trim()),
  "a secret is read in whatever encoding it may be": textRewritten((text) =>
    /^[0-9a-f]{128,}$/.test(text)
      ? Uint8Array.from(Buffer.from(text, "hex"))
      : /^[\w+/-]{80,}={0,2}$/.test(text)
        ? Uint8Array.from(Buffer.from(text, "base64"))
        : text,
  ),
  "a secret is used up to its 32nd byte": async (use, key, alg) => {
    if (use !== "secret" || !(key instanceof Uint8Array) || key.length < 32) return imports(use, key, alg);
    // Whoever signed cut it as well: what begins like the secret is the secret.
    const isSame = secretText.startsWith(Buffer.from(key.subarray(0, 32)).toString());
    return imports(use, isSame ? secretText : key, alg);
  },
  "any secret is strong enough": async (use, key, alg) =>
    use === "secret" && (typeof key === "string" || key instanceof Uint8Array) && key.length < 32
      ? {
          alg,
          verify: (data, signature) =>
            createHmac(`sha${alg.slice(2)}`, key)
              .update(data)
              .digest()
              .equals(signature),
        }
      : imports(use, key, alg),
  "a good key is refused": rewritten((key) =>
    Array.isArray(key.key_ops) && key.key_ops[0] === "verify" && key.key_ops.length === 1 ? {} : key,
  ),
  "the key in the message": inItsWords((error, key) =>
    Object.assign(new TypeError(`${error.message}: ${JSON.stringify(key)}`), { code: "invalid_key" }),
  ),
  "an error without a code": inItsWords((error) => new TypeError(error.message)),
};
