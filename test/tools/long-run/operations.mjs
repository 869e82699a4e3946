// What the application does: each as [name, run]. A refusal is expected where Redis or the key set's server is away, and is counted.

export async function createOperations(mintmark, { ring, redis, url, signal }) {
  const { createSigner, createVerifier, decode, importSecret, importVerifyingKey, sign, verify } = mintmark;
  const policy = { issuer: "my-api", audience: "web", clockTolerance: 0 };
  const options = { issuer: "my-api", audience: "web", expiresIn: 4, jwtId: true };
  const claims = { sub: "user_123", scope: "orders:read" };
  const secret = await mintmark.generateSecret(mintmark.HS256, { extractable: true });
  const token = () => sign(claims, secret, options);

  const remote = mintmark.remoteJwks(url, {
    algorithms: [mintmark.ES256],
    issuer: "my-api",
    timeout: 0.5,
    cooldown: 1,
    maxAge: 2,
    staleIfError: 8,
    signal,
  });
  const byRemote = createVerifier(remote, policy);
  const byRing = createVerifier(ring, policy);
  const cached = createVerifier(secret, { ...policy, cache: 200 });
  const denylist = mintmark.redisDenylist(redis);
  const guarded = createVerifier(secret, {
    ...policy,
    denylist,
    replay: mintmark.redisReplayStore(redis),
    storeTimeout: 0.5,
  });
  const inMemory = { denylist: mintmark.memoryDenylist(), replay: mintmark.memoryReplayStore() };
  const once = createVerifier(secret, { ...policy, ...inMemory });
  // By default for an hour longer than the token lives: that long a denylist in memory would grow.
  const revoke = (denylist, one) => mintmark.revoke(denylist, decode(one).claims, { margin: 1 });
  const payload = new TextEncoder().encode("any octets");
  const request = (credentials) =>
    new Request("https://api.example/orders", { headers: { authorization: `Bearer ${credentials}` } });

  return [
    ...(await Promise.all(["ES256", "Ed25519", "RS256", "PS256"].map((name) => pairOf(name)))),
    [
      "HS256, with a cache",
      async () => {
        const one = await token();
        await cached.verify(one);
        await cached.verify(one);
      },
    ],
    [
      "HS256, at once",
      async () => {
        cached.verifySync(mintmark.signSync(claims, secret, options));
      },
    ],
    [
      "a key ring's token, by the ring",
      async () => byRing.verify(await sign(claims, ring, { ...options, expiresIn: 9 })),
    ],
    [
      "a key ring's token, by its key set",
      async () => byRemote.verify(await sign(claims, ring, { ...options, expiresIn: 9 })),
    ],
    [
      "an unknown kid, by the key set",
      async () =>
        expectCode(
          "key_not_found",
          byRemote.verify(`${part({ alg: "ES256", kid: String(Math.random()) })}.${part({})}.${"A".repeat(86)}`),
        ),
    ],
    [
      "good once, Redis",
      async () => {
        const one = await token();
        await guarded.verify(one);
        await expectCode("replayed", guarded.verify(one));
      },
    ],
    [
      "revoked, Redis",
      async () => {
        const one = await token();
        await revoke(denylist, one);
        await expectCode("revoked", guarded.verify(one));
      },
    ],
    [
      "good once and revoked, memory",
      async () => {
        const one = await token();
        await once.verify(one);
        await expectCode("replayed", once.verify(one));
        await revoke(inMemory.denylist, one);
        await expectCode("revoked", once.verify(one));
      },
    ],
    [
      "a forged token",
      async () => expectCode("signature_invalid", verify(`${(await token()).slice(0, -4)}AAAA`, secret, policy)),
    ],
    ["hostile text", async () => expectCode("token_malformed", verify(`${"a.".repeat(500)}`, secret, policy))],
    [
      "a request",
      async () => {
        const caller = await mintmark.authenticate(request(await token()), cached, { scopes: "orders:read" });
        if (!caller.ok) throw caller.error;
      },
    ],
    [
      "a request without scope",
      async () => {
        const caller = await mintmark.authenticate(request(await token()), cached, { scopes: "orders:write" });
        if (caller.ok || caller.status !== 403) throw new Error("let in");
      },
    ],
    [
      "JWS",
      async () => {
        await mintmark.verifyJws(await mintmark.signJws(payload, secret, { detached: true }), secret, { payload });
      },
    ],
    [
      "JWS, JSON",
      async () => {
        await mintmark.verifyJwsJson(
          await mintmark.signJwsJson(payload, [{ key: secret }], { flattened: true }),
          secret,
        );
      },
    ],
    [
      "keys imported anew",
      async () => {
        const { k } = await mintmark.exportJwk(secret);
        await verify(await token(), await importSecret(k, mintmark.HS256, { encoding: "base64url" }), policy);
      },
    ],
  ];

  /** Asymmetric: a signer and a verifier, and the public key imported anew now and then. */
  async function pairOf(name) {
    const { privateKey, publicKey } = await mintmark.generateKeyPair(mintmark[name]);
    const jwk = await mintmark.exportJwk(publicKey);
    const signer = createSigner(privateKey, options);
    const verifier = createVerifier(publicKey, policy);
    let calls = 0;
    return [
      name,
      async () => {
        const one = await signer.sign(claims);
        await (calls++ % 10 === 0
          ? verify(one, await importVerifyingKey(jwk, mintmark[name]), policy)
          : verifier.verify(one));
      },
    ];
  }
}

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Refused, and for the right reason; or not decided, where a store or a server is away. */
async function expectCode(code, promise) {
  const found = await promise.then(
    () => "accepted",
    (error) => error.code,
  );
  if (found !== code)
    throw Object.assign(new Error(`expected ${code}`), {
      code: ["store_unavailable", "jwks_unavailable", "jwks_invalid", "key_unavailable"].includes(found)
        ? found
        : `expected ${code}, found ${found}`,
    });
}
