import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import {
  ES256,
  exportJwk,
  generateKeyPair,
  HS256,
  importSecret,
  RS256,
  sign,
  type Jwk,
  type SigningKey,
  type SignOptions,
} from "../../../../src/index.ts";
import { macOver, part } from "../../../spec/threats/forge.ts";
import { secretText } from "../../../spec/threats/keys.ts";
import { call, json, output, strong, type Answer } from "../session.ts";

const env = { SECRET: strong };
const key = await importSecret(strong, HS256, { kid: "2026-11" });
const verify = ["verify", "--secret-env", "SECRET"];
const both = ["--issuer", "my-api", "--audience", "web"];
const signed = (claims: object = {}, options: object = {}): Promise<string> =>
  sign(claims, key, { issuer: "my-api", audience: "web", ...options });
const code = async (token: string, ...words: readonly string[]): Promise<unknown> =>
  (await json([...verify, token, ...words], { env })).code ?? "good";

describe("mintmark verify", () => {
  it("says that a token is good, what was checked, and what it says", async () => {
    const token = await signed({ sub: "user_123", level: 5, "odd name": true });
    const { code: exit, out, err } = await call([...verify, token, ...both], { env });
    expect([exit, err]).toEqual([0, ""]);
    const [first, ...lines] = out.split("\n");
    expect(first).toBe("good  signature (HS256), lifetime, issuer, audience");
    expect(lines.join("\n")).toMatch(
      new RegExp(
        [
          "^Header",
          ' {2}alg {2}"HS256" {4}algorithm',
          ' {2}typ {2}"JWT" {6}type',
          ' {2}kid {2}"2026-11" {2}key ID',
          "Claims",
          ' {2}sub {9}"user_123" {2}subject',
          " {2}level {7}5",
          ' {2}"odd name" {2}true',
          ' {2}iss {9}"my-api" {4}issuer',
          ' {2}aud {9}"web" {7}audience',
          String.raw`  iat {9}\d{10} {2}issued \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, \d seconds? ago`,
          String.raw`  exp {9}\d{10} {2}expires \S+Z, in 1[45] minutes`,
          "$",
        ].join("\n"),
      ),
    );
  });

  it("says so as JSON", async () => {
    const answer = await json([...verify, await signed({ role: "admin" }), ...both], { env });
    expect(answer).toEqual({
      ok: true,
      header: { alg: "HS256", typ: "JWT", kid: "2026-11" },
      key: { alg: "HS256" },
      unchecked: [],
      claims: {
        role: "admin",
        iss: "my-api",
        aud: "web",
        iat: expect.any(Number) as number,
        exp: expect.any(Number) as number,
      },
    });
  });

  it("says what was not checked, because it was not to be", async () => {
    const token = await signed();
    const words = [...verify, token, "--any-issuer", "--any-audience", "--any-typ"];
    expect((await output(words, { env })).split("\n").slice(0, 2)).toEqual([
      "good  signature (HS256), lifetime",
      "not checked  issuer, audience, typ",
    ]);
    expect(await json(words, { env })).toMatchObject({ ok: true, unchecked: ["issuer", "audience", "typ"] });
  });
});

