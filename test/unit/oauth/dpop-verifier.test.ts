// Proofs at a resource (RFC 9449 §4.3, §7, §9): each rule by a proof that breaks it alone.
import { describe, expect, it, vi } from "vitest";
import {
  createAuthenticator,
  createVerifier,
  ES256,
  ES384,
  generateSecret,
  HS256,
  importSecret,
  memoryReplayStore,
  RequestError,
  RS256,
  unchecked,
  UnavailableError,
} from "../../../src/index.ts";
import { createDpopVerifier } from "../../../src/oauth/index.ts";
import { expected, forge, goodClaims, key } from "../jwt/forge.ts";
import { errorOf } from "../jwt/outcome.ts";
import {
  answer,
  answerOf,
  at,
  boundTo,
  client,
  countingStore,
  encode,
  goodProofClaims,
  goodProofHeader,
  holderOf,
  options,
  proofWith,
  requestWith,
  resource,
  second,
  stranger,
  token,
  unboundToken,
  url,
  verifier,
  type Changes,
} from "./proofs.ts";

const invalid = "401 proof_invalid";

describe("a proof", () => {
  it("is accepted, and the caller has headers", async () => {
    const caller = await resource()(requestWith(await proofWith()));
    expect(caller).toMatchObject({ ok: true, claims: { sub: "user_123" } });
    expect([...caller.headers!]).toEqual([]);
  });

  it("is accepted twice with different jti, and the key is imported once", async () => {
    const api = resource();
    const importKey = vi.spyOn(globalThis.crypto.subtle, "importKey");
    expect(answerOf(await api(requestWith(await proofWith())))).toBe("200");
    const imports = importKey.mock.calls.length;
    expect(imports).toBeGreaterThan(0);
    expect(answerOf(await api(requestWith(await proofWith())))).toBe("200");
    expect(importKey.mock.calls.length).toBe(imports);
    importKey.mockRestore();
  });

  it("is accepted from a thousand clients and one more", async () => {
    const dpop = createDpopVerifier(options({ replay: unchecked }));
    const { sign } = client;
    const one = async (n: number): Promise<unknown> => {
      // Another header each time, so another entry of what is kept.
      const input = `${encode({ ...goodProofHeader(), n })}.${encode(goodProofClaims())}`;
      return dpop.verify(requestWith(`${input}.${await sign(input)}`), { accessToken: token, jkt: client.jkt });
    };
    for (let n = 0; n < 1001; n++) await one(n);
    await one(0);
  });

  it.each<[string, Changes]>([
    ["typ of a JWT", { header: { typ: "JWT" } }],
    ["no typ", { header: { typ: undefined } }],
    ["another method", { claims: { htm: "POST" } }],
    ["the method in another case", { claims: { htm: "get" } }],
    ["no method", { without: "htm" }],
    ["a method that is no string", { claims: { htm: ["GET"] } }],
    ["another URL", { claims: { htu: `${url}/1` } }],
    ["a URL in another case", { claims: { htu: "https://api.example/Orders" } }],
    ["another host", { claims: { htu: "https://api.example.evil/orders" } }],
    ["another port", { claims: { htu: "https://api.example:8443/orders" } }],
    ["another scheme", { claims: { htu: "http://api.example/orders" } }],
    ["a path alone", { claims: { htu: "/orders" } }],
    ["no URL", { without: "htu" }],
    ["a URL that is no string", { claims: { htu: [url] } }],
    ["another token's ath", { claims: { ath: goodProofClaims("another").ath } }],
    ["no ath", { without: "ath" }],
    ["the token itself as ath", { claims: { ath: token } }],
    ["no iat", { without: "iat" }],
    ["an iat that is no number", { claims: { iat: String(second) } }],
    ["an iat too long ago", { claims: { iat: second - 66 } }],
    ["an iat in the future", { claims: { iat: second + 6 } }],
    ["an iat in milliseconds", { claims: { iat: second * 1000 } }],
    ["an exp that is over", { claims: { exp: second - 6 } }],
    ["an nbf to come", { claims: { nbf: second + 6 } }],
    ["no jti", { without: "jti" }],
    ["an empty jti", { claims: { jti: "" } }],
    ["a jti that is no string", { claims: { jti: 1 } }],
    ["no jwk", { header: { jwk: undefined } }],
    ["a jwk that is no object", { header: { jwk: "key" } }],
    ["a jwk that is a list", { header: { jwk: [client.jwk] } }],
    ["the private jwk", { header: { jwk: client.privateJwk } }],
    ["a jwk with one private member", { header: { jwk: { ...client.jwk, d: "AA" } } }],
    ["a jwk for encryption", { header: { jwk: { ...client.jwk, use: "enc" } } }],
    ["a jwk for another algorithm", { header: { jwk: { ...client.jwk, alg: "ES384" } } }],
    ["a jwk with a secret", { header: { jwk: { ...client.jwk, k: "AA" } } }],
    ["crit", { header: { crit: ["x"], x: 1 } }],
    ["b64", { header: { b64: false } }],
    ["alg none", { header: { alg: "none" } }],
    ["an algorithm that is not listed", { header: { alg: "ES384" } }],
    ["HMAC", { header: { alg: "HS256" } }],
    ["another key, which signed", { holder: stranger }],
    ["the right key, which did not sign", { holder: { ...client, sign: stranger.sign } }],
  ])("with %s is refused", async (_what, changes) => {
    expect(await answer(requestWith(await proofWith(changes)))).toBe(invalid);
  });

  it.each<[string, Changes]>([
    ["typ as a media type, in capitals", { header: { typ: "application/DPoP+JWT" } }],
    ["an iat of the last second allowed", { claims: { iat: second - 65 } }],
    ["an iat of a clock that is a little ahead", { claims: { iat: second + 5 } }],
    ["exp and nbf that are right", { claims: { exp: second + 60, nbf: second } }],
    ["more claims", { claims: { iss: "client", aud: "https://api.example" } }],
    ["a kid", { header: { kid: "mine" } }],
    ["a jwk as Web Crypto exports it", { header: { jwk: { ...client.jwk, ext: true, key_ops: ["verify"] } } }],
    ["a nonce that nobody asked for", { claims: { nonce: "x" } }],
    ["htu with a query and a fragment", { claims: { htu: `${url}?page=2#top` } }],
  ])("with %s is accepted", async (_what, changes) => {
    expect(await answer(requestWith(await proofWith(changes)))).toBe("200");
  });

  it.each([
    ["none", undefined],
    ["an empty one", ""],
    ["no JWT", "proof"],
    ["two parts", "a.b"],
    ["a header that is no JSON", `${encode("{")}.${encode({})}.AA`],
    ["a header with a member twice", `${encode('{"alg":"ES256","alg":"ES256"}')}.${encode({})}.AA`],
    ["one that is too long", `${"a".repeat(16_384)}.b.c`],
  ])("%s is refused", async (_what, proof) => {
    expect(await answer(requestWith(proof))).toBe(invalid);
  });

  it("is one, in one header", async () => {
    const [one, other] = [await proofWith(), await proofWith()];
    const request = requestWith(one);
    request.headers.append("dpop", other);
    expect(await answer(request)).toBe(invalid);
    expect(await answer(requestWith(`${one},`))).toBe(invalid);
  });

  it("with another signature of the same length is refused", async () => {
    const parts = (await proofWith()).split(".");
    parts[2] = (await proofWith()).split(".")[2]!;
    expect(await answer(requestWith(parts.join(".")))).toBe(invalid);
  });

  it("of a payload that is no JSON, or another spelling of base64url, is refused", async () => {
    for (const payload of [encode("[]"), encode("{"), `${encode(goodProofClaims())}=`]) {
      const input = `${encode(goodProofHeader())}.${payload}`;
      expect(await answer(requestWith(`${input}.${await client.sign(input)}`))).toBe(invalid);
    }
  });

  it("may use every algorithm that is listed, and the jwk of it", async () => {
    const holder = await holderOf("ES384");
    const accessToken = boundTo(holder);
    const proof = await proofWith({ holder, accessToken, header: { alg: "ES384" } });
    expect(await answer(requestWith(proof, { accessToken }), { algorithms: [ES256, ES384] })).toBe("200");
    expect(await answer(requestWith(proof, { accessToken }), { algorithms: [RS256, ES384] })).toBe("200");
    expect(await answer(requestWith(proof, { accessToken }))).toBe(invalid);
    const mixed = await proofWith({ holder, accessToken, header: { alg: "ES256" } });
    expect(await answer(requestWith(mixed, { accessToken }), { algorithms: [ES256, ES384] })).toBe(invalid);
  });
});

