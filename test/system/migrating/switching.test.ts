// The ways in which tokens from before stay good, and no longer than that.
import { randomBytes } from "node:crypto";
import jsonwebtoken from "jsonwebtoken";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { decode, HS256, importSecretSync, unchecked, verifySync } from "mintmark";
import { readGuide } from "./guide.ts";
import { run } from "./programs.ts";
import { fixTheWorld, forged, now, secret, signed, token } from "./tokens.ts";

interface Program {
  readonly issue: (user: { id: string }) => string;
  readonly check: (token: string) => unknown;
  readonly former: number;
}

const day = 86_400;
const oldSecret = "short and old";
fixTheWorld({ OLD_JWT_SECRET: oldSecret, OLD_JWT_SECRET_UNTIL: new Date((now + 7 * day) * 1000).toISOString() });
const guide = await readGuide("switching");

function program(name: string): () => Program {
  let loaded: Program;
  beforeAll(async () => {
    loaded = await run<Program>(guide.blocks(`ts ${name}`)[0]!);
  });
  return () => loaded;
}

const fails = (code: string): unknown => expect.objectContaining({ code });

describe("tokens that lack claims", () => {
  const tokens = program("lacking");
  const former = (iat: number): string => token({ iat, exp: undefined, iss: undefined, aud: undefined });

  test("are good for 30 days", () => {
    expect(tokens().check(former(now - 29 * day))).toEqual({ sub: "user_123", iat: now - 29 * day });
    expect(() => tokens().check(former(now - 31 * day))).toThrow(fails("too_old"));
  });
  test("as jsonwebtoken signs them", () => {
    expect(tokens().check(jsonwebtoken.sign({ sub: "user_123" }, secret))).toEqual({ sub: "user_123", iat: now });
  });
  test("the others are held to everything", () => {
    expect(tokens().check(token())).toMatchObject({ sub: "user_123" });
    expect(() => tokens().check(token({ aud: "elsewhere" }))).toThrow(fails("audience_mismatch"));
    expect(() => tokens().check(token({ iat: now - 100, exp: now - 10 }))).toThrow(fails("expired"));
    expect(() => tokens().check(forged(former(now)))).toThrow(fails("signature_invalid"));
  });
});

describe("claims that mintmark refuses", () => {
  const tokens = program("refused-claims");

  test("a number as sub is read as a text, and everything else checked", async () => {
    const old = jsonwebtoken.sign({ sub: 42 as unknown as string }, secret, {
      issuer: "my-api",
      audience: "web",
      expiresIn: 60,
    });
    expect(await tokens().check(old)).toEqual({ sub: "42", iss: "my-api", aud: "web", exp: now + 60 });
    expect(await tokens().check(token())).toMatchObject({ sub: "user_123" });
  });
  test.each([
    ["forged", forged(token({ sub: 42 })), fails("signature_invalid")],
    ["expired", token({ sub: 42, iat: now - 100, exp: now - 10 }), "refused"],
    ["endless", token({ sub: 42, exp: undefined }), "refused"],
    ["another's", token({ sub: 42, iss: "other" }), "refused"],
    ["elsewhere's", token({ sub: 42, aud: "elsewhere" }), "refused"],
    ["of an object as sub", token({ sub: {} }), "refused"],
  ])("but not one that is %s", async (_, text, expected) => {
    await expect(tokens().check(text)).rejects.toThrow(expected);
  });
});

describe("a secret that is too short", () => {
  const tokens = program("short-secret");
  afterEach(() => vi.setSystemTime(now * 1000));

  const old = (claims: object = {}): string =>
    jsonwebtoken.sign({ sub: "user_123", ...claims }, oldSecret, {
      issuer: "my-api",
      audience: "web",
      expiresIn: "8d",
    });

  test("is refused by itself", () => {
    expect(() => importSecretSync(oldSecret, HS256)).toThrow(fails("invalid_key"));
  });
  test("its tokens are good until that day", () => {
    const text = old();
    expect(tokens().check(text)).toMatchObject({ sub: "user_123" });
    vi.setSystemTime((now + 7 * day) * 1000);
    expect(() => tokens().check(text)).toThrow(fails("signature_invalid"));
  });
  test("and are held to everything else", () => {
    expect(() => tokens().check(forged(old()))).toThrow(fails("signature_invalid"));
    expect(() => tokens().check(token({ aud: "elsewhere" }, {}, oldSecret))).toThrow(fails("audience_mismatch"));
    expect(() => tokens().check(token({ exp: undefined }, {}, oldSecret))).toThrow(fails("claim_missing"));
  });
  test("it signs nothing in the new key's name, and no new tokens", () => {
    expect(() => tokens().check(token({}, { kid: "2026-11" }, oldSecret))).toThrow(fails("signature_invalid"));
    const text = tokens().issue({ id: "user_123" });
    expect(decode(text).header.kid).toBe("2026-11");
    expect(jsonwebtoken.verify(text, secret)).toMatchObject({ sub: "user_123" });
    expect(tokens().check(text)).toMatchObject({ sub: "user_123" });
  });
});

test("a secret that was decoded there is decoded here", () => {
  const text = randomBytes(32).toString("base64");
  const anything = { issuer: unchecked, audience: unchecked } as const;
  const decoded = jsonwebtoken.sign({}, Buffer.from(text, "base64"), { expiresIn: 60 });
  const asItStands = jsonwebtoken.sign({}, text, { expiresIn: 60 });
  const [base64, utf8] = [importSecretSync(text, HS256, { encoding: "base64" }), importSecretSync(text, HS256)];

  expect(verifySync(decoded, base64, anything).claims).toEqual({ iat: now, exp: now + 60 });
  expect(verifySync(asItStands, utf8, anything).claims).toEqual({ iat: now, exp: now + 60 });
  expect(() => verifySync(decoded, utf8, anything)).toThrow(fails("signature_invalid"));
  expect(() => verifySync(asItStands, base64, anything)).toThrow(fails("signature_invalid"));
});

describe("when it is over", () => {
  const tokens = program("counting");

  test("tokens without a kid are counted", () => {
    tokens().check(token());
    tokens().check(token({}, { kid: "2026-11" }));
    tokens().check(signed({ alg: "HS256" }, JSON.stringify({ iss: "my-api", aud: "web", iat: now, exp: now + 60 })));
    expect(tokens().former).toBe(2);
  });
});
