/** The same token with jsonwebtoken. */

import { isHmac } from "../algorithms.ts";
import { isPlain, literal, nodeSecret, quoted, type Writer } from "./minted.ts";

export const jsonwebtoken: Writer = {
  lacks: ({ name }) =>
    /^(Ed|ML)/.test(name) ? `// jsonwebtoken has no ${name}: use mintmark or jose, or ES256.` : undefined,

  verify({ alg, token, publicPem, encoding, claims: { iss, aud } }) {
    return `import jwt from "jsonwebtoken";

const token = ${quoted(token)};
const key = ${publicPem === undefined ? nodeSecret(encoding) : `\`${publicPem}\``};
const claims = jwt.verify(token, key, ${literal(["algorithms", quoted([alg.name])], ["issuer", quoted(iss)], ["audience", quoted(aud)])});
console.log(claims);
`;
  },

  sign({ alg, kid, typ, encoding, claims, lifetime, jwtId }) {
    const options = literal(
      ["algorithm", quoted(alg.name)],
      ["expiresIn", quoted(lifetime?.seconds)],
      ["jwtid", jwtId && "crypto.randomUUID()"],
      ["keyid", quoted(kid)],
      ["header", !isPlain(typ) && literal(["alg", quoted(alg.name)], ["typ", quoted(typ)])],
    );
    return `import jwt from "jsonwebtoken";

const key = ${isHmac(alg) ? nodeSecret(encoding) : "process.env.PRIVATE_KEY"};
const token = jwt.sign(${quoted(claims)}, key, ${options});
console.log(token);
`;
  },
};
