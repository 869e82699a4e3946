/** Types of jsonwebtoken's interface, under the names that `@types/jsonwebtoken` gives them. */

import type { KeyObjectLike } from "../keys/found.ts";
import type { JsonWebTokenError, NotBeforeError, TokenExpiredError } from "./errors.ts";

/** A JSON value of unknown shape. What a token says is typed like the result of `JSON.parse`, as jsonwebtoken's users are used to. */
type Json = ReturnType<typeof JSON.parse>;

/** Algorithms by name. `none` is not one of them. */
export type Algorithm =
  | "HS256"
  | "HS384"
  | "HS512"
  | "RS256"
  | "RS384"
  | "RS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "EdDSA"
  | "Ed25519"
  | "ML-DSA-44"
  | "ML-DSA-65"
  | "ML-DSA-87";

type Unit =
  | "Years"
  | "Year"
  | "Yrs"
  | "Yr"
  | "Y"
  | "Weeks"
  | "Week"
  | "W"
  | "Days"
  | "Day"
  | "D"
  | "Hours"
  | "Hour"
  | "Hrs"
  | "Hr"
  | "H"
  | "Minutes"
  | "Minute"
  | "Mins"
  | "Min"
  | "M"
  | "Seconds"
  | "Second"
  | "Secs"
  | "Sec"
  | "s"
  | "Milliseconds"
  | "Millisecond"
  | "Msecs"
  | "Msec"
  | "Ms";
type UnitAnyCase = Unit | Uppercase<Unit> | Lowercase<Unit>;

/** A span of time as text, such as `"15m"` or `"2 days"`. A number without a unit is milliseconds. */
export type StringValue = `${number}` | `${number}${UnitAnyCase}` | `${number} ${UnitAnyCase}`;

/** The protected header of a token. */
export interface JwtHeader {
  /** The algorithm. */
  alg: string;
  /** The type of the whole. */
  typ?: string | undefined;
  /** The type of the payload. */
  cty?: string | undefined;
  /** Extensions that have to be understood. Tokens with one are refused. */
  crit?: string[] | undefined;
  /** The name of the key. */
  kid?: string | undefined;
  /** URL of a key set. It is never fetched. */
  jku?: string | undefined;
  /** URL of a certificate. It is never fetched. */
  x5u?: string | string[] | undefined;
  /** SHA-256 of a certificate. */
  "x5t#S256"?: string | undefined;
  /** SHA-1 of a certificate. */
  x5t?: string | undefined;
  /** Certificates. They are never trusted. */
  x5c?: string | string[] | undefined;
}

/** The claims of a token. */
export interface JwtPayload {
  /** Any other claim. */
  [key: string]: Json;
  /** The issuer. */
  iss?: string | undefined;
  /** The subject. */
  sub?: string | undefined;
  /** The audience. */
  aud?: string | string[] | undefined;
  /** The time from which the token is refused, in seconds. */
  exp?: number | undefined;
  /** The time before which the token is refused, in seconds. */
  nbf?: number | undefined;
  /** The time at which the token was signed, in seconds. */
  iat?: number | undefined;
  /** The name of the token. */
  jti?: string | undefined;
}

/** A token in its parts. */
export interface Jwt {
  /** The protected header. */
  header: JwtHeader;
  /** The claims, or whatever else was signed. */
  payload: JwtPayload | string;
  /** The signature, in base64url. */
  signature: string;
}

