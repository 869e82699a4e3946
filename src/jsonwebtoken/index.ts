/**
 * `mintmark/jsonwebtoken`: jsonwebtoken's interface on mintmark's keys, signatures and checks. Change the import, read the warnings, and go on to
 * `mintmark` call by call.
 *
 * @module
 */

import { createJsonwebtoken, type Jsonwebtoken } from "./instance.ts";
import type { Decode, Sign, SignAsync, Verify, VerifyAsync } from "./types.ts";

const jwt: Jsonwebtoken & { createJsonwebtoken: typeof createJsonwebtoken } = /* @__PURE__ */ Object.assign(
  /* @__PURE__ */ createJsonwebtoken(),
  { createJsonwebtoken },
);

export default jwt;
export const sign: Sign = jwt.sign;
export const verify: Verify = jwt.verify;
export const decode: Decode = jwt.decode;
export const signAsync: SignAsync = jwt.signAsync;
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
