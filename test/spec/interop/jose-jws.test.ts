// jose 6 and JWS of any payload, both directions: compact, detached, unencoded (RFC 7797), and the two JSON
// serialisations.
import * as jose from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import {
  Ed25519,
  ES256,
  exportJwk,
  generateKeyPair,
  signJws,
  signJwsJson,
  verifyJws,
  verifyJwsJson,
} from "../../../src/index.ts";
import type { SigningKey, VerifyingKey } from "../../../src/index.ts";

/** One key as both libraries hold it. */
interface SharedKeyPair {
  readonly privateKey: SigningKey;
  readonly publicKey: VerifyingKey;
  readonly josePrivate: jose.CryptoKey | Uint8Array;
  readonly josePublic: jose.CryptoKey | Uint8Array;
}

const binary = Uint8Array.from({ length: 256 }, (_, i) => i);
const text = "$.02 is text with a dot, ünïcode and 🪙";
const textBytes = new TextEncoder().encode(text);

let es256: SharedKeyPair;
let ed25519: SharedKeyPair;
beforeAll(async () => {
  es256 = await share(await generateKeyPair(ES256, { extractable: true }));
  ed25519 = await share(await generateKeyPair(Ed25519, { extractable: true }));
});

async function share({
  privateKey,
  publicKey,
}: {
  privateKey: SigningKey;
  publicKey: VerifyingKey;
}): Promise<SharedKeyPair> {
  return {
    privateKey,
    publicKey,
    josePrivate: await jose.importJWK(await exportJwk(privateKey), privateKey.alg),
    josePublic: await jose.importJWK(await exportJwk(publicKey), publicKey.alg),
  };
}

describe("compact", () => {
  test("jose accepts any octets that mintmark signs, and their header", async () => {
    const jws = await signJws(binary, es256.privateKey, { header: { cty: "application/octet-stream" } });
    const { payload, protectedHeader } = await jose.compactVerify(jws, es256.josePublic);
    expect(payload).toEqual(binary);
    expect(protectedHeader).toMatchObject({ alg: "ES256", cty: "application/octet-stream" });
  });

  test("mintmark accepts any octets that jose signs, and their header", async () => {
    const jws = await new jose.CompactSign(binary)
      .setProtectedHeader({ alg: "ES256", cty: "x" })
      .sign(es256.josePrivate);
    const { payload, header } = await verifyJws(jws, es256.publicKey);
    expect(new Uint8Array(payload)).toEqual(binary);
    expect(header).toEqual({ alg: "ES256", cty: "x" });
  });

  test("an extension in crit is understood by name, both ways", async () => {
    const crit = { crit: ["urn:example:ext"], "urn:example:ext": 1 };
    const theirs = await new jose.CompactSign(binary)
      .setProtectedHeader({ alg: "ES256", ...crit })
      .sign(es256.josePrivate, { crit: { "urn:example:ext": true } });
    await expect(verifyJws(theirs, es256.publicKey)).rejects.toMatchObject({ code: "crit_unsupported" });
    const { header } = await verifyJws(theirs, es256.publicKey, { understood: ["urn:example:ext"] });
    expect(header).toMatchObject(crit);
  });
});

describe("detached", () => {
  test("jose accepts mintmark's, the payload put back", async () => {
    const [header, empty, signature] = (await signJws(binary, es256.privateKey, { detached: true })).split(".");
    expect(empty).toBe("");
    const jws = `${header}.${Buffer.from(binary).toString("base64url")}.${signature}`;
    expect((await jose.compactVerify(jws, es256.josePublic)).payload).toEqual(binary);
  });

  test("mintmark accepts jose's, the payload taken out", async () => {
    const jws = await new jose.CompactSign(binary).setProtectedHeader({ alg: "ES256" }).sign(es256.josePrivate);
    const [header, , signature] = jws.split(".");
    const detached = `${header}..${signature}`;
    const { payload } = await verifyJws(detached, es256.publicKey, { payload: binary });
    expect(new Uint8Array(payload)).toEqual(binary);
    const other = verifyJws(detached, es256.publicKey, { payload: textBytes });
    await expect(other).rejects.toMatchObject({ code: "signature_invalid" });
  });
});

