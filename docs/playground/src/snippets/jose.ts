/** The same token with jose. */

import { isHmac } from "../algorithms.ts";
import { literal, nodeSecret, quoted, type Writer } from "./minted.ts";

export const jose: Writer = {
  lacks: () => undefined,

  verify({ alg, token, publicPem, encoding, claims: { iss, aud }, typ }) {
    const names = publicPem === undefined ? "jwtVerify" : "importSPKI, jwtVerify";
    const key =
      publicPem === undefined ? nodeSecret(encoding) : `await importSPKI(\`${publicPem}\`, ${quoted(alg.name)})`;
    return `import { ${names} } from "jose";

const token = ${quoted(token)};
const key = ${key};
const { payload } = await jwtVerify(token, key, ${literal(
      ["algorithms", quoted([alg.name])],
      ["issuer", quoted(iss)],
      ["audience", quoted(aud)],
      ["typ", quoted(typ)],
      ["requiredClaims", '["exp", "iat"]'],
    )});
console.log(payload);
`;
  },

  sign({ alg, kid, typ, encoding, claims, lifetime, jwtId }) {
    const names = isHmac(alg) ? "SignJWT" : "importPKCS8, SignJWT";
    const key = isHmac(alg) ? nodeSecret(encoding) : `await importPKCS8(process.env.PRIVATE_KEY, ${quoted(alg.name)})`;
    const steps = [
      `setProtectedHeader(${literal(["alg", quoted(alg.name)], ["typ", quoted(typ)], ["kid", quoted(kid)])})`,
      !Object.hasOwn(claims, "iat") && "setIssuedAt()",
      lifetime !== undefined && `setExpirationTime("${lifetime.seconds}s")`,
      jwtId && "setJti(crypto.randomUUID())",
      "sign(key)",
    ].filter((step) => step !== false);
    return `import { ${names} } from "jose";

const key = ${key};
const token = await new SignJWT(${quoted(claims)})
${steps.map((step) => `  .${step}`).join("\n")};
console.log(token);
`;
  },
};
