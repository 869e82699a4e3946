// The verifiers of docs/guides/third-party-tokens.md, beside the libraries of Google, AWS, Clerk and Okta: the same tokens, the same verdicts.
import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verifyToken } from "@clerk/backend";
import OktaJwtVerifier from "@okta/jwt-verifier";
import { AlbJwtVerifier, CognitoJwtVerifier } from "aws-jwt-verify";
import { OAuth2Client } from "google-auth-library";
import { clerk, iap, issue, okta, withIssuers } from "../issuers.ts";
import { cognito, google } from "../../../unit/jwks/published-sets.ts";
import { agree, withServer } from "./compare.mjs";

const pem = (jwk) => String(createPublicKey({ key: jwk, format: "jwk" }).export({ format: "pem", type: "spki" }));
const certificates = ({ document }) => Object.fromEntries(document.keys.map((key) => [key.kid, pem(key)]));
const client = "my-client-id.apps.googleusercontent.com";

/** Rows with a token that is signed by somebody else, and one that has ended. */
async function rowsOf(set, typ, rows) {
  const made = await Promise.all(
    rows.map(async ([isGood, claims]) => [isGood, await issue(set, claims, typ), JSON.stringify(claims)]),
  );
  const [, good] = rows[0];
  const signed = made[0][1];
  const other = await issue(set, { ...good, exp: Math.floor(Date.now() / 1000) + 7000 }, typ);
  const forged = signed.slice(0, signed.lastIndexOf(".")) + other.slice(other.lastIndexOf("."));
  const hourAgo = Math.floor(Date.now() / 1000) - 3600;
  const ended = await issue(set, { ...good, iat: hourAgo - 3600, exp: hourAgo }, typ);
  return [...made, [false, forged, "another token's signature"], [false, ended, "a token that has ended"]];
}

/** @typedef {import("aws-jwt-verify/jwk").Jwks} Jwks */

