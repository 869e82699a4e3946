// The verifiers of docs/guides/webhooks.md, beside those of QStash and Vonage: the same webhooks, the same verdicts.
import { createHash } from "node:crypto";
import { Receiver } from "@upstash/qstash";
import { verifySignature } from "@vonage/jwt";
import { HS256, importSecret, signJws } from "../../../../src/index.ts";
import { agree } from "./compare.mjs";

const secret = "a secret of 32 bytes or more, for these tests";
const next = "the next secret of 32 bytes, for these tests";
const body = '{ "amount": 1 }';
const hash = (text, encoding) => createHash("sha256").update(text).digest(encoding);
const now = Math.floor(Date.now() / 1000);

const signed = async (claims, key = secret) =>
  signJws(new TextEncoder().encode(JSON.stringify(claims)), await importSecret(key, HS256), { typ: "JWT" });

/** @type {import("../cases.ts").Cases} */
const cases = (load) => [
  [
    "Upstash QStash: @upstash/qstash",
    async () => {
      Object.assign(process.env, { QSTASH_CURRENT_SIGNING_KEY: secret, QSTASH_NEXT_SIGNING_KEY: next });
      const url = "https://api.example/jobs";
      const receiver = new Receiver({ currentSigningKey: secret, nextSigningKey: next });
      const { qstash } = /** @type {{ qstash: Function }} */ (await load("webhooks.ts"));
      const claims = {
        iss: "Upstash",
        sub: url,
        iat: now,
        nbf: now,
        exp: now + 300,
        jti: "jwt_1",
        body: hash(body, "base64url"),
      };
      await agree(
        (token) => qstash(token, new TextEncoder().encode(body)),
        (signature) => receiver.verify({ signature, body, url }),
        [
          [true, await signed(claims), "a webhook"],
          [true, await signed({ ...claims, body: `${claims.body}=` }), "with padding"],
          [true, await signed(claims, next), "the next key"],
          [false, await signed(claims, "another secret of 32 bytes, for these tests"), "another key"],
          [false, await signed({ ...claims, body: hash("{}", "base64url") }), "another body"],
          [false, await signed({ ...claims, sub: "https://api.example/other" }), "another address"],
          [false, await signed({ ...claims, iss: "upstash" }), "another issuer"],
          [false, await signed({ ...claims, exp: now - 60, iat: now - 360, nbf: now - 360 }), "one that has ended"],
        ],
      );
    },
  ],
  [
    "Vonage: @vonage/jwt, which leaves the body to its users",
    async () => {
      process.env.VONAGE_SIGNATURE_SECRET = secret;
      const { vonage } = /** @type {{ vonage: Function }} */ (await load("webhooks.ts"));
      const claims = { iat: now, jti: "c5ba8f24", iss: "Vonage", payload_hash: hash(body, "hex"), api_key: "a1b2c3d" };
      await agree(
        (token) => vonage(token, new TextEncoder().encode(body)),
        (token) => verifySignature(token, secret),
        [
          [true, await signed(claims), "a webhook"],
          [false, await signed(claims, next), "another secret"],
        ],
      );
    },
  ],
];

export default cases;
