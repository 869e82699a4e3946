// The same small jobs with each library.

const secret = "a secret that is long enough for HS256, for every library";
const policy = { issuer: "here", audience: "there" };

async function mintmark({ HS256, importSecret, sign, verify }) {
  const key = await importSecret(secret, HS256);
  await verify(await sign({ sub: "user" }, key, { ...policy, expiresIn: "15m" }), key, policy);
}

/** Sign one token with a shared secret, and verify it. */
export const uses = {
  mintmark,
  async jose({ jwtVerify, SignJWT }) {
    const key = new TextEncoder().encode(secret);
    const token = await new SignJWT({ sub: "user" })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuedAt()
      .setIssuer("here")
      .setAudience("there")
      .setExpirationTime("15m")
      .sign(key);
    await jwtVerify(token, key, policy);
  },
  async jsonwebtoken({ default: { sign, verify } }) {
    verify(sign({ sub: "user" }, secret, { ...policy, expiresIn: "15m" }), secret, policy);
  },
  async "fast-jwt"({ createSigner, createVerifier }) {
    const token = createSigner({ key: secret, iss: "here", aud: "there", expiresIn: 900_000 })({ sub: "user" });
    createVerifier({ key: secret, allowedIss: "here", allowedAud: "there" })(token);
  },
};

/** Fetch a key set, and verify one token with a key of it. */
export const fetchedUses = {
  async mintmark({ createVerifier, remoteJwks, RS256, ES256 }, { url, alg, token }) {
    const keys = remoteJwks(url, { algorithms: [{ RS256, ES256 }[alg]], issuer: "here" });
    await createVerifier(keys, policy).verify(token);
  },
  async jose({ createRemoteJWKSet, jwtVerify }, { url, alg, token }) {
    await jwtVerify(token, createRemoteJWKSet(new URL(url)), { ...policy, algorithms: [alg], requiredClaims: ["exp"] });
  },
};
