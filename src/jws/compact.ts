/** The compact serialization of any payload (RFC 7515 §3.1): attached, detached (appendix F), or not encoded (RFC 7797). */

import {
  checkBoolean,
  checkOptions,
  checkPositive,
  checkText,
  optional,
  refuseCallback,
  type Names,
  type Reader,
} from "../base/options.ts";
import { unchecked } from "../base/unchecked.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { copyBytes, type Bytes } from "../encoding/bytes.ts";
import { own } from "../encoding/json.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { argumentError } from "../errors.ts";
import { runAsync, type Steps } from "../base/steps.ts";
import { checkSigningKey, type SigningKey, type VerificationKeys, type VerifyingKey } from "../keys/key.ts";
import { compileKeys, withoutSign } from "../keys/select.ts";
import {
  checkCritical,
  checkCriticalNames,
  checkHeaderMembers,
  encodeHeader,
  parseHeader,
  type JwsHeader,
} from "./header.ts";
import { checkSignature, checkTokenLength, decodePayload, malformed, splitCompact } from "./verify.ts";
import { signInput } from "./sign.ts";

/** Options of `signJws`. */
export interface SignJwsOptions {
  /**
   * The header's `typ` (RFC 7515 §4.1.9); `unchecked`: none is written. Default `"JOSE"`, which `verify` refuses, so that no signature over
   * bytes that somebody else chose passes as a JWT (RFC 8725 §3.11).
   */
  readonly typ?: string | typeof unchecked | undefined;
  /** Further protected members; never `alg`, `kid`, `crit`, `b64`. A `typ` stands in for the option. */
  readonly header?: Readonly<Record<string, unknown>> | undefined;
  /** Members of `header` that a verifier has to understand or refuse the JWS (RFC 7515 §4.1.11). `b64: false` adds `b64`. */
  readonly crit?: readonly string[] | undefined;
  /** Leaves the payload out: it travels another way (RFC 7515 appendix F). Default `false`. */
  readonly detached?: boolean | undefined;
  /** `false`: the payload is signed as it is, not its base64url (RFC 7797). Default `true`. */
  readonly b64?: boolean | undefined;
}

/** Options of `verifyJws`. */
export interface VerifyJwsOptions {
  /** The payload of a detached signature. */
  readonly payload?: Uint8Array;
  /** Extensions in `crit` that the caller handles. `b64` is always understood, and need not be listed. */
  readonly understood?: readonly string[];
  /**
   * Length of the longest JWS that is looked at, in characters: of a JSON serialization, those of `payload`, `protected` and `signature` together.
   * A detached payload does not count. Default 2097152.
   */
  readonly maxTokenLength?: number | undefined;
}

/** A JWS whose signature is good. */
export interface VerifiedJws {
  /** The bytes that were signed. */
  readonly payload: Bytes;
  /** The protected header. */
  readonly header: JwsHeader;
  /** The key that verified it. It cannot sign. */
  readonly key: VerifyingKey;
}

/**
 * Signs any bytes in the compact serialization (RFC 7515 §7.1), with `typ: "JOSE"` in the header unless the option `typ` says another.
 * For claims use `sign`, with a key of their own: one key, one use.
 *
 * @throws TypeError `invalid_argument`: an unknown option, a header member that mintmark sets, a payload that cannot stand
 * in the token with `b64: false`.
 * @throws UnavailableError `key_unavailable`: the key failed to sign.
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES256);
 * const body = new TextEncoder().encode("any bytes");
 * const jws = await signJws(body, privateKey, { detached: true });
 * await verifyJws(jws, publicKey, { payload: body });
 */
export function signJws(payload: Uint8Array, key: SigningKey, options: SignJwsOptions = {}): Promise<string> {
  return runAsync(() => {
    refuseCallback(arguments);
    return signCompactJws(payload, checkSigningKey(key), options);
  });
}

/**
 * Verifies a compact JWS, and returns its payload (RFC 7515 §5.2). Claims are not looked at: for tokens use `verify`.
 *
 * @throws JwtError `token_too_large`, `token_malformed`, `header_invalid`, `alg_not_allowed`, `crit_unsupported`, `key_not_found`, `signature_invalid`.
 * @throws UnavailableError `key_unavailable`, `jwks_unavailable`, `jwks_invalid`: a key or key source could not answer.
 * @throws TypeError `invalid_argument`: an unknown option, or a key that is none.
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES256);
 * const jws = await signJws(new TextEncoder().encode("any bytes"), privateKey);
 * const { payload } = await verifyJws(jws, publicKey);
 * console.log(new TextDecoder().decode(payload)); // any bytes
 */
export function verifyJws(jws: string, keys: VerificationKeys, options: VerifyJwsOptions = {}): Promise<VerifiedJws> {
  return runAsync(() => {
    refuseCallback(arguments);
    return verifyCompactJws(jws, keys, options);
  });
}

const signNames: readonly string[] = /* @__PURE__ */ Object.keys({
  typ: 1,
  header: 1,
  crit: 1,
  detached: 1,
  b64: 1,
} satisfies Names<SignJwsOptions>);
const verifyNames: readonly string[] = /* @__PURE__ */ Object.keys({
  payload: 1,
  understood: 1,
  maxTokenLength: 1,
} satisfies Names<VerifyJwsOptions>);

/** Reads an option that is a boolean, if it is given. */
export const readFlag: Reader<boolean | undefined> = /* @__PURE__ */ optional(checkBoolean);

