// Tokens out of the fuzzer's octets, and the parts of one as Node alone reads them.
import { createHmac } from "node:crypto";
import { attempt } from "./invariant.ts";

export const secret = "a secret of 32 bytes or more, for tests";

export interface Fields {
  readonly token: string;
  /** What the token is taken to be: lines of header, payload and signature, or one piece of text. */
  readonly lines: readonly string[];
}

/**
 * Lines are written as the parts of a token, so that mutations reach the JSON in them. Without a third line the signature is the right
 * one: a fuzzer does not find MACs. One line alone is a token as it stands.
 */
export function fieldsOf(input: Buffer): Fields {
  const lines = input.toString("latin1").split("\n");
  if (lines.length === 1) return { token: lines[0]!, lines };
  const [header = "", payload = "", signature] = lines;
  const signed = `${encoded(header)}.${encoded(payload)}`;
  return { token: `${signed}.${signature ?? macOf(signed)}`, lines };
}

/** Octets stand for themselves in the lines. */
function encoded(line: string): string {
  return Buffer.from(line, "latin1").toString("base64url");
}

export function macOf(signingInput: string | Uint8Array): string {
  return createHmac("sha256", secret).update(signingInput).digest("base64url");
}

/** The octets of a segment that is spelt as Buffer spells it. */
export function canonical(segment: string | undefined): Buffer | undefined {
  const bytes = Buffer.from(segment ?? "", "base64url");
  return segment !== undefined && bytes.toString("base64url") === segment ? bytes : undefined;
}

export function strictText(bytes: Buffer | undefined): string | undefined {
  return bytes && attempt(() => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
}

/** RFC 7515 §4.1: `alg` is there, and it, `kid`, `typ` and `cty` are strings. */
export function registeredTypes(header: Readonly<Record<string, unknown>>): boolean {
  return (
    Object.hasOwn(header, "alg") &&
    ["alg", "kid", "typ", "cty"].every((name) => !Object.hasOwn(header, name) || typeof header[name] === "string")
  );
}
