// A token from a cookie: one of the name, no other token beside it, and only from the application's own pages where it matters.
import { describe, expect, it } from "vitest";
import { createAuthenticator } from "../../../src/index.ts";
import type { AuthenticateOptions } from "../../../src/index.ts";
import { codeOf } from "../jwt/outcome.ts";
import { answer, refusal, requestWith, tokenWith, url, verifierFor } from "./callers.ts";

const token = tokenWith();
const cookie = "__Host-session";
const sent = `${cookie}=${token}`;
type Sent = Record<string, string>;
const send = (
  headers: Sent,
  options: AuthenticateOptions & { readonly method?: string; readonly to?: string } = {},
): Promise<string> => {
  const { method, to, ...rest } = options;
  return answer(requestWith(headers, { ...(method !== undefined && { method }), ...(to !== undefined && { to }) }), {
    cookie,
    ...rest,
  });
};

describe("which cookie", () => {
  it.each([
    sent,
    `a=b; ${sent}`,
    `${sent}; a=b`,
    `a=b;${sent};c=d`,
    `x; ${sent}; =y; ;`,
    ` ${sent} `,
    `${cookie.toLowerCase()}=x; ${sent}`,
    `a${sent}; ${sent}`,
  ])("%j: the one of the name", async (header) => {
    expect(await send({ cookie: header })).toBe("200");
  });

  // The last ones: names that a browser does not take for __Host-, and that trimming would make one.
  it.each([
    "",
    "a=b",
    `a${sent}`,
    `__host-session=${token}`,
    `__Host-sessio=${token}`,
    cookie,
    `${cookie};=${token}`,
    `${cookie}=`,
    `=${sent}`,
    `a=b, ${sent}`,
    `${cookie} =${token}`,
    `\u{a0}${sent}`,
    `a=b;\u{a0}${sent}`,
    `a=b; \u{85}${sent}`,
    `\u{b}${sent}`,
    `\u{c}${sent}`,
    `\u{1f}${sent}`,
  ])("%j: no token came", async (header) => {
    expect(await send({ cookie: header })).toBe("401 token_missing");
  });

  it.each([`${sent}; ${sent}`, `${sent}; a=b; ${cookie}=x`, `${cookie}=; ${sent}`, `${sent};${cookie}=`])(
    "%j: two of the name are request_invalid",
    async (header) => {
      expect(await send({ cookie: header })).toBe("400 request_invalid");
    },
  );

  it.each([
    `${cookie}="${token}"`,
    `${cookie}=Bearer ${token}`,
    `${cookie}=${token}, a=b`,
    `${cookie}=a%2Eb`,
    `${cookie}=é`,
    `${sent}, ${sent}`,
    `${sent}\u{a0}`,
    `${sent} ; a=b`,
    `${cookie}= ${token}`,
  ])("%j: what is no token is request_invalid", async (header) => {
    expect(await send({ cookie: header })).toBe("400 request_invalid");
  });

  it("costs time in proportion to its length", async () => {
    const start = performance.now();
    for (const part of [" ", "\t", ";", "; ", "=", `${cookie} `, `;${" ".repeat(50)}`]) {
      const header = `a=b${part.repeat(100_000)}c`;
      await createAuthenticator(verifierFor(), { cookie }).authenticate({
        method: "GET",
        url,
        headers: { get: (name) => (name === "cookie" ? header : null) },
      });
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it("a cookie and a header are request_invalid, even with the same token", async () => {
    expect(await send({ cookie: sent, authorization: `Bearer ${token}` })).toBe("400 request_invalid");
    expect(await send({ cookie: `${cookie}=`, authorization: `Bearer ${token}` })).toBe("200");
    expect(await send({ cookie: "a=b", authorization: `Bearer ${token}` })).toBe("200");
    expect(await send({ cookie: sent, authorization: "Basic eDp5" })).toBe("200");
  });

  it("a cookie that was not asked for by name is not looked at", async () => {
    expect(await answer(requestWith({ cookie: sent }))).toBe("401 token_missing");
  });

  it("a token in a cookie is verified like any other", async () => {
    expect(await send({ cookie: `${cookie}=${tokenWith({ aud: "other" })}` })).toBe("401 audience_mismatch");
    expect(await send({ cookie: `${cookie}=${tokenWith({ cnf: {} })}` })).toBe("401 token_bound");
    expect(await send({ cookie: sent }, { scopes: "a" })).toBe("403 scope_missing");
  });
});

describe("which requests may carry it", () => {
  it.each(["GET", "HEAD", "OPTIONS"])("%s does no harm: no question asked", async (method) => {
    expect(
      await send({ cookie: sent, "sec-fetch-site": "cross-site", origin: "https://evil.example" }, { method }),
    ).toBe("200");
  });

  const unsafe = ["POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE", "get", "QUERY", "", "GET "];
  it.each(unsafe)("%j from nobody knows where is origin_mismatch", async (method) => {
    expect(await send({ cookie: sent }, { method })).toBe("403 origin_mismatch");
  });
  it.each(unsafe)("%j from the application's own page is good", async (method) => {
    expect(await send({ cookie: sent, "sec-fetch-site": "same-origin" }, { method })).toBe("200");
    expect(await send({ cookie: sent, origin: "https://api.example" }, { method })).toBe("200");
  });

  it.each<[Sent, boolean]>([
    [{ "sec-fetch-site": "same-site" }, false],
    [{ "sec-fetch-site": "cross-site" }, false],
    [{ "sec-fetch-site": "none" }, false],
    [{ "sec-fetch-site": "Same-Origin" }, false],
    [{ "sec-fetch-site": "same-origin, cross-site" }, false],
    [{ "sec-fetch-site": "" }, false],
    [{ origin: "https://evil.example" }, false],
    [{ origin: "http://api.example" }, false],
    [{ origin: "https://api.example:8443" }, false],
    [{ origin: "https://api.example." }, false],
    [{ origin: "https://API.example" }, false],
    [{ origin: "https://api.example/" }, false],
    [{ origin: "https://api.example.evil.example" }, false],
    [{ origin: "https://api.example, https://evil.example" }, false],
    [{ origin: "null" }, false],
    [{ origin: "" }, false],
    [{ referer: url }, false],
    [{ host: "api.example" }, false],
    [{ "x-requested-with": "XMLHttpRequest" }, false],
    [{ "sec-fetch-site": "cross-site", origin: "https://evil.example" }, false],
    [{ "sec-fetch-site": "same-origin", origin: "https://evil.example" }, true],
    [{ "sec-fetch-site": "same-site", origin: "https://api.example" }, true],
  ])("POST with %j: %s", async (headers, good) => {
    expect(await send({ cookie: sent, ...headers }, { method: "POST" })).toBe(good ? "200" : "403 origin_mismatch");
  });

  it("a GET that opens a WebSocket: no browser keeps those to their origin", async () => {
    for (const upgrade of ["websocket", "WebSocket", "h2c, websocket"]) {
      expect(await send({ cookie: sent, upgrade })).toBe("403 origin_mismatch");
      expect(await send({ cookie: sent, upgrade, origin: "https://evil.example" })).toBe("403 origin_mismatch");
      expect(await send({ cookie: sent, upgrade, origin: "https://api.example" })).toBe("200");
    }
    expect(await send({ cookie: sent, upgrade: "h2c" })).toBe("200");
  });

  it("the origin is that of the request, without its default port", async () => {
    expect(
      await send(
        { cookie: sent, origin: "https://api.example" },
        { method: "POST", to: "https://api.example:443/x?y#z" },
      ),
    ).toBe("200");
    expect(
      await send(
        { cookie: sent, origin: "https://api.example:8443" },
        { method: "POST", to: "https://api.example:8443/" },
      ),
    ).toBe("200");
    expect(await send({ cookie: sent, origin: "null" }, { method: "POST", to: "https:" })).toBe("400 request_invalid");
    expect(
      await answer(requestWith({ cookie: `session=${token}`, origin: "null" }, { method: "POST", to: "not a URL" }), {
        cookie: "session",
      }),
    ).toBe("403 origin_mismatch");
    expect(
      await answer(
        requestWith({ cookie: `session=${token}`, origin: "null" }, { method: "POST", to: "data:text/plain,x" }),
        { cookie: "session" },
      ),
    ).toBe("403 origin_mismatch");
  });

  it("origins in writing replace the request's own", async () => {
    const origins = ["https://app.example", "https://admin.example"];
    expect(
      await send(
        { cookie: sent, origin: "https://app.example", "sec-fetch-site": "same-site" },
        { method: "POST", origins },
      ),
    ).toBe("200");
    expect(await send({ cookie: sent, origin: "https://admin.example" }, { method: "POST", origins })).toBe("200");
    expect(await send({ cookie: sent, origin: "https://api.example" }, { method: "POST", origins })).toBe(
      "403 origin_mismatch",
    );
    expect(
      await send({ cookie: sent, "sec-fetch-site": "same-origin" }, { method: "POST", origins: "https://app.example" }),
    ).toBe("200");
  });

  it("a token in the header needs none of this: browsers do not send it on their own", async () => {
    expect(
      await send(
        { authorization: `Bearer ${token}`, origin: "https://evil.example", "sec-fetch-site": "cross-site" },
        { method: "POST" },
      ),
    ).toBe("200");
  });

  it("the origin is looked at before the token is", async () => {
    let asked = 0;
    const denylist = {
      has: () => {
        asked++;
        return false;
      },
    };
    expect(await answer(requestWith({ cookie: sent }, { method: "POST" }), { cookie }, { denylist })).toBe(
      "403 origin_mismatch",
    );
    expect(asked).toBe(0);
  });

  it("tells nobody how to try again: 403 without a challenge", async () => {
    const { status, headers, error } = await refusal(requestWith({ cookie: sent }, { method: "POST" }), {
      cookie,
      describe: true,
    });
    expect([status, [...headers], error.message]).toEqual([
      403,
      [],
      'Origin: expected "https://api.example", found none: clients that are not browsers have to send one',
    ]);
  });

  it.each<[string, string, object, string]>([
    [
      "another origin",
      "http://localhost:5173",
      {},
      '"https://api.example", found "http://localhost:5173": if it is yours, list it in the option origins',
    ],
    [
      "the own one, where others are listed",
      "https://api.example",
      { origins: ["https://a.example", "https://b.example"] },
      '"https://a.example or https://b.example", found "https://api.example": if it is yours, list it in the option origins',
    ],
    ["an opaque one, which cannot be listed", "null", {}, '"https://api.example", found "null"'],
    ["none", "", {}, '"https://api.example", found none: clients that are not browsers have to send one'],
    [
      "one that is long, and would drive a terminal",
      `\u009b31m${"x".repeat(100)}`,
      {},
      `"https://api.example", found "\\u{9b}31m${"x".repeat(44)}…": if it is yours, list it in the option origins`,
    ],
  ])("says which origin came, and which was expected: %s", async (_what, origin, options, said) => {
    const { error } = await refusal(requestWith({ cookie: sent, origin }, { method: "POST" }), { cookie, ...options });
    expect(error.message).toBe(`Origin: expected ${said}`);
  });

  it("says what it can where the request does not say which origin it was sent to", async () => {
    const { error } = await refusal(
      requestWith({ cookie: "session=x", origin: "https://a.example" }, { method: "POST", to: "" }),
      { cookie: "session" },
    );
    expect(error).toMatchObject({
      code: "origin_mismatch",
      message: 'Origin: expected "", found "https://a.example": if it is yours, list it in the option origins',
    });
  });

  it("refuses where headers.get returns undefined for a header that is absent", async () => {
    const headers = { get: (name: string) => (name === "cookie" ? sent : undefined) };
    const request = { method: "POST", url, headers } as unknown as ReturnType<typeof requestWith>;
    expect(await answer(request, { cookie })).toBe("403 origin_mismatch");
  });
});

describe("names that need https", () => {
  it.each(["__Host-session", "__Secure-session", "__host-session", "__SECURE-x"])(
    "%s over http is request_invalid",
    async (name) => {
      const header = { cookie: `${name}=${token}`, origin: "http://api.example" };
      for (const method of ["GET", "POST"])
        expect(await answer(requestWith(header, { method, to: "http://api.example/" }), { cookie: name })).toBe(
          "400 request_invalid",
        );
      expect(await answer(requestWith(header), { cookie: name })).toBe("200");
    },
  );

  it("the refusal names the cookie, and says what to do behind a proxy", async () => {
    const { error } = await refusal(requestWith({ cookie: sent }, { to: "http://api.example/" }), { cookie });
    expect(error.message).toBe(
      "the request came over http, which the cookie __Host-session does not allow: " +
        "behind a proxy that ends TLS, name the https origin in the option origins",
    );
  });

  it.each([
    "http://localhost:3000/",
    "http://app.localhost/",
    "http://127.0.0.1:3000/",
    "http://127.1.2.3/",
    "http://[::1]:3000/",
  ])("%s is loopback, where browsers take them too", async (to) => {
    expect(await send({ cookie: sent }, { to })).toBe("200");
  });

  it.each([
    "http://localhost.example/",
    "http://127.0.0.1.example/",
    "http://xlocalhost/",
    "http://10.0.0.1/",
    "http://[::2]/",
    "ws://localhost/",
  ])("%s is not", async (to) => {
    expect(await send({ cookie: sent }, { to })).toBe("400 request_invalid");
  });

  const app = ["capacitor://localhost", "tauri://localhost", "chrome-extension://abcdefghijklmnopabcdefghijklmnop"];

  it.each(app)("%s: the pages of an application, by name", async (origin) => {
    const post = { method: "POST", origins: ["https://app.example", origin] };
    expect(await send({ cookie: sent, origin }, post)).toBe("200");
    expect(await send({ cookie: sent, origin: `${origin}x` }, post)).toBe("403 origin_mismatch");
    expect(await send({ cookie: sent, origin: "null" }, post)).toBe("403 origin_mismatch");
    expect(await send({ cookie: sent, origin }, { method: "POST" })).toBe("403 origin_mismatch");
  });

  it("an application's origin does not say that its requests came over https", async () => {
    const to = "http://10.0.0.7:3000/";
    expect(await send({ cookie: sent }, { to, origins: app })).toBe("400 request_invalid");
    expect(await send({ cookie: sent }, { to, origins: [...app, "https://api.example"] })).toBe("200");
    expect(await send({ cookie: sent }, { origins: app })).toBe("200");
  });

  it("behind a proxy that speaks https, origins says so", async () => {
    expect(await send({ cookie: sent }, { to: "http://10.0.0.7:3000/", origins: "https://api.example" })).toBe("200");
    expect(
      await send(
        { cookie: sent, origin: "https://api.example" },
        { to: "http://10.0.0.7:3000/", method: "POST", origins: "https://api.example" },
      ),
    ).toBe("200");
    expect(
      await codeOf(() =>
        createAuthenticator(verifierFor(), { cookie, origins: ["https://api.example", "http://api.example"] }),
      ),
    ).toBe("invalid_argument");
    expect(await codeOf(() => createAuthenticator(verifierFor(), { cookie, origins: ["http://localhost:3000"] }))).toBe(
      "accepted",
    );
    expect(
      await codeOf(() => createAuthenticator(verifierFor(), { cookie: "session", origins: ["http://api.example"] })),
    ).toBe("accepted");
  });

  it("other names do not", async () => {
    expect(
      await answer(requestWith({ cookie: `session=${token}` }, { to: "http://api.example/" }), { cookie: "session" }),
    ).toBe("200");
  });
});

describe("the options", () => {
  it.each(["", "a b", "a=b", "a;b", "a,b", 'a"b', "é", "a\r\nb", "a/b", 5, null, ["a"], {}])(
    "cookie: %j is invalid_argument",
    async (name) => {
      expect(await codeOf(() => createAuthenticator(verifierFor(), { cookie: name as string }))).toBe(
        "invalid_argument",
      );
    },
  );

  it.each([
    "",
    [],
    [""],
    "api.example",
    "https://api.example/",
    "https://api.example/x",
    "https://api.example:443",
    "HTTPS://api.example",
    "*",
    "null",
    "https://*.example",
    "data:x",
    "file://",
    "file://x",
    "data://x",
    "blob://x",
    "javascript://x",
    "null://x",
    "capacitor://",
    "capacitor:localhost",
    "capacitor://localhost/",
    "capacitor://user@localhost",
    "capacitor://*",
    "Capacitor://localhost",
    "chrome-extension://a b",
    5,
    null,
    undefined,
    [undefined],
    {},
  ])("origins: %j is invalid_argument", async (origins) => {
    expect(await codeOf(() => createAuthenticator(verifierFor(), { cookie, origins: origins as string }))).toBe(
      "invalid_argument",
    );
  });

  it("origins without a cookie is invalid_argument: nothing would ask for it", async () => {
    expect(await codeOf(() => createAuthenticator(verifierFor(), { origins: "https://api.example" }))).toBe(
      "invalid_argument",
    );
    expect(
      await codeOf(() => createAuthenticator(verifierFor(), { cookie: undefined, origins: "https://api.example" })),
    ).toBe("invalid_argument");
  });
});
