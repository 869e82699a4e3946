// The plug-in contract against the real thing: the private key lives in another process and never leaves it
// (remote-signer.mjs), and a `SigningKey` of three members asks that process for each signature.
import { fileURLToPath } from "node:url";
import * as jose from "jose";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import {
  createSigner,
  createVerifier,
  ES256,
  exportJwk,
  exportPem,
  importVerifyingKey,
  publicKeyOf,
  safeVerify,
  sign,
  signJws,
  signSync,
  thumbprint,
  verify,
  verifyJws,
  verifySync,
} from "../../../src/index.ts";
import type { Bytes, Jwk, SigningKey, SigningKeySource, VerifyingKey } from "../../../src/index.ts";
import { startJsonLinesProcess } from "../../spec/interop/json-lines-process.ts";
import type { JsonLinesProcess } from "../../spec/interop/json-lines-process.ts";

const script = fileURLToPath(new URL("remote-signer.mjs", import.meta.url));
const expected = { issuer: "https://issuer.example", audience: "web" };
const claims = { sub: "user_123" };

let service: JsonLinesProcess;
let publicJwk: Jwk;
let publicKey: VerifyingKey;

beforeEach(async () => {
  service = startJsonLinesProcess(process.execPath, [script]);
  publicJwk = { ...((await service.ask({ op: "publicKey" })) as Jwk), kid: "kms-1" };
  publicKey = await importVerifyingKey(publicJwk, ES256);
});
afterEach(() => service.stop());

function remoteKey(format: "ieee-p1363" | "der" = "ieee-p1363"): SigningKey {
  return {
    alg: "ES256",
    kid: "kms-1",
    async sign(data) {
      return fromBase64(await service.ask({ op: "sign", data: toBase64(data), format }));
    },
  };
}

const toBase64 = (data: Bytes): string => Buffer.from(data).toString("base64");
const fromBase64 = (text: unknown): Bytes => Buffer.from(String(text), "base64");

describe("a key in another process", () => {
  test("signs tokens that verify with its published public key", async () => {
    const token = await sign(claims, remoteKey(), expected);
    const { header, payload, key } = await verify(token, publicKey, expected);
    expect(header).toEqual({ alg: "ES256", typ: "JWT", kid: "kms-1" });
    expect(payload.sub).toBe("user_123");
    expect(key).toBe(publicKey);
  });

  test("signs tokens that jose accepts", async () => {
    const token = await sign(claims, remoteKey(), expected);
    const key = await jose.importJWK(publicJwk, "ES256");
    const { payload, protectedHeader } = await jose.jwtVerify(token, key, expected);
    expect(payload.sub).toBe("user_123");
    expect(protectedHeader.kid).toBe("kms-1");
  });

  test("signs many tokens at once, each its own", async () => {
    const signer = createSigner(remoteKey(), { ...expected, expiresIn: "5m" });
    const verifier = createVerifier(publicKey, expected);
    const subjects = Array.from({ length: 20 }, (_, i) => `user_${i}`);
    const tokens = await Promise.all(subjects.map((sub) => signer.sign({ sub })));
    const verified = await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(verified.map(({ payload }) => payload.sub)).toEqual(subjects);
  });

  test("signs for a source that is asked once per token, before the header is written", async () => {
    let asked = 0;
    const source: SigningKeySource = {
      current: async () => ({ ...remoteKey(), kid: `kms-${++asked}` }),
    };
    const token = await sign(claims, source, expected);
    expect(asked).toBe(1);
    expect((await verify(token, publicKey, expected)).header.kid).toBe("kms-1");
  });

  test("signs any payload as a JWS", async () => {
    const payload = new Uint8Array([0, 255, 1, 254]);
    const jws = await signJws(payload, remoteKey());
    expect(new Uint8Array((await verifyJws(jws, publicKey)).payload)).toEqual(payload);
  });

  test("has nothing that could be exported", async () => {
    for (const attempt of [exportJwk, exportPem, publicKeyOf, thumbprint]) {
      await expect(attempt(remoteKey())).rejects.toMatchObject({ name: "TypeError" });
    }
  });

  test("is a signing key and not a verifying one", () => {
    expectTypeOf<SigningKey>().not.toExtend<VerifyingKey>();
    // @ts-expect-error -- a key that signs does not verify
    const attempt = (): unknown => createVerifier(remoteKey(), expected);
    expect(attempt).toThrow(TypeError);
  });
});

