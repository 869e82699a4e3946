/**
 * `mintmark/jsonwebtoken`: jsonwebtoken's interface on mintmark's keys, signatures and checks. Change the import, read the warnings, and go on to
 * `mintmark` call by call.
 *
 * @module mintmark/jsonwebtoken
 */

import { createJsonwebtoken, type Jsonwebtoken } from "./instance.ts";
import type { Decode, Sign, SignAsync, Verify, VerifyAsync } from "./types.ts";

const jwt: Jsonwebtoken & { createJsonwebtoken: typeof createJsonwebtoken } = /* @__PURE__ */ Object.assign(
  /* @__PURE__ */ createJsonwebtoken(),
  { createJsonwebtoken },
);

/** All functions, as `import jwt from "jsonwebtoken"` has them. */
export default jwt;
/** Signs a payload, at once or with a callback. */
export const sign: Sign = jwt.sign;
/** Verifies a token, at once or with a callback. */
export const verify: Verify = jwt.verify;
/** Takes a token apart without verifying it. */
export const decode: Decode = jwt.decode;
/** Signs a payload, and returns a promise. */
export const signAsync: SignAsync = jwt.signAsync;
/** Verifies a token, and returns a promise. */
export const verifyAsync: VerifyAsync = jwt.verifyAsync;

export { createJsonwebtoken, type Jsonwebtoken } from "./instance.ts";
export { JsonWebTokenError, NotBeforeError, TokenExpiredError } from "./errors.ts";
export type { JsonwebtokenOptions, JsonwebtokenWarning, WarningCode } from "./warnings.ts";
export type {
  Algorithm,
  Decode,
  DecodeOptions,
  GetPublicKeyOrSecret,
  Jwt,
  JwtHeader,
  JwtPayload,
  KeyDescription,
  KeyFinder,
  PrivateKey,
  PublicKey,
  Secret,
  Sign,
  SignAsync,
  SignCallback,
  SigningKeyCallback,
  SignOptions,
  StringValue,
  Verify,
  VerifyAsync,
  VerifyCallback,
  VerifyErrors,
  VerifyOptions,
} from "./types.ts";
