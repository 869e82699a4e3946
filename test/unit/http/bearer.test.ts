// RFC 6750 §2.1 and RFC 9110 §11.6.2: what an Authorization header has to be.
import { describe, expect, it } from "vitest";
import { compileHeader, isTokenText, readHeader, type RequestView } from "../../../src/http/bearer.ts";
import { codeOfError } from "../jwt/outcome.ts";
import { answer, bearing, requestWith, tokenWith, url } from "./callers.ts";

const readAuthorization = (request: RequestView): string | undefined =>
  readHeader(request, compileHeader(undefined, false));

const read = (...values: readonly string[]): string => {
  try {
    return (
      readHeader(
        requestWith(values.map((value): [string, string] => ["authorization", value])),
        compileHeader(undefined, false),
      ) ?? "none"
    );
  } catch (error) {
    return (error as { code?: string }).code ?? codeOfError(error);
  }
};

describe("the Authorization header", () => {
  it.each(["Bearer", "bearer", "BEARER", "bEaReR"])("%s is Bearer: a scheme has no case", (scheme) => {
    expect(read(`${scheme} a.b.c`)).toBe("a.b.c");
  });

  it("has one space or several before the token", () => {
    expect(read("Bearer     a.b.c")).toBe("a.b.c");
  });

  it("takes every character of a b64token", () => {
    const token = "ABYZabyz0189-._~+/==";
    expect(read(`Bearer ${token}`)).toBe(token);
  });

  it.each([
    "Bearer",
    "Bearer ",
    "Bearer  ",
    "Bearer\ta.b.c",
    "Bearer a.b.c d",
    "Bearer a.b.c, ",
    "Bearer a b",
    'Bearer "a.b.c"',
    "Bearer token=a.b.c",
    "Bearer a=b",
    "Bearer =",
    "Bearer a.b.c;",
    "Bearer a,b",
    "Bearer Bearer a.b.c",
    "Bearer é",
    "Bearer a\u{a0}b",
    "Bearer, Bearer a.b.c",
    ",Bearer a.b.c",
    ", Bearer a.b.c",
  ])("%j is request_invalid", (header) => {
    expect(read(header)).toBe("request_invalid");
  });

  it.each([
    "Basic dXNlcjpwYXNz",
    "DPoP a.b.c",
    'Digest realm="a, b", nonce="x"',
    "Negotiate",
    "BearerX a.b.c",
    "Bearers a.b.c",
    "XBearer a.b.c",
    "Token Bearer",
    "a.b.c",
    "",
    "Bearer: a.b.c",
    "Basic bearer",
  ])("%j is another scheme: no token came", (header) => {
    expect(read(header)).toBe("none");
  });

  it("is there once: Fetch joins two with a comma", () => {
    const twice = [
      ["Bearer a", "Bearer b"],
      ["Bearer a", "Bearer a"],
      ["Basic a", "Bearer b"],
      ["Bearer a", "Basic b"],
      ["bearer a", "BEARER b"],
      ["DPoP a", "Bearer b"],
      ['Digest realm="x"', "Bearer b"],
      ["", "Bearer b"],
      ["Bearer a", ""],
      ["Basic a", "Bearer"],
    ];
    for (const headers of twice) expect(read(...headers), headers.join(" + ")).toBe("request_invalid");
    expect(read("Basic a", "Digest b")).toBe("none");
  });

  it("may be absent", () => {
    expect(readAuthorization(requestWith({}))).toBeUndefined();
  });

  it("costs time in proportion to its length", () => {
    const hostile = [" ", "\t", ",", ", ", "bearer ", ",bearer", "=", "Bearer ,"].map(
      (part) => `Bearer ${part.repeat(200_000)}\u{b5}`,
    );
    const start = performance.now();
    for (const header of hostile) {
      expect(() => readAuthorization({ method: "GET", url, headers: { get: () => header } })).toThrow();
      isTokenText(header);
    }
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe("elsewhere in a request", () => {
  it.each(["access_token", "token", "jwt", "authorization", "bearer"])("?%s= is not looked at", async (name) => {
    expect(await answer(requestWith({}, { to: `${url}?${name}=${tokenWith()}` }))).toBe("401 token_missing");
  });

  it.each(["cookie", "proxy-authorization", "x-authorization", "x-access-token", "www-authenticate"])(
    "the header %s is not looked at",
    async (name) => {
      const token = tokenWith();
      expect(
        await answer(
          requestWith({ [name]: name === "cookie" ? `authorization=${token}; token=${token}` : `Bearer ${token}` }),
        ),
      ).toBe("401 token_missing");
    },
  );

  it("a token in the header is taken, whatever stands in the query", async () => {
    expect(await answer({ ...bearing(tokenWith()), url: `${url}?access_token=x` })).toBe("200");
  });
});