describe("the order of the checks", () => {
  it("compares cnf.jkt with the key before anything is imported, and asks no store", async () => {
    const replay = countingStore();
    const api = resource({ replay });
    const [importKey, verify] = (["importKey", "verify"] as const).map((name) =>
      vi.spyOn(globalThis.crypto.subtle, name),
    );
    expect(answerOf(await api(requestWith(await proofWith({ holder: stranger }))))).toBe(invalid);
    expect(answerOf(await api(requestWith(await proofWith({ header: { jwk: client.privateJwk } }))))).toBe(invalid);
    expect(importKey).not.toHaveBeenCalled();
    // The access token's own MAC is checked, where nothing is faster, by subtle.
    expect(verify!.mock.calls.filter(([algorithm]) => algorithm !== "HMAC")).toEqual([]);
    expect(replay.keys).toEqual([]);
    vi.restoreAllMocks();
  });

  it("compares it with a key that is known already, too", async () => {
    const api = resource();
    expect(answerOf(await api(requestWith(await proofWith())))).toBe("200");
    const accessToken = boundTo(stranger);
    expect(answerOf(await api(requestWith(await proofWith({ accessToken }), { accessToken })))).toBe(invalid);
  });

  const wrong: [string, Changes][] = [
    ["not the key", { header: { jwk: stranger.jwk } }],
    ["signature", { holder: { ...client, sign: stranger.sign } }],
    ["typ:", { header: { typ: "JWT" } }],
    ["htm:", { claims: { htm: "POST" } }],
    ["htu:", { claims: { htu: "https://evil.example/" } }],
    ["ath:", { claims: { ath: "x" } }],
    ["iat:", { claims: { iat: second - 600 } }],
    ["nonce:", { claims: { nonce: "x" } }],
    ["used before", { claims: { jti: "used" } }],
  ];
  it.each(wrong.map(([says], from) => [says, from] as const))("%s comes before what follows", async (says, from) => {
    const dpop = createDpopVerifier(options({ nonce: await generateSecret(HS256) }));
    const bound = { accessToken: token, jkt: client.jkt };
    const { headers } = (await errorOf(() => dpop.verify(requestWith(undefined), bound))) as RequestError;
    const nonce = headers!.get("dpop-nonce");
    await dpop.verify(requestWith(await proofWith({ claims: { nonce, jti: "used" } })), bound);
    // This fault, and each that is looked for later.
    const changes = wrong.slice(from).reverse();
    const proof = await proofWith({
      claims: Object.assign({ nonce }, ...changes.map(([, { claims }]) => claims)) as object,
      header: Object.assign({}, ...changes.map(([, { header }]) => header)) as object,
      ...Object.assign({}, ...changes.map(([, { holder }]) => (holder ? { holder } : {}))),
    });
    const error = await errorOf(() => dpop.verify(requestWith(proof), bound));
    expect((error as Error).message).toContain(says);
  });

  it("uses a proof up last: one that is refused can be sent again", async () => {
    const api = resource({}, { scopes: "orders:read" });
    const proof = await proofWith({ claims: { jti: "once" } });
    expect(answerOf(await api(requestWith(proof, { method: "POST" })))).toBe(invalid);
    expect(answerOf(await api(requestWith(proof, { to: "https://api.example/" })))).toBe(invalid);
    expect(answerOf(await api(requestWith(proof)))).toBe("403 scope_missing");
    expect(answerOf(await api(requestWith(proof)))).toBe(invalid);
  });

  it("asks for the proof before the token is used up, and after every other check of it", async () => {
    const replay = memoryReplayStore();
    const once = createVerifier(key, { ...expected, replay });
    const { authenticate } = createAuthenticator(once, { dpop: createDpopVerifier(options()) });
    expect(answerOf(await authenticate(requestWith(await proofWith({ claims: { htm: "PUT" } }))))).toBe(invalid);
    const good = await proofWith();
    expect(answerOf(await authenticate(requestWith(good)))).toBe("200");
    expect(answerOf(await authenticate(requestWith(await proofWith())))).toBe("401 replayed");

    const store = countingStore();
    const expired = boundTo(client, { exp: second - 60 });
    const late = requestWith(await proofWith({ accessToken: expired }), { accessToken: expired });
    expect(await answer(late, { replay: store })).toBe("401 expired");
    expect(store.keys).toEqual([]);
  });

  it("knows the errors of another copy of the package by name and code", async () => {
    const throwing = (error: Error) =>
      createAuthenticator(verifier, {
        dpop: { begin: () => ({ check: () => Promise.reject(error), challenge: () => "DPoP" }) },
      }).authenticate(requestWith(undefined));
    const headers = new Headers({ "dpop-nonce": "n" });
    const foreign = Object.assign(new Error("x"), { name: "RequestError", code: "proof_nonce", status: 401, headers });
    const refused = await throwing(foreign);
    expect(answerOf(refused)).toBe("401 proof_nonce");
    expect(Object.fromEntries(refused.headers!)).toEqual({ "dpop-nonce": "n", "www-authenticate": "DPoP" });
    for (const other of [
      { name: "RequestError", code: "ECONNREFUSED" },
      { name: "RequestError" },
      undefined,
    ] as unknown as Error[])
      await expect(throwing(other)).rejects.toBe(other);
  });

  it("is asked once for a verifier that ignores beforeReplay, or calls it several times", async () => {
    const dpop = createDpopVerifier(options());
    const ignoring = createAuthenticator({ verify: (jwt) => verifier.verify(jwt) }, { dpop });
    const proof = await proofWith();
    expect(answerOf(await ignoring.authenticate(requestWith(proof)))).toBe("200");
    expect(answerOf(await ignoring.authenticate(requestWith(proof)))).toBe(invalid);
    expect(answerOf(await ignoring.authenticate(requestWith(undefined)))).toBe(invalid);
    const twice = createAuthenticator(
      {
        verify: async (jwt, given) => verifier.verify(jwt, given).then(() => verifier.verify(jwt, given)),
      } as typeof verifier,
      { dpop },
    );
    expect(answerOf(await twice.authenticate(requestWith(await proofWith())))).toBe("200");
  });
});

