// WWW-Authenticate: what a challenge says is what a parser of RFC 9110 finds in it, and nothing else fits in.
import { challenger, checkRealm, checkResourceMetadata } from "../../../../src/http/challenge.ts";
import { checkScopes } from "../../../../src/http/scope.ts";
import { equal, holds, orRefused } from "../invariant.ts";

export const seeds = [
  "api",
  'a "quoted" realm',
  "back\\slash\\",
  "orders:read\norders:write",
  "https://api.example/.well-known/x",
  "http://localhost/x",
  "a\r\nSet-Cookie: x=1",
  '", error="x',
  "ü",
  "javascript:x",
  'https://a.example/"x',
];
export const words = ['"', "\\", '\\"', ", ", "\r\n", "https://", "http://127.0.0.1/", "scope"];

export function fuzz(input: Buffer): void {
  const [text = "", ...lines] = input.toString("latin1").split("\n");
  const realm = orRefused(() => checkRealm(text), ["invalid_argument"]);
  holds(
    (realm !== undefined) ===
      (text !== "" && Array.from(text).every((character) => character >= " " && character <= "~")),
    "a realm is printable ASCII",
  );
  const resourceMetadata = orRefused(() => checkResourceMetadata(text), ["invalid_argument"]);
  if (resourceMetadata !== undefined)
    holds(
      /^(https:|http:\/\/(localhost|127\.|\[::1\]|[^/]*\.localhost))/.test(resourceMetadata),
      "metadata come by https, or from loopback",
    );
  const scopes = lines.length === 0 ? [] : (orRefused(() => checkScopes(lines), ["invalid_argument"]) ?? []);

  const challenge = challenger({ realm: realm ?? "api", scopes, resourceMetadata, describe: true });
  const parameters = {
    realm: realm ?? "api",
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    ...(resourceMetadata !== undefined && { resource_metadata: resourceMetadata }),
  };
  equal(parsed(challenge(undefined, "x")), Object.entries(parameters), "a challenge says what it was given");
  equal(
    parsed(challenge("invalid_token", "expired")),
    Object.entries({ ...parameters, error: "invalid_token", error_description: "expired" }),
    "and what is wrong",
  );
}

/** auth-param = token "=" quoted-string, with commas between (RFC 9110 §11.2, §5.6.4), read character by character. */
function parsed(header: string): [string, string][] {
  holds(header.startsWith("Bearer ") && !/[^ -~]/.test(header), "one line of printable ASCII");
  const parameters: [string, string][] = [];
  for (let at = 7; at < header.length; ) {
    const start = header.indexOf('="', at);
    let value = "";
    let end = start + 2;
    for (; header[end] !== '"'; end++) {
      if (header[end] === "\\") end++;
      holds(end < header.length, "a quoted string ends");
      value += header[end]!;
    }
    parameters.push([header.slice(at, start), value]);
    at = end + 1;
    holds(at === header.length || header.startsWith(", ", at), "a comma between two");
    at += 2;
  }
  return parameters;
}
