/**
 * `mintmark/jsonwebtoken`: jsonwebtoken's interface on mintmark's keys, signatures and checks. Change the import, read the warnings, and go on to
 * `mintmark` call by call.
 *
 * @module mintmark/jsonwebtoken
 */

import { createJsonwebtoken, type Jsonwebtoken } from "./instance.ts";
import type { Decode, Sign, SignAsync, Verify, VerifyAsync } from "./types.ts";

/**
 * All functions, as `import jwt from "jsonwebtoken"` has them.
 *
 * @example
 * import jwt from "mintmark/jsonwebtoken";
 *
 * const token = jwt.sign({ sub: "user_123" }, process.env.JWT_SECRET!, { algorithm: "HS256", expiresIn: "15m", issuer: "my-api", audience: "web" });
 * const claims = jwt.verify(token, process.env.JWT_SECRET!, { algorithms: ["HS256"], issuer: "my-api", audience: "web" });
 */
const jwt: Jsonwebtoken & { createJsonwebtoken: typeof createJsonwebtoken } = /* @__PURE__ */ Object.assign(
  /* @__PURE__ */ createJsonwebtoken(),
  { createJsonwebtoken },
);

export default jwt;

/**
 * Signs a payload, at once or with a callback.
 *
 * @example
 * import { sign } from "mintmark/jsonwebtoken";
 *
 * const token = sign({ sub: "user_123" }, process.env.JWT_SECRET!, { expiresIn: "15m", issuer: "my-api", audience: "web" });
 */
export const sign: Sign = jwt.sign;
/**
 * Verifies a token, at once or with a callback.
 *
 * @example
 * import { sign, verify } from "mintmark/jsonwebtoken";
 *
 * const token = sign({ sub: "user_123" }, process.env.JWT_SECRET!, { expiresIn: "15m", issuer: "my-api", audience: "web" });
 * const claims = verify(token, process.env.JWT_SECRET!, { algorithms: ["HS256"], issuer: "my-api", audience: "web" });
 */
export const verify: Verify = jwt.verify;
/**
 * Takes a token apart without verifying it.
 *
 * @example
 * import { decode, sign } from "mintmark/jsonwebtoken";
 *
 * const token = sign({ sub: "user_123" }, process.env.JWT_SECRET!, { keyid: "2026", expiresIn: "15m", issuer: "my-api", audience: "web" });
 * console.log(decode(token, { complete: true })?.header.kid); // 2026
 */
export const decode: Decode = jwt.decode;
/**
 * Signs a payload, and returns a promise.
 *
 * @example
 * import { signAsync } from "mintmark/jsonwebtoken";
 *
 * const token = await signAsync({ sub: "user_123" }, process.env.JWT_SECRET!, { expiresIn: "15m", issuer: "my-api", audience: "web" });
 */
export const signAsync: SignAsync = jwt.signAsync;
/**
 * Verifies a token, and returns a promise.
 *
 * @example
 * import { signAsync, verifyAsync } from "mintmark/jsonwebtoken";
 *
 * const token = await signAsync({ sub: "user_123" }, process.env.JWT_SECRET!, { expiresIn: "15m", issuer: "my-api", audience: "web" });
 * const claims = await verifyAsync(token, process.env.JWT_SECRET!, { algorithms: ["HS256"], issuer: "my-api", audience: "web" });
 */
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
