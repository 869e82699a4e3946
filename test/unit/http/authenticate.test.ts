// From a request to a verified caller: what is answered to which failure, and what may not be used up on the way.
import { describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  authenticate,
  createAuthenticator,
  createVerifierForIssuers,
  isJwtError,
  isUnavailableError,
  RequestError,
  unchecked,
} from "../../../src/index.ts";
import type {
  Authentication,
  AuthenticateOptions,
  JwtError,
  ReplayStore,
  RequestErrorCode,
  UnavailableError,
  Verified,
  Verifier,
} from "../../../src/index.ts";
import { expected, forge, goodClaims, issuer, key, second, stranger, without } from "../jwt/forge.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { answer, ask, bearing, refusal, requestWith, tokenWith, url, verifierFor } from "./callers.ts";

const oneUse = (): { replay: ReplayStore; used: Set<string> } => {
  const used = new Set<string>();
  return { used, replay: { add: (one) => used.size < used.add(one).size } };
};
const cookie = "__Host-session";

describe("a request without a token", () => {
  const expectedHeader = "Authorization: expected one header with Bearer and a token, found";
  const nothing = "the request has no access token";
  const secret = tokenWith();

  it.each<[string, Record<string, string>, AuthenticateOptions, string]>([
    ["no header", {}, {}, nothing],
    ["an empty one", { authorization: "" }, {}, nothing],
    ["a token without a scheme", { authorization: secret }, {}, `${expectedHeader} no scheme`],
    ["Basic", { authorization: "Basic dTpw" }, {}, `${expectedHeader} another scheme`],
    ["JWT", { authorization: `JWT ${secret}` }, {}, `${expectedHeader} another scheme`],
    ["another header", { authorization: `JWT ${secret}` }, { header: "x-token" }, nothing],
    ["a cookie is expected", { authorization: "Basic dTpw" }, { cookie }, nothing],
    ["a subprotocol is expected", { authorization: "Basic dTpw" }, { webSocketProtocol: "bearer" }, nothing],
    ["the application reads it", { authorization: "Basic dTpw" }, { token: () => undefined }, nothing],
    [
      "DPoP is accepted too",
      { authorization: secret },
      { cnf: unchecked },
      "Authorization: expected one header with Bearer or DPoP and a token, found no scheme",
    ],
  ])("the message says what the header has, and not its value: %s", async (_what, headers, options, said) => {
    expect((await refusal(requestWith(headers), options)).error).toMatchObject({
      code: "token_missing",
      message: said,
    });
  });
});

