/**
 * What a token costs by its length, up to mintmark's cap of 16384 characters: claims of an ordinary kind for
 * every library, and for mintmark claims made to be expensive.
 */

import { createKey } from "../keys.mjs";
import { contest, timed } from "../contest.mjs";
import { load } from "../libraries.mjs";
import { summarize } from "../statistics.mjs";
import { mintToken } from "../tokens.mjs";
import { withRegisteredClaims } from "../claims.mjs";

const lengths = [500, 1000, 2000, 4000, 8000, 16000];
const names = ["mintmark", "jose", "fast-jwt", "jsonwebtoken"];
const effort = { rounds: 15, slice: 5 };
const algorithm = "HS256";

/** A claim, as JSON text, that grows with a number. */
const shapes = {
  "a list of permissions": (n) => JSON.stringify(Array.from({ length: n }, (_, index) => `orders:read:${index}`)),
  "one long text": (n) => `"${"x".repeat(n)}"`,
  escapes: (n) => `"${"\\u0041".repeat(n)}"`,
  "many members": (n) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: n }, (_, index) => [`member-${index}`, index]))),
  "deep nesting": (n) => "[".repeat(n) + "]".repeat(n),
  "one long number": (n) => `1${"0".repeat(n)}`,
};

const registered = JSON.stringify(withRegisteredClaims({ sub: "user-1" }));
const key = await createKey(algorithm);
const libraries = new Map();
for (const name of names) libraries.set(name, await (await load(name))({ algorithm, key }));

const [ordinary] = Object.keys(shapes);
const byLength = [];
for (const length of lengths) {
  const token = await tokenOf(ordinary, length);
  const times = await measure(new Map(names.map((name) => [name, verifying(name, token)])));
  for (const name of names) byLength.push({ name, length: token.length, microseconds: times[name] });
}

const longest = new Map();
for (const shape of Object.keys(shapes)) longest.set(shape, await tokenOf(shape, lengths.at(-1)));
longest.set("a bad signature", `${longest.get(ordinary).slice(0, -4)}AAAA`);
longest.set("no token at all", "x".repeat(Math.max(...lengths)));
longest.set("nothing but dots", ".".repeat(Math.max(...lengths)));
const byShape = await measure(new Map([...longest].map(([shape, token]) => [shape, verifying("mintmark", token)])));

console.log(JSON.stringify({ byLength, byShape }));

/** Microseconds for each. */
async function measure(operations) {
  const contenders = new Map([...operations].map(([name, operation]) => [name, timed(operation, { together: 1 })]));
  const times = await contest(contenders, effort);
  return Object.fromEntries(Object.entries(times).map(([name, own]) => [name, summarize(own).median / 1000]));
}

function verifying(name, token) {
  const { verify, verifySync } = libraries.get(name);
  return async () => {
    try {
      return await (verify ?? verifySync)(token);
    } catch {
      return undefined;
    }
  };
}

/** The longest token of this shape that is not longer than that. */
async function tokenOf(shape, length) {
  let [low, high] = [0, length];
  let found;
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const token = await mintToken(`${registered.slice(0, -1)},"more":${shapes[shape](middle)}}`, { algorithm, key });
    if (token.length <= length) [found, low] = [token, middle + 1];
    else high = middle - 1;
  }
  return found;
}
