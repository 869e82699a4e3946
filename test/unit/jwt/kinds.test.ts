import { type as arktype } from "arktype";
import * as valibot from "valibot";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import {
  createSigner,
  createVerifier,
  decode,
  defineToken,
  generateKeyPair,
  ES256,
  HS256,
  importSecretSync,
  memoryDenylist,
  memoryReplayStore,
  revoke,
  unchecked,
} from "../../../src/index.ts";
import type { ReplayStore, StandardSchemaV1, TokenDefinition, TokenKind } from "../../../src/index.ts";
import { codeOf, errorOf } from "./outcome.ts";

const key = importSecretSync("a secret of the tests, 32 bytes or more", HS256);
const web = { issuer: "my-api", audience: "web" } as const;

describe("a kind of token", () => {
  const reset = defineToken("password-reset", web);

  it("writes its type, issuer, audience and lifetime", async () => {
    const kind = defineToken("invitation", { ...web, expiresIn: "3d" });
    const { header, claims } = decode(await kind.createSigner(key).sign({ sub: "user_123" }));
    expect(header.typ).toBe("invitation+jwt");
    expect(claims).toMatchObject({ iss: "my-api", aud: "web", sub: "user_123" });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3 * 86_400);
    expect(claims).not.toHaveProperty("jti");
  });

  it("verifies in all four ways, and peeks in two", async () => {
    const token = reset.createSigner(key).signSync({ sub: "user_123" });
    const verifier = reset.createVerifier(key);
    expect((await verifier.verify(token)).claims.sub).toBe("user_123");
    expect(verifier.verifySync(token).claims.sub).toBe("user_123");
    expect(await verifier.safeVerify(token)).toMatchObject({ ok: true });
    expect(verifier.safeVerifySync(token)).toMatchObject({ ok: true });
    expect((await verifier.peek(token)).claims.sub).toBe("user_123");
    expect(await verifier.safePeek(token)).toMatchObject({ ok: true });
    expect(await verifier.safePeek("nonsense")).toMatchObject({ ok: false, error: { code: "token_malformed" } });
  });

  it.each<[string, unknown[]]>([
    ["a check", [{ beforeReplay: () => undefined }]],
    ["a callback", [undefined, () => undefined]],
    ["the index of map()", [0, []]],
  ])("peeks at a token alone: %s is refused", async (_, more) => {
    const once = defineToken("invitation", { ...web, once: memoryReplayStore() });
    for (const kind of [reset, once]) {
      const { peek, safePeek } = kind.createVerifier(key);
      const token = await kind.createSigner(key).sign({ sub: "user_123" });
      for (const look of [peek, safePeek] as ((...given: unknown[]) => Promise<unknown>)[]) {
        expect(await codeOf(() => look(token, ...more))).toBe("invalid_argument");
        expect(await codeOf(() => look(token, undefined))).toBe("accepted");
      }
    }
  });

  it("takes the options of one token, and no other", async () => {
    const signer = reset.createSigner(key);
    const token = await signer.sign({}, { subject: "user_123", expiresIn: "5m", jwtId: "4711", header: { ver: 2 } });
    const { header, claims } = decode(token);
    expect(header).toMatchObject({ typ: "password-reset+jwt", ver: 2 });
    expect(claims).toMatchObject({ sub: "user_123", jti: "4711" });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(300);
    for (const options of [{ issuer: "other" }, { audience: "other" }, { typ: "JWT" }, { maxLifetime: "9999d" }])
      expect(await codeOf(() => signer.sign({}, options as object))).toBe("invalid_argument");
    expect(await codeOf(() => signer.sign({ iss: "other" }))).toBe("invalid_argument");
  });

  it("is the same kind when it is defined again", async () => {
    const again = defineToken("password-reset", web);
    expect(await codeOf(async () => again.createVerifier(key).verify(await reset.createSigner(key).sign({})))).toBe(
      "accepted",
    );
  });

  it("may have a name of 64 characters, of words and digits", () => {
    expect(defineToken("a".repeat(64), web).typ).toBe(`${"a".repeat(64)}+jwt`);
    expect(defineToken("reset-2-go", web).typ).toBe("reset-2-go+jwt");
  });

  it("takes a registered type that is given in writing, and any type of one's own", () => {
    expect(defineToken("at", { ...web, typ: "at+jwt" }).typ).toBe("at+jwt");
    expect(defineToken("invoice", { ...web, typ: "vnd.example.invoice+jwt" }).typ).toBe("vnd.example.invoice+jwt");
  });

  it("passes a private key to the algorithm it has", async () => {
    const { privateKey, publicKey } = await generateKeyPair(ES256);
    const token = await reset.createSigner({ current: () => privateKey }).sign({ sub: "user_123" });
    expect((await reset.createVerifier(publicKey).verify(token)).header.alg).toBe("ES256");
  });
});