describe("authenticate", () => {
  it("gives all that verify gives", async () => {
    const result = await authenticate(
      new Request(url, { headers: { authorization: `Bearer ${tokenWith({ role: "admin" })}` } }),
      verifierFor(),
    );
    expect(result).toMatchObject({
      ok: true,
      claims: { ...goodClaims, role: "admin" },
      payload: { role: "admin" },
      header: { alg: "HS256" },
      key: { alg: "HS256" },
    });
  });

  it("works with a verifier for several issuers, and with a schema, whose output it gives", async () => {
    expect((await authenticate(bearing(tokenWith()), createVerifierForIssuers([{ ...expected, keys: key }]))).ok).toBe(
      true,
    );
    const schema = { "~standard": { version: 1 as const, vendor: "test", validate: () => ({ value: { user: 5 } }) } };
    expect(await ask(bearing(tokenWith({ scope: "a" })), { scopes: "a" }, { schema })).toMatchObject({
      ok: true,
      claims: { user: 5 },
      payload: goodClaims,
    });
  });

  it.each<[string, string, object]>([
    ["401 expired", tokenWith({ exp: second - 60 }), {}],
    ["401 audience_mismatch", tokenWith({ aud: "other" }), {}],
    ["401 issuer_mismatch", tokenWith({ iss: "other" }), {}],
    ["401 claim_missing", forge(without("exp")), {}],
    ["401 alg_not_allowed", forge(goodClaims, { alg: "none" }), {}],
    ["401 token_malformed", "abc", {}],
    ["401 token_too_large", "a".repeat(17_000), {}],
    ["401 signature_invalid", `${tokenWith().slice(0, -4)}AAAA`, {}],
    ["401 revoked", tokenWith(), { denylist: { has: () => true } }],
    ["401 replayed", tokenWith(), { replay: { add: () => false } }],
    [
      "401 schema_mismatch",
      tokenWith(),
      { schema: { "~standard": { version: 1, vendor: "x", validate: () => ({ issues: [] }) } } },
    ],
    ["503 store_unavailable", tokenWith(), { denylist: { has: () => "yes" } }],
    ["503 store_unavailable", tokenWith(), { replay: { add: () => Promise.reject(new Error("ECONNREFUSED")) } }],
  ])("%s", async (status, token, more) => {
    expect(await answer(bearing(token), {}, more)).toBe(status);
  });

  it("a failing key is 503, never 401", async () => {
    const down = { alg: "HS256", verify: () => Promise.reject(new Error("KMS down")) };
    const source = { algorithms: ["HS256"], select: () => Promise.reject(new Error("JWKS down")) };
    for (const keys of [down, source]) {
      const verifier = createVerifierForIssuers([{ ...expected, keys }]);
      expect(await authenticate(bearing(tokenWith()), verifier)).toMatchObject({
        ok: false,
        status: 503,
        error: { code: "key_unavailable" },
      });
    }
  });

  it("every error that verify can throw keeps its code, its claims and its class", async () => {
    const { error } = await refusal(bearing(tokenWith({ exp: second - 60 })));
    expect(isJwtError(error) && error.claims).toMatchObject({ sub: "user_123" });
    const unavailable = await refusal(bearing(tokenWith()), {}, { denylist: { has: () => 1 } });
    expect(isUnavailableError(unavailable.error)).toBe(true);
  });

  it("the caller's mistakes are thrown: they are nobody's 401", async () => {
    expect(await codeOf(() => ask(bearing(tokenWith()), {}, { now: () => new Date(NaN) }))).toBe("invalid_argument");
    const wrong: readonly unknown[] = [
      undefined,
      null,
      {},
      { headers: {} },
      { headers: { authorization: `Bearer ${tokenWith()}` } },
      url,
    ];
    for (const request of wrong)
      expect(await codeOf(() => authenticate(request as Request, verifierFor()))).toBe("invalid_argument");
    for (const verifier of [undefined, null, {}, { verify: 1 }, () => true])
      expect(await codeOf(() => authenticate(bearing(""), verifier as unknown as Verifier))).toBe("invalid_argument");
    const broken = { verify: () => Promise.reject(new Error("a bug")) };
    expect(await errorOf(() => authenticate(bearing(tokenWith()), broken))).toMatchObject({ message: "a bug" });
  });

  it.each([null, [], "x", 5, { scope: "a" }, { audience: "x" }, { requiredScopes: [] }, { realms: "x" }])(
    "options: %j is invalid_argument",
    async (options) => {
      expect(
        await codeOf(() => authenticate(bearing(tokenWith()), verifierFor(), options as AuthenticateOptions)),
      ).toBe("invalid_argument");
      expect(await codeOf(() => createAuthenticator(verifierFor(), options as AuthenticateOptions))).toBe(
        "invalid_argument",
      );
    },
  );

  it("changing the options or the origins later changes nothing", async () => {
    const options = { scopes: ["a"], cookie, origins: ["https://api.example"] };
    const authenticator = createAuthenticator(verifierFor(), options);
    options.scopes.length = 0;
    options.origins.push("https://evil.example");
    expect(await authenticator.authenticate(bearing(tokenWith()))).toMatchObject({ status: 403 });
    expect(
      await authenticator.authenticate(
        requestWith({ cookie: `${cookie}=${tokenWith()}`, origin: "https://evil.example" }, { method: "POST" }),
      ),
    ).toMatchObject({ error: { code: "origin_mismatch" } });
  });

  it("a scope from the prototype of the options is a check all the same", async () => {
    expect(await answer(bearing(tokenWith()), Object.create({ scopes: "a" }) as AuthenticateOptions)).toBe(
      "403 scope_missing",
    );
  });
});

describe("scopes", () => {
  it.each<[object, string]>([
    [{ scope: "orders:read orders:write" }, "200"],
    [{ scp: ["orders:read", "orders:write"] }, "200"],
    [{ scope: "orders:read" }, "403 scope_missing"],
    [{}, "403 scope_missing"],
  ])("%j: %s", async (claims, status) => {
    expect(await answer(bearing(tokenWith(claims)), { scopes: ["orders:read", "orders:write"] })).toBe(status);
  });

  it("say which is missing, and whose token it was, to the application alone", async () => {
    const { error } = await refusal(bearing(tokenWith()), { scopes: "orders:read" });
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ name: "RequestError", message: "scope orders:read is missing", claims: goodClaims });
    expect(JSON.stringify(error)).not.toContain("user_123");
    expect(Object.keys(error)).not.toContain("claims");
    expect((await refusal(requestWith({}))).error).not.toHaveProperty("claims");
  });
});

