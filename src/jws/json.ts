/** The JSON serializations (RFC 7515 §7.2): one payload, one signature (flattened) or several (general). */

import { checkOptions, refuseCallback, refusePromise, type Names } from "../base/options.ts";
import type { unchecked } from "../base/unchecked.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { isObject, own, type JsonObject } from "../encoding/json.ts";
import { encodeUtf8, isWellFormed } from "../encoding/utf8.ts";
import { argumentError, isOwnError, isUnavailableError, JwtError, quote, type UnavailableError } from "../errors.ts";
import { runAsync, type Steps } from "../base/steps.ts";
import { checkSigningKey, type SigningKey, type VerificationKeys } from "../keys/key.ts";
import { compileKeys, withoutSign, type CompiledKeys } from "../keys/select.ts";
import {
  attachable,
  readFlag,
  protectedMembers,
  readPayload,
  readType,
  readVerifyOptions,
  signingInput,
  type EncodedPayload,
  type VerifiedJws,
  type VerifyJwsOptions,
} from "./compact.ts";
import { checkCritical, checkHeader, checkHeaderMembers, encodeHeader, parseHeader, type JwsHeader } from "./header.ts";
import { checkSignature, checkTokenLength, decodePayload, malformed } from "./verify.ts";
import { signInput } from "./sign.ts";

/** One signature of a JSON serialization. */
export interface JwsSignature {
  /** The protected header, base64url. */
  readonly protected?: string;
  /** The unprotected header: anyone can change it. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** The signature, base64url. */
  readonly signature: string;
}

/** One signature beside the payload (RFC 7515 §7.2.2). */
export interface FlattenedJws extends JwsSignature {
  /** The payload, base64url (with `b64: false` the string itself). Left out when detached. */
  readonly payload?: string;
}

/** Any number of signatures of one payload (RFC 7515 §7.2.1). */
export interface GeneralJws {
  /** The payload, base64url (with `b64: false` the string itself). Left out when detached. */
  readonly payload?: string;
  /** At least one; more than 32 are refused. */
  readonly signatures: readonly JwsSignature[];
}

/** A signer, and the members of its header beside `alg` and `kid`. */
export interface JwsSigner {
  /** Signing key. */
  readonly key: SigningKey;
  /** Further protected members; never `alg`, `kid`, `crit`, `b64`. A `typ` stands in for the option. */
  readonly header?: Readonly<Record<string, unknown>> | undefined;
  /** Members of `header` that a verifier has to understand or refuse the signature (RFC 7515 §4.1.11). `b64: false` adds `b64`. */
  readonly crit?: readonly string[] | undefined;
  /** Members that anyone may change; never `alg`, `typ`, `crit`, `b64`, nor a name that the protected header has. */
  readonly unprotected?: Readonly<Record<string, unknown>> | undefined;
}

/** Options of `signJwsJson`. */
export interface SignJwsJsonOptions {
  /** The `typ` of every protected header (RFC 7515 §4.1.9); `unchecked`: none is written. Default `"JOSE"`, as with `signJws`. */
  readonly typ?: string | typeof unchecked | undefined;
  /** One signature, its members beside the payload. Default `false`: a list of signatures. */
  readonly flattened?: boolean | undefined;
  /** Leaves the payload out. Default `false`. */
  readonly detached?: boolean | undefined;
  /** `false`: the payload is signed as it is (RFC 7797). Default `true`. */
  readonly b64?: boolean | undefined;
}

/** A `VerifiedJws`, and the unprotected header of the signature that was good. */
export interface VerifiedJwsJson extends VerifiedJws {
  /** Not covered by the signature. */
  readonly unprotected: Readonly<Record<string, unknown>>;
}

/** @inline */
type Signers = SigningKey | JwsSigner | readonly (SigningKey | JwsSigner)[];

const signJsonNames: readonly string[] = /* @__PURE__ */ Object.keys({
  typ: 1,
  flattened: 1,
  detached: 1,
  b64: 1,
} satisfies Names<SignJwsJsonOptions>);
const signerNames: readonly string[] = /* @__PURE__ */ Object.keys({
  key: 1,
  header: 1,
  crit: 1,
  unprotected: 1,
} satisfies Names<JwsSigner>);

/** Limit of signatures: more are not tried. */
const maxSignatures = 32;

/** Members that only the protected header may have. */
const protectedOnly: readonly string[] = ["alg", "typ", "crit", "b64"];

