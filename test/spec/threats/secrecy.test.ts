// The rows of the threat table about what errors show. Each describe quotes the fault.
import { beforeAll, describe, expect, it } from "vitest";
import * as v from "valibot";
import { z } from "zod";
import {
  createSigner,
  createVerifier,
  createVerifierForIssuers,
  decode,
  ES256,
  exportJwk,
  exportPem,
  generateKeyPair,
  HS256,
  importSecret,
  importSecretSync,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  publicKeyOf,
  RS256,
  sign,
  signJws,
  signJwsJson,
  thumbprint,
  verify,
  verifyJws,
  verifyJwsJson,
} from "../../../src/index.ts";
import type { SecretKey } from "../../../src/index.ts";
import { claiming, expected, goodClaims, hs256, macOver, part } from "./forge.ts";
import { goodJwk, keyTexts, publicPart, secretText } from "./keys.ts";
import { everythingSaid, leakIn, runsOf } from "./leaks.ts";

let secret: SecretKey;
beforeAll(async () => {
  secret = await importSecret(secretText, HS256);
});

/** Hostile input is not typed. */
type Anything = (...args: never[]) => unknown;
const call = (fn: Anything, ...args: unknown[]): unknown => (fn as (...args: unknown[]) => unknown)(...args);

const thrownBy = async (attempt: () => unknown): Promise<unknown> => {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("Token printed in an error", () => {
  it("every refusal of a token", async () => {
    const good = claiming(goodClaims({ jti: "1" }));
    const [header, payload, signature] = good.split(".") as [string, string, string];
    const down = (): never => {
      throw new Error(`the store did not like ${good} and ${secretText}`);
    };
    const attempts: readonly (readonly [string, unknown, object])[] = [
      ["malformed", `${good}.`, {}],
      ["malformed", `${header}.${payload}`, {}],
      ["malformed", `${header}.${payload}.${signature}=`, {}],
      ["malformed", `=${good}`, {}],
      ["too large", good, { maxTokenLength: 10 }],
      ["no JSON", macOver(`${part("{not JSON")}.${payload}`), {}],
      ["no JSON", claiming(`{"a":${good}`), {}],
      ["not a string", [good], {}],
      ["not a string", { token: good }, {}],
      ["header", hs256({ alg: 5 }, good), {}],
      ["alg", hs256({ alg: "none" }, goodClaims()), {}],
      ["crit", hs256({ alg: "HS256", crit: ["x"], x: 1 }, {}), {}],
      ["signature", `${good.slice(0, -1)}${good.endsWith("A") ? "E" : "A"}`, {}],
      ["signature", `${header}.${payload}.AAAA`, {}],
      ["expired", claiming(goodClaims({ exp: 5 })), {}],
      ["issuer", good, { issuer: "x" }],
      ["audience", good, { audience: "x" }],
      ["subject", good, { subject: "x" }],
      ["typ", good, { typ: "at+jwt" }],
      ["required", good, { required: ["x"] }],
      ["match", good, { match: { x: 1 } }],
      ["schema", good, { schema: { "~standard": { version: 1, vendor: "test", validate: down } } }],
      ["replay", good, { replay: { add: down } }],
      ["denylist", good, { denylist: { has: down } }],
      ["source", good, {}],
    ];
    for (const [what, token, options] of attempts) {
      const runs = runsOf([String(token), good, secretText, JSON.stringify(token)]);
      const keys = what === "source" ? { algorithms: ["HS256"], select: down } : secret;
      for (const attempt of [
        () => call(verify, token, keys, { ...expected, ...options }),
        () => call(decode, token),
        () => call(verifyJws, token, keys),
        () => call(verifyJwsJson, token, keys),
      ]) {
        const error = await thrownBy(attempt);
        if (error !== undefined) expect(leakIn(error, runs), what).toBeUndefined();
      }
    }
    const plugIn = { alg: "HS256", verify: down, sign: down };
    for (const attempt of [
      () => verify(good, plugIn, expected),
      () => sign({}, plugIn),
      () => sign({}, { current: down }),
      () => signJws(new Uint8Array(1), plugIn),
    ]) {
      const error = await thrownBy(attempt);
      expect(error).toMatchObject({ code: "key_unavailable" });
      expect(leakIn(error, runsOf([good, secretText]))).toBeUndefined();
      expect((error as Error).cause).toBeUndefined();
    }
  });

  it("a key source's own error, whatever code it carries", async () => {
    for (const code of ["ECONNREFUSED", "expired", "revoked", "key_unavailable", "invalid_key"]) {
      const fail = (): never => {
        throw Object.assign(new Error(`GET https://user:${secretText}@keys.example`), { code });
      };
      const error = await thrownBy(() =>
        verify(claiming(goodClaims()), { algorithms: ["HS256"], select: fail }, expected),
      );
      expect(leakIn(error, runsOf([secretText])), code).toBeUndefined();
    }
  });

  it("every refusal of a key, in every form", async () => {
    const privates = ["rsa", "p256", "ed25519"].map(goodJwk);
    const pems = keyTexts
      .filter(({ name }) => /pkcs8|pkcs1$|sec1|private|openssh|encrypted/.test(name))
      .map(({ text }) => text);
    const short = secretText.slice(0, 20);
    const runs = runsOf([
      secretText,
      ...privates.flatMap((jwk) => [jwk.d, jwk.p, jwk.q, jwk.dp, jwk.dq, jwk.qi].map((member) => member ?? "")),
      ...pems.map((pem) => pem.replace(/-----[^-]*-----|[\w-]+: .*$/gm, "")),
    ]);
    const materials: readonly unknown[] = [
      short,
      `${secretText}\ud800`,
      { kty: "oct", k: secretText },
      { kty: "oct", k: part(short) },
      ...privates,
      ...privates.map((jwk) => ({ ...jwk, d: `${jwk.d!}=` })),
      ...privates.map((jwk) => JSON.stringify(jwk)),
      ...pems,
      ...pems.map((pem) => pem.replace("A", "!")),
      [secretText],
      { secret: secretText },
    ];
    for (const material of materials) {
      for (const importer of [
        importSecret,
        importSecretSync,
        importSigningKey,
        importSigningKeySync,
        importVerifyingKey,
        importVerifyingKeySync,
      ]) {
        for (const alg of [HS256, RS256, ES256]) {
          for (const options of importer === importSecret ? [{}, { encoding: "base64" }, { encoding: "hex" }] : [{}]) {
            const error = await thrownBy(() => call(importer, material, alg, options));
            if (error !== undefined) expect(leakIn(error, runs), (error as Error).message).toBeUndefined();
          }
        }
      }
    }
    for (const any of [secretText, { k: secretText }, ...privates]) {
      for (const fn of [exportJwk, exportPem, publicKeyOf, thumbprint, sign, signJws, createVerifier, createSigner]) {
        for (const attempt of [() => call(fn, any), () => call(fn, {}, any), () => call(fn, {}, any, expected)]) {
          const error = await thrownBy(attempt);
          if (error !== undefined) expect(leakIn(error, runs), (error as Error).message).toBeUndefined();
        }
      }
    }
  });

  it("arguments in the wrong order, or in each other's place", async () => {
    const token = claiming(goodClaims());
    const { privateKey } = await generateKeyPair(ES256, { extractable: true });
    const pem = await exportPem(privateKey);
    const runs = runsOf([secretText, token, pem.replace(/-----[^-]*-----/g, "")]);
    const attempts: readonly (readonly [string, () => unknown])[] = [
      ["importSecret(alg, secret)", () => call(importSecret, HS256, secretText)],
      ["importSecretSync(alg, secret)", () => call(importSecretSync, HS256, secretText)],
      ["importSigningKey(alg, pem)", () => call(importSigningKey, ES256, pem)],
      ["importSigningKeySync(alg, pem)", () => call(importSigningKeySync, ES256, pem)],
      ["importVerifyingKey(alg, pem)", () => call(importVerifyingKey, ES256, pem)],
      ["importSecret(secret, secret)", () => call(importSecret, secretText, secretText)],
      ["importSecret(secret, alg, secret)", () => call(importSecret, secretText, HS256, secretText)],
      ["importSecret, the secret as its encoding", () => call(importSecret, "text", HS256, { encoding: secretText })],
      ["importSigningKey(pem, alg, pem)", () => call(importSigningKey, pem, ES256, pem)],
      ["verify(key, token)", () => call(verify, secret, token, expected)],
      ["verify(token, expected, key)", () => call(verify, token, expected, secret)],
      ["verify(token, secret)", () => call(verify, token, secretText, expected)],
      ["verify(token, key, token)", () => call(verify, token, secret, token)],
      ["createVerifier(key, token)", () => call(createVerifier, secret, token)],
      ["createVerifier(key, secret)", () => call(createVerifier, secret, secretText)],
      ["createVerifierForIssuers(token)", () => call(createVerifierForIssuers, token)],
      ["createVerifierForIssuers([token])", () => call(createVerifierForIssuers, [token])],
      ["sign(key, claims)", () => call(sign, secret, {})],
      ["sign(claims, secret)", () => call(sign, {}, secretText)],
      ["sign(claims, key, secret)", () => call(sign, {}, secret, secretText)],
      ["sign(token, key)", () => call(sign, token, secret)],
      ["createSigner(secret)", () => call(createSigner, secretText)],
      ["signJws(text, key)", () => call(signJws, secretText, secret)],
      ["signJws(bytes, key, secret)", () => call(signJws, new Uint8Array(1), secret, secretText)],
      ["signJwsJson(bytes, secret)", () => call(signJwsJson, new Uint8Array(1), secretText)],
      ["verifyJws(token, key, token)", () => call(verifyJws, token, secret, token)],
      ["verifyJwsJson(token)", () => call(verifyJwsJson, token, secret)],
      ["thumbprint(key, secret)", () => call(thumbprint, goodJwk("p256"), secretText)],
      [
        "a key whose alg is its secret",
        () => call(sign, {}, { alg: ["none", secretText], sign: () => new Uint8Array(1) }),
      ],
    ];
    const leaks: string[] = [];
    for (const [what, attempt] of attempts) {
      const error = await thrownBy(attempt);
      expect(error, what).toMatchObject({ code: expect.any(String) as string });
      if (leakIn(error, runs) !== undefined) leaks.push(what);
    }
    expect(leaks).toEqual([]);
  });

  it("what a schema found is told without what the token says", async () => {
    const token = claiming(goodClaims({ email: "somebody@example.com", role: "guest" }));
    for (const schema of [
      z.object({ role: z.enum(["admin"]), email: z.string() }),
      v.object({ role: v.picklist(["admin"]), email: v.string() }),
    ]) {
      const error = await thrownBy(() => verify(token, secret, { ...expected, schema: schema as never }));
      expect(error).toMatchObject({ code: "schema_mismatch" });
      expect((error as { issues: readonly unknown[] }).issues).toHaveLength(1);
      expect.soft(everythingSaid(error)).not.toContain("somebody@example.com");
    }
  });

  it("claims are on an error whose signature was good, and are not printed with it", async () => {
    const error = await thrownBy(() =>
      verify(claiming(goodClaims({ email: "somebody@example.com", exp: 5 })), secret, expected),
    );
    expect(error).toMatchObject({ claims: { email: "somebody@example.com" } });
    expect(everythingSaid(error)).not.toContain("somebody@example.com");
    expect(JSON.stringify({ error })).not.toContain("somebody@example.com");
    expect(Object.keys({ ...(error as object) })).not.toContain("claims");
  });

  it("keys show nothing of their material when they are printed", async () => {
    const { privateKey, publicKey } = await generateKeyPair(ES256, { extractable: true });
    const jwk = await exportJwk(privateKey);
    const runs = runsOf([secretText, jwk.d!]);
    for (const key of [secret, privateKey, publicKey, { nested: [secret, privateKey] }])
      expect(leakIn(key, runs)).toBeUndefined();
    for (const key of [secret, privateKey]) {
      for (const name of Reflect.ownKeys(key))
        if (typeof name === "string")
          expect(leakIn({ value: (key as unknown as Record<string, unknown>)[name] }, runs)).toBeUndefined();
    }
  });
});

describe("Text from a token drives the terminal or the log", () => {
  const driving = [
    "\u001b[31mred\u001b[0m",
    "\u001b]0;title\u0007",
    "\u009b31m",
    "\u009d0;title\u009c",
    "\r\nINFO: all is well",
    "\n",
    "\u0000",
    "\u0008\u0008\u0008",
    "\u007f",
    "\u0085",
    "\u00ad",
    "\u061c",
    "\u200b\u200c\u200d",
    "\u200e\u200f",
    "\u202a\u202b\u202c\u202d\u202e",
    "\u2028",
    "\u2029",
    "\u2060",
    "\u2066\u2067\u2068\u2069",
    "\ufeff",
    "\ufff9\ufffa\ufffb",
    "\u{e0001}\u{e0041}\u{e007f}",
    "\u{1d173}",
    "\u180e",
    "\ud800",
    "\udfff",
    "\u{f0000}",
    "\ue000",
  ];
  const active =
    // eslint-disable-next-line no-control-regex -- that is what must not be there
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]|[\u{e0000}-\u{e007f}]|\u{1d173}/u;

  const calm = async (attempt: () => unknown, what: string): Promise<void> => {
    const error = await thrownBy(attempt);
    expect(error, what).toMatchObject({ code: expect.any(String) as string });
    const { message } = error as Error;
    expect(active.exec(message), `${what}: ${JSON.stringify(message)}`).toBeNull();
    expect(message.length, what).toBeLessThan(400);
  };

  it.each(driving.map((text) => [JSON.stringify(text), text] as const))(
    "%s in what the token says",
    async (_json, text) => {
      const long = text + "x".repeat(10_000) + text;
      const options = { ...expected, maxTokenLength: 1e6 };
      for (const value of [text, long]) {
        await calm(() => verify(hs256({ alg: value }, goodClaims()), secret, options), "alg");
        await calm(() => verifyJws(hs256({ alg: value }, goodClaims()), secret), "alg of a JWS");
        await calm(
          async () =>
            verify(
              hs256({ alg: "HS256", kid: value }, goodClaims()),
              await importSecret(secretText, HS256, { kid: "a" }),
              options,
            ),
          "kid",
        );
        await calm(() => verify(hs256({ alg: "HS256", typ: value }, goodClaims()), secret, options), "typ");
        await calm(() => verifyJws(hs256({ alg: "HS256", crit: [value], [value]: 1 }, goodClaims()), secret), "crit");
        await calm(
          () => verifyJws(hs256({ alg: "HS256", crit: [value] }, goodClaims()), secret),
          "crit without its member",
        );
        await calm(
          () =>
            verifyJwsJson(
              { payload: "", protected: part({ alg: "HS256" }), signature: "", header: { [value]: 1, alg: value } },
              secret,
            ),
          "an unprotected header",
        );
        await calm(() => verify(claiming(goodClaims({ iss: value })), secret, options), "iss");
        await calm(() => verify(claiming(goodClaims({ aud: value })), secret, options), "aud");
        await calm(
          () => verify(claiming(goodClaims({ aud: Array.from({ length: 50 }, () => value) })), secret, options),
          "many aud",
        );
        await calm(() => verify(claiming(goodClaims({ sub: value })), secret, { ...options, subject: "x" }), "sub");
        await calm(() => verify(claiming(goodClaims({ exp: value })), secret, options), "exp");
        await calm(
          () => verify(claiming(goodClaims({ nonce: value })), secret, { ...options, match: { nonce: "x" } }),
          "match",
        );
        await calm(
          () => createVerifierForIssuers([{ ...options, keys: secret }]).verify(claiming(goodClaims({ iss: value }))),
          "iss of several",
        );
        await calm(() => importVerifyingKey({ ...publicPart(goodJwk("p256")), crv: value }, ES256), "crv of a JWK");
        await calm(() => importVerifyingKey({ ...publicPart(goodJwk("p256")), alg: value }, ES256), "alg of a JWK");
        await calm(() => importVerifyingKey({ kty: value }, ES256), "kty of a JWK");
        await calm(() => thumbprint({ kty: value }), "kty of a JWK, for its thumbprint");
      }
    },
  );

  it("in a name that sign or verify is given, which often comes from a form", async () => {
    for (const name of [...driving, ...driving.map((text) => text + "x".repeat(10_000))]) {
      await calm(() => sign({ [name]: undefined }, secret), "a claim's name");
      await calm(() => sign({ nested: { [name]: undefined } }, secret), "a nested claim's name");
      await calm(() => sign({}, secret, { header: { [name]: undefined } }), "a header member's name");
      await calm(() => sign({}, secret, { [name]: 1 }), "an option's name");
      await calm(
        () => verify(claiming(goodClaims()), secret, { ...expected, match: { [name]: NaN } }),
        "a name in match",
      );
      await calm(
        () => verify(claiming(goodClaims()), secret, { ...expected, required: [name] }),
        "a required claim's name",
      );
      await calm(
        () => verify(claiming(goodClaims()), secret, { ...expected, match: { [name]: 1 } }),
        "the name of a claim to match",
      );
    }
  });
});
