// Node's requests as Fetch shows them: no header is dropped, whatever stands in for the connection.
import { describe, expect, it } from "vitest";
import { viewOf } from "../../../../src/http/adapters/node.ts";

const origin = "https://api.example";

describe("viewOf", () => {
  it("joins headers of one name as Fetch does, and cookies as RFC 9113 §8.2.3 does", () => {
    const rawHeaders = [
      "Authorization",
      "Bearer a",
      "COOKIE",
      "a=1",
      "authorization",
      "Bearer b",
      "Cookie",
      "b=2",
      "X",
      "",
    ];
    const { headers } = viewOf(
      { headers: { authorization: "Bearer a", cookie: "a=1; b=2", x: "" }, rawHeaders },
      origin,
    );
    expect([headers.get("authorization"), headers.get("cookie"), headers.get("x"), headers.get("y")]).toEqual([
      "Bearer a, Bearer b",
      "a=1; b=2",
      "",
      null,
    ]);
  });

  it("takes no value for a name", () => {
    const { headers } = viewOf(
      { headers: { x: "authorization", "bearer a": "y" }, rawHeaders: ["x", "authorization", "Bearer a", "y"] },
      origin,
    );
    expect([headers.get("authorization"), headers.get("bearer a")]).toEqual([null, "y"]);
  });

  it("without a connection, as on serverless platforms: headers", () => {
    for (const rawHeaders of [[], undefined]) {
      const { headers } = viewOf(
        { headers: { authorization: "Bearer a", cookie: ["a=1", "b=2"], "x-x": undefined }, rawHeaders },
        origin,
      );
      expect([headers.get("authorization"), headers.get("cookie"), headers.get("x-x"), headers.get("y")]).toEqual([
        "Bearer a",
        "a=1; b=2",
        null,
        null,
      ]);
    }
    const list = viewOf({ headers: { authorization: ["Bearer a", "Bearer b"] } }, origin);
    expect(list.headers.get("authorization")).toBe("Bearer a, Bearer b");
  });

  const came = [
    "Authorization",
    "Bearer a",
    "authorization",
    "Bearer b",
    "Cookie",
    "a=1",
    "Cookie",
    "b=2",
    "Host",
    "api.example",
  ];

  it("a header that the application deleted is absent", () => {
    const request = { headers: { cookie: "a=1; b=2", authorization: undefined }, rawHeaders: came };
    expect(viewOf(request, origin).headers.get("authorization")).toBeNull();
    expect(viewOf({ headers: {}, rawHeaders: came }, origin).headers.get("cookie")).toBeNull();
  });

  it("a header that the application replaced is what it wrote, also where several came", () => {
    const headers = { authorization: "Bearer written", cookie: "c=3" };
    const view = viewOf({ headers, rawHeaders: came }, origin);
    expect([view.headers.get("authorization"), view.headers.get("cookie")]).toEqual(["Bearer written", "c=3"]);
    expect(viewOf({ headers, rawHeaders: ["Host", "x"] }, origin).headers.get("authorization")).toBe("Bearer written");
  });

  it("joined already, by joinDuplicateHeaders: two are two", () => {
    const { headers } = viewOf({ headers: { authorization: "Bearer a, Bearer b" }, rawHeaders: came }, origin);
    expect(headers.get("authorization")).toBe("Bearer a, Bearer b");
  });

  it("takes no header from a prototype, and asks in any case of letters", () => {
    const { headers } = viewOf(
      { headers: Object.create({ authorization: "Bearer x" }) as Record<string, string> },
      origin,
    );
    expect(headers.get("authorization")).toBeNull();
    expect(viewOf({ headers: { authorization: "Bearer a" } }, origin).headers.get("Authorization")).toBe("Bearer a");
  });

  it.each<[string, Record<string, string>, string[] | undefined, string]>([
    ["Host", { host: "api.example:3000" }, undefined, "http://api.example:3000"],
    ["an IPv6 Host", { host: "[::1]:3000" }, undefined, "http://[::1]:3000"],
    [":authority", { ":authority": "api.example" }, undefined, "http://api.example"],
    [":authority and the same Host", { ":authority": "a.example", host: "a.example" }, undefined, "http://a.example"],
    [":authority and another Host", { ":authority": "a.example", host: "b.example" }, undefined, ""],
    ["no Host", {}, undefined, ""],
    ["an empty Host", { host: "" }, undefined, ""],
    ["two Hosts", { host: "a.example" }, ["Host", "a.example", "Host", "b.example"], ""],
    ["the same Host twice", { host: "a.example" }, ["Host", "a.example", "Host", "a.example"], ""],
    ["userinfo", { host: "app.example@evil.example" }, undefined, ""],
    ["a path", { host: "app.example/x" }, undefined, ""],
    ["a query", { host: "app.example?x" }, undefined, ""],
    ["a fragment", { host: "app.example#x" }, undefined, ""],
    ["a backslash", { host: "app.example\\x" }, undefined, ""],
    ["white space", { host: "app.example x" }, undefined, ""],
    ["a list", { host: "app.example, evil.example" }, undefined, ""],
    ["a port that is none", { host: "app.example:8o" }, undefined, ""],
  ])("the origin, of %s", (_what, headers, rawHeaders, expected) => {
    expect(viewOf({ headers, rawHeaders }).url).toBe(expected);
    expect(viewOf({ headers, rawHeaders, socket: { encrypted: true } }).url).toBe(expected.replace("http:", "https:"));
    expect(viewOf({ headers, rawHeaders }, origin).url).toBe(origin);
  });

  it("shows the method and the origin", () => {
    expect(viewOf({ method: "POST", headers: {} }, origin)).toMatchObject({ method: "POST", url: origin });
    expect(viewOf({ headers: {} }, origin).method).toBe("");
  });
});