/** Options of `sign`. */
export interface SignOptions {
  /** Default `"HS256"`. */
  algorithm?: Algorithm | undefined;
  /** The header's `kid`. */
  keyid?: string | undefined;
  /** Seconds as a number, or text such as `"15m"`. Without a unit, text is milliseconds. Default: the token is good for ever. */
  expiresIn?: StringValue | number;
  /** The time before the token is good, counted from now: seconds as a number, or text such as `"15m"`. */
  notBefore?: StringValue | number | undefined;
  /** The claim `aud`. */
  audience?: string | string[] | undefined;
  /** The claim `sub`. */
  subject?: string | undefined;
  /** The claim `iss`. */
  issuer?: string | undefined;
  /** The claim `jti`. */
  jwtid?: string | undefined;
  /** Writes the claims to the caller's own object too. Default `false`. */
  mutatePayload?: boolean | undefined;
  /** Leaves out `iat`. Default `false`. */
  noTimestamp?: boolean | undefined;
  /** Further members of the header. They replace `alg`, `typ` and `kid`. */
  header?: JwtHeader | undefined;
  /** The encoding of the payload, of those that `Buffer` knows. Default `"utf8"`. */
  encoding?: string | undefined;
  /** Has no effect: RSA keys have 2048 bits or more, always. */
  allowInsecureKeySizes?: boolean | undefined;
  /** Has no effect: a key has to fit its algorithm, always. */
  allowInvalidAsymmetricKeyTypes?: boolean | undefined;
}

/** Options of `verify`. */
export interface VerifyOptions {
  /** The algorithms that tokens may use. Default: all for this kind of key. */
  algorithms?: Algorithm[] | undefined;
  /** The audiences of which the token has to name one. */
  audience?: string | RegExp | [string | RegExp, ...(string | RegExp)[]] | undefined;
  /** The current time, in seconds since 1970. */
  clockTimestamp?: number | undefined;
  /** Seconds that clocks may differ. Default 0. */
  clockTolerance?: number | undefined;
  /** Returns header, payload and signature instead of the payload alone. */
  complete?: boolean | undefined;
  /** The issuer, or several of which the token has to name one. */
  issuer?: string | [string, ...string[]] | undefined;
  /** Accepts tokens that have expired. */
  ignoreExpiration?: boolean | undefined;
  /** Accepts tokens that are not good yet. */
  ignoreNotBefore?: boolean | undefined;
  /** The claim `jti`, exactly. */
  jwtid?: string | undefined;
  /** The claim `nonce`, exactly. */
  nonce?: string | undefined;
  /** The claim `sub`, exactly. */
  subject?: string | undefined;
  /** The oldest a token may be by its `iat`: seconds as a number, or text such as `"15m"`. */
  maxAge?: string | number | undefined;
  /** Has no effect: a key has to fit its algorithm, always. */
  allowInvalidAsymmetricKeyTypes?: boolean | undefined;
  /** The header's `typ`, exactly; `"at+jwt"` is an access token of RFC 9068. jsonwebtoken does not have this option. */
  typ?: string | undefined;
}

/** Options of `decode`. */
export interface DecodeOptions {
  /** Returns header, payload and signature instead of the payload alone. */
  complete?: boolean | undefined;
  /** Parses the payload as JSON even if the header does not say `typ: "JWT"`. */
  json?: boolean | undefined;
}

/** A key with what is needed to open it, as `createPrivateKey` of `node:crypto` takes it. */
export interface KeyDescription {
  /** The key: PEM, DER, a JWK. */
  key: string | Uint8Array | KeyObjectLike | object;
  /** Passphrase of an encrypted key. */
  passphrase?: string | Uint8Array | undefined;
  /** Default `"pem"`. */
  format?: "pem" | "der" | "jwk" | undefined;
  /** Structure of a key in DER. */
  type?: "pkcs1" | "pkcs8" | "sec1" | "spki" | undefined;
  /** Encoding of the key or the passphrase, if it is a string. */
  encoding?: string | undefined;
}

/** A shared secret, as text (its UTF-8 bytes), bytes or a `KeyObject`; or a private key with its passphrase. */
export type Secret = string | Uint8Array | ArrayBuffer | KeyObjectLike | KeyDescription;
/** A key to verify with: PEM, a certificate, a `KeyObject`. */
export type PublicKey = Secret;
/** A key to sign with: PEM, a `KeyObject`. */
export type PrivateKey = Secret;

