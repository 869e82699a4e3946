// The schedule of a ring, which is arithmetic on a record and a time: no key, store or clock takes part.
import { describe, expect, it } from "vitest";
import type { RingKey } from "../../../src/ring/record.ts";
import {
  advance,
  dueFrom,
  isDue,
  knownUntil,
  missingKeys,
  publishedKeys,
  signingKey,
  withdraw,
  type NewKey,
  type RingTimes,
} from "../../../src/ring/schedule.ts";

const times: RingTimes = { rotateEvery: 3600, lead: 1200, retainFor: 900, tolerance: 60 };
const at = (time: number, ahead = time) => ({ earliest: time, latest: ahead });
const fresh = (kid: string): NewKey => ({ kid, publicJwk: { kty: "EC" }, privateJwk: { kty: "EC", d: kid } });
const spans = (keys: readonly RingKey[]) => keys.map(({ kid, signsFrom, signsUntil }) => [kid, signsFrom, signsUntil]);

const start = 1_800_000_000;
/** The ring that a first process makes: a signs from now on, b next. */
const first = advance([], [fresh("a"), fresh("b")], at(start), times);

describe("a new ring", () => {
  it("has a key that signs at once, and the next one, each for its whole time", () => {
    expect(spans(first)).toEqual([
      ["a", start, start + 3600],
      ["b", start + 3600, start + 7200],
    ]);
    expect(first.map(({ retainFor }) => retainFor)).toEqual([900, 900]);
  });

  it.each([
    [0, "a"],
    [3599, "a"],
    [3600, "b"],
    [100_000, "b"],
    [-1, "a"], // by a clock that is behind the one that made it
  ])("%i s after its start, %s signs", (after, kid) => {
    expect(signingKey(first, start + after)?.kid).toBe(kid);
  });

  it("is due when its last key begins to sign", () => {
    expect(dueFrom(first)).toBe(start + 3600);
    expect([0, 3599, 3600].map((after) => missingKeys(first, start + after))).toEqual([0, 0, 1]);
    expect([3599, 3600].map((after) => isDue(first, start + after, times))).toEqual([false, true]);
    expect(missingKeys([], start)).toBe(2);
    expect(isDue([], start, times)).toBe(true);
  });

  it("is known until its last key ends", () => {
    expect(knownUntil(first)).toBe(start + 7200);
  });
});

describe("a rotation", () => {
  it("appends one key, which takes over when the last one ends", () => {
    const next = advance(first, [fresh("c")], at(start + 3600), times);
    expect(spans(next)).toEqual([
      ["a", start, start + 3600],
      ["b", start + 3600, start + 7200],
      ["c", start + 7200, start + 10_800],
    ]);
  });

  it("comes late: the new key is published for its whole lead first, and the one before it signs until then", () => {
    const late = start + 7000;
    expect(spans(advance(first, [fresh("c")], at(late), times))).toEqual([
      ["b", start + 3600, late + 1200],
      ["c", late + 1200, late + 4800],
    ]);
  });

  it("counts the lead from the clock that is ahead", () => {
    expect(advance(first, [fresh("c")], at(start + 7000, start + 7030), times).at(-1)?.signsFrom).toBe(start + 8230);
  });

  it("takes the private half from a key that signs no more, by the clock that is behind", () => {
    const privates = (now: number) =>
      advance(first, [fresh("c")], at(now, now + 50), times).map(({ kid, privateJwk }) => [kid, privateJwk?.d]);
    expect(privates(start + 3599)[0]).toEqual(["a", "a"]);
    expect(privates(start + 3600)).toEqual([
      ["a", undefined],
      ["b", "b"],
      ["c", "c"],
    ]);
  });

  it("leaves the key it was given as it was", () => {
    const before = structuredClone(first);
    advance(first, [fresh("c")], at(start + 9000), times);
    withdraw(first, "a", [fresh("c")], at(start), times);
    expect(first).toEqual(before);
  });
});

describe("what is published", () => {
  const kids = (after: number) => publishedKeys(first, start + after, times.tolerance).map(({ kid }) => kid);

  it("is a key from before it signs until the last token that it signed has expired by every clock", () => {
    expect(kids(0)).toEqual(["a", "b"]);
    expect(kids(3600 + 900 + 59)).toEqual(["a", "b"]);
    expect(kids(3600 + 900 + 60)).toEqual(["b"]);
  });

  it("is the last key at any time: without it, nothing could be signed", () => {
    expect(kids(1e9)).toEqual(["b"]);
  });
});

describe("tokens that live longer than before", () => {
  const longer = { ...times, retainFor: 1800 };

  it("make the ring due, and keep each key that signs or will sign for longer", () => {
    expect(isDue(first, start, longer)).toBe(true);
    const kept = advance(first, [], at(start), longer);
    expect(kept.map(({ retainFor }) => retainFor)).toEqual([1800, 1800]);
    expect(isDue(kept, start, longer)).toBe(false);
  });

  it("are not shortened by a process with shorter ones", () => {
    const kept = advance(advance(first, [], at(start), longer), [], at(start), times);
    expect(kept.map(({ retainFor }) => retainFor)).toEqual([1800, 1800]);
  });

  it("do not lengthen the life of a key that signs no more", () => {
    const [a] = advance(first, [fresh("c")], at(start + 3600), longer);
    expect(a?.retainFor).toBe(900);
  });
});

describe("a key that is withdrawn", () => {
  it("while it signs: the next one signs at once, for its whole time, and a new one follows", () => {
    expect(spans(withdraw(first, "a", [fresh("c")], at(start + 100), times))).toEqual([
      ["b", start + 100, start + 3700],
      ["c", start + 3700, start + 7300],
    ]);
  });

  it("before it signs: the one that signs goes on, until the new one was published for its lead", () => {
    expect(spans(withdraw(first, "b", [fresh("c")], at(start + 3000), times))).toEqual([
      ["a", start, start + 4200],
      ["c", start + 4200, start + 7800],
    ]);
  });

  it("that signed once: the others keep their times", () => {
    const three = advance(first, [fresh("c")], at(start + 3600), times);
    expect(spans(withdraw(three, "a", [], at(start + 3700), times))).toEqual(spans(three.slice(1)));
  });

  it("and was the only one: a new one signs at once", () => {
    const [only] = first;
    expect(spans(withdraw([only!], "a", [fresh("c"), fresh("d")], at(start), times))).toEqual([
      ["c", start, start + 3600],
      ["d", start + 3600, start + 7200],
    ]);
  });
});

it("a key without its private half does not sign, although its time has come", () => {
  const [a, b] = first;
  const { kid, signsFrom, signsUntil, retainFor, publicJwk } = a!;
  const bare: RingKey = { kid, signsFrom, signsUntil, retainFor, publicJwk };
  expect(signingKey([bare, b!], start)?.kid).toBe("b");
  expect(signingKey([bare], start)).toBeUndefined();
});
