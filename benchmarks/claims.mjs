/** The claims that are signed and the policy they are checked against: the same for every library. */

export const policy = { issuer: "https://issuer.example", audience: "https://api.example", lifetime: 900 };

/** What an application adds to `iss`, `aud`, `iat` and `exp`; the payload's size in bytes is the name's promise. */
const contents = {
  small: (index) => ({ sub: `user-${index}`, role: "admin" }),
  usual: (index) => ({
    ...contents.small(index),
    name: "Ada Lovelace",
    email: "ada.lovelace@analytical-engine.example",
    tenant: "7f9c24e5-4b1a-4d93-9a1e-0c7d2f5b8e16",
    scope: "openid profile email orders:read orders:write invoices:read reports:read",
    session: { id: `session-${index}`, device: "web", mfa: true },
  }),
  large: (index) => ({
    ...contents.usual(index),
    permissions: Array.from(
      { length: 120 },
      (_, n) => `urn:example:resource:${n}:projects:read-write-${index % 7}:all-regions`,
    ),
  }),
};

/** The payload in bytes, about. */
export const sizes = { small: 150, usual: 400, large: 8000 };

/** Distinct objects, so that nobody gains from having seen one before. */
export function createClaims(size, count) {
  return Array.from({ length: count }, (_, index) => contents[size](index));
}

/** What a library that sets no claims is given. */
export function withRegisteredClaims(claims) {
  const now = Math.floor(Date.now() / 1000);
  return { ...claims, iss: policy.issuer, aud: policy.audience, iat: now, exp: now + policy.lifetime };
}