describe("kinds under one key", () => {
  const kinds = {
    reset: defineToken("password-reset", web),
    invitation: defineToken("invitation", web),
    access: defineToken("access", { ...web, typ: "at+jwt" }),
    logout: defineToken("logout", { ...web, typ: "logout+jwt" }),
  };
  const names = Object.keys(kinds) as (keyof typeof kinds)[];

  it.each(names.flatMap((signed) => names.map((verified) => [signed, verified] as const)))(
    "a token of kind %s before a verifier of kind %s",
    async (signed, verified) => {
      const token = await kinds[signed].createSigner(key).sign({ sub: "user_123" });
      const verifier = kinds[verified].createVerifier(key);
      const expected = signed === verified ? "accepted" : "typ_mismatch";
      expect(await codeOf(() => verifier.verify(token))).toBe(expected);
      expect(await codeOf(() => verifier.peek(token))).toBe(expected);
    },
  );

  it.each(names)("a token of kind %s is no plain token, and no plain token is one", async (name) => {
    const plain = createVerifier(key, web);
    const token = await kinds[name].createSigner(key).sign({ sub: "user_123" });
    expect(await codeOf(() => plain.verify(token))).toBe("typ_mismatch");
    for (const typ of ["JWT", "jose", "secevent+jwt", "dpop+jwt", "session.access+jwt", "session.refresh+jwt"]) {
      const foreign = await createSigner(key, { ...web, typ }).sign({ sub: "user_123" });
      expect(await codeOf(() => kinds[name].createVerifier(key).verify(foreign))).toBe("typ_mismatch");
    }
  });
});

