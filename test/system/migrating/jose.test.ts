// Each row of the guide, against jose itself. Its keys are in jose-keys.test.ts.
import { jwtVerify } from "jose";
import { HS256, importSecretSync, verify } from "mintmark";
import { testBeforeAndAfter, testOtherBlocks } from "./before-and-after.ts";
import { readGuide } from "./guide.ts";
import type { Call } from "./programs.ts";
import { scriptPeer, testErrors, testSigning, testTokens, testVerifying } from "./rows.ts";
import { audience, encode, fixTheWorld, forged, issuer, now, sealed, secret, signed, token } from "./tokens.ts";

fixTheWorld();

const bytes = new TextEncoder().encode(secret);
const peer = scriptPeer('import { jwtVerify, SignJWT, UnsecuredJWT } from "jose";', { secret: bytes });
const guide = await readGuide("jose");
const refused = "invalid_argument";

testBeforeAndAfter(guide);
testOtherBlocks(guide);

const header = (members: string): string =>
  `await new SignJWT(claims).setProtectedHeader({ ${members} }).setIssuedAt().sign(secret)`;

await testSigning(peer, guide.table("SignJWT"), {
  '.setExpirationTime("2h")': { claims: {}, both: { exp: now + 7200 } },
  '.setExpirationTime("2 hours from now")': { claims: {}, both: { exp: now + 7200 } },
  '.setExpirationTime("1y")': { claims: {}, both: { exp: now + 31_557_600 } },
  ".setExpirationTime(3600)": { claims: {}, there: { exp: 3600 }, here: { exp: now + 3600 } },
  ".setExpirationTime(now + 3600)": { claims: {}, both: { exp: now + 3600 } },
  ".setExpirationTime(new Date((now + 3600) * 1000))": { claims: {}, both: { exp: now + 3600 } },
  '.setExpirationTime("2 hours ago")': { claims: {}, there: { exp: now - 7200 }, here: refused },
  "no `setExpirationTime`": { claims: {}, there: { exp: undefined }, here: { exp: now + 900 } },
  '.setExpirationTime("10y")': { claims: {}, there: { exp: now + 315_576_000 }, here: refused },
  '.setNotBefore("5m")': { both: { nbf: now + 300 } },
  ".setNotBefore(new Date((now + 60) * 1000))": { both: { nbf: now + 60 } },
  '.setIssuer("my-api")': { both: { iss: "my-api" } },
  '.setAudience(["web", "app"])': { both: { aud: ["web", "app"] } },
  '.setSubject("user_456")': { there: { sub: "user_456" }, here: refused },
  '.setJti("id_1")': { both: { jti: "id_1" } },
  ".setIssuedAt(now - 60)": { both: { iat: now - 60 } },
  'await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret)': {
    there: { iat: undefined, typ: undefined },
    here: { iat: now, typ: "JWT" },
  },
  [header('alg: "HS512", typ: "JWT"')]: { both: { alg: "HS512" } },
  [header('alg: "HS256", typ: "JWT", kid: "2026-11"')]: { both: { kid: "2026-11" } },
  [header('alg: "HS256", typ: "at+jwt"')]: { both: { typ: "at+jwt" } },
  [header('alg: "HS256", typ: "JWT", cty: "example"')]: { both: { cty: "example" } },
  'await new SignJWT(claims).setProtectedHeader({ alg: "HS256", crit: ["ex"], ex: 1 }).sign(secret, { crit: { ex: true } })':
    { there: { crit: ["ex"] }, here: refused },
  "new UnsecuredJWT(claims).encode()": { there: { alg: "none" }, here: { alg: "HS256" } },
});

await testSigning(peer, guide.table("Claims"), {
  "claims = { sub: 42 }": { there: { sub: 42 }, here: refused },
  'claims = { exp: "2h" }': { there: { exp: "2h" }, here: refused },
  "claims = { exp: now * 1000 }": { there: { exp: now * 1000 }, here: refused },
  "claims = { role: undefined }": { there: { role: undefined }, here: refused },
  "claims = { limit: Infinity }": { there: { limit: null }, here: refused },
  'claims = { password: "hunter2" }': { there: { password: "hunter2" }, here: refused },
  "claims = { iat: now - 60, exp: now + 60 }": { there: { iat: now }, here: { iat: now - 60 } },
});

const [yes, expired, failed, algorithm] = [
  "accepted",
  "ERR_JWT_EXPIRED",
  "ERR_JWT_CLAIM_VALIDATION_FAILED",
  "ERR_JOSE_ALG_NOT_ALLOWED",
];
const good = token();
const hs512 = token({}, { alg: "HS512" });
const elsewhere = token({ aud: "elsewhere" });
const another = token({ iss: "other" });
const [late, later] = [token({ iat: now - 1000, exp: now - 29 }), token({ iat: now - 1000, exp: now - 31 })];
const accessToken = token({}, { typ: "at+jwt" });
const critical = token({}, { crit: ["ex"], ex: 1 });

