import { describe, expect, it } from "vitest";
import {
  exportJwk,
  exportPem,
  generateKeyPair,
  generateSecret,
  importSigningKey,
  Ed25519,
  ES256,
  ES384,
  ES512,
  HS256,
  RS256,
  type Jwk,
} from "../../../src/index.ts";
import mlDsa from "../../spec/interop/openssl-ml-dsa.json" with { type: "json" };
import { lackedByRuntime } from "../../spec/interop/runtime.ts";
import pemFiles from "../keys/hostile-keys-pem.json" with { type: "json" };
import { goodJwk } from "../../spec/threats/keys.ts";
import { call, folder, json, output, strong } from "./session.ts";

const files = folder();
const anything = ["--any-issuer", "--any-audience"];

/** Both halves of a new key, each as a JWK that says nothing of its use, and as PEM. */
async function halves(alg: typeof ES256 | typeof ES384 | typeof ES512 | typeof Ed25519 | typeof RS256) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true, kid: alg.name });
  const bare = (jwk: Jwk) => JSON.stringify({ ...jwk, alg: undefined, use: undefined, kid: undefined });
  const [privateJwk, publicJwk] = [await exportJwk(privateKey), await exportJwk(publicKey)];
  return {
    stated: { private: privateJwk, public: publicJwk },
    jwk: { private: bare(privateJwk), public: bare(publicJwk) },
    pem: { private: await exportPem(privateKey), public: await exportPem(publicKey) },
  };
}

const pemFile = (name: string): string => pemFiles.files.find((file) => file.name === name)!.pem;

const [es256, es384, es512, ed25519, rs256] = await Promise.all([
  halves(ES256),
  halves(ES384),
  halves(ES512),
  halves(Ed25519),
  halves(RS256),
]);

describe("a key's algorithm", () => {
  it.each([
    ["ES256", es256],
    ["ES384", es384],
    ["ES512", es512],
  ])("%s is the only one its curve has", async (alg, { jwk, pem }) => {
    for (const form of [jwk, pem]) {
      const made = await json(["sign", "--key-env", "KEY"], { env: { KEY: form.private } });
      expect(made).toMatchObject({ header: { alg } });
      expect(
        await json(["verify", String(made.token), "--key-env", "KEY", ...anything], { env: { KEY: form.public } }),
      ).toMatchObject({ ok: true, key: { alg } });
    }
  });

  it.each([
    ["Ed25519, EdDSA", ed25519],
    ["RS256, RS384, RS512, PS256, PS384, PS512", rs256],
  ])("has to be named where the key fits %s", async (names, { jwk, pem }) => {
    for (const form of [jwk, pem]) {
      const { code, err } = await call(["sign", "--key-env", "KEY"], { env: { KEY: form.private } });
      expect([code, err.split("\n")[0]]).toEqual([
        2,
        `error wrong_use: --alg: expected one of ${names}, because the key does not state its algorithm`,
      ]);
    }
  });

  it("is what it states", async () => {
    expect(await json(["sign", "--key", "-"], { stdin: JSON.stringify(rs256.stated.private) })).toMatchObject({
      header: { alg: "RS256", kid: "RS256" },
    });
  });

  it("is not another than it states, and not one for secrets or encryption", async () => {
    const stated = { stdin: JSON.stringify(rs256.stated.private) };
    expect(await json(["sign", "--key", "-", "--alg", "PS256"], stated)).toMatchObject({ code: "invalid_key" });
    expect((await json(["sign", "--key", "-", "--alg", "HS256"], stated)).message).toContain(
      "algorithm: expected one for a key pair:",
    );
    for (const alg of ["RSA-OAEP", "HS256", 5, null]) {
      expect(
        (await json(["sign", "--key", "-"], { stdin: JSON.stringify({ ...rs256.stated.private, alg }) })).message,
        String(alg),
      ).toContain("algorithm: expected one for a key pair:");
    }
  });
});

