// Random calls, made for jsonwebtoken and for mintmark/jsonwebtoken alike, and what came of each.
import { createSecretKey, generateKeyPairSync, sign as signBytes, type KeyObject } from "node:crypto";
import fc from "fast-check";

export type Function = "sign" | "verify" | "decode";
export interface Call {
  readonly name: Function;
  readonly style: "sync" | "callback" | "finder";
  readonly given: readonly [unknown, unknown, unknown];
}
export interface Outcome {
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly json: string };
}

const pem = (key: KeyObject): string =>
  String(key.export({ format: "pem", type: key.type === "private" ? "pkcs8" : "spki" }));
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const otherRsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const small = generateKeyPairSync("rsa", { modulusLength: 1024 });
const exponent3 = generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 });
const pss = generateKeyPairSync(
  "rsa-pss" as "rsa",
  {
    modulusLength: 2048,
    hashAlgorithm: "sha256",
    mgf1HashAlgorithm: "sha256",
    saltLength: 32,
  } as { modulusLength: number },
); // the types have no overload for it
const [p256, p384, p521, k256] = ["P-256", "P-384", "P-521", "secp256k1"].map((namedCurve) =>
  generateKeyPairSync("ec", { namedCurve }),
);
const ed25519 = generateKeyPairSync("ed25519");
const pairs = [rsa, otherRsa, small, exponent3, pss, p256!, p384!, p521!, k256!, ed25519];

export const passphrase = "kept elsewhere";
const encrypted = String(rsa.privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase }));
const pkcs1 = String(rsa.privateKey.export({ format: "pem", type: "pkcs1" }));
const publicPkcs1 = String(rsa.publicKey.export({ format: "pem", type: "pkcs1" }));
const sec1 = String(p256!.privateKey.export({ format: "pem", type: "sec1" }));

const bytes = Buffer.from("0123456789abcdef0123456789abcdef");
const secrets = [
  "secret",
  "0123456789abcdef0123456789abcdef",
  "ключ ключ ключ",
  bytes,
  new Uint8Array(bytes),
  createSecretKey(bytes),
];
const noKeys = [undefined, null, "", 0, 5, true, {}, { key: "secret" }, [], Buffer.alloc(0), Symbol.iterator];
const files = [
  encrypted,
  pkcs1,
  publicPkcs1,
  sec1,
  Buffer.from(pkcs1),
  ` ${pkcs1}`,
  pkcs1.slice(0, 200),
  rsa.publicKey.export({ format: "der", type: "spki" }),
];
const described = [
  { key: encrypted, passphrase },
  { key: encrypted, passphrase: "another" },
  { key: Buffer.from(encrypted), passphrase },
  { key: rsa.publicKey.export({ format: "jwk" }), format: "jwk" },
  { key: p256!.privateKey.export({ format: "jwk" }), format: "jwk" },
  { key: pkcs1 },
];
const signers = [
  ...pairs.map((pair) => pem(pair.privateKey)),
  ...pairs.map((pair) => pair.privateKey),
  ...files,
  ...described,
];
const verifiers = [...pairs.map((pair) => pem(pair.publicKey)), ...pairs.map((pair) => pair.publicKey)];

const mostly = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: rare });
const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const now = 1_700_000_000;
export const frozen = now * 1000 + 250;
const odd: fc.Arbitrary<unknown> = one<unknown>(
  undefined,
  null,
  "",
  0,
  5,
  NaN,
  Infinity,
  true,
  false,
  "5",
  [],
  {},
  () => 1,
);
const names = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
];
const algorithm = mostly<unknown>(one(...names), one<unknown>("none", "HS1", "hs256", "", null, undefined, 5));
const text = mostly<unknown>(one("a", "b", "urn:c"), odd);
const span = mostly<unknown>(
  one<unknown>(60, "1h", "2 days", "-1h", "1y", "1.5h", "0", "3600", 0, -5, "90 s", "1w"),
  one<unknown>(1.5, NaN, Infinity, "soon", "", null, undefined, "5 parsecs", "1h 1m", "x".repeat(101)),
);
const time = mostly<unknown>(
  one<unknown>(now, now - 1, now + 1, now + 60, now - 60, 0, 1.5, now * 1000),
  one<unknown>("soon", NaN, null, undefined, Infinity, new Number(5)),
);

