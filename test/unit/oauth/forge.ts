// Tokens of an OpenID Provider, as it writes them or as it should not: signed with keys made here, at one moment.
import { createHash } from "node:crypto";
import { ES256, generateKeyPair } from "../../../src/index.ts";
import type { SigningKey } from "../../../src/index.ts";
import { encode } from "../jwt/forge.ts";

/** The second in which these tests take place (NumericDate). */
export const second = 1_800_000_000;

/** A clock that a test turns. */
export function clock(): { readonly now: () => Date; turn: (seconds: number) => void } {
  let time = second;
  return {
    now: () => new Date(time * 1000),
    turn(seconds) {
      time += seconds;
    },
  };
}

export const issuer = "https://id.example";
export const clientId = "my-client-id";
export const nonce = "n-0S6_WzA2Mj";

export const { privateKey, publicKey } = await generateKeyPair(ES256, { kid: "key-1" });

/** A token by any key, over whatever header and claims. */
export async function signed(
  claims: unknown,
  header: object = {},
  key: Pick<SigningKey, "alg" | "kid" | "sign"> = privateKey,
): Promise<string> {
  const { alg, kid } = key;
  const input = `${encode({ alg, ...(kid !== undefined && { kid }), ...header })}.${encode(claims)}`;
  return `${input}.${encode(await key.sign(Uint8Array.from(Buffer.from(input))))}`;
}

/** The claims without some, with others changed. */
export const but = (claims: object, changes: object = {}, ...without: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries({ ...claims, ...changes }).filter(([name]) => !without.includes(name)));

/** The left half of a digest, as `at_hash` and `c_hash` have it. */
export function halfOf(hash: string, token: string): string {
  const digest = createHash(hash, hash.startsWith("shake") ? { outputLength: 64 } : {})
    .update(token)
    .digest();
  return digest.subarray(0, digest.length / 2).toString("base64url");
}
