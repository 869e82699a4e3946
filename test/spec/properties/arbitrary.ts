// What fast-check makes up for the properties: JSON claims, and changes to a text.
import fc from "fast-check";

const registered = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];
/** Names that `sign` refuses on purpose; here they would only get in the way. */
const sensitive = /pass|pwd|secret|key|ssn|social|card|cvv|cvc/i;

const wellFormed = fc.string({ unit: "binary", maxLength: 20 }).filter((text) => !/\p{Surrogate}/u.test(text));
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  fc.maxSafeInteger(),
);
const name = fc
  .oneof(wellFormed, fc.constantFrom("__proto__", "constructor", "toString", "0", "", "-1", "then", "\u0000", "\u202e"))
  .filter((text) => text !== "toJSON" && !sensitive.test(text.normalize("NFKC").replace(/[^\p{L}\p{N}]/gu, "")));

/** An object as JSON.parse makes it: `__proto__` is a member like any other. */
const objectOf = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .array(fc.tuple(name, value), { maxLength: 5 })
    .map(
      (entries) =>
        JSON.parse(
          `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${JSON.stringify(member)}`).join(",")}}`,
        ) as Record<string, unknown>,
    );

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(wellFormed, number, fc.boolean(), fc.constant(null)),
    fc.array(tie("value"), { maxLength: 4 }),
    objectOf(tie("value")),
  ),
}));

/** Any JSON object without registered claims. */
export const jsonClaims: fc.Arbitrary<Record<string, unknown>> = objectOf(value).filter(
  (claims) => !registered.some((claim) => Object.hasOwn(claims, claim)),
);

export const bytes: fc.Arbitrary<Uint8Array<ArrayBuffer>> = fc
  .uint8Array({ maxLength: 200 })
  .map((array) => Uint8Array.from(array));

const characters = Array.from(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0\u0141\u{1f600}",
);

/** Every text that is one character away: changed, removed, added, doubled, or swapped with its neighbour. */
export function* neighbours(text: string, at: number): Generator<string> {
  const [before, after] = [text.slice(0, at), text.slice(at + 1)];
  if (at < text.length) {
    yield before + after;
    yield before + text.charAt(at) + text.slice(at);
    if (at + 1 < text.length) yield before + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2);
    for (const character of characters) yield before + character + after;
  }
  for (const character of characters) yield before + character + text.slice(at);
}
