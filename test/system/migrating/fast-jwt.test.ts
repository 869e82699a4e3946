// Each row of the guide, against fast-jwt itself. Its keys are in fast-jwt-keys.test.ts.
import { createVerifier as createPeerVerifier } from "fast-jwt";
import { HS256, importSecretSync, verifySync } from "mintmark";
import { testBeforeAndAfter, testOtherBlocks } from "./before-and-after.ts";
import { readGuide } from "./guide.ts";
import type { Call } from "./programs.ts";
import { scriptPeer, testErrors, testSigning, testTokens, testVerifying } from "./rows.ts";
import { audience, encode, fixTheWorld, forged, issuer, now, sealed, secret, signed, token } from "./tokens.ts";

fixTheWorld();

const peer = scriptPeer('import { createSigner, createVerifier } from "fast-jwt";');
const guide = await readGuide("fast-jwt");
const refused = "invalid_argument";

testBeforeAndAfter(guide);
testOtherBlocks(guide);

await testSigning(peer, guide.table("Options of createSigner"), {
  'algorithm: "HS512"': { both: { alg: "HS512" } },
  'createSigner({ algorithm: "none" })(claims)': { there: { alg: "none" }, here: { alg: "HS256" } },
  "expiresIn: 7_200_000": { claims: {}, both: { exp: now + 7200 } },
  "expiresIn: 7200": { claims: {}, there: { exp: now + 7 }, here: { exp: now + 7200 } },
  'expiresIn: "2h"': { claims: {}, both: { exp: now + 7200 } },
  'expiresIn: "120"': { claims: {}, there: { exp: now }, here: refused },
  'expiresIn: "-1h"': { claims: {}, there: { exp: now - 3600 }, here: refused },
  "no `expiresIn`": { claims: {}, there: { exp: undefined }, here: { exp: now + 900 } },
  'expiresIn: "10y"': { claims: {}, there: { exp: now + 315_576_000 }, here: refused },
  "notBefore: 300_000": { both: { nbf: now + 300 } },
  'iss: "my-api"': { both: { iss: "my-api" } },
  'aud: ["web", "app"]': { both: { aud: ["web", "app"] } },
  'sub: "user_456"': { there: { sub: "user_456" }, here: refused },
  'jti: "id_1"': { both: { jti: "id_1" } },
  'nonce: "n_1"': { both: { nonce: "n_1" } },
  'kid: "2026-11"': { both: { kid: "2026-11" } },
  'typ: "at+jwt"': { both: { typ: "at+jwt" } },
  'header: { cty: "example" }': { both: { cty: "example" } },
  'header: { alg: "HS512" }': { there: { alg: "HS512" }, here: refused },
  "noTimestamp: true": { there: { iat: undefined }, here: { iat: now } },
  "clockTimestamp: (now - 60) * 1000": { both: { iat: now - 60 } },
  "createSigner({ key: secret, mutatePayload: true })(claims) && claims.iat": { both: { value: now } },
  'expiresin: "2h"': { claims: {}, there: { exp: undefined }, here: refused },
});

await testSigning(peer, guide.table("Claims"), {
  "claims = { exp: now + 60 }": { there: { exp: now + 3600 }, here: refused },
  "claims = { sub: 42 }": { there: { sub: 42 }, here: refused },
  "claims = { nbf: now * 1000 }": { there: { nbf: now * 1000 }, here: refused },
  "claims = { role: undefined }": { there: { role: undefined }, here: refused },
  'claims = { password: "hunter2" }': { there: { password: "hunter2" }, here: refused },
  "claims = { iat: now - 60 }": { both: { iat: now - 60, exp: now + 3540 } },
  'claims = { role: "admin" }': { both: { role: "admin", exp: now + 3600 } },
});

