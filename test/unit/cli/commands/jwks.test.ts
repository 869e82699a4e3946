import { describe, expect, it } from "vitest";
import pemFiles from "../../keys/hostile-keys-pem.json" with { type: "json" };
import { call, folder, json, output, strong } from "../session.ts";

const files = folder();
const keygen = async (name: string, ...words: readonly string[]): Promise<string> => {
  const path = files.path(name);
  await output(["keygen", "--out", path, ...words]);
  return path;
};
const [jwk, pem, rsa] = [
  await keygen("a.jwk", "--kid", "a"),
  await keygen("b.pem", "--format", "pem"),
  await keygen("c.pem", "--format", "pem", "--alg", "RS256"),
];
const members = ["kty", "crv", "x", "y", "n", "e", "pub", "alg", "use", "kid"];

describe("mintmark jwks", () => {
  it("publishes the public halves of private keys, and no other member", async () => {
    const text = await output(["jwks", "--key", jwk, "--key", pem]);
    const { keys } = JSON.parse(text) as { keys: Record<string, unknown>[] };
    expect(keys.map(({ kid, alg, use }) => ({ kid, alg, use }))).toEqual([
      { kid: "a", alg: "ES256", use: "sig" },
      { kid: expect.stringMatching(/^[\w-]{43}$/) as string, alg: "ES256", use: "sig" },
    ]);
    for (const one of keys) expect(Object.keys(one).filter((name) => !members.includes(name))).toEqual([]);
    expect(text).toBe(JSON.stringify({ keys }, undefined, 2));
    expect(text).not.toContain((JSON.parse(files.read("a.jwk")) as { d: string }).d);
  });

  it("publishes public keys, certificates and sets as they are", async () => {
    const published = await output(["jwks", "--key", jwk, "--json"]);
    expect(await output(["jwks", "--key", files.write("set.json", published), "--json"])).toBe(published);
    expect(await output(["jwks", "--key-env", "KEY", "--json"], { env: { KEY: published } })).toBe(published);
    const [own, ...others] = ["p256-pkcs8", "p256-spki", "p256-certificate", "p256-sec1"].map((name) => ({
      stdin: pemFiles.files.find((file) => file.name === name)!.pem,
    }));
    const expected = await json(["jwks", "--key", "-", "--kid", "b"], own);
    expect(expected).toMatchObject({ keys: [{ kty: "EC", alg: "ES256", kid: "b" }] });
    for (const form of others) expect(await json(["jwks", "--key", "-", "--kid", "b"], form)).toEqual(expected);
  });

  it("names the algorithm of keys that fit several", async () => {
    expect(await json(["jwks", "--key", rsa, "--alg", "PS256"])).toMatchObject({
      keys: [{ kty: "RSA", alg: "PS256" }],
    });
    expect((await json(["jwks", "--key", rsa])).message).toContain("because the key does not state its algorithm");
  });

  it("takes keys of several kinds, each with its own algorithm or the one of --alg that it fits", async () => {
    const [ed, ps] = [
      await keygen("d.pem", "--format", "pem", "--alg", "Ed25519"),
      await keygen("e.jwk", "--alg", "PS512"),
    ];
    const { keys } = (await json([
      ...["jwks", "--key", jwk, "--key", pem, "--key", rsa, "--key", ed, "--key", ps],
      ...["--alg", "RS384", "--alg", "EdDSA"],
    ])) as { keys: { alg: string }[] };
    expect(keys.map(({ alg }) => alg)).toEqual(["ES256", "ES256", "RS384", "EdDSA", "PS512"]);
  });

  it("takes one --alg for the key that needs it, whatever the others are", async () => {
    const words = ["jwks", "--key", pem, "--key", rsa, "--key", jwk, "--alg", "RS256"];
    const { keys } = (await json(words)) as { keys: { alg: string }[] };
    expect(keys.map(({ alg }) => alg)).toEqual(["ES256", "RS256", "ES256"]);
  });

  it.each([
    [["--key", pem, "--alg", "RS256"], "--alg: expected a key for RS256, found none"],
    [["--key", jwk, "--key", rsa, "--alg", "PS256", "--alg", "ES512"], "--alg: expected a key for ES512, found none"],
    [
      ["--key", rsa, "--alg", "RS256", "--alg", "PS256"],
      "--alg: expected one algorithm per key: a key fits RS256, PS256",
    ],
    [
      ["--key", jwk, "--key", rsa, "--alg", "ES256"],
      "--alg: expected one of RS256, RS384, RS512, PS256, PS384, PS512, because the key does not state its algorithm",
    ],
  ])("uses every --alg, once: %j", async (words, message) => {
    expect(await json(["jwks", ...words])).toMatchObject({ ok: false, code: "wrong_use", message });
  });

  it("says why a key is of no use, where one algorithm is named", async () => {
    const weak = { stdin: pemFiles.files.find((file) => file.name === "rsa-1024")!.pem };
    expect((await json(["jwks", "--key", "-"], weak)).message).toBe(
      "--alg: no algorithm of this runtime accepts the key; pass --alg to see the reason",
    );
    expect(await json(["jwks", "--key", "-", "--alg", "RS256"], weak)).toMatchObject({ code: "invalid_key" });
    expect((await json(["jwks", "--key", "-", "--alg", "RS256", "--alg", "ES256"], weak)).code).toBe("wrong_use");
  });

  it("takes files and a variable together", async () => {
    const { keys } = await json(["jwks", "--key", jwk, "--key-env", "KEY"], { env: { KEY: files.read("b.pem") } });
    expect(keys).toHaveLength(2);
  });

  it.each([
    ["no key", ["jwks"], "wrong_use", "what to publish: expected --key or --key-env"],
    [
      "a URL",
      ["jwks", "--key", "https://issuer.example/jwks.json"],
      "wrong_use",
      "--key: expected a file: what a URL publishes is public already",
    ],
    [
      "one name for two keys",
      ["jwks", "--key", jwk, "--key", pem, "--kid", "x"],
      "wrong_use",
      "--kid: expected one key, found 2",
    ],
    ["an empty set", ["jwks", "--key", files.write("empty.json", '{"keys":[]}')], "invalid_argument", undefined],
    [
      "a secret",
      [
        "jwks",
        "--key",
        files.write(
          "oct.json",
          JSON.stringify({ kty: "oct", alg: "HS256", k: Buffer.from(strong).toString("base64url") }),
        ),
      ],
      "invalid_key",
      undefined,
    ],
  ])("refuses %s", async (_, words, code, message) => {
    const answer = await call([...words, "--json"]);
    expect(answer.code).toBe(2);
    expect(JSON.parse(answer.out)).toMatchObject({ ok: false, code, ...(message !== undefined && { message }) });
  });
});
