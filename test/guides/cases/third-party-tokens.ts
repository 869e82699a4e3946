// The verifiers of docs/guides/third-party-tokens.md take what each issuer signs, and nothing that is meant for somebody else.
import assert from "node:assert/strict";
import type { Verifier } from "../../../src/index.ts";
import {
  apple,
  auth0,
  cognito,
  entra,
  entraTenant,
  google,
  keycloak,
  type PublishedSet,
} from "../../jwks/published-sets.ts";
import type { Cases } from "../cases.ts";
import { issue, withIssuers } from "../issuers.ts";

const entraAudience = "00000000-0000-0000-0000-00000000c11e";
const entraToken = (tenant: string, more: object = {}): object => ({
  iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
  tid: tenant,
  aud: entraAudience,
  ver: "2.0",
  ...more,
});

/** File and export, the issuer, the header's typ, and what becomes of which claims. */
type Row = readonly [
  file: string,
  verifier: string,
  set: PublishedSet,
  typ: string | undefined,
  becomes: readonly (readonly [code: string, claims: object])[],
];

const client = {
  aud: "my-client-id.apps.googleusercontent.com",
  azp: "my-client-id.apps.googleusercontent.com",
  email: "zoe@example.com",
  email_verified: true,
};
const rows: readonly Row[] = [
  [
    "google.ts",
    "idToken",
    google,
    "JWT",
    [
      ["accepted", client],
      ["accepted", { ...client, iss: "accounts.google.com" }],
      ["issuer_mismatch", { ...client, iss: "https://accounts.google.com.evil.example" }],
      ["audience_mismatch", { ...client, aud: "other" }],
    ],
  ],
  [
    "auth0.ts",
    "idToken",
    auth0,
    "JWT",
    [
      ["accepted", { aud: "my-client-id", nonce: "n" }],
      ["audience_mismatch", { aud: "https://api.example" }],
    ],
  ],
  [
    "auth0.ts",
    "accessToken",
    auth0,
    "at+jwt",
    [
      ["accepted", { aud: ["https://api.example", "https://tenant.eu.auth0.com/userinfo"], scope: "openid" }],
      ["audience_mismatch", { aud: "my-client-id" }],
    ],
  ],
  ["auth0.ts", "accessToken", auth0, "JWT", [["typ_mismatch", { aud: "https://api.example" }]]],
  [
    "cognito.ts",
    "idToken",
    cognito,
    undefined,
    [
      ["accepted", { aud: "my-client-id", token_use: "id" }],
      ["claim_missing", { client_id: "my-client-id", token_use: "access" }],
    ],
  ],
  [
    "cognito.ts",
    "accessToken",
    cognito,
    undefined,
    [
      ["accepted", { client_id: "my-client-id", token_use: "access" }],
      ["claim_mismatch", { client_id: "other", token_use: "access" }],
      ["claim_mismatch", { aud: "my-client-id", token_use: "id" }],
    ],
  ],
  [
    "entra.ts",
    "oneTenant",
    entra,
    "JWT",
    [
      ["accepted", entraToken(entraTenant)],
      ["issuer_mismatch", entraToken("another")],
    ],
  ],
  [
    "entra.ts",
    "someTenants",
    entra,
    "JWT",
    [
      ["accepted", entraToken(entraTenant)],
      ["accepted", entraToken("2f0e9a4c-5f1f-4a8e-9d50-6f1f0a0d8a11")],
      ["issuer_mismatch", entraToken("another")],
      ["issuer_mismatch", entraToken(entraTenant, { tid: "2f0e9a4c-5f1f-4a8e-9d50-6f1f0a0d8a11" })],
    ],
  ],
  [
    "entra.ts",
    "anyTenant",
    entra,
    "JWT",
    [
      ["accepted", entraToken("another")],
      ["issuer_mismatch", entraToken("another", { tid: entraTenant })],
      ["issuer_mismatch", entraToken("another", { iss: "https://evil.example/another/v2.0" })],
      ["audience_mismatch", entraToken("another", { aud: "00000003-0000-0000-c000-000000000000" })],
    ],
  ],
  [
    "apple.ts",
    "idToken",
    apple,
    undefined,
    [
      ["accepted", { aud: "com.example.app", nonce: "n-1" }],
      ["claim_mismatch", { aud: "com.example.app", nonce: "n-2" }],
      ["claim_missing", { aud: "com.example.app" }],
    ],
  ],
  [
    "keycloak.ts",
    "idToken",
    keycloak,
    "JWT",
    [
      ["accepted", { aud: "app", azp: "app", typ: "ID" }],
      ["claim_mismatch", { aud: "app", azp: "app", typ: "Bearer" }],
    ],
  ],
  [
    "keycloak.ts",
    "accessToken",
    keycloak,
    "JWT",
    [
      ["accepted", { aud: ["orders", "account"], azp: "app", typ: "Bearer" }],
      ["audience_mismatch", { aud: "account", azp: "app", typ: "Bearer" }],
    ],
  ],
];

const cases: Cases = (load) =>
  rows.map(([file, name, set, typ, becomes]) => [
    `${file}: ${name}, typ ${String(typ)}`,
    () =>
      withIssuers(async () => {
        const exported = (await load(file))[name] as Verifier | ((nonce: string) => Verifier);
        const verifier = typeof exported === "function" ? exported("n-1") : exported;
        for (const [code, claims] of becomes) {
          const result = await verifier.safeVerify(await issue(set, claims, typ));
          assert.equal(result.ok ? "accepted" : result.error.code, code, JSON.stringify(claims));
        }
      }),
  ]);

export default cases;
