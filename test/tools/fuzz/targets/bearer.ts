// The Authorization header, read here by cutting at spaces and commas instead of by a pattern.
import { compileHeader, isTokenText, readHeader, type RequestView } from "../../../../src/http/bearer.ts";
import { holds, orRefused } from "../invariant.ts";

const readAuthorization = (request: RequestView): string | undefined =>
  readHeader(request, compileHeader(undefined, false));

export const seeds = [
  "Bearer abc.def.ghi",
  "bearer  a+/~-._==",
  "Basic dXNlcg==",
  "Basic x, Bearer y",
  "Bearer a, Bearer b",
  "Bearer",
  "Bearer ",
  " Bearer a",
  "Bearer a b",
  "BEARER\ta",
  "Bearerx a",
  "",
  "Digest a,\tbearer",
  "Bearer =a",
];
export const words = ["Bearer", "bearer ", "BEARER", ", ", ",", "\t", "=", "Basic "];

export function fuzz(input: Buffer): void {
  const header = input.toString("latin1");
  const token = orRefused(
    () =>
      readAuthorization({
        method: "GET",
        url: "https://api.example/",
        headers: { get: (name) => (name === "authorization" ? header : null) },
      }),
    ["request_invalid"],
  );
  const isNamed = header.split(",").some((part) => {
    const [scheme = ""] = trimmed(part).split(/[ \t]/, 1);
    return scheme.toLowerCase() === "bearer";
  });
  const rest = header.slice(6);
  const text =
    header.slice(0, 6).toLowerCase() === "bearer" && rest.startsWith(" ")
      ? rest.slice(Array.from(rest).findIndex((character) => character !== " "))
      : "";
  const good = isToken(text) ? text : undefined;
  holds(token === good, "the token is what stands behind one scheme");
  if (good === undefined && !isNamed)
    holds(
      orRefused(() => readAuthorization({ method: "", url: "", headers: { get: () => header } }), []) === undefined,
      "another scheme is not ours to refuse",
    );
  if (token !== undefined) holds(isTokenText(token) && isNamed, "what is read is a token");
}

function trimmed(text: string): string {
  let start = 0;
  while (text[start] === " " || text[start] === "\t") start++;
  return text.slice(start);
}

/** RFC 6750 §2.1: b64token. */
function isToken(text: string): boolean {
  const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
  const end = text.indexOf("=");
  const [body, padding] = end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end)];
  return (
    body !== "" &&
    Array.from(body).every((character) => allowed.includes(character)) &&
    Array.from(padding).every((character) => character === "=")
  );
}
