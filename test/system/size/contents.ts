// What a bundle must not hold: by the sources that its map leads to, and by words that no minifier changes.
import type { Bundle } from "./bundlers.ts";
import { filesOf } from "./sources.ts";

export type RuleName = "families" | "signing" | "building" | "verifying" | "tokens" | "cryptography";

interface Rule {
  readonly says: string;
  readonly files: RegExp;
  readonly words: RegExp;
  /** Names which, imported as well, break the rule in both ways. */
  readonly planted: readonly string[];
}

export const rules: Readonly<Record<RuleName, Rule>> = {
  families: {
    says: "no algorithm but HMAC, and no reader of PEM and DER",
    // jws/signature-length.ts names every algorithm. keys/der.ts has more than the reader: a secret that is a DER key is refused by its structure.
    files: /^algorithms\/(?!algorithm\.ts|by-name\.ts|hmac\.ts|jwk-members\.ts)|^keys\/(?:bind|given|import|pem)\.ts/,
    words: /RSASSA|RSA-PSS|ECDSA|P-(?:256|384|521)|pkcs8|spki|pointLength|seedTags/g,
    planted: ["importVerifyingKey", "ES256"],
  },
  signing: {
    says: "nothing that signs tokens",
    files: /^claims\/(?:build|sensitive)\.ts|^jws\/sign\.ts|^jwt\/sign\.ts|^jws\/signature-length\.ts/,
    words: /expiresIn|maxLifetime|jwtId|sensitiveClaims|socialsecuritynumber/g,
    planted: ["sign"],
  },
  // What checks proofs makes nonces, which are signed and are no tokens.
  building: {
    says: "nothing that builds tokens",
    files: /^claims\/(?:build|sensitive)\.ts|^jwt\/(?:sign|signer)\.ts/,
    words: /expiresIn|maxLifetime|jwtId|sensitiveClaims|socialsecuritynumber/g,
    planted: ["sign"],
  },
  verifying: {
    says: "nothing that verifies tokens",
    files:
      /^claims\/validate\.ts|^jwt\/(?:expected|issuers|revocation|schema|token-cache|verify)\.ts|^keys\/select\.ts/,
    words: /clockTolerance|maxTokenAge|denylist|beforeReplay/g,
    planted: ["verify"],
  },
  tokens: {
    says: "nothing of claims, tokens and what is built on them",
    files: /^(?:claims|jwt|jwks|ring|revocation|stores|http|sessions)\//,
    words: /maxTokenAge|sensitiveClaims|denylist/g,
    planted: ["sign", "verify"],
  },
  cryptography: {
    says: "no cryptography",
    files: /^(?:algorithms|keys)\//,
    words: /subtle|node:crypto|getBuiltinModule|createHmac|getRandomValues|randomUUID/g,
    planted: ["importSecret"],
  },
};

/** What a bundle holds against a rule: sources, and words. */
export function foundAgainst(
  { files, words }: Rule,
  bundle: Bundle,
): { readonly files: readonly string[]; readonly words: readonly string[] } {
  return {
    files: [...filesOf(bundle)].filter((file) => files.test(file)),
    words: [...new Set(bundle.code.match(words))],
  };
}
