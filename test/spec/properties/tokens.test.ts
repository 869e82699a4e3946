// What holds of every token: what is signed verifies, what is changed does not, and what is said arrives.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  buildClaims,
  createSigner,
  createVerifier,
  decode,
  HS256,
  importSecret,
  sign,
  signSync,
  verify,
} from "../../../src/index.ts";
import type { SecretKey } from "../../../src/index.ts";
import { expected, hs256, macOver, outcome, part, signedBy, verdict, verdictAsync } from "../threats/forge.ts";
import { everyKey, secretText } from "../threats/keys.ts";
import type { TestKey } from "../threats/keys.ts";
import { bytes, jsonClaims, neighbours } from "./arbitrary.ts";

let keys: readonly TestKey[];
let secret: SecretKey;
beforeAll(async () => {
  keys = await everyKey();
  secret = await importSecret(secretText, HS256);
});

describe("what is signed verifies", () => {
  it("with every algorithm that the runtime has, and arbitrary JSON claims", async () => {
    for (const { alg, signing, verifying } of keys) {
      const [signer, verifier] = [createSigner(signing, expected), createVerifier(verifying, expected)];
      await fc.assert(
        fc.asyncProperty(jsonClaims, async (claims) => {
          const token = await signer.sign(claims);
          const { payload, header } = await verifier.verify(token);
          expect(header.alg).toBe(alg);
          const { iss, aud, iat, exp, ...own } = payload;
          expect({ iss, aud, life: exp! - iat! }).toEqual({ iss: expected.issuer, aud: expected.audience, life: 900 });
          expect(JSON.stringify(own)).toBe(JSON.stringify(claims));
        }),
        { numRuns: /^(RS|PS|ML)/.test(alg) ? 15 : 40 },
      );
    }
  });

  it("in the synchronous form as in the asynchronous", async () => {
    for (const { signing, verifying } of keys.filter((key) => key.signing.signSync !== undefined)) {
      await fc.assert(
        fc.asyncProperty(jsonClaims, async (claims) => {
          expect(await verdict(signSync(claims, signing, expected), verifying)).toBe("accepted");
          expect(await verdict(await sign(claims, signing, expected), verifying)).toBe("accepted");
        }),
        { numRuns: 5 },
      );
    }
  });

  it("with any secret that is long enough, and with no other", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 32, maxLength: 200 }),
        fc.uint8Array({ minLength: 32, maxLength: 200 }),
        async (one, other) => {
          fc.pre(new Set(one).size > 1 && new Set(other).size > 1 && Buffer.compare(one, other) !== 0);
          const keyOne = await importSecret(one, HS256);
          const token = await sign({}, keyOne, expected);
          expect(await verdictAsync(token, keyOne)).toBe("accepted");
          // HMAC itself takes zeros at the end of a short key for nothing.
          fc.pre(
            !(
              one.length <= 64 &&
              other.length <= 64 &&
              Buffer.concat([one, Buffer.alloc(64 - one.length)]).equals(
                Buffer.concat([other, Buffer.alloc(64 - other.length)]),
              )
            ),
          );
          expect(await verdictAsync(token, await importSecret(other, HS256))).toBe("signature_invalid");
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("what is said arrives", () => {
  it("decode after sign is the identity on claims", async () => {
    await fc.assert(
      fc.asyncProperty(jsonClaims, async (claims) => {
        const {
          claims: found,
          header,
          verified,
        } = decode(await sign(claims, secret, { ...expected, jwtId: "1", subject: "s", notBefore: "0s" }));
        const { iss, aud, sub, jti, nbf, iat, exp, ...own } = found;
        expect(JSON.stringify(own)).toBe(JSON.stringify(claims));
        expect({ iss, aud, sub, jti, nbf, life: (exp as number) - (iat as number) }).toEqual({
          iss: expected.issuer,
          aud: expected.audience,
          sub: "s",
          jti: "1",
          nbf: iat,
          life: 900,
        });
        expect({ header, verified }).toEqual({ header: { alg: "HS256", typ: "JWT" }, verified: false });
      }),
      { numRuns: 300 },
    );
  });

  it("buildClaims is the token's payload", async () => {
    const now = (): Date => new Date(1_800_000_000_000);
    await fc.assert(
      fc.asyncProperty(
        jsonClaims,
        fc.constantFrom(
          {},
          { ...expected },
          { subject: "s", audience: ["a", "b"], jwtId: "1" },
          { notBefore: "5m" as const, expiresIn: "1h" as const },
          { expiresAt: 1_800_000_600 },
        ),
        async (claims, options) => {
          const built = buildClaims(claims, { ...options, now });
          const token = await sign(claims, secret, { ...options, now });
          expect(Buffer.from(token.split(".")[1]!, "base64url").toString()).toBe(JSON.stringify(built));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("buildClaims is the token's payload for values that JSON writes in its own way", async () => {
    const claims = {
      date: new Date(0),
      list: [new Date(1)],
      nested: { link: new URL("https://a.example/?b") },
      negative: -0,
    };
    const now = (): Date => new Date(1_800_000_000_000);
    const { payload } = await verify(await sign(claims, secret, { ...expected, now }), secret, { ...expected, now });
    expect(payload).toEqual(JSON.parse(JSON.stringify(buildClaims(claims, { ...expected, now }))));
  });

  it("the caller's object is never changed, nor kept", async () => {
    await fc.assert(
      fc.asyncProperty(jsonClaims, async (claims) => {
        const before = JSON.stringify(claims);
        const frozen = JSON.parse(before) as object;
        Object.freeze(frozen);
        await sign(frozen, secret, expected);
        const built = buildClaims(claims, expected) as Record<string, unknown>;
        built.extra = true;
        expect(JSON.stringify(claims)).toBe(before);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a token with any one character changed, removed, added or swapped never verifies", () => {
  const exhaustive = async (token: string, refuses: (other: string) => Promise<boolean> | boolean): Promise<void> => {
    let tried = 0;
    for (let at = 0; at <= token.length; at++) {
      for (const other of neighbours(token, at)) {
        if (other === token) continue;
        tried++;
        if (!(await refuses(other))) expect.unreachable(`accepted: ${JSON.stringify(other)} for ${token}`);
      }
    }
    expect(tried).toBeGreaterThan(token.length * 130);
  };
  const now = (): Date => new Date(1_000_000);

  it("exhaustively for a short HS256 token", async () => {
    const token = hs256({ alg: "HS256" }, { iss: "i", aud: "a", iat: 1, exp: 9999 });
    const verifier = createVerifier(secret, { issuer: "i", audience: "a", now });
    expect(verifier.safeVerifySync(token).ok).toBe(true);
    await exhaustive(token, (other) => !verifier.safeVerifySync(other).ok);
  });

  it("exhaustively, with a cache that has just seen the good one", async () => {
    const token = hs256({ alg: "HS256" }, { iss: "i", aud: "a", iat: 1, exp: 9999 });
    const verifier = createVerifier(secret, { issuer: "i", audience: "a", now, cache: 10 });
    expect(verifier.safeVerifySync(token).ok).toBe(true);
    await exhaustive(token, (other) => !verifier.safeVerifySync(other).ok);
    expect(verifier.safeVerifySync(token).ok).toBe(true);
  });

  it("sampled for every algorithm", async () => {
    for (const { alg, signing, verifying } of keys) {
      const token = await signedBy(signing, { iss: "i", aud: "a", iat: 1, exp: 9999, text: "some more" });
      const verifier = createVerifier(verifying, { issuer: "i", audience: "a", now });
      expect((await verifier.safeVerify(token)).ok, alg).toBe(true);
      await fc.assert(
        fc.asyncProperty(fc.nat(token.length), fc.nat(150), async (at, which) => {
          const all = [...neighbours(token, at)];
          const other = all[which % all.length]!;
          fc.pre(other !== token);
          const result = await verifier.safeVerify(other);
          expect(result.ok, `${alg}: ${other}`).toBe(false);
        }),
        { numRuns: 80 },
      );
      // The ends of the parts are where spellings differ.
      for (const at of [
        0,
        token.indexOf(".") - 1,
        token.indexOf(".") + 1,
        token.lastIndexOf(".") - 1,
        token.lastIndexOf(".") + 1,
        token.length - 1,
      ]) {
        for (const other of neighbours(token, at))
          if (other !== token && (await verifier.safeVerify(other)).ok) expect.unreachable(`${alg} accepted: ${other}`);
      }
    }
  });

  it("any two parts of two good tokens", async () => {
    await fc.assert(
      fc.asyncProperty(jsonClaims, jsonClaims, async (one, other) => {
        const [a, b] = [
          await sign(one, secret, expected),
          await sign(other, secret, { ...expected, header: { x: 1 } }),
        ];
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        const [partsA, partsB] = [a.split("."), b.split(".")];
        for (let mask = 1; mask < 7; mask++) {
          const mixed = partsA.map((text, at) => ((mask >> at) & 1 ? partsB[at]! : text)).join(".");
          expect(await outcome(() => verify(mixed, secret, expected))).toBe("signature_invalid");
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("every byte string has at most one accepted spelling", () => {
  it("of base64url: the canonical one is accepted, any other text is refused", async () => {
    const header = part({ alg: "HS256" });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: fc.constantFrom(...Array.from("ABab09-_+/= \n")), maxLength: 12 }),
          fc.base64String({ maxLength: 40 }),
          bytes.map((array) => Buffer.from(array).toString("base64url")),
          fc.string({ unit: "binary", maxLength: 20 }),
        ),
        async (text) => {
          const token = macOver(`${header}.${text}`);
          const canonical = Buffer.from(text, "base64url").toString("base64url") === text;
          const code = await verdict(token, secret);
          expect(code).not.toBe("accepted");
          expect(
            code === "token_malformed" || (text === "" && code === "payload_invalid"),
            `${JSON.stringify(text)}: ${code}`,
          ).toBe(!canonical || text === "");
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("of a secret, of a JWK's members: one text, one key", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 33, maxLength: 70 }),
        fc.constantFrom("=", "==", "A", " ", "\n", "+", "."),
        async (array, junk) => {
          fc.pre(new Set(array).size > 1);
          const k = Buffer.from(array).toString("base64url");
          expect(await outcome(() => importSecret({ kty: "oct", k }, HS256))).toBe("accepted");
          for (const other of [k + junk, junk + k, Buffer.from(array).toString("base64")].filter(
            (text) => Buffer.from(text, "base64url").toString("base64url") !== text,
          )) {
            expect(await outcome(() => importSecret({ kty: "oct", k: other }, HS256))).toBe("invalid_key");
            expect(await outcome(() => importSecret(other, HS256, { encoding: "base64url" }))).toBe("invalid_key");
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
