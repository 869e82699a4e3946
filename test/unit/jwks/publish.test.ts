// publicJwks and jwksResponse: what leaves, and how it is served.
import { beforeAll, describe, expect, it } from "vitest";
import {
  ES256,
  exportJwk,
  generateKeyPair,
  generateSecret,
  HS256,
  importSigningKey,
  importVerifyingKey,
  jwksResponse,
  localJwks,
  ML_DSA_44,
  PS256,
  publicJwks,
  publicKeyOf,
  RS256,
  sign,
  thumbprint,
  verify,
} from "../../../src/index.ts";
import type {
  AsymmetricAlgorithm,
  Jwk,
  JwksRequest,
  JwksResponseOptions,
  KeyPair,
  KeyPublisher,
  PublishedKeys,
  SigningKey,
  VerifyingKey,
} from "../../../src/index.ts";
import { material } from "../../../src/keys/material.ts";
import { asymmetricAlgorithms, privateJwkFor } from "../keys/good-keys.ts";
import { codeOf } from "../jwt/outcome.ts";

let pair: KeyPair;
let extractable: KeyPair;
beforeAll(async () => {
  pair = await generateKeyPair(ES256, { kid: "a" });
  extractable = await generateKeyPair(ES256, { kid: "b", extractable: true });
});

/** Every member that a private key or a secret has in a JWK. */
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
const publicMembers: Readonly<Record<string, readonly string[]>> = {
  RSA: ["n", "e"],
  EC: ["crv", "x", "y"],
  OKP: ["crv", "x"],
  AKP: ["pub"],
};

