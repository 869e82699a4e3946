// The search in the pages. It knows the words that people use for what a page is about, also where the page says it in others.
/** The words by page. */
const words = {
  "/guides/http":
    "middleware authentication guard protect route bearer authorization header csrf xsrf cors cookie express middleware",
  "/guides/sessions":
    "login logout log-out sign-in sign-out signin signout refresh token refresh-token rotation of refresh tokens remember me session cookie",
  "/guides/revocation": "blacklist blocklist denylist revoke invalidate everywhere ban replay one-time single-use jti",
  "/guides/rotation": "rotate keys key rotation rollover renew signing key",
  "/guides/links-in-mails": "magic link password reset invitation email verification confirm",
  "/guides/third-party-tokens":
    "google apple azure entra azure ad b2c external id sts.windows.net auth0 okta cognito firebase supabase clerk workos cloudflare access iap github actions gitlab kubernetes keycloak oidc sso",
  "/guides/keys": "secret key pem jwk environment variable generate openssl",
  "/guides/key-sets": "jwks jwks_uri well-known discovery public keys endpoint",
  "/guides/kms": "aws kms azure key vault hsm google cloud kms vault pkcs11 cloudhsm",
  "/guides/errors": "error expired invalid signature 401 403 troubleshooting",
  "/guides/testing": "jest vitest mock fake timers test",
  "/guides/command-line": "cli command line terminal npx shell",
  "/guides/algorithms": "hs256 rs256 es256 eddsa ed25519 which algorithm",
  "/guides/getting-started": "install quickstart tutorial hello world deno bun workers",
  "/migrating/jsonwebtoken": "jsonwebtoken node-jsonwebtoken",
  "/guides/mcp": "mcp model context protocol server",
  "/guides/protected-resources": "resource server oauth access token authorization server api",
  "/guides/nestjs": "nest nestjs guard decorator",
  "/guides/nextjs": "next nextjs next.js server actions app router",
  "/guides/sveltekit": "svelte kit hooks",
  "/guides/nuxt": "nitro h3 vue",
  "/guides/elysia": "bun",
  "/guides/graphql": "yoga apollo",
  "/guides/websockets": "websocket ws socket.io socketio",
  "/guides/lambda": "aws lambda authorizer api gateway serverless",
  "/guides/nginx": "nginx auth_request traefik caddy reverse proxy",
  "/guides/making-tokens":
    "github app apns apple client secret google service account fcm snowflake vapid livekit twilio zoom docusign",
  "/guides/service-to-service": "service to service machine to machine m2m client credentials microservices internal",
  "/guides/tenants": "multi-tenant multitenancy tenant",
  "/guides/webhooks": "webhook signature body hash vonage netlify qstash plaid",
  "/guides/react-native": "react native expo mobile ios android hermes",
  "/migrating/passport-jwt": "passport passport-jwt passportjs strategy",
  "/migrating/express-jwt": "express-jwt express-oauth2-jwt",
  "/migrating/nestjs-jwt": "@nestjs/jwt JwtService",
  "/migrating/jwt-decode": "jwt-decode jwt_decode jwtDecode decode in a browser",
  "/api/sign-and-verify": "verify sign",
  "/api/keys": "importsecret importsigningkey importverifyingkey",
  "/migrating/jose": "jose panva SignJWT jwtVerify",
};

/** @type {import("vitepress").DefaultTheme.Config["search"]} */
export const search = {
  provider: "local",
  options: {
    detailedView: false,
    /** The headings of a page and what stands below them, as VitePress cuts it, with the words put below the first. */
    _render(source, env, md) {
      const html = md.render(source, env);
      if (env.frontmatter?.search === false) return "";
      const more = words[`/${env.relativePath.replace(/\.md$/, "")}`] ?? "";
      return html.replace("</h1>", `</h1>\n<p>${more}</p>`);
    },
    miniSearch: {
      searchOptions: {
        fuzzy: 0.08,
        prefix: true,
        boost: { title: 4, titles: 2, text: 1 },
        boostDocument: boostPages(),
      },
    },
  },
};

/**
 * Splits words as the index does. Runs in the page, so it carries what it knows in its own text: a page that is for the word comes before one that mentions it.
 *
 * @returns {(id: string, term: string) => number}
 */
function boostPages() {
  const known = Object.fromEntries(
    Object.entries(words).map(([page, text]) => [page, text.toLowerCase().split(/[\p{Z}\p{P}]+/u)]),
  );
  return /** @type {(id: string, term: string) => number} */ (
    new Function(
      "id",
      "term",
      `const known = ${JSON.stringify(known)};
const [page, anchor] = id.replace(/\\.html(?=#|$)/, "").split("#");
const path = Object.keys(known).find((name) => page.endsWith(name));
const isReference = /\\/api\\//.test(page);
if (path !== undefined && known[path].includes(term)) return 40;
return isReference ? 0.6 : 1;`,
    )
  );
}
