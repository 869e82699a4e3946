// Proofs made by a client (RFC 9449 §4.2), and the nonces that it keeps (§8, §9).
import { createHash, webcrypto } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  createAuthenticator,
  decode,
  Ed25519,
  EdDSA,
  ES256,
  ES384,
  exportJwk,
  generateKeyPair,
  generateSecret,
  HS256,
  importSigningKey,
  importVerifyingKey,
  PS256,
  RS256,
  thumbprint,
  verifyJws,
} from "../../../src/index.ts";
import type { AsymmetricAlgorithm, Jwk, SigningKey } from "../../../src/index.ts";
import { createDpopProver, createDpopVerifier, type DpopKeyPair } from "../../../src/oauth/index.ts";
import { errorOf } from "../jwt/outcome.ts";
import { answerOf, at, boundTo, options, second, url, verifier } from "./proofs.ts";

const { subtle } = webcrypto;
const pair = await generateKeyPair(ES256);
const get = { method: "GET", url };
const claimsOf = (proof: string): Record<string, unknown> => decode(proof).claims;

describe("a proof", () => {
  it("has the members of RFC 9449 §4.2, and no others", async () => {
    const proof = await createDpopProver(pair, { now: at(second) }).proof(get);
    const { header, claims } = decode(proof);
    const { kty, crv, x, y } = await exportJwk(pair.publicKey);
    expect(header).toEqual({ alg: "ES256", typ: "dpop+jwt", jwk: { kty, crv, x, y } });
    expect(claims).toEqual({ jti: expect.any(String) as string, htm: "GET", htu: url, iat: second });
    await verifyJws(proof, await importVerifyingKey(header.jwk as Jwk, ES256));
  });

  it("names the token by its digest, and itself by a random jti", async () => {
    const prover = createDpopProver(pair);
    const proofs = await Promise.all(Array.from({ length: 50 }, () => prover.proof({ ...get, accessToken: "a.b.c" })));
    const all = proofs.map(claimsOf);
    expect(new Set(all.map(({ jti }) => jti)).size).toBe(50);
    expect(all[0]!.ath).toBe(createHash("sha256").update("a.b.c").digest("base64url"));
    expect(all[0]!.iat).toBeCloseTo(Date.now() / 1000, -1);
  });

  it.each([
    ["https://API.example:443/orders?page=2#top", "https://api.example/orders"],
    ["https://api.example", "https://api.example/"],
    ["https://api.example/a/../b", "https://api.example/b"],
    [new URL("https://api.example/orders?x"), "https://api.example/orders"],
  ])("for %s says %s", async (to, htu) => {
    expect(claimsOf(await createDpopProver(pair).proof({ method: "GET", url: to })).htu).toBe(htu);
  });

  it.each([
    ["get", "GET"],
    ["Delete", "DELETE"],
    ["PATCH", "PATCH"],
    ["patch", "patch"],
    ["QUERY", "QUERY"],
  ])("for the method %s says %s, as fetch sends it", async (method, htm) => {
    expect(claimsOf(await createDpopProver(pair).proof({ method, url })).htm).toBe(htm);
    if (method !== "patch") expect(new Request(url, { method }).method).toBe(htm);
  });

  it("is what a resource accepts, of every family", async () => {
    for (const alg of [ES256, ES384, Ed25519, EdDSA, RS256, PS256] as AsymmetricAlgorithm[]) {
      const prover = createDpopProver(await generateKeyPair(alg), { now: at(second) });
      const accessToken = boundTo({ jkt: await prover.thumbprint() });
      const dpop = createDpopVerifier(options({ algorithms: [alg] }));
      const headers = new Headers({
        authorization: `DPoP ${accessToken}`,
        dpop: await prover.proof({ ...get, accessToken }),
      });
      const caller = await createAuthenticator(verifier, { dpop }).authenticate({ ...get, headers });
      expect(answerOf(caller), alg.name).toBe("200");
    }
  });
});

