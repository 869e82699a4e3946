// Where a token is taken from: one place, which the application names; and what a request without one may do.
import { describe, expect, it } from "vitest";
import { createAuthenticator, JwtError, unchecked } from "../../../src/index.ts";
import { codeOf } from "../jwt/outcome.ts";
import { answer, requestWith, tokenWith, verifierFor } from "./callers.ts";

const token = tokenWith();

describe("header", () => {
  const header = "Cf-Access-Jwt-Assertion";

  it.each([token, `Bearer ${token}`, `bearer  ${token}`])(
    "holds the token, with or without Bearer (%#)",
    async (value) => {
      expect(await answer(requestWith({ [header]: value }), { header })).toBe("200");
    },
  );

  it("replaces Authorization, which is another's then", async () => {
    expect(await answer(requestWith({ authorization: `Bearer ${token}` }), { header })).toBe("401 token_missing");
    const both = requestWith({ authorization: "Bearer x, Bearer y", [header]: token });
    expect(await answer(both, { header })).toBe("200");
    expect(await answer(requestWith({ [header]: token }))).toBe("401 token_missing");
  });

  it.each([
    "Bearer",
    "BEARER ",
    `Basic ${token}`,
    `DPoP ${token}`,
    `${token} x`,
    `${token}, ${token}`,
    `"${token}"`,
    "ü",
  ])("%j: 400", async (value) => {
    const request = {
      ...requestWith({}),
      headers: { get: (name: string) => (name === header.toLowerCase() ? value : null) },
    };
    expect(await answer(request as ReturnType<typeof requestWith>, { header })).toBe("400 request_invalid");
  });

  it("empty: no token came", async () => {
    expect(await answer(requestWith({ [header]: "" }), { header })).toBe("401 token_missing");
  });

  it('"authorization": a bare token', async () => {
    const bare = { header: "authorization" };
    expect(await answer(requestWith({ authorization: token }), bare)).toBe("200");
    expect(await answer(requestWith({ authorization: `Bearer ${token}` }), bare)).toBe("200");
    expect(await answer(requestWith({ authorization: token }))).toBe("401 token_missing");
    expect(await answer(requestWith({ authorization: `${token}, ${token}` }), bare)).toBe("400 request_invalid");
  });

  it("beside a cookie: one token", async () => {
    const options = { header, cookie: "session" };
    expect(await answer(requestWith({ cookie: `session=${token}` }), options)).toBe("200");
    expect(await answer(requestWith({ cookie: `session=${token}`, [header]: token }), options)).toBe(
      "400 request_invalid",
    );
  });

  it.each(["", "a b", "a:b", "é", "cookie", "Cookie", "Sec-WebSocket-Protocol", 5, null, ["a"], {}])(
    "%j is invalid_argument",
    async (name) => {
      expect(await codeOf(() => createAuthenticator(verifierFor(), { header: name as string }))).toBe(
        "invalid_argument",
      );
    },
  );
});

describe("Authorization: DPoP", () => {
  const bound = tokenWith({ cnf: { jkt: "x" } });

  it.each(["DPoP", "dpop", "Bearer"])("%s counts where the application checks the proof itself", async (scheme) => {
    const request = requestWith({ authorization: `${scheme} ${bound}` });
    expect(await answer(request, { cnf: unchecked })).toBe("200");
    expect(await answer(request)).toBe(scheme === "Bearer" ? "401 token_bound" : "401 token_missing");
  });

  it("stands alone, as Bearer does", async () => {
    for (const value of [
      `DPoP ${bound}, Bearer ${token}`,
      `Bearer ${token}, DPoP ${bound}`,
      "DPoP",
      `DPoP  "${bound}"`,
    ])
      expect(await answer(requestWith({ authorization: value }), { cnf: unchecked })).toBe("400 request_invalid");
    expect(await answer(requestWith({ authorization: `DPoPx ${bound}` }), { cnf: unchecked })).toBe(
      "401 token_missing",
    );
    const header = "x-forwarded-authorization";
    expect(await answer(requestWith({ [header]: `DPoP ${bound}` }), { header, cnf: unchecked })).toBe("200");
  });
});

