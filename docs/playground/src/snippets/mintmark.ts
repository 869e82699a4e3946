/** mintmark's own code for a token. */

import { constantOf, isHmac } from "../algorithms.ts";
import { andThen, isPlain, literal, quoted, type Writer } from "./minted.ts";

export const mintmark: Writer = {
  lacks: () => undefined,

  verify({ alg, token, publicPem, encoding, claims: { iss, aud }, typ }) {
    const constant = constantOf(alg);
    const key =
      publicPem === undefined
        ? `importSecret(process.env.JWT_SECRET, ${constant}${andThen(literal(["encoding", encoding !== "utf8" && quoted(encoding)]))})`
        : `importVerifyingKey(\`${publicPem}\`, ${constant})`;
    const names = [
      constant,
      isHmac(alg) ? "importSecret" : "importVerifyingKey",
      ...(iss === undefined || aud === undefined ? ["unchecked"] : []),
      "verify",
    ];
    return `import { ${names.join(", ")} } from "mintmark";

const token = ${quoted(token)};
const key = await ${key};
const { claims } = await verify(token, key, ${literal(["issuer", quoted(iss) ?? "unchecked"], ["audience", quoted(aud) ?? "unchecked"], ["typ", !isPlain(typ) && quoted(typ)])});
console.log(claims);
`;
  },

  sign({ alg, kid, typ, encoding, claims, lifetime, jwtId }) {
    const constant = constantOf(alg);
    const [importer, variable] = isHmac(alg) ? ["importSecret", "JWT_SECRET"] : ["importSigningKey", "PRIVATE_KEY"];
    const keyOptions = literal(
      ["encoding", isHmac(alg) && encoding !== "utf8" && quoted(encoding)],
      ["kid", quoted(kid)],
    );
    const options = literal(
      ["expiresIn", quoted(lifetime?.text)],
      ["jwtId", jwtId && "true"],
      ["typ", !isPlain(typ) && quoted(typ)],
    );
    return `import { ${constant}, ${importer}, sign } from "mintmark";

const key = await ${importer}(process.env.${variable}, ${constant}${andThen(keyOptions)});
const token = await sign(${quoted(claims)}, key${andThen(options)});
console.log(token);
`;
  },
};
