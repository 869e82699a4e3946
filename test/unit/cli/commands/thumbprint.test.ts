import { describe, expect, it } from "vitest";
import { exportPem, generateKeyPair, Ed25519, ES512, RS256 } from "../../../../src/index.ts";
import vectors from "../../../spec/vectors/rfc7638.json" with { type: "json" };
import { call, json, output } from "../session.ts";

const jwk = vectors.keys["3.1"];
const { thumbprint } = vectors.thumbprints[0]!;
const key = JSON.stringify(jwk);

describe("mintmark thumbprint", () => {
  it("is that of RFC 7638 §3.1", async () => {
    expect(await output(["thumbprint", "--key", "-"], { stdin: key })).toBe(thumbprint);
    expect(await json(["thumbprint", "--key-env", "KEY"], { env: { KEY: key } })).toEqual({
      thumbprints: [thumbprint],
    });
  });

  it("with other hashes, and as a URI", async () => {
    expect(await output(["thumbprint", "--key", "-", "--uri"], { stdin: key })).toBe(
      `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${thumbprint}`,
    );
    expect(await output(["thumbprint", "--key", "-", "--hash", "sha512"], { stdin: key })).toMatch(/^[\w-]{86}$/);
  });

  it("of a set is a line for each key", async () => {
    expect(await output(["thumbprint", "--key", "-"], { stdin: JSON.stringify({ keys: [jwk, jwk] }) })).toBe(
      `${thumbprint}\n${thumbprint}`,
    );
  });

  it.each([ES512, Ed25519, RS256])(
    "is the key ID of a generated key, private and public, whatever its PEM fits ($name)",
    async (alg) => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      for (const one of [privateKey, publicKey])
        expect(await output(["thumbprint", "--key", "-"], { stdin: await exportPem(one) })).toBe(privateKey.kid);
    },
  );

  it("wants a key", async () => {
    expect((await json(["thumbprint"])).message).toBe("no key: expected --key or --key-env");
    const { code, err } = await call(["thumbprint", "--key", "-"], { stdin: '{"kty":"EC"}' });
    expect([code, err.split(":")[0]]).toEqual([2, "error invalid_key"]);
  });
});
