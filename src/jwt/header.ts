/** Checks of a JWT's header that a JWS does not have: no extensions (RFC 7797 §7), and the expected `typ` (RFC 8725 §3.11). */

import { deepFreeze, own } from "../encoding/json.ts";
import { JwtError, quote, quoteSome } from "../errors.ts";
import { parseHeader, type JwsHeader } from "../jws/header.ts";
import type { HeaderReader } from "../jws/verify.ts";

/** Reads each header anew. */
export const freshHeaders: HeaderReader = {
  read: readHeader,
  keep: (_, header) => deepFreeze(header),
};

/** Reads the header of a JWT. */
export function readHeader(segment: string): JwsHeader {
  const header = parseHeader(segment);
  refuseExtensions(header);
  return header;
}

/** Refuses extensions: in a JWT `crit` is never understood, and the payload is always base64url (RFC 7797 §7). */
function refuseExtensions(header: JwsHeader): void {
  if (Object.hasOwn(header, "crit")) throw new JwtError("crit_unsupported", "header: crit in a JWT");
  if (Object.hasOwn(header, "b64")) throw new JwtError("header_invalid", "header: b64 in a JWT");
}

/** Refuses a header whose `typ` is none of `types`; `undefined` among them: it may be absent. Without `types`, nothing is checked. */
export function checkType(header: JwsHeader, types: ReadonlySet<string | undefined> | undefined): void {
  const typ = own(header, "typ") as string | undefined;
  if (types === undefined || types.has(typ) || (typ !== undefined && types.has(normalizeType(typ)))) return;
  // The default has the usual spelling too, so that it need not be normalized.
  const named = types.has("JWT") ? new Set(["JWT"]) : types;
  const orNone = types.has(undefined);
  const expected = quoteSome(named, named.size - (orNone && named === types ? 1 : 0)) + (orNone ? " or no typ" : "");
  throw new JwtError("typ_mismatch", `typ: expected ${expected}, found ${typ === undefined ? "none" : quote(typ)}`);
}

/** Returns a media type as `typ` writes it: RFC 7515 §4.1.9 lets `application/` be left out, and types ignore ASCII case. */
export function normalizeType(typ: string): string {
  return typ.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/^application\//, "");
}
