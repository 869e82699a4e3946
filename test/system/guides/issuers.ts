// The issuers of test/unit/jwks/published-sets.ts behind one server on loopback, with metadata and key sets at the paths that the real ones
// have. `fetch` is led there for every https URL, as a hosts file would.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ES256, generateKeyPair, publicJwks, signJws, unchecked } from "../../../src/index.ts";
import {
  apple,
  auth0,
  cognito,
  entra,
  entraTenant,
  google,
  keycloak,
  type PublishedSet,
} from "../../unit/jwks/published-sets.ts";

const metadata = (issuer: string, uri: string): object => ({ issuer, jwks_uri: uri });
const discovered = ({ iss, document }: PublishedSet, uri: string): [string, object][] => [
  [`${iss.replace(/\/$/, "")}/.well-known/openid-configuration`, metadata(iss, uri)],
  [uri, document],
];

/** The others, by their issuers: what they publish has the form of Auth0's, or is one key on P-256. */
const as = (iss: string): PublishedSet => ({ ...auth0, iss });
const pair = await generateKeyPair(ES256, { kid: "ec-1" });
const onCurve = (iss: string): PublishedSet => ({
  ...as(iss),
  document: ecDocument,
  signer: async () => pair.privateKey,
});
const ecDocument = (await publicJwks([pair.publicKey])) as PublishedSet["document"];
export const okta = as("https://example.okta.com/oauth2/default");
export const firebase = as("https://securetoken.google.com/my-project");
export const clerk = as("https://clerk.example.com");
export const cloudflareAccess = as("https://my-team.cloudflareaccess.com");
export const githubActions = as("https://token.actions.githubusercontent.com");
export const gitlab = as("https://gitlab.com");
export const kubernetes = as("https://kubernetes.default.svc.cluster.local");
export const supabase = onCurve("https://project-ref.supabase.co/auth/v1");
export const iap = onCurve("https://cloud.google.com/iap");

/** The same keys at version 1.0's address, where they name no issuer. */
export const entraV1: PublishedSet = {
  ...entra,
  iss: `https://sts.windows.net/${entraTenant}/`,
  document: { keys: entra.document.keys.map((key) => ({ ...key, issuer: undefined })) },
};
export const b2c = as("https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/");
const b2cPolicy = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signupsignin1";
const workosClient = "client_123456789";
export const workos = as(`https://api.workos.com/user_management/${workosClient}`);

const documents = new Map<string, object>([
  ["https://www.googleapis.com/oauth2/v3/certs", google.document],
  ...discovered(auth0, "https://tenant.eu.auth0.com/.well-known/jwks.json"),
  ...discovered(cognito, `${cognito.iss}/.well-known/jwks.json`),
  ...discovered(entra, `${entra.iss.replace("/v2.0", "")}/discovery/v2.0/keys`),
  ["https://login.microsoftonline.com/common/discovery/v2.0/keys", entra.document],
  [
    `https://login.microsoftonline.com/${entraTenant}/.well-known/openid-configuration`,
    metadata(entraV1.iss, "https://login.microsoftonline.com/common/discovery/keys"),
  ],
  ["https://login.microsoftonline.com/common/discovery/keys", entraV1.document],
  [`${b2cPolicy}/v2.0/.well-known/openid-configuration`, metadata(b2c.iss, `${b2cPolicy}/discovery/v2.0/keys`)],
  [`${b2cPolicy}/discovery/v2.0/keys`, b2c.document],
  [`https://api.workos.com/sso/jwks/${workosClient}`, workos.document],
  ...discovered(apple, "https://appleid.apple.com/auth/keys"),
  ...discovered(okta, `${okta.iss}/v1/keys`),
  ["https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com", firebase.document],
  [`${supabase.iss}/.well-known/jwks.json`, supabase.document],
  [`${clerk.iss}/.well-known/jwks.json`, clerk.document],
  [`${cloudflareAccess.iss}/cdn-cgi/access/certs`, cloudflareAccess.document],
  ["https://www.gstatic.com/iap/verify/public_key-jwk", iap.document],
  ...discovered(githubActions, `${githubActions.iss}/.well-known/jwks`),
  ...discovered(gitlab, `${gitlab.iss}/oauth/discovery/keys`),
  ["https://kubernetes.default.svc/openid/v1/jwks", kubernetes.document],
  ...discovered(keycloak, `${keycloak.iss}/protocol/openid-connect/certs`),
]);

/** Runs with the issuers within reach. */
export async function withIssuers(run: () => Promise<void>): Promise<void> {
  const server = createServer(({ url = "", headers }, response) => {
    const address = decodeURIComponent(url.slice(1));
    // A cluster gives its keys to who has a token.
    const isRefused = address.includes("kubernetes") && headers.authorization !== "Bearer a pod's token";
    const document = isRefused ? undefined : documents.get(address);
    response
      .writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" })
      .end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const original = globalThis.fetch;
  globalThis.fetch = (url, options) =>
    original(`http://127.0.0.1:${port}/${encodeURIComponent(new Request(url).url)}`, options);
  try {
    await run();
  } finally {
    globalThis.fetch = original;
    server.closeAllConnections();
    server.close();
  }
}

/** A token as the issuer signs it: with these claims, and this header's `typ`, or none. */
export async function issue(set: PublishedSet, claims: object, typ?: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: set.iss, sub: "subject", iat: now, exp: now + 3600, ...claims };
  return signJws(new TextEncoder().encode(JSON.stringify(payload)), await set.signer(set.kids[0]!), {
    typ: typ ?? unchecked,
  });
}