describe("jti", () => {
  it("is good once: of 50 uses at the same time, one", async () => {
    const api = resource();
    const proof = await proofWith();
    const answers = await Promise.all(Array.from({ length: 50 }, () => api(requestWith(proof))));
    expect(answers.map(answerOf).filter((one) => one === "200")).toHaveLength(1);
    expect(answers.map(answerOf).filter((one) => one === invalid)).toHaveLength(49);
  });

  it("is the client's own: another client may choose the same", async () => {
    const api = resource();
    const accessToken = boundTo(stranger);
    const claims = { jti: "same" };
    expect(answerOf(await api(requestWith(await proofWith({ claims }))))).toBe("200");
    const others = await proofWith({ claims, holder: stranger, accessToken });
    expect(answerOf(await api(requestWith(others, { accessToken })))).toBe("200");
    expect(answerOf(await api(requestWith(await proofWith({ claims }))))).toBe(invalid);
  });

  it("is stored by the digest of key and jti, for as long as the proof is good anywhere", async () => {
    const replay = countingStore();
    const api = resource({ replay });
    await api(requestWith(await proofWith({ claims: { jti: "j".repeat(8000), iat: second - 10 } })));
    await api(requestWith(await proofWith({ claims: { jti: "k", iat: second } })));
    const stored = /^\["used","dpop [\w-]{43}","[\w-]{43}"\]$/;
    for (const name of replay.keys) {
      expect(name).toMatch(stored);
      expect(name).toContain(client.jkt);
    }
    expect(new Set(replay.keys).size).toBe(2);
    // maxAge, the tolerance, and a minute for clocks that are behind.
    expect(replay.ttls).toEqual([115, 125]);
  });

  it("of one key does not fill the store for the others", async () => {
    const replay = memoryReplayStore({ max: 5 });
    const api = resource({ replay });
    const codes: string[] = [];
    for (let i = 0; i < 7; i++) codes.push(answerOf(await api(requestWith(await proofWith()))));
    expect(codes).toEqual([...Array<string>(5).fill("200"), ...Array<string>(2).fill("503 store_unavailable")]);
    const accessToken = boundTo(stranger);
    const other = await proofWith({ holder: stranger, accessToken });
    expect(answerOf(await api(requestWith(other, { accessToken })))).toBe("200");
  });

  it("is not looked at where that is written down", async () => {
    const api = resource({ replay: unchecked });
    const proof = await proofWith();
    expect(answerOf(await api(requestWith(proof)))).toBe("200");
    expect(answerOf(await api(requestWith(proof)))).toBe("200");
    expect(await answer(requestWith(await proofWith({ without: "jti" })), { replay: unchecked })).toBe(invalid);
  });

  it.each([
    ["throws", () => Promise.reject(new Error("down"))],
    ["throws its own error", () => Promise.reject(new UnavailableError("store_unavailable", "full"))],
    ["gives no answer", () => undefined as unknown as boolean],
    ["hangs", () => new Promise<boolean>(() => {})],
  ])("and a store that %s: nothing is decided", async (_what, add) => {
    const proof = requestWith(await proofWith());
    expect(await answer(proof, { replay: { add }, storeTimeout: 0.05 })).toBe("503 store_unavailable");
  });
});