await testVerifying(peer, guide.table("Options of jwtVerify"), {
  'algorithms: ["HS256"]': { tokens: [good, hs512], there: [yes, algorithm], here: [yes, "alg_not_allowed"] },
  "no `algorithms`": { tokens: [good, hs512], there: [yes, yes], here: [yes, "alg_not_allowed"] },
  'audience: "web"': {
    tokens: [good, token({ aud: ["app", "web"] }), elsewhere, token({ aud: undefined })],
    there: [yes, yes, failed, failed],
    here: [yes, yes, "audience_mismatch", "claim_missing"],
  },
  'audience: ["web", "app"]': {
    tokens: [good, token({ aud: "app" }), elsewhere],
    there: [yes, yes, failed],
    here: [yes, yes, "audience_mismatch"],
  },
  "no `audience`": {
    tokens: [elsewhere, forged(good)],
    there: [yes, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"],
    here: [yes, "signature_invalid"],
  },
  "audience: undefined": { tokens: [elsewhere], there: [yes], here: [refused] },
  'issuer: "my-api"': { tokens: [good, another], there: [yes, failed], here: [yes, "issuer_mismatch"] },
  'issuer: ["my-api", "my-old-api"]': {
    tokens: [good, token({ iss: "my-old-api" }), another],
    there: [yes, yes, failed],
    here: [yes, yes, "issuer_mismatch"],
  },
  "issuer: undefined": { tokens: [another], there: [yes], here: [refused] },
  'subject: "user_123"': {
    tokens: [good, token({ sub: "user_456" })],
    there: [yes, failed],
    here: [yes, "subject_mismatch"],
  },
  'typ: "at+jwt"': {
    tokens: [accessToken, token({}, { typ: "application/AT+JWT" }), good],
    there: [yes, yes, failed],
    here: [yes, yes, "typ_mismatch"],
  },
  "no `typ`": { tokens: [good, accessToken], there: [yes, yes], here: [yes, "typ_mismatch"] },
  "clockTolerance: 30": { tokens: [late, later], there: [yes, expired], here: [yes, "expired"] },
  'clockTolerance: "30 seconds"': { tokens: [late, later], there: [yes, expired], here: [yes, "expired"] },
  "no `clockTolerance`": { tokens: [token({ iat: now - 900, exp: now - 4 })], there: [expired], here: [yes] },
  'maxTokenAge: "1h"': {
    tokens: [good, token({ iat: now - 4000 }), token({ iat: undefined }), token({ iat: now + 100 })],
    there: [yes, expired, failed, failed],
    here: [yes, "too_old", "claim_missing", "not_yet_valid"],
  },
  'requiredClaims: ["role"]': {
    tokens: [token({ role: "admin" }), good],
    there: [yes, failed],
    here: [yes, "claim_missing"],
  },
  "no `requiredClaims`": { tokens: [token({ exp: undefined })], there: [yes], here: ["claim_missing"] },
  'requiredClaims: ["sub"]': {
    tokens: [token({ exp: undefined, iat: undefined }), token({ sub: undefined })],
    there: [yes, failed],
    here: [yes, "claim_missing"],
  },
  "currentDate: new Date((now - 600) * 1000)": {
    tokens: [token({ iat: now - 900, exp: now - 300 }), token({ iat: now - 1200, exp: now - 700 })],
    there: [yes, expired],
    here: [yes, "expired"],
  },
  "crit: { ex: true }": { tokens: [critical], there: [yes], here: ["crit_unsupported"] },
  'audiance: "web"': { tokens: [elsewhere], there: [yes], here: [refused] },
});

await testTokens(peer, guide.table("Tokens that only one of them takes"), {
  "without `exp`": token({ exp: undefined }),
  "without `iat`": token({ iat: undefined }),
  "without `iss`": token({ iss: undefined }),
  "expired for 3 seconds": token({ iat: now - 900, exp: now - 3 }),
  "good in 3 seconds": token({ nbf: now + 3 }),
  "with a number as `sub`": token({ sub: 42 }),
  'with `typ: "at+jwt"`': accessToken,
  "whose header says `alg` twice": sealed(`${encode('{"alg":"HS256","alg":"HS256"}')}.${good.split(".")[1]!}`),
  "of 20 kB": token({ text: "x".repeat(15_000) }),
});

const strict: { there: Call; here: Call } = {
  there: async (scope) =>
    jwtVerify(scope.token as string, bytes, {
      algorithms: ["HS256"],
      issuer,
      audience,
      subject: "user_123",
      typ: "JWT",
      maxTokenAge: "1h",
    }),
  here: async (scope) =>
    verify(scope.token as string, importSecretSync(secret, HS256), {
      issuer,
      audience,
      subject: "user_123",
      typ: "JWT",
      maxTokenAge: "1h",
    }),
};

testErrors(guide.table("Errors"), strict, {
  ERR_JWT_EXPIRED: token({ iat: now - 100, exp: now - 10 }),
  '"nbf" claim timestamp check failed': token({ nbf: now + 100 }),
  '"iat" claim timestamp check failed (too far in the past)': token({ iat: now - 4000 }),
  'missing required "sub" claim': token({ sub: undefined }),
  'unexpected "iss" claim value': another,
  'unexpected "aud" claim value': elsewhere,
  'unexpected "sub" claim value': token({ sub: "user_456" }),
  '"exp" claim must be a number': token({ exp: String(now + 900) }),
  'unexpected "typ" JWT header value': accessToken,
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: forged(good),
  ERR_JOSE_ALG_NOT_ALLOWED: hs512,
  ERR_JOSE_NOT_SUPPORTED: critical,
  ERR_JWS_INVALID: "not a token",
  ERR_JWT_INVALID: signed({ alg: "HS256", typ: "JWT" }, "any text"),
});