/**
 * Signs any bytes in a JSON serialization (RFC 7515 §7.2), with one key or several, and `typ: "JOSE"` in each protected header unless the
 * option `typ` says another.
 *
 * @throws TypeError `invalid_argument`: an unknown option, no signer, several for `flattened`, a header member that mintmark sets.
 * @throws UnavailableError `key_unavailable`: a key failed to sign.
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES256);
 * const jws = await signJwsJson(new TextEncoder().encode("any bytes"), privateKey, { flattened: true });
 * await verifyJwsJson(jws, publicKey);
 */
export async function signJwsJson(
  payload: Uint8Array,
  signers: Signers,
  options: SignJwsJsonOptions & { readonly flattened: true },
): Promise<FlattenedJws>;
export async function signJwsJson(
  payload: Uint8Array,
  signers: Signers,
  options?: SignJwsJsonOptions & { readonly flattened?: false | undefined },
): Promise<GeneralJws>;
export function signJwsJson(
  payload: Uint8Array,
  signers: Signers,
  options: SignJwsJsonOptions = {},
): Promise<FlattenedJws | GeneralJws> {
  return runAsync(() => {
    refuseCallback(arguments);
    return signJson(payload, signers, options);
  });
}

/**
 * Verifies a JWS in a JSON serialization (RFC 7515 §5.2, §7.2). Of several signatures one good one suffices; its header is returned.
 *
 * @throws JwtError `token_too_large`, `token_malformed`, `header_invalid`, `alg_not_allowed`, `crit_unsupported`, `key_not_found`, `signature_invalid`.
 * @throws UnavailableError `key_unavailable`, `jwks_unavailable`, `jwks_invalid`: a key or key source could not answer.
 * @throws TypeError `invalid_argument`: an unknown option, or a key that is none.
 * @example
 * const [ours, theirs] = [await generateKeyPair(ES256), await generateKeyPair(Ed25519)];
 * const jws = await signJwsJson(new TextEncoder().encode("any bytes"), [ours.privateKey, theirs.privateKey]);
 * const { payload, header } = await verifyJwsJson(jws, theirs.publicKey);
 * console.log(header.alg, new TextDecoder().decode(payload)); // Ed25519 any bytes
 */
export function verifyJwsJson(
  jws: FlattenedJws | GeneralJws,
  keys: VerificationKeys,
  options: VerifyJwsOptions = {},
): Promise<VerifiedJwsJson> {
  return runAsync(() => {
    refuseCallback(arguments);
    return verifyJson(jws, keys, options);
  });
}

function* signJson(
  payload: Uint8Array,
  signers: Signers,
  options: SignJwsJsonOptions,
): Steps<FlattenedJws | GeneralJws> {
  checkOptions(options, signJsonNames);
  const encoded = readPayload(payload, options.b64);
  const list = (Array.isArray(signers) ? (signers as readonly unknown[]) : [signers]).map(readSigner);
  const flattened = readFlag(options.flattened, "flattened") ?? false;
  if (list.length === 0 || (flattened && list.length > 1))
    throw argumentError(`signers: expected ${flattened ? "exactly one" : "at least one"}`);

  const signatures: JwsSignature[] = [];
  for (const { key, header, crit, unprotected } of list) {
    const protectedHeader = protectedMembers(header, crit, options.b64);
    const segment = encodeHeader(key.alg, readType(options.typ, protectedHeader), key.kid, protectedHeader);
    const members = checkHeaderMembers(unprotected, [
      ...protectedOnly,
      ...(key.kid === undefined ? [] : ["kid"]),
      ...Object.keys(header ?? {}),
    ]);
    const signature = yield* signInput(key, signingInput(segment, encoded));
    signatures.push({ protected: segment, ...(Object.keys(members).length > 0 && { header: members }), signature });
  }
  const attached = readFlag(options.detached, "detached") === true ? {} : { payload: attachable(encoded) };
  const [only] = signatures;
  return flattened && only !== undefined ? { ...attached, ...only } : { ...attached, signatures };
}

function readSigner(signer: unknown): JwsSigner {
  if (!isObject(signer) || !("key" in signer)) return { key: checkSigningKey(signer) };
  checkOptions(signer, signerNames);
  // Read by name: a copy of an object leaves out what it inherits.
  const { key, header, crit, unprotected } = signer as unknown as JwsSigner;
  return { key: checkSigningKey(key), header, crit, unprotected };
}

