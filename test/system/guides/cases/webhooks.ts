// The verifiers of docs/guides/webhooks.md take what each sender signs, and no other body.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import jsonwebtoken from "jsonwebtoken";
import type { JwtClaims } from "../../../../src/index.ts";
import type { Cases } from "../cases.ts";

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

const cases: Cases = (load) =>
  senders.map(([name, variable, claims, options]) => [
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
  ]);

export default cases;
