// The tokens of docs/guides/making-tokens.md say what each service asks for, and other libraries verify them.
import assert from "node:assert/strict";
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import jsonwebtoken from "jsonwebtoken";
import type { TokenSource } from "../../../../src/index.ts";
import type { Cases } from "../cases.ts";

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const p8 = ec.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const pkcs1 = rsa.privateKey.export({ format: "pem", type: "pkcs1" }).toString();
const secret = "an API secret of 32 bytes or more, for tests";
const apple = { p8, keyId: "ABC123DEFG" };

type Maker = (...args: readonly unknown[]) => Promise<unknown>;
interface Read {
  readonly header: Record<string, unknown>;
  readonly payload: Record<string, unknown>;
  readonly lives: number;
}

const read = (token: string, key: string | KeyObject): Read => {
  const { header, payload } = jsonwebtoken.verify(token, key, { complete: true });
  const claims = payload as Record<string, number>;
  return { header: { ...header }, payload: claims, lives: claims.exp! - claims.iat! };
};

const cases: Cases = (load) => {
  const maker = async (file: string, name: string): Promise<Maker> => (await load(file))[name] as Maker;
  const source = async (file: string, name: string, ...args: readonly unknown[]): Promise<string> =>
    ((await (await maker(file, name))(...args)) as TokenSource).token();
  return [
    [
      "GitHub: ten minutes at most, and a minute back",
      async () => {
        const { payload, lives } = read(await source("github.ts", "githubApp", "Iv23li", pkcs1), rsa.publicKey);
        assert.equal(payload.iss, "Iv23li");
        assert.ok(lives <= 600 && Number(payload.iat) <= Date.now() / 1000 - 59);
      },
    ],
    [
      "Apple: client secret, APNs, App Store Connect",
      async () => {
        const login = read(
          await source("apple-keys.ts", "appleClientSecret", apple, "TEAM", "com.example"),
          ec.publicKey,
        );
        assert.equal(login.header.kid, "ABC123DEFG");
        assert.deepEqual(
          [login.payload.iss, login.payload.sub, login.payload.aud],
          ["TEAM", "com.example", "https://appleid.apple.com"],
        );
        const push = read(await source("apple-keys.ts", "apns", apple, "TEAM"), ec.publicKey);
        assert.deepEqual(push.header, { alg: "ES256", kid: "ABC123DEFG" });
        assert.deepEqual(Object.keys(push.payload), ["iss", "iat"]);
        assert.equal(push.payload.iss, "TEAM");
        const store = read(await source("apple-keys.ts", "appStoreConnect", apple, "ISSUER"), ec.publicKey);
        assert.equal(store.payload.aud, "appstoreconnect-v1");
        assert.ok(store.lives <= 1200);
        const server = read(
          await source("apple-keys.ts", "appStoreServer", apple, "ISSUER", "com.example"),
          ec.publicKey,
        );
        assert.deepEqual(
          [server.payload.iss, server.payload.aud, server.payload.bid],
          ["ISSUER", "appstoreconnect-v1", "com.example"],
        );
      },
    ],
    [
      "Google: the assertion that is exchanged",
      async () => {
        let sent = new URLSearchParams();
        const original = globalThis.fetch;
        globalThis.fetch = async (_url, options) => {
          sent = options?.body as URLSearchParams;
          return Response.json({ access_token: "ya29", expires_in: 3599 });
        };
        try {
          const account = { client_email: "a@b.iam.gserviceaccount.com", private_key: pkcs1, private_key_id: "k1" };
          const scope = "https://www.googleapis.com/auth/firebase.messaging";
          assert.equal(await source("google-account.ts", "googleAccount", account, scope), "ya29");
          const { header, payload } = read(sent.get("assertion")!, rsa.publicKey);
          assert.deepEqual(
            [header.kid, payload.iss, payload.scope, payload.aud],
            ["k1", account.client_email, scope, "https://oauth2.googleapis.com/token"],
          );
        } finally {
          globalThis.fetch = original;
        }
      },
    ],
    [
      "Snowflake: the fingerprint of the key in the issuer",
      async () => {
        const spki = createPublicKey(rsa.publicKey.export({ format: "pem", type: "spki" })).export({
          format: "der",
          type: "spki",
        });
        const print = createHash("sha256").update(spki).digest("base64");
        for (const [account, name] of [
          ["org-acct", "ORG-ACCT"],
          ["xy12345.eu-central-1", "XY12345"],
          ["xy12345.us-east-2.aws", "XY12345"],
          ["acct-a1b2.global", "ACCT"],
        ]) {
          const { payload, lives } = read(
            await source("snowflake.ts", "snowflake", account, "zoe", pkcs1),
            rsa.publicKey,
          );
          assert.deepEqual([payload.iss, payload.sub], [`${name}.ZOE.SHA256:${print}`, `${name}.ZOE`]);
          assert.ok(lives <= 3600);
        }
      },
    ],
    [
      "VAPID: a token for each push service",
      async () => {
        const make = await maker("vapid.ts", "vapid");
        const { x = "", y = "", d } = ec.privateKey.export({ format: "jwk" });
        const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
        const publicKey = point.toString("base64url");
        const send = (await make(publicKey, d, "mailto:a@b.example")) as (endpoint: string) => Promise<string>;
        const [, token = "", k] = /^vapid t=(.*), k=(.*)$/.exec(await send("https://push.example/x/y")) ?? [];
        assert.equal(k, publicKey);
        const { payload, lives } = read(token, ec.publicKey);
        assert.deepEqual([payload.aud, payload.sub], ["https://push.example", "mailto:a@b.example"]);
        assert.ok(lives <= 86_400);
      },
    ],
    [
      "LiveKit, Twilio, Zoom",
      async () => {
        type Sign = (...args: readonly unknown[]) => Promise<string>;
        const signer = async (name: string, ...args: readonly unknown[]): Promise<Sign> =>
          (await (
            await maker("shared.ts", name)
          )(...args)) as Sign;
        const room = read(await (await signer("livekit", "APIKEY", secret))("zoe", "lobby"), secret);
        assert.deepEqual([room.payload.iss, room.payload.sub], ["APIKEY", "zoe"]);
        const call = read(await (await signer("twilio", "AC1", "SK1", secret))("zoe", "lobby"), secret);
        assert.deepEqual(
          [call.header.cty, call.payload.iss, call.payload.sub, call.payload.grants],
          ["twilio-fpa;v=1", "SK1", "AC1", { identity: "zoe", video: { room: "lobby" } }],
        );
        const meeting = read(await (await signer("zoom", "SDK", secret))("123", 1), secret);
        assert.deepEqual([meeting.payload.appKey, meeting.payload.mn, meeting.payload.role], ["SDK", "123", 1]);
        assert.ok(Math.abs(Number(meeting.payload.tokenExp) - Number(meeting.payload.exp)) <= 1);
        assert.ok(meeting.lives >= 1800 && meeting.lives <= 172_800);
      },
    ],
    [
      "Docusign: the assertion",
      async () => {
        const sign = (await (await maker("docusign.ts", "docusign"))("IK", "USER", pkcs1)) as () => Promise<string>;
        const { payload, lives } = read(await sign(), rsa.publicKey);
        assert.deepEqual(
          [payload.iss, payload.sub, payload.aud, payload.scope],
          ["IK", "USER", "account.docusign.com", "signature impersonation"],
        );
        assert.ok(lives <= 3600);
      },
    ],
  ];
};

export default cases;