describe("cnf: a token that is bound to a key", () => {
  it.each([{ jkt: "x" }, { "x5t#S256": "x" }, {}, null, "", 0, false])("%j is refused as Bearer", async (cnf) => {
    expect(await answer(bearing(tokenWith({ cnf })))).toBe("401 token_bound");
    expect(await answer(bearing(tokenWith({ cnf })), { cnf: unchecked })).toBe("200");
  });

  it.each([true, false, null, "unchecked", Symbol("mintmark.unchecked"), "", 0, []])(
    "is waived by `unchecked` alone, not by %s",
    async (cnf) => {
      expect(await codeOf(() => createAuthenticator(verifierFor(), { cnf: cnf as typeof unchecked }))).toBe(
        "invalid_argument",
      );
    },
  );

  it("a cnf on the prototype of everything is nobody's claim", async () => {
    Object.defineProperty(Object.prototype, "cnf", { value: {}, configurable: true });
    try {
      // Caught where options are read: an option that every object has was not given by the caller.
      expect(await codeOf(() => ask(bearing(tokenWith())))).toBe("invalid_argument");
    } finally {
      Reflect.deleteProperty(Object.prototype, "cnf");
    }
  });
});

describe("a token that is good once", () => {
  it("is used up by the request that it lets through", async () => {
    const { replay } = oneUse();
    expect(await answer(bearing(tokenWith()), {}, { replay })).toBe("200");
    expect(await answer(bearing(tokenWith()), {}, { replay })).toBe("401 replayed");
  });

  it("is not used up by a missing scope, a cnf, or a request from another origin", async () => {
    const { replay, used } = oneUse();
    expect(await answer(bearing(tokenWith({ scope: "a" })), { scopes: "b" }, { replay })).toBe("403 scope_missing");
    expect(await answer(bearing(tokenWith({ cnf: {} })), {}, { replay })).toBe("401 token_bound");
    expect(
      await answer(requestWith({ cookie: `${cookie}=${tokenWith()}` }, { method: "POST" }), { cookie }, { replay }),
    ).toBe("403 origin_mismatch");
    expect(used.size).toBe(0);
    expect(await answer(bearing(tokenWith({ scope: "a" })), { scopes: "a" }, { replay })).toBe("200");
    expect(used.size).toBe(1);
  });

  it("of 100 requests at once, lets one through", async () => {
    const { replay } = oneUse();
    const authenticator = createAuthenticator(verifierFor({ replay }));
    const results = await Promise.all(
      Array.from({ length: 100 }, () => authenticator.authenticate(bearing(tokenWith()))),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it("a verifier that knows nothing of beforeReplay is checked all the same, afterwards", async () => {
    const { verify } = verifierFor();
    const wrapper = { verify: vi.fn((token: string) => verify(token)) };
    expect(await authenticate(bearing(tokenWith()), wrapper, { scopes: "a" })).toMatchObject({ status: 403 });
    expect(await authenticate(bearing(tokenWith({ cnf: {} })), wrapper)).toMatchObject({
      status: 401,
      error: { code: "token_bound" },
    });
    expect(await authenticate(bearing(tokenWith({ scope: "a" })), wrapper, { scopes: "a" })).toMatchObject({
      ok: true,
    });
    expect(wrapper.verify).toHaveBeenCalledTimes(3);
  });

  it("order: what is wrong with the token comes before what is missing in it", async () => {
    const scopes = "a";
    expect(await answer(bearing(tokenWith({ exp: second - 60 })), { scopes })).toBe("401 expired");
    expect(await answer(bearing(tokenWith()), { scopes }, { denylist: { has: () => true } })).toBe("401 revoked");
    expect(
      await authenticate(bearing(tokenWith()), createVerifierForIssuers([{ ...expected, issuer, keys: stranger }]), {
        scopes,
      }),
    ).toMatchObject({ status: 401, error: { code: "signature_invalid" } });
  });
});

it("the types tell a caller from a refusal", () => {
  expectTypeOf<Authentication<{ user: number }>>().toExtend<{ ok: boolean }>();
  const use = (result: Authentication<{ user: number }>): void => {
    if (result.ok) expectTypeOf(result).toExtend<Verified<{ user: number }>>();
    else {
      expectTypeOf(result.status).toEqualTypeOf<400 | 401 | 403 | 503>();
      expectTypeOf(result.error).toEqualTypeOf<JwtError | UnavailableError | RequestError>();
      expectTypeOf(result).toExtend<ResponseInit>();
      if (result.error instanceof RequestError) expectTypeOf(result.error.code).toEqualTypeOf<RequestErrorCode>();
    }
  };
  expectTypeOf(use).toBeFunction();
  const verifier = verifierFor() as unknown as Verifier<{ user: number }>;
  expectTypeOf(createAuthenticator(verifier).authenticate).returns.resolves.toEqualTypeOf<
    Authentication<{ user: number }>
  >();
  expectTypeOf(authenticate<{ user: number }>)
    .parameter(0)
    .toExtend<Pick<Request, "method" | "url">>();
});
