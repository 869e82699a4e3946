// Hostile tokens made out of valid ones. Every mutant must be refused: either its signature is not over what it says,
// or it is signed by the right key and says what no verifier may accept.
import { createPublicKey } from "node:crypto";
import fc from "fast-check";
import type { Expected, Jwk, VerificationKeys } from "../../../src/index.ts";
import { base64url, macOver, part, signedBy } from "../threats/forge.ts";
import type { TestKey } from "../threats/keys.ts";
import { after, anyOf, bits, change, either, flipped, member, one, place, splice, twin } from "./arbitrary.ts";
import type { Edit, Kinds } from "./arbitrary.ts";
import { attackerOf, keys } from "./keys.ts";
import { halves, otherForms } from "./signature-forms.ts";

/** The time at which everything here happens. */
export const now = 1_800_000_000;
export const issuer = "https://issuer.example";
export const policy: Expected = {
  issuer,
  audience: "api",
  now: () => new Date(now * 1000),
  maxTokenLength: 200_000,
};

type Members = Readonly<Record<string, unknown>>;

/** A valid token, and what it is made of. */
export interface Base {
  readonly key: TestKey;
  readonly header: Members;
  readonly claims: Members;
  /** Signed when it is asked for. */
  readonly token: () => Promise<string>;
}

export interface Mutant {
  readonly token: unknown;
  readonly keys: VerificationKeys;
  /** The key behind `keys`, where they are one key and nothing else: every library can be given that. */
  readonly held: TestKey | undefined;
  readonly expected: Expected;
}

/** What a mutation changes; a string is the token. */
type Change = string | Partial<Mutant>;
export type Mutation = (base: Base) => Promise<Change> | Change;

/** A mutant, or a variant, before it is signed. */
export interface Case {
  readonly name: string;
  readonly base: Base;
  readonly make: () => Promise<Mutant>;
}

export const signed = (key: TestKey, header: unknown, claims: unknown): Promise<string> =>
  signedBy(key.signing, claims, header);
/** A token of `key` that the policy accepts. */
export const signedWith = (key: TestKey, more: object = {}): Promise<string> =>
  signed(key, { alg: key.alg, ...more }, { iss: issuer, aud: policy.audience, iat: now, exp: now + 100 });
const json = (value: unknown): string => JSON.stringify(value);

const headers = fc
  .tuple(one({}, { typ: "JWT" }), one({}, {}, { cty: "a", extra: ["x?>", { y: null }] }))
  .map(([typ, more]): Members => ({ ...typ, ...more }));
const claimSets = fc
  .record({
    aud: one<unknown>("api", ["web", "api"]),
    sub: fc.nat(999).map((n) => `user_${n}`),
    iat: fc.nat(99).map((n) => now - n),
    exp: fc.nat(999).map((n) => now + 10 + n),
    nbf: fc.option(
      fc.nat(99).map((n) => now - n),
      { freq: 2 },
    ),
    more: one({}, { role: "user", text: "ÿ?>~ \u202e", nested: { list: [1, 2.5, null] } }),
  })
  .map(({ nbf, more, ...claims }): Members => ({ iss: issuer, ...claims, ...(nbf !== null && { nbf }), ...more }));

const baseOf = (key: TestKey, header: Members, claims: Members): Base => {
  let token: Promise<string> | undefined;
  return { key, header, claims, token: () => (token ??= signed(key, header, claims)) };
};

/** One of the kinds, of a token of any key. Half of them HS256: the others take longer. */
export const casesOf = (kindsOf: (key: TestKey) => Kinds<Mutation>): fc.Arbitrary<Case> =>
  fc.oneof(
    ...keys.map((key, at) => ({ weight: at === 0 ? keys.length + 1 : 1, arbitrary: casesOfKey(key, kindsOf(key)) })),
  );

const casesOfKey = (key: TestKey, kinds: Kinds<Mutation>): fc.Arbitrary<Case> =>
  fc.tuple(headers, claimSets, anyOf(kinds)).map(([header, claims, [name, mutation]]) => {
    const base = baseOf(key, { alg: key.alg, ...header }, claims);
    return {
      name,
      base,
      make: async () => {
        const change = await mutation(base);
        const made: Partial<Mutant> = typeof change === "string" ? { token: change } : change;
        const held = made.held ?? ("keys" in made ? undefined : key);
        const token = "token" in made ? made.token : await base.token();
        return { keys: (held ?? key).verifying, expected: policy, ...made, token, held };
      },
      [fc.toStringMethod]: () => `${name}: ${json(base.header)}, ${json(claims)}`,
    };
  });

