/** Prints the members of a token, their values as JSON, and the meaning of registered ones (RFC 7519 §4.1). */

import { show, type Output, type Part } from "./output.ts";
import { moment } from "./time.ts";

const meanings: Readonly<Record<string, string>> = {
  iss: "issuer",
  sub: "subject",
  aud: "audience",
  exp: "expires",
  nbf: "not before",
  iat: "issued",
  jti: "token ID",
  alg: "algorithm",
  typ: "type",
  kid: "key ID",
};

/** Prints a token on standard output. `now`: seconds. */
export function printToken(
  token: { readonly header: object; readonly claims: object },
  output: Output,
  now: number,
): void {
  output.line(["bold", "Header"]);
  output.table(rowsOf(token.header, now));
  output.line(["bold", "Claims"]);
  output.table(rowsOf(token.claims, now));
}

/** Prints the claims of a refused token on standard error. `now`: seconds. */
export function printClaims(claims: object, output: Output, now: number): void {
  output.note(["bold", "Claims"], "  the signature is good");
  output.noteTable(rowsOf(claims, now));
}

function rowsOf(object: object, now: number): readonly (readonly Part[])[] {
  return Object.entries(object).map(([name, value]) => {
    const isPlain = /^[\w.:/#-]{1,60}$/.test(name);
    const meaning = Object.hasOwn(meanings, name) ? meanings[name] : undefined;
    const when = ["exp", "nbf", "iat"].includes(name) ? moment(value, now) : undefined;
    const remark = [meaning, when].filter((text) => text !== undefined).join(" ");
    return [`  ${isPlain ? name : show(name)}`, show(value), ...(remark === "" ? [] : [["dim", remark] as const])];
  });
}
