// What PyJWT does, and what mintmark does, row by row of the guide.
import { expect, test } from "vitest";
import { HS256, importSecretSync, verifySync } from "mintmark";
import type { Guide } from "./guide.ts";
import { outcome } from "./outcome.ts";
import type { Call } from "./programs.ts";
import type { PyJwt } from "./pyjwt-process.ts";
import { testErrors, testSigning, testTokens, testVerifying } from "./rows.ts";
import { audience, encode, forged, issuer, now, sealed, secret, signed, token } from "./tokens.ts";

const refused = "invalid_argument";
const yes = "accepted";
const good = token();
const bad = forged(good);
const [elsewhere, another] = [token({ aud: "elsewhere" }), token({ iss: "other" })];
const [hs384, hs512] = [token({}, { alg: "HS384" }), token({}, { alg: "HS512" })];
const expiredFor = (seconds: number): string => token({ iat: now - 1000, exp: now - seconds });
const whole = {
  header: { alg: "HS256", typ: "JWT" },
  payload: { sub: "user_123", iss: issuer, aud: audience, iat: now, exp: now + 900 },
};

export async function testEncode(guide: Guide, { peer }: PyJwt): Promise<void> {
  await testSigning(peer, guide.table("Arguments of encode"), {
    'algorithm="HS512"': { both: { alg: "HS512" } },
    'jwt.encode(claims, "", algorithm="none")': { there: { alg: "none" }, here: { alg: "HS256" } },
    'headers={"kid": "2026-11"}': { both: { kid: "2026-11" } },
    'headers={"typ": "at+jwt"}': { both: { typ: "at+jwt" } },
    'headers={"cty": "example"}': { both: { cty: "example" } },
    'headers={"alg": "HS512"}': { there: { alg: "HS512" }, here: refused },
    'jwt.encode({"iat": now, "exp": datetime.fromtimestamp(now + 60, timezone.utc)}, secret)': {
      both: { exp: now + 60 },
    },
    'jwt.encode({"iat": now, "nbf": datetime.fromtimestamp(now + 30, timezone.utc), "exp": now + 60}, secret)': {
      both: { nbf: now + 30 },
    },
    'jwt.encode({"iat": now, "exp": now + 60, "on": date(2026, 11, 1)}, secret, json_encoder=TextEncoder)': {
      both: { on: "2026-11-01" },
    },
  });
  await testSigning(peer, guide.table("Claims"), {
    'claims = {"sub": "user_123"}': { there: { iat: undefined, exp: undefined }, here: { iat: now, exp: now + 900 } },
    'claims = {"iat": now, "exp": now + 60}': { both: { iat: now, exp: now + 60 } },
    'claims = {"sub": 42}': { there: { sub: 42 }, here: refused },
    'claims = {"exp": str(now + 60)}': { there: { exp: String(now + 60) }, here: refused },
    'claims = {"exp": now * 1000}': { there: { exp: now * 1000 }, here: refused },
    'claims = {"exp": now - 60}': { there: { exp: now - 60 }, here: refused },
    'claims = {"password": "hunter2"}': { there: { password: "hunter2" }, here: refused },
  });
}

