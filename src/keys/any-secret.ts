/**
 * Secrets as jsonwebtoken takes them: of any length and content. `src/jsonwebtoken/` alone may import this file (`eslint.config.js`), and warns
 * of each weak secret.
 */

import type { HmacDefinition } from "../algorithms/algorithm.ts";
import { fastHmac } from "../base/platform.ts";
import type { Steps } from "../base/steps.ts";
import type { Bytes } from "../encoding/bytes.ts";
import type { Handle } from "../base/platform.ts";
import type { SecretKey } from "./key.ts";
import { invalidKey } from "./jwk.ts";
import { bindSecret, importHandle, isOtherKey } from "./secret.ts";

/** Makes a key of a secret that is not empty and no key of another kind: whoever knows a public key could sign with it. */
export function* bindAnySecret(bytes: Bytes, definition: HmacDefinition): Steps<SecretKey> {
  if (isOtherKey(bytes, 2))
    throw invalidKey("secret: expected a shared secret, found a key of another kind, which may be public");
  const handle =
    fastHmac() === undefined ? yield { later: () => importHandle(bytes, definition), now: () => undefined } : undefined;
  return bindSecret(bytes, definition, {}, handle as Handle | undefined); // one of the two calls above returned it
}