class Custom {
  readonly sub = "a";
}
const claims = fc.record(
  {
    iss: text,
    sub: text,
    aud: fc.oneof(text, one<unknown>(["a", "b"], [], [undefined])),
    jti: text,
    nonce: text,
    exp: time,
    nbf: time,
    iat: time,
    role: one<unknown>("admin", undefined, null, 5, { nested: [1, "ü"] }, "\ud800"),
  },
  { requiredKeys: [] },
);
const payload = mostly<unknown>(
  claims,
  one<unknown>(
    "text",
    "",
    "5",
    '{"a":1}',
    '"quoted"',
    "null",
    5,
    0,
    NaN,
    true,
    null,
    undefined,
    [],
    [1],
    Buffer.from("ü"),
    Buffer.from([255, 0]),
    new Uint8Array(3),
    new Date(0),
    new Map(),
    new Custom(),
    Object.create(null),
    () => 1,
    Symbol.iterator,
  ),
);
const header = one<unknown>(
  {},
  { typ: "at+jwt" },
  { kid: "k" },
  { cty: "x" },
  { alg: "HS384" },
  { alg: "none" },
  { alg: "ES256" },
  { alg: "X" },
  { crit: ["x"], x: 1 },
  { typ: undefined },
  null,
  5,
  "x",
  [],
);
const signOptions = mostly<unknown>(
  fc
    .record(
      {
        algorithm,
        expiresIn: span,
        notBefore: span,
        audience: fc.oneof(text, one<unknown>(["a"], [])),
        issuer: text,
        subject: text,
        jwtid: text,
        keyid: text,
        noTimestamp: mostly<unknown>(one(true, false), odd),
        header,
        encoding: mostly<unknown>(
          one("utf8", "latin1", "hex", "base64", "binary"),
          one<unknown>("nonsense", 5, "", null, undefined),
        ),
        mutatePayload: mostly<unknown>(one(true, false), odd),
        allowInsecureKeySizes: mostly<unknown>(one(true, false), odd),
        allowInvalidAsymmetricKeyTypes: mostly<unknown>(one(true, false), odd),
        surprise: odd,
      },
      { requiredKeys: [] },
    )
    .map(thin),
  one<unknown>(undefined, null, 5, "options", [], new Custom()),
);
const verifyOptions = mostly<unknown>(
  fc
    .record(
      {
        algorithms: fc.oneof(
          one<unknown>(names, ["HS256"], ["RS256"], ["HS256", "ES256"], "HS256", "HS256,RS256", [], ["none"]),
          odd,
        ),
        audience: fc.oneof(text, one<unknown>(["a", "b"], /^a/, [/b/, "c"], /./, [undefined])),
        issuer: fc.oneof(text, one<unknown>(["a", "b"], [], /a/, [undefined])),
        subject: text,
        jwtid: text,
        nonce: text,
        clockTimestamp: fc.oneof(time, odd),
        clockTolerance: mostly<unknown>(one<unknown>(0, 5, 60, -5, undefined), odd),
        maxAge: fc.oneof(span, odd),
        complete: one<unknown>(true, false, undefined, 1),
        ignoreExpiration: one<unknown>(true, false, undefined, 1),
        ignoreNotBefore: one<unknown>(true, false, undefined, 1),
        allowInvalidAsymmetricKeyTypes: mostly<unknown>(one(true, false), odd),
        secret: one("handed through"),
      },
      { requiredKeys: [] },
    )
    .map(thin),
  one<unknown>(undefined, null, 5, "options", []),
);

/** Leaves out two of three options: with all of them, every call fails at the first. */
function thin<T extends object>(options: T): Partial<T> {
  const entries = Object.entries(options);
  const start = JSON.stringify(entries.map(([name]) => name)).length;
  return Object.fromEntries(entries.filter((_, at) => (at * 7 + start) % 3 === 0)) as Partial<T>;
}

/** Writes a token without either library. */
function write(head: string, body: string, key: unknown, alg: string, twist: string): string {
  const input = `${Buffer.from(head).toString("base64url")}.${Buffer.from(body).toString("base64url")}`;
  const signature = signWith(input, key, alg);
  if (twist === "none") return `${input}.`;
  if (twist === "bit") return `${input}.${signature.slice(0, -2)}${signature.endsWith("AA") ? "BB" : "AA"}`;
  if (twist === "spare bits")
    return `${input}.${signature.slice(0, -1)}${String.fromCharCode(signature.charCodeAt(signature.length - 1) + 1)}`;
  if (twist === "longer") return `${input}.${signature}x`;
  if (twist === "four") return `${input}.${signature}.x`;
  if (twist === "two") return input;
  if (twist === "space") return ` ${input}.${signature}`;
  return `${input}.${signature}`;
}

function signWith(input: string, key: unknown, alg: string): string {
  const data = Buffer.from(input);
  if (typeof key === "string") return hmac(input, key, alg);
  const hash = `sha${alg.slice(-3)}`;
  const options = { key: key as KeyObject, dsaEncoding: "ieee-p1363" as const };
  const padding = alg.startsWith("PS") ? { padding: 6, saltLength: Number(alg.slice(-3)) / 8 } : {};
  return signBytes(hash, data, { ...options, ...padding }).toString("base64url");
}

function hmac(input: string, key: string, alg: string): string {
  const { createHmac } = process.getBuiltinModule("node:crypto");
  return createHmac(`sha${alg.slice(-3)}`, key)
    .update(input)
    .digest("base64url");
}

