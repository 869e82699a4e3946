// The hand-written functions of the guide, as they stand there, beside mintmark.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { decode, HS256, importSecretSync, sign, unchecked, verify, type SigningKey, type VerifyingKey } from "mintmark";
import { testBeforeAndAfter, testOtherBlocks } from "./before-and-after.ts";
import { readGuide } from "./guide.ts";
import { run, type Scope } from "./programs.ts";
import { scriptPeer, testKeys, testSigning, testTokens, type KeyProof } from "./rows.ts";
import { encode, fixTheWorld, forged, now, sealed, signed, token } from "./tokens.ts";

const day = 86_400;
const oldSecret = "short and old";
fixTheWorld({ OLD_JWT_SECRET: oldSecret, OLD_JWT_SECRET_UNTIL: new Date((now + 7 * day) * 1000).toISOString() });

const guide = await readGuide("web-crypto");
const refused = "invalid_argument";

interface HandWritten {
  readonly signHs256: (claims: object) => Promise<string>;
  readonly verifyHs256: (token: string) => Promise<unknown>;
}
let written: HandWritten;
beforeAll(async () => {
  written = await run<HandWritten>(guide.blocks("js")[0]!);
});
const peer = scriptPeer("", {
  signHs256: (claims: object) => written.signHs256(claims),
  verifyHs256: (text: string) => written.verifyHs256(text),
});

testBeforeAndAfter(guide, { lenient: ["not good yet", "for another audience", "of another issuer"] });
testOtherBlocks(guide);

await testSigning(peer, guide.table("Signing"), {
  'claims = { sub: "user_123", iat: now, exp: now + 60 }': { both: { iat: now, exp: now + 60 } },
  'claims = { sub: "user_123" }': { there: { iat: undefined, exp: undefined }, here: { iat: now, exp: now + 900 } },
  "claims = { exp: Date.now() + 60_000 }": { there: { exp: (now + 60) * 1000 }, here: refused },
  "claims = { exp: new Date((now + 60) * 1000) }": {
    there: { exp: "2027-01-15T08:01:00.000Z" },
    here: { exp: now + 60 },
  },
  'claims = { exp: "15m" }': { there: { exp: "15m" }, here: refused },
  "claims = { sub: 42 }": { there: { sub: 42 }, here: refused },
  "claims = { role: undefined }": { there: { role: undefined }, here: refused },
  'claims = { password: "hunter2" }': { there: { password: "hunter2" }, here: refused },
});

const payload = token().split(".")[1]!;
await testTokens(peer, guide.table("Tokens that only one of them takes"), {
  "without `exp`": token({ exp: undefined }),
  "without `iat`": token({ iat: undefined }),
  "whose `exp` is a text": token({ exp: "15m" }),
  "for another audience": token({ aud: "elsewhere" }),
  "of another issuer, under the same secret": token({ iss: "other" }),
  "good in an hour (`nbf`)": token({ nbf: now + 3600, exp: now + 7200 }),
  "whose header says another `alg`": sealed(`${encode('{"alg":"RS256"}')}.${payload}`),
  "whose header is no JSON": sealed(`${encode("anything")}.${payload}`),
  "with `crit`": token({}, { crit: ["example"], example: true }),
  'with `typ: "at+jwt"`': token({}, { typ: "at+jwt" }),
  "whose payload is a list": signed({ alg: "HS256" }, "[]"),
  "of four parts": `${token()}.`,
  "in base64url with padding": sealed(`${encode('{"alg": "HS256"}')}==.${payload}`),
  "of 20 kB": token({ text: "x".repeat(15_000) }),
  "expired for 3 seconds": token({ iat: now - 900, exp: now - 3 }),
});

const bytes = randomBytes(32);
const ec = { name: "ECDSA", namedCurve: "P-256" };
const ecKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
const hmac = { name: "HMAC", hash: "SHA-256" };

/** A secret: mintmark takes what Web Crypto signed with it. */
function verifies(secret: Uint8Array, scope: Scope): KeyProof {
  return async (here) => {
    const key = (await here(scope)) as VerifyingKey;
    const input = `${encode('{"alg":"HS256"}')}.${encode(JSON.stringify({ iat: now, exp: now + 60 }))}`;
    const handle = await crypto.subtle.importKey("raw", secret, hmac, false, ["sign"]);
    const mac = Buffer.from(await crypto.subtle.sign("HMAC", handle, Buffer.from(input))).toString("base64url");
    expect((await verify(`${input}.${mac}`, key, { issuer: unchecked, audience: unchecked })).claims.exp).toBe(
      now + 60,
    );
  };
}

