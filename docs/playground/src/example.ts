/** What the debugger is opened with: by another tool, or to show what it does. */

import { ES256, exportPem, generateKeyPair, sign } from "mintmark";
import type { SecretEncoding } from "./pasted-keys.ts";

export interface Opened {
  readonly token: string;
  readonly key: string;
  readonly encoding: SecretEncoding;
  readonly issuer: string;
  readonly audience: string;
  readonly typ: string;
}

/** A token as an identity provider would issue it, made now. */
export async function makeExample(): Promise<Opened> {
  const { privateKey, publicKey } = await generateKeyPair(ES256);
  const expected = { issuer: "https://id.example", audience: "orders" };
  const token = await sign(
    { sub: "user_123", name: "Ada Lovelace", email: "ada@example.com", roles: ["buyer"] },
    privateKey,
    { ...expected, expiresIn: "15m", jwtId: true },
  );
  return {
    token: `Authorization: Bearer ${token}`,
    key: await exportPem(publicKey),
    encoding: "utf8",
    ...expected,
    typ: "",
  };
}