const heads = fc.oneof(
  {
    weight: 20,
    arbitrary: one<object>(
      { typ: "JWT" },
      { typ: "JWT" },
      {},
      { typ: "JWT", kid: "k" },
      { typ: "at+jwt" },
      { typ: "reset+jwt" },
    ),
  },
  {
    weight: 1,
    arbitrary: one<object>(
      { typ: "JWT", kid: 5 },
      { typ: "JWT", crit: ["x"], x: 1 },
      { typ: "JWT", kid: "ü" },
      { typ: 5 },
      { alg: undefined },
      { typ: "JWT", b64: false },
    ),
  },
);
const bodies = fc.oneof(
  { weight: 8, arbitrary: claims.map((body) => JSON.stringify(body)) },
  { weight: 1, arbitrary: one("null", "5", '"text"', "no JSON", "[]", '{"exp":1e999}', '{"a":1,"a":2}', "{", "ü") },
);
const used = one<readonly [unknown, string, unknown]>(
  ["secret", "HS256", "secret"],
  ["secret", "HS384", "secret"],
  [bytes.toString(), "HS256", bytes],
  [rsa.privateKey, "RS256", pem(rsa.publicKey)],
  [rsa.privateKey, "RS256", rsa.publicKey],
  [rsa.privateKey, "PS256", pem(rsa.privateKey)],
  [rsa.privateKey, "RS384", publicPkcs1],
  [pss.privateKey, "PS256", pss.publicKey],
  [p256!.privateKey, "ES256", p256!.publicKey],
  [p384!.privateKey, "ES384", pem(p384!.publicKey)],
  [small.privateKey, "RS256", small.publicKey],
);
const twist = mostly(one("as it is"), one("none", "bit", "spare bits", "longer", "four", "two", "space"));
const signed = fc.tuple(heads, bodies, used, twist).map(([head, body, [key, alg, verifier], how]) => ({
  token: write(JSON.stringify({ alg, ...head }), body, key, alg, how),
  verifier,
}));
const noTokens = one<unknown>(
  undefined,
  null,
  "",
  5,
  {},
  "a.b",
  "a.b.c",
  "eyJhbGciOiJIUzI1NiJ9..x",
  Buffer.from("x"),
  "..",
  "eyJhbGciOiJub25lIn0.e30.",
);
const anyKey = fc.oneof(
  one<unknown>(...secrets),
  one<unknown>(...verifiers),
  one<unknown>(...signers),
  one<unknown>(...noKeys),
);

const signCalls = fc
  .tuple(payload, mostly<unknown>(fc.oneof(one<unknown>(...secrets), one<unknown>(...signers)), anyKey), signOptions)
  .chain(([body, key, options]) =>
    one<Call["style"]>("sync", "callback").map((style): Call => ({ name: "sign", style, given: [body, key, options] })),
  );
const verifyCalls = fc
  .tuple(
    signed,
    mostly<unknown>(one<unknown>(undefined), anyKey),
    verifyOptions,
    one<Call["style"]>("sync", "callback", "finder"),
    mostly(one(true), one(false)),
    noTokens,
  )
  .map(
    ([{ token, verifier }, other, options, style, isToken, noToken]): Call => ({
      name: "verify",
      style,
      given: [isToken ? token : noToken, other ?? verifier, options],
    }),
  );
const decodeCalls = fc
  .tuple(
    mostly<unknown>(
      signed.map(({ token }) => token),
      noTokens,
    ),
    one<unknown>(undefined, null, {}, { complete: true }, { json: true }, { complete: true, json: true }),
  )
  .map(([token, options]): Call => ({ name: "decode", style: "sync", given: [token, options, undefined] }));

export const calls: fc.Arbitrary<Call> = fc.oneof(
  { weight: 4, arbitrary: signCalls },
  { weight: 5, arbitrary: verifyCalls },
  { weight: 1, arbitrary: decodeCalls },
);

type Library = Readonly<Record<Function, (...given: unknown[]) => unknown>>;

/** Makes a call. A payload that may be changed is a copy, and part of what came. */
export async function make(library: Library, { name, style, given }: Call): Promise<Outcome> {
  const [first, key, options] = given;
  const own = isClaims(first)
    ? (Object.assign(Object.create(Object.getPrototypeOf(first) as null), first) as object)
    : first;
  try {
    if (name === "decode") return { value: library.decode(own, key) };
    if (style === "sync") return { value: [library[name](own, key, options), isClaims(first) ? own : undefined] };
    const value = await new Promise((resolve, reject) => {
      const found =
        style === "finder"
          ? (_: unknown, back: (error: null, key: unknown) => void) => {
              back(null, key);
            }
          : key;
      // jsonwebtoken never calls back for an empty payload.
      setTimeout(() => {
        reject(new Error("never called back"));
      }, 50).unref();
      library[name](own, found, options, (error: Error | null, result: unknown) => {
        if (error) reject(error);
        else resolve(result);
      });
    });
    return { value: [value, isClaims(first) ? own : undefined] };
  } catch (error) {
    const { name: kind, message } = error as Error;
    return { error: { name: kind, message, json: JSON.stringify(error) } };
  }
}

function isClaims(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value) as object)
  );
}
