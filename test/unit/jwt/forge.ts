// Tokens made by hand: they may say what `sign` refuses to, under a good signature.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { generateSecret, HS256, importSecret } from "../../../src/index.ts";
import type { Bytes, SecretKey, VerifyingKey } from "../../../src/index.ts";

/** The second in which these tests take place (NumericDate). */
export const second = 1_800_000_000;
export const at = (seconds: number) => (): Date => new Date(seconds * 1000);

export const secret: Bytes = Uint8Array.from(randomBytes(32));
export const key: SecretKey = await importSecret(secret, HS256);
/** Signs as well, and is not expected. */
export const strangerSecret: Bytes = Uint8Array.from(randomBytes(32));
export const stranger: SecretKey = await importSecret(strangerSecret, HS256);
/** A key that signed nothing here. */
export const unrelated: SecretKey = await generateSecret(HS256);

export const issuer = "https://issuer.example";
export const audience = "web";
export const expected = { issuer, audience, now: at(second) };

/** What `expected` accepts. */
export const goodClaims = {
  iss: issuer,
  aud: audience,
  sub: "user_123",
  jti: "token-1",
  iat: second,
  exp: second + 900,
};

export const without = (name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(goodClaims).filter(([claim]) => claim !== name));

export const jwtHeader = { alg: "HS256", typ: "JWT" };

/** base64url of a text as it is, of bytes, or of any other value as JSON. */
export function encode(part: unknown): string {
  const octets =
    typeof part === "string"
      ? Buffer.from(part)
      : ArrayBuffer.isView(part)
        ? Buffer.from(part as Uint8Array)
        : Buffer.from(JSON.stringify(part));
  return octets.toString("base64url");
}

export function mac(input: string | Uint8Array, withSecret: Uint8Array = secret): string {
  return createHmac("sha256", withSecret).update(input).digest("base64url");
}

/** A token with a good HS256 signature over any two segments. */
export function sealed(header: string, payload: string, withSecret: Uint8Array = secret): string {
  return `${header}.${payload}.${mac(`${header}.${payload}`, withSecret)}`;
}

/** A token with a good HS256 signature: a string is a JSON text as it stands, bytes are bytes. */
export function forge(
  payload: unknown = goodClaims,
  header: unknown = jwtHeader,
  withSecret: Uint8Array = secret,
): string {
  return sealed(encode(header), encode(payload), withSecret);
}

/** A plug-in key that counts what it is asked: three members, no more. */
export function countingKey(
  members: Partial<VerifyingKey> = {},
  withSecret: Uint8Array = secret,
): VerifyingKey & { readonly calls: () => number } {
  let calls = 0;
  const verifySync = (data: Bytes, signature: Bytes): boolean => {
    calls++;
    const good = createHmac("sha256", withSecret).update(data).digest();
    return signature.length === good.length && timingSafeEqual(good, signature);
  };
  return { alg: "HS256", verify: verifySync, verifySync, ...members, calls: () => calls };
}