// ── changing ────────────────────────────────────────────────────────────────────────────────────

type Parts = readonly [header: string, payload: string, signature: string];
const partsOf = (token: string): Parts => token.split(".") as [string, string, string];

/** What becomes of the base, by a choice. */
const by = <C>(
  choices: fc.Arbitrary<C>,
  made: (base: Base, choice: C) => ReturnType<Mutation>,
): fc.Arbitrary<Mutation> => choices.map((choice) => (base) => made(base, choice));
const ofToken = (edits: fc.Arbitrary<Edit>): fc.Arbitrary<Mutation> =>
  by(edits, async ({ token }, edit) => edit(await token()));
const ofParts = <C>(
  choices: fc.Arbitrary<C>,
  made: (parts: Parts, choice: C, base: Base) => readonly unknown[],
): fc.Arbitrary<Mutation> =>
  by(choices, async (base, choice) => made(partsOf(await base.token()), choice, base).join("."));
const ofOnePart = (edits: fc.Arbitrary<Edit>): fc.Arbitrary<Mutation> =>
  ofParts(fc.tuple(fc.nat(2), edits), (parts, [at, edit]) => parts.map((text, n) => (n === at ? edit(text) : text)));
const ofSignature = <C>(
  choices: fc.Arbitrary<C>,
  made: (signature: Buffer, choice: C, input: string) => Uint8Array,
): fc.Arbitrary<Mutation> =>
  ofParts(choices, ([header, payload, signature], choice) => {
    const input = `${header}.${payload}`;
    return [input, base64url(made(Buffer.from(signature, "base64url"), choice, input))];
  });

// Signed by the right key: with other members, or as JSON that no object can say.
export const header = (more: fc.Arbitrary<object>): fc.Arbitrary<Mutation> =>
  by(more, (base, members) => signed(base.key, { ...base.header, ...members }, base.claims));
export const claims = (more: fc.Arbitrary<object>): fc.Arbitrary<Mutation> =>
  by(more, (base, members) => signed(base.key, base.header, { ...base.claims, ...members }));
export const headerJson = (edits: fc.Arbitrary<Edit>): fc.Arbitrary<Mutation> =>
  by(edits, (base, edit) => signed(base.key, edit(json(base.header)), base.claims));
export const claimsJson = (edits: fc.Arbitrary<Edit<unknown>>): fc.Arbitrary<Mutation> =>
  by(edits, (base, edit) => signed(base.key, base.header, edit(json(base.claims))));

/** The last member. */
export const spelt = (names: string | readonly string[], ...values: readonly string[]): fc.Arbitrary<Edit> =>
  change(fc.tuple(one(...[names].flat()), one(...values)), (text, [name, value]) =>
    json({ ...(JSON.parse(text) as object), [name]: "@" }).replace('"@"', value),
  );
const left = (...names: readonly string[]): fc.Arbitrary<Edit> =>
  change(one(...names), (text, name) => json({ ...(JSON.parse(text) as object), [name]: undefined }));
/** JSON in front of the other members. */
export const first = (...texts: readonly string[]): readonly Edit[] =>
  texts.map((text) => (members) => members.replace("{", () => `{${text}`));
/** A text in place of another, which `@` stands for. */
const around = (...texts: readonly string[]): readonly Edit[] =>
  texts.map((text) => (before) => text.replaceAll("@", () => before));

const spaces = [" ", "\n", "\t", "\r", "\0", "\u00a0", "=", "!", "\u200b"];
const marks = ["=", "==", " ", "\n", "\r\n", "\t", "\0", "+", "/", "!", "\u00a0", "\ufeff", "\u0141", "\ud800"];
const junk = [...marks, "\u{1f600}", "%3D", ";", ","];
const anyJunk = one(...junk, ".", "A");

/** Another spelling of a base64url text that lenient decoders take for the same. */
const otherSpelling = either<Edit>(
  change(fc.nat(2), (text, n) => text + "=".repeat(n + 1)),
  change(fc.tuple(place, one(...spaces)), (text, [at, space]) => splice(text, at, space)),
  one<Edit>((text) => (/[-_]/.test(text) ? text.replaceAll("-", "+").replaceAll("_", "/") : `${text}=`)),
  change(fc.nat(14), (text, n) => (text.length % 4 === 0 ? `${text}=` : twin(text, n))),
  change(fc.tuple(place, fc.nat(4)), (text, [at, n]) =>
    splice(text, at, String.fromCharCode(text.charCodeAt(Math.floor(at * text.length)) + 0x100 * (n + 1)), 1),
  ),
  change(one(...junk), (text, mark) => text + mark),
  one<Edit>((text) => `${encodeURIComponent(text)}%20`),
);

