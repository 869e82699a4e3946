// Where mintmark/jsonwebtoken differs from jsonwebtoken on purpose. A difference that no row explains is a fault.
import { createPublicKey, KeyObject } from "node:crypto";
import type { Call, Outcome } from "./calls.ts";

interface Difference {
  readonly reason: string;
  readonly is: (call: Call, theirs: Outcome, ours: Outcome) => boolean;
}

const option = ({ given }: Call, name: string): unknown => {
  const options = given[2];
  return typeof options === "object" && options !== null ? (options as Record<string, unknown>)[name] : undefined;
};
const ourMessage = (ours: Outcome, ...parts: readonly (string | RegExp)[]): boolean =>
  parts.some((part) =>
    typeof part === "string" ? ours.error?.message === part : part.test(ours.error?.message ?? ""),
  );
const headerOf = (token: unknown): Record<string, unknown> => {
  try {
    return JSON.parse(Buffer.from(String(token).split(".")[0]!, "base64url").toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
};
const payloadOf = (token: unknown): unknown => {
  try {
    return JSON.parse(Buffer.from(String(token).split(".")[1]!, "base64url").toString()) as unknown;
  } catch {
    return undefined;
  }
};
const claim = (call: Call, name: string): unknown => {
  const payload = payloadOf(call.given[0]);
  return typeof payload === "object" && payload !== null ? (payload as Record<string, unknown>)[name] : undefined;
};

/** Members that a header must not have in this form: strings that are none, `b64` without `crit`, a name twice. */
const isStrange = (header: Record<string, unknown>): boolean =>
  typeof header.alg !== "string" ||
  ["kid", "typ", "cty"].some((name) => header[name] !== undefined && typeof header[name] !== "string") ||
  "b64" in header;

const differences: readonly Difference[] = [
  {
    reason: "`none` is refused",
    is: ({ name, given: [token] }, _, ours) =>
      name === "sign"
        ? ourMessage(ours, /^"none" is refused/)
        : headerOf(token).alg === "none" || ourMessage(ours, "jwt signature is required"),
  },
  {
    reason: "`clockTolerance` is a finite number",
    is: (_, __, ours) => ourMessage(ours, "clockTolerance must be a finite number"),
  },
  {
    reason: "`clockTimestamp` is a finite number",
    is: (call, _, ours) =>
      typeof option(call, "clockTimestamp") === "number" && ourMessage(ours, "clockTimestamp must be a number"),
  },
  {
    reason: "`crit` is refused",
    is: (_, __, ours) => ourMessage(ours, /^header: crit/, /^"crit" is refused/),
  },
  {
    reason: "a header whose members have the wrong type is refused",
    is: ({ name, given: [token] }, _, ours) =>
      name === "verify" && isStrange(headerOf(token)) && ourMessage(ours, "invalid token"),
  },
  {
    reason: "a header is UTF-8, not Latin-1",
    is: ({ name, given: [token] }, theirs) =>
      name !== "sign" && headerOf(token).kid === "ü" && theirs.value !== undefined,
  },
  {
    reason: "RSA keys have 2048 bits or more, and an exponent of 65537 or more",
    is: (_, __, ours) =>
      ourMessage(ours, /minimum key size of 2048 bits/, "JWK: e: expected an odd number from 65537 to 2^32"),
  },
  {
    reason: "a key fits its algorithm",
    is: (call, _, ours) =>
      option(call, "allowInvalidAsymmetricKeyTypes") === true &&
      ourMessage(ours, /^JWK: (?:kty|crv)/, /RSA-PSS parameters/, /^"alg" parameter/, /^Unknown key type/),
  },
  {
    reason: "a key file is no secret",
    is: (_, __, ours) =>
      ourMessage(ours, "secret: expected a shared secret, found a key of another kind, which may be public"),
  },
  {
    reason: "an empty secret is none",
    is: (_, __, ours) => ourMessage(ours, "secret: expected at least one byte, found none"),
  },
  {
    reason: "`EdDSA` is an algorithm, and an Ed25519 key a key",
    is: (call) => option(call, "algorithm") === "EdDSA" || isEd25519(call.given[1]),
  },
  {
    reason: "a signature has one spelling",
    is: ({ name, given: [token] }, _, ours) =>
      name === "verify" && ourMessage(ours, "invalid signature") && !isCanonical(String(token).split(".")[2] ?? ""),
  },
  {
    reason: "an engine's error text does not come out: the signature has the wrong length",
    is: (_, theirs, ours) =>
      ourMessage(ours, "invalid signature") && /^"ES\d{3}" signatures must be/.test(theirs.error?.message ?? ""),
  },
  {
    reason: "the payload is parsed when the signature is good: another fault is named first",
    is: (_, theirs, ours) => theirs.error?.name === "SyntaxError" && ours.error !== undefined,
  },
  {
    reason: "a payload that is null is no TypeError",
    is: (_, theirs, ours) =>
      (theirs.error?.message ?? "").includes("of null") && ours.error?.name === "JsonWebTokenError",
  },
  {
    reason: "`exp` and `nbf` are finite",
    is: (_, __, ours) => ourMessage(ours, "invalid exp value", "invalid nbf value"),
  },
  {
    reason: "`algorithms` is a list, or one name",
    is: (call, theirs, ours) =>
      ourMessage(ours, "invalid algorithm") &&
      ((theirs.error?.message ?? "").includes("indexOf is not a function") ||
        option(call, "algorithms") === "HS256,RS256"),
  },
  {
    reason: "`algorithm` that is no string is no TypeError",
    is: (_, theirs, ours) =>
      theirs.error?.message === "header.alg.startsWith is not a function" && ours.error?.name === "Error",
  },
  {
    reason: "an unknown `alg` in `header` has a message of its own",
    is: (_, theirs, ours) =>
      (theirs.error?.message ?? "").includes("is not a valid algorithm") && ours.error !== undefined,
  },
  {
    reason: "a token without `aud` or `iss` does not fit `undefined`, or a pattern that the word matches",
    is: (call, _, ours) => {
      const [aud, iss] = [claim(call, "aud"), claim(call, "iss")];
      return (
        (ourMessage(ours, /^jwt audience invalid/) &&
          (Array.isArray(aud) ? aud : [aud]).some((one) => typeof one !== "string")) ||
        (ourMessage(ours, /^jwt issuer invalid/) && (iss === undefined || iss === null))
      );
    },
  },
  {
    reason: "`issuer` is a string or a list: anything else accepts nobody",
    is: (call, _, ours) => {
      const issuer = option(call, "issuer");
      return typeof issuer !== "string" && !Array.isArray(issuer) && ourMessage(ours, /^jwt issuer invalid/);
    },
  },
  {
    reason: "`maxAge` of a token with `iat` 0 counts from then, not from now, and is refused where it is no number",
    is: (call, _, ours) => ourMessage(ours, "maxAge exceeded") && [0, Infinity].includes(claim(call, "iat") as number),
  },
  {
    reason: "a payload that JSON cannot write is none",
    is: ({ name, given: [payload] }, _, ours) =>
      name === "sign" && ["function", "symbol"].includes(typeof payload) && ourMessage(ours, "payload is required"),
  },
  {
    reason: "an empty payload, a number and `true` are signed in the callback form too",
    is: ({ name, style, given: [payload] }, theirs) =>
      name === "sign" &&
      style === "callback" &&
      (!payload || payload === true || typeof payload === "number") &&
      /^never called back$|^Unexpected data type/.test(theirs.error?.message ?? ""),
  },
];

function isEd25519(key: unknown): boolean {
  try {
    const { asymmetricKeyType } = key instanceof KeyObject ? key : createPublicKey(key as string);
    return asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}

const isCanonical = (segment: string): boolean => Buffer.from(segment, "base64url").toString("base64url") === segment;

/** Returns why the two differ; `undefined`: nobody said so. */
export function reasonFor(call: Call, theirs: Outcome, ours: Outcome): string | undefined {
  return differences.find(({ is }) => is(call, theirs, ours))?.reason;
}
