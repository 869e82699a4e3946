/** Warnings about tokens, on standard error. Nothing is refused here. */

import { buildClaims, type SensitiveClaims } from "../index.ts";
import type { Output } from "./output.ts";
import { span } from "./time.ts";

const day = 86_400;

/** Warns of claims that are risky, verified or not. */
export function warnOfClaims(claims: Readonly<Record<string, unknown>>, output: Output, now: number): void {
  const { exp, iat } = claims;
  if (exp === undefined) output.warn("no exp: the token never expires");
  const life = typeof exp === "number" ? exp - (typeof iat === "number" ? iat : now) : 0;
  if (life > day)
    output.warn(`a lifetime of ${span(life)}: a stolen token can be used for as long, unless it can be revoked`);
  const sensitive = Object.keys(claims).filter((name) => isSensitive(name, claims[name]));
  if (sensitive.length > 0)
    output.warn(
      `sensitive, and readable by anyone who holds the token: ${sensitive.map((name) => JSON.stringify(name)).join(", ")}`,
    );
}

/** Reports whether the library refuses to sign a claim only because it is sensitive. */
function isSensitive(name: string, value: unknown): boolean {
  const passes = (sensitiveClaims: SensitiveClaims): boolean => {
    try {
      buildClaims({ [name]: value }, { sensitiveClaims });
      return true;
    } catch {
      return false;
    }
  };
  return passes("allow") && !passes("reject");
}
