// Two copies of the package in one process, the ESM and the CJS build, as happens to every application whose
// dependencies use it too: keys, algorithms, `unchecked` and errors of one work in the other.
import { createRequire } from "node:module";
import * as esm from "mintmark";
import { describe, expect, it } from "vitest";
import { privateJwkFor, publicJwkFor, secretBytes } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

type Mintmark = typeof esm;
// The CommonJS build has the same names, as test/spec/structure shows.
const cjs = createRequire(import.meta.url)("mintmark") as Mintmark;

const expected = { issuer: "https://issuer.example", audience: "web" };

it("are two copies", () => {
  expect(cjs.sign).not.toBe(esm.sign);
  expect(cjs.ES256).not.toBe(esm.ES256);
  expect(cjs.JwtError).not.toBe(esm.JwtError);
});

describe.each([
  ["keys of the ESM build, used with the CJS build", esm, cjs],
  ["keys of the CJS build, used with the ESM build", cjs, esm],
] as const)("%s", (_name, maker, user) => {
  const families = ["RS256", "PS256", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"] as const;

  it.each(families)("%s: sign, verify, both forms, by both copies' keys", async (name) => {
    const [privateJwk, publicJwk] = [privateJwkFor({ name }), publicJwkFor({ name })];
    const signer = await maker.importSigningKey(privateJwk, maker[name]);
    const verifier = await maker.importVerifyingKey(publicJwk, maker[name]);
    const theirs = user.importVerifyingKeySync(publicJwk, user[name]);
    for (const token of [
      await user.sign({ sub: "u" }, signer, expected),
      user.signSync({ sub: "u" }, signer, expected),
    ]) {
      for (const key of [verifier, theirs]) {
        expect((await user.verify(token, key, expected)).claims.sub).toBe("u");
        expect(user.verifySync(token, key, expected).claims.sub).toBe("u");
      }
      expect((await maker.verify(token, theirs, expected)).claims.sub).toBe("u");
    }
  });

  it("a secret: sign, verify, and the verified key cannot sign", async () => {
    const secret = await maker.importSecret(secretBytes(64), maker.HS256, { kid: "k" });
    const token = await user.sign({ sub: "u" }, secret, expected);
    expect(user.signSync({ sub: "u" }, secret, { ...expected, now: () => new Date(0) })).toBe(
      maker.signSync({ sub: "u" }, secret, { ...expected, now: () => new Date(0) }),
    );
    for (const { key, claims } of [
      await user.verify(token, secret, expected),
      user.verifySync(token, secret, expected),
    ]) {
      expect(claims.sub).toBe("u");
      expect("sign" in key || "signSync" in key).toBe(false);
      expect(await refusalOf(() => user.exportJwk(key))).toBe("invalid_key");
      expect((await maker.verify(token, key, expected)).claims.sub).toBe("u");
    }
  });

  it("algorithms", async () => {
    const secret = await user.importSecret(secretBytes(64), maker.HS256);
    const { privateKey, publicKey } = await user.generateKeyPair(maker.ES256);
    expect([secret.alg, privateKey.alg, publicKey.alg]).toEqual(["HS256", "ES256", "ES256"]);
    expect(await refusalOf(() => user.importSigningKey(privateJwkFor({ name: "ES256" }), maker.ES384))).toBe(
      "invalid_key",
    );
  });

  it("exports, public halves and thumbprints", async () => {
    const { privateKey, publicKey } = await maker.generateKeyPair(maker.ES256, { extractable: true });
    expect(await user.exportJwk(privateKey)).toEqual(await maker.exportJwk(privateKey));
    expect(await user.exportPem(publicKey)).toBe(await maker.exportPem(publicKey));
    expect(await user.exportPem(privateKey)).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(await user.thumbprint(privateKey)).toBe(publicKey.kid);
    expect(await user.exportJwk(await user.publicKeyOf(privateKey))).toEqual(await maker.exportJwk(publicKey));
    const closed = await maker.importSigningKey(privateJwkFor({ name: "ES256" }), maker.ES256);
    const secret = await maker.generateSecret(maker.HS256);
    for (const key of [closed, secret]) expect(await refusalOf(() => user.exportJwk(key))).toBe("invalid_key");
    expect(await refusalOf(() => user.publicKeyOf(secret))).toBe("invalid_key");
  });

  it("a key's issuer, and `unchecked`", async () => {
    const secret = await maker.importSecret(secretBytes(64), maker.HS256, { issuer: "https://a.example" });
    const policy = { issuer: maker.unchecked, audience: maker.unchecked } as const;
    const token = await maker.sign({}, secret, { issuer: "https://a.example", audience: "web" });
    expect(await refusalOf(() => user.verify(token, secret, policy))).toBe("accepted");
    expect(await refusalOf(() => user.verify(token, secret, { ...policy, issuer: "https://b.example" }))).toBe(
      "issuer_mismatch",
    );
    const other = await maker.sign({}, secret, { issuer: "https://b.example", audience: "web" });
    expect(await refusalOf(() => user.verify(other, secret, policy))).toBe("issuer_mismatch");
  });

  it("errors, told by their code", async () => {
    const secret = await maker.importSecret(secretBytes(64), maker.HS256);
    const malformed: unknown = await maker.verify("not a token", secret, expected).catch((error: unknown) => error);
    expect(malformed).not.toBeInstanceOf(user.JwtError);
    expect([user.isJwtError(malformed), user.isUnavailableError(malformed)]).toEqual([true, false]);
    const source = {
      algorithms: ["HS256"],
      select: () => {
        throw new maker.UnavailableError("jwks_unavailable", "down");
      },
    };
    const token = await maker.sign({}, secret, expected);
    const unavailable: unknown = await user.verify(token, source, expected).catch((error: unknown) => error);
    expect(unavailable).toMatchObject({ code: "jwks_unavailable" });
    expect([user.isJwtError(unavailable), user.isUnavailableError(unavailable)]).toEqual([false, true]);
    expect(await user.safeVerify(token, source, expected)).toMatchObject({
      ok: false,
      error: { code: "jwks_unavailable" },
    });
  });
});
