// Each row of the guide, against jsonwebtoken itself. Its keys are in jsonwebtoken-keys.test.ts.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import jsonwebtoken from "jsonwebtoken";
import { expect, test, vi } from "vitest";
import { createJsonwebtoken } from "mintmark/jsonwebtoken";
import { decode, HS256, importSecretSync, signSync, verifySync } from "mintmark";
import { testBeforeAndAfter, testOtherBlocks } from "./before-and-after.ts";
import { readGuide } from "./guide.ts";
import { run, type Call } from "./programs.ts";
import { scriptPeer, testErrors, testSigning, testTokens, testVerifying } from "./rows.ts";
import { audience, fixTheWorld, forged, issuer, now, secret, signed, token } from "./tokens.ts";

fixTheWorld();

const pem = { type: "pkcs8", format: "pem" } as const;
const peer = scriptPeer('import jwt from "jsonwebtoken";', {
  weakRsa: generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export(pem),
  secp256k1: generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey.export(pem),
});
const guide = await readGuide("jsonwebtoken");
const refused = "invalid_argument";

testBeforeAndAfter(guide);
testOtherBlocks(guide);

interface Tokens {
  readonly issue: (user: { id: string }) => string;
  readonly check: (token: string) => unknown;
}

test("the steps run, and each takes the tokens of the others", async () => {
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const [before, after] = [
    await run<Tokens>(guide.blocks("ts step-0")[0]!),
    await run<Tokens>(guide.blocks("ts step-2")[0]!),
  ];
  await run(guide.blocks("ts step-1")[0]!);
  for (const [signer, verifier] of [
    [before, after],
    [after, before],
    [before, before],
  ] as const)
    expect(verifier.check(signer.issue({ id: "user_123" }))).toMatchObject({ sub: "user_123", iss: "my-api" });
});