describe("mintmark verify asks for", () => {
  it.each([
    [["--audience", "web"], "--issuer: expected the issuer of the token, or --any-issuer to skip the check"],
    [["--issuer", "my-api"], "--audience: expected the audience of the token, or --any-audience to skip the check"],
    [
      ["--issuer", "a", "--any-issuer", "--audience", "web"],
      "--issuer and --any-issuer: expected one of them, found both",
    ],
    [[...both, "--any-audience"], "--audience and --any-audience: expected one of them, found both"],
    [[...both, "--typ", "x", "--any-typ"], "--typ and --any-typ: expected one of them, found both"],
    [[...both, "--key-env", "KEY"], "a secret or a key: expected one of them, found both"],
    [["--issuer=", "--audience", "web"], "--issuer: expected a value, found an empty one: is a variable not set?"],
  ])("%j is wrong use", async (words, message) => {
    const { code: exit, out, err } = await call([...verify, await signed(), ...words], { env: { ...env, KEY: "x" } });
    expect([exit, out, err.split("\n")[0]]).toEqual([2, "", `error wrong_use: ${message}`]);
  });

  it("something to verify with", async () => {
    expect((await json(["verify", "a.b.c", ...both])).message).toBe(
      "what to verify with: expected --secret, --secret-env, --key or --key-env, or one https URL as --issuer",
    );
    expect((await json(["verify", "a.b.c", "--key", "a", "--key-env", "b", ...both])).message).toBe(
      "--key and --key-env: expected one of them, found both",
    );
  });
});

describe("mintmark verify refuses, with exit code 1 and the reason's code", () => {
  it("on standard error alone, or as JSON", async () => {
    const token = await signed();
    const { code: exit, out, err } = await call([...verify, token, "--issuer", "other", "--audience", "web"], { env });
    expect([exit, out]).toEqual([1, ""]);
    expect(err).toMatch(/^refused issuer_mismatch: .*\nClaims {2}the signature is good\n/);
    const asJson = await call([...verify, token, "--issuer", "other", "--audience", "web", "--json"], { env });
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.out)).toEqual({
      ok: false,
      code: "issuer_mismatch",
      message: expect.any(String) as string,
      claim: "iss",
      claims: expect.objectContaining({ iss: "my-api", aud: "web" }) as object,
    });
  });

  it("and shows an expired token's date and claims", async () => {
    const token = await signed({ sub: "user_123", scope: "x".repeat(300) }, { now: () => new Date(Date.now() - 8e6) });
    const { code: exit, out, err } = await call([...verify, token, ...both], { env });
    expect([exit, out]).toEqual([1, ""]);
    expect(err).toMatch(/^refused expired: /);
    expect(err).toMatch(/^ {2}exp {4}\d{10} {2}expires \d{4}-\d\d-\d\dT\S+Z, 118 minutes ago$/m);
    expect(err).toContain('  sub    "user_123"  subject\n');
    expect(await json([...verify, token, ...both], { env })).toMatchObject({
      code: "expired",
      claims: { sub: "user_123" },
    });
  });

  it("but shows nothing of a token whose signature is not good", async () => {
    const token = (await signed({ sub: "user_123" })).slice(0, -4);
    const { err } = await call([...verify, `${token}AAAA`, ...both], { env });
    expect(err).toMatch(/^refused signature_invalid: .*\n$/);
    expect(await json([...verify, `${token}AAAA`, ...both], { env })).not.toHaveProperty("claims");
  });

  it.each<[string, SignOptions, readonly string[]]>([
    ["expired", { now: () => new Date(Date.now() - 3_600_000) }, []],
    ["not_yet_valid", { notBefore: "10m" }, []],
    ["audience_mismatch", { audience: "other" }, []],
    ["typ_mismatch", { typ: "at+jwt" }, []],
    ["subject_mismatch", { subject: "other" }, ["--subject", "user_123"]],
    ["claim_missing", {}, ["--required", "nonce"]],
    ["claim_mismatch", {}, ["--match", "level:=4"]],
    ["claim_mismatch", {}, ["--match", "level=5"]],
    ["too_old", { now: () => new Date(Date.now() - 60_000) }, ["--max-token-age", "30s"]],
    ["token_too_large", {}, ["--max-token-length", "50"]],
    ["alg_not_allowed", {}, ["--alg", "HS384"]],
  ])("%s", async (expected, options, words) => {
    const long = { SECRET: strong + strong };
    const made = await sign({ level: 5 }, await importSecret(long.SECRET, HS256), {
      issuer: "my-api",
      audience: "web",
      ...options,
    });
    expect((await json([...verify, made, ...both, ...words], { env: long })).code).toBe(expected);
  });

  it("a signature by another key, and what is no token", async () => {
    expect(await code(macOver(`${part({ alg: "HS256" })}.${part({ iss: "my-api" })}`), ...both)).toBe(
      "signature_invalid",
    );
    for (const text of ["", "x", "a.b", "a.b.c.d", "{}", `Bearer ${await signed()}`])
      expect(await code(text === "" ? "-" : text, ...both), text).toBe("token_malformed");
  });
});

