// The tokens of docs/guides/making-tokens.md, beside those of the vendors' own libraries: the same header, the same claims.
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { AppStoreServerAPIClient, Environment } from "@apple/app-store-server-library";
import { createAppAuth } from "@octokit/auth-app";
import appleSignIn from "apple-signin-auth";
import { JWT } from "google-auth-library";
import { AccessToken, TokenVerifier } from "livekit-server-sdk";
import TwilioToken from "twilio/lib/jwt/AccessToken.js";
import webPush from "web-push";
import { assertAlike, parts } from "./compare.mjs";

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const p8 = String(ec.privateKey.export({ format: "pem", type: "pkcs8" }));
const pkcs1 = String(rsa.privateKey.export({ format: "pem", type: "pkcs1" }));
const secret = "an API secret of 32 bytes or more, for tests";
const apple = { p8, keyId: "ABC123DEFG" };

/** @type {import("../cases.ts").Cases} */
const cases = (load) => {
  /**
   * Calls a function of a file.
   *
   * @returns {Promise<any>}
   */
  const call = async (file, name, ...args) => {
    const found = (await load(file))[name];
    if (typeof found !== "function") throw new Error(`${file}: expected a function ${name}`);
    return found(...args);
  };
  const source = async (file, name, ...args) => (await call(file, name, ...args)).token();
  const signer = async (name, ...args) => call("shared.ts", name, ...args);
  return [
    [
      "GitHub App: @octokit/auth-app",
      async () => {
        const { token } = await createAppAuth({ appId: "Iv23li", privateKey: pkcs1 })({ type: "app" });
        assertAlike(await source("github.ts", "githubApp", "Iv23li", pkcs1), token, 600);
      },
    ],
    [
      "Apple's client secret: apple-signin-auth",
      async () => {
        const options = { clientID: "com.example", teamID: "TEAM", keyIdentifier: apple.keyId, privateKey: p8 };
        const ours = await source("apple-keys.ts", "appleClientSecret", apple, "TEAM", "com.example");
        assertAlike(ours, appleSignIn.getClientSecret(options), 15_777_000);
      },
    ],
    [
      "App Store Server API: @apple/app-store-server-library",
      async () => {
        const theirs = new AppStoreServerAPIClient(p8, apple.keyId, "ISSUER", "com.example", Environment.SANDBOX);
        const ours = await source("apple-keys.ts", "appStoreServer", apple, "ISSUER", "com.example");
        assertAlike(ours, theirs["createBearerToken"](), 1200);
      },
    ],
    [
      "Google's service account: google-auth-library",
      async () => {
        const account = { client_email: "a@b.iam.gserviceaccount.com", private_key: pkcs1, private_key_id: "k1" };
        const scope = "https://www.googleapis.com/auth/firebase.messaging";
        const exchanges = [];
        const original = globalThis.fetch;
        globalThis.fetch = async (url, options) => {
          exchanges.push([String(url), options?.method, new URLSearchParams(String(options?.body))]);
          return Response.json({ access_token: "ya29", expires_in: 3599, token_type: "Bearer" });
        };
        try {
          assert.equal(await source("google-account.ts", "googleAccount", account, scope), "ya29");
          const theirs = new JWT({
            email: account.client_email,
            key: account.private_key,
            scopes: [scope],
            transporterOptions: { fetchImplementation: globalThis.fetch },
          });
          assert.equal((await theirs.getAccessToken()).token, "ya29");
        } finally {
          globalThis.fetch = original;
        }
        const [[url, method, ours], [theirUrl, theirMethod, theirs]] = exchanges;
        assert.deepEqual([url, method], [theirUrl, theirMethod]);
        assert.equal(ours.get("grant_type"), theirs.get("grant_type"));
        const [header, payload] = parts(ours.get("assertion"));
        const [theirHeader, theirPayload] = parts(theirs.get("assertion"));
        assert.deepEqual([header.alg, header.kid], [theirHeader.alg, "k1"]); // theirs leaves the key ID out
        const named = ({ iss, aud, scope }) => ({ iss, aud, scope });
        assert.deepEqual(named(payload), named(theirPayload));
        assert.ok(payload.exp - payload.iat <= theirPayload.exp - theirPayload.iat);
      },
    ],
    [
      "Web Push: web-push",
      async () => {
        // Often, since the numbers of a key may begin with zeros.
        for (let at = 0; at < 50; at++) {
          const { publicKey, privateKey } = webPush.generateVAPIDKeys();
          const details = [publicKey, privateKey, "mailto:a@b.example"];
          const send = await call("vapid.ts", "vapid", ...details);
          const [, ours = "", k] = /^vapid t=(\S+), k=(\S+)$/.exec(await send("https://push.example/x/y")) ?? [];
          const { Authorization } = webPush.getVapidHeaders(
            "https://push.example",
            details[2],
            publicKey,
            privateKey,
            "aes128gcm",
          );
          const [, theirs = "", theirK] = /^vapid t=(\S+), k=(\S+)$/.exec(Authorization) ?? [];
          assert.equal(k, theirK);
          assertAlike(ours, theirs, 86_400);
          const point = Buffer.from(publicKey, "base64url");
          const half = (from) => point.subarray(from, from + 32).toString("base64url");
          const key = createPublicKey({ key: { kty: "EC", crv: "P-256", x: half(1), y: half(33) }, format: "jwk" });
          const [input, signature] = [ours.slice(0, ours.lastIndexOf(".")), ours.slice(ours.lastIndexOf(".") + 1)];
          const raw = /** @type {const} */ ({ key, dsaEncoding: "ieee-p1363" });
          assert.ok(verify("sha256", Buffer.from(input), raw, Buffer.from(signature, "base64url")));
        }
      },
    ],
    [
      "LiveKit: livekit-server-sdk",
      async () => {
        const ours = await (await signer("livekit", "APIKEY", secret))("zoe", "lobby");
        const theirs = new AccessToken("APIKEY", secret, { identity: "zoe", ttl: "10m" });
        theirs.addGrant({ roomJoin: true, room: "lobby" });
        assertAlike(ours, await theirs.toJwt(), 600);
        const { sub, video } = await new TokenVerifier("APIKEY", secret).verify(ours);
        assert.deepEqual([sub, video], ["zoe", { roomJoin: true, room: "lobby" }]);
        await assert.rejects(new TokenVerifier("ANOTHER", secret).verify(ours));
      },
    ],
    [
      "Twilio: twilio",
      async () => {
        const ours = await (await signer("twilio", "AC1", "SK1", secret))("zoe", "lobby");
        const theirs = new TwilioToken("AC1", "SK1", secret, { identity: "zoe" });
        theirs.addGrant(new TwilioToken.VideoGrant({ room: "lobby" }));
        assertAlike(ours, theirs.toJwt(), 86_400);
        assert.ok(parts(ours)[1].jti);
      },
    ],
  ];
};

export default cases;