describe("webSocketProtocol", () => {
  const name = "sec-websocket-protocol";

  it.each([
    [`bearer, ${token}`, "bearer"],
    [`chat, bearer,${token}`, "bearer"],
    [`bearer ,\t${token} , chat`, "bearer"],
    [`jwt-${token}`, "jwt-"],
    [`chat, jwt-${token}`, "jwt-"],
    [`access.${token}, chat`, "access."],
  ])("%#: the token of the offered subprotocols", async (offered, webSocketProtocol) => {
    expect(await answer(requestWith({ [name]: offered }), { webSocketProtocol })).toBe("200");
    expect(await answer(requestWith({ [name]: offered }))).toBe("401 token_missing");
  });

  it.each([
    ["", "bearer", "401 token_missing"],
    ["chat", "bearer", "401 token_missing"],
    [token, "bearer", "401 token_missing"],
    [`Bearer, ${token}`, "bearer", "401 token_missing"],
    [`bearer-${token}`, "bearer", "401 token_missing"],
    ["bearer", "bearer", "400 request_invalid"],
    ["bearer,", "bearer", "400 request_invalid"],
    [`bearer, "${token}"`, "bearer", "400 request_invalid"],
    [`bearer, ${token}, bearer, ${token}`, "bearer", "400 request_invalid"],
    ["jwt-", "jwt-", "400 request_invalid"],
    [`jwt-${token}, jwt-${token}`, "jwt-", "400 request_invalid"],
    [`bearer, x${token}`, "bearer", "401 token_malformed"],
  ])("%j, %j: %s", async (offered, webSocketProtocol, expected) => {
    expect((await answer(requestWith({ [name]: offered }), { webSocketProtocol })).slice(0, 3)).toBe(
      expected.slice(0, 3),
    );
  });

  it("is looked at beside the header and the cookie: one token", async () => {
    const options = { webSocketProtocol: "bearer", cookie: "session" };
    const offered = { [name]: `bearer, ${token}` };
    const authorization = `Bearer ${token}`;
    expect(await answer(requestWith({ authorization }), options)).toBe("200");
    expect(await answer(requestWith({ ...offered, authorization }), options)).toBe("400 request_invalid");
    expect(await answer(requestWith({ ...offered, cookie: `session=${token}` }), options)).toBe("400 request_invalid");
    // A cookie on a handshake needs an origin, a token that the page knows does not.
    const upgrade = { upgrade: "websocket", origin: "https://evil.example" };
    expect(await answer(requestWith({ ...upgrade, cookie: `session=${token}` }), options)).toBe("403 origin_mismatch");
    expect(await answer(requestWith({ ...upgrade, ...offered }), options)).toBe("200");
  });

  it("costs time in proportion to the header's length", async () => {
    const start = performance.now();
    for (const part of [" ", "\t", ",", ", ", " ,", "bearer-", "bearer "])
      await answer(requestWith({ [name]: `a${part.repeat(100_000)}b` }), { webSocketProtocol: "bearer" });
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it.each(["", "a b", "a,b", "é", true, null, {}])("%j is invalid_argument", async (value) => {
    expect(await codeOf(() => createAuthenticator(verifierFor(), { webSocketProtocol: value as string }))).toBe(
      "invalid_argument",
    );
  });
});

describe("token", () => {
  it.each([() => token, () => Promise.resolve(token)])(
    "is what the function finds, at once or later (%#)",
    async (find) => {
      expect(await answer(requestWith({}), { token: find })).toBe("200");
    },
  );

  it("is asked of the request, and nothing else is read", async () => {
    const asked: unknown[] = [];
    const request = requestWith({ authorization: `Bearer ${token}` });
    const find = (given: unknown): undefined => {
      asked.push(given);
    };
    expect(await answer(request, { token: find })).toBe("401 token_missing");
    expect(asked).toEqual([request]);
  });

  it.each([undefined, null, ""])("%j: no token came", async (found) => {
    expect(await answer(requestWith({}), { token: () => found })).toBe("401 token_missing");
  });

  it.each<unknown>([`Bearer ${token}`, ` ${token}`, [token], { token }, 5, true, "a b"])(
    "%j came from the request: 400",
    async (found) => {
      expect(await answer(requestWith({}), { token: () => found as string })).toBe("400 request_invalid");
    },
  );

  it("what it throws is thrown, unless it refuses", async () => {
    const failing = (error: Error) => answer(requestWith({}), { token: () => Promise.reject(error) });
    await expect(failing(new RangeError("broken"))).rejects.toThrow("broken");
    expect(await failing(new JwtError("token_malformed", "no"))).toBe("401 token_malformed");
  });

  it.each([
    { token: "abc" },
    { token: null },
    { token: () => token, header: "x" },
    { token: () => token, cookie: "session" },
    { token: () => token, webSocketProtocol: "bearer" },
  ])("%j is invalid_argument", async (options) => {
    expect(await codeOf(() => createAuthenticator(verifierFor(), options as object))).toBe("invalid_argument");
  });
});

describe('anonymous: "allow"', () => {
  const { authenticate } = createAuthenticator(verifierFor(), { anonymous: "allow", cookie: "session" });

  it("lets a request without a token through, without claims", async () => {
    for (const headers of [{}, { authorization: "Basic eDp5" }, { cookie: "other=x" }]) {
      const caller = await authenticate(requestWith(headers));
      expect(caller).toEqual({ ok: true, anonymous: true });
      expect(caller.ok && caller.claims?.sub).toBeUndefined();
    }
  });

  it("checks a token that came as ever", async () => {
    const good = await authenticate(requestWith({ authorization: `Bearer ${token}` }));
    expect(good.ok && [good.claims?.sub, "anonymous" in good]).toEqual(["user_123", false]);
    expect(await authenticate(requestWith({ authorization: "Bearer x" }))).toMatchObject({ status: 401 });
    expect(await authenticate(requestWith({ authorization: "Bearer" }))).toMatchObject({ status: 400 });
    const forged = requestWith({ cookie: `session=${token}`, origin: "https://evil.example" }, { method: "POST" });
    expect(await authenticate(forged)).toMatchObject({ status: 403 });
  });

  it.each([
    { anonymous: true },
    { anonymous: false },
    { anonymous: null },
    { anonymous: "" },
    { anonymous: "allow", scopes: "a" },
  ])("%j is invalid_argument", async (options) => {
    expect(await codeOf(() => createAuthenticator(verifierFor(), options as object))).toBe("invalid_argument");
  });
});