describe("once", () => {
  function kind(once: ReplayStore, more: Partial<TokenDefinition> = {}): TokenKind {
    const definition: TokenDefinition = { ...web, once, ...more };
    return defineToken("reset", definition);
  }

  it("is good for one verify and any number of peeks before it", async () => {
    const reset = kind(memoryReplayStore());
    const link = await reset.createSigner(key).sign({ sub: "user_123" });
    const links = reset.createVerifier(key);
    for (let i = 0; i < 3; i++) expect((await links.peek(link)).claims.sub).toBe("user_123");
    expect((await links.verify(link)).claims.sub).toBe("user_123");
    expect(await codeOf(() => links.verify(link))).toBe("replayed");
    expect(await codeOf(() => links.verifySync(link))).toBe("replayed");
    expect(await links.safePeek(link)).toMatchObject({ ok: false, error: { code: "replayed", claim: "jti" } });
    expect(((await errorOf(() => links.peek(link))) as { claims: object }).claims).toMatchObject({ sub: "user_123" });
  });

  it("is good for one verifySync", () => {
    const reset = kind(memoryReplayStore());
    const link = reset.createSigner(key).signSync({});
    const links = reset.createVerifier(key);
    expect(links.verifySync(link).header.typ).toBe("reset+jwt");
    expect(() => links.verifySync(link)).toThrow("used before");
  });

  it("asks the store by names that begin with the kind's type", async () => {
    const asked: string[] = [];
    const store: ReplayStore = { ...memoryReplayStore(), add: (name) => asked.push(name) > 0 };
    const reset = kind(store);
    await reset.createVerifier(key).verify(await reset.createSigner(key).sign({}));
    expect(asked).toEqual([expect.stringMatching(/^reset\+jwt ./)]);
  });

  it("gives every token a random name, and none of the caller's", async () => {
    const signer = kind(memoryReplayStore()).createSigner(key);
    const [one, two] = [decode(await signer.sign({})).claims.jti, decode(signer.signSync({})).claims.jti];
    expect(one).toMatch(/^[\da-f-]{36}$/);
    expect(two).not.toBe(one);
    expect(await codeOf(() => signer.sign({}, { jwtId: "4711" }))).toBe("invalid_argument");
    expect(await codeOf(() => signer.sign({ jti: "4711" }))).toBe("invalid_argument");
    expect((await errorOf(() => signer.sign({ jti: "4711" }))) as Error).toMatchObject({
      message: "jwtId: cannot be given with once, each token gets a random one",
    });
    for (const nothing of [null, undefined]) {
      const error = (await errorOf(() => signer.sign(nothing as never))) as Error;
      expect(error).toMatchObject({ code: "invalid_argument", message: expect.stringMatching(/^claims: /) as string });
    }
  });

  it("refuses a token without a name", async () => {
    const token = await createSigner(key, { ...web, typ: "reset+jwt" }).sign({});
    const links = kind(memoryReplayStore()).createVerifier(key);
    expect(await codeOf(() => links.verify(token))).toBe("claim_missing");
    expect(await codeOf(() => links.peek(token))).toBe("claim_missing");
  });

  it("keeps the names of each kind apart in one store", async () => {
    const store = memoryReplayStore();
    const [one, two] = ["reset", "invitation"].map((name) => defineToken(name, { ...web, once: store }));
    const [first, second] = [
      await createSigner(key, { ...web, typ: "reset+jwt", jwtId: "4711" }).sign({}),
      await createSigner(key, { ...web, typ: "invitation+jwt", jwtId: "4711" }).sign({}),
    ];
    await one!.createVerifier(key).verify(first);
    expect(await codeOf(() => two!.createVerifier(key).verify(second))).toBe("accepted");
  });

  it("refuses a store that cannot say what was used", () => {
    const { add } = memoryReplayStore();
    expect(() => kind({ add })).toThrow(/once: expected a replay store with has\(\)/);
    for (const store of [{ has: () => false }, { has: true, add }, add, null])
      expect(() => kind(store as unknown as ReplayStore)).toThrow(/^once: expected/);
  });

  it("counts a store that fails, or answers neither yes nor no, as unavailable", async () => {
    for (const has of [() => Promise.reject(new Error("no network")), () => undefined as unknown as boolean]) {
      const reset = kind({ ...memoryReplayStore(), has });
      const link = await reset.createSigner(key).sign({});
      expect(await codeOf(() => reset.createVerifier(key).peek(link))).toBe("store_unavailable");
    }
  });

  it("does not use a token up that is refused for another reason", async () => {
    const store = memoryReplayStore();
    const add = vi.spyOn(store, "add");
    const reset = kind(store, { match: { purpose: "reset" } });
    const link = await reset.createSigner(key).sign({ purpose: "other" });
    expect(await codeOf(() => reset.createVerifier(key).verify(link))).toBe("claim_mismatch");
    expect(add).not.toHaveBeenCalled();
  });
});

it("a denylist: every token has a name, and a revoked one is neither good nor to be looked at", async () => {
  const denylist = memoryDenylist();
  const kind = defineToken("invitation", { ...web, denylist });
  const verifier = kind.createVerifier(key);
  const token = await kind.createSigner(key).sign({ sub: "user_123" });
  const { payload } = await verifier.verify(token);
  await revoke(denylist, payload);
  expect(await codeOf(() => verifier.verify(token))).toBe("revoked");
  expect(await codeOf(() => verifier.peek(token))).toBe("revoked");
});

it("with a denylist a name of the caller's own is kept", async () => {
  const signer = defineToken("invitation", { ...web, denylist: memoryDenylist() }).createSigner(key);
  expect(decode(await signer.sign({}, { jwtId: "4711" })).claims.jti).toBe("4711");
  expect(decode(await signer.sign({})).claims.jti).toMatch(/^[\da-f-]{36}$/);
});

