// Makes hostile tokens out of valid ones. Every mutant must be refused: either its signature is not over what it says,
// or it is signed by the right key and says what no verifier may accept.
import { createHmac, createPublicKey } from "node:crypto";
import type { Expected, Jwk, VerificationKeys } from "../../../src/index.ts";
import { base64url, part } from "../threats/forge.ts";
import type { TestKey } from "../threats/keys.ts";
import type { Random } from "./random.ts";
import { otherForm } from "./signature-forms.ts";

/** The time at which everything here happens. */
export const now = 1_800_000_000;
export const policy: Expected = {
  issuer: "https://issuer.example",
  audience: "api",
  now: () => new Date(now * 1000),
  maxTokenLength: 200_000,
};

/** A valid token, and what it is made of. */
export interface Base {
  readonly key: TestKey;
  /** Keys of every other algorithm. */
  readonly others: readonly TestKey[];
  /** Another key of the same algorithm: the attacker's. */
  readonly attacker: TestKey;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly token: string;
}

export interface Mutant {
  readonly token: unknown;
  readonly keys: VerificationKeys;
  /** The key behind `keys`, where they are one key and nothing else: every library can be given that. */
  readonly held: TestKey | undefined;
  readonly expected: Expected;
}

interface Change {
  readonly keys?: VerificationKeys;
  readonly held?: TestKey;
  readonly expected?: Expected;
  readonly token?: unknown;
}
/** A text is the token; what a change leaves out stays as it was. */
type Mutation = (base: Base, random: Random) => Promise<string | Change> | string | Change;

export async function makeBase(
  random: Random,
  keys: readonly TestKey[],
  attackers: ReadonlyMap<string, TestKey>,
): Promise<Base> {
  // Half of them HS256: the others take longer.
  const key = random.chance(2) ? keys[0]! : random.pick(keys);
  const header = {
    alg: key.alg,
    ...(random.chance(2) && { typ: "JWT" }),
    ...(random.chance(3) && { cty: "a", extra: ["x?>", { y: null }] }),
  };
  const claims = {
    iss: "https://issuer.example",
    aud: random.chance(2) ? "api" : ["web", "api"],
    sub: `user_${String(random.int(1000))}`,
    iat: now - random.int(100),
    exp: now + 10 + random.int(1000),
    ...(random.chance(2) && { nbf: now - random.int(100) }),
    ...(random.chance(2) && { role: "user", text: "ÿ?>~ \u202e", nested: { list: [1, 2.5, null] } }),
  };
  const token = await signed(key, JSON.stringify(header), JSON.stringify(claims));
  return {
    key,
    others: keys.filter(({ alg }) => alg !== key.alg),
    attacker: attackers.get(key.alg)!,
    header,
    claims,
    token,
  };
}

/** One mutation, of all or of some. */
export async function mutate(
  base: Base,
  random: Random,
  among: readonly string[] = names,
): Promise<{ readonly name: string; readonly mutant: Mutant }> {
  const name = random.pick(among);
  const made = await mutations[name]!(base, random);
  const change: Change = typeof made === "string" ? { token: made } : made;
  const held = change.held ?? ("keys" in change ? undefined : base.key);
  return {
    name,
    mutant: { token: base.token, keys: held?.verifying ?? base.key.verifying, expected: policy, ...change, held },
  };
}

// ── signing ─────────────────────────────────────────────────────────────────────────────────────

const signText = async (key: TestKey, input: string): Promise<string> =>
  `${input}.${base64url(await key.signing.sign(Uint8Array.from(Buffer.from(input))))}`;
export const signed = (key: TestKey, header: string, payload: string | Uint8Array): Promise<string> =>
  signText(key, `${base64url(header)}.${base64url(payload)}`);
/** A token of `key` that the policy accepts. */
export const signedWith = (key: TestKey): Promise<string> =>
  signed(key, json({ alg: key.alg }), json({ iss: policy.issuer, aud: policy.audience, iat: now, exp: now + 100 }));