const nones = ["none", "None", "NONE", "nonE", ""];
const wrongAlgs = [
  ..."none None NONE nOnE HS1 hs256 HS257 RS1 ES256K A128KW dir RSA-OAEP ECDH-ES ML-DSA toString __proto__".split(" "),
  ...["", " ", "HS256 ", "\0"],
];
const notText = [null, 0, 1, true, false, [], ["HS256"], {}, { toString: "HS256" }] as const;
const notDates = ["1", "99999999999", null, true, false, [], [99999999999], {}, "never", { valueOf: 1 }] as const;
const dates = ["exp", "nbf", "iat"];
const nested = `"x":${"[".repeat(500)}${"]".repeat(500)},`;
const admin = { admin: true };
const other = "https://other.example";

/** Every serialisation of a public key that somebody may have used as a secret. */
const asSecrets = (jwk: Jwk): readonly (string | Uint8Array)[] => {
  const material = jwk.n ?? jwk.x ?? jwk.pub ?? "";
  const texts = [json(jwk), material, Buffer.from(material, "base64url"), ""];
  if (!["RSA", "EC", "OKP"].includes(jwk.kty)) return texts;
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const pem = key.export({ type: "spki", format: "pem" }).toString();
  texts.push(pem, pem.trimEnd(), pem.replaceAll("\n", "\r\n"), key.export({ type: "spki", format: "der" }));
  return jwk.kty === "RSA" ? [...texts, key.export({ type: "pkcs1", format: "pem" })] : texts;
};

// ── the mutations ───────────────────────────────────────────────────────────────────────────────