describe("a schema", () => {
  it("leaves the definition's bounds, clock and words for secrets in force", async () => {
    const now = () => new Date(1_800_000_000_000);
    const kind = (more: object) =>
      defineToken("invitation", { ...web, schema: z.looseObject({}), now, ...more }).createSigner(key);
    expect(decode(await kind({}).sign({})).claims.iat).toBe(1_800_000_000);
    const bounded = kind({ maxLifetime: "5m", expiresIn: "5m" });
    expect(await codeOf(() => bounded.sign({}))).toBe("accepted");
    expect(await codeOf(() => bounded.sign({}, { expiresIn: "6m" }))).toBe("invalid_argument");
    expect(await codeOf(() => kind({}).sign({ password: "hunter2" }))).toBe("invalid_argument");
    expect(await codeOf(() => kind({ sensitiveClaims: "allow" }).sign({ password: "hunter2" }))).toBe("accepted");
  });

  const schemas = {
    zod: z.object({ sub: z.string(), role: z.enum(["admin", "user"]) }),
    valibot: valibot.object({ sub: valibot.string(), role: valibot.picklist(["admin", "user"]) }),
    arktype: arktype({ sub: "string", role: "'admin' | 'user'" }),
  } as const;

  it.each(Object.entries(schemas))("of %s is asked on both sides", async (_, schema: StandardSchemaV1) => {
    const kind = defineToken("invitation", { ...web, schema });
    const signer = kind.createSigner(key) as { sign(claims: object): Promise<string> };
    const token = await signer.sign({ sub: "user_123", role: "admin" });
    expect(await codeOf(() => kind.createVerifier(key).verify(token))).toBe("accepted");
    expect(await codeOf(() => signer.sign({ sub: "user_123", role: "root" }))).toBe("invalid_argument");
    const foreign = await createSigner(key, { ...web, typ: "invitation+jwt" }).sign({ sub: "user_123", role: "root" });
    expect(await codeOf(() => kind.createVerifier(key).verify(foreign))).toBe("schema_mismatch");
  });

  it("sees the whole payload, as JSON gives it back", async () => {
    const seen: unknown[] = [];
    const schema = z.looseObject({}).refine((payload) => seen.push(payload));
    const kind = defineToken("invitation", { ...web, schema });
    const token = await kind.createSigner(key).sign({ at: "noon", none: [null] });
    await kind.createVerifier(key).verify(token);
    expect(seen[0]).toMatchObject({
      iss: "my-api",
      aud: "web",
      at: "noon",
      none: [null],
      iat: expect.any(Number) as number,
    });
    expect(seen[1]).toEqual(seen[0]);
  });

  it("has its input signed, never its output", async () => {
    const schema = z.object({ count: z.string().transform(Number) });
    const kind = defineToken("invitation", { ...web, schema });
    const token = await kind.createSigner(key).sign({ count: "12" });
    expect(decode(token).claims.count).toBe("12");
    expect((await kind.createVerifier(key).verify(token)).claims.count).toBe(12);
  });

  it("that no token could satisfy later is refused at once: a Date, an object without further members", async () => {
    const dated = defineToken("invitation", { ...web, schema: z.object({ at: z.date() }) });
    expect(await codeOf(() => dated.createSigner(key).sign({ at: new Date() }))).toBe("invalid_argument");
    const strict = defineToken("invitation", { ...web, schema: z.strictObject({ sub: z.string() }) });
    expect(await codeOf(() => strict.createSigner(key).sign({ sub: "user_123" }))).toBe("invalid_argument");
  });

  it("that is asynchronous works with sign, and has no synchronous form", async () => {
    const schema = z.object({ sub: z.string().refine(async (sub) => Promise.resolve(sub !== "nobody")) });
    const signer = defineToken("invitation", { ...web, schema }).createSigner(key);
    expect(await codeOf(() => signer.sign({ sub: "user_123" }))).toBe("accepted");
    expect(await codeOf(() => signer.sign({ sub: "nobody" }))).toBe("invalid_argument");
    expect(await codeOf(() => signer.signSync({ sub: "user_123" }))).toBe("sync_unavailable");
  });

  it("keeps to the options of one token", async () => {
    const kind = defineToken("invitation", { ...web, schema: z.object({ sub: z.string() }), expiresIn: "1d" });
    const signer = kind.createSigner(key);
    const short = decode(await signer.sign({ sub: "user_123" }, { expiresIn: "5m", header: { ver: 2 } }));
    expect(Number(short.claims.exp) - Number(short.claims.iat)).toBe(300);
    expect(short.header).toMatchObject({ typ: "invitation+jwt", ver: 2 });
    const until = Math.floor(Date.now() / 1000) + 60;
    expect(decode(signer.signSync({ sub: "user_123" }, { expiresAt: until })).claims.exp).toBe(until);
  });
});