describe("keys", () => {
  it.each<[string, object]>([
    ["ES256", { name: "ECDSA", namedCurve: "P-256" }],
    ["ES384", { name: "ECDSA", namedCurve: "P-384" }],
    ["ES512", { name: "ECDSA", namedCurve: "P-521" }],
    ["Ed25519", { name: "Ed25519" }],
    [
      "RS256",
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
    ],
    ["PS384", { name: "RSA-PSS", hash: "SHA-384", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }],
  ])("of Web Crypto that cannot be exported sign proofs: %s", async (alg, parameters) => {
    const keys = await subtle.generateKey(parameters as webcrypto.EcKeyGenParams, false, ["sign", "verify"]);
    expect(keys.privateKey.extractable).toBe(false);
    const prover = createDpopProver(keys);
    const proof = await prover.proof(get);
    const { header } = decode(proof);
    expect(header.alg).toBe(alg);
    expect(await thumbprint(header.jwk as Jwk)).toBe(await prover.thumbprint());
    const definition = { ES256, ES384, Ed25519, RS256 }[alg];
    if (definition) await verifyJws(proof, await importVerifyingKey(header.jwk as Jwk, definition));
  });

  it("may be a handle and a key of this library, or a plug-in key and a JWK", async () => {
    const jwk = await exportJwk(pair.publicKey);
    const plugIn: SigningKey = { alg: "ES256", sign: (data) => pair.privateKey.sign(data) };
    for (const publicKey of [pair.publicKey, jwk])
      expect(
        decode(await createDpopProver({ privateKey: plugIn, publicKey }).proof(get)).header.jwk,
      ).not.toHaveProperty("alg");
    const keys = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    const imported = {
      privateKey: await importSigningKey(keys.privateKey, ES256),
      publicKey: keys.publicKey,
    };
    expect(decode(await createDpopProver(imported).proof(get)).header.alg).toBe("ES256");
  });

  it("that are none, or of no use for proofs, are refused at once", async () => {
    const secret = await generateSecret(HS256);
    const ecdh = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
    const keys = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    const sha1 = {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-1",
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
    };
    for (const wrong of [
      undefined,
      null,
      "key",
      pair.privateKey,
      pair.publicKey,
      keys.privateKey,
      Promise.resolve(pair),
      { privateKey: secret, publicKey: secret },
      { privateKey: pair.publicKey, publicKey: pair.publicKey },
      ecdh,
      { privateKey: keys.publicKey, publicKey: keys.publicKey },
      await subtle.generateKey(sha1, false, ["sign", "verify"]),
    ]) {
      const error = await errorOf(() => createDpopProver(wrong as DpopKeyPair));
      expect(error, typeof wrong).toBeInstanceOf(TypeError);
      expect((error as { code?: unknown }).code).toMatch(/^invalid_(?:argument|key)$/);
    }
    expect(() => createDpopProver(pair, { alg: "ES256" } as never)).toThrow("unknown option");
  });

  it("that do not fit together are refused by the first proof", async () => {
    const other = await generateKeyPair(ES256);
    const [a, b] = [
      await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]),
      await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]),
    ];
    for (const [privateKey, publicKey] of [
      [pair.privateKey, other.publicKey],
      [a.privateKey, b.publicKey],
      [a.privateKey, a.privateKey],
      [pair.privateKey, { kty: "oct", k: "AA" }],
      [pair.privateKey, { kty: "none" }],
      [pair.privateKey, { alg: "ES256", verify: () => true }],
      [
        pair.privateKey,
        await subtle.exportKey(
          "jwk",
          (await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"])).privateKey,
        ),
      ],
    ] as [SigningKey, never][])
      await expect(createDpopProver({ privateKey, publicKey }).proof(get)).rejects.toMatchObject({
        code: "invalid_key",
      });
  });
});

