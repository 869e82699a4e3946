// Faults around DPoP (RFC 9449): each was measured on a library, or is one that the specification warns of.
import { describe, expect, it, vi } from "vitest";
import { createAuthenticator, createVerifier, generateSecret, HS256, memoryReplayStore } from "../../../src/index.ts";
import { createDpopVerifier } from "../../../src/oauth/index.ts";
import { expected, forge, goodClaims, key } from "../../unit/jwt/forge.ts";
import {
  answer,
  answerOf,
  boundTo,
  client,
  encode,
  goodProofClaims,
  goodProofHeader,
  options,
  proofWith,
  requestWith,
  resource,
  stranger,
  token,
  unboundToken,
  url,
  verifier,
} from "../../unit/oauth/proofs.ts";

const invalid = "401 proof_invalid";

describe("DPoP proof used twice, `htm` in another case, downgrade to Bearer, key-bound token taken without proof", () => {
  it("one proof that is sent three times is accepted once", async () => {
    const [api, proof] = [resource(), await proofWith()];
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(answerOf(await api(requestWith(proof))));
    expect(answers).toEqual(["200", invalid, invalid]);
  });

  it("also by two instances with one store, at the same time", async () => {
    const replay = memoryReplayStore();
    const [one, other] = [resource({ replay }), resource({ replay })];
    const proof = requestWith(await proofWith());
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => (i % 2 ? one : other)(proof)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it("another signature over the same claims is the same proof", async () => {
    const api = resource();
    const claims = goodProofClaims();
    expect(answerOf(await api(requestWith(await proofWith({ claims }))))).toBe("200");
    expect(answerOf(await api(requestWith(await proofWith({ claims }))))).toBe(invalid);
  });

  it("htm is compared as it was sent", async () => {
    for (const htm of ["get", "Get", "GET ", "POST", "*"])
      expect(await answer(requestWith(await proofWith({ claims: { htm } })))).toBe(invalid);
    expect(await answer(requestWith(await proofWith({ claims: { htm: "get" } }), { method: "get" }))).toBe("200");
  });

  it("a bound token is refused as Bearer, in a cookie, and by every guard without dpop", async () => {
    const proof = await proofWith();
    expect(await answer(requestWith(proof, { scheme: "Bearer" }))).toBe("401 token_bound");
    expect(await answer(requestWith(undefined, { scheme: "Bearer" }))).toBe("401 token_bound");
    const inCookie = resource({}, { cookie: "session" });
    const cookie = { method: "GET", url, headers: new Headers({ cookie: `session=${token}`, dpop: proof }) };
    expect(answerOf(await inCookie(cookie))).toBe("401 token_bound");
    const plain = createAuthenticator(verifier);
    expect(answerOf(await plain.authenticate(requestWith(proof, { scheme: "Bearer" })))).toBe("401 token_bound");
    expect(answerOf(await plain.authenticate(requestWith(proof)))).toBe("401 token_missing");
  });

  it("a bound token without a proof is refused, and so is a token whose binding was taken off", async () => {
    expect(await answer(requestWith(undefined))).toBe(invalid);
    const [header, , signature] = token.split(".");
    const stripped = `${header!}.${encode(goodClaims)}.${signature!}`;
    for (const scheme of ["DPoP", "Bearer"])
      expect(await answer(requestWith(await proofWith(), { accessToken: stripped, scheme }))).toBe(
        "401 signature_invalid",
      );
  });

  it("where DPoP is required, an unbound token is refused in every way", async () => {
    const accessToken = unboundToken;
    for (const scheme of ["Bearer", "DPoP"])
      for (const proof of [undefined, await proofWith({ accessToken })])
        expect(await answer(requestWith(proof, { accessToken, scheme }), { required: true })).toBe("401 claim_missing");
  });
});

describe("A stolen token, or a stolen proof, in the hands of another", () => {
  it("a token with the thief's own proof is refused, and nothing is done with the thief's key", async () => {
    const importKey = vi.spyOn(globalThis.crypto.subtle, "importKey");
    expect(await answer(requestWith(await proofWith({ holder: stranger })))).toBe(invalid);
    expect(importKey).not.toHaveBeenCalled();
    importKey.mockRestore();
  });

  it("a proof does not fit another token, another method, another URL or another time", async () => {
    const accessToken = boundTo(client, { jti: "another" });
    expect(await answer(requestWith(await proofWith(), { accessToken }))).toBe(invalid);
    expect(await answer(requestWith(await proofWith(), { method: "DELETE" }))).toBe(invalid);
    expect(await answer(requestWith(await proofWith(), { to: `${url}/1` }))).toBe(invalid);
    expect(await answer(requestWith(await proofWith({ claims: { iat: goodClaims.iat - 120 } })))).toBe(invalid);
  });

  it("a proof for another resource is refused although Host names that resource", async () => {
    const proof = await proofWith({ claims: { htu: "https://evil.example/orders" } });
    const to = "https://evil.example/orders"; // what a server makes of `Host: evil.example`
    expect(await answer(requestWith(proof, { to }), { origin: "https://api.example" })).toBe(invalid);
  });

  it("a proof that was made ahead of time is worth nothing without a nonce of that time", async () => {
    const nonce = await generateSecret(HS256);
    for (const claims of [{}, { nonce: "guessed" }])
      expect(await answer(requestWith(await proofWith({ claims })), { nonce })).toBe("401 proof_nonce");
  });

  it("a proof in the place of a token, and a token in the place of a proof, are refused", async () => {
    const proof = await proofWith();
    expect(await answer(requestWith(proof, { accessToken: proof }))).toBe("401 alg_not_allowed");
    expect(await answer(requestWith(token))).toBe(invalid);
    const signed = forge(goodProofClaims(), goodProofHeader());
    expect(await answer(requestWith(signed))).toBe(invalid);
    const asToken = forge({ ...goodClaims, cnf: { jkt: client.jkt } }, { alg: "HS256", typ: "dpop+jwt" });
    expect(await answer(requestWith(await proofWith({ accessToken: asToken }), { accessToken: asToken }))).toBe(
      "401 typ_mismatch",
    );
  });

  it("a private key in a proof is refused, although it would verify", async () => {
    expect(await answer(requestWith(await proofWith({ header: { jwk: client.privateJwk } })))).toBe(invalid);
  });

  it("jku, x5u, x5c and kid in a proof lead nowhere", async () => {
    const header = {
      jwk: undefined,
      jku: "https://evil.example/jwks.json",
      x5u: "https://evil.example/",
      x5c: ["MII"],
      kid: "1",
    };
    const fetching = vi.spyOn(globalThis, "fetch");
    expect(await answer(requestWith(await proofWith({ header })))).toBe(invalid);
    expect(fetching).not.toHaveBeenCalled();
    fetching.mockRestore();
  });

  it("no refusal shows the token, the proof or its nonce to the log", async () => {
    const proof = await proofWith({ claims: { htu: "https://evil.example/\u202egnp" } });
    const refused = await resource({ nonce: await generateSecret(HS256) })(requestWith(proof));
    const shown = refused.ok ? "" : `${String(refused.error)} ${JSON.stringify(refused.error)}`;
    expect(shown).toMatch(/^RequestError: DPoP proof: htu/);
    for (const text of [token, proof, refused.headers!.get("dpop-nonce")!])
      for (let at = 0; at + 12 <= text.length; at += 6) expect(shown).not.toContain(text.slice(at, at + 12));
    expect(shown).not.toMatch(/\u202e/);
  });
});

describe("One client fills the replay store, and the others are refused", () => {
  it("each key has a share of the memory store", async () => {
    const api = resource({ replay: memoryReplayStore({ max: 10 }) });
    const accepted: string[] = [];
    for (let i = 0; i < 20; i++) accepted.push(answerOf(await api(requestWith(await proofWith()))));
    expect(accepted.filter((one) => one === "200")).toHaveLength(10);
    expect(accepted.at(-1)).toBe("503 store_unavailable");
    const accessToken = boundTo(stranger);
    for (let i = 0; i < 5; i++) {
      const proof = await proofWith({ holder: stranger, accessToken });
      expect(answerOf(await api(requestWith(proof, { accessToken })))).toBe("200");
    }
  });

  it("strangers, and refused proofs, fill nothing", async () => {
    const replay = memoryReplayStore({ max: 1 });
    const api = resource({ replay });
    for (let i = 0; i < 10; i++) {
      await api(requestWith(await proofWith({ holder: stranger })));
      await api(requestWith(await proofWith({ claims: { htm: "POST" } })));
    }
    expect(answerOf(await api(requestWith(await proofWith())))).toBe("200");
  });

  it("a bad proof does not use up a token that is good once", async () => {
    const once = createVerifier(key, { ...expected, replay: memoryReplayStore() });
    const { authenticate } = createAuthenticator(once, { dpop: createDpopVerifier(options()) });
    expect(answerOf(await authenticate(requestWith(await proofWith({ holder: stranger }))))).toBe(invalid);
    expect(answerOf(await authenticate(requestWith(await proofWith())))).toBe("200");
  });
});