describe("mintmark verify accepts what was said to be good", () => {
  it.each([
    [{ subject: "user_123" }, ["--subject", "user_123"]],
    [{}, ["--required", "level"]],
    [{}, ["--match", "level:=5", "--match", "role=admin", "--match", "active:=true"]],
    [{ typ: "at+jwt" }, ["--typ", "x", "--typ", "AT+JWT"]],
    [{ typ: "at+jwt" }, ["--any-typ"]],
    [{ now: () => new Date(Date.now() - 910_000) }, ["--clock-tolerance", "1m"]],
    [{}, ["--max-token-age", "1m", "--max-token-length", "20000"]],
    [{ audience: ["a", "b"] }, ["--audience", "b"]],
  ])("%j: %j", async (options, words) => {
    expect(await code(await signed({ level: 5, role: "admin", active: true }, options), ...both, ...words)).toBe(
      "good",
    );
  });

  it("one of several names of the issuer", async () => {
    expect(await code(await signed(), "--issuer", "other", "--issuer", "my-api", "--any-audience")).toBe("good");
  });

  it("no exp, waived in writing: with a warning, and without saying that a lifetime was checked", async () => {
    const token = macOver(`${part({ alg: "HS256" })}.${part({ iss: "my-api", aud: "web" })}`);
    const words = ["verify", token, "--secret-env", "SECRET", ...both, "--optional", "exp", "--optional", "iat"];
    const { code: exit, out, err } = await call(words, { env: { SECRET: secretText, NO_COLOR: "1" } });
    expect([exit, out.split("\n")[0]]).toEqual([0, "good  signature (HS256), issuer, audience"]);
    expect(err).toContain("warning: no exp: the token never expires\n");
  });
});

