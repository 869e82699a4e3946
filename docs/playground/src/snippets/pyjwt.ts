/** The same token with PyJWT. */

import { isHmac, type AnyAlgorithm } from "../algorithms.ts";
import type { SecretEncoding } from "../pasted-keys.ts";
import { isPlain, type Writer } from "./minted.ts";

export const pyjwt: Writer = {
  lacks: lacksOf,

  verify({ alg, token, publicPem, encoding, claims: { iss, aud } }) {
    const [modules, key] = publicPem === undefined ? readSecret(encoding) : [[], `"""${publicPem}"""`];
    const options = [
      `algorithms=${python([alg.name])}`,
      ...(iss === undefined ? [] : [`issuer=${python(iss)}`]),
      ...(aud === undefined ? [] : [`audience=${python(aud)}`]),
      'options={"require": ["exp", "iat"]}',
    ];
    return `${imports(...modules, "jwt")}
token = ${python(token)}
key = ${key}
claims = jwt.decode(token, key, ${options.join(", ")})
print(claims)
`;
  },

  sign({ alg, kid, typ, encoding, claims, lifetime, jwtId }) {
    const [modules, key] = isHmac(alg) ? readSecret(encoding) : [["os"], 'os.environ["PRIVATE_KEY"]'];
    const headers = { ...(!isPlain(typ) && { typ }), ...(kid !== undefined && { kid }) };
    const lines = [
      `key = ${key}`,
      "now = int(time.time())",
      `claims = ${python(claims)}`,
      ...(Object.hasOwn(claims, "iat") ? [] : ['claims["iat"] = now']),
      ...(lifetime === undefined ? [] : [`claims["exp"] = now + ${lifetime.seconds}`]),
      ...(jwtId ? ['claims["jti"] = str(uuid.uuid4())'] : []),
      `token = jwt.encode(claims, key, algorithm=${python(alg.name)}${Object.keys(headers).length === 0 ? "" : `, headers=${python(headers)}`})`,
      "print(token)",
    ];
    return `${imports(...modules, "jwt", "time", ...(jwtId ? ["uuid"] : []))}\n${lines.join("\n")}\n`;
  },
};

function lacksOf({ name }: AnyAlgorithm): string | undefined {
  if (name === "Ed25519") return "# PyJWT knows Ed25519 by its older name: choose EdDSA.";
  return name.startsWith("ML") ? `# PyJWT has no ${name}: use mintmark or jose, or ES256.` : undefined;
}

function readSecret(encoding: SecretEncoding): readonly [modules: readonly string[], key: string] {
  const text = 'os.environ["JWT_SECRET"]';
  switch (encoding) {
    case "utf8":
      return [["os"], text];
    case "hex":
      return [["os"], `bytes.fromhex(${text})`];
    case "base64":
      return [["base64", "os"], `base64.b64decode(${text})`];
    case "base64url":
      return [["base64", "os"], `base64.urlsafe_b64decode(${text} + "==")`];
  }
}

function imports(...modules: readonly string[]): string {
  return [...modules]
    .sort()
    .map((name) => `import ${name}\n`)
    .join("");
}

/** A JSON value as Python. */
function python(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([name, member]) => `${python(name)}: ${python(member)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}