describe("which tokens need a proof", () => {
  it("one that is bound is refused as Bearer, with a good proof too", async () => {
    for (const required of [true, false])
      for (const proof of [undefined, await proofWith()])
        expect(await answer(requestWith(proof, { scheme: "Bearer" }), { required })).toBe("401 token_bound");
  });

  it("one that is bound to nothing is accepted as Bearer unless a proof is required, and never as DPoP", async () => {
    const accessToken = unboundToken;
    const proof = await proofWith({ accessToken });
    expect(await answer(requestWith(undefined, { accessToken, scheme: "Bearer" }))).toBe("200");
    expect(await answer(requestWith(undefined, { accessToken, scheme: "Bearer" }), { required: true })).toBe(
      "401 claim_missing",
    );
    for (const required of [true, false])
      for (const sent of [undefined, proof])
        expect(await answer(requestWith(sent, { accessToken }), { required })).toBe("401 claim_missing");
  });

  it.each([
    ["a certificate", { "x5t#S256": "x" }],
    ["a certificate and a key", { "x5t#S256": "x", jkt: client.jkt }],
    ["a key by itself", { jwk: client.jwk }],
    ["a key by itself too", { jwk: client.jwk, jkt: client.jkt }],
    ["an empty jkt", { jkt: "" }],
    ["a list of keys", { jkt: [client.jkt] }],
    ["nothing", {}],
    ["null", null],
    ["a list", [{ jkt: client.jkt }]],
  ])("one that is bound to %s is refused", async (_what, cnf) => {
    const accessToken = forge({ ...goodClaims, cnf });
    const proof = await proofWith({ accessToken });
    for (const scheme of ["DPoP", "Bearer"])
      expect(await answer(requestWith(proof, { accessToken, scheme }))).toBe("401 token_bound");
  });

  it("one that is bound to another key's thumbprint is refused", async () => {
    const accessToken = boundTo(stranger);
    expect(await answer(requestWith(await proofWith({ accessToken }), { accessToken }))).toBe(invalid);
  });

  it("one with members of cnf that nobody understands is accepted (RFC 7800 §3.1)", async () => {
    const accessToken = boundTo(client, { cnf: { jkt: client.jkt, kid: "mine", future: true } });
    expect(await answer(requestWith(await proofWith({ accessToken }), { accessToken }))).toBe("200");
  });
});

