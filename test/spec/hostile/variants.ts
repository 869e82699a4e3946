// Tokens signed by the right key that say things in unusual ways, at the edges of what is allowed and beyond. Nothing is
// known beforehand about them: they are for comparing with others.
import type { TestKey } from "../threats/keys.ts";
import { base64url } from "../threats/forge.ts";
import { now, policy, signed, type Base } from "./generator.ts";
import type { Random } from "./random.ts";

type Variant = (base: Base, random: Random) => Promise<string> | string;

const json = (value: unknown): string => JSON.stringify(value);
const withHeader = ({ key, claims }: Base, header: object | string): Promise<string> =>
  signed(key, typeof header === "string" ? header : json(header), json(claims));
const withClaims = ({ key, header }: Base, claims: object | string): Promise<string> =>
  signed(key, json(header), typeof claims === "string" ? claims : json(claims));
const issuer = String(policy.issuer);

/** Every character of a JSON text's strings as an escape, now and then. */
const escaped = (text: string, random: Random): string =>
  text.replace(/[a-z]/g, (letter) =>
    random.chance(3) ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}` : letter,
  );
const spaced = (text: string, random: Random): string =>
  text.replace(/[{}[\]:,](?=")/g, (mark) => mark + random.pick(["", " ", "\n", "\t", "\r\n  "]));
const twice = (claims: Readonly<Record<string, unknown>>, name: string, first: unknown): string =>
  json({ ...claims }).replace("{", `{${json(name)}:${json(first)},`);

const variants: Readonly<Record<string, Variant>> = {
  "the original": ({ token }) => token,
  "typ in every allowed form": (base, random) =>
    withHeader(base, {
      ...base.header,
      typ: random.pick(["JWT", "jwt", "Jwt", "application/jwt", "application/JWT", "APPLICATION/JWT"]),
    }),
  "a kid for a key without one": (base, random) =>
    withHeader(base, { ...base.header, kid: random.pick(["1", "", "../x", "' OR 1=1", "k".repeat(300), "é\u202e"]) }),
  "header members that mean nothing here": (base, random) =>
    withHeader(base, {
      ...base.header,
      ...random.pick<object>([
        { jwk: base.key.publicJwk },
        { jku: issuer },
        { x5c: ["MIIB"] },
        { x5t: "AAAA" },
        { cty: "JWT" },
        { zip: "DEF" },
        { enc: "A128GCM" },
        { p2c: 1e9 },
        { iss: "x" },
        { exp: 1 },
        { nested: [{ a: {} }] },
      ]),
    }),
  "a cty that is no text": (base, random) =>
    withHeader(base, { ...base.header, cty: random.pick<unknown>([null, 5, {}, []]) }),
  "names of the prototype in the header": (base, random) =>
    withHeader(
      base,
      `{${random.pick(['"__proto__":{"alg":"none"}', '"constructor":1', '"toString":"x"'])},${json(base.header).slice(1)}`,
    ),
  "a header in other words of JSON": (base, random) =>
    withHeader(base, random.chance(2) ? escaped(json(base.header), random) : spaced(json(base.header), random)),
  "a header in another order": (base) =>
    withHeader(base, json(Object.fromEntries(Object.entries(base.header).reverse()))),
  "claims in other words of JSON": (base, random) =>
    withClaims(base, random.chance(2) ? escaped(json(base.claims), random) : spaced(json(base.claims), random)),
  "a claim twice, the last one good": (base, random) =>
    withClaims(
      base,
      random.pick([
        twice(base.claims, "iss", "https://other.example"),
        twice(base.claims, "exp", 1),
        twice(base.claims, "aud", "other"),
      ]),
    ),
  "a claim twice, the last one bad": (base, random) =>
    withClaims(
      base,
      json(base.claims).replace(
        /\}$/,
        random.pick([',"iss":"https://other.example"}', ',"exp":1}', ',"aud":"other"}']),
      ),
    ),
  "names of the prototype in the claims": (base, random) =>
    withClaims(
      base,
      `{${random.pick(['"__proto__":{"exp":1}', '"constructor":{"prototype":1}', '"toString":1', '"hasOwnProperty":1'])},${json(base.claims).slice(1)}`,
    ),
  "nested deep": (base, random) => {
    const depth = random.pick([50, 199, 200, 201, 1000]);
    return withClaims(base, json({ ...base.claims, x: "@" }).replace('"@"', "[".repeat(depth) + "]".repeat(depth)));
  },
  "half of a surrogate pair": (base, random) =>
    withClaims(
      base,
      json({ ...base.claims, x: "@" }).replace("@", random.pick(["\\ud800", "\\udfff", "\\ud83d\\ude00"])),
    ),
  "numbers beyond numbers in other claims": (base, random) =>
    withClaims(
      base,
      json({ ...base.claims, x: "@" }).replace(
        '"@"',
        random.pick(["1e400", "-1e400", "9007199254740993", "-0", "1e-400"]),
      ),
    ),
  "exp at the edge": (base, random) =>
    withClaims(base, { ...base.claims, exp: now + random.pick([-6, -5.5, -5, -4.999, -4.5, -4, -1, 0, 1]) }),
  "exp written otherwise": (base, random) =>
    withClaims(
      base,
      json({ ...base.claims, exp: "@" }).replace(
        '"@"',
        random.pick([
          `${String(now)}.5e0`,
          `${String((now + 100) / 10)}e1`,
          `${String(now + 100)}.000`,
          "1e12",
          "1e300",
        ]),
      ),
    ),
  "nbf at the edge": (base, random) =>
    withClaims(base, { ...base.claims, nbf: now + random.pick([-1, 0, 0.5, 4.5, 5, 5.001, 5.5, 6]) }),
  "nbf that is odd": (base, random) => withClaims(base, { ...base.claims, nbf: random.pick([0, -1, -1e300, 1.5]) }),
  "iat that is odd": (base, random) =>
    withClaims(base, { ...base.claims, iat: random.pick([0, -1, 1.5, now + 1, now + 1e5, 1e300]) }),
  "exp before iat, nbf after exp": (base, random) =>
    withClaims(base, {
      ...base.claims,
      ...random.pick([
        { iat: now + 100, exp: now + 50 },
        { nbf: now + 3, exp: now + 2 },
      ]),
    }),
  "aud in lists": (base, random) =>
    withClaims(base, {
      ...base.claims,
      aud: random.pick([
        ["api"],
        ["api", "api"],
        ["", "api"],
        ["x", "api", "y"],
        Array.from({ length: 500 }, (_, n) => (n === 400 ? "api" : `a${String(n)}`)),
      ]),
    }),
  "texts that are empty": (base, random) =>
    withClaims(base, { ...base.claims, [random.pick(["sub", "jti", "x"])]: "" }),
  "other claims of any type": (base, random) =>
    withClaims(base, {
      ...base.claims,
      [random.pick(["scope", "roles", "nonce", "azp", "cnf", "act", "events"])]: random.pick<unknown>([
        null,
        0,
        [],
        {},
        "x",
        true,
        [[{}]],
      ]),
    }),
  "a long token": (base, random) =>
    withClaims(base, { ...base.claims, x: "x".repeat(random.pick([1000, 12_000, 100_000])) }),
  "the other good ECDSA signature": (base) =>
    base.key.alg.startsWith("ES") ? mirrored(base.key, base.token) : base.token,
};

export const variantNames: readonly string[] = Object.keys(variants);

export async function vary(base: Base, random: Random): Promise<{ readonly name: string; readonly token: string }> {
  const name = random.pick(variantNames);
  return { name, token: await variants[name]!(base, random) };
}

/** r and n − s. */
function mirrored({ alg }: TestKey, token: string): string {
  const orders: Readonly<Record<string, bigint>> = {
    ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    ES384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    ES512: BigInt(`0x1${"f".repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`),
  };
  const at = token.lastIndexOf(".") + 1;
  const signature = Buffer.from(token.slice(at), "base64url");
  const half = signature.length / 2;
  const s = orders[alg]! - BigInt(`0x${signature.subarray(half).toString("hex")}`);
  return (
    token.slice(0, at) +
    base64url(Buffer.concat([signature.subarray(0, half), Buffer.from(s.toString(16).padStart(2 * half, "0"), "hex")]))
  );
}