const yes = "accepted";
const [expired, value, missing] = [
  "FAST_JWT_EXPIRED",
  "FAST_JWT_INVALID_CLAIM_VALUE",
  "FAST_JWT_MISSING_REQUIRED_CLAIM",
];
const good = token();
const bad = forged(good);
const hs512 = token({}, { alg: "HS512" });
const [elsewhere, another] = [token({ aud: "elsewhere" }), token({ iss: "other" })];
const accessToken = token({}, { typ: "at+jwt" });
const critical = token({}, { crit: ["ex"], ex: 1 });
const whole = {
  header: { alg: "HS256", typ: "JWT" },
  payload: { sub: "user_123", iss: issuer, aud: audience, iat: now, exp: now + 900 },
};

await testVerifying(peer, guide.table("Options of createVerifier"), {
  'algorithms: ["HS256"]': {
    tokens: [good, hs512],
    there: [yes, "FAST_JWT_INVALID_ALGORITHM"],
    here: [yes, "alg_not_allowed"],
  },
  "no `algorithms`": { tokens: [good, hs512], there: [yes, yes], here: [yes, "alg_not_allowed"] },
  'allowedIss: "my-api"': {
    tokens: [good, another, token({ iss: undefined })],
    there: [yes, value, yes],
    here: [yes, "issuer_mismatch", "claim_missing"],
  },
  'allowedIss: "my-api", requiredClaims: ["iss"]': {
    tokens: [good, another, token({ iss: undefined })],
    there: [yes, value, missing],
    here: [yes, "issuer_mismatch", "claim_missing"],
  },
  'allowedIss: ["my-api", "my-old-api"], requiredClaims: ["iss"]': {
    tokens: [good, token({ iss: "my-old-api" }), another],
    there: [yes, yes, value],
    here: [yes, yes, "issuer_mismatch"],
  },
  "allowedIss: undefined": { tokens: [another], there: [yes], here: [refused] },
  'allowedAud: "web"': {
    tokens: [good, elsewhere, token({ aud: undefined })],
    there: [yes, value, yes],
    here: [yes, "audience_mismatch", "claim_missing"],
  },
  'allowedAud: ["web", "app"], requiredClaims: ["aud"]': {
    tokens: [good, token({ aud: ["x", "app"] }), elsewhere],
    there: [yes, yes, value],
    here: [yes, yes, "audience_mismatch"],
  },
  "allowedAud: /^web/": {
    tokens: [good, token({ aud: "website.example" })],
    there: [yes, yes],
    here: [yes, "audience_mismatch"],
  },
  "no `allowedAud`": {
    tokens: [elsewhere, bad],
    there: [yes, "FAST_JWT_INVALID_SIGNATURE"],
    here: [yes, "signature_invalid"],
  },
  'allowedSub: "user_123", requiredClaims: ["sub"]': {
    tokens: [good, token({ sub: "user_456" })],
    there: [yes, value],
    here: [yes, "subject_mismatch"],
  },
  'allowedJti: "id_1", requiredClaims: ["jti"]': {
    tokens: [token({ jti: "id_1" }), token({ jti: "id_2" }), good],
    there: [yes, value, missing],
    here: [yes, "claim_mismatch", "claim_missing"],
  },
  'allowedNonce: "n_1", requiredClaims: ["nonce"]': {
    tokens: [token({ nonce: "n_1" }), token({ nonce: "n_2" })],
    there: [yes, value],
    here: [yes, "claim_mismatch"],
  },
  'requiredClaims: ["role"]': {
    tokens: [token({ role: "admin" }), good],
    there: [yes, missing],
    here: [yes, "claim_missing"],
  },
  "no `requiredClaims`": { tokens: [token({ exp: undefined })], there: [yes], here: ["claim_missing"] },
  'checkTyp: "at+jwt"': {
    tokens: [accessToken, token({}, { typ: "application/AT+JWT" }), good],
    there: [yes, yes, "FAST_JWT_INVALID_TYPE"],
    here: [yes, yes, "typ_mismatch"],
  },
  "no `checkTyp`": { tokens: [good, accessToken], there: [yes, yes], here: [yes, "typ_mismatch"] },
  "clockTolerance: 30_000": {
    tokens: [token({ iat: now - 900, exp: now - 29 }), token({ iat: now - 900, exp: now - 31 })],
    there: [yes, expired],
    here: [yes, "expired"],
  },
  "no `clockTolerance`": { tokens: [token({ iat: now - 900, exp: now - 4 })], there: [expired], here: [yes] },
  "clockTolerance: 0": { tokens: [token({ iat: now - 900, exp: now })], there: [yes], here: ["expired"] },
  "clockTimestamp: (now - 600) * 1000": {
    tokens: [token({ iat: now - 900, exp: now - 300 }), token({ iat: now - 1200, exp: now - 700 })],
    there: [yes, expired],
    here: [yes, "expired"],
  },
  "maxAge: 3_600_000": { tokens: [good, token({ iat: now - 4000 })], there: [yes, expired], here: [yes, "too_old"] },
  "maxAge: 3_600_000, clockTolerance: 0": {
    tokens: [token({ iat: undefined }), token({ iat: now + 600 })],
    there: [yes, yes],
    here: ["claim_missing", "not_yet_valid"],
  },
  "ignoreExpiration: true": { tokens: [token({ iat: now - 900, exp: now - 31 })], there: [yes], here: ["expired"] },
  "ignoreNotBefore: true": { tokens: [token({ nbf: now + 100 })], there: [yes], here: ["not_yet_valid"] },
  "complete: true": {
    tokens: [good, bad],
    there: [whole, "FAST_JWT_INVALID_SIGNATURE"],
    here: [whole, "signature_invalid"],
  },
  "cache: true": { tokens: [good, bad], there: [yes, "FAST_JWT_INVALID_SIGNATURE"], here: [yes, "signature_invalid"] },
  'allowedCritHeaders: ["ex"]': { tokens: [critical], there: [yes], here: ["crit_unsupported"] },
  'allowedISS: "other"': { tokens: [good], there: [yes], here: [refused] },
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

const strictPeer = createPeerVerifier({
  key: secret,
  algorithms: ["HS256"],
  allowedIss: issuer,
  allowedAud: audience,
  allowedSub: "user_123",
  allowedNonce: "n_1",
  checkTyp: "JWT",
  requiredClaims: ["role"],
});
const strict: { there: Call; here: Call } = {
  there: async (scope) => strictPeer(scope.token as string) as unknown,
  here: async (scope) =>
    verifySync(scope.token as string, importSecretSync(secret, HS256), {
      issuer,
      audience,
      subject: "user_123",
      match: { nonce: "n_1" },
      typ: "JWT",
      required: ["role"],
    }),
};
const strictToken = (changed: object = {}, header = {}): string =>
  token({ role: "admin", nonce: "n_1", ...changed }, header);

testErrors(guide.table("Errors"), strict, {
  FAST_JWT_EXPIRED: strictToken({ iat: now - 100, exp: now - 10 }),
  FAST_JWT_INACTIVE: strictToken({ nbf: now + 100 }),
  FAST_JWT_MALFORMED: "not a token",
  FAST_JWT_INVALID_SIGNATURE: forged(strictToken()),
  FAST_JWT_MISSING_SIGNATURE: good.slice(0, good.lastIndexOf(".") + 1),
  FAST_JWT_INVALID_ALGORITHM: strictToken({}, { alg: "HS512" }),
  FAST_JWT_INVALID_PAYLOAD: signed({ alg: "HS256", typ: "JWT" }, "[]"),
  FAST_JWT_MISSING_REQUIRED_CLAIM: strictToken({ role: undefined }),
  FAST_JWT_INVALID_CLAIM_TYPE: strictToken({ exp: String(now + 900) }),
  "The iss claim value is not allowed.": strictToken({ iss: "other" }),
  "The aud claim value is not allowed.": strictToken({ aud: "elsewhere" }),
  "The sub claim value is not allowed.": strictToken({ sub: "user_456" }),
  "The nonce claim value is not allowed.": strictToken({ nonce: "n_2" }),
  "Invalid typ.": strictToken({}, { typ: "at+jwt" }),
  FAST_JWT_INVALID_CRIT_HEADER: strictToken({}, { crit: ["ex"], ex: 1 }),
});
