// The same job in the two libraries most of the world uses, each with the key text it is given.
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";

/**
 * `supports(alg)`: whether the library implements the algorithm at all.
 * `reads(token, alg, key, expected)`: resolves when it accepts the token, rejects when not.
 * `writes(alg, key, { issuer, audience })`: a token of its own, 15 minutes long.
 */
export const peers = [
  {
    name: "jose",
    supports: () => true,
    async reads(token, alg, key, { issuer, audience }) {
      const publicKey = key.hex ? secretBytes(key) : await jose.importSPKI(key.publicPem, alg);
      await jose.jwtVerify(token, publicKey, { algorithms: [alg], issuer, audience });
    },
    async writes(alg, key, { issuer, audience }) {
      const privateKey = key.hex ? secretBytes(key) : await jose.importPKCS8(key.privatePem, alg);
      return new jose.SignJWT({ sub: "user_123" })
        .setProtectedHeader({ alg })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime("15m")
        .sign(privateKey);
    },
  },
  {
    name: "jsonwebtoken",
    supports: (alg) => /^(HS|RS|PS|ES)\d/.test(alg),
    async reads(token, alg, key, { issuer, audience }) {
      const publicKey = key.hex ? secretBytes(key) : key.publicPem;
      jsonwebtoken.verify(token, publicKey, { algorithms: [alg], issuer, audience });
    },
    async writes(alg, key, { issuer, audience }) {
      const privateKey = key.hex ? secretBytes(key) : key.privatePem;
      return jsonwebtoken.sign({ sub: "user_123" }, privateKey, { algorithm: alg, issuer, audience, expiresIn: "15m" });
    },
  },
];

const secretBytes = (key) => Buffer.from(key.hex, "hex");