describe("nonces", async () => {
  const nonce = "a secret that all of our processes share";
  const start = Math.floor(second / 120) * 120;
  const given = async (now: number, more: object = {}): Promise<string> => {
    const refused = await resource({ nonce, now: at(now), ...more })(
      requestWith(await proofWith({ claims: { iat: now } })),
    );
    expect(answerOf(refused)).toBe("401 proof_nonce");
    return refused.headers!.get("dpop-nonce")!;
  };
  const use = async (value: unknown, now: number, more: object = {}) =>
    resource({ nonce, now: at(now), ...more })(requestWith(await proofWith({ claims: { nonce: value, iat: now } })));

  it("are demanded, and handed out by the refusal", async () => {
    const refused = await resource({ nonce })(requestWith(await proofWith()));
    expect(answerOf(refused)).toBe("401 proof_nonce");
    expect(refused.headers!.get("www-authenticate")).toBe(
      'Bearer realm="api", DPoP realm="api", algs="ES256", error="use_dpop_nonce"',
    );
    expect(refused.headers!.get("dpop-nonce")).toMatch(/^[\w-]{43}$/);
    expect(refused.headers!.get("cache-control")).toBe("no-store");
    expect(refused.ok || (refused.error as RequestError).headers!.get("dpop-nonce")).toBe(
      refused.headers!.get("dpop-nonce"),
    );
  });

  it("are those of this window and the last, in every process, and renewed with each success", async () => {
    const first = await given(start);
    for (const now of [start, start + 119, start + 120, start + 239]) {
      const caller = await use(first, now);
      expect(answerOf(caller), String(now)).toBe("200");
      const renewed = caller.headers!.get("dpop-nonce")!;
      expect(renewed === first).toBe(now < start + 120);
      expect(answerOf(await use(renewed, now))).toBe("200");
    }
    expect(answerOf(await use(first, start + 240))).toBe("401 proof_nonce");
    expect(answerOf(await use(first, start - 6))).toBe("401 proof_nonce");
    expect(answerOf(await use(first, start - 5)), "a clock that is a little behind").toBe("200");
  });

  it("that are wrong, missing or another secret's are refused, and any proof that fails gets a new one", async () => {
    const others = await given(start, { nonce: "another secret that nobody has to share!" });
    for (const value of [undefined, "", "x", 1, others, ["x"]])
      expect(answerOf(await use(value, start))).toBe("401 proof_nonce");
    const failed = await resource({ nonce })(requestWith(undefined));
    expect(answerOf(failed)).toBe(invalid);
    expect(failed.headers!.has("dpop-nonce")).toBe(true);
  });

  it("come from a string, from bytes and from a key alike", async () => {
    const bytes = new TextEncoder().encode(nonce);
    const fromText = await given(start);
    expect(await given(start, { nonce: bytes })).toBe(fromText);
    expect(await given(start, { nonce: await importSecret(bytes, HS256) })).toBe(fromText);
  });

  it("that no process can make: nothing is decided", async () => {
    const failing = { alg: "HS256", sign: () => Promise.reject(new Error("no HSM")), verify: () => true };
    expect(await answer(requestWith(await proofWith()), { nonce: failing })).toBe("503 key_unavailable");
  });
});

