// The keys that jose signs and verifies with, imported as the guide says; and tokens from before the change.
import { createSecretKey, generateKeyPairSync, randomBytes } from "node:crypto";
import * as jose from "jose";
import { describe, expect, test } from "vitest";
import * as mintmark from "mintmark";
import { decode, HS256, importSecretSync, sign, thumbprint, unchecked, verify } from "mintmark";
import { certificate, privateKey } from "./certificate.ts";
import { readGuide } from "./guide.ts";
import { run, type Scope } from "./programs.ts";
import { testKeys, type KeyProof } from "./rows.ts";
import { fixTheWorld, forged, now, secret, token } from "./tokens.ts";

type JoseKey = jose.CryptoKey | jose.KeyObject | jose.JWK | Uint8Array;

const oldSecret = "short and old";
fixTheWorld({ OLD_JWT_SECRET: oldSecret });
const guide = await readGuide("jose");

/** A secret or public key: takes what jose signed with it. */
function verifies(alg: string, signWith: JoseKey, scope: Scope): KeyProof {
  return async (here) => {
    const key = (await here(scope)) as mintmark.VerifyingKey;
    const text = await new jose.SignJWT({ sub: "user_123" })
      .setProtectedHeader({ alg })
      .setIssuedAt()
      .setExpirationTime("1m")
      .sign(signWith);
    expect((await verify(text, key, { issuer: unchecked, audience: unchecked })).claims.sub).toBe("user_123");
  };
}

/** A private key: jose takes what it signed. */
function signs(publicKey: JoseKey, scope: Scope): KeyProof {
  return async (here) => {
    const text = await sign({ sub: "user_123" }, (await here(scope)) as mintmark.SigningKey);
    expect((await jose.jwtVerify(text, publicKey, { algorithms: ["ES256"] })).payload.sub).toBe("user_123");
  };
}

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pkcs8 = String(ec.privateKey.export({ type: "pkcs8", format: "pem" }));
const spki = String(ec.publicKey.export({ type: "spki", format: "pem" }));
const bytes = randomBytes(32);

await testKeys(guide.table("The keys you have"), {
  "a secret as `Uint8Array`": verifies("HS256", bytes, { buffer: bytes }),
  "a secret from `base64url.decode(text)`": async (here) => {
    const text = bytes.toString("base64url");
    await verifies("HS256", jose.base64url.decode(text), { text })(here);
  },
  "a secret as a JWK": verifies(
    "HS256",
    { kty: "oct", k: bytes.toString("base64url") },
    { jwk: { kty: "oct", k: bytes.toString("base64url") } },
  ),
  "a secret under 32 bytes": async () => {
    const short = new TextEncoder().encode(oldSecret);
    expect(await new jose.SignJWT({}).setProtectedHeader({ alg: "HS256" }).sign(short)).toMatch(/^ey/);
    expect(() => importSecretSync(short, HS256)).toThrow(expect.objectContaining({ code: "invalid_key" }));
  },
  'importPKCS8(pem, "ES256")': async (here) => {
    const publicKey = await jose.importSPKI(spki, "ES256");
    await signs(publicKey, { pem: pkcs8 })(here);
    await signs(publicKey, { pem: ec.privateKey.export({ type: "sec1", format: "pem" }) })(here);
    await signs(publicKey, { pem: pkcs8.replaceAll("\n", "\\n") })(here);
    await expect(jose.importPKCS8(pkcs8.replaceAll("\n", "\\n"), "ES256")).rejects.toThrow();
  },
  'importSPKI(pem, "ES256")': verifies("ES256", await jose.importPKCS8(pkcs8, "ES256"), { pem: spki }),
  'importX509(pem, "ES256")': verifies("ES256", await jose.importPKCS8(privateKey, "ES256"), { pem: certificate }),
  '`importJWK(jwk, "ES256")`, private': signs(ec.publicKey, { jwk: ec.privateKey.export({ format: "jwk" }) }),
  '`importJWK(jwk, "ES256")`, public': verifies("ES256", ec.privateKey, {
    jwk: ec.publicKey.export({ format: "jwk" }),
  }),
  "a private `CryptoKey`": signs(ec.publicKey, { cryptoKey: await jose.importPKCS8(pkcs8, "ES256") }),
  "a public `CryptoKey`": verifies("ES256", ec.privateKey, { cryptoKey: await jose.importSPKI(spki, "ES256") }),
  "a `CryptoKey` for HMAC": async () => {
    const handle = await jose.generateSecret("HS256", { extractable: true });
    expect(await new jose.SignJWT({}).setProtectedHeader({ alg: "HS256" }).sign(handle)).toMatch(/^ey/);
    expect(() => importSecretSync(handle as never, HS256)).toThrow(expect.objectContaining({ code: "invalid_key" }));
  },
});

describe("Functions", () => {
  const { rows } = guide.table("Functions");
  const names = (cell = ""): string[] => [...cell.matchAll(/`(?:await |\[)?(\w+)/g)].map(([, name = ""]) => name);

  test.each(rows.map(({ cells }) => cells))("%s: %s", (there, here = "") => {
    for (const name of names(there)) expect(jose).toHaveProperty(name);
    const ours = names(here.replace(/:.*/, ""));
    for (const name of ours.filter((one) => !["fetch", "cache"].includes(one))) expect(mintmark).toHaveProperty(name);
  });
  test("a thumbprint is a thumbprint", async () => {
    const jwk = ec.publicKey.export({ format: "jwk" }) as jose.JWK;
    expect(await thumbprint(jwk)).toBe(await jose.calculateJwkThumbprint(jwk));
  });
});

describe("Tokens in flight", () => {
  test("old tokens stay good, new ones are held to everything", async () => {
    const { issue, check } = await run<{
      issue: (user: { id: string }) => Promise<string>;
      check: (token: string) => Promise<unknown>;
    }>(guide.blocks("ts in-flight")[0]!);
    const old = await new jose.SignJWT({ sub: "user_123" })
      .setProtectedHeader({ alg: "HS256" })
      .sign(createSecretKey(oldSecret, "utf8"));
    expect(await check(old)).toEqual({ sub: "user_123" });
    await expect(check(forged(old))).rejects.toMatchObject({ code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });

    const ours = await issue({ id: "user_123" });
    expect(decode(ours).header.kid).toBe("2026-11");
    expect(await check(ours)).toMatchObject({ sub: "user_123", exp: now + 604_800 });
    await expect(check(token({}, { kid: "2026-11" }, oldSecret))).rejects.toMatchObject({ code: "signature_invalid" });
    await expect(check(token({ aud: "elsewhere" }, { kid: "2026-11" }, secret))).rejects.toMatchObject({
      code: "audience_mismatch",
    });
  });
});