/** Errors of `verify`. */
export type VerifyErrors = JsonWebTokenError | NotBeforeError | TokenExpiredError;
/** Callback of `verify`. */
export type VerifyCallback<T = Jwt | JwtPayload | string> = (error: VerifyErrors | null, decoded?: T) => void;
/** Callback of `sign`. */
export type SignCallback = (error: Error | null, encoded?: string) => void;
/** Callback of a function that finds keys. */
export type SigningKeyCallback = (error: Error | null, signingKey?: PublicKey) => void;
/** A function that finds the key for a header, which is not verified at that time. */
export type GetPublicKeyOrSecret = (header: JwtHeader, callback: SigningKeyCallback) => void;

/** The type of `sign`. */
export interface Sign {
  /** Signs at once. */
  (payload: string | Uint8Array | object, secretOrPrivateKey: PrivateKey, options?: SignOptions): string;
  /** Signs, and calls back. */
  (payload: string | Uint8Array | object, secretOrPrivateKey: PrivateKey, callback: SignCallback): void;
  /** Signs, and calls back. */
  (
    payload: string | Uint8Array | object,
    secretOrPrivateKey: PrivateKey,
    options: SignOptions,
    callback: SignCallback,
  ): void;
}

/** The type of `verify`. */
export interface Verify {
  /** Verifies at once. */
  (token: string, secretOrPublicKey: PublicKey, options: VerifyOptions & { complete: true }): Jwt;
  /** Verifies at once. */
  (token: string, secretOrPublicKey: PublicKey, options?: VerifyOptions & { complete?: false }): JwtPayload | string;
  /** Verifies at once. */
  (token: string, secretOrPublicKey: PublicKey, options?: VerifyOptions): Jwt | JwtPayload | string;
  /** Verifies, and calls back. */
  (
    token: string,
    secretOrPublicKey: Secret | GetPublicKeyOrSecret,
    callback?: VerifyCallback<JwtPayload | string>,
  ): void;
  /** Verifies, and calls back. */
  (
    token: string,
    secretOrPublicKey: Secret | GetPublicKeyOrSecret,
    options: VerifyOptions & { complete: true },
    callback?: VerifyCallback<Jwt>,
  ): void;
  /** Verifies, and calls back. */
  (
    token: string,
    secretOrPublicKey: Secret | GetPublicKeyOrSecret,
    options?: VerifyOptions & { complete?: false },
    callback?: VerifyCallback<JwtPayload | string>,
  ): void;
  /** Verifies, and calls back. */
  (
    token: string,
    secretOrPublicKey: Secret | GetPublicKeyOrSecret,
    options?: VerifyOptions,
    callback?: VerifyCallback,
  ): void;
}

/** The type of `decode`. */
export interface Decode {
  /** Returns header, payload and signature. */
  (token: string, options: DecodeOptions & { complete: true }): null | Jwt;
  /** Returns the claims. */
  (token: string, options: DecodeOptions & { json: true }): null | JwtPayload;
  /** Returns the payload. */
  (token: string, options?: DecodeOptions): null | JwtPayload | string;
}

/** The type of `signAsync`. */
export type SignAsync = (
  payload: string | Uint8Array | object,
  secretOrPrivateKey: PrivateKey,
  options?: SignOptions,
) => Promise<string>;

/** A function that finds the key for a header: by callback if it takes two arguments, else by what it returns. */
export type KeyFinder = GetPublicKeyOrSecret | ((header: JwtHeader) => Secret | Promise<PublicKey>);

/** The type of `verifyAsync`. */
export interface VerifyAsync {
  /** Verifies. */
  (token: string, secretOrPublicKey: Secret | KeyFinder, options: VerifyOptions & { complete: true }): Promise<Jwt>;
  /** Verifies. */
  (
    token: string,
    secretOrPublicKey: Secret | KeyFinder,
    options?: VerifyOptions & { complete?: false },
  ): Promise<JwtPayload | string>;
  /** Verifies. */
  (token: string, secretOrPublicKey: Secret | KeyFinder, options?: VerifyOptions): Promise<Jwt | JwtPayload | string>;
}