describe("a key service that fails to sign", () => {
  test("answers with DER: a TypeError that says what came and what is wanted", async () => {
    const refusal: unknown = await sign(claims, remoteKey("der"), expected).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      name: "TypeError",
      code: "invalid_argument",
      message: expect.stringMatching(/ES256.* (68|69|70|71|72) bytes.* 64 .*DER/) as string,
    });
  });

  test.each([
    ["nothing", undefined],
    ["an empty signature", new Uint8Array(0)],
    ["a signature that is one octet short", new Uint8Array(63)],
    ["text", "A".repeat(64)],
    ["null", null],
  ])("answers with %s: a TypeError", async (_, answer) => {
    const key: SigningKey = { alg: "ES256", sign: () => answer as Bytes };
    await expect(sign(claims, key, expected)).rejects.toMatchObject({ name: "TypeError", code: "invalid_argument" });
    const syncKey: SigningKey = { ...key, signSync: () => answer as Bytes };
    expect(() => signSync(claims, syncKey, expected)).toThrow(TypeError);
  });

  test.each([
    ["HS256", 32],
    ["HS384", 48],
    ["HS512", 64],
    ["ES256", 64],
    ["ES384", 96],
    ["ES512", 132],
    ["Ed25519", 64],
    ["EdDSA", 64],
  ])("answers for %s with another length than %i octets: a TypeError that names both", async (alg, length) => {
    const answering = (octets: number): SigningKey => ({ alg, sign: () => new Uint8Array(octets) });
    await expect(sign(claims, answering(length), expected)).resolves.toContain(".");
    for (const octets of [length - 1, length + 1]) {
      await expect(sign(claims, answering(octets), expected)).rejects.toMatchObject({
        name: "TypeError",
        message: expect.stringMatching(new RegExp(`${alg}.* ${octets} .* ${length} `)) as string,
      });
    }
  });

  const unavailable = { name: "UnavailableError", code: "key_unavailable" };

  test("refuses the caller: key_unavailable, never a token", async () => {
    const denied: SigningKey = { ...remoteKey(), sign: async () => fromBase64(await service.ask({ op: "deny" })) };
    await expect(sign(claims, denied, expected)).rejects.toMatchObject(unavailable);
  });

  test("throws before it gives a promise, or in its synchronous form: key_unavailable", async () => {
    const fail = (): never => {
      throw new Error("no session");
    };
    const key: SigningKey = { alg: "ES256", sign: fail, signSync: fail };
    await expect(sign(claims, key, expected)).rejects.toMatchObject(unavailable);
    expect(() => signSync(claims, key, expected)).toThrow(expect.objectContaining(unavailable) as Error);
  });

  test("dies over the request: key_unavailable, then and after it", async () => {
    const key: SigningKey = { ...remoteKey(), sign: async () => fromBase64(await service.ask({ op: "crash" })) };
    await expect(sign(claims, key, expected)).rejects.toMatchObject(unavailable);
    await expect(sign(claims, remoteKey(), expected)).rejects.toMatchObject(unavailable);
  });

  test("has no signSync: sync_unavailable, before it is asked anything", () => {
    let asked = 0;
    const key: SigningKey = {
      alg: "ES256",
      sign: () => {
        asked++;
        return new Uint8Array(64);
      },
    };
    expect(() => signSync(claims, key, expected)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "sync_unavailable" }) as Error,
    );
    expect(asked).toBe(0);
  });

  test("has a signSync that returns a promise: a TypeError, never a token", () => {
    const key: SigningKey = { ...remoteKey(), signSync: (data) => remoteKey().sign(data) as Bytes };
    expect(() => signSync(claims, key, expected)).toThrow(TypeError);
  });

  test("has a source whose currentSync returns a promise: a TypeError, never a token", () => {
    const source: SigningKeySource = {
      current: () => remoteKey(),
      currentSync: () => Promise.resolve(remoteKey()) as unknown as SigningKey,
    };
    expect(() => signSync(claims, source, expected)).toThrow(TypeError);
  });
});

describe("a key that is asked in another process to verify", () => {
  const remoteVerifier = (): VerifyingKey => ({
    alg: "ES256",
    kid: "kms-1",
    verify: async (data, signature) =>
      (await service.ask({ op: "verify", data: toBase64(data), signature: toBase64(signature) })) as boolean,
  });

  test("decides", async () => {
    const token = await sign(claims, remoteKey(), expected);
    expect((await verify(token, remoteVerifier(), expected)).payload.sub).toBe("user_123");
    const other = token.slice(0, -86) + (token.at(-86) === "A" ? "B" : "A") + token.slice(-85);
    await expect(verify(other, remoteVerifier(), expected)).rejects.toMatchObject({ code: "signature_invalid" });
  });

  test("when the process is gone, says key_unavailable and not that the token is bad", async () => {
    const token = await sign(claims, remoteKey(), expected);
    await service.stop();
    expect(await safeVerify(token, remoteVerifier(), expected)).toMatchObject({
      ok: false,
      error: { name: "UnavailableError", code: "key_unavailable" },
    });
  });

  test("when the process is gone, another key that fits still accepts", async () => {
    const token = await sign(claims, remoteKey(), expected);
    await service.stop();
    const { key } = await verify(token, [remoteVerifier(), publicKey], expected);
    expect(key).toBe(publicKey);
  });

  test("has no verifySync: sync_unavailable, whatever the token", () => {
    expect(() => verifySync("not a token", remoteVerifier(), expected)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "sync_unavailable" }) as Error,
    );
  });

  test("has a verifySync that returns a promise of true: never accepted", async () => {
    const token = await sign(claims, remoteKey(), expected);
    const key: VerifyingKey = { ...remoteVerifier(), verifySync: () => Promise.resolve(true) as unknown as boolean };
    expect(() => verifySync(token, key, expected)).toThrow();
  });

  test("answers with something truthy that is not true: never accepted", async () => {
    const token = await sign(claims, remoteKey(), expected);
    for (const answer of [1, "true", {}, [true]]) {
      const key: VerifyingKey = { ...remoteVerifier(), verify: () => answer as unknown as boolean };
      await expect(verify(token, key, expected)).rejects.toMatchObject({ code: "signature_invalid" });
    }
  });
});
