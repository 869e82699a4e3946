// The Cookie header: the one token of a name, however many other cookies stand around it.
import { isTokenText } from "../../../../src/http/bearer.ts";
import { checkCookieUse, compileCookie, readCookie } from "../../../../src/http/cookie.ts";
import { holds, orRefused } from "../invariant.ts";

const name = "__Host-session";
const policy = compileCookie(name, undefined);
const view = (cookie: string, origin?: string) => ({
  method: "POST",
  url: "https://api.example/orders",
  headers: { get: (wanted: string) => (wanted === "cookie" ? cookie : wanted === "origin" ? (origin ?? null) : null) },
});

export const seeds = [
  `${name}=abc.def.ghi`,
  `a=1; ${name}=x; b=2`,
  `${name}=x; ${name}=y`,
  `${name}=`,
  `${name}="x"`,
  ` ${name}=x`,
  `a=${name}=x`,
  `${name.toLowerCase()}=x`,
  `;${name}=x;`,
  `a=1;\u00a0${name}=x`,
  "",
  "https://api.example",
  "null",
];
export const words = [`${name}=`, "; ", ";", "=", "\t", "https://api.example", "https://api.example.evil"];

export function fuzz(input: Buffer): void {
  const cookie = input.toString("latin1");
  const values = valuesOf(cookie);
  const token = orRefused(() => readCookie(view(cookie), policy), ["request_invalid"]);
  holds(
    token === (values.length === 1 && isTokenText(values[0]!) ? values[0] : undefined),
    "the token is the one value of its name",
  );
  if (token !== undefined)
    holds(
      orRefused(() => readCookie(view(`${cookie}; ${name}=x`), policy), ["request_invalid"]) === undefined,
      "two of a name are none",
    );

  const passes = orRefused(() => {
    checkCookieUse(view("", cookie), policy);
    return true;
  }, ["origin_mismatch"]);
  holds(passes === (cookie === "https://api.example" ? true : undefined), "only pages of one's own origin may use it");
  const compiled = orRefused(() => compileCookie(cookie, undefined), ["invalid_argument"]);
  if (compiled !== undefined)
    holds(!/[\s;,="\\()<>@:/[\]?{}]|[^\x21-\x7e]/.test(compiled.name), "a cookie's name is an RFC 9110 token");
}

/** RFC 6265 §5.4: pairs, cut at semicolons; a space or tab may stand before each but the first. */
function valuesOf(cookie: string): string[] {
  return cookie.split(";").flatMap((pair, at) => {
    let start = 0;
    while (at > 0 && (pair[start] === " " || pair[start] === "\t")) start++;
    return pair.slice(start, start + name.length + 1) === `${name}=` ? [pair.slice(start + name.length + 1)] : [];
  });
}