test("every warning is in the guide's table, and nothing else", () => {
  const page = readFileSync(new URL("../../../docs/migrating/jsonwebtoken.md", import.meta.url), "utf8");
  const step = page.split("## Step 1")[1]!.split("\n## ")[0]!;
  const listed = step.match(/^\| `.*? \|/gm)!.flatMap((cell) => cell.match(/[a-z_]+/g)!);
  const known = String(captured(() => createJsonwebtoken({ strict: ["?" as never] }))).match(
    /[a-z]+(?:_[a-z]+)*(?=, |, found)/g,
  )!;
  expect(new Set(listed)).toEqual(new Set(known));
});

function captured(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

await testSigning(peer, guide.table("Options of sign"), {
  'algorithm: "HS512"': { both: { alg: "HS512" } },
  'algorithm: "none"': { there: { alg: "none" }, here: { alg: "HS256" } },
  'expiresIn: "2h"': { claims: {}, both: { exp: now + 7200 } },
  "expiresIn: 7200": { claims: {}, both: { exp: now + 7200 } },
  'expiresIn: "2 hours"': { claims: {}, both: { exp: now + 7200 } },
  'expiresIn: "1y"': { claims: {}, both: { exp: now + 31_557_600 } },
  'expiresIn: "120"': { claims: {}, there: { iat: now, exp: now }, here: refused },
  'expiresIn: "-1h"': { claims: {}, there: { exp: now - 3600 }, here: refused },
  "no `expiresIn`": { claims: {}, there: { exp: undefined }, here: { exp: now + 900 } },
  'expiresIn: "10y"': { claims: {}, there: { exp: now + 315_576_000 }, here: refused },
  'notBefore: "5m"': { both: { nbf: now + 300 } },
  "notBefore: 300": { both: { nbf: now + 300 } },
  'issuer: "my-api"': { both: { iss: "my-api" } },
  "issuer: undefined": { there: '"issuer" must be a string', here: { iss: undefined } },
  'audience: ["web", "app"]': { both: { aud: ["web", "app"] } },
  'subject: "user_456"': { claims: { exp: now + 900 }, both: { sub: "user_456" } },
  'jwtid: "id_1"': { both: { jti: "id_1" } },
  'keyid: "2026-11"': { both: { kid: "2026-11" } },
  'header: { cty: "example" }': { both: { cty: "example" } },
  'header: { typ: "at+jwt" }': { both: { typ: "at+jwt" } },
  'header: { alg: "HS512" }': { there: { alg: "HS512" }, here: refused },
  "noTimestamp: true": { there: { iat: undefined }, here: { iat: now } },
  "jwt.sign(claims, secret, { mutatePayload: true }) && claims": { both: { iat: now } },
  'encoding: "latin1"': { claims: { name: "Zoë", exp: now + 900 }, there: { name: "Zo\ufffd" }, here: { name: "Zoë" } },
  'jwt.sign(claims, weakRsa, { algorithm: "RS256", allowInsecureKeySizes: true })': {
    there: { alg: "RS256" },
    here: "invalid_key",
  },
  'jwt.sign(claims, secp256k1, { algorithm: "ES256", allowInvalidAsymmetricKeyTypes: true })': {
    there: { alg: "ES256" },
    here: "invalid_key",
  },
  'jwt.sign("any text", secret)': {
    there: { payload: "any text", typ: undefined },
    here: { payload: "any text", typ: "JOSE" },
  },
});

await testSigning(peer, guide.table("Claims"), {
  "claims = { sub: 42 }": { there: { sub: 42 }, here: refused },
  "claims = { aud: 42 }": { there: { aud: 42 }, here: refused },
  "claims = { exp: now * 1000 }": { there: { exp: now * 1000 }, here: refused },
  "claims = { exp: now - 60 }": { there: { exp: now - 60 }, here: refused },
  "claims = { role: undefined }": { there: { role: undefined }, here: refused },
  "claims = { limit: Infinity }": { there: { limit: null }, here: refused },
  'claims = { password: "hunter2" }': { there: { password: "hunter2" }, here: refused },
  "claims = { iat: now - 60, exp: now + 60 }": { both: { iat: now - 60, exp: now + 60 } },
});

test("an option of sign that is misspelt is an error in both", () => {
  expect(() => jsonwebtoken.sign({}, secret, { expiresin: "2h" } as object)).toThrow('"expiresin" is not allowed');
  expect(() => signSync({}, importSecretSync(secret, HS256), { expiresin: "2h" } as object)).toThrow("unknown option");
});

test("both decode without verifying", () => {
  const { header, payload } = jsonwebtoken.decode(forged(token()), { complete: true })!;
  expect(decode(forged(token()))).toMatchObject({ header, claims: payload as object, verified: false });
});

const good = token();
const bad = forged(good);
const hs512 = token({}, { alg: "HS512" });
const late = token({ iat: now - 1000, exp: now - 29 });
const later = token({ iat: now - 1000, exp: now - 31 });
const elsewhere = token({ aud: "elsewhere" });
const yes = "accepted";

await testVerifying(peer, guide.table("Options of verify"), {
  'algorithms: ["HS256"]': { tokens: [good, hs512], there: [yes, "invalid algorithm"], here: [yes, "alg_not_allowed"] },
  "no `algorithms`": { tokens: [good, hs512], there: [yes, yes], here: [yes, "alg_not_allowed"] },
  'audience: "web"': {
    tokens: [good, token({ aud: ["app", "web"] }), elsewhere, token({ aud: undefined })],
    there: [yes, yes, "jwt audience invalid. expected: web", "jwt audience invalid. expected: web"],
    here: [yes, yes, "audience_mismatch", "claim_missing"],
  },
  'audience: ["web", "app"]': {
    tokens: [good, token({ aud: "app" }), elsewhere],
    there: [yes, yes, "jwt audience invalid. expected: web or app"],
    here: [yes, yes, "audience_mismatch"],
  },
  "audience: /^web/": {
    tokens: [good, token({ aud: "website.example" })],
    there: [yes, yes],
    here: [yes, "audience_mismatch"],
  },
  "no `audience`": { tokens: [elsewhere, bad], there: [yes, "invalid signature"], here: [yes, "signature_invalid"] },
  "audience: undefined": { tokens: [elsewhere], there: [yes], here: [refused] },
  'issuer: "my-api"': {
    tokens: [good, token({ iss: "my-ap" })],
    there: [yes, "jwt issuer invalid. expected: my-api"],
    here: [yes, "issuer_mismatch"],
  },
  'issuer: ["my-api", "my-old-api"]': {
    tokens: [good, token({ iss: "my-old-api" }), token({ iss: "other" })],
    there: [yes, yes, "jwt issuer invalid. expected: my-api,my-old-api"],
    here: [yes, yes, "issuer_mismatch"],
  },
  "issuer: undefined": { tokens: [token({ iss: "other" })], there: [yes], here: [refused] },
  'issuer: ""': { tokens: [token({ iss: "other" })], there: [yes], here: [refused] },
  'subject: "user_123"': {
    tokens: [good, token({ sub: "user_456" })],
    there: [yes, "jwt subject invalid. expected: user_123"],
    here: [yes, "subject_mismatch"],
  },
  'jwtid: "id_1"': {
    tokens: [token({ jti: "id_1" }), token({ jti: "id_2" }), good],
    there: [yes, "jwt jwtid invalid. expected: id_1", "jwt jwtid invalid. expected: id_1"],
    here: [yes, "claim_mismatch", "claim_missing"],
  },
  'nonce: "n_1"': {
    tokens: [token({ nonce: "n_1" }), token({ nonce: "n_2" })],
    there: [yes, "jwt nonce invalid. expected: n_1"],
    here: [yes, "claim_mismatch"],
  },
  "clockTolerance: 30": { tokens: [late, later], there: [yes, "jwt expired"], here: [yes, "expired"] },
  "no `clockTolerance`": {
    tokens: [good, token({ iat: now - 900, exp: now - 4 })],
    there: [yes, "jwt expired"],
    here: [yes, yes],
  },
  "clockTimestamp: now - 600": {
    tokens: [token({ iat: now - 900, exp: now - 300 }), token({ iat: now - 1200, exp: now - 700 })],
    there: [yes, "jwt expired"],
    here: [yes, "expired"],
  },
  'maxAge: "1h"': {
    tokens: [good, token({ iat: now - 4000 }), token({ iat: undefined })],
    there: [yes, "maxAge exceeded", "iat required when maxAge is specified"],
    here: [yes, "too_old", "claim_missing"],
  },
  'maxAge: "3600"': {
    tokens: [good, token({ iat: now - 10 })],
    there: [yes, "maxAge exceeded"],
    here: [refused, refused],
  },
  "maxAge: 3600": { tokens: [good, token({ iat: now + 600 })], there: [yes, yes], here: [yes, "not_yet_valid"] },
  "ignoreExpiration: true": { tokens: [later], there: [yes], here: ["expired"] },
  "ignoreNotBefore: true": { tokens: [token({ nbf: now + 100 })], there: [yes], here: ["not_yet_valid"] },
  "complete: true": {
    tokens: [good, bad],
    there: [
      {
        header: { alg: "HS256", typ: "JWT" },
        payload: { sub: "user_123", iss: issuer, aud: audience, iat: now, exp: now + 900 },
      },
      "invalid signature",
    ],
    here: [
      {
        header: { alg: "HS256", typ: "JWT" },
        payload: { sub: "user_123", iss: issuer, aud: audience, iat: now, exp: now + 900 },
      },
      "signature_invalid",
    ],
  },
  "maxage: 3600": { tokens: [good, token({ iat: now - 4000 })], there: [yes, yes], here: [refused, refused] },
});

await testTokens(peer, guide.table("Tokens that only one of them takes"), {
  "without `exp`": token({ exp: undefined }),
  "without `iat`": token({ iat: undefined }),
  "without `iss`": token({ iss: undefined }),
  "expired for 3 seconds": token({ iat: now - 900, exp: now - 3 }),
  "good in 3 seconds": token({ nbf: now + 3 }),
  "with a number as `sub`": token({ sub: 42 }),
  'with `typ: "at+jwt"`': token({}, { typ: "at+jwt" }),
  "with `crit`": token({}, { crit: ["example"], example: true }),
  "whose payload is a text": signed({ alg: "HS256" }, "any text"),
  "of 20 kB": token({ text: "x".repeat(15_000) }),
});

const strict: { there: Call; here: Call } = {
  there: async (scope) =>
    jsonwebtoken.verify(scope.token as string, secret, {
      algorithms: ["HS256"],
      issuer,
      audience,
      subject: "user_123",
      jwtid: "id_1",
      maxAge: "1h",
    }),
  here: async (scope) =>
    verifySync(scope.token as string, importSecretSync(secret, HS256), {
      issuer,
      audience,
      subject: "user_123",
      match: { jti: "id_1" },
      maxTokenAge: "1h",
    }),
};
const strictToken = (changed: object = {}, header = {}): string => token({ jti: "id_1", ...changed }, header);

testErrors(guide.table("Errors"), strict, {
  "TokenExpiredError: jwt expired": strictToken({ iat: now - 100, exp: now - 10 }),
  "TokenExpiredError: maxAge exceeded": strictToken({ iat: now - 4000 }),
  "NotBeforeError: jwt not active": strictToken({ nbf: now + 100 }),
  "JsonWebTokenError: jwt malformed": "not a token",
  "JsonWebTokenError: jwt must be provided": "",
  "JsonWebTokenError: jwt signature is required": good.slice(0, good.lastIndexOf(".") + 1),
  "JsonWebTokenError: invalid signature": forged(strictToken()),
  "JsonWebTokenError: invalid algorithm": strictToken({}, { alg: "HS512" }),
  "JsonWebTokenError: invalid exp value": strictToken({ exp: String(now + 900) }),
  "JsonWebTokenError: jwt audience invalid. expected: …": strictToken({ aud: "elsewhere" }),
  "JsonWebTokenError: jwt issuer invalid. expected: …": strictToken({ iss: "other" }),
  "JsonWebTokenError: jwt subject invalid. expected: …": strictToken({ sub: "user_456" }),
  "JsonWebTokenError: jwt jwtid invalid. expected: …": strictToken({ jti: "id_2" }),
  "JsonWebTokenError: iat required when maxAge is specified": strictToken({ iat: undefined }),
});