describe("nonces", () => {
  const answered = (headers: Record<string, string>, status = 401, from = ""): object => ({
    status,
    url: from,
    headers: new Headers(headers),
  });
  const challenge = { "www-authenticate": 'DPoP algs="ES256", error="use_dpop_nonce"' };
  const nonceOf = async (prover: ReturnType<typeof createDpopProver>, to = url): Promise<unknown> =>
    claimsOf(await prover.proof({ method: "GET", url: to })).nonce;

  it("are kept for each origin, the newest of them", async () => {
    const prover = createDpopProver(pair);
    const remember = (nonce: string, from: string): boolean =>
      prover.remember(answered({ "dpop-nonce": nonce }, 200, from) as Response);
    remember("one", "https://api.example/orders");
    remember("id", "https://id.example/token");
    expect(await nonceOf(prover)).toBe("one");
    expect(await nonceOf(prover, "https://api.example/others?x")).toBe("one");
    expect(await nonceOf(prover, "https://id.example/")).toBe("id");
    expect(await nonceOf(prover, "https://api.example:8443/")).toBeUndefined();
    remember("two", "https://api.example/orders");
    expect(await nonceOf(prover)).toBe("two");
    expect(await nonceOf(prover, "https://id.example/")).toBe("id");
  });

  it("of a response that has no URL are those of the last proof's origin", async () => {
    const prover = createDpopProver(pair);
    await prover.proof({ method: "GET", url: "https://id.example/token" });
    await prover.proof(get);
    prover.remember(new Response(null, { status: 401, headers: { "dpop-nonce": "one", ...challenge } }));
    expect(await nonceOf(prover)).toBe("one");
    expect(await nonceOf(prover, "https://id.example/")).toBeUndefined();
  });

  it("that a refusal asks for: say so, once", () => {
    const prover = createDpopProver(pair);
    const of = (nonce: string, headers: Record<string, string>, status: number): boolean =>
      prover.remember(answered({ "dpop-nonce": nonce, ...headers }, status, url) as Response);
    expect(of("1", challenge, 401)).toBe(true);
    expect(of("1", challenge, 401)).toBe(false);
    expect(of("2", {}, 401), "a browser hides the challenge").toBe(true);
    expect(of("3", { "www-authenticate": 'DPoP error="invalid_token"' }, 401)).toBe(false);
    expect(of("4", {}, 400), "an authorization server").toBe(true);
    expect(of("5", {}, 200)).toBe(false);
    expect(of("6", challenge, 403)).toBe(false);
    expect(prover.remember(answered({}, 401, url) as Response)).toBe(false);
  });

  it("that are none are not kept", async () => {
    const prover = createDpopProver(pair);
    for (const nonce of ["", "a b", 'a"b', "a, b", "a\\b", "x".repeat(1025)])
      expect(prover.remember({ status: 401, url, headers: { get: () => nonce } })).toBe(false);
    expect(await nonceOf(prover)).toBeUndefined();
  });

  it("of more origins than anybody uses take no more memory", async () => {
    const prover = createDpopProver(pair);
    for (let n = 0; n < 101; n++)
      prover.remember(answered({ "dpop-nonce": `nonce-${n}` }, 200, `https://${n}.example/`) as Response);
    expect(await nonceOf(prover, "https://0.example/")).toBeUndefined();
    expect(await nonceOf(prover, "https://1.example/")).toBe("nonce-1");
    expect(await nonceOf(prover, "https://100.example/")).toBe("nonce-100");
  });

  it("let a request through that was refused for want of one", async () => {
    const prover = createDpopProver(pair, { now: at(second) });
    const accessToken = boundTo({ jkt: await prover.thumbprint() });
    const dpop = createDpopVerifier(options({ nonce: await generateSecret(HS256) }));
    const { authenticate } = createAuthenticator(verifier, { dpop });
    const send = async () => {
      const headers = new Headers({
        authorization: `DPoP ${accessToken}`,
        dpop: await prover.proof({ ...get, accessToken }),
      });
      return authenticate({ ...get, headers });
    };
    const refused = await send();
    expect(answerOf(refused)).toBe("401 proof_nonce");
    expect(prover.remember(new Response(null, refused as ResponseInit))).toBe(true);
    expect(answerOf(await send())).toBe("200");
  });
});

describe("wrong requests", () => {
  it.each<[object, string]>([
    [{ url }, "method"],
    [{ method: "", url }, "method"],
    [{ method: "GET" }, "url"],
    [{ method: "GET", url: "/orders" }, "url"],
    [{ method: "GET", url: "ftp://api.example/" }, "url"],
    [{ method: "GET", url: "https://user:pass@api.example/" }, "url"],
    [{ method: "GET", url, accessToken: "" }, "accessToken"],
    [{ method: "GET", url, token: "x" }, "unknown option"],
  ])("%o", async (request, says) => {
    await expect(createDpopProver(pair).proof(request as never)).rejects.toThrow(says);
  });

  it("and wrong responses", () => {
    for (const wrong of [undefined, {}, { headers: {} }])
      expect(() => createDpopProver(pair).remember(wrong as never)).toThrow(/^response: /);
  });
});
