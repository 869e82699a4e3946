// One signature for one purpose, one schema for one issuer, and refusals that do not grow with the configuration.
import { describe, expect, expectTypeOf, it } from "vitest";
import { createVerifier, createVerifierForIssuers, signJws, signJwsJson, verify } from "../../../src/index.ts";
import type { StandardSchemaV1 } from "../../../src/index.ts";
import { expected, forge, goodClaims, key } from "../../unit/jwt/forge.ts";
import { codeOf } from "../../unit/jwt/outcome.ts";

describe("A signature over any bytes passes as a JWT", () => {
  const chosen = new TextEncoder().encode(JSON.stringify({ ...goodClaims, sub: "admin" }));

  it("what signJws and signJwsJson sign by default is typ_mismatch", async () => {
    expect(await codeOf(() => verify(forge(), key, expected))).toBe("accepted");
    expect(await codeOf(async () => verify(await signJws(chosen, key), key, expected))).toBe("typ_mismatch");
    const { payload = "", signatures } = await signJwsJson(chosen, key);
    const [{ protected: header = "", signature } = { signature: "" }] = signatures;
    expect(await codeOf(() => verify(`${header}.${payload}.${signature}`, key, expected))).toBe("typ_mismatch");
  });
});

describe("One schema types another issuer's claims", () => {
  const schema: StandardSchemaV1<unknown, { role: "admin" }> = {
    "~standard": { version: 1, vendor: "test", validate: () => ({ value: { role: "admin" } }) },
  };

  it("claims are of the schema's type for its issuer alone", async () => {
    const verifier = createVerifierForIssuers([
      { ...expected, issuer: "https://a.example", keys: key, schema },
      { ...expected, issuer: "https://b.example", keys: key },
    ]);
    const { claims } = await verifier.verify(forge({ ...goodClaims, iss: "https://b.example", role: "guest" }));
    expect(claims).toMatchObject({ role: "guest" });
    // @ts-expect-error the other issuer's claims were checked by no schema
    expectTypeOf(claims.role).toEqualTypeOf<"admin">();
    // @ts-expect-error a schema that is named in the type has to be given
    expect(() => createVerifier<typeof schema>(key, { ...expected })).not.toThrow();
  });
});

describe("Messages and searches that grow with the configuration", () => {
  it("10,000 issuers: a refusal costs no more than ten times a good token, and 500 characters", () => {
    const issuer = Array.from({ length: 10_000 }, (_, i) => `https://tenant-${i}.example/realms/production`);
    const verifier = createVerifier(key, { ...expected, issuer });
    const [good, bad] = [
      forge({ ...goodClaims, iss: issuer[9999] }),
      forge({ ...goodClaims, iss: "https://x.example" }),
    ];
    const fastest = (token: string): number => {
      const times = Array.from({ length: 60 }, () => {
        const start = performance.now();
        for (let i = 0; i < 20; i++) verifier.safeVerifySync(token);
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    const refusal = verifier.safeVerifySync(bad);
    expect(verifier.safeVerifySync(good).ok).toBe(true);
    expect(refusal.ok ? "accepted" : refusal.error.code).toBe("issuer_mismatch");
    expect(refusal.ok ? 0 : refusal.error.message.length).toBeLessThanOrEqual(500);
    expect(fastest(bad)).toBeLessThan(10 * fastest(good));
  });
});
