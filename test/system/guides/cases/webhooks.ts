// The verifiers of docs/guides/webhooks.md take what each sender signs, and no other body.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import jsonwebtoken from "jsonwebtoken";
import type { JwtClaims } from "../../../../src/index.ts";
import type { Cases, Load } from "../cases.ts";

type Check = (token: string, body: Uint8Array) => Promise<JwtClaims>;

const secret = "a secret of 32 bytes or more, for these tests";
const body = new TextEncoder().encode('{ "amount": 1 }');
const other = new TextEncoder().encode('{ "amount": 2 }');
const hash = (encoding: "hex" | "base64"): string => createHash("sha256").update(body).digest(encoding);
const url = "https://api.example/jobs";

const senders = [
  ["vonage", "VONAGE_SIGNATURE_SECRET", { iss: "Vonage", payload_hash: hash("hex") }, {}],
  ["netlify", "NETLIFY_SECRET", { iss: "netlify", sha256: hash("hex") }, { noTimestamp: true }],
  [
    "qstash",
    "QSTASH_CURRENT_SIGNING_KEY",
    { iss: "Upstash", sub: url, body: hash("base64").replaceAll("+", "-").replaceAll("/", "_") },
    { expiresIn: 300 },
  ],
  ["qstash", "QSTASH_NEXT_SIGNING_KEY", { iss: "Upstash", sub: url, body: hash("base64") }, { expiresIn: 300 }],
] as const;

/** Plaid's keys, and who asked for which. */
async function withPlaid(
  run: (sign: (claims: object, kid?: string) => string, asked: string[]) => Promise<void>,
): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const original = globalThis.fetch;
  const asked: string[] = [];
  globalThis.fetch = async (address, options) => {
    assert.equal(new Request(address).url, "https://production.plaid.com/webhook_verification_key/get");
    const { key_id: kid, ...rest } = JSON.parse(options?.body as string) as Record<string, string>;
    assert.deepEqual(rest, { client_id: "id", secret: "secret" });
    asked.push(kid!);
    const key = { ...publicKey.export({ format: "jwk" }), alg: "ES256", kid, use: "sig", created_at: 1_560_466_150 };
    if (kid === "expired") return Response.json({ key: { ...key, expired_at: 1_560_466_150 } });
    if (!kid!.startsWith("known")) return Response.json({ error_type: "INVALID_INPUT" }, { status: 400 });
    return Response.json({ key: { ...key, expired_at: null } });
  };
  process.env.PLAID_CLIENT_ID = "id";
  process.env.PLAID_SECRET = "secret";
  try {
    await run(
      (claims, kid = "known") => jsonwebtoken.sign(claims, privateKey, { algorithm: "ES256", keyid: kid }),
      asked,
    );
  } finally {
    globalThis.fetch = original;
  }
}

const plaid = (load: Load): Promise<void> =>
  withPlaid(async (sign, asked) => {
    const check = (await load("plaid.ts")).plaid as Check;
    const claims = { request_body_sha256: hash("hex") };
    await Promise.all([check(sign(claims), body), check(sign(claims), body)]);
    await check(sign(claims), body);
    assert.deepEqual(asked, ["known"]);
    await assert.rejects(check(sign(claims), other), /the body is not the one/);
    await assert.rejects(check(sign({}), body), { code: "claim_missing" });
    const old = Math.floor(Date.now() / 1000) - 400;
    await assert.rejects(check(sign({ ...claims, iat: old }), body), { code: "too_old" });
    const unavailable = { code: "key_unavailable" };
    await assert.rejects(check(sign(claims, "expired"), body), unavailable);
    for (let at = 0; at < 20; at++) await assert.rejects(check(sign(claims, `invented-${at}`), body), unavailable);
    assert.ok(asked.length <= 20, `asked ${asked.length} times`); // ten, or twice that where a minute ended
    await check(sign(claims), body);
    const [, payload] = sign(claims).split(".");
    const forged = `${Buffer.from('{"alg":"ES256","kid":"known"}').toString("base64url")}.${payload}.${"A".repeat(86)}`;
    await assert.rejects(check(forged, body), { code: "signature_invalid" });
  });

const cases: Cases = (load) => [
  ["plaid, whose keys are asked for", () => plaid(load)],
  ...senders.map(([name, variable, claims, options]): readonly [string, () => Promise<void>] => [
    `${name}, ${variable}`,
    async () => {
      for (const [, one] of senders) process.env[one] = `${one}: another secret of 32 bytes or more`;
      process.env[variable] = secret;
      const check = (await load("webhooks.ts"))[name] as Check;
      const token = jsonwebtoken.sign(claims, secret, options);
      if (variable !== "QSTASH_NEXT_SIGNING_KEY") assert.equal((await check(token, body)).iss, claims.iss);
      await assert.rejects(check(token, other), /the body is not the one/);
      await assert.rejects(check(jsonwebtoken.sign(claims, "another secret", options), body), {
        code: "signature_invalid",
      });
      const unbound = jsonwebtoken.sign({ iss: claims.iss, ...("sub" in claims && { sub: url }) }, secret, options);
      await assert.rejects(check(unbound, body), { code: "claim_missing" });
    },
  ]),
];

export default cases;