describe("publicJwks", () => {
  it.each(asymmetricAlgorithms.map((alg) => [alg.name, alg] as const))(
    "%s: public members, alg, use and kid, and nothing else",
    async (name, alg: AsymmetricAlgorithm) => {
      const key = await importSigningKey(privateJwkFor(alg), alg, { extractable: true, kid: "1" });
      for (const published of [key, await publicKeyOf(key)]) {
        const {
          keys: [jwk = { kty: "" }],
        } = await publicJwks([published]);
        expect(Object.keys(jwk).sort()).toEqual(["kty", ...(publicMembers[jwk.kty] ?? []), "alg", "use", "kid"].sort());
        expect(jwk).toMatchObject({ alg: name, use: "sig", kid: "1" });
        const source = await localJwks({ keys: [jwk] }, { algorithms: [alg] });
        await verify(await sign({}, key, { issuer: "i", audience: "a" }), source, { issuer: "i", audience: "a" });
      }
    },
  );

  it("private material cannot leave, extractable or not, whatever is tried", async () => {
    const jwk = await exportJwk(extractable.privateKey);
    const disguises: readonly unknown[] = [
      extractable.privateKey,
      pair.privateKey,
      { ...extractable.privateKey },
      { ...extractable.privateKey, sign: undefined },
      { ...extractable.privateKey, d: jwk.d, k: jwk.d },
      { ...jwk, ...extractable.privateKey },
      // A copy of the package that put the private key in the wrong place.
      {
        ...pair.publicKey,
        [material]: () => ({
          definition: { name: "ES256", kty: "EC" },
          publicJwk: { ...jwk, oth: [], k: jwk.d, priv: jwk.d, secret: jwk.d },
        }),
      },
    ];
    for (const disguise of disguises) {
      const text = JSON.stringify(await publicJwks([disguise as SigningKey]).catch((error: unknown) => String(error)));
      expect(text).not.toContain(jwk.d);
      for (const name of [...privateMembers, "secret"]) expect(text).not.toContain(`"${name}":`);
    }
  });

  it.each<readonly [string, () => Promise<unknown>]>([
    ["a shared secret", () => generateSecret(HS256)],
    ["an extractable shared secret", () => generateSecret(HS256, { extractable: true, kid: "s" })],
    ["a plug-in key", async () => ({ alg: "ES256", kid: "kms", sign: pair.privateKey.sign.bind(pair.privateKey) })],
    ["a private JWK", () => exportJwk(extractable.privateKey)],
    ["a public JWK", () => exportJwk(pair.publicKey)],
    ["a text", async () => "-----BEGIN PRIVATE KEY-----"],
    ["null", async () => null],
    ["undefined", async () => undefined],
  ])("%s is refused, alone and among others", async (_what, make) => {
    const key = (await make()) as SigningKey;
    expect(await codeOf(() => publicJwks([key]))).toBe("invalid_key");
    expect(await codeOf(() => publicJwks([pair.publicKey, key]))).toBe("invalid_key");
    expect(await codeOf(() => jwksResponse(new Request("https://a.example/"), [key]))).toBe("invalid_key");
  });

  it("a CryptoKey that cannot be exported is refused: publish its public half", async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
      "sign",
      "verify",
    ]);
    const key = await importSigningKey(privateKey, ES256, { kid: "hsm" });
    expect(await codeOf(() => publicJwks([key]))).toBe("invalid_key");
    const { keys } = await publicJwks([await importVerifyingKey(publicKey, ES256, { kid: "hsm" })]);
    expect(keys).toMatchObject([{ kid: "hsm" }]);
  });

  it("a key without kid is named by its thumbprint", async () => {
    const jwk = privateJwkFor(ES256);
    const { keys } = await publicJwks([await importSigningKey(jwk, ES256)]);
    expect(keys[0]?.kid).toBe(await thumbprint(jwk));
  });

  it("both halves of one key are one key; two keys of one name are refused", async () => {
    const { keys } = await publicJwks([pair.privateKey, pair.publicKey, extractable.publicKey]);
    expect(keys.map(({ kid }) => kid)).toEqual(["a", "b"]);
    const { publicKey } = await generateKeyPair(ES256, { kid: "a" });
    expect(await codeOf(() => publicJwks([pair.publicKey, publicKey]))).toBe("invalid_argument");
    const [rs, ps] = [
      await importSigningKey(privateJwkFor(RS256), RS256),
      await importSigningKey(privateJwkFor(PS256), PS256),
    ];
    expect(await codeOf(() => publicJwks([rs, ps]))).toBe("invalid_argument");
  });

  it.each([undefined, null, [], "keys", {}, { keys: [] }, new Set()])("%j is no list of keys", async (keys) => {
    expect(await codeOf(() => publicJwks(keys as unknown as PublishedKeys))).toBe("invalid_argument");
  });

  it("a hole in the list is refused", async () => {
    const withHole = new Array<unknown>(2);
    withHole[1] = pair.publicKey;
    expect(await codeOf(() => publicJwks(withHole as PublishedKeys))).toBe("invalid_key");
  });

  it("the key of an algorithm that states itself says it once", async () => {
    if (!asymmetricAlgorithms.includes(ML_DSA_44)) return;
    const { publicKey } = await generateKeyPair(ML_DSA_44);
    expect((await publicJwks([publicKey])).keys).toMatchObject([{ kty: "AKP", alg: "ML-DSA-44" }]);
  });
});

