/** A token that was made here, and how; and how its values are written in JavaScript. */

import type { Duration } from "mintmark";
import type { AnyAlgorithm } from "../algorithms.ts";
import type { SecretEncoding } from "../pasted-keys.ts";

export interface Minted {
  readonly alg: AnyAlgorithm;
  readonly kid: string | undefined;
  readonly typ: string;
  readonly token: string;
  /** SPKI; a secret has none. */
  readonly publicPem: string | undefined;
  /** How the secret is written. */
  readonly encoding: SecretEncoding;
  /** What was given to `sign`. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The lifetime as it was written, if it was, and in seconds; without one the claims have an `exp`. */
  readonly lifetime: { readonly text: Duration | undefined; readonly seconds: number } | undefined;
  readonly jwtId: boolean;
}

/** What a library is shown with: code that runs, with the secret or the private key in the environment, never in the source. */
export interface Writer {
  /** Why the library cannot do this, if it cannot. */
  lacks(alg: AnyAlgorithm): string | undefined;
  verify(minted: Minted): string;
  sign(minted: Minted): string;
}

/** A member of an object literal, when there is something to say. */
export type Member = readonly [name: string, value: string | undefined | false];

/** An object literal of the members that have a value; empty when none has. */
export function literal(...members: readonly Member[]): string {
  const written = members
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => `${name}: ${String(value)}`);
  return written.length === 0 ? "" : `{ ${written.join(", ")} }`;
}

/** A further argument, when there is one. */
export function andThen(argument: string): string {
  return argument === "" ? "" : `, ${argument}`;
}

/** A value as JavaScript, or nothing for `undefined`. */
export function quoted(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

/** The secret in Node.js, for libraries that take bytes. */
export function nodeSecret(encoding: SecretEncoding): string {
  return `Buffer.from(process.env.JWT_SECRET, "${encoding}")`;
}

export function isPlain(typ: string): boolean {
  return typ === "JWT";
}
