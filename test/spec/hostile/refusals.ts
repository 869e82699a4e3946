// The closed set of errors that a refusal may be (docs/guides/errors.md).
import { isJwtError, isUnavailableError } from "../../../src/index.ts";

const argumentCodes = ["invalid_argument", "invalid_key", "sync_unavailable", "unsupported_algorithm"];
const tokenCodes = [
  "token_malformed",
  "token_too_large",
  "header_invalid",
  "typ_mismatch",
  "alg_not_allowed",
  "crit_unsupported",
  "key_not_found",
  "signature_invalid",
  "payload_invalid",
  "claim_missing",
  "claim_invalid",
  "expired",
  "not_yet_valid",
  "too_old",
  "issuer_mismatch",
  "audience_mismatch",
  "subject_mismatch",
  "claim_mismatch",
  "schema_mismatch",
  "revoked",
  "replayed",
];
const surroundingCodes = ["jwks_unavailable", "jwks_invalid", "key_unavailable", "store_unavailable"];

export function codeIn(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code);
}

export function isDocumented(error: unknown): boolean {
  const code = codeIn(error);
  if (error instanceof TypeError) return argumentCodes.includes(code);
  if (isJwtError(error)) return error instanceof Error && tokenCodes.includes(code);
  return isUnavailableError(error) && error instanceof Error && surroundingCodes.includes(code);
}
