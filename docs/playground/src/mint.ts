/** The token of a key and claims, as `sign` makes it. */

import { sign } from "mintmark";
import type { CheckedDraft } from "./claims-check.ts";
import type { ReadyKey } from "./key-source.ts";
import type { Minted } from "./snippets/minted.ts";

/** The token, or why there is none. */
export async function mint(
  key: ReadyKey | undefined,
  { claims, options, issued }: CheckedDraft,
  typ: string,
): Promise<Minted | string> {
  if (key === undefined || claims === undefined || issued === undefined) return "";
  try {
    const token = await sign(claims, key.signingKey, { ...options, typ });
    const { expiresIn, jwtId = false } = options;
    const lifetime = Object.hasOwn(claims, "exp")
      ? undefined
      : { text: expiresIn, seconds: Number(issued["exp"]) - Number(issued["iat"]) };
    return {
      alg: key.alg,
      kid: key.signingKey.kid,
      typ,
      token,
      publicPem: key.published?.pem,
      encoding: key.encoding,
      claims,
      lifetime,
      jwtId: jwtId === true,
    };
  } catch (error) {
    return (error as Error).message;
  }
}