describe("jwksResponse", () => {
  const request = (method = "GET", headers: Readonly<Record<string, string>> = {}): Request =>
    new Request("https://issuer.example/.well-known/jwks.json", { method, headers });
  const respond = (asked = request(), options?: JwksResponseOptions): Promise<Response> =>
    jwksResponse(asked, [pair.privateKey], options);

  it("GET: the set, its type, a strong ETag, five minutes", async () => {
    const response = await respond();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "application/json",
      "cache-control": "public, max-age=300",
      etag: expect.stringMatching(/^"[\w-]{43}"$/) as string,
    });
    expect(await response.json()).toEqual({ keys: [await exportJwk(pair.publicKey)] });
  });

  it("HEAD: the same headers, no body", async () => {
    const [get, head] = [await respond(), await respond(request("HEAD"))];
    expect(head.status).toBe(200);
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    expect(await head.text()).toBe("");
  });

  it("the ETag is the same for the same keys, and another for others", async () => {
    const tagOf = async (keys: PublishedKeys): Promise<string | null> =>
      (await jwksResponse(request(), keys)).headers.get("etag");
    expect(await tagOf([pair.publicKey])).toBe(await tagOf([pair.privateKey]));
    expect(await tagOf([pair.publicKey])).not.toBe(await tagOf([extractable.publicKey]));
    expect(await tagOf([pair.publicKey, extractable.publicKey])).not.toBe(await tagOf([pair.publicKey]));
  });

  it.each([
    ["the tag", (tag: string) => tag, 304],
    ["the tag, weakened on the way", (tag: string) => `W/${tag}`, 304],
    ["a list with the tag", (tag: string) => `"a", W/"b" ,${tag}`, 304],
    ["*", () => "*", 304],
    ["another tag", () => '"another"', 200],
    ["the tag without its quotes", (tag: string) => tag.slice(1, -1), 200],
    ["the tag and more", (tag: string) => `${tag}x`, 200],
    ["nothing", () => "", 200],
  ] as const)("If-None-Match with %s", async (_what, write, status) => {
    const tag = (await respond()).headers.get("etag") ?? "";
    for (const method of ["GET", "HEAD"]) {
      const response = await respond(request(method, { "if-none-match": write(tag) }));
      expect(response.status).toBe(status);
      expect(response.headers.get("etag")).toBe(tag);
      expect(response.headers.get("cache-control")).toBe("public, max-age=300");
      expect(response.body === null).toBe(status === 304 || method === "HEAD");
    }
  });

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])("%s: 405, and what is allowed", async (method) => {
    const response = await respond(request(method));
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
    expect(await response.text()).toBe("");
  });

  it.each([
    [60, 60],
    ["1h", 3600],
    [0, 0],
    [1.9, 1],
    [undefined, 300],
  ] as const)("maxAge %s", async (maxAge, seconds) => {
    expect((await respond(request(), { maxAge })).headers.get("cache-control")).toBe(`public, max-age=${seconds}`);
  });

  it.each([NaN, -1, Infinity, "60", "", null, {}])("maxAge %s is a TypeError, whatever the method", async (maxAge) => {
    for (const method of ["GET", "POST"])
      expect(await codeOf(() => respond(request(method), { maxAge: maxAge as number }))).toBe("invalid_argument");
  });

  it("unknown options, and what is no Request, are TypeErrors", async () => {
    expect(await codeOf(() => respond(request(), { maxage: 5 } as JwksResponseOptions))).toBe("invalid_argument");
    for (const bad of [
      undefined,
      null,
      "GET",
      {},
      { method: "GET", headers: { "if-none-match": "*" } },
      { headers: new Headers() },
    ]) {
      expect(await codeOf(() => jwksResponse(bad as JwksRequest, [pair.publicKey]))).toBe("invalid_argument");
    }
  });

  describe("of keys that change", () => {
    const publisher = (keys: readonly VerifyingKey[], maxAge: number): KeyPublisher => ({
      published: () => Promise.resolve(keys),
      maxAge,
    });

    it("what is published now, for as long as the publisher says", async () => {
      let current: VerifyingKey[] = [pair.publicKey];
      const ring: KeyPublisher = { published: () => current, maxAge: 7200 };
      const kids = async (): Promise<unknown[]> =>
        ((await (await jwksResponse(request(), ring)).json()) as { keys: Jwk[] }).keys.map(({ kid }) => kid);
      expect(await kids()).toEqual(["a"]);
      current = [pair.publicKey, extractable.publicKey];
      expect(await kids()).toEqual(["a", "b"]);
      expect((await jwksResponse(request(), ring)).headers.get("cache-control")).toBe("public, max-age=7200");
      expect(await publicJwks(ring)).toMatchObject({ keys: [{ kid: "a" }, { kid: "b" }] });
    });

    it("the option shortens that, and never lengthens it", async () => {
      const header = async (maxAge: number): Promise<string | null> =>
        (await jwksResponse(request(), publisher([pair.publicKey], 100.7), { maxAge })).headers.get("cache-control");
      expect(await header(60)).toBe("public, max-age=60");
      expect(await header(600)).toBe("public, max-age=100");
    });

    it.each([NaN, -1, Infinity, undefined, "100"])("a bound of %s is a TypeError, not a header", async (maxAge) => {
      expect(await codeOf(() => jwksResponse(request(), publisher([pair.publicKey], maxAge as number)))).toBe(
        "invalid_argument",
      );
    });

    it("no keys, or a secret among them, is a TypeError", async () => {
      expect(await codeOf(() => jwksResponse(request(), publisher([], 100)))).toBe("invalid_argument");
      const secret = await generateSecret(HS256);
      expect(await codeOf(() => jwksResponse(request(), publisher([secret], 100)))).toBe("invalid_key");
    });
  });
});