describe("a definition that is refused:", () => {
  const define = (name: unknown, definition: object) => () => defineToken(name as string, definition as typeof web);
  it.each([
    ["no name", define(undefined, web)],
    ["an empty name", define("", web)],
    ["a name with capitals", define("Reset", web)],
    ["a name with a dot", define("session.access", web)],
    ["a name of 65 characters", define("a".repeat(65), web)],
    ["the name of a registered type", define("at", web)],
    ["another one", define("secevent", web)],
    ["the type that every token has", define("reset", { ...web, typ: "JWT" })],
    ["the type of signed bytes", define("reset", { ...web, typ: "application/jose" })],
    ["a type of sessions", define("reset", { ...web, typ: "session.refresh+jwt" })],
    ["an audience of sessions", define("reset", { ...web, audience: ["web", "urn:mintmark:session:refresh"] })],
    ["no issuer", define("reset", { audience: "web" })],
    ["an issuer that is not checked", define("reset", { ...web, issuer: unchecked })],
    ["no audience", define("reset", { issuer: "my-api" })],
    ["an audience that is not checked", define("reset", { ...web, audience: unchecked })],
    ["an empty list of audiences", define("reset", { ...web, audience: [] })],
    ["a lifetime in other words", define("reset", { ...web, expiresIn: "1 hour" })],
    ["an unknown option", define("reset", { ...web, lifetime: 1 })],
    ["no definition", define("reset", undefined as unknown as object)],
    ["a name that ends in a hyphen", define("reset-", web)],
    ["a name with two hyphens in a row", define("pass--word", web)],
    ["a name with a space behind it", define("reset ", web)],
  ])("%s", async (_, attempt) => {
    expect(await codeOf(attempt)).toBe("invalid_argument");
  });

  it.each([
    ["name", define("Reset", web)],
    ["name", define(["reset"], web)],
    ["typ", define("reset", { ...web, typ: 1 })],
    ["issuer", define("reset", { audience: "web" })],
    ["audience", define("reset", { issuer: "my-api" })],
    ["audience", define("reset", { ...web, audience: 1 })],
    ["expiresIn", define("reset", { ...web, expiresIn: "1 hour" })],
  ])("the message begins with what is wrong, %s: %#", (name, attempt) => {
    expect(attempt).toThrow(new RegExp(`^${name}: `));
  });

  /** What the registry of media types has with `+jwt` (November 2026), and drafts that are in use. */
  const registered = `at authorization-grant client-authentication dpop entity-configuration entity-statement
    explicit-registration-response id jwt kb key-attestation logout oauth-authz-req oauth-client-attestation
    oauth-client-attestation-pop oauth-id-jag openid4vci-proof resolve-response secevent signed-jwk-set statuslist
    token-introspection trust-mark trust-mark-delegation trust-mark-status-response txntoken vc vp wit wpt`;

  it.each(registered.split(/\s+/))("a name that is taken: %s", (name) => {
    expect(define(name, web)).toThrow(`name: the type "${name}+jwt" is registered`);
    if (name !== "jwt") expect(defineToken(`my-${name}`, web).typ).toBe(`my-${name}+jwt`);
  });
});
