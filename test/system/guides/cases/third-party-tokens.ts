// The verifiers of docs/guides/third-party-tokens.md take what each issuer signs, and nothing that is meant for somebody else.
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Verifier } from "../../../../src/index.ts";
import {
  apple,
  auth0,
  cognito,
  entra,
  entraTenant,
  google,
  keycloak,
  type PublishedSet,
} from "../../../unit/jwks/published-sets.ts";
import type { Cases } from "../cases.ts";
import {
  b2c,
  clerk,
  cloudflareAccess,
  entraV1,
  firebase,
  githubActions,
  gitlab,
  iap,
  issue,
  kubernetes,
  okta,
  supabase,
  withIssuers,
  workos,
} from "../issuers.ts";

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
const gitlabJob = (more: object): object => ({
  aud: "https://deploy.example",
  project_id: "4242",
  ref: "main",
  ref_type: "branch",
  ref_path: "refs/heads/main",
  ref_protected: "true",
  ...more,
});
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
    "JWT",
    [
      ["accepted", { aud: ["https://api.example", "https://tenant.eu.auth0.com/userinfo"], scope: "openid" }],
      ["audience_mismatch", { aud: "my-client-id" }],
    ],
  ],
  ["auth0.ts", "accessToken", auth0, "at+jwt", [["typ_mismatch", { aud: "https://api.example" }]]],
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
    "entra.ts",
    "oneTenant",
    entraV1,
    "JWT",
    [["issuer_mismatch", { aud: entraAudience, tid: entraTenant, ver: "1.0" }]],
  ],
  [
    "entra-v1.ts",
    "accessToken",
    entraV1,
    "JWT",
    [
      ["accepted", { aud: "api://orders", tid: entraTenant, ver: "1.0", appid: "a-client" }],
      ["accepted", { aud: entraAudience, tid: entraTenant, ver: "1.0" }],
      ["audience_mismatch", { aud: "https://graph.microsoft.com", tid: entraTenant, ver: "1.0" }],
      ["issuer_mismatch", { aud: "api://orders", tid: "another", ver: "1.0", iss: "https://sts.windows.net/another/" }],
      ["claim_mismatch", { aud: "api://orders", tid: "another", ver: "1.0" }],
      ["issuer_mismatch", { aud: "api://orders", ...entraToken(entraTenant) }],
    ],
  ],
  [
    "b2c.ts",
    "user",
    b2c,
    "JWT",
    [
      ["accepted", { aud: "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", tfp: "B2C_1_signupsignin1", ver: "1.0" }],
      ["claim_mismatch", { aud: "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", tfp: "B2C_1_passwordreset", ver: "1.0" }],
      ["audience_mismatch", { aud: "another", tfp: "B2C_1_signupsignin1", ver: "1.0" }],
    ],
  ],
  [
    "workos.ts",
    "session",
    workos,
    undefined,
    [
      ["accepted", { sid: "session_01HQSXZGF8FHF7A9ZZFCW4387R", org_id: "org_1", role: "member", jti: "1" }],
      ["claim_missing", { org_id: "org_1" }],
      ["issuer_mismatch", { sid: "session_1", iss: "https://api.workos.com/user_management/client_another" }],
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
  [
    "okta.ts",
    "idToken",
    okta,
    undefined,
    [
      ["accepted", { aud: "my-client-id" }],
      ["audience_mismatch", { aud: "x" }],
    ],
  ],
  [
    "okta.ts",
    "accessToken",
    okta,
    undefined,
    [
      ["accepted", { aud: "api://default", cid: "my-client-id" }],
      ["claim_mismatch", { aud: "api://default", cid: "other" }],
    ],
  ],
  ["okta.ts", "accessToken", okta, "JWT", [["accepted", { aud: "api://default", cid: "my-client-id" }]]],
  [
    "okta.ts",
    "accessToken",
    okta,
    "application/okta-internal-at+jwt",
    [
      ["accepted", { aud: "api://default", cid: "my-client-id" }],
      ["audience_mismatch", { aud: "my-client-id", cid: "my-client-id" }],
    ],
  ],
  ["okta.ts", "accessToken", okta, "secevent+jwt", [["typ_mismatch", { aud: "api://default", cid: "my-client-id" }]]],
  [
    "firebase.ts",
    "idToken",
    firebase,
    "JWT",
    [
      ["accepted", { aud: "my-project" }],
      ["audience_mismatch", { aud: "other-project" }],
      ["issuer_mismatch", { aud: "my-project", iss: "https://securetoken.google.com/other-project" }],
    ],
  ],
  [
    "supabase.ts",
    "user",
    supabase,
    "JWT",
    [
      ["accepted", { aud: "authenticated", role: "authenticated", is_anonymous: false }],
      ["claim_mismatch", { aud: "authenticated", role: "authenticated", is_anonymous: true }],
      ["claim_mismatch", { aud: "authenticated", role: "anon", is_anonymous: false }],
    ],
  ],
  [
    "clerk.ts",
    "session",
    clerk,
    "JWT",
    [
      ["accepted", { azp: "https://app.example.com" }],
      ["claim_mismatch", { azp: "https://evil.example" }],
      ["claim_missing", {}],
    ],
  ],
  [
    "proxies.ts",
    "cloudflareAccess",
    cloudflareAccess,
    undefined,
    [
      ["accepted", { aud: ["the Application Audience tag"] }],
      ["audience_mismatch", { aud: ["another application"] }],
    ],
  ],
  [
    "proxies.ts",
    "googleIap",
    iap,
    undefined,
    [
      ["accepted", { aud: "/projects/123456789/global/backendServices/987654321" }],
      ["audience_mismatch", { aud: "/projects/123456789/global/backendServices/1" }],
    ],
  ],
  [
    "ci.ts",
    "githubActions",
    githubActions,
    "JWT",
    [
      [
        "accepted",
        { aud: "https://deploy.example", repository_id: "123456789", ref: "refs/heads/main", event_name: "push" },
      ],
      [
        "claim_mismatch",
        { aud: "https://deploy.example", repository_id: "1", ref: "refs/heads/main", event_name: "push" },
      ],
    ],
  ],
  [
    "ci.ts",
    "gitlabCi",
    gitlab,
    "JWT",
    [
      ["accepted", gitlabJob({})],
      ["claim_mismatch", gitlabJob({ ref_protected: "false" })],
      ["claim_mismatch", gitlabJob({ ref_type: "tag", ref_path: "refs/tags/main" })],
    ],
  ],
  [
    "kubernetes.ts",
    "serviceAccount",
    kubernetes,
    undefined,
    [
      ["accepted", { aud: ["orders"], sub: "system:serviceaccount:billing:worker" }],
      ["subject_mismatch", { aud: ["orders"], sub: "system:serviceaccount:billing:default" }],
    ],
  ],
];

/** A pod's token is a file, which the cluster renews. */
process.env.TOKEN_FILE = join(mkdtempSync(join(tmpdir(), "mintmark-pod-")), "token");
writeFileSync(process.env.TOKEN_FILE, "a pod's token");

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
