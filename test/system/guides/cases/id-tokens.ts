// The verifiers of docs/guides/id-tokens.md take the ID tokens of each provider for this login, and nothing that is meant for somebody else.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { IdTokenVerifier } from "../../../../src/oauth/index.ts";
import { apple, entra, entraTenant, google, type PublishedSet } from "../../../unit/jwks/published-sets.ts";
import type { Cases } from "../cases.ts";
import { issue, withIssuers } from "../issuers.ts";

const nonce = "n-1";
const web = "my-client-id.apps.googleusercontent.com";
const client = { aud: web, azp: web, hd: "example.com", nonce };
const entraToken = (tenant: string, more: object = {}): object => ({
  iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
  tid: tenant,
  aud: "00000000-0000-0000-0000-00000000c11e",
  ver: "2.0",
  nonce,
  ...more,
});
const hashed = createHash("sha256").update(nonce).digest("hex");

/** File and export, the issuer, the nonce that is expected, and what becomes of which claims. */
type Row = readonly [
  file: string,
  verifier: string,
  set: PublishedSet,
  nonce: string,
  becomes: readonly (readonly [code: string, claims: object])[],
];

const rows: readonly Row[] = [
  [
    "google-login.ts",
    "login",
    google,
    nonce,
    [
      ["accepted", client],
      ["accepted", { ...client, iss: "accounts.google.com" }],
      ["accepted", { ...client, azp: "my-android-id.apps.googleusercontent.com" }],
      ["claim_mismatch", { ...client, azp: "other.apps.googleusercontent.com" }],
      ["claim_mismatch", { ...client, nonce: "n-2" }],
      ["claim_mismatch", { ...client, hd: "example.org" }],
      ["audience_mismatch", { ...client, aud: "other" }],
    ],
  ],
  [
    "apple-login.ts",
    "login",
    apple,
    hashed,
    [
      ["accepted", { aud: "com.example.app", nonce: hashed }],
      ["claim_mismatch", { aud: "com.example.app", nonce }],
      ["claim_missing", { aud: "com.example.app" }],
    ],
  ],
  [
    "entra-login.ts",
    "oneTenant",
    entra,
    nonce,
    [
      ["accepted", entraToken(entraTenant)],
      ["issuer_mismatch", entraToken("another")],
      ["typ_mismatch", entraToken(entraTenant, { nonce: undefined, scp: "read", azpacr: "1" })],
    ],
  ],
  [
    "entra-login.ts",
    "someTenants",
    entra,
    nonce,
    [
      ["accepted", entraToken("2f0e9a4c-5f1f-4a8e-9d50-6f1f0a0d8a11")],
      ["issuer_mismatch", entraToken("another")],
    ],
  ],
  [
    "entra-login.ts",
    "anyTenant",
    entra,
    nonce,
    [
      ["accepted", entraToken("another")],
      ["issuer_mismatch", entraToken("another", { tid: entraTenant })],
    ],
  ],
];

const cases: Cases = (load) => [
  ...rows.map(
    ([file, name, set, expected, becomes]) =>
      [
        `${file}: ${name}`,
        () =>
          withIssuers(async () => {
            const verifier = (await load(file))[name] as IdTokenVerifier;
            for (const [code, claims] of becomes) {
              const result = await verifier.safeVerify(await issue(set, claims, "JWT"), { nonce: expected });
              assert.equal(result.ok ? "accepted" : result.error.code, code, JSON.stringify(claims));
            }
          }),
      ] as const,
  ),
  [
    "apple-login.ts: hashed",
    async () => {
      const { hashed: hash } = (await load("apple-login.ts")) as { hashed: (text: string) => string };
      assert.equal(hash(nonce), hashed);
    },
  ],
];

export default cases;