const json = (value: unknown): string => JSON.stringify(value);
/** Signed by the right key. */
const withHeader = ({ key, claims }: Base, header: object | string): Promise<string> =>
  signed(key, typeof header === "string" ? header : json(header), json(claims));
const withClaims = ({ key, header }: Base, claims: object | string | Uint8Array): Promise<string> =>
  signed(key, json(header), typeof claims === "string" || claims instanceof Uint8Array ? claims : json(claims));

const partsOf = (token: string): [string, string, string] => token.split(".") as [string, string, string];
const signatureOf = ({ token }: Base): Buffer => Buffer.from(partsOf(token)[2], "base64url");
const withSignature = ({ token }: Base, signature: Uint8Array): string =>
  `${token.slice(0, token.lastIndexOf("."))}.${base64url(signature)}`;
const mac = (header: object, claims: object, secret: string | Uint8Array, hash = "sha256"): string => {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${createHmac(hash, secret).update(input).digest("base64url")}`;
};

// ── changing ────────────────────────────────────────────────────────────────────────────────────

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const junk = [
  "=",
  "==",
  ".",
  " ",
  "\n",
  "\r\n",
  "\t",
  "\0",
  "+",
  "/",
  "!",
  "\u00a0",
  "\ufeff",
  "\u0141",
  "\ud800",
  "\u{1f600}",
  "%3D",
  "A",
  ";",
  ",",
];

const replaceAt = (text: string, at: number, by: string, length = 1): string =>
  text.slice(0, at) + by + text.slice(at + length);

/** Another spelling of a base64url text that lenient decoders take for the same, or `undefined` where there is none. */
const otherSpelling = (segment: string, random: Random): string => {
  const spare = [0, 0, 4, 2][segment.length % 4]!;
  const twin = (): string => {
    const last = alphabet.indexOf(segment.slice(-1));
    return (
      segment.slice(0, -1) +
      alphabet.charAt(((last >> spare) << spare) | ((last + 1 + random.int(2 ** spare - 1)) & (2 ** spare - 1)))
    );
  };
  const at = random.int(segment.length + 1);
  const ways = [
    () => `${segment}${"=".repeat(1 + random.int(3))}`,
    () => replaceAt(segment, at, random.pick([" ", "\n", "\t", "\r", "\0", "\u00a0", "=", "!", "\u200b"]), 0),
    () => (/[-_]/.test(segment) ? segment.replaceAll("-", "+").replaceAll("_", "/") : `${segment}=`),
    () => (spare > 0 ? twin() : `${segment}=`),
    () =>
      replaceAt(
        segment,
        Math.min(at, segment.length - 1),
        String.fromCharCode(segment.charCodeAt(Math.min(at, segment.length - 1)) + 0x100 * (1 + random.int(5))),
      ),
    () => `${segment}${random.pick(junk.filter((text) => text !== "A" && text !== "."))}`,
    () => encodeURIComponent(segment) + "%20",
  ];
  return random.pick(ways)();
};

const wrongAlgs = [
  "none",
  "None",
  "NONE",
  "nOnE",
  "",
  " ",
  "HS1",
  "HS256 ",
  "hs256",
  "HS257",
  "RS1",
  "ES256K",
  "A128KW",
  "dir",
  "RSA-OAEP",
  "ECDH-ES",
  "ML-DSA",
  "\0",
  "toString",
  "__proto__",
];
const notText: readonly unknown[] = [null, 0, 1, true, false, [], ["HS256"], {}, { toString: "HS256" }];
const notDates: readonly unknown[] = [
  "1",
  "99999999999",
  null,
  true,
  false,
  [],
  [99999999999],
  {},
  "never",
  { valueOf: 1 },
];

/** Every serialisation of a public key that somebody may have used as a secret. */
const asSecrets = (jwk: Jwk): readonly (string | Uint8Array)[] => {
  const texts: (string | Uint8Array)[] = [
    json(jwk),
    jwk.n ?? jwk.x ?? jwk.pub ?? "",
    Buffer.from(jwk.n ?? jwk.x ?? jwk.pub ?? "", "base64url"),
    "",
  ];
  if (jwk.kty === "RSA" || jwk.kty === "EC" || jwk.kty === "OKP") {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const pem = key.export({ type: "spki", format: "pem" }).toString();
    texts.push(pem, pem.trimEnd(), pem.replaceAll("\n", "\r\n"), key.export({ type: "spki", format: "der" }));
    if (jwk.kty === "RSA") texts.push(key.export({ type: "pkcs1", format: "pem" }));
  }
  return texts;
};

const without = (object: Readonly<Record<string, unknown>>, name: string): object =>
  Object.fromEntries(Object.entries(object).filter(([other]) => other !== name));

// ── the mutations ───────────────────────────────────────────────────────────────────────────────

const mutations: Readonly<Record<string, Mutation>> = {
  // structure
  "a part left out": ({ token }, random) => {
    const parts = partsOf(token);
    return parts
      .filter((_, at) => at !== random.int(3))
      .slice(0, 2)
      .join(".");
  },
  "a part emptied": ({ token }, random) => {
    const parts = partsOf(token);
    parts[random.int(3)] = "";
    return parts.join(".");
  },
  "a part doubled": ({ token }, random) => {
    const parts = partsOf(token);
    const at = random.int(3);
    return [...parts.slice(0, at), parts[at], ...parts.slice(at)].join(".");
  },
  "parts in another order": ({ token }, random) => {
    const [a, b, c] = partsOf(token);
    return random
      .pick([
        [a, c, b],
        [b, a, c],
        [b, c, a],
        [c, a, b],
        [c, b, a],
      ])
      .join(".");
  },
  "something around it": ({ token }, random) =>
    random.pick([
      `${token}${random.pick(junk)}`,
      `${random.pick(junk)}${token}`,
      `Bearer ${token}`,
      `"${token}"`,
      `${token}.${token}`,
      `${token},${token}`,
      `[${token}]`,
      encodeURIComponent(`${token} `),
    ]),
  "not a text": ({ token }, random) => ({
    token: random.pick<unknown>([
      undefined,
      null,
      0,
      [],
      [token],
      { token },
      Object(token),
      { toString: () => token },
      new Uint8Array(Buffer.from(token)),
      Symbol("token"),
      () => token,
      true,
      5n,
    ]),
  }),
  "a JSON serialization": ({ token }, random) => {
    const [header, payload, signature] = partsOf(token);
    const flat = { protected: header, payload, signature };
    const jws = random.pick<object>([
      flat,
      { payload, signatures: [{ protected: header, signature }] },
      { [`  ${header}.`]: "", ...flat },
    ]);
    return { token: random.chance(2) ? jws : json(jws) };
  },
  "a character changed": ({ token }, random) => {
    const at = random.int(token.length);
    return replaceAt(token, at, alphabet.charAt((alphabet.indexOf(token.charAt(at)) + 1 + random.int(63)) % 64));
  },
  "a character removed": ({ token }, random) => replaceAt(token, random.int(token.length), ""),
  "junk put in": ({ token }, random) => replaceAt(token, random.int(token.length + 1), random.pick(junk), 0),
  "a run of it gone or repeated": ({ token }, random) => {
    const at = random.int(token.length);
    const length = 1 + random.int(20);
    return random.chance(2) ? replaceAt(token, at, "", length) : replaceAt(token, at, token.slice(at, at + length), 0);
  },
  "another case": ({ token }, random) => random.pick([token.toLowerCase(), token.toUpperCase()]),
  "very long": ({ token }, random) =>
    random.pick([
      `${token}${"A".repeat(4 * random.int(60_000) + 4)}`,
      `${token}${".".repeat(random.int(200_000) + 1)}`,
      "A".repeat(250_000),
    ]),

  // encoding
  "a part spelt otherwise": ({ token }, random) => {
    const parts = partsOf(token);
    const at = random.int(3);
    parts[at] = otherSpelling(parts[at]!, random);
    return parts.join(".");
  },
  "a part spelt otherwise, and signed like that": async ({ key, token }, random) => {
    const [header, payload] = partsOf(token);
    return random.chance(2)
      ? signText(key, `${otherSpelling(header, random)}.${payload}`)
      : signText(key, `${header}.${otherSpelling(payload, random)}`);
  },
  "encoded twice": ({ token }, random) => {
    const parts = partsOf(token);
    const at = random.int(3);
    parts[at] = base64url(parts[at]!);
    return parts.join(".");
  },
  "not encoded": ({ token, header, claims }, random) => {
    const [a, b, c] = partsOf(token);
    return random
      .pick([
        [json(header), b, c],
        [a, json(claims), c],
        [json(header), json(claims), c],
      ])
      .join(".");
  },

  // JSON, signed by the right key
  "a header that is no unique JSON object": (base, random) => {
    const text = json(base.header);
    return withHeader(
      base,
      random.pick([
        text.replace("{", '{"alg":"none",'),
        `${text.slice(0, -1)},"alg":${json(base.key.alg)}}`,
        text.replace("{", '{"x":{"y":1,"y":2},'),
        text.replace("{", '{"\\u0061lg":"none",'),
        `[${text}]`,
        json(text),
        "null",
        "5",
        "",
        `${text}${text}`,
        `\ufeff${text}`,
        `${text},`,
        text.replaceAll('"', "'"),
        text.slice(0, -1),
        `${text}\0`,
        `/**/${text}`,
        text.replace("{", '{"x":NaN,'),
        text.replace("{", `{"x":${"[".repeat(500)}${"]".repeat(500)},`),
        text.replace("{", '{"x":"\n",'),
        "{}",
      ]),
    );
  },
  "a payload that is no JSON object": (base, random) => {
    const text = json(base.claims);
    return withClaims(
      base,
      random.pick<string | Uint8Array>([
        `[${text}]`,
        json(text),
        "null",
        "true",
        "5",
        '"x"',
        "",
        " ",
        `${text}${text}`,
        `\ufeff${text}`,
        `${text},`,
        text.replaceAll('"', "'"),
        text.slice(0, -1),
        text.slice(1),
        `${text}\0`,
        `${text}//`,
        text.replace("{", "{,"),
        text.replace("{", '{"x":NaN,'),
        text.replace("{", '{"x":01,'),
        text.replace("{", `{"x":${"[".repeat(500)}${"]".repeat(500)},`),
        text.replace("{", '{"x":"\t",'),
        Buffer.from(text, "utf16le"),
        Buffer.concat([
          Buffer.from('{"x":"'),
          Buffer.from([random.pick([0x80, 0xc0, 0xed, 0xf5, 0xff])]),
          Buffer.from(`",${text.slice(1)}`),
        ]),
      ]),
    );
  },

  // header members
  "another alg, signed by the right key": (base, random) =>
    withHeader(base, {
      ...base.header,
      alg: random.pick<unknown>(
        [...wrongAlgs, ...notText, random.pick(base.others).alg].filter((alg) => alg !== base.key.alg),
      ),
    }),
  "alg in another case": (base, random) =>
    withHeader(base, {
      ...base.header,
      alg: random.pick(
        [
          base.key.alg.toLowerCase(),
          base.key.alg.toUpperCase(),
          base.key.alg.replace(/^./, (letter) => letter.toLowerCase()),
        ].filter((alg) => alg !== base.key.alg),
      ),
    }),
  "another alg, the signature as it was": (base, random) =>
    `${part({ ...base.header, alg: random.pick([...wrongAlgs, random.pick(base.others).alg]) })}.${partsOf(base.token).slice(1).join(".")}`,
  "alg none, without a signature or with any": (base, random) => {
    const parts = [
      part({ ...base.header, alg: random.pick(["none", "None", "NONE", "nonE", ""]) }),
      part({ ...base.claims, admin: true }),
    ];
    return random.pick([
      parts.join("."),
      `${parts.join(".")}.`,
      `${parts.join(".")}.AA`,
      `${parts.join(".")}.${base64url("none")}`,
    ]);
  },
  "no alg": (base) => withHeader(base, without(base.header, "alg")),
  crit: (base, random) =>
    withHeader(base, {
      ...base.header,
      x: 1,
      ...random.pick<object>([
        { crit: ["x"] },
        { crit: ["exp"], exp: now + 1000 },
        { crit: ["x", "http://x.example"], "http://x.example": true },
      ]),
    }),
  "crit that is malformed": (base, random) =>
    withHeader(base, {
      ...base.header,
      x: 1,
      crit: random.pick<unknown>([["y"], [], ["x", "x"], "x", null, false, ["alg"], [1], { 0: "x" }]),
    }),
  "crit with b64: true": (base) => withHeader(base, { ...base.header, crit: ["b64"], b64: true }),
  b64: (base, random) =>
    random.chance(2)
      ? withHeader(base, {
          ...base.header,
          ...random.pick<object>([
            { b64: false },
            { b64: true },
            { b64: false, crit: ["b64"] },
            { b64: "false", crit: ["b64"] },
          ]),
        })
      : signText(
          base.key,
          `${part({ ...base.header, b64: false, crit: ["b64"] })}.${json(base.claims).replaceAll(".", "")}`,
        ),
  "another typ": (base, random) =>
    withHeader(base, {
      ...base.header,
      typ: random.pick<unknown>([
        "at+jwt",
        "dpop+jwt",
        "JWE",
        "",
        "JWT ",
        "JOSE+JSON",
        null,
        5,
        ["JWT"],
        "application/",
        "ＪＷＴ",
      ]),
    }),
  "a kid that is no text": (base, random) => withHeader(base, { ...base.header, kid: random.pick(notText) }),
  "a kid of no key": async (base, random) => ({
    keys: { alg: base.key.alg, kid: "good", verify: (data, signature) => base.key.verifying.verify(data, signature) },
    token: await withKid(base, random),
  }),
  "the attacker's key in the header": async (base, random) => {
    const { attacker } = base;
    const member = random.pick<object>([
      { jwk: attacker.publicJwk },
      { jwk: { ...attacker.publicJwk, kid: "1" }, kid: "1" },
      { jku: "https://attacker.example/jwks" },
      { x5u: "https://attacker.example/x5u" },
      { x5c: [base64url(json(attacker.publicJwk))] },
    ]);
    return signed(attacker, json({ ...base.header, ...member }), json({ ...base.claims, admin: true }));
  },

  // claims, signed by the right key
  expired: (base, random) =>
    withClaims(base, {
      ...base.claims,
      exp: random.pick([0, 1, -1, now - 5, now - 6, now - 1000, now - 5.001, -1e300, 1e-300]),
    }),
  "not yet valid": (base, random) =>
    withClaims(base, { ...base.claims, nbf: random.pick([now + 6, now + 1000, 1e300, now * 1000, now + 5.001]) }),
  "a date that is none": (base, random) =>
    withClaims(base, { ...base.claims, [random.pick(["exp", "nbf", "iat"])]: random.pick<unknown>(notDates) }),
  "a date beyond numbers": (base, random) =>
    withClaims(
      base,
      json({ ...base.claims, [random.pick(["exp", "nbf", "iat"])]: "@" }).replace(
        '"@"',
        random.pick(["1e400", "-1e400", "1e99999"]),
      ),
    ),
  "a claim missing": (base, random) =>
    withClaims(base, without(base.claims, random.pick(["exp", "iat", "iss", "aud"]))),
  "claims on the prototype only": (base) => withClaims(base, `{"__proto__":${json(base.claims)}}`),
  "another iss": (base, random) =>
    withClaims(base, {
      ...base.claims,
      iss: random.pick<unknown>([
        "https://issuer.exampl",
        "https://issuer.example/",
        "https://issuer.example.evil",
        " https://issuer.example",
        "https://issuer.example\n",
        "HTTPS://ISSUER.EXAMPLE",
        "xhttps://issuer.example",
        "",
        "https://issuer.examplе",
        ["https://issuer.example"],
        [["https://issuer.example"]],
        { toString: "https://issuer.example" },
        null,
        5,
        true,
      ]),
    }),
  "another aud": (base, random) =>
    withClaims(base, {
      ...base.claims,
      aud: random.pick<unknown>([
        "ap",
        "apis",
        "API",
        "api ",
        "",
        "web,api",
        [],
        ["web"],
        ["ap"],
        [["api"]],
        ["api", 5],
        [null],
        { 0: "api", length: 1 },
        null,
        5,
        true,
      ]),
    }),
  "sub or jti that is no text": (base, random) =>
    withClaims(base, { ...base.claims, [random.pick(["sub", "jti"])]: random.pick(notText) }),
  "claims changed, the signature as it was": (base, random) => {
    const [header, , signature] = partsOf(base.token);
    return `${header}.${part({ ...base.claims, ...random.pick<object>([{ admin: true }, { sub: "admin" }, { exp: now + 1e6 }, { role: "admin" }, { jti: "1" }]) })}.${signature}`;
  },

  // signature
  "bits of the signature flipped": (base, random) => {
    const signature = signatureOf(base);
    for (let n = random.int(3) + 1; n > 0; n--) signature[random.int(signature.length)]! ^= 1 << random.int(8);
    return signature.equals(signatureOf(base)) ? `${base.token}A` : withSignature(base, signature);
  },
  "the signature cut or filled up": (base, random) => {
    const signature = signatureOf(base);
    return withSignature(
      base,
      random.pick([
        signature.subarray(0, random.int(signature.length)),
        signature.subarray(1 + random.int(signature.length - 1)),
        Buffer.concat([signature, Buffer.alloc(1 + random.int(9))]),
        Buffer.concat([Buffer.alloc(1 + random.int(9)), signature]),
        Buffer.concat([signature, signature]),
      ]),
    );
  },
  "the signature of nothing": (base, random) => {
    const { length } = signatureOf(base);
    return withSignature(
      base,
      random.pick([
        Buffer.alloc(length),
        Buffer.alloc(length, 0xff),
        Buffer.alloc(length, 1),
        Buffer.concat([Buffer.alloc(length - 1), Buffer.from([1])]),
        Buffer.alloc(1),
      ]),
    );
  },
  "the signature of another token": async (base, random) =>
    `${partsOf(base.token).slice(0, 2).join(".")}.${partsOf(await withClaims(base, { ...base.claims, n: random.int(1e9) }))[2]}`,
  "signed by the attacker": async (base) => signed(base.attacker, json(base.header), json(base.claims)),
  // Ed25519 and EdDSA are one signature under two names, and here one key.
  "signed by a key of another algorithm": async (base, random) =>
    signed(
      random.pick(base.others.filter(({ alg }) => !(alg.startsWith("Ed") && base.key.alg.startsWith("Ed")))),
      json(base.header),
      json({ ...base.claims, admin: true }),
    ),
  "the signature in another form": (base, random) => {
    const signature = signatureOf(base);
    return withSignature(base, otherForm(base.key, partsOf(base.token).slice(0, 2).join("."), signature, random));
  },
  "the two halves of the signature exchanged": (base) => {
    const signature = signatureOf(base);
    const half = signature.length / 2;
    return withSignature(base, Buffer.concat([signature.subarray(half), signature.subarray(0, half)]));
  },

  // key
  "HMAC'ed with the public key": (base, random) => {
    const victim = random.pick([base.key, ...base.others].filter(({ jwk }) => jwk.kty !== "oct"));
    const [alg, hash] = random.pick<readonly [string, string]>([
      ["HS256", "sha256"],
      ["HS384", "sha384"],
      ["HS512", "sha512"],
      [victim.alg, "sha256"],
    ]);
    return {
      held: victim,
      token: mac(
        { ...base.header, alg },
        { ...base.claims, admin: true },
        random.pick(asSecrets(victim.publicJwk)),
        hash,
      ),
    };
  },
  "another key of the same algorithm": ({ attacker }) => ({ held: attacker }),
  "a key of another algorithm": ({ others }, random) => ({ held: random.pick(others) }),
  "keys of all the other algorithms": ({ others }) => ({ keys: others.map(({ verifying }) => verifying) }),
  "a source that gives the wrong keys": ({ key, others, attacker }, random) => {
    const found = random.pick<unknown>([
      [],
      [random.pick(others).verifying],
      [attacker.verifying],
      others.map(({ verifying }) => verifying),
      undefined,
      null,
      {},
      key.verifying,
      [undefined],
      [null],
      [{ alg: key.alg }],
      [{ alg: "none", verify: () => true }],
    ]);
    const select = (): never => found as never;
    return { keys: { algorithms: [key.alg], select, selectSync: select } };
  },
  "a key that answers what is not true": ({ key }, random) => {
    const answer = random.pick<unknown>([false, 1, "true", {}, [], undefined, null, [true], Object(true)]);
    return { keys: { alg: key.alg, verify: () => answer as boolean, verifySync: () => answer as boolean } };
  },
  "no key": (_base, random) => ({
    keys: random.pick<unknown>([
      undefined,
      null,
      [],
      {},
      "secret",
      5,
      [undefined],
      { alg: "none", verify: () => true },
      { alg: "", verify: () => true },
      { verify: () => true },
    ]) as VerificationKeys,
  }),
  "a key bound to another issuer": ({ key }) => ({
    keys: {
      alg: key.alg,
      issuer: "https://other.example",
      verify: (data, signature) => key.verifying.verify(data, signature),
      ...(key.verifying.verifySync && { verifySync: (data, signature) => key.verifying.verifySync!(data, signature) }),
    },
  }),

  // what is expected
  "a policy that it does not meet": (_base, random) => ({
    expected: {
      ...policy,
      ...random.pick<Partial<Expected>>([
        { issuer: "https://other.example" },
        { audience: "other" },
        { subject: "nobody" },
        { required: ["nonce"] },
        { match: { role: "admin" } },
        { typ: "at+jwt" },
        { now: () => new Date((now + 1e5) * 1000) },
        { now: () => new Date(0), maxTokenAge: 5 },
        { maxTokenAge: 1e-9, clockTolerance: 0, now: () => new Date((now + 9) * 1000) },
      ]),
    },
  }),
  "a policy that says nothing": (_base, random) => ({
    expected: {
      ...policy,
      [random.pick([
        "issuer",
        "audience",
        "subject",
        "typ",
        "required",
        "match",
        "schema",
        "denylist",
        "replay",
        "maxTokenAge",
      ])]: random.pick<unknown>([undefined, null, "", [], NaN, 0, {}, false]),
    },
  }),
};

const names = Object.keys(mutations);
export const mutationNames: readonly string[] = names;

function withKid(base: Base, random: Random): Promise<string> {
  return withHeader(base, {
    ...base.header,
    kid: random.pick(["evil", "Good", "good ", "", "../good", "good\0", "go\u200bod", "__proto__"]),
  });
}
