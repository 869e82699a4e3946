// The targets in the order of the layers. `portable`: once more as on a runtime without Buffer and node:crypto.
const targets = [
  "base64url",
  "base64",
  "utf8",
  "json",
  "duration",
  "der",
  "pem",
  "jwks",
  "secret",
  "decode",
  "verify",
  "jws",
  "bearer",
  "cookie",
  "challenge",
];
const twice = ["base64url", "base64", "utf8", "decode"];

export const sessions = targets.flatMap((target) => [
  { name: target, target },
  ...(twice.includes(target) ? [{ name: `${target} without Buffer`, target, portable: true }] : []),
]);