export async function testDecode(guide: Guide, { peer }: PyJwt): Promise<void> {
  await testVerifying(peer, guide.table("Arguments of decode"), {
    'jwt.decode(token, secret, algorithms=["HS256", "HS512"], audience="web")': {
      tokens: [good, hs512, hs384],
      there: [yes, yes, "InvalidAlgorithmError"],
      here: [yes, yes, "alg_not_allowed"],
    },
    'jwt.decode(token, secret, audience="web")': { tokens: [good], there: ["DecodeError"], here: [yes] },
    'audience="web"': {
      tokens: [good, token({ aud: ["app", "web"] }), elsewhere, token({ aud: undefined })],
      there: [yes, yes, "InvalidAudienceError", "MissingRequiredClaimError"],
      here: [yes, yes, "audience_mismatch", "claim_missing"],
    },
    'audience=["web", "app"]': {
      tokens: [good, token({ aud: "app" }), elsewhere],
      there: [yes, yes, "InvalidAudienceError"],
      here: [yes, yes, "audience_mismatch"],
    },
    "no `audience`": { tokens: [good], there: ["InvalidAudienceError"], here: [yes] },
    'options={"verify_aud": False}': {
      tokens: [elsewhere, bad],
      there: [yes, "InvalidSignatureError"],
      here: [yes, "signature_invalid"],
    },
    'audience="web", issuer="my-api"': {
      tokens: [good, another, token({ iss: undefined })],
      there: [yes, "InvalidIssuerError", "MissingRequiredClaimError"],
      here: [yes, "issuer_mismatch", "claim_missing"],
    },
    'audience="web", issuer=None': { tokens: [another], there: [yes], here: [refused] },
    'audience="web", issuer="x", options={"verify_iss": False}': {
      tokens: [another, bad],
      there: [yes, "InvalidSignatureError"],
      here: [yes, "signature_invalid"],
    },
    'audience="web", leeway=30': {
      tokens: [expiredFor(29), expiredFor(31)],
      there: [yes, "ExpiredSignatureError"],
      here: [yes, "expired"],
    },
    'audience="web", leeway=timedelta(minutes=1)': {
      tokens: [expiredFor(59), expiredFor(61)],
      there: [yes, "ExpiredSignatureError"],
      here: [yes, "expired"],
    },
    'audience="web", leeway=0': { tokens: [expiredFor(4)], there: ["ExpiredSignatureError"], here: [yes] },
    'audience="web", options={"require": ["role"]}': {
      tokens: [token({ role: "admin" }), good],
      there: [yes, "MissingRequiredClaimError"],
      here: [yes, "claim_missing"],
    },
    'audience="web", options={"require": ["sub"]}': {
      tokens: [token({ exp: undefined, iat: undefined }), token({ sub: undefined })],
      there: [yes, "MissingRequiredClaimError"],
      here: [yes, "claim_missing"],
    },
    'audience="web", options={"require": []}': {
      tokens: [token({ exp: undefined })],
      there: [yes],
      here: ["claim_missing"],
    },
    'audience="web", options={"verify_exp": False}': { tokens: [expiredFor(31)], there: [yes], here: ["expired"] },
    'audience="web", options={"verify_nbf": False}': {
      tokens: [token({ nbf: now + 100 })],
      there: [yes],
      here: ["not_yet_valid"],
    },
    'audience="web", options={"verify_iat": True}': {
      tokens: [good, token({ iat: now + 100 })],
      there: [yes, "ImmatureSignatureError"],
      here: [yes, "not_yet_valid"],
    },
    'audience="web", options={"verify_iat": False}': {
      tokens: [token({ iat: now + 100 }), bad],
      there: [yes, "InvalidSignatureError"],
      here: [yes, "signature_invalid"],
    },
    'jwt.decode(token, options={"verify_signature": False})': {
      tokens: [bad, "not a token"],
      there: [yes, "DecodeError"],
      here: [yes, "token_malformed"],
    },
    "jwt.get_unverified_header(token)": {
      tokens: [bad, "not a token"],
      there: [{ alg: "HS256", typ: "JWT" }, "DecodeError"],
      here: [{ alg: "HS256", typ: "JWT" }, "token_malformed"],
    },
    'jwt.api_jwt.decode_complete(token, secret, algorithms=["HS256"], audience="web")': {
      tokens: [good, bad],
      there: [whole, "InvalidSignatureError"],
      here: [whole, "signature_invalid"],
    },
    'audience="web", leway=30': { tokens: [good], there: [yes], here: [refused] },
  });
}