const kindsOf = (key: TestKey): Kinds<Mutation> => {
  const { alg, verifying } = key;
  const attacker = attackerOf(key);
  const others = keys.filter((one) => one.alg !== alg);
  const otherAlgs = others.map((one) => one.alg);
  // Ed25519 and EdDSA are one signature under two names, and here one key.
  const strangers = others.filter((one) => !(one.alg.startsWith("Ed") && alg.startsWith("Ed")));
  const victims = keys.filter(({ jwk }) => jwk.kty !== "oct");
  const bound = { alg, verify: verifying.verify.bind(verifying) };

  return {
    // structure
    "a part left out": ofParts(fc.subarray([0, 1, 2], { maxLength: 2 }), (parts, kept) => kept.map((at) => parts[at])),
    "a part emptied": ofOnePart(one(() => "")),
    "a part doubled": ofOnePart(one(...around("@.@"))),
    "parts in another order": ofParts(one("021", "102", "120", "201", "210"), (parts, order) =>
      Array.from(order, (at) => parts[Number(at)]),
    ),
    "something around it": ofToken(
      either(
        change(anyJunk, (token, text) => token + text),
        change(anyJunk, (token, text) => text + token),
        one<Edit>(...around("Bearer @", '"@"', "@.@", "@,@", "[@]"), (token) => encodeURIComponent(`${token} `)),
      ),
    ),
    "not a text": by(
      one<(token: string) => unknown>(
        ...[undefined, null, 0, [], Symbol("token"), true, 5n].map((value) => () => value),
        (token) => [token],
        (token) => ({ token }),
        (token) => Object(token),
        (token) => ({ toString: () => token }),
        (token) => new Uint8Array(Buffer.from(token)),
        (token) => () => token,
      ),
      async (base, made) => ({ token: made(await base.token()) }),
    ),
    "a JSON serialization": by(fc.tuple(fc.nat(2), fc.boolean()), async (base, [which, isText]) => {
      const [header, payload, signature] = partsOf(await base.token());
      const flat = { protected: header, payload, signature };
      const general = { payload, signatures: [{ protected: header, signature }] };
      const jws = [flat, general, { [`  ${header}.`]: "", ...flat }][which];
      return { token: isText ? json(jws) : jws };
    }),
    "a character changed": ofToken(
      change(fc.tuple(place, fc.nat(62)), (token, [at, n]) =>
        splice(token, at, after(token.charAt(Math.floor(at * token.length)), n + 1), 1),
      ),
    ),
    "a character removed": ofToken(change(place, (token, at) => splice(token, at, "", 1))),
    "junk put in": ofToken(change(fc.tuple(place, anyJunk), (token, [at, text]) => splice(token, at, text))),
    "a run of it gone or repeated": ofToken(
      change(fc.tuple(place, fc.nat(19), fc.boolean()), (token, [at, n, isGone]) => {
        const start = Math.floor(at * token.length);
        const end = start + n + 1;
        return isGone ? token.slice(0, start) + token.slice(end) : token.slice(0, end) + token.slice(start);
      }),
    ),
    "another case": ofToken(change(fc.boolean(), (token, up) => (up ? token.toUpperCase() : token.toLowerCase()))),
    "very long": ofToken(
      either(
        change(fc.nat(59_999), (token, n) => token + "A".repeat(4 * n + 4)),
        change(fc.nat(199_999), (token, n) => token + ".".repeat(n + 1)),
        one<Edit>(() => "A".repeat(250_000)),
      ),
    ),

    // encoding
    "a part spelt otherwise": ofOnePart(otherSpelling),
    "a part spelt otherwise, and signed like that": by(
      fc.tuple(fc.nat(1), otherSpelling),
      ({ header, claims }, [which, edit]) =>
        signedText(
          key,
          [header, claims].map((members, n) => (n === which ? edit(part(members)) : part(members))).join("."),
        ),
    ),
    "encoded twice": ofOnePart(one<Edit>((text) => base64url(text))),
    "not encoded": ofParts(one([true, false], [false, true], [true, true]), ([a, b, c], which, { header, claims }) => [
      which[0] ? json(header) : a,
      which[1] ? json(claims) : b,
      c,
    ]),

    // JSON, signed by the right key
    "a header that is no unique JSON object": headerJson(
      one<Edit>(
        ...first('"alg":"none",', '"x":{"y":1,"y":2},', '"\\u0061lg":"none",', '"x":NaN,', '"x":"\n",', nested),
        ...around("[@]", "null", "5", "", "{}", "@@", "\ufeff@", "@,", "@\0", "/**/@"),
        (text) => `${text.slice(0, -1)},"alg":${json(alg)}}`,
        (text) => json(text),
        (text) => text.replaceAll('"', "'"),
        (text) => text.slice(0, -1),
      ),
    ),
    "a payload that is no JSON object": claimsJson(
      one<Edit<unknown>>(
        ...first(",", '"x":NaN,', '"x":01,', '"x":"\t",', nested),
        ...around("[@]", "null", "true", "5", '"x"', "", " ", "@@", "\ufeff@", "@,", "@\0", "@//"),
        (text) => json(text),
        (text) => text.replaceAll('"', "'"),
        (text) => text.slice(0, -1),
        (text) => text.slice(1),
        (text) => Buffer.from(text, "utf16le"),
        // No UTF-8.
        ...["\x80", "\xc0", "\xed", "\xf5", "\xff"].map(
          (octet) => (text: string) =>
            Buffer.concat([Buffer.from(`{"x":"${octet}",`, "latin1"), Buffer.from(text.slice(1))]),
        ),
      ),
    ),

    // header members
    "another alg, signed by the right key": header(member("alg", ...wrongAlgs, ...notText, ...otherAlgs)),
    "alg in another case": header(
      member(
        "alg",
        ...[alg.toLowerCase(), alg.toUpperCase(), alg.charAt(0).toLowerCase() + alg.slice(1)].filter(
          (made) => made !== alg,
        ),
      ),
    ),
    "another alg, the signature as it was": ofParts(
      one(...wrongAlgs, ...otherAlgs),
      ([, ...rest], made, { header }) => [part({ ...header, alg: made }), ...rest],
    ),
    "alg none, without a signature or with any": by(
      fc.tuple(one(...nones), one("", ".", ".AA", `.${base64url("none")}`)),
      ({ header, claims }, [none, signature]) =>
        `${part({ ...header, alg: none })}.${part({ ...claims, ...admin })}${signature}`,
    ),
    "no alg": headerJson(left("alg")),
    crit: header(
      one<object>(
        { x: 1, crit: ["x"] },
        { x: 1, crit: ["exp"], exp: now + 1000 },
        { x: 1, crit: ["x", "http://x.example"], "http://x.example": true },
      ),
    ),
    "crit that is malformed": header(
      one<unknown>(["y"], [], ["x", "x"], "x", null, false, ["alg"], [1], { 0: "x" }).map((crit) => ({ x: 1, crit })),
    ),
    "crit with b64: true": header(one({ crit: ["b64"], b64: true })),
    b64: either(
      header(
        one<object>({ b64: false }, { b64: true }, { b64: false, crit: ["b64"] }, { b64: "false", crit: ["b64"] }),
      ),
      one<Mutation>(({ header, claims }) =>
        signedText(key, `${part({ ...header, b64: false, crit: ["b64"] })}.${json(claims).replaceAll(".", "")}`),
      ),
    ),
    "another typ": header(
      member("typ", "at+jwt", "dpop+jwt", "JWE", "", "JWT ", "JOSE+JSON", null, 5, ["JWT"], "application/", "ＪＷＴ"),
    ),
    "a kid that is no text": header(member("kid", ...notText)),
    "a kid of no key": by(
      header(member("kid", "evil", "Good", "good ", "", "../good", "good\0", "go\u200bod", "__proto__")),
      async (base, mutation) => ({ keys: { ...bound, kid: "good" }, token: await mutation(base) }),
    ),
    "the attacker's key in the header": by(
      one<object>(
        { jwk: attacker.publicJwk },
        { jwk: { ...attacker.publicJwk, kid: "1" }, kid: "1" },
        { jku: "https://attacker.example/jwks" },
        { x5u: "https://attacker.example/x5u" },
        { x5c: [base64url(json(attacker.publicJwk))] },
      ),
      ({ header, claims }, more) => signed(attacker, { ...header, ...more }, { ...claims, ...admin }),
    ),

    // claims, signed by the right key
    expired: claims(member("exp", 0, 1, -1, now - 5, now - 6, now - 1000, now - 5.001, -1e300, 1e-300)),
    "not yet valid": claims(member("nbf", now + 6, now + 1000, 1e300, now * 1000, now + 5.001)),
    "a date that is none": claims(member(dates, ...notDates)),
    "a date beyond numbers": claimsJson(spelt(dates, "1e400", "-1e400", "1e99999")),
    "a claim missing": claimsJson(left("exp", "iat", "iss", "aud")),
    "claims on the prototype only": claimsJson(one(...around('{"__proto__":@}'))),
    "another iss": claims(
      either(
        member("iss", ...around("@/", "@.evil", " @", "@\n", "x@", "").map((edit) => edit(issuer))),
        member("iss", issuer.slice(0, -1), issuer.toUpperCase(), issuer.replace(/e$/, "е"), null, 5, true),
        member("iss", [issuer], [[issuer]], { toString: issuer }),
      ),
    ),
    "another aud": claims(
      either(
        member("aud", "ap", "apis", "API", "api ", "", "web,api", { 0: "api", length: 1 }, null, 5, true),
        member("aud", [], ["web"], ["ap"], [["api"]], ["api", 5], [null]),
      ),
    ),
    "sub or jti that is no text": claims(member(["sub", "jti"], ...notText)),
    "claims changed, the signature as it was": ofParts(
      one<object>(admin, { sub: "admin" }, { exp: now + 1e6 }, { role: "admin" }, { jti: "1" }),
      ([header, , signature], more, { claims }) => [header, part({ ...claims, ...more }), signature],
    ),

    // signature
    "bits of the signature flipped": ofSignature(bits(3), (signature, places) => {
      const bent = flipped(signature, places);
      return bent.equals(signature) ? signature.subarray(1) : bent;
    }),
    "the signature cut or filled up": either(
      ofSignature(place, (signature, at) => signature.subarray(0, Math.floor(at * signature.length))),
      ofSignature(place, (signature, at) => signature.subarray(1 + Math.floor(at * (signature.length - 1)))),
      ofSignature(fc.nat(8), (signature, n) => Buffer.concat([signature, Buffer.alloc(n + 1)])),
      ofSignature(fc.nat(8), (signature, n) => Buffer.concat([Buffer.alloc(n + 1), signature])),
      ofSignature(one(2), (signature, times) => Buffer.concat(Array<Buffer>(times).fill(signature))),
    ),
    "the signature of nothing": either(
      ofSignature(one(0, 0xff, 1), ({ length }, octet) => Buffer.alloc(length, octet)),
      ofSignature(one(1), ({ length }, last) => Buffer.concat([Buffer.alloc(length - 1), Buffer.from([last])])),
      ofSignature(one(1), (_signature, length) => Buffer.alloc(length)),
    ),
    "the signature of another token": by(fc.nat(1e9), async ({ header, claims, token }, n) => {
      const another = partsOf(await signed(key, header, { ...claims, n }));
      return [...partsOf(await token()).slice(0, 2), another[2]].join(".");
    }),
    "signed by the attacker": one<Mutation>(({ header, claims }) => signed(attacker, header, claims)),
    "signed by a key of another algorithm": by(one(...strangers), ({ header, claims }, signer) =>
      signed(signer, header, { ...claims, ...admin }),
    ),
    "the signature in another form": ofSignature(otherForms(key), (signature, form, input) => form(signature, input)),
    "the two halves of the signature exchanged": ofSignature(one(halves), (signature, halved) =>
      Buffer.concat(halved(signature).reverse()),
    ),

    // key
    "HMAC'ed with the public key": either(
      ...victims.map((held) =>
        by(
          fc.tuple(
            one(["HS256", "sha256"], ["HS384", "sha384"], ["HS512", "sha512"], [held.alg, "sha256"]),
            one(...asSecrets(held.publicJwk)),
          ),
          ({ header, claims }, [[alg, hash], secret]) => {
            const input = `${part({ ...header, alg })}.${part({ ...claims, ...admin })}`;
            return { held, token: macOver(input, secret, hash) };
          },
        ),
      ),
    ),
    "another key of the same algorithm": one<Mutation>(() => ({ held: attacker })),
    "a key of another algorithm": by(one(...others), (_base, held) => ({ held })),
    "keys of all the other algorithms": one<Mutation>(() => ({ keys: others.map(({ verifying }) => verifying) })),
    "a source that gives the wrong keys": by(
      either(
        one<unknown>(
          [],
          [attacker.verifying],
          others.map(({ verifying }) => verifying),
          undefined,
          null,
          {},
          verifying,
        ),
        one<unknown>([undefined], [null], [{ alg }], [{ alg: "none", verify: () => true }]),
        one(...others).map(({ verifying }) => [verifying]),
      ),
      (_base, found) => ({
        keys: { algorithms: [alg], select: () => found as never, selectSync: () => found as never },
      }),
    ),
    "a key that answers what is not true": by(
      one<unknown>(false, 1, "true", {}, [], undefined, null, [true], Object(true)),
      (_base, answer) => ({ keys: { alg, verify: () => answer as boolean, verifySync: () => answer as boolean } }),
    ),
    "no key": by(
      either(
        one<unknown>(undefined, null, [], {}, "secret", 5, [undefined]),
        one({ alg: "none" }, { alg: "" }, {}).map((named) => ({ ...named, verify: () => true })),
      ),
      (_base, keys) => ({ keys: keys as VerificationKeys }),
    ),
    "a key bound to another issuer": one<Mutation>(() => ({
      keys: {
        ...{ ...bound, issuer: other },
        ...(verifying.verifySync && { verifySync: verifying.verifySync.bind(verifying) }),
      },
    })),

    // what is expected
    "a policy that it does not meet": by(
      one<Partial<Expected>>(
        { issuer: other },
        { audience: "other" },
        { subject: "nobody" },
        { required: ["nonce"] },
        { match: { role: "admin" } },
        { typ: "at+jwt" },
        { now: () => new Date((now + 1e5) * 1000) },
        { now: () => new Date(0), maxTokenAge: 5 },
        { maxTokenAge: 1e-9, clockTolerance: 0, now: () => new Date((now + 9) * 1000) },
      ),
      (_base, more) => ({ expected: { ...policy, ...more } }),
    ),
    "a policy that says nothing": by(
      member(
        ["issuer", "audience", "subject", "typ", "required", "match", "schema", "denylist", "replay", "maxTokenAge"],
        ...[undefined, null, "", [], NaN, 0, {}, false],
      ),
      (_base, more) => ({ expected: { ...policy, ...more } }),
    ),
  };
};

const signedText = async ({ signing }: TestKey, input: string): Promise<string> =>
  `${input}.${base64url(await signing.sign(Uint8Array.from(Buffer.from(input))))}`;

export const mutants: fc.Arbitrary<Case> = casesOf(kindsOf);
export const mutationNames: readonly string[] = Object.keys(kindsOf(keys[0]!));
