// The same keys on every kind of runtime: with node:crypto, with its HMAC alone as on workerd, and
// with crypto.subtle, TextEncoder and a table for base64url as in a browser. What one signs the others verify.
import { beforeAll, describe, expect, it } from "vitest";
import type * as mintmarkModule from "../../../src/index.ts";
import type { SigningKey, VerifyingKey } from "../../../src/index.ts";
import { install } from "../encoding/uint8array-base64.ts";
import { loadOn, nodeLike, platforms, type Platform } from "../base/load.ts";
import { hmacAlgorithms } from "../../spec/algorithms.ts";
import { privateJwkFor, publicJwkFor, secretBytes, secretLength, utf8 } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

type Mintmark = typeof mintmarkModule;
const expected = { issuer: "https://issuer.example/ünïcode", audience: "web" };
const claims = { sub: "Zoë 🪙", nested: { list: [1, null, "\u2028"] } };
const families = ["RS256", "PS384", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"] as const;
const hmacs = hmacAlgorithms.map(({ name }) => name);

const load = (platform: Platform): Promise<Mintmark> => loadOn(platform, () => import("../../../src/index.ts"));
let node: Mintmark;
beforeAll(async () => {
  node = await load(nodeLike);
});

describe.each(platforms)("$name", (platform) => {
  let mintmark: Mintmark;
  beforeAll(async () => {
    // The table is for runtimes whose Uint8Array knows no base64 either.
    const undo = install(undefined);
    mintmark = await load(platform);
    return undo;
  });

  const hasSyncHmac = platform.syncHmac;

  /** Tokens by `signer`, in every form that this platform has. */
  const mint = async (signer: SigningKey, sync: boolean): Promise<string[]> => [
    await mintmark.sign(claims, signer, expected),
    ...(sync ? [mintmark.signSync(claims, signer, expected)] : []),
  ];

  const expectGood = async (tokens: readonly string[], verifier: VerifyingKey, sync: boolean): Promise<void> => {
    for (const token of tokens) {
      const { payload, key } = await mintmark.verify(token, verifier, expected);
      expect(payload).toMatchObject(claims);
      expect("sign" in key).toBe(false);
      if (sync) expect(mintmark.verifySync(token, verifier, expected).payload).toMatchObject(claims);
      const at = token.lastIndexOf(".") + 1;
      for (const [changed, code] of [
        [token.slice(0, at) + (token.charAt(at) === "A" ? "B" : "A") + token.slice(at + 1), "signature_invalid"],
        [`${token}=`, "token_malformed"],
        [`${token} `, "token_malformed"],
        [token.slice(0, at), "token_malformed"],
        [`${token.slice(0, at)}AAAA`, "signature_invalid"],
        [`${token}A`.replace(/.A$/, ""), undefined],
        [token.replace(/\.[^.]/, ".!"), "token_malformed"],
      ] as const) {
        const found = await refusalOf(() => mintmark.verify(changed, verifier, expected));
        if (code === undefined) expect(["token_malformed", "signature_invalid"]).toContain(found);
        else expect(found, changed.slice(at)).toBe(code);
        if (sync) expect(await refusalOf(() => mintmark.verifySync(changed, verifier, expected))).toBe(found);
      }
    }
  };

  it.each(hmacs)("%s: sign and verify", async (name) => {
    const secret = await mintmark.importSecret(secretBytes(secretLength[name]!), mintmark[name], { kid: "k" });
    await expectGood(await mint(secret, hasSyncHmac), secret, hasSyncHmac);
    const generated = await mintmark.generateSecret(mintmark[name]);
    await expectGood(await mint(generated, hasSyncHmac), generated, hasSyncHmac);
    expect(
      await refusalOf(async () => mintmark.verify(await mintmark.sign({}, generated, expected), secret, expected)),
    ).toBe("signature_invalid");
  });

  it.each(hmacs)("%s: the same MAC on every platform, and its members sign and verify bytes", async (name) => {
    const data = utf8("header.payload");
    const [here, there] = [
      await mintmark.importSecret(secretBytes(64), mintmark[name]),
      await node.importSecret(secretBytes(64), node[name]),
    ];
    const mac = Uint8Array.from(await here.sign(data));
    expect(Buffer.from(mac)).toEqual(Buffer.from(await there.sign(data)));
    expect(await here.verify(data, mac)).toBe(true);
    for (const wrong of [
      mac.slice(1),
      Uint8Array.of(...mac, 0),
      new Uint8Array(),
      mac.map((octet, i) => (i === 0 ? octet ^ 1 : octet)),
    ]) {
      expect(await here.verify(data, wrong)).toBe(false);
      if (hasSyncHmac) expect(here.verifySync!(data, wrong)).toBe(false);
    }
    expect("signSync" in here && "verifySync" in here).toBe(hasSyncHmac);
  });

  it("HMAC, synchronously: a key, or sync_unavailable", async () => {
    const attempt = (): unknown => mintmark.importSecretSync(secretBytes(64), mintmark.HS256);
    expect(await refusalOf(attempt)).toBe(hasSyncHmac ? "accepted" : "sync_unavailable");
    const secret = await mintmark.importSecret(secretBytes(64), mintmark.HS256);
    if (hasSyncHmac) {
      const key = mintmark.importSecretSync(secretBytes(64), mintmark.HS256);
      const tokens = await mint(key, true);
      await expectGood(tokens, secret, true);
      // One that was imported synchronously serves the asynchronous functions too, from its first use on.
      for (const token of tokens)
        expect(
          (await mintmark.verify(token, mintmark.importSecretSync(secretBytes(64), mintmark.HS256), expected)).payload
            .sub,
        ).toBe(claims.sub);
      return;
    }
    expect(await refusalOf(() => mintmark.signSync({}, secret, expected))).toBe("sync_unavailable");
    for (const token of ["not a token", await mintmark.sign({}, secret, expected)]) {
      expect(await refusalOf(() => mintmark.verifySync(token, secret, expected))).toBe("sync_unavailable");
    }
  });

  it("secrets: every encoding, and the refusals", async () => {
    const bytes = Buffer.from(secretBytes(64));
    for (const [secret, encoding] of [
      [bytes.toString("base64"), "base64"],
      [bytes.toString("base64url"), "base64url"],
      [bytes.toString("hex"), "hex"],
    ] as const) {
      const key = await mintmark.importSecret(secret, mintmark.HS256, { encoding, extractable: true });
      expect((await mintmark.exportJwk(key)).k).toBe(bytes.toString("base64url"));
    }
    const text = await mintmark.importSecret("пароль, длиннее тридцати двух байт 🪙", mintmark.HS256, {
      extractable: true,
    });
    expect((await mintmark.exportJwk(text)).k).toBe(
      Buffer.from("пароль, длиннее тридцати двух байт 🪙").toString("base64url"),
    );
    const pem = await mintmark.exportPem(
      await mintmark.importVerifyingKey(publicJwkFor(mintmark.RS256), mintmark.RS256),
    );
    for (const weak of [
      "too short",
      "x".repeat(64),
      `${"long enough ".repeat(4)}\ud800`,
      pem,
      Buffer.from(pem).toString("base64"),
      JSON.stringify(publicJwkFor(mintmark.ES256)),
    ]) {
      expect(await refusalOf(() => mintmark.importSecret(weak, mintmark.HS256))).toBe("invalid_key");
    }
    expect(
      await refusalOf(() =>
        mintmark.importSecret(`${bytes.toString("base64url")}=`, mintmark.HS256, { encoding: "base64url" }),
      ),
    ).toBe("invalid_key");
  });

  it.each(families)("%s: JWK and PEM, in and out; sign and verify", async (name) => {
    const [privateJwk, publicJwk] = [privateJwkFor({ name }), publicJwkFor({ name })];
    const signer = await mintmark.importSigningKey(privateJwk, mintmark[name], { extractable: true });
    const verifier = await mintmark.importVerifyingKey(publicJwk, mintmark[name]);
    await expectGood(await mint(signer, platform.syncSignatures), verifier, platform.syncSignatures);
    const said = { alg: name, use: "sig" };
    expect(await mintmark.exportJwk(signer)).toEqual({ ...privateJwk, ...said });
    expect(await mintmark.exportJwk(await mintmark.publicKeyOf(signer))).toEqual({ ...publicJwk, ...said });
    const [privatePem, publicPem] = [await mintmark.exportPem(signer), await mintmark.exportPem(verifier)];
    expect(publicPem).toBe(await node.exportPem(await node.importVerifyingKey(publicJwk, node[name])));
    const token = await mintmark.sign(claims, await mintmark.importSigningKey(privatePem, mintmark[name]), expected);
    await expectGood([token], await mintmark.importVerifyingKey(publicPem, mintmark[name]), platform.syncSignatures);
    expect(await mintmark.thumbprint(verifier)).toBe(await node.thumbprint(publicJwk));
  });

  it.each(families)("%s, synchronously: keys, or sync_unavailable", async (name) => {
    const attempts = [
      () => mintmark.importSigningKeySync(privateJwkFor({ name }), mintmark[name]),
      () => mintmark.importVerifyingKeySync(publicJwkFor({ name }), mintmark[name]),
    ];
    for (const attempt of attempts)
      expect(await refusalOf(attempt)).toBe(platform.syncSignatures ? "accepted" : "sync_unavailable");
    if (platform.syncSignatures) return;
    const signer = await mintmark.importSigningKey(privateJwkFor({ name }), mintmark[name]);
    const verifier = await mintmark.importVerifyingKey(publicJwkFor({ name }), mintmark[name]);
    expect(await refusalOf(() => mintmark.signSync({}, signer, expected))).toBe("sync_unavailable");
    expect(await refusalOf(() => mintmark.verifySync("not a token", verifier, expected))).toBe("sync_unavailable");
    const pem = await mintmark.exportPem(verifier);
    expect(await refusalOf(() => mintmark.importVerifyingKeySync(pem, mintmark[name]))).toBe("sync_unavailable");
  });

  it.each(["ES256", "Ed25519"] as const)("%s: a generated pair", async (name) => {
    const { privateKey, publicKey } = await mintmark.generateKeyPair(mintmark[name]);
    await expectGood(await mint(privateKey, platform.syncSignatures), publicKey, platform.syncSignatures);
    expect(publicKey.kid).toBe(await node.thumbprint(await mintmark.exportJwk(publicKey)));
  });

  it("tokens go both ways between this platform and Node", async () => {
    for (const name of [...hmacs.slice(0, 1), ...families.slice(0, 3)]) {
      const isSecret = name === "HS256";
      const here = isSecret
        ? await mintmark.importSecret(secretBytes(64), mintmark.HS256)
        : await mintmark.importSigningKey(privateJwkFor({ name }), mintmark[name as "ES256"]);
      const there = isSecret
        ? await node.importSecret(secretBytes(64), node.HS256)
        : await node.importVerifyingKey(publicJwkFor({ name }), node[name as "ES256"]);
      expect((await node.verify(await mintmark.sign(claims, here, expected), there, expected)).payload).toMatchObject(
        claims,
      );
    }
    const at = { ...expected, now: () => new Date(1_700_000_000_000) };
    const secrets = [
      await mintmark.importSecret(secretBytes(64), mintmark.HS256),
      await node.importSecret(secretBytes(64), node.HS256),
    ] as const;
    expect(await mintmark.sign(claims, secrets[0], at)).toBe(await node.sign(claims, secrets[1], at));
  });

  it("a JWS of any payload, detached and unencoded too (RFC 7797)", async () => {
    const secret = await mintmark.importSecret(secretBytes(64), mintmark.HS256);
    const payload = Uint8Array.of(0, 255, 0xed, 0xa0, 0x80, 46);
    expect(Buffer.from((await mintmark.verifyJws(await mintmark.signJws(payload, secret), secret)).payload)).toEqual(
      Buffer.from(payload),
    );
    for (const b64 of [true, false]) {
      const jws = await mintmark.signJws(payload, secret, { detached: true, b64 });
      expect(jws).toMatch(/^[\w-]+\.\.[\w-]+$/);
      expect(Buffer.from((await mintmark.verifyJws(jws, secret, { payload })).payload)).toEqual(Buffer.from(payload));
      expect(await refusalOf(() => mintmark.verifyJws(jws, secret, { payload: payload.slice(1) }))).toBe(
        "signature_invalid",
      );
    }
  });

  it("a token whose payload is not UTF-8 is payload_invalid (RFC 7519 §7.2)", async () => {
    const secret = await mintmark.importSecret(secretBytes(64), mintmark.HS256);
    for (const octets of [
      [0x7b, 0xff, 0x7d],
      [0xef, 0xbb, 0xbf, 0x7b, 0x7d],
      [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d],
    ]) {
      const jws = await mintmark.signJws(Uint8Array.from(octets), secret);
      expect(await refusalOf(() => mintmark.verify(jws, secret, expected))).toBe("payload_invalid");
    }
  });
});
