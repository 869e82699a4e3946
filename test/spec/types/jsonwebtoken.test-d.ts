// Programs typed for @types/jsonwebtoken compile with the import changed, and its names mean what they did. Nothing here is run.
import type theirs from "jsonwebtoken";
import type * as theirTypes from "jsonwebtoken";
import jwt, * as named from "../../../src/jsonwebtoken/index.ts";
import type {
  Algorithm,
  DecodeOptions,
  GetPublicKeyOrSecret,
  Jwt,
  JwtHeader,
  JwtPayload,
  Secret,
  SigningKeyCallback,
  SignOptions,
  VerifyCallback,
  VerifyErrors,
  VerifyOptions,
} from "../../../src/jsonwebtoken/index.ts";

declare function use(...values: unknown[]): void;
declare const token: string;
declare const secret: Secret;
interface User extends JwtPayload {
  id: number;
}

const signed: string = jwt.sign({ id: 1 }, "secret", { expiresIn: "15m", algorithm: "RS256", keyid: "k" });
jwt.sign("text", Buffer.from(signed), (error: Error | null, encoded: string | undefined) => [error?.message, encoded]);
jwt.sign({ id: 1 }, { key: "pem", passphrase: "words" }, { algorithm: "ES256" }, (error, encoded) => [error, encoded]);

const claims: string | JwtPayload = jwt.verify(token, secret);
const { id } = jwt.verify(token, secret, { algorithms: ["HS256"], audience: /web/, maxAge: "1h" }) as User;
const complete: Jwt = jwt.verify(token, secret, { complete: true });
const kid: string | undefined = complete.header.kid;
if (typeof claims !== "string") use(claims.sub, claims.exp, claims.role.name, id.toFixed(), kid);

const getKey: GetPublicKeyOrSecret = (header: JwtHeader, callback: SigningKeyCallback) => {
  callback(null, header.kid);
};
const done: VerifyCallback = (error: VerifyErrors | null, decoded) => [error?.name, error?.inner, decoded];
jwt.verify(token, getKey, { issuer: "https://id.example" }, done);
jwt.verify(token, getKey, (error, decoded) => [error, decoded]);
const header: JwtHeader | undefined = jwt.decode(token, { complete: true })?.header;
const decoded: JwtPayload | null = jwt.decode(token, { json: true });
try {
  named.verify(token, secret);
} catch (error) {
  if (error instanceof jwt.TokenExpiredError) error.expiredAt.getTime();
  if (error instanceof named.NotBeforeError) error.date.getTime();
  if (error instanceof named.JsonWebTokenError) error.inner.stack?.trim();
}
use(header, decoded);

// ── values typed by @types/jsonwebtoken are taken, and what is returned fits where its types are written ──
declare const verified: JwtPayload;
declare const theirSign: theirTypes.SignOptions & { algorithm?: Algorithm };
declare const theirVerify: theirTypes.VerifyOptions & { algorithms?: Algorithm[] };
declare const theirDecode: theirTypes.DecodeOptions;
declare const theirHeader: theirTypes.JwtHeader;
declare const theirPayload: theirTypes.JwtPayload;
const taken: [SignOptions, VerifyOptions, DecodeOptions, JwtHeader, JwtPayload] = [
  theirSign,
  theirVerify,
  theirDecode,
  theirHeader,
  theirPayload,
];
const given: [theirTypes.JwtHeader, theirTypes.JwtPayload, theirTypes.Jwt] = [complete.header, verified, complete];
const replaced: Pick<typeof theirs, "decode"> = jwt;
use(taken, given, replaced);

// @ts-expect-error a token without a signature can be made by anyone
jwt.sign({}, secret, { algorithm: "none" });
// @ts-expect-error the unit is unknown
jwt.sign({}, secret, { expiresIn: "15 apples" });
// @ts-expect-error a secret that may be missing is checked first
jwt.sign({}, process.env.JWT_SECRET);