const privateHandle = await crypto.subtle.importKey("jwk", ecKeys.privateKey.export({ format: "jwk" }), ec, false, [
  "sign",
]);
const publicHandle = await crypto.subtle.importKey("jwk", ecKeys.publicKey.export({ format: "jwk" }), ec, true, [
  "verify",
]);

await testKeys(
  guide.table("The keys you have"),
  {
    'importKey("raw", encoder.encode(secret), …)': verifies(
      Buffer.from("a text of more than 32 bytes, made for this test"),
      { secret: "a text of more than 32 bytes, made for this test" },
    ),
    'importKey("raw", bytes, …)': verifies(bytes, { bytes }),
    "bytes of base64, as `atob` has them": verifies(bytes, { text: bytes.toString("base64") }),
    'importKey("jwk", jwk, …)': verifies(bytes, { jwk: { kty: "oct", alg: "HS256", k: bytes.toString("base64url") } }),
    "a secret under 32 bytes": async () => {
      await expect(
        crypto.subtle.importKey("raw", Buffer.from(oldSecret), hmac, false, ["sign"]),
      ).resolves.toBeDefined();
      expect(() => importSecretSync(oldSecret, HS256)).toThrow(expect.objectContaining({ code: "invalid_key" }));
    },
    "a `CryptoKey` for HMAC alone": async () => {
      const handle = await crypto.subtle.importKey("raw", bytes, hmac, true, ["sign"]);
      expect(() => importSecretSync(handle as never, HS256)).toThrow(expect.objectContaining({ code: "invalid_key" }));
    },
    "a private `CryptoKey` for ECDSA": async (here) => {
      const text = await sign({ sub: "user_123" }, (await here({ cryptoKey: privateHandle })) as SigningKey);
      const [header = "", body = "", signature = ""] = text.split(".");
      expect(
        await crypto.subtle.verify(
          { ...ec, hash: "SHA-256" },
          publicHandle,
          Buffer.from(signature, "base64url"),
          Buffer.from(`${header}.${body}`),
        ),
      ).toBe(true);
    },
    "a public `CryptoKey` for ECDSA": async (here) => {
      const key = (await here({ cryptoKey: publicHandle })) as VerifyingKey;
      const input = `${encode('{"alg":"ES256"}')}.${encode(JSON.stringify({ iat: now, exp: now + 60 }))}`;
      const signature = Buffer.from(
        await crypto.subtle.sign({ ...ec, hash: "SHA-256" }, privateHandle, Buffer.from(input)),
      ).toString("base64url");
      expect((await verify(`${input}.${signature}`, key, { issuer: unchecked, audience: unchecked })).claims.exp).toBe(
        now + 60,
      );
    },
  },
  ["secret", "bytes", "text", "jwk", "cryptoKey"],
);

describe("Tokens in flight", () => {
  afterEach(() => vi.setSystemTime(now * 1000));

  test("old tokens stay good until that day, and are held to everything", async () => {
    const { issue, check } = await run<{
      issue: (user: { id: string }) => Promise<string>;
      check: (token: string) => Promise<unknown>;
    }>(guide.blocks("ts in-flight")[0]!);
    const old = token({ exp: now + 8 * day }, {}, oldSecret);
    expect(await check(old)).toMatchObject({ sub: "user_123" });
    await expect(check(forged(old))).rejects.toMatchObject({ code: "signature_invalid" });
    await expect(check(token({ aud: "elsewhere" }, {}, oldSecret))).rejects.toMatchObject({
      code: "audience_mismatch",
    });
    await expect(check(token({}, { kid: "2026-11" }, oldSecret))).rejects.toMatchObject({ code: "signature_invalid" });

    const ours = await issue({ id: "user_123" });
    expect(decode(ours).header.kid).toBe("2026-11");
    expect(await check(ours)).toMatchObject({ sub: "user_123" });

    vi.setSystemTime((now + 7 * day) * 1000);
    await expect(check(old)).rejects.toMatchObject({ code: "signature_invalid" });
  });
});
