// What this runtime cannot do. Web Crypto itself is asked, so that mintmark cannot excuse itself; ML-DSA is
// the only family that may be missing.
import { webcrypto } from "node:crypto";

/** JOSE names. */
export const lackedByRuntime: ReadonlySet<string> = await lacked(["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"]);

async function lacked(names: readonly string[]): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  for (const name of names) {
    await webcrypto.subtle.generateKey({ name }, false, ["sign", "verify"]).catch(() => missing.add(name));
  }
  return missing;
}