describe("the origin", () => {
  it("is that of the request's URL, or the one that is given, and no header decides about it", async () => {
    const to = "http://10.0.0.7:8080/orders?page=2";
    const more = {
      "x-forwarded-proto": "https",
      "x-forwarded-host": "api.example",
      forwarded: "host=api.example;proto=https",
      host: "api.example",
    };
    expect(await answer(requestWith(await proofWith(), { to, more }))).toBe(invalid);
    expect(await answer(requestWith(await proofWith(), { to }), { origin: "https://api.example" })).toBe("200");
    expect(await answer(requestWith(await proofWith(), { to }), { origin: "https://other.example" })).toBe(invalid);
    const internal = await proofWith({ claims: { htu: "http://10.0.0.7:8080/orders" } });
    expect(await answer(requestWith(internal, { to }), { origin: "https://api.example" })).toBe(invalid);
    expect(await answer(requestWith(internal, { to }))).toBe("200");
  });

  it("may come from a function, which may also say the whole URL", async () => {
    const to = "http://10.0.0.7:8080/orders";
    const origin = ({ headers }: { headers: { get(name: string): string | null } }): string =>
      `https://${headers.get("x-public-host")!}`;
    const named = (host: string): object => ({ to, more: { "x-public-host": host } });
    expect(await answer(requestWith(await proofWith(), named("api.example")), { origin })).toBe("200");
    expect(await answer(requestWith(await proofWith(), named("evil.example")), { origin })).toBe(invalid);
    expect(await answer(requestWith(await proofWith(), named("not a host")), { origin })).toBe(invalid);
    const prefixed = await proofWith({ claims: { htu: "https://api.example/v1/orders" } });
    const whole = (request: { url: string }): string => `https://api.example/v1${new URL(request.url).pathname}?x=1`;
    expect(await answer(requestWith(prefixed, { to }), { origin: whole })).toBe("200");
    await expect(answer(requestWith(prefixed, { to }), { origin: () => undefined })).rejects.toThrow(/^origin: /);
  });

  it("is not enough: a request whose path is not known matches nothing", async () => {
    for (const to of ["", "https://api.example", "https://api.example?x=/orders", "/orders", "orders"])
      for (const origin of [undefined, "https://api.example"])
        for (const htu of ["https://api.example/", "https://api.example", url])
          expect(
            await answer(requestWith(await proofWith({ claims: { htu } }), { to }), origin ? { origin } : {}),
            `${to} ${htu}`,
          ).toBe(invalid);
  });
});