/** @type {import("../cases.ts").Cases} */
const cases = (load, folder) => {
  const verifier = async (file, name) => {
    const found = /** @type {{ verify: (token: string) => Promise<unknown> } | undefined} */ ((await load(file))[name]);
    if (found === undefined) throw new Error(`${file}: expected ${name}`);
    return (token) => found.verify(token);
  };
  /**
   * @param {"id" | "access"} tokenUse
   * @param {string} name
   * @param {object} claims
   * @returns {[string, () => Promise<void>]}
   */
  const compareCognito = (tokenUse, name, claims) => [
    `Amazon Cognito, ${tokenUse}: aws-jwt-verify`,
    () =>
      withIssuers(async () => {
        const theirs = CognitoJwtVerifier.create({
          userPoolId: "eu-west-1_EXAMPLE",
          tokenUse,
          clientId: "my-client-id",
        });
        theirs.cacheJwks(/** @type {Jwks} */ (cognito.document));
        await agree(
          await verifier("cognito.ts", name),
          (token) => theirs.verify(token),
          await rowsOf(cognito, undefined, [
            [true, claims],
            [false, { ...claims, aud: "another", client_id: "another" }],
            [false, { ...claims, token_use: tokenUse === "id" ? "access" : "id" }],
            [false, { ...claims, iss: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_OTHER" }],
          ]),
        );
      }),
  ];
  return [
    [
      "Google: google-auth-library",
      () =>
        withServer(
          () => certificates(google),
          (address) =>
            withIssuers(async () => {
              const theirs = new OAuth2Client({ endpoints: { oauth2FederatedSignonPemCertsUrl: address } });
              await agree(
                await verifier("google.ts", "idToken"),
                (idToken) => theirs.verifyIdToken({ idToken, audience: client }),
                await rowsOf(google, "JWT", [
                  [true, { aud: client, azp: client, email_verified: true }],
                  [true, { aud: client, iss: "accounts.google.com" }],
                  [false, { aud: client, iss: "https://accounts.google.com/" }],
                  [false, { aud: "another" }],
                ]),
              );
            }),
        ),
    ],
    [
      "Google IAP: google-auth-library",
      () =>
        withIssuers(async () => {
          const theirs = new OAuth2Client();
          const audience = "/projects/123456789/global/backendServices/987654321";
          await agree(
            await verifier("proxies.ts", "googleIap"),
            (token) =>
              theirs.verifySignedJwtWithCertsAsync(token, certificates(iap), audience, [
                "https://cloud.google.com/iap",
              ]),
            await rowsOf(iap, undefined, [
              [true, { aud: audience, email: "zoe@example.com" }],
              [false, { aud: "/projects/123456789/global/backendServices/1" }],
              [false, { aud: audience, iss: "https://accounts.google.com" }],
            ]),
          );
        }),
    ],
    compareCognito("id", "idToken", { aud: "my-client-id", token_use: "id" }),
    compareCognito("access", "accessToken", { client_id: "my-client-id", token_use: "access", scope: "openid" }),
    [
      "AWS load balancers: aws-jwt-verify",
      async () => {
        const arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/my-alb/50dc6c495c0c9188";
        const kid = "d39846c3-18d4-4c5e-8148-27a63a4fa6d8";
        const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        Object.assign(process.env, { ALB_ARN: arn, ALB_CLIENT_ID: "my-client-id" });
        const page = readFileSync(new URL("../../../../docs/migrating/special-tokens.md", import.meta.url), "utf8");
        const block = /^```ts alb\n(.*?)^```$/ms.exec(page)?.[1];
        if (block === undefined) throw new Error('special-tokens.md: expected a block "ts alb"');
        writeFileSync(join(folder, "alb.ts"), block);
        const { check } = /** @type {{ check: (token: string) => Promise<unknown> }} */ (await load("alb.ts"));
        const theirs = AlbJwtVerifier.create({ albArn: arn, issuer: "https://id.example", clientId: "my-client-id" });
        const jwk = { ...publicKey.export({ format: "jwk" }), kid, alg: "ES256", use: "sig" };
        theirs.cacheJwks(/** @type {Jwks} */ ({ keys: [jwk] }));
        const padded = (bytes) => Buffer.from(bytes).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
        const now = Math.floor(Date.now() / 1000);
        const make = (more = {}, claims = {}, break_ = (text) => text) => {
          const base = {
            typ: "JWT",
            kid,
            alg: "ES256",
            iss: "https://id.example",
            client: "my-client-id",
            signer: arn,
          };
          const header = { ...base, exp: now + 120, ...more };
          const payload = {
            sub: "user_123",
            email: "zoe@example.com",
            exp: now + 120,
            iss: "https://id.example",
            ...claims,
          };
          const input = `${padded(JSON.stringify(header))}.${padded(JSON.stringify(payload))}`;
          return `${input}.${padded(sign("sha256", Buffer.from(break_(input)), { key: privateKey, dsaEncoding: "ieee-p1363" }))}`;
        };
        const original = globalThis.fetch;
        globalThis.fetch = async (address) => {
          const isOurs = String(address) === `https://public-keys.auth.elb.eu-west-1.amazonaws.com/${kid}`;
          return isOurs ? new Response(pem(publicKey.export({ format: "jwk" }))) : new Response("", { status: 403 });
        };
        try {
          // All the lengths of padding, in header and payload.
          for (const text of ["", "x", "xx", "xxx"])
            await agree(check, (token) => theirs.verify(token), [
              [true, make({ more: text }, { more: text }), `${text.length} more`],
            ]);
          await agree(check, (token) => theirs.verify(token), [
            [false, make({ signer: `${arn}-2` }), "another's load balancer"],
            [false, make({ client: "another" }), "another's client"],
            [false, make({ exp: now - 60 }, { exp: now - 60 }), "a token that has ended"],
            [false, make({}, {}, (text) => text.replaceAll("=", "")), "signed without its padding"],
            [false, make({ kid: "d39846c3-18d4-4c5e-8148-27a63a4fa6d9" }), "a key that is not there"],
          ]);
        } finally {
          globalThis.fetch = original;
        }
      },
    ],
    [
      "Clerk: @clerk/backend",
      () =>
        withIssuers(async () => {
          const authorizedParties = ["https://example.com", "https://app.example.com"];
          const nbf = Math.floor(Date.now() / 1000) - 10;
          await agree(
            await verifier("clerk.ts", "session"),
            (token) => verifyToken(token, { jwtKey: pem(clerk.document.keys[0]), authorizedParties }),
            await rowsOf(clerk, "JWT", [
              [true, { azp: "https://app.example.com", nbf, sid: "sess_1", v: 2, sts: "active" }],
              [false, { azp: "https://evil.example", nbf, sid: "sess_1" }],
              [false, { nbf, sid: "sess_1" }],
              [false, { azp: "https://example.com", nbf: nbf + 600, sid: "sess_1" }],
            ]),
          );
        }),
    ],
    [
      "Okta: @okta/jwt-verifier",
      () =>
        withServer(
          () => okta.document,
          (address) =>
            withIssuers(async () => {
              const { warn } = console;
              console.warn = () => {}; // that loopback is not https
              const theirs = new OktaJwtVerifier({
                issuer: okta.iss,
                clientId: "my-client-id",
                jwksUri: address,
                assertClaims: { cid: "my-client-id" },
                testing: { disableHttpsCheck: true },
              });
              console.warn = warn;
              for (const typ of [undefined, "application/okta-internal-at+jwt"])
                await agree(
                  await verifier("okta.ts", "accessToken"),
                  (token) => theirs.verifyAccessToken(token, "api://default"),
                  await rowsOf(okta, typ, [
                    [true, { aud: "api://default", cid: "my-client-id", scp: ["openid"], ver: 1 }],
                    [false, { aud: "api://default", cid: "another" }],
                    [false, { aud: "api://orders", cid: "my-client-id" }],
                    [false, { aud: "api://default", cid: "my-client-id", iss: "https://example.okta.com" }],
                  ]),
                );
            }),
        ),
    ],
  ];
};

export default cases;
