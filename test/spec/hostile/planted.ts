// Faults that other libraries had, each built around the real verify, so that the hunt can be seen to find them.
import { createHmac, createPublicKey } from "node:crypto";
import {
  decode,
  exportJwk,
  importVerifyingKey,
  ES256,
  Ed25519,
  RS256,
  unchecked,
  verify,
  verifyJws,
} from "../../../src/index.ts";
import type { Expected, Jwk, VerifyingKey } from "../../../src/index.ts";
import type { Verify } from "./hunt.ts";

type Header = Readonly<Record<string, unknown>>;
const headerOf = (token: string): Header => {
  try {
    return JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()) as Header;
  } catch {
    return {};
  }
};
const payloadOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<string, unknown>;

/** The real one first; what it refuses may pass through the fault. */
const orElse =
  (fault: (token: string, keys: VerifyingKey, expected: Expected, error: { code?: string }) => unknown): Verify =>
  async (token, keys, expected) => {
    try {
      return await verify(token, keys, expected);
    } catch (error) {
      const passed =
        typeof token === "string" &&
        token.split(".").length === 3 &&
        (await Promise.resolve()
          .then(() => fault(token, keys as VerifyingKey, expected, error as { code?: string }))
          .catch(() => false)) !== false;
      if (!passed) throw error;
      return undefined;
    }
  };

const open: Expected = { issuer: unchecked, audience: unchecked, typ: unchecked, optional: ["exp", "iat"] };

/** Good but for what `change` makes of the policy. */
const loosened = (change: (token: string, expected: Expected) => Partial<Expected>): Verify =>
  orElse((token, keys, expected) => verify(token, keys, { ...expected, ...change(token, expected) }));

/** As if the token had been this one. */
const rewritten = (change: (token: string) => string): Verify =>
  orElse((token, keys, expected) => {
    const other = change(token);
    return other !== token && verify(other, keys, expected);
  });

/** Signature checked elsewhere, claims as they are: whatever the real one says of the rest is left out. */
const ifSigned = (accepts: (token: string, keys: VerifyingKey, header: Header) => unknown): Verify =>
  orElse((token, keys) => accepts(token, keys, headerOf(token)));

const macIs = (token: string, secret: string | Uint8Array): boolean =>
  createHmac("sha256", secret)
    .update(token.slice(0, token.lastIndexOf(".")))
    .digest("base64url") === token.split(".")[2];

const pemOf = (jwk: Jwk): string =>
  createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" }).toString();

const algorithms = { ES256, RS256, Ed25519 } as const;

