// Tokens made by hand, so that neither library has a say in them, under one clock for all of them.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, vi } from "vitest";

/** Seconds since 1970: what every clock shows in these tests. */
export const now = 1_800_000_000;
export const issuer = "my-api";
export const audience = "web";
export const secret = "a text of more than 64 bytes, made for these tests, and known to everyone";

/** Stops the clock, and gives the environment what the guides' programs read. */
export function fixTheWorld(variables: Readonly<Record<string, string>> = {}): void {
  beforeAll(() => {
    vi.setSystemTime(now * 1000);
    for (const [name, value] of Object.entries({ JWT_SECRET: secret, ...variables })) vi.stubEnv(name, value);
  });
  afterAll(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });
}

/** A token of 15 minutes for the issuer and audience above, with these claims changed; `undefined` leaves one out. */
export function token(
  changed: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
  by = secret,
): string {
  const claims = { sub: "user_123", iss: issuer, aud: audience, iat: now, exp: now + 900, ...changed };
  return signed({ alg: "HS256", typ: "JWT", ...header }, JSON.stringify(claims), by);
}

/** A token of any payload. */
export function signed(
  header: { readonly alg: string; readonly [member: string]: unknown },
  payload: string,
  by = secret,
): string {
  return sealed(`${encode(JSON.stringify(header))}.${encode(payload)}`, by, `sha${header.alg.slice(2)}`);
}

/** A token of any two segments, well formed or not. */
export function sealed(input: string, by = secret, hash = "sha256"): string {
  return `${input}.${createHmac(hash, by).update(input).digest("base64url")}`;
}

/** The same token with another first character in its signature: still canonical, no longer valid. */
export function forged(text: string): string {
  const at = text.lastIndexOf(".") + 1;
  return text.slice(0, at) + (text.charAt(at) === "A" ? "B" : "A") + text.slice(at + 1);
}

export function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** Header and claims of a token in one object; a payload that is no object stands under `payload`. */
export function contents(text: string): Readonly<Record<string, unknown>> {
  const [header = "", payload = ""] = text.split(".").map((part) => Buffer.from(part, "base64url").toString());
  return {
    ...(JSON.parse(header) as object),
    ...(payload.startsWith("{") ? (JSON.parse(payload) as object) : { payload }),
  };
}
