// Which claims grant a scope (RFC 8693 §4.2; a list as IdentityServer writes it, and Okta in scp; scp as a string as Microsoft does).
import { describe, expect, it } from "vitest";
import type { JwtClaims } from "../../../src/index.ts";
import { checkScopes, missingScopes } from "../../../src/http/scope.ts";

const grants = (claims: object, ...wanted: readonly string[]): boolean =>
  missingScopes(claims as JwtClaims, wanted).length === 0;

describe("missingScopes", () => {
  it.each<[object, boolean]>([
    [{ scope: "a b" }, true],
    [{ scope: "b a c" }, true],
    [{ scope: "a  b" }, true],
    [{ scp: ["a", "b"] }, true],
    [{ scp: "a b" }, true],
    [{ scope: "a" }, false],
    [{ scope: "ab" }, false],
    [{ scope: "a,b" }, false],
    [{ scope: "a\tb" }, false],
    [{ scope: "A B" }, false],
    [{ scope: "aa bb" }, false],
    [{ scope: "" }, false],
    [{ scp: [] }, false],
    [{ scp: ["a b"] }, false],
    [{ scp: ["a", ["b"]] }, false],
    [{ scp: { a: true, b: true } }, false],
    [{ scope: ["a", "b"] }, true],
    [{ scope: ["a b"] }, false],
    [{ scope: ["a"], scp: ["b"] }, false],
    [{ scope: [], scp: ["a", "b"] }, false],
    [{ scope: { a: true }, scp: ["a", "b"] }, false],
    [{ scope: null, scp: "a b" }, false],
    [{ scope: null, scp: ["a", "b"] }, false],
    [{ scope: "a", scp: ["b"] }, false],
    [{ scope: "", scp: ["a", "b"] }, false],
    [{ scope: "", scp: "a b" }, false],
    [{ scopes: "a b" }, false],
    [{ permissions: ["a", "b"] }, false],
    [{}, false],
    [Object.create({ scope: "a b" }) as object, false],
  ])("%j grants a and b: %s", (claims, granted) => {
    expect(grants(claims, "a", "b")).toBe(granted);
  });

  it("names all that are missing", () => {
    expect(missingScopes({ scope: "a" }, ["a", "b", "c"])).toEqual(["b", "c"]);
  });

  it("none asked for: none is missing", () => {
    expect(grants({})).toBe(true);
  });

  it("a scope is no pattern and no member of every object", () => {
    for (const wanted of ["*", ".*", "orders:*", "toString", "length", "0", "constructor"])
      expect(grants({ scope: "orders:read", scp: ["orders:read"] }, wanted), wanted).toBe(false);
  });
});

it("checkScopes takes one or a list of its own", () => {
  const given = ["a:b", "https://api.example/.default"];
  const checked = checkScopes(given);
  given.push("c");
  expect(checked).toEqual(["a:b", "https://api.example/.default"]);
  expect(checkScopes("a")).toEqual(["a"]);
});
