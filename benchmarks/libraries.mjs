/**
 * Who takes part. Each has a file in libraries/ with a function `connect`, which gives what the library can
 * do with a key: `sign`, `verify` (promises), `signSync`, `verifySync`.
 */

const loaders = {
  mintmark: async () => (await import("./libraries/mintmark.mjs")).connect,
  "crypto.subtle": async () => (await import("./libraries/subtle.mjs")).connect,
  "node:crypto": async () => (await import("./libraries/node-crypto.mjs")).connect,
  JSON: async () => (await import("./libraries/parts.mjs")).connectJson,
  "base64url, UTF-8": async () => (await import("./libraries/parts.mjs")).connectText,
  jose: async () => (await import("./libraries/jose.mjs")).connect,
  "fast-jwt": async () => (await import("./libraries/fast-jwt.mjs")).connect,
  "fast-jwt, unhashed": async () => (await import("./libraries/fast-jwt.mjs")).connectUnhashed,
  jsonwebtoken: async () => (await import("./libraries/jsonwebtoken.mjs")).connect,
  "hono/jwt": async () => (await import("./libraries/hono.mjs")).connect,
  "cloudflare-worker-jwt": async () => (await import("./libraries/cloudflare-worker-jwt.mjs")).connect,
};

export const libraryNames = Object.keys(loaders);
/** Not libraries: the work that none of them can avoid. */
export const primitives = ["crypto.subtle", "node:crypto", "JSON", "base64url, UTF-8"];
/** What a token is made of, beside the whole; some of it only there. */
const parts = ["mintmark", ...primitives];
const onlyParts = ["JSON", "base64url, UTF-8"];
/** Their caches are what a repeated token is about. */
const withCache = ["mintmark", "fast-jwt", "fast-jwt, unhashed"];
const needNode = ["fast-jwt", "fast-jwt, unhashed", "jsonwebtoken"];

/** Whether a case is about this one. */
/** Those that read JWK Sets. */
const withKeySets = ["mintmark", "jose"];

export function takesPart(name, testCase) {
  if (testCase.first) return withKeySets.includes(name);
  if (testCase.parts) return parts.includes(name);
  if (onlyParts.includes(name)) return false;
  return (
    (testCase.cache === undefined || withCache.includes(name)) &&
    (testCase.fault === undefined || !primitives.includes(name))
  );
}

/** Without those that need a KeyObject that signs, which workerd does not have. */
export function librariesHere() {
  const isWorkerd = globalThis.navigator?.userAgent === "Cloudflare-Workers";
  return isWorkerd ? libraryNames.filter((name) => !needNode.includes(name)) : libraryNames;
}

export async function load(name) {
  return loaders[name]();
}
