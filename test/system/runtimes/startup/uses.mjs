// The same small job with each library: sign one token with a shared secret, and verify it.

const secret = "a secret that is long enough for HS256, for every library";
const policy = { issuer: "here", audience: "there" };

async function mintmark({ HS256, importSecret, sign, verify }) {
  const key = await importSecret(secret, HS256);
  await verify(await sign({ sub: "user" }, key, { ...policy, expiresIn: "15m" }), key, policy);
}

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