describe("a key that is of no use is told why", () => {
  it.each([
    ["encrypted", pemFile("rsa-pkcs8-encrypted"), "invalid_key: "],
    [
      "too short",
      pemFile("rsa-1024"),
      "--alg: no algorithm of this runtime accepts the key; pass --alg to see the reason",
    ],
    ["public", es256.pem.public, "invalid_key: "],
    ["of another curve", pemFile("secp256k1-pkcs8"), /^error (?:invalid_key|wrong_use): /],
    ["broken JWK", JSON.stringify({ ...es256.stated.private, alg: undefined, x: "AAAA" }), "invalid_key: "],
    ["of an unknown type", JSON.stringify({ kty: "XYZ" }), "expected a key of type EC, OKP, RSA, AKP or oct"],
    [
      "of a curve that does not sign",
      JSON.stringify({ kty: "OKP", crv: "X25519", x: "AAAA", d: "AAAA" }),
      "expected a key of type EC, OKP, RSA, AKP or oct",
    ],
    ["not JSON", "{hunter2", "--key: expected JSON"],
    ["neither PEM nor JSON", "hunter2", "--key: expected PEM, a JWK or a JWK Set"],
  ])("%s", async (_, text, message) => {
    const { code, out, err } = await call(["sign", "--key", files.write("key", text)]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
    expect(err).not.toContain("hunter2");
  });

  it("named, for what it is", async () => {
    const { code, err } = await call(["sign", "--alg", "RS256", "--key", files.write("key", pemFile("rsa-1024"))]);
    expect([code, err.split(":")[0]]).toEqual([2, "error invalid_key"]);
  });

  it.skipIf(!lackedByRuntime.has("ML-DSA-44"))("of a kind that this runtime lacks", async () => {
    const { code, err } = await call([
      "sign",
      "--alg",
      "ML-DSA-44",
      "--key",
      files.write("key", mlDsa["ML-DSA-44"]["seed-priv"].private),
    ]);
    expect([code, err.split(":")[0]]).toEqual([3, "error unsupported_algorithm"]);
  });

  it("private, to verify with", async () => {
    for (const text of [es256.pem.private, es256.jwk.private]) {
      const { code, err } = await call(["verify", "a.b.c", "--key-env", "KEY", ...anything], { env: { KEY: text } });
      expect(code).toBe(2);
      expect(err).toContain("`mintmark jwks`");
    }
  });
});

describe("a key of a set", () => {
  const set = JSON.stringify({ keys: [es256.stated.private, rs256.stated.private] });

  it("is the one that is named", async () => {
    expect(await json(["sign", "--key", "-", "--kid", "RS256"], { stdin: set })).toMatchObject({
      header: { alg: "RS256", kid: "RS256" },
    });
  });

  it("is the only one", async () => {
    expect(
      await json(["sign", "--key", "-"], { stdin: JSON.stringify({ keys: [es256.stated.private] }) }),
    ).toMatchObject({ header: { kid: "ES256" } });
  });

  it.each([
    [[], "2 of 2"],
    [["--kid", "x"], "0 of 2"],
  ])("has to be meant: %j", async (words, count) => {
    expect((await json(["sign", "--key", "-", ...words], { stdin: set })).message).toBe(
      `--kid: expected the key ID of one key of the set, found ${count} keys`,
    );
  });

  it.each(["[null]", "[5]", '["x"]'])("%s is no key", async (keys) => {
    expect((await json(["sign", "--key", "-"], { stdin: `{"keys":${keys}}` })).message).toBe(
      "key 0 of the set: expected a JWK",
    );
  });
});

describe("the key ID", () => {
  it("is the option's before the key's own", async () => {
    expect(
      await json(["sign", "--key", "-", "--kid", "mine"], { stdin: JSON.stringify(es256.stated.private) }),
    ).toMatchObject({ header: { kid: "mine" } });
    expect(await json(["sign", "--key", "-", "--kid", "mine"], { stdin: es256.pem.private })).toMatchObject({
      header: { kid: "mine" },
    });
    expect(await json(["sign", "--secret", "-", "--kid", "mine"], { stdin: strong })).toMatchObject({
      header: { kid: "mine" },
    });
  });
});

describe("an oct JWK as --key", () => {
  it("signs and verifies with the algorithm that it states or that is named", async () => {
    const jwk = await exportJwk(await generateSecret(HS256, { extractable: true, kid: "s" }));
    const env = { KEY: JSON.stringify(jwk), BARE: JSON.stringify({ kty: "oct", k: jwk.k }) };
    const token = await output(["sign", "--key-env", "KEY"], { env });
    expect(await json(["verify", token, "--key-env", "KEY", ...anything], { env })).toMatchObject({
      ok: true,
      key: { alg: "HS256", kid: "s" },
    });
    expect(await json(["sign", "--key-env", "BARE", "--alg", "HS256"], { env })).toMatchObject({
      header: { alg: "HS256" },
    });
    expect((await json(["sign", "--key-env", "BARE"], { env })).message).toBe(
      "--alg: expected one, because the secret does not state its algorithm",
    );
  });
});

it("PEM from an environment variable may spell its line ends as \\n", async () => {
  expect(
    await json(["sign", "--key-env", "KEY"], { env: { KEY: es256.pem.private.replaceAll("\n", "\\n") } }),
  ).toMatchObject({ header: { alg: "ES256" } });
});

it("a URL holds nothing to sign with", async () => {
  expect((await json(["sign", "--key", "https://issuer.example/jwks.json"])).message).toBe(
    "--key: expected a file: keys from a URL are public, and only verify",
  );
});

it("keys that other tools wrote are read as they are", async () => {
  for (const name of ["rsa", "p256", "ed25519"]) {
    const jwk = goodJwk(name);
    const alg = { rsa: RS256, p256: ES256, ed25519: Ed25519 }[name] ?? ES256;
    await importSigningKey(jwk, alg);
    expect(await json(["sign", "--key", "-", "--alg", alg.name], { stdin: JSON.stringify(jwk) })).toMatchObject({
      header: { alg: alg.name },
    });
  }
});
