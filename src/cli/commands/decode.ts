/** `mintmark decode`: prints a token without verifying it, and says so first. */

import { Buffer } from "node:buffer";
import { decode } from "../../index.ts";
import type { Given } from "../arguments.ts";
import { done, type Command, type Terminal } from "../command.ts";
import { printToken } from "../token-view.ts";
import { warnOfClaims } from "../warnings.ts";

export const decodeCommand: Command = {
  name: "decode",
  summary: "what a token says; verifies nothing",
  operand: "[TOKEN]",
  options: [],
  notes: [
    "The token is an argument or standard input, with or without Bearer in front. Anyone can write a token that says what this one says: do not rely on it.",
  ],
  examples: ["mintmark secret | mintmark sign --secret - --issuer my-api --audience web | mintmark decode"],
  run: showToken,
};

async function showToken(given: Given, { input, output }: Terminal): Promise<typeof done> {
  const text = await input.operand(given.operand, "the token");
  const { header, claims, signature, verified } = decode(withoutScheme(text));
  const now = Date.now() / 1000;
  if (output.json) output.value({ verified, header, claims, signature: Buffer.from(signature).toString("base64url") });
  else {
    output.line(["yellow", "NOT VERIFIED"], "  anyone can write a token that says this");
    printToken({ header, claims }, output, now);
    output.line(["bold", "Signature"], `  ${signature.length} bytes, not checked`);
  }
  warnOfClaims(claims, output, now);
  return done;
}

/** Strips `Authorization: Bearer` from a copied header (RFC 6750 §2.1). */
function withoutScheme(text: string): string {
  return text.replace(/^(?:authorization:\s*)?bearer\s+/i, "");
}