describe("challenges", () => {
  const challenge = async (
    request: Parameters<ReturnType<typeof resource>>[0],
    more: object = {},
    others: object = {},
  ) => (await resource(more, others)(request)).headers!.get("www-authenticate");
  const none = { method: "GET", url, headers: new Headers() };
  const algorithms = [ES256, ES384];

  it("name both schemes, or DPoP alone where it is required", async () => {
    expect(await challenge(none, { algorithms })).toBe('Bearer realm="api", DPoP realm="api", algs="ES256 ES384"');
    expect(await challenge(none, { algorithms, required: true })).toBe('DPoP realm="api", algs="ES256 ES384"');
  });

  it("say the error in the challenge of the scheme that was used", async () => {
    const expired = boundTo(client, { exp: second - 60 });
    expect(await challenge(requestWith(await proofWith(), { accessToken: expired }))).toBe(
      'Bearer realm="api", DPoP realm="api", algs="ES256", error="invalid_token"',
    );
    expect(await challenge(requestWith(await proofWith(), { scheme: "Bearer" }))).toBe(
      'Bearer realm="api", error="invalid_token", DPoP realm="api", algs="ES256"',
    );
    expect(await challenge(requestWith("x"), {}, { describe: true })).toBe(
      'Bearer realm="api", DPoP realm="api", algs="ES256", error="invalid_dpop_proof", error_description="proof_invalid"',
    );
    expect(
      await challenge(requestWith(undefined, { accessToken: unboundToken, scheme: "Bearer" }), { required: true }),
    ).toBe('DPoP realm="api", algs="ES256", error="invalid_token"');
    expect(await challenge(requestWith(await proofWith()), {}, { scopes: "orders:read", realm: "orders" })).toBe(
      'Bearer realm="orders", scope="orders:read", DPoP realm="orders", scope="orders:read", algs="ES256", error="insufficient_scope"',
    );
  });
});