function* verifyJson(jws: unknown, keys: VerificationKeys, options: VerifyJwsOptions): Steps<VerifiedJwsJson> {
  const { payload, understood, maxTokenLength } = readVerifyOptions(options);
  const compiled = compileKeys(keys);
  refusePromise("jws", jws);
  if (!isObject(jws)) throw malformed("expected an object");
  const attached = own(jws, "payload");
  if (payload === undefined ? typeof attached !== "string" : attached !== undefined && attached !== "") {
    throw malformed(
      payload === undefined
        ? "payload: expected a string"
        : "payload: expected a detached signature, found a payload both in the JWS and in the options",
    );
  }
  const signatures = readSignatures(jws);
  checkTokenLength(measure(attached, signatures), maxTokenLength);
  const errors: (JwtError | UnavailableError)[] = [];
  for (const signature of signatures) {
    try {
      return yield* verifyOne(signature, payload ?? (attached as string), compiled, understood);
    } catch (error) {
      // One good signature suffices (RFC 7515 §5.2), so what is wrong with another is not the answer yet.
      if (!isOwnError(error)) throw error;
      errors.push(error);
    }
  }
  throw (
    errors.find(isUnavailableError) ??
    errors.find(({ code }) => code === "signature_invalid") ??
    errors[0] ??
    malformed("no signature")
  );
}

/** Counts the characters of a JSON serialization that have to be decoded or signed. */
function measure(payload: unknown, signatures: readonly unknown[]): number {
  let length = typeof payload === "string" ? payload.length : 0;
  for (const one of signatures) {
    if (!isObject(one)) continue;
    for (const text of [own(one, "protected"), own(one, "signature")])
      if (typeof text === "string") length += text.length;
  }
  return length;
}

function readSignatures(jws: JsonObject): readonly unknown[] {
  const signatures = own(jws, "signatures");
  if (signatures === undefined) return [jws];
  if (["signature", "protected", "header"].some((name) => Object.hasOwn(jws, name)))
    throw malformed("signatures beside the members of one signature");
  if (!Array.isArray(signatures) || signatures.length === 0 || signatures.length > maxSignatures)
    throw malformed(`signatures: expected a list of 1 to ${maxSignatures}`);
  return signatures;
}

function* verifyOne(
  entry: unknown,
  payload: string | Bytes,
  keys: CompiledKeys,
  understood: readonly string[],
): Steps<VerifiedJwsJson> {
  const { segment, header, unprotected, signature } = readSignature(entry);
  checkCritical(header, understood);
  const encoded = encode(payload, own(header, "b64") !== false);
  const kid = own(header, "kid") ?? own(unprotected, "kid");
  const wanted = { alg: header.alg, ...(kid !== undefined && { kid: kid as string }) };
  const { key } = yield* checkSignature(
    wanted,
    keys,
    signingInput(segment, encoded),
    typeof encoded === "string" ? encoded : undefined,
    signature,
  );
  return {
    payload: typeof encoded === "string" ? decodePayload(encoded) : encoded,
    header,
    unprotected,
    key: withoutSign(key),
  };
}

function readSignature(entry: unknown): {
  segment: string;
  header: JwsHeader;
  unprotected: JsonObject;
  signature: string;
} {
  if (!isObject(entry)) throw malformed("signatures: expected objects");
  const [segment, signature, unprotected = {}] = [
    own(entry, "protected"),
    own(entry, "signature"),
    own(entry, "header"),
  ];
  if (typeof signature !== "string") throw malformed("signature: expected a string");
  if (typeof segment !== "string")
    throw new JwtError("header_invalid", "protected: expected a string: alg is taken from the protected header only");
  if (!isObject(unprotected)) throw new JwtError("header_invalid", "header: expected an object");
  const header = parseHeader(segment);
  const misplaced = Object.keys(unprotected).find(
    (name) => protectedOnly.includes(name) || Object.hasOwn(header, name),
  );
  if (misplaced !== undefined)
    throw new JwtError("header_invalid", `header: ${quote(misplaced)} belongs in the protected header alone`);
  checkHeader({ ...unprotected, alg: header.alg });
  return { segment, header, unprotected: { ...unprotected }, signature };
}

function checkWellFormed(text: string): string {
  if (!isWellFormed(text)) throw malformed("payload: half of a surrogate pair");
  return text;
}

/** Encodes the payload for signing: a string is that of the JWS, bytes are those that the caller gave. */
function encode(payload: string | Bytes, b64: boolean): EncodedPayload {
  if (typeof payload === "string") return b64 ? payload : encodeUtf8(checkWellFormed(payload));
  return b64 ? encodeBase64url(payload) : payload;
}
