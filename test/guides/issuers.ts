// The issuers of test/jwks/published-sets.ts behind one server on loopback, with metadata and key sets at the paths that the real ones
// have. `fetch` is led there for every https URL, as a hosts file would.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { signJws, unchecked } from "../../src/index.ts";
import { apple, auth0, cognito, entra, google, keycloak, type PublishedSet } from "../jwks/published-sets.ts";

const metadata = (issuer: string, uri: string): object => ({ issuer, jwks_uri: uri });
const discovered = ({ iss, document }: PublishedSet, uri: string): [string, object][] => [
  [`${iss.replace(/\/$/, "")}/.well-known/openid-configuration`, metadata(iss, uri)],
  [uri, document],
];

const documents = new Map<string, object>([
  ["https://www.googleapis.com/oauth2/v3/certs", google.document],
  ...discovered(auth0, "https://tenant.eu.auth0.com/.well-known/jwks.json"),
  ...discovered(cognito, `${cognito.iss}/.well-known/jwks.json`),
  ...discovered(entra, `${entra.iss.replace("/v2.0", "")}/discovery/v2.0/keys`),
  ["https://login.microsoftonline.com/common/discovery/v2.0/keys", entra.document],
  ...discovered(apple, "https://appleid.apple.com/auth/keys"),
  ...discovered(keycloak, `${keycloak.iss}/protocol/openid-connect/certs`),
]);

/** Runs with the issuers within reach. */
export async function withIssuers(run: () => Promise<void>): Promise<void> {
  const server = createServer(({ url = "" }, response) => {
    const document = documents.get(decodeURIComponent(url.slice(1)));
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