export const plantedFaults: Readonly<Record<string, Verify>> = {
  // encoding and structure
  "lenient base64: padding": rewritten((token) => token.replaceAll("=", "")),
  "lenient base64: white space": rewritten((token) => token.replace(/\s/g, "")),
  "lenient base64: the other alphabet": rewritten((token) => token.replaceAll("+", "-").replaceAll("/", "_")),
  "lenient base64: stray bits of the last character": rewritten((token) =>
    token
      .split(".")
      .map((text) => Buffer.from(text, "base64url").toString("base64url"))
      .join("."),
  ),
  "lenient base64: the low byte of a code unit": rewritten((token) => Buffer.from(token, "latin1").toString("latin1")),
  "only the first three parts are looked at": async (token, keys, expected) =>
    verify(typeof token === "string" ? token.split(".").slice(0, 3).join(".") : token, keys, expected),
  "trimmed before it is looked at": async (token, keys, expected) =>
    verify(typeof token === "string" ? token.trim() : token, keys, expected),
  "a scheme before it is taken off": async (token, keys, expected) =>
    verify(typeof token === "string" ? token.replace(/^Bearer /, "") : token, keys, expected),
  "an object is turned into a text": async (token, keys, expected) =>
    verify(typeof (token as unknown) === "symbol" ? token : String(token as unknown), keys, expected),
  "a JSON serialization is taken for a token": async (token, keys, expected) => {
    const jws = (typeof token === "string" && token.startsWith("{") ? JSON.parse(token) : token) as
      | { protected?: string; payload?: string; signature?: string }
      | undefined;
    return verify(
      jws?.protected === undefined ? token : `${jws.protected}.${jws.payload!}.${jws.signature!}`,
      keys,
      expected,
    );
  },

  // header
  "alg none": ifSigned((_token, _keys, { alg }) => alg === "none"),
  "alg none in any case": ifSigned(
    (_token, _keys, { alg }) => typeof alg === "string" && alg.toLowerCase() === "none" && alg !== "none",
  ),
  "the case of alg is ignored": ifSigned(
    (token, keys, { alg }) =>
      typeof alg === "string" &&
      alg !== keys.alg &&
      alg.toLowerCase() === keys.alg.toLowerCase() &&
      signedAs(token, keys, keys.alg),
  ),
  "the header's alg is not compared with the key's": ifSigned(
    (token, keys, { alg }) => typeof alg === "string" && alg !== keys.alg && signedAs(token, keys, alg),
  ),
  "unchecked crit": orElse(
    (token, keys, _expected, { code }) => code === "crit_unsupported" && signedAs(token, keys, keys.alg),
  ),
  "crit that is malformed": ifSigned(
    (token, keys, { crit }) => Array.isArray(crit) && crit.length === 0 && signedAs(token, keys, keys.alg),
  ),
  "b64 in a JWT": ifSigned(
    (token, keys, { b64, crit }) => b64 === false && crit === undefined && signedAs(token, keys, keys.alg),
  ),
  "any typ": loosened(() => ({ typ: unchecked })),
  "the same header member twice": orElse(
    (token, keys, _expected, { code }) =>
      code === "header_invalid" &&
      "alg" in headerOf(token) &&
      headerOf(token).alg === keys.alg &&
      signedAs(token, keys, keys.alg),
  ),
  "the key in the header": ifSigned(async (token, _keys, { jwk, alg }) => {
    const known = algorithms[alg as keyof typeof algorithms] as (typeof algorithms)["ES256"] | undefined;
    return known !== undefined && verifyJws(token, await importVerifyingKey(jwk as Jwk, known));
  }),
  "kid is not compared": orElse(
    (token, keys, _expected, { code }) => code === "key_not_found" && "kid" in keys && signedAs(token, keys, keys.alg),
  ),

  // key
  "key confusion: the public PEM as a secret": ifSigned(async (token, keys) =>
    macIs(token, pemOf(await exportJwk(keys))),
  ),
  "key confusion: the JWK as a secret": ifSigned(async (token, keys) => {
    const { kty, crv, x, y, n, e } = await exportJwk(keys);
    return [
      { kty, crv, x, y },
      { kty, n, e },
      { kty, crv, x },
      { kty, x, y, crv },
      { crv, x, kty },
    ].some((jwk) => macIs(token, JSON.stringify(jwk)));
  }),
  "an empty key": ifSigned((token) => macIs(token, "")),
  "truthy is true": orElse(
    async (token, keys) =>
      Boolean((await keys.verify(new Uint8Array(1), new Uint8Array(1))) as unknown) && token !== "",
  ),
  "the key's issuer is not compared": orElse(
    (token, keys, _expected, { code }) =>
      code === "issuer_mismatch" && "issuer" in keys && signedAs(token, keys, keys.alg),
  ),

  // signature
  "no signature is checked": orElse((token) => {
    decode(token);
  }),
  "a cut signature is compared as far as it goes": ifSigned((token, keys) => cut(token, keys)),
  "zeros are a signature": ifSigned(
    (token) =>
      Buffer.from(token.split(".")[2]!, "base64url").every((octet) => octet === 0) && token.split(".")[2] !== "",
  ),

  // claims
  "skipped exp": orElse(
    (token, keys, expected, { code }) =>
      code === "expired" &&
      verify(token, keys, { ...expected, now: () => new Date((Number(payloadOf(token).exp) - 1) * 1000) }),
  ),
  "skipped nbf": orElse((_token, _keys, _expected, { code }) => code === "not_yet_valid"),
  "a date may be a text": orElse(
    (token, keys, _expected, { code }) =>
      code === "claim_invalid" && typeof payloadOf(token).exp === "string" && verifyJws(token, keys),
  ),
  "exp or iat may be missing": loosened(() => ({ optional: ["exp", "iat"] })),
  "iss as a prefix": loosened((token, { issuer }) => {
    const { iss } = payloadOf(token);
    return typeof iss === "string" && typeof issuer === "string" && iss.startsWith(issuer) ? { issuer: iss } : {};
  }),
  "iss inside an array": orElse((token, keys) => {
    const { iss } = payloadOf(token);
    return Array.isArray(iss) && iss.includes("https://issuer.example") && verifyJws(token, keys);
  }),
  "iss in any case": orElse((token, keys, expected) =>
    verify(token, keys, { ...expected, issuer: "HTTPS://ISSUER.EXAMPLE" }),
  ),
  "aud is not checked": loosened(() => ({ audience: unchecked })),
  "aud of the wrong type": orElse(
    (token, keys, _expected, { code }) =>
      code === "claim_invalid" &&
      "aud" in payloadOf(token) &&
      typeof payloadOf(token).aud === "number" &&
      verifyJws(token, keys),
  ),
  "sub of the wrong type": orElse(
    (token, keys, _expected, { code }) =>
      code === "claim_invalid" && typeof payloadOf(token).sub !== "string" && verifyJws(token, keys),
  ),
  "a payload that is no object": orElse(
    (token, keys, _expected, { code }) => code === "payload_invalid" && verifyJws(token, keys),
  ),
  "an option that is undefined is no check": async (token, keys, expected) =>
    verify(
      token,
      keys,
      Object.fromEntries(
        [...Object.entries(open), ...Object.entries(expected)].filter(
          ([, value]) => value !== undefined && value !== null,
        ),
      ) as unknown as Expected,
    ),

  // what is shown, and how
  "the token in the message": telling((error, token) => new Error(`${error.message}: ${token}`)),
  "a piece of the signature in a property": telling((error, token) =>
    Object.assign(error, { detail: { near: token.slice(-14) } }),
  ),
  "the token as the cause": telling((error, token) => Object.assign(error, { cause: new Error(token) })),
  "an error without a code": telling((error) => new Error(error.message)),
  "a code that is not documented": telling((error) => Object.assign(error, { code: "bad_token" })),
  "nothing but a text is thrown": telling((error) => error.message as unknown as Error),
};

function telling(change: (error: Error, token: string) => Error): Verify {
  return async (token, keys, expected) => {
    try {
      return await verify(token, keys, expected);
    } catch (error) {
      throw typeof token === "string" && token.length > 100 && error instanceof Error ? change(error, token) : error;
    }
  };
}

/** Whether the signature is good if one only looks at the signature. */
async function signedAs(token: string, keys: VerifyingKey, alg: string): Promise<unknown> {
  const parts = token.split(".");
  const good = await keys.verify(
    Uint8Array.from(Buffer.from(`${parts[0]!}.${parts[1]!}`)),
    Uint8Array.from(Buffer.from(parts[2]!, "base64url")),
  );
  return good && alg !== "" ? true : false;
}

async function cut(token: string, keys: VerifyingKey): Promise<boolean> {
  const [header, payload, signature] = token.split(".") as [string, string, string];
  const found = Buffer.from(signature, "base64url");
  if (!keys.alg.startsWith("HS") || found.length === 0 || found.length >= 32) return false;
  const right = await (keys as unknown as { sign(data: Uint8Array): Promise<Uint8Array> }).sign(
    Uint8Array.from(Buffer.from(`${header}.${payload}`)),
  );
  return Buffer.from(right).subarray(0, found.length).equals(found);
}
