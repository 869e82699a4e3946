// htu and the URL of a request, compared as RFC 9449 §4.3 says: RFC 3986 §6.2.2 (syntax) and §6.2.3 (scheme), without query and fragment.
import { describe, expect, it } from "vitest";
import { comparableUri } from "../../../src/oauth/target-uri.ts";

describe("one form", () => {
  it.each([
    ["HTTPS://API.Example/Orders", "https://api.example/Orders"],
    ["https://api.example:443/", "https://api.example/"],
    ["http://api.example:80/", "http://api.example/"],
    ["https://api.example:80/", "https://api.example:80/"],
    ["https://api.example", "https://api.example/"],
    ["https://api.example?a=/b", "https://api.example/"],
    ["https://api.example/a?b#c", "https://api.example/a"],
    ["https://api.example/a?", "https://api.example/a"],
    ["https://api.example/a#", "https://api.example/a"],
    ["https://api.example/a/./b/../c", "https://api.example/a/c"],
    ["https://api.example/a/%2e%2E/c", "https://api.example/c"],
    ["https://api.example/%7euser/%41%2d%5F", "https://api.example/~user/A-_"],
    ["https://api.example/a%2fb%c3%a9", "https://api.example/a%2Fb%C3%A9"],
    ["https://api.example/%2541", "https://api.example/%2541"],
    ["https://api.example/a%", "https://api.example/a%"],
    ["https://api.example//a//", "https://api.example//a//"],
    ["https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"],
    ["https://[2001:DB8::1]:8443/a", "https://[2001:db8::1]:8443/a"],
  ])("%s is %s", (text, form) => {
    expect(comparableUri(text)).toBe(form);
    expect(comparableUri(form)).toBe(form);
  });

  it.each([
    ["", "/orders", "api.example/orders", "//api.example/orders"],
    ["ftp://api.example/", "wss://api.example/", "capacitor://localhost/", "javascript:alert(1)", "data:,x"],
    ["https://api.example/a\\..\\b", "https://api.example/a\tb", "https://api.example/a\n", " https://api.example/"],
    ["https://api.example/ä", "https://bücher.example/", "https://", "https://api.example:99999/"],
  ])("none of %s, %s, %s, %s has one", (...texts) => {
    for (const text of texts) expect(comparableUri(text), text).toBeUndefined();
  });

  it("keeps apart what differs", () => {
    const all = [
      "https://api.example/a",
      "https://api.example/a/",
      "https://api.example/A",
      "https://api.example/a%2F",
      "https://api.example/a;b",
      "https://api.example./a",
      "https://user@api.example/a",
      "https://api.example:8443/a",
      "http://api.example/a",
    ].map(comparableUri);
    expect(new Set(all).size).toBe(all.length);
  });
});