describe("mintmark verify with a JWK Set", async () => {
  const es256 = await generateKeyPair(ES256, { kid: "es" });
  const rs256 = await generateKeyPair(RS256, { kid: "rs" });
  const [esJwk, rsJwk] = [await exportJwk(es256.publicKey), await exportJwk(rs256.publicKey)];
  const set = (...keys: readonly unknown[]): { stdin: string } => ({ stdin: JSON.stringify({ keys }) });
  const made = (signer: SigningKey): Promise<string> => sign({}, signer, { issuer: "my-api", audience: "web" });
  const local = async (token: string, keys: { stdin: string }, ...words: readonly string[]) =>
    call(["verify", token, "--key", "-", ...both, ...words, "--json"], keys);
  const without = (jwk: Jwk, name: "alg" | "kid" = "alg") => ({ ...jwk, [name]: undefined });

  it("takes the key that the token names, and the algorithms that the keys state", async () => {
    for (const { privateKey } of [es256, rs256]) {
      expect(
        JSON.parse((await local(await made(privateKey), set(esJwk, rsJwk, null, { kty: "oct", k: "AAAA" }))).out),
      ).toMatchObject({ ok: true, key: { kid: privateKey.kid } });
    }
  });

  it("takes no other algorithms than those that were named", async () => {
    const { out } = await local(await made(es256.privateKey), set(esJwk, rsJwk), "--alg", "RS256");
    expect(JSON.parse(out)).toMatchObject({ code: "alg_not_allowed" });
  });

  it("asks for the algorithms where the keys do not state them", async () => {
    const token = await made(rs256.privateKey);
    expect(JSON.parse((await local(token, set(without(rsJwk)))).out)).toMatchObject({
      message: "--alg: expected the algorithms that tokens may use: the keys do not state them",
    });
    expect(JSON.parse((await local(token, set(without(rsJwk)), "--alg", "RS256")).out)).toMatchObject({ ok: true });
  });

  it("says why a key is not used, when no other is there", async () => {
    const { code: exit, err } = await local(
      await made(es256.privateKey),
      set({ ...esJwk, use: "enc", kid: "es\u001b" }, { ...esJwk, x: "AAAA", kid: "odd" }, { ...rsJwk }),
      "--alg",
      "ES256",
    );
    expect(exit).toBe(1);
    expect(err).toMatch(
      /^key 0 \("es\\u001b"\) of the set is not used: .+\nkey 1 \("odd"\) of the set is not used: .+\nkey 2 \("rs"\) of the set is not used: .+\nrefused key_not_found: /,
    );
  });

  it("binds a key that speaks for one issuer to it", async () => {
    expect(
      JSON.parse((await local(await made(es256.privateKey), set({ ...esJwk, issuer: "other" }))).out),
    ).toMatchObject({ code: "key_not_found" });
    expect(
      JSON.parse((await local(await made(es256.privateKey), set({ ...esJwk, issuer: "my-api" }))).out),
    ).toMatchObject({ ok: true });
  });

  it("and a single key is not that of a token which names another", async () => {
    const { code: exit, err } = await call(["verify", await made(es256.privateKey), "--key", "-", ...both], {
      stdin: JSON.stringify({ ...esJwk, kid: "other" }),
    });
    expect(exit).toBe(1);
    expect(err).toMatch(/^refused key_not_found: /);
  });

  it("one key is used with one algorithm", async () => {
    const { err } = await call(["verify", "a.b.c", "--key", "-", "--alg", "ES256", "--alg", "ES384", ...both], {
      stdin: JSON.stringify(esJwk),
    });
    expect(err).toContain("--alg: expected one algorithm for one key");
  });

  describe("found by the issuer's metadata", () => {
    const asked: string[] = [];
    const discovered = async (
      words: (issuer: string) => readonly string[],
      { metadata = {}, keys = [esJwk, rsJwk] }: { metadata?: object; keys?: readonly unknown[] } = {},
    ): Promise<Answer> => {
      const server = createServer((request, response) => {
        asked.push(String(request.url));
        const body =
          request.url === "/.well-known/openid-configuration"
            ? { issuer, jwks_uri: `${issuer}/keys`, ...metadata }
            : { keys };
        response.end(JSON.stringify(body));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      asked.length = 0;
      try {
        const token = await sign({}, es256.privateKey, { issuer, audience: "web" });
        return await call(["verify", token, "--audience", "web", "--json", ...words(issuer)]);
      } finally {
        server.close();
        server.closeAllConnections();
      }
    };

    it("without a key, or with the algorithms named", async () => {
      for (const words of [[], ["--alg", "ES256"], ["--alg", "RS256", "--alg", "ES256"]]) {
        const { code: exit, out } = await discovered((issuer) => ["--issuer", issuer, ...words]);
        expect([exit, JSON.parse(out)]).toMatchObject([0, { ok: true, key: { alg: "ES256", kid: "es" } }]);
        expect(asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
      }
    });

    it("and no other algorithm than those named", async () => {
      const { out } = await discovered((issuer) => ["--issuer", issuer, "--alg", "RS256"]);
      expect(JSON.parse(out)).toMatchObject({ code: "alg_not_allowed" });
    });

    it("unless it names another issuer", async () => {
      const { code: exit, out } = await discovered((issuer) => ["--issuer", issuer], {
        metadata: { issuer: "https://other.example" },
      });
      expect([exit, JSON.parse(out)]).toMatchObject([3, { ok: false, code: "jwks_invalid" }]);
    });

    it("says why a key is not used", async () => {
      const { code: exit, err } = await discovered((issuer) => ["--issuer", issuer], {
        keys: [{ ...esJwk, use: "enc" }],
      });
      expect(exit).toBe(1);
      expect(err).toMatch(/^key 0 \("es"\) of the set is not used: .*\nrefused key_not_found/);
    });

    it("is asked for one issuer, and only without a key", async () => {
      for (const words of [
        (issuer: string) => ["--issuer", issuer, "--issuer", "other"],
        () => ["--any-issuer"],
        () => ["--issuer", "my-api"],
      ]) {
        const { code: exit, out } = await discovered(words);
        expect([exit, JSON.parse(out)]).toMatchObject([2, { code: "wrong_use" }]);
        expect(asked).toEqual([]);
      }
      const { out } = await discovered((issuer) => ["--issuer", issuer, "--secret", "/no/such/file"]);
      expect(JSON.parse(out)).toMatchObject({ code: "not_readable" });
      expect(asked).toEqual([]);
    });

    it.each(["http://issuer.example", "https://user:hunter2@issuer.example/", "https://issuer.example/?hunter2"])(
      "%s is no place for metadata",
      async (issuer) => {
        const { code: exit, err } = await call(["verify", "a.b.c", "--issuer", issuer, "--audience", "web"]);
        expect([exit, err.split("\n")[0]]).toEqual([
          2,
          "error wrong_use: --issuer: expected an https URL without user name and password, query and fragment; http on localhost only",
        ]);
      },
    );
  });

  describe("behind a URL", () => {
    const published: RequestListener = (_, response) => response.end(JSON.stringify({ keys: [esJwk, rsJwk] }));
    const remote = async (listener: RequestListener, words: readonly string[]) => {
      const server = createServer(listener);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      try {
        return await call([
          "verify",
          await made(es256.privateKey),
          "--key",
          `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
          ...both,
          "--json",
          ...words,
        ]);
      } finally {
        server.close();
        server.closeAllConnections();
      }
    };

    it("is fetched", async () => {
      expect(JSON.parse((await remote(published, ["--alg", "ES256"])).out)).toMatchObject({
        ok: true,
        key: { kid: "es" },
      });
    });

    it("does not decide which algorithms tokens may use", async () => {
      expect(JSON.parse((await remote(published, [])).out)).toMatchObject({
        message: "--alg: expected the algorithms that tokens may use: a URL does not decide that",
      });
    });

    it("says why a key of it is not used", async () => {
      const { code: exit, err } = await remote(
        (_, response) => response.end(JSON.stringify({ keys: [rsJwk] })),
        ["--alg", "ES256"],
      );
      expect(exit).toBe(1);
      expect(err).toMatch(/^key 0 \("rs"\) of the set is not used: .*\nrefused key_not_found/);
    });

    it("that fails is the surroundings' fault", async () => {
      for (const listener of [
        (_, response) => response.writeHead(500).end(),
        (_, response) => response.writeHead(302, { location: "/" }).end(),
        (_, response) => response.end("hunter2"),
      ] as RequestListener[]) {
        const { code: exit, out } = await remote(listener, ["--alg", "ES256"]);
        expect(exit).toBe(3);
        expect(JSON.parse(out)).toMatchObject({
          ok: false,
          code: expect.stringMatching(/^jwks_(unavailable|invalid)$/) as string,
        });
        expect(out).not.toContain("hunter2");
      }
    });

    it.each(["http://issuer.example/jwks.json", "https://user:hunter2@issuer.example/", "https://"])(
      "%s is no place for keys",
      async (url) => {
        const { code: exit, err } = await call(["verify", "a.b.c", "--key", url, "--alg", "ES256", ...both]);
        expect([exit, err.split("\n")[0]]).toEqual([
          2,
          "error wrong_use: --key: expected an https URL without user name and password; http on localhost only",
        ]);
      },
    );
  });
});
