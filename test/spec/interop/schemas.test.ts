// Real Standard Schema libraries as `schema`: what they make of the claims is what arrives, typed.
import * as v from "valibot";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { createVerifier, generateSecret, HS256, safeVerify, sign, verify, verifySync } from "../../../src/index.ts";
import type { JwtClaims, SecretKey } from "../../../src/index.ts";

const expected = { issuer: "https://issuer.example", audience: "web" };
const good = { sub: "user_123", role: "admin", since: "2024-02-29T12:00:00Z", "x-extra": true };
const bad = { sub: "user_123", role: "root", since: "yesterday" };

interface Session {
  sub: string;
  role: "admin" | "user";
  since: Date;
  locale: string;
}
const session: Session = { sub: "user_123", role: "admin", since: new Date("2024-02-29T12:00:00Z"), locale: "en" };

const zodSchema = z.object({
  sub: z.string(),
  role: z.enum(["admin", "user"]),
  since: z.iso.datetime().transform((text) => new Date(text)),
  locale: z.string().default("en"),
});

const valibotSchema = v.object({
  sub: v.string(),
  role: v.picklist(["admin", "user"]),
  since: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.transform((text) => new Date(text)),
  ),
  locale: v.optional(v.string(), "en"),
});

let key: SecretKey;
beforeAll(async () => {
  key = await generateSecret(HS256);
});

// One schema each, with the library's own type in place: a loop over both would lose what is inferred.
describe("zod", () => {
  test("its output is the claims, and the payload keeps what the token says", async () => {
    const verified = await verify(await sign(good, key, expected), key, { ...expected, schema: zodSchema });
    expectTypeOf(verified.claims).toEqualTypeOf<Session>();
    expect(verified.claims).toEqual(session);
    expectTypeOf(verified.payload).toEqualTypeOf<JwtClaims>();
    expect(verified.payload).toMatchObject(good);
  });

  test("its output is the claims in the synchronous form too", async () => {
    const { claims } = verifySync(await sign(good, key, expected), key, { ...expected, schema: zodSchema });
    expectTypeOf(claims).toEqualTypeOf<Session>();
    expect(claims).toEqual(session);
  });

  test("its output type arrives through createVerifier and safeVerify", async () => {
    const verifier = createVerifier(key, { ...expected, schema: zodSchema });
    const result = await verifier.safeVerify(await sign(good, key, expected));
    if (!result.ok) throw result.error;
    expectTypeOf(result.claims).toEqualTypeOf<Session>();
    expect(result.claims).toEqual(session);
  });

  test("its findings arrive as issues of schema_mismatch, with their paths", async () => {
    const result = await safeVerify(await sign(bad, key, expected), key, { ...expected, schema: zodSchema });
    expect(result).toMatchObject({
      ok: false,
      error: { code: "schema_mismatch", issues: [{ path: ["role"] }, { path: ["since"] }] },
    });
  });

  test("sees the registered claims as well, so that a strict object can name them", async () => {
    const registered = { iss: z.string(), aud: z.string(), iat: z.number(), exp: z.number() };
    const token = await sign({ sub: "user_123" }, key, expected);

    const schema = z.strictObject({ sub: z.string(), ...registered });
    expect((await verify(token, key, { ...expected, schema })).claims).toMatchObject({ iss: expected.issuer });

    const tooStrict = z.strictObject({ sub: z.string() });
    await expect(verify(token, key, { ...expected, schema: tooStrict })).rejects.toMatchObject({
      code: "schema_mismatch",
    });
  });

  test("may be asynchronous, though not in the synchronous form", async () => {
    const schema = zodSchema.refine((claims) => Promise.resolve(claims.role === "admin"));
    const token = await sign(good, key, expected);
    expect((await verify(token, key, { ...expected, schema })).claims).toEqual(session);
    expect(() => verifySync(token, key, { ...expected, schema })).toThrow(
      expect.objectContaining({ name: "TypeError", code: "sync_unavailable" }) as Error,
    );
  });

  test("is asked only after the signature and the claims", async () => {
    const asked: unknown[] = [];
    const schema = z.unknown().refine((claims) => asked.push(claims) > 0);
    const token = await sign(good, await generateSecret(HS256), expected);
    const late = await sign(good, key, { ...expected, audience: "billing" });

    await expect(verify(token, key, { ...expected, schema })).rejects.toMatchObject({ code: "signature_invalid" });
    await expect(verify(late, key, { ...expected, schema })).rejects.toMatchObject({ code: "audience_mismatch" });
    expect(asked).toEqual([]);
  });
});

describe("valibot", () => {
  test("its output is the claims, and the payload keeps what the token says", async () => {
    const verified = await verify(await sign(good, key, expected), key, { ...expected, schema: valibotSchema });
    expectTypeOf(verified.claims).toEqualTypeOf<Session>();
    expect(verified.claims).toEqual(session);
    expect(verified.payload).toMatchObject(good);
  });

  test("its findings arrive as issues of schema_mismatch, with their paths", async () => {
    const result = await safeVerify(await sign(bad, key, expected), key, { ...expected, schema: valibotSchema });
    expect(result).toMatchObject({
      ok: false,
      error: {
        code: "schema_mismatch",
        issues: [{ path: [{ key: "role" }] }, { path: [{ key: "since" }] }],
      },
    });
  });

  test("may be asynchronous, though not in the synchronous form", async () => {
    const schema = v.pipeAsync(
      v.looseObject({}),
      v.checkAsync(() => Promise.resolve(true)),
    );
    const token = await sign(good, key, expected);
    expect((await verify(token, key, { ...expected, schema })).claims).toMatchObject(good);
    expect(() => verifySync(token, key, { ...expected, schema })).toThrow(
      expect.objectContaining({ name: "TypeError", code: "sync_unavailable" }) as Error,
    );
  });
});

test("without a schema the claims are the payload", async () => {
  const verified = await verify(await sign(good, key, expected), key, expected);
  expectTypeOf(verified.claims).toExtend<JwtClaims>();
  expectTypeOf(verified.claims.exp).toEqualTypeOf<number>();
  expect(verified.claims).toEqual(verified.payload);
});
