// What another JWT library is asked to do, and how it and mintmark exchange keys. The peers differ only
// in the `Peer` they hand to `testInterop` (exchange.ts).
import type { Jwk } from "../../../src/index.ts";

/** A key on its way from one library to the other. */
export type WireKey =
  | { readonly form: "pem"; readonly text: string }
  | { readonly form: "jwk"; readonly jwk: Jwk }
  | { readonly form: "bytes"; readonly bytes: Uint8Array };

/** One key, both of its halves in every form its maker writes. For a secret both halves are the same. */
export interface WireKeyPair {
  readonly signing: readonly WireKey[];
  readonly verifying: readonly WireKey[];
}

export type Claims = Readonly<Record<string, unknown>>;

export interface Peer {
  readonly name: string;
  /** The JOSE names of the algorithms it implements. */
  readonly algorithms: readonly string[];
  /** The forms in which it reads a public or private key; secrets are exchanged in every form. */
  readonly reads: readonly ("pem" | "jwk")[];
  generate(alg: string): Promise<WireKeyPair>;
  /** A token of exactly these claims. */
  sign(alg: string, key: WireKey, claims: Claims): Promise<string>;
  /** The claims of a token it accepts for this issuer and audience; rejects otherwise. */
  verify(alg: string, key: WireKey, token: string, expected: { issuer: string; audience: string }): Promise<Claims>;
}