/** The last column says what PyJWT 2.6 does: where that is installed, it is what is proved. */
export async function testNewerDecode(guide: Guide, { peer, isFrom }: PyJwt): Promise<void> {
  const table = guide.table("What newer versions of PyJWT look at");
  const list = token({ aud: ["web"] });
  const proofs = {
    'audience="web", subject="user_123"': {
      from: 10,
      tokens: [good, token({ sub: "user_456" })],
      there: [yes, "InvalidSubjectError"],
      before: [yes, yes],
      here: [yes, "subject_mismatch"],
    },
    'audience="web", issuer=["my-api", "my-old-api"]': {
      from: 9,
      tokens: [good, token({ iss: "my-old-api" }), another],
      there: [yes, yes, "InvalidIssuerError"],
      before: Array(3).fill("InvalidIssuerError"),
      here: [yes, yes, "issuer_mismatch"],
    },
    'audience="web", options={"strict_aud": True}': {
      from: 8,
      tokens: [good, list],
      there: [yes, "InvalidAudienceError"],
      before: [yes, yes],
      here: [yes, yes],
    },
    'audience="web", options={"verify_sub": False}': {
      from: 10,
      tokens: [token({ sub: 42 })],
      there: [yes],
      before: [yes],
      here: ["claim_invalid"],
    },
  };
  const current = {
    ...table,
    rows: table.rows.filter(({ there }) => isFrom(2, proofs[there as keyof typeof proofs].from)),
  };
  await testVerifying(
    peer,
    current,
    Object.fromEntries(Object.entries(proofs).filter(([, { from }]) => isFrom(2, from))),
  );

  const older = table.rows.filter((row) => !current.rows.includes(row));
  const calls = await peer.compile(
    table.headings[0] ?? "",
    older.map(({ there }) => there),
    [],
  );
  const named = older.map(
    (row, i) => [`${row.there}: ${row.cells[3] ?? ""}`, calls[i]!, proofs[row.there as keyof typeof proofs]] as const,
  );
  test.each(named)("%s", async (_, there, { tokens, before }) => {
    const found = await Promise.all(tokens.map((text) => outcome(there, { token: text, secret })));
    expect(found.map((one) => (typeof one === "string" ? one : yes))).toEqual(before);
  });
}

export async function testRefusals(guide: Guide, { peer, evaluate }: PyJwt): Promise<void> {
  await testTokens(peer, guide.table("Tokens that only one of them takes"), {
    "without `exp`": token({ exp: undefined }),
    "without `iat`": token({ iat: undefined }),
    "without `iss`": token({ iss: undefined }),
    "expired for 3 seconds": expiredFor(3),
    "good in 3 seconds": token({ nbf: now + 3 }),
    "issued in an hour": token({ iat: now + 3600, exp: now + 7200 }),
    "whose `exp` is a text of digits": token({ exp: String(now + 900) }),
    'with `typ: "at+jwt"`': token({}, { typ: "at+jwt" }),
    "whose header says `alg` twice": sealed(`${encode('{"alg":"HS256","alg":"HS256"}')}.${good.split(".")[1]!}`),
    "in base64url with padding": sealed(`${encode('{"alg": "HS256"}')}==.${good.split(".")[1]!}`),
    "of 20 kB": token({ text: "x".repeat(15_000) }),
  });

  const key = importSecretSync(secret, HS256);
  const strict: { there: Call; here: Call } = {
    there: ({ token: text }) =>
      evaluate(
        'jwt.decode(token, secret, algorithms=["HS256"], audience="web", issuer="my-api", options={"require": ["role"]})',
        { token: text, secret },
      ),
    here: async ({ token: text }) => verifySync(text as string, key, { issuer, audience, required: ["role"] }),
  };
  const strictToken = (changed: object = {}, header = {}): string => token({ role: "admin", ...changed }, header);
  testErrors(guide.table("Errors"), strict, {
    ExpiredSignatureError: strictToken({ iat: now - 100, exp: now - 10 }),
    ImmatureSignatureError: strictToken({ nbf: now + 100 }),
    InvalidSignatureError: forged(strictToken()),
    InvalidAlgorithmError: strictToken({}, { alg: "HS512" }),
    InvalidAudienceError: strictToken({ aud: "elsewhere" }),
    InvalidIssuerError: strictToken({ iss: "other" }),
    MissingRequiredClaimError: strictToken({ role: undefined }),
    InvalidIssuedAtError: strictToken({ iat: "yesterday" }),
    "DecodeError: Not enough segments": "not a token",
    "DecodeError: Invalid payload string": signed({ alg: "HS256", typ: "JWT" }, "[]"),
  });
}
