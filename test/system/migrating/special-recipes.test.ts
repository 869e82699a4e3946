// The recipes that are programs of their own: run as they stand, and then given tokens as those who issue them make them.
import * as jose from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import {
  sign,
  signJws,
  unchecked,
  verify,
  type Expected,
  type SecretKey,
  type SigningKey,
  type Verifier,
  type VerifyingKey,
} from "mintmark";
import { testOtherBlocks } from "./before-and-after.ts";
import { readGuide } from "./guide.ts";
import { run } from "./programs.ts";
import { fixTheWorld, now } from "./tokens.ts";

fixTheWorld();
const guide = await readGuide("special-tokens");
testOtherBlocks(guide, 0);

/** A program of the guide, found by words in it, and these of its names. */
function recipe<Names>(words: string, names: readonly (keyof Names & string)[]): () => Names {
  let loaded: Names;
  beforeAll(async () => {
    const [code = "", ...others] = guide.blocks("ts").filter((block) => block.includes(words));
    expect(others).toEqual([]);
    loaded = await run<Names>(`${code}\nexport { ${names.join(", ")} };`);
  });
  return () => loaded;
}

/** Exactly these claims, and this header. */
const seal = (claims: object, key: SigningKey, header: Record<string, unknown> = {}): Promise<string> =>
  signJws(new TextEncoder().encode(JSON.stringify(claims)), key, {
    header,
    ...(Object.hasOwn(header, "typ") ? {} : { typ: unchecked }),
  });

describe("LiveKit", () => {
  const program = recipe<{ secret: SecretKey; policy: Expected }>("LiveKit", ["secret", "policy"]);
  const bytes = new TextEncoder().encode("the API secret, of 32 bytes or more");
  const grant = { video: { roomJoin: true, room: "lobby" } };
  const mint = (claims: jose.JWTPayload): Promise<string> =>
    new jose.SignJWT({ iss: "the API key", sub: "user_123", nbf: now, ...claims })
      .setProtectedHeader({ alg: "HS256" })
      .sign(bytes);

  test("a token without iat is taken, one without exp or grant is not", async () => {
    const { secret, policy } = program();
    expect((await verify(await mint({ ...grant, exp: now + 600 }), secret, policy)).claims.sub).toBe("user_123");
    await expect(verify(await mint(grant), secret, policy)).rejects.toMatchObject({
      code: "claim_missing",
      claim: "exp",
    });
    await expect(verify(await mint({ exp: now + 600 }), secret, policy)).rejects.toMatchObject({
      code: "claim_missing",
      claim: "video",
    });
    await expect(
      verify(await mint({ ...grant, exp: now + 600 }), secret, { ...policy, maxTokenAge: "1h" }),
    ).rejects.toMatchObject({ code: "claim_missing", claim: "iat" });
  });
  test("jose takes the token that is signed for it", async () => {
    const { secret } = program();
    const token = await sign({ sub: "user_123", ...grant }, secret, {
      issuer: "the API key",
      notBefore: new Date(),
      expiresIn: "10m",
    });
    expect(
      (await jose.jwtVerify(token, bytes, { issuer: "the API key", requiredClaims: ["exp", "nbf"] })).payload,
    ).toMatchObject(grant);
  });
});

describe("logout tokens", () => {
  const program = recipe<{ readLogout: (token: string) => Promise<unknown>; privateKey: SigningKey; events: object }>(
    "backchannel-logout",
    ["readLogout", "privateKey", "events"],
  );
  let jti = 0;
  const mint = (changed: object = {}, typ: string | undefined = "logout+jwt"): Promise<string> => {
    const { privateKey, events } = program();
    const claims = {
      iss: "https://id.example",
      aud: "my-client-id",
      sub: "user_123",
      iat: now,
      jti: `id_${++jti}`,
      events,
      ...changed,
    };
    return seal(claims, privateKey, { typ });
  };

  test("without exp, a token is good for two minutes, once", async () => {
    const token = await mint();
    expect(await program().readLogout(token)).toMatchObject({ sub: "user_123" });
    await expect(program().readLogout(token)).rejects.toThrow("replayed");
    expect(await program().readLogout(await mint({}, "JWT"))).toMatchObject({ sub: "user_123" });
    await expect(program().readLogout(await mint({ iat: now - 200 }))).rejects.toMatchObject({ code: "too_old" });
    await expect(program().readLogout(await mint({ exp: now - 10 }))).rejects.toMatchObject({ code: "expired" });
  });
  test("what is no logout token is refused", async () => {
    await expect(program().readLogout(await mint({ events: undefined }))).rejects.toMatchObject({
      code: "claim_missing",
    });
    for (const changed of [{ events: {} }, { events: "all" }, { nonce: "n_1" }, { sub: undefined }]) {
      await expect(program().readLogout(await mint(changed))).rejects.toThrow("not a logout token");
    }
    await expect(program().readLogout(await mint({}, "at+jwt"))).rejects.toMatchObject({ code: "typ_mismatch" });
  });
});

describe("API keys", () => {
  const program = recipe<{ verifier: Verifier; key: SecretKey }>("partner_7", ["verifier", "key"]);

  test("a session's token is none, and ten years are a mistake until they are allowed", async () => {
    const { verifier, key } = program();
    const options = { issuer: "my-api", audience: "partners", jwtId: true } as const;
    expect(await verifier.safeVerify(await sign({ sub: "partner_7" }, key, options))).toMatchObject({
      ok: false,
      error: { code: "typ_mismatch" },
    });
    await expect(sign({}, key, { ...options, expiresIn: "3653d" })).rejects.toMatchObject({ code: "invalid_argument" });
  });
});

describe("Amazon Cognito", () => {
  const program = recipe<{ publicKey: VerifyingKey; privateKey: SigningKey; policy: Expected; issuer: string }>(
    "token_use",
    ["publicKey", "privateKey", "policy", "issuer"],
  );

  test("an access token has neither typ nor aud", async () => {
    const { publicKey, privateKey, policy, issuer } = program();
    const claims = {
      iss: issuer,
      sub: "user_123",
      client_id: "my-client-id",
      token_use: "access",
      iat: now,
      exp: now + 3600,
    };
    expect((await verify(await seal(claims, privateKey), publicKey, policy)).claims.client_id).toBe("my-client-id");
    await expect(
      verify(await seal({ ...claims, client_id: "theirs" }, privateKey), publicKey, policy),
    ).rejects.toMatchObject({ code: "claim_mismatch" });
    await expect(
      verify(await seal({ ...claims, token_use: "id" }, privateKey), publicKey, policy),
    ).rejects.toMatchObject({ code: "claim_mismatch" });
  });
});
