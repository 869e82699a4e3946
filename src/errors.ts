/**
 * The closed set of refusals. Compare `code`, not the class: `instanceof` breaks
 * when two copies of the package (ESM and CJS) meet in one process.
 */

const jwtErrorCodes = [
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
] as const;

const unavailableErrorCodes = ["jwks_unavailable", "jwks_invalid", "key_unavailable", "store_unavailable"] as const;

/**
 * What can be wrong with a token: the `code` of a `JwtError`. They are compared, never the message.
 *
 * @useDeclaredType
 */
export type JwtErrorCode = (typeof jwtErrorCodes)[number];

/**
 * What can be wrong with the surroundings: a key set, a remote key, a store.
 *
 * @useDeclaredType
 */
export type UnavailableErrorCode = (typeof unavailableErrorCodes)[number];

/** What can be wrong with a call: the `code` on every `TypeError` that mintmark throws. */
export type ArgumentErrorCode = "invalid_argument" | "invalid_key" | "sync_unavailable" | "unsupported_algorithm";

/** One finding of a Standard Schema validator. */
export interface SchemaIssue {
  /** In the validator's own words. */
  readonly message: string;
  /** Where in the claims. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * The token is refused: answer 401. No message, property or cause holds the token, a secret or a key.
 *
 * @example
 * const key = await generateSecret(HS256);
 * const token = await sign({ sub: "user_123" }, key, { issuer: "my-api", audience: "web" });
 * const error = await verify(token, key, { issuer: "my-api", audience: "admin" }).catch((error) => error);
 * console.log(error.code, error.claim); // audience_mismatch aud
 */
export class JwtError extends Error {
  /** The same in every copy of the package. */
  override readonly name = "JwtError";
  /** What is wrong. */
  readonly code: JwtErrorCode;
  /** The claim at fault, where one is. */
  declare readonly claim?: string;
  /** What the schema found, for `schema_mismatch`. */
  declare readonly issues?: readonly SchemaIssue[];
  /** Everything the token says, when its signature was good. Not enumerable: loggers print errors. */
  declare readonly claims?: Readonly<Record<string, unknown>>;

  /** HTTP status to answer with, where Express and Koa look for it. Not enumerable. */
  declare readonly status: 401;
  /** The same as `status`, where Fastify looks for it. */
  declare readonly statusCode: 401;

  constructor(
    code: JwtErrorCode,
    message: string,
    details?: { readonly claim?: string; readonly issues?: readonly SchemaIssue[] },
  ) {
    super(message);
    this.code = code;
    Object.assign(this, details);
    setStatus(this, 401);
  }
}

/**
 * A key set, a remote key or a store did not answer, so nothing was decided: answer 503.
 *
 * @example
 * const broken = { alg: "ES256", verify: () => Promise.reject(new Error("the HSM is not there")) };
 * const { privateKey } = await generateKeyPair(ES256);
 * const token = await sign({ sub: "user_123" }, privateKey, { issuer: "my-api", audience: "web" });
 * const error = await verify(token, [broken], { issuer: "my-api", audience: "web" }).catch((error) => error);
 * console.log(error.code); // key_unavailable
 */
export class UnavailableError extends Error {
  /** The same in every copy of the package. */
  override readonly name = "UnavailableError";
  /** What failed. */
  readonly code: UnavailableErrorCode;

  /** HTTP status to answer with, where Express and Koa look for it. Not enumerable. */
  declare readonly status: 503;
  /** The same as `status`, where Fastify looks for it. */
  declare readonly statusCode: 503;

  constructor(code: UnavailableErrorCode, message: string) {
    super(message);
    this.code = code;
    setStatus(this, 503);
  }
}

/**
 * Whether `error` says that a token is refused. Works across copies of the package.
 *
 * @example
 * const key = await generateSecret(HS256);
 * const error = await verify("not a token", key, { issuer: "my-api", audience: "web" }).catch((error: unknown) => error);
 * if (isJwtError(error)) console.log(401, error.code); // 401 token_malformed
 */
export function isJwtError(error: unknown): error is JwtError {
  return hasCode(error, jwtErrorCodes);
}

/**
 * Whether `error` says that the surroundings failed. Works across copies of the package.
 *
 * @example
 * const offline = () => Promise.reject(new Error("no network"));
 * const keys = remoteJwks("https://issuer.example/jwks.json", { algorithms: [ES256], fetch: offline });
 * const error = await keys.reload().catch((error: unknown) => error);
 * if (isUnavailableError(error)) console.log(503, error.code); // 503 jwks_unavailable
 */
export function isUnavailableError(error: unknown): error is UnavailableError {
  return hasCode(error, unavailableErrorCodes);
}

/** Tells frameworks the status of an error that nobody catches. Not enumerable: loggers print errors. Writable: Koa writes it. */
export function setStatus(error: Error, status: number): void {
  const member = { value: status, writable: true, configurable: true };
  Object.defineProperties(error, { status: member, statusCode: member });
}

/** Either of both, of any copy of the package: by its name, and by the spelling of its code. */
export function isOwnError(error: unknown): error is JwtError | UnavailableError {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  return (name === "JwtError" || name === "UnavailableError") && typeof code === "string" && /^[a-z_]+$/.test(code);
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return typeof error === "object" && error !== null && "code" in error && codes.includes(error.code as string);
}

/** The caller's mistake: a `TypeError` with a stable `code`. */
export function argumentError(
  message: string,
  code: ArgumentErrorCode = "invalid_argument",
): TypeError & { readonly code: ArgumentErrorCode } {
  return Object.assign(new TypeError(message), { code });
}

/**
 * Replaces each character that could control a terminal, reorder a line or hide in it: controls, unassigned and private characters, lone
 * surrogates, line separators, bidi, zero width and fillers.
 */
export function escapeUnprintable(text: string, escape: (character: string) => string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, escape);
}

/**
 * A value from outside as it may stand in a message: of a text no more than `most` characters, quoted, and with everything escaped
 * that could drive a terminal or reorder a log line (controls, bidi, zero width, tags).
 */
export function quote(value: unknown, most = 48): string {
  if (typeof value !== "string") return ["number", "boolean"].includes(typeof value) ? String(value) : typeof value;
  const text = escapeUnprintable(
    JSON.stringify(value.length > most ? `${value.slice(0, most)}…` : value),
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  // Escapes are up to nine times as long.
  return text.length > 2 * most + 4 ? `${text.slice(0, 2 * most).replace(/[\ud800-\udbff]$/, "")}…"` : text;
}

/** At most three values as a message lists them, and how many more there are: its length does not grow with a configuration. */
export function quoteSome(values: Iterable<unknown>, count: number): string {
  const shown: string[] = [];
  for (const value of values) if (shown.push(quote(value)) >= Math.min(3, count)) break;
  return shown.join(" or ") + (count > shown.length ? ` and ${count - shown.length} more` : "");
}
