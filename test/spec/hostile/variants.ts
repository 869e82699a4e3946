// Tokens signed by the right key that say things in unusual ways, at the edges of what is allowed and beyond. Nothing is
// known beforehand about them: they are for comparing with others.
import fc from "fast-check";
import { base64url } from "../threats/forge.ts";
import type { TestKey } from "../threats/keys.ts";
import { change, either, member, one, type Edit, type Kinds } from "./arbitrary.ts";
import { casesOf, claims, claimsJson, first, header, headerJson, issuer, now, signed, spelt } from "./generator.ts";
import type { Case, Mutation } from "./generator.ts";
import { halves, number, octets, orders } from "./signature-forms.ts";

/** Which edit each of the places gets, one after another, and again from the front where there are more; some get none. */
const pattern = fc.array(fc.nat(5), { minLength: 1, maxLength: 16, size: "max" });
function replaced(text: string, places: RegExp, which: readonly number[], edits: readonly Edit[]): string {
  let at = 0;
  return text.replace(places, (piece) => edits[which[at++ % which.length]!]?.(piece) ?? piece);
}

const escape = (letter: string): string => `\\u00${letter.charCodeAt(0).toString(16)}`;
const spaces = [" ", "\n", "\t", "\r\n  "].map((space) => (mark: string) => mark + space);
/** JSON with some letters of its strings as escapes, or with white space in it. */
const otherWords = either(
  change(pattern, (text, which) => replaced(text, /[a-z]/g, which, [escape, escape])),
  change(pattern, (text, which) => replaced(text, /[{}[\]:,](?=")/g, which, spaces)),
);

const longList = Array.from({ length: 500 }, (_, n) => (n === 400 ? "api" : `a${n}`));

const variantsOf = (key: TestKey): Kinds<Mutation> => ({
  "the original": one<Mutation>(({ token }) => token()),
  "typ in every allowed form": header(
    member("typ", "JWT", "jwt", "Jwt", "application/jwt", "application/JWT", "APPLICATION/JWT"),
  ),
  "a kid for a key without one": header(member("kid", "1", "", "../x", "' OR 1=1", "k".repeat(300), "é\u202e")),
  "header members that mean nothing here": header(
    either<object>(
      one<object>({ jwk: key.publicJwk }, { jku: issuer }, { x5c: ["MIIB"] }, { x5t: "AAAA" }, { cty: "JWT" }),
      one<object>({ zip: "DEF" }, { enc: "A128GCM" }, { p2c: 1e9 }, { iss: "x" }, { exp: 1 }, { nested: [{ a: {} }] }),
    ),
  ),
  "a cty that is no text": header(member("cty", null, 5, {}, [])),
  "names of the prototype in the header": headerJson(
    one(...first('"__proto__":{"alg":"none"},', '"constructor":1,', '"toString":"x",')),
  ),
  "a header in other words of JSON": headerJson(otherWords),
  "a header in another order": one<Mutation>((base) =>
    signed(key, Object.fromEntries(Object.entries(base.header).reverse()), base.claims),
  ),
  "claims in other words of JSON": claimsJson(otherWords),
  "a claim twice, the last one good": claimsJson(
    one(...first('"iss":"https://other.example",', '"exp":1,', '"aud":"other",')),
  ),
  "a claim twice, the last one bad": claimsJson(
    change(one('"iss":"https://other.example"', '"exp":1', '"aud":"other"'), (text, last) =>
      text.replace(/\}$/, `,${last}}`),
    ),
  ),
  "names of the prototype in the claims": claimsJson(
    one(...first('"__proto__":{"exp":1},', '"constructor":{"prototype":1},', '"toString":1,', '"hasOwnProperty":1,')),
  ),
  "nested deep": claimsJson(
    spelt("x", ...[50, 199, 200, 201, 1000].map((depth) => "[".repeat(depth) + "]".repeat(depth))),
  ),
  "half of a surrogate pair": claimsJson(spelt("x", '"\\ud800"', '"\\udfff"', '"\\ud83d\\ude00"')),
  "numbers beyond numbers in other claims": claimsJson(
    spelt("x", "1e400", "-1e400", "9007199254740993", "-0", "1e-400"),
  ),
  "exp at the edge": claims(member("exp", ...[-6, -5.5, -5, -4.999, -4.5, -4, -1, 0, 1].map((after) => now + after))),
  "exp written otherwise": claimsJson(
    spelt("exp", `${now}.5e0`, `${(now + 100) / 10}e1`, `${now + 100}.000`, "1e12", "1e300"),
  ),
  "nbf at the edge": claims(member("nbf", ...[-1, 0, 0.5, 4.5, 5, 5.001, 5.5, 6].map((after) => now + after))),
  "nbf that is odd": claims(member("nbf", 0, -1, -1e300, 1.5)),
  "iat that is odd": claims(member("iat", 0, -1, 1.5, now + 1, now + 1e5, 1e300)),
  "exp before iat, nbf after exp": claims(
    one<object>({ iat: now + 100, exp: now + 50 }, { nbf: now + 3, exp: now + 2 }),
  ),
  "aud in lists": claims(member("aud", ["api"], ["api", "api"], ["", "api"], ["x", "api", "y"], longList)),
  "texts that are empty": claims(member(["sub", "jti", "x"], "")),
  "other claims of any type": claims(
    member(["scope", "roles", "nonce", "azp", "cnf", "act", "events"], null, 0, [], {}, "x", true, [[{}]]),
  ),
  "a long token": claims(member("x", ...[1000, 12_000, 100_000].map((length) => "x".repeat(length)))),
  "the other good ECDSA signature": one<Mutation>(async ({ token }) => mirrored(key, await token())),
});

/** r and n − s; of other algorithms the same token. */
function mirrored({ alg }: TestKey, token: string): string {
  const order = orders[alg];
  if (order === undefined) return token;
  const at = token.lastIndexOf(".") + 1;
  const [r, s] = halves(Buffer.from(token.slice(at), "base64url"));
  return token.slice(0, at) + base64url(Buffer.concat([r, octets(order - number(s), s.length)]));
}

export const variants: fc.Arbitrary<Case> = casesOf(variantsOf);
