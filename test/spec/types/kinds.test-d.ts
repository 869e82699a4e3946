// What the types of defineToken, timeLeft and createTokenSource let a caller write, and what they do not. Nothing here is run.
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { createTokenSource, decode, defineToken, memoryReplayStore, timeLeft } from "../../../src/index.ts";
import type { JwtClaims, SecretKey, SigningKeySource, Verified } from "../../../src/index.ts";

declare const key: SecretKey;
declare const ring: SigningKeySource;
const web = { issuer: "my-api", audience: "web" } as const;

// ── with a schema: typed on both sides ──────────────────────────────────────────────────────────
const schema = z.object({ sub: z.string(), count: z.string().transform(Number), iss: z.string() });
const invitation = defineToken("invitation", { ...web, schema, once: memoryReplayStore() });
const signer = invitation.createSigner(key);
void signer.sign({ sub: "user_123", count: "12" });
signer.signSync({ sub: "user_123", count: "12" }, { expiresIn: "5m" });
// @ts-expect-error the schema wants a sub
void signer.sign({ count: "12" });
// @ts-expect-error the schema lacks a role
void signer.sign({ sub: "user_123", count: "12", role: "admin" });
// @ts-expect-error the schema's input is signed, not its output
void signer.sign({ sub: "user_123", count: 12 });
// @ts-expect-error the issuer is the kind's
void signer.sign({ sub: "user_123", count: "12" }, { issuer: "other" });

const verifier = invitation.createVerifier(key);
const { claims } = await verifier.verify("");
expectTypeOf(claims).toEqualTypeOf<{ sub: string; count: number; iss: string }>();
expectTypeOf(await verifier.peek("")).toEqualTypeOf<Verified<typeof claims>>();
const peeked = await verifier.safePeek("");
if (peeked.ok) expectTypeOf(peeked.claims.count).toBeNumber();

// ── without one: any claims, of the right types ─────────────────────────────────────────────────
interface Session {
  sub: string;
  role: "admin" | "user";
}
declare const session: Session;
const reset = defineToken("password-reset", web);
void reset.createSigner(ring).sign(session);
void reset.createSigner(key).sign({ sub: "user_123", anything: [1] });
// @ts-expect-error exp is a number of seconds
void reset.createSigner(key).sign({ exp: "2h" });
expectTypeOf((await reset.createVerifier(key).verify("")).claims).toExtend<JwtClaims>();

// @ts-expect-error an issuer is asked for
defineToken("reset", { audience: "web" });
// @ts-expect-error an audience is asked for
defineToken("reset", { issuer: "my-api" });
// @ts-expect-error and no other option taken
defineToken("reset", { ...web, lifetime: "15m" });

// ── small things ────────────────────────────────────────────────────────────────────────────────
expectTypeOf(timeLeft("")).toBeNumber();
timeLeft(decode("").claims);
timeLeft(claims as JwtClaims);
// @ts-expect-error a promise is no token
timeLeft(Promise.resolve(""));
expectTypeOf(
  createTokenSource(key, { claims: { sub: "billing", team: 7 }, expiresIn: "50m" }).token(),
).resolves.toBeString();
createTokenSource(ring);
createTokenSource(async () => ({ token: "", expiresIn: 3600 }), { renewBefore: "1m" });
// @ts-expect-error options of sign have no meaning for an exchange
createTokenSource(async () => "", { issuer: "my-api" });
// @ts-expect-error the end of a token is said once
createTokenSource(() => ({ token: "", expiresIn: 3600, expiresAt: 1 }));