describe("unencoded payload (RFC 7797)", () => {
  test("jose accepts mintmark's detached one", async () => {
    const jws = await signJws(textBytes, es256.privateKey, { b64: false, detached: true });
    const [header = "", , signature = ""] = jws.split(".");
    const flattened = { protected: header, payload: text, signature };
    const { payload, protectedHeader } = await jose.flattenedVerify(flattened, es256.josePublic);
    expect(payload).toEqual(textBytes);
    expect(protectedHeader).toMatchObject({ b64: false, crit: ["b64"] });
  });

  test("mintmark accepts jose's, detached and flattened", async () => {
    const flattened = await new jose.FlattenedSign(textBytes)
      .setProtectedHeader({ alg: "ES256", b64: false, crit: ["b64"] })
      .sign(es256.josePrivate);
    const detached = `${String(flattened.protected)}..${flattened.signature}`;
    const compact = await verifyJws(detached, es256.publicKey, { payload: textBytes });
    expect(new Uint8Array(compact.payload)).toEqual(textBytes);

    // jose leaves the payload empty: RFC 7797 lets it travel beside the JWS.
    const json = { protected: String(flattened.protected), payload: text, signature: flattened.signature };
    const { payload } = await verifyJwsJson(json, es256.publicKey);
    expect(new Uint8Array(payload)).toEqual(textBytes);
  });
});

describe("JSON serialisation", () => {
  test("jose accepts mintmark's flattened one", async () => {
    const { payload: attached = "", ...signature } = await signJwsJson(binary, [es256.privateKey], { flattened: true });
    const { payload, protectedHeader } = await jose.flattenedVerify(
      { payload: attached, ...signature },
      es256.josePublic,
    );
    expect(payload).toEqual(binary);
    expect(protectedHeader).toMatchObject({ alg: "ES256" });
  });

  test("jose accepts mintmark's general one under either of its keys", async () => {
    const signers = [es256.privateKey, { key: ed25519.privateKey, unprotected: { note: "not signed" } }];
    const { payload: attached = "", signatures } = await signJwsJson(binary, signers);
    const jws = { payload: attached, signatures: [...signatures] };
    for (const { josePublic, publicKey } of [es256, ed25519]) {
      const { payload, protectedHeader } = await jose.generalVerify(jws, josePublic, { algorithms: [publicKey.alg] });
      expect(payload).toEqual(binary);
      expect(protectedHeader).toMatchObject({ alg: publicKey.alg });
    }
  });

  test("mintmark accepts jose's flattened one, its unprotected header apart", async () => {
    const jws = await new jose.FlattenedSign(binary)
      .setProtectedHeader({ alg: "ES256" })
      .setUnprotectedHeader({ note: "not signed" })
      .sign(es256.josePrivate);
    const { payload, header, unprotected } = await verifyJwsJson(jws, es256.publicKey);
    expect(new Uint8Array(payload)).toEqual(binary);
    expect(header).toEqual({ alg: "ES256" });
    expect(unprotected).toEqual({ note: "not signed" });
  });

  test("mintmark accepts jose's general one under either of its keys", async () => {
    const jws = await new jose.GeneralSign(binary)
      .addSignature(es256.josePrivate)
      .setProtectedHeader({ alg: "ES256" })
      .addSignature(ed25519.josePrivate)
      .setProtectedHeader({ alg: "Ed25519" })
      .sign();
    for (const { publicKey } of [es256, ed25519]) {
      const { payload, header } = await verifyJwsJson(jws, publicKey);
      expect(new Uint8Array(payload)).toEqual(binary);
      expect(header).toEqual({ alg: publicKey.alg });
    }
  });
});
