import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, strong } from "./session.ts";

const sign = async (secret: string, ...words: readonly string[]) =>
  call(["sign", "--secret-env", "SECRET", ...words], { env: { SECRET: secret } });

describe("a weak secret is warned of, on standard error:", () => {
  it.each([
    ["0000000000111111111122222222223333333333", "only 4 different characters"],
    ["314159265358979323846264338327950288419716", "only 10 different characters"],
    ["my-Secret-1-of-a-service-for-JWT-tokens", "it contains a well-known string"],
    ["your-256-bit-key-goes-here-and-no-further", "it contains a well-known string"],
    ["correct horse battery staple, and more of them", "it looks like words"],
    ["thequickbrownfoxjumpsoverthelazydog", "it looks like words"],
    ["aB3dE6gH9jK2mN5pQaB3dE6gH9jK2mN5pQ", "it repeats one string"],
  ])("%s: %s", async (secret, reason) => {
    const { code, out, err } = await sign(secret);
    expect(code).toBe(0);
    expect(out).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(err).toBe(
      `warning: weak secret: ${reason}; anyone with one token can guess it offline. mintmark secret generates a strong one\n`,
    );
  });

  it("also by who verifies with it", async () => {
    const secret = "correct horse battery staple, and more of them";
    const { out } = await sign(secret);
    expect(
      (await call(["verify", out, "--secret-env", "S", "--any-issuer", "--any-audience"], { env: { S: secret } })).err,
    ).toContain("weak secret");
  });

  it("not one that was made at random, in any encoding", async () => {
    for (let i = 0; i < 200; i++) {
      for (const encoding of ["base64", "base64url", "hex"] as const) {
        expect((await sign(randomBytes(32).toString(encoding))).err).toBe("");
      }
    }
  });
});

describe("a secret that is refused", () => {
  it.each([
    ["short", "hunter2"],
    ["all bytes equal", "a".repeat(40)],
    [
      "a public key",
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAstiQWWK0X4nddbuHCahYgLfOINTJvaqM6gI9Wm+6tbs=\n-----END PUBLIC KEY-----\n",
    ],
  ])("%s", async (_, secret) => {
    const { code, out, err } = await sign(secret);
    expect([code, out, err.split(":")[0]]).toEqual([2, "", "error invalid_key"]);
    expect(err).not.toContain(secret.slice(0, 12));
  });

  it("not in its encoding", async () => {
    const { code, err } = await sign(strong, "--secret-encoding", "hex");
    expect(code).toBe(2);
    expect(err).toMatch(/^error invalid_key: --secret: /);
  });

  it("too short for a longer MAC", async () => {
    expect((await sign(strong, "--alg", "HS512")).err).toMatch(/^error invalid_key: .*64/);
  });

  it.each([
    [["--alg", "ES256"], "algorithm: expected one for a secret: HS256, HS384, HS512"],
    [["--key-env", "SECRET"], "--key-env: expected PEM, a JWK or a JWK Set"],
  ])("%j", async (words, message) => {
    const { code, err } = await sign(strong, ...words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it("an encoding without a secret", async () => {
    expect((await call(["sign", "--secret-encoding", "hex"])).err).toContain(
      "--secret-encoding: expected --secret or --secret-env beside it",
    );
  });

  it("several algorithms", async () => {
    const { err } = await call(
      ["verify", "a.b.c", "--secret-env", "S", "--alg", "HS256", "--alg", "HS384", "--any-issuer", "--any-audience"],
      { env: { S: strong } },
    );
    expect(err).toContain("--alg: expected one algorithm for a secret");
  });
});

describe("a secret as JWK", () => {
  const jwk = { kty: "oct", k: Buffer.from(strong).toString("base64url"), kid: "2026-11" };

  it("is used with the algorithm and the key ID that it states", async () => {
    const k = randomBytes(64).toString("base64url");
    const { out } = await sign(JSON.stringify({ ...jwk, k, alg: "HS512" }), "--json");
    expect(JSON.parse(out)).toMatchObject({ header: { alg: "HS512", kid: "2026-11" } });
  });

  it("is used with HS256 where it states none", async () => {
    const { out } = await sign(JSON.stringify(jwk), "--json");
    expect(JSON.parse(out)).toMatchObject({ header: { alg: "HS256", kid: "2026-11" } });
  });

  it("and text that merely is JSON is a secret like another", async () => {
    for (const secret of [
      '{"kid":"Vd2Xk0w7mQe9RzT4yHc1LpN8uJb5"}',
      '"Vd2Xk0w7mQe9RzT4yHc1LpN8uJb5S123"',
      "null Vd2Xk0w7mQe9RzT4yHc1LpN8uJb5S",
    ]) {
      expect((await sign(secret)).code, secret).toBe(0);
    }
  });
});