function* signCompactJws(payload: Uint8Array, key: SigningKey, options: SignJwsOptions): Steps<string> {
  checkOptions(options, signNames);
  const encoded = readPayload(payload, options.b64);
  const members = protectedMembers(options.header, options.crit, options.b64);
  const header = encodeHeader(key.alg, readType(options.typ, members), key.kid, members);
  const detached = readFlag(options.detached, "detached") ?? false;
  const attached = detached ? "" : attachable(encoded, plainText);
  return `${header}.${attached}.${yield* signInput(key, signingInput(header, encoded))}`;
}

function* verifyCompactJws(jws: string, keys: VerificationKeys, options: VerifyJwsOptions): Steps<VerifiedJws> {
  const { payload: detached, understood, maxTokenLength } = readVerifyOptions(options);
  const compiled = compileKeys(keys);
  if (typeof jws === "string") checkTokenLength(jws.length, maxTokenLength);
  const [headerSegment, attached, signature] = splitCompact(jws);
  const header = parseHeader(headerSegment);
  checkCritical(header, understood);
  if (detached !== undefined && attached !== "")
    throw malformed("payload: expected a detached signature, found a payload both in the token and in the options");
  const encoded = encodedPayload(header, attached, detached);
  const { key } = yield* checkSignature(
    header,
    compiled,
    signingInput(headerSegment, encoded),
    typeof encoded === "string" ? encoded : undefined,
    signature,
  );
  return {
    payload: detached ?? (typeof encoded === "string" ? decodePayload(encoded) : encoded),
    header,
    key: withoutSign(key),
  };
}

/** Payload in the form that is signed: base64url, or with `b64: false` the bytes themselves. */
export type EncodedPayload = string | Bytes;

/** Returns the signing input (RFC 7515 §5.1, RFC 7797 §3). */
export function signingInput(header: string, payload: EncodedPayload): string | Bytes {
  if (typeof payload === "string") return `${header}.${payload}`;
  const start = encodeUtf8(`${header}.`);
  const input = new Uint8Array(start.length + payload.length);
  input.set(start);
  input.set(payload, start.length);
  return input;
}

/** Reads a payload to be signed, and encodes it as `b64` says. */
export function readPayload(payload: unknown, b64: unknown): EncodedPayload {
  if (!ArrayBuffer.isView(payload))
    throw argumentError("payload: expected bytes (of a string: new TextEncoder().encode(string))");
  const bytes = copyBytes(payload);
  return readFlag(b64, "b64") === false ? bytes : encodeBase64url(bytes);
}

/** Returns the caller's protected members, and what `crit` and `b64: false` add to them. */
export function protectedMembers(
  header: unknown,
  critical: unknown,
  b64: boolean | undefined,
): Record<string, unknown> {
  const members = checkHeaderMembers(header, ["alg", "kid", "crit", "b64"]);
  const crit = checkCriticalNames(critical, members);
  if (b64 === false) return { ...members, b64: false, crit: ["b64", ...crit] };
  return crit.length > 0 ? { ...members, crit } : members;
}

/** Reads the `typ` of a new JWS; `undefined`: none, or the one that the caller's members have. */
export function readType(typ: unknown, members: Record<string, unknown>): string | undefined {
  const given = Object.hasOwn(members, "typ");
  if (given && typ !== undefined) throw argumentError("typ: given both in the header and as the option typ");
  if (typ === undefined) return given ? undefined : "JOSE";
  return typ === unchecked ? undefined : checkText(typ, "typ");
}

/**
 * Returns the payload in the form that stands in a JWS. Not encoded, it has to be UTF-8; in the compact serialization it may hold
 * no dot and nothing unprintable (RFC 7797 §5.2, §5.3).
 */
export function attachable(payload: EncodedPayload, allowed?: RegExp): string {
  if (typeof payload === "string") return payload;
  const text = decodeUtf8(payload);
  if (text === undefined || allowed?.test(text) === false)
    throw argumentError("b64: false: this payload cannot stand in the JWS, sign it detached");
  return text;
}

const plainText = /^[\x20-\x2d\x2f-\x7e]*$/;

/** Returns the payload in the form that was signed, from where it is: in the token or given. */
function encodedPayload(header: JwsHeader, attached: string, detached: Bytes | undefined): EncodedPayload {
  if (own(header, "b64") !== false) return detached === undefined ? attached : encodeBase64url(detached);
  if (!plainText.test(attached)) throw malformed("b64 is false, and the payload has unprintable characters");
  return detached ?? encodeUtf8(attached);
}

/** Checks the options of both verifying functions. */
export function readVerifyOptions(options: unknown): {
  payload: Bytes | undefined;
  understood: readonly string[];
  maxTokenLength: number;
} {
  const given = checkOptions(options, verifyNames);
  const { payload, understood = [], maxTokenLength = 2_097_152 } = given;
  if ("payload" in given && !ArrayBuffer.isView(payload)) throw argumentError("payload: expected bytes");
  if (
    !Array.isArray(understood) ||
    !Array.from(understood as unknown[]).every((name) => typeof name === "string" && name !== "")
  ) {
    throw argumentError("understood: expected a list of header names");
  }
  return {
    payload: payload === undefined ? undefined : copyBytes(payload as ArrayBufferView),
    understood: understood as readonly string[],
    maxTokenLength: checkPositive(maxTokenLength, "maxTokenLength"),
  };
}
