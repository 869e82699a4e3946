/** The payload of a JWT, read the same way by everything that reads one. */

import { decodeBase64urlText } from "../encoding/base64url.ts";
import { parseJsonObject, type JsonObject } from "../encoding/json.ts";
import { JwtError } from "../errors.ts";
import { decodePayload, malformed } from "../jws/verify.ts";

/** Parses a JWT's payload: a JSON object in UTF-8 (RFC 7519 §7.2, steps 9 and 10). */
export function parsePayload(segment: string): JsonObject {
  const text = decodeBase64urlText(segment);
  const payload = text === undefined ? undefined : parseJsonObject(text);
  if (payload !== undefined) return payload;
  if (segment === "") throw malformed("the payload is empty");
  decodePayload(segment);
  throw new JwtError("payload_invalid", "the payload is not a JSON object in UTF-8");
}
