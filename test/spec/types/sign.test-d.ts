// What the types of sign and buildClaims let a caller write, and what they do not. Nothing here is run.
import { buildClaims, createSigner, sign, signSync } from "../../../src/index.ts";
import type { ClaimOptions, Duration, IssuedClaims, JwtClaims, SecretKey, SignOptions } from "../../../src/index.ts";

declare const key: SecretKey;

// ── claims: literals, interfaces, classes, records ──────────────────────────────────────────────
interface Session {
  sub: string;
  role: "admin" | "user";
  nested: { since: Date };
}
declare const session: Session;
declare const readonlyClaims: Readonly<{ sub: string; aud: readonly string[] }>;
declare const anything: Record<string, unknown>;
declare const verified: JwtClaims;
class User {
  sub = "x";
  roles: string[] = [];
}
void sign({ sub: "user", role: "admin", list: [1, { a: null }] }, key);
void sign({}, key);
void sign(session, key);
void sign(readonlyClaims, key);
void sign(anything, key);
void sign(verified, key);
void sign(new User(), key);
void sign({ iss: "a", sub: "b", aud: ["c", "d"], exp: 1, nbf: 1, iat: 1, jti: "e" }, key);
signSync(session, key);
buildClaims(session);
void createSigner(key).sign(session, { expiresIn: "1h" });

// @ts-expect-error exp is a number of seconds
void sign({ exp: "2h" }, key);
// @ts-expect-error exp is a number of seconds
void sign({ exp: new Date() }, key);
// @ts-expect-error aud is a text or a list of texts
void sign({ aud: 5 }, key);
// @ts-expect-error aud is a text or a list of texts
void sign({ aud: [5] }, key);
// @ts-expect-error sub is a text
void sign({ sub: 5, role: "x" }, key);
// @ts-expect-error iss is a text
signSync({ iss: ["a"] }, key);
// @ts-expect-error jti is a text
buildClaims({ jti: true });
// @ts-expect-error nbf is a number
void createSigner(key).sign({ nbf: "now" });
// @ts-expect-error iat is a number
createSigner(key).signSync({ iat: null });
interface WrongSession {
  sub: string;
  exp: string;
}
declare const wrongSession: WrongSession;
// @ts-expect-error an interface is looked at as well
void sign(wrongSession, key);
// @ts-expect-error claims are an object
void sign("claims", key);
// @ts-expect-error claims are an object
void sign(undefined, key);
// @ts-expect-error claims are an object
void sign(5, key);

// ── options ─────────────────────────────────────────────────────────────────────────────────────
const all: SignOptions = {
  expiresIn: "15m",
  maxLifetime: 3600,
  notBefore: "5m",
  issuer: "a",
  subject: "b",
  audience: ["c"],
  jwtId: true,
  typ: "at+jwt",
  header: { x: 1 },
  sensitiveClaims: ["ssn"],
  now: () => new Date(),
};
void sign({}, key, all);
const nothing: SignOptions = {
  expiresIn: undefined,
  expiresAt: undefined,
  maxLifetime: undefined,
  notBefore: undefined,
  issuer: undefined,
  subject: undefined,
  audience: undefined,
  jwtId: undefined,
  typ: undefined,
  header: undefined,
  sensitiveClaims: undefined,
  now: undefined,
};
void sign({}, key, nothing);
void sign({}, key, { issuer: process.env.ISSUER, audience: process.env.AUDIENCE, subject: process.env.SUBJECT });
void sign({}, key, { expiresAt: new Date(), notBefore: new Date() });
void sign({}, key, { expiresAt: 1_900_000_000, sensitiveClaims: "allow" });
export const durations: readonly Duration[] = [0, 900, "1s", "15m", "1.5h", "7d", "2w"];
export const options: ClaimOptions = { expiresIn: 5 };

// @ts-expect-error a number in quotes is milliseconds elsewhere
void sign({}, key, { expiresIn: "86400" });
// @ts-expect-error no such unit
void sign({}, key, { expiresIn: "1y" });
// @ts-expect-error no such unit
void sign({}, key, { expiresIn: "15 minutes" });
// @ts-expect-error a unit alone
void sign({}, key, { expiresIn: "m" });
// @ts-expect-error a text is not a point in time
void sign({}, key, { expiresAt: "2030-01-01" });
// @ts-expect-error seconds from when? text counts from now, a Date is a point
void sign({}, key, { notBefore: 300 });
// @ts-expect-error false is not a way to leave it out
void sign({}, key, { jwtId: false });
// @ts-expect-error the algorithm is the key's
void sign({}, key, { algorithm: "HS256" });
// @ts-expect-error the key has its kid
void sign({}, key, { kid: "1" });
// @ts-expect-error a misspelt name
void sign({}, key, { audiance: "a" });
// @ts-expect-error jsonwebtoken's name
void sign({}, key, { keyid: "1" });
// @ts-expect-error a clock gives a Date
void sign({}, key, { now: () => Date.now() });
// @ts-expect-error a clock gives a Date at once
void sign({}, key, { now: async () => Promise.resolve(new Date()) });
// @ts-expect-error no such choice
void sign({}, key, { sensitiveClaims: "ignore" });

// ── what comes back ─────────────────────────────────────────────────────────────────────────────
const built = buildClaims(session, { issuer: "a" });
export const fields: readonly [string, "admin" | "user", number, number, string | undefined] = [
  built.sub,
  built.role,
  built.iat,
  built.exp,
  built.iss,
];
export const issued: IssuedClaims<Session> = built;
export const token: Promise<string> = sign(session, key);
export const tokenNow: string = signSync(session, key);
// @ts-expect-error what was issued is not changed
built.exp = 1;