describe("verify and safeVerify", () => {
  const bound = { accessToken: token, jkt: client.jkt };

  it("check a proof for a token that was verified elsewhere", async () => {
    const dpop = createDpopVerifier(options());
    const { claims } = await dpop.verify(requestWith(await proofWith({ claims: { jti: "mine" } })), bound);
    expect(claims.jti).toBe("mine");
    const again = await dpop.safeVerify(requestWith(await proofWith({ claims: { jti: "mine" } })), bound);
    expect(again.ok ? "accepted" : again.error.code).toBe("proof_invalid");
    const good = await dpop.safeVerify(requestWith(await proofWith()), bound);
    expect(good.ok && good.claims.htu).toBe(url);
    const down = createDpopVerifier(options({ replay: { add: () => Promise.reject(new Error("down")) } }));
    const undecided = await down.safeVerify(requestWith(await proofWith()), bound);
    expect(undecided.ok ? "accepted" : undecided.error.code).toBe("store_unavailable");
  });

  it("refuse with a RequestError that says why, and with the token's claims where they are known", async () => {
    const error = await errorOf(() => createDpopVerifier(options()).verify(requestWith("x"), bound));
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: "proof_invalid", status: 401, statusCode: 401 });
    const refused = await resource()(requestWith("x"));
    expect(refused.ok || (refused.error as RequestError).claims!.sub).toBe("user_123");
  });

  it("throw for the caller's own mistakes", async () => {
    const dpop = createDpopVerifier(options());
    const proof = requestWith(await proofWith());
    for (const verify of [dpop.verify, dpop.safeVerify]) {
      await expect(verify({} as never, bound)).rejects.toThrow(/^request: /);
      for (const wrong of [undefined, {}, { ...bound, accessToken: "" }])
        await expect(verify(proof, wrong as never)).rejects.toThrow(/^accessToken: /);
      for (const jkt of [undefined, "", 1])
        await expect(verify(proof, { ...bound, jkt } as never)).rejects.toThrow(/^jkt: /);
      const clock = createDpopVerifier(options({ now: () => new Date(NaN) }))[
        verify === dpop.verify ? "verify" : "safeVerify"
      ];
      await expect(clock(proof, bound)).rejects.toThrow(/^now: /);
    }
  });
});

describe("options", () => {
  it.each<[object, string]>([
    [{ algorithms: undefined }, "algorithms"],
    [{ algorithms: [] }, "algorithms"],
    [{ algorithms: ["ES256"] }, "algorithm"],
    [{ algorithms: [HS256] }, "HS256"],
    [{ algorithms: ES256 }, "algorithms"],
    [{ replay: undefined }, "replay"],
    [{ replay: null }, "replay"],
    [{ replay: true }, "replay"],
    [{ replay: {} }, "replay"],
    [{ nonce: undefined }, "nonce"],
    [{ nonce: true }, "nonce"],
    [{ nonce: {} }, "nonce"],
    [{ nonce: { alg: "ES256", sign: () => new Uint8Array(64) } }, "nonce"],
    [{ nonce: "" }, "secret"],
    [{ nonce: "short" }, "HS256"],
    [{ origin: undefined }, "origin"],
    [{ origin: "api.example" }, "origin"],
    [{ origin: "https://api.example/" }, "origin"],
    [{ origin: "https://api.example/v1" }, "origin"],
    [{ origin: "capacitor://localhost" }, "origin"],
    [{ required: undefined }, "required"],
    [{ required: "yes" }, "required"],
    [{ maxAge: 0 }, "maxAge"],
    [{ maxAge: "60" }, "maxAge"],
    [{ clockTolerance: "2h" }, "clockTolerance"],
    [{ storeTimeout: 0 }, "storeTimeout"],
    [{ now: 1 }, "now"],
    [{ jti: false }, "unknown option"],
  ])("%o is refused", (more, says) => {
    expect(() => createDpopVerifier({ ...options(), ...more })).toThrow(says);
  });

  it("maxAge and clockTolerance decide how old a proof may be", async () => {
    const aged = async (age: number, more: object): Promise<string> =>
      answer(requestWith(await proofWith({ claims: { iat: second - age } })), more);
    expect(await aged(35, { maxAge: "30s" })).toBe("200");
    expect(await aged(36, { maxAge: "30s" })).toBe(invalid);
    expect(await aged(660, { maxAge: "10m", clockTolerance: "1m" })).toBe("200");
    expect(await aged(661, { maxAge: "10m", clockTolerance: "1m" })).toBe(invalid);
    expect(await aged(-60, { clockTolerance: "1m" })).toBe("200");
    expect(await aged(-1, { clockTolerance: 0 })).toBe(invalid);
  });

  it("of authenticate: dpop is what createDpopVerifier returns, and stands beside no waiver and no function", () => {
    const dpop = createDpopVerifier(options());
    for (const wrong of [null, true, {}, "dpop", Promise.resolve(dpop)])
      expect(() => createAuthenticator(verifier, { dpop: wrong as never })).toThrow(/^dpop: /);
    expect(() => createAuthenticator(verifier, { dpop, cnf: unchecked })).toThrow(/^cnf: /);
    expect(() => createAuthenticator(verifier, { dpop, token: () => token })).toThrow(/^token: /);
  });
});
