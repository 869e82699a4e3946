// Node's requests as Fetch shows them: no header is dropped, whatever stands in for the connection.
import { describe, expect, it } from "vitest";
import { viewOf } from "../../../src/http/adapters/node.ts";

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
    const { headers } = viewOf({ headers: { authorization: "Bearer a", cookie: "a=1; b=2" }, rawHeaders }, origin);
    expect([headers.get("authorization"), headers.get("cookie"), headers.get("x"), headers.get("y")]).toEqual([
      "Bearer a, Bearer b",
      "a=1; b=2",
      "",
      null,
    ]);
  });

  it("takes no value for a name", () => {
    const { headers } = viewOf({ headers: {}, rawHeaders: ["x", "authorization", "Bearer a", "y"] }, origin);
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

  it("with a connection, what came over it: not what someone wrote into headers", () => {
    const { headers } = viewOf(
      { headers: { authorization: "Bearer written" }, rawHeaders: ["Host", "api.example"] },
      origin,
    );
    expect(headers.get("authorization")).toBeNull();
  });

  it("shows the method and the origin", () => {
    expect(viewOf({ method: "POST", headers: {} }, origin)).toMatchObject({ method: "POST", url: origin });
    expect(viewOf({ headers: {} }, origin).method).toBe("");
  });
});
