// `cache`: only that a signature was good is remembered; everything else is checked on every call.
import { describe, expect, it, vi } from "vitest";
import {
  createVerifier,
  createVerifierForIssuers,
  importSecret,
  HS256,
  safeVerify,
  safeVerifySync,
  verify,
  verifySync,
} from "../../../src/index.ts";
import type { Bytes, KeySource, Verifier, VerifyingKey } from "../../../src/index.ts";
import { createTokenCache, type SignedToken, type TokenCache } from "../../../src/jwt/token-cache.ts";
import {
  audience,
  countingKey,
  expected,
  forge,
  goodClaims,
  issuer,
  jwtHeader,
  key,
  secret,
  second,
  strangerSecret,
  without,
} from "./forge.ts";
import { codeOf } from "./outcome.ts";

const cached = (keys: VerifyingKey | readonly VerifyingKey[] | KeySource, more: object = {}): Verifier =>
  createVerifier(keys, { ...expected, cache: 100, ...more });
const both = async (verifier: Verifier, token: string): Promise<string> => {
  const codes = [await codeOf(() => verifier.verify(token)), await codeOf(() => verifier.verifySync(token))];
  expect(codes[1]).toBe(codes[0]);
  return codes[0]!;
};

describe("is for createVerifier only", () => {
  it("and unknown to the one-shot functions", async () => {
    for (const once of [verify, verifySync, safeVerify, safeVerifySync]) {
      expect(await codeOf(() => once(forge(), countingKey(), { ...expected, cache: 10 }))).toBe("invalid_argument");
    }
  });

  it("off by default, and with false and undefined", () => {
    for (const options of [expected, { ...expected, cache: false as const }, { ...expected, cache: undefined }]) {
      const key = countingKey();
      const verifier = createVerifier(key, options);
      for (let i = 0; i < 3; i++) verifier.verifySync(forge());
      expect(key.calls()).toBe(3);
    }
  });

  it.each([0, -1, NaN, Infinity, "", "100", true, null, [], {}])("cache %j is a TypeError", async (cache) => {
    expect(await codeOf(() => createVerifier(countingKey(), { ...expected, cache: cache as number }))).toBe(
      "invalid_argument",
    );
  });
});

describe("a hit", () => {
  it("does not verify the signature again, sync and async alike", async () => {
    const key = countingKey();
    const verifier = cached(key);
    const first = await verifier.verify(forge());
    for (const again of [
      await verifier.verify(forge()),
      verifier.verifySync(forge()),
      await verifier.safeVerify(forge()),
      verifier.safeVerifySync(forge()),
    ]) {
      expect(again).toMatchObject({
        claims: goodClaims,
        payload: goodClaims,
        header: jwtHeader,
        key: { alg: "HS256" },
      });
    }
    expect(key.calls()).toBe(1);
    expect(first.claims).toEqual(goodClaims);
  });

  it("is of a byte-identical token alone", async () => {
    const key = countingKey();
    const verifier = cached(key);
    const token = forge();
    await verifier.verify(token);
    for (let i = 0; i < token.length; i += 7) {
      const changed = `${token.slice(0, i)}${token[i] === "A" ? "B" : "A"}${token.slice(i + 1)}`;
      expect(await both(verifier, changed)).not.toBe("accepted");
    }
    for (const changed of [`${token}=`, ` ${token}`, `${token}.`, token.slice(0, -1), token.toUpperCase()])
      expect(await both(verifier, changed)).not.toBe("accepted");
  });

  it("gives a payload that is deeply frozen and shared, from the first use on", async () => {
    const verifier = cached(countingKey());
    const token = forge({ ...goodClaims, deep: { list: [{ a: 1 }] } });
    const [first, second_] = [await verifier.verify(token), verifier.verifySync(token)];
    expect(second_.payload).toBe(first.payload);
    const { deep } = first.claims as unknown as { deep: { list: { a: number }[] } };
    for (const object of [first.payload, deep, deep.list, deep.list[0]]) expect(Object.isFrozen(object)).toBe(true);
    expect(() => {
      (first.claims as { sub: string }).sub = "admin";
    }).toThrow(TypeError);
    expect(() => {
      deep.list[0]!.a = 2;
    }).toThrow(TypeError);
    expect(Object.isFrozen(first.header)).toBe(true);
    expect((await verifier.verify(token)).claims).toEqual({ ...goodClaims, deep: { list: [{ a: 1 }] } });
  });

  it("claims called __proto__ are frozen like the others", async () => {
    const verifier = cached(countingKey());
    const token = forge(`{"__proto__":{"a":{}},${JSON.stringify(goodClaims).slice(1)}`);
    const { payload } = await verifier.verify(token);
    expect(Object.isFrozen(Object.getOwnPropertyDescriptor(payload, "__proto__")!.value)).toBe(true);
    expect(await both(verifier, token)).toBe("accepted");
  });
});

describe("checked on every call", () => {
  it("time", async () => {
    let now = second;
    const key = countingKey();
    const verifier = cached(key, { now: () => new Date(now * 1000), maxTokenAge: "10m" });
    const token = forge({ ...goodClaims, nbf: second });
    expect(await both(verifier, token)).toBe("accepted");
    for (const [at, code] of [
      [second - 60, "not_yet_valid"],
      [second + 700, "too_old"],
      [second, "accepted"],
      [second + 605, "accepted"],
    ] as const) {
      now = at;
      expect(await both(verifier, token)).toBe(code);
    }
    expect(key.calls()).toBe(1);
  });

  it("expiry", async () => {
    let now = second;
    const verifier = cached(countingKey(), { now: () => new Date(now * 1000) });
    expect(await both(verifier, forge())).toBe("accepted");
    now = second + 905;
    expect(await both(verifier, forge())).toBe("expired");
    now = NaN;
    expect(await both(verifier, forge())).toBe("invalid_argument");
  });

  it("policy: what was remembered for a token that is refused is refused again", async () => {
    const key = countingKey();
    const verifier = cached(key, { match: { nonce: "n-1" } });
    for (let i = 0; i < 3; i++) {
      expect(await both(verifier, forge({ ...goodClaims, nonce: "n-2" }))).toBe("claim_mismatch");
      expect(await both(verifier, forge({ ...goodClaims, aud: "x" }))).toBe("audience_mismatch");
      expect(await both(verifier, forge(without("exp")))).toBe("claim_missing");
      expect(await both(verifier, forge(goodClaims, { alg: "HS256", typ: "x" }))).toBe("typ_mismatch");
    }
  });

  it("schema", async () => {
    let good = true;
    const validate = vi.fn((value: unknown) =>
      good ? { value: { sub: (value as { sub: string }).sub } } : { issues: [] },
    );
    const verifier = cached(countingKey(), { schema: { "~standard": { version: 1, vendor: "test", validate } } });
    expect((await verifier.verify(forge())).claims).toEqual({ sub: "user_123" });
    expect(verifier.verifySync(forge()).claims).toEqual({ sub: "user_123" });
    good = false;
    expect(await both(verifier, forge())).toBe("schema_mismatch");
    expect(validate).toHaveBeenCalledTimes(4);
  });

  it("denylist and replay", async () => {
    let revoked: boolean | string = false;
    const used = new Set<string>();
    const add = (one: string): boolean => used.size < used.add(one).size;
    const denied = cached(countingKey(), { denylist: { has: () => revoked, hasSync: () => revoked } });
    expect(await both(denied, forge())).toBe("accepted");
    revoked = true;
    expect(await both(denied, forge())).toBe("revoked");
    revoked = "?";
    expect(await both(denied, forge())).toBe("store_unavailable");
    const key = countingKey();
    const once = cached(key, { replay: { add, addSync: add } });
    expect(await codeOf(() => once.verify(forge()))).toBe("accepted");
    expect(await both(once, forge())).toBe("replayed");
    expect(key.calls()).toBe(1);
  });

  it("maxTokenLength and the shape of the argument", async () => {
    const verifier = cached(countingKey(), { maxTokenLength: forge().length });
    expect(await both(verifier, forge())).toBe("accepted");
    expect(await both(verifier, `${forge()}A`)).toBe("token_too_large");
    expect(await both(verifier, Buffer.from(forge()) as never)).toBe("token_malformed");
  });

  it("the issuer a key is bound to", async () => {
    const verifier = cached(countingKey({ issuer: "b" }), { issuer: [issuer, "b"] });
    for (let i = 0; i < 2; i++) {
      expect(await both(verifier, forge())).toBe("issuer_mismatch");
      expect(await both(verifier, forge({ ...goodClaims, iss: "b" }))).toBe("accepted");
    }
  });
});

describe("a hit selects the key again and needs the same key object", () => {
  const rotating = (): { source: KeySource; keys: VerifyingKey[]; asked: () => number } => {
    const keys: VerifyingKey[] = [];
    let asked = 0;
    const select = (): VerifyingKey[] => {
      asked++;
      return [...keys];
    };
    return { source: { algorithms: ["HS256"], select, selectSync: select }, keys, asked: () => asked };
  };

  it("a key rotated away takes its remembered tokens with it", async () => {
    const { source, keys, asked } = rotating();
    const key = countingKey();
    keys.push(key);
    const verifier = cached(source);
    for (let i = 0; i < 3; i++) expect(await both(verifier, forge())).toBe("accepted");
    expect([asked(), key.calls()]).toEqual([6, 1]);
    keys.splice(0, 1, countingKey({}, strangerSecret));
    expect(await both(verifier, forge())).toBe("signature_invalid");
    keys.splice(0);
    expect(await both(verifier, forge())).toBe("key_not_found");
    keys.push(key);
    expect(await both(verifier, forge())).toBe("accepted");
  });

  it("another object for the same key verifies afresh", async () => {
    const { source, keys } = rotating();
    const [one, other] = [countingKey(), countingKey()];
    keys.push(one);
    const verifier = cached(source);
    await verifier.verify(forge());
    keys.splice(0, 1, other);
    await verifier.verify(forge());
    await verifier.verify(forge());
    expect([one.calls(), other.calls()]).toEqual([1, 1]);
  });

  it("imported secrets from a source count as the same key too", async () => {
    const key = await importSecret(secret, HS256);
    const select = vi.fn(() => [key]);
    const verifier = cached({ algorithms: ["HS256"], select, selectSync: select });
    for (let i = 0; i < 3; i++) expect(await both(verifier, forge())).toBe("accepted");
    expect(select).toHaveBeenCalledTimes(6);
  });

  it("a source that fails, fails a remembered token", async () => {
    const { source, keys } = rotating();
    keys.push(countingKey());
    let down = false;
    const select: KeySource["select"] = (wanted) => {
      if (down) throw new Error("down");
      return source.selectSync?.(wanted) ?? [];
    };
    const verifier = cached({
      algorithms: ["HS256"],
      select,
      selectSync: select as NonNullable<KeySource["selectSync"]>,
    });
    expect(await both(verifier, forge())).toBe("accepted");
    down = true;
    expect(await both(verifier, forge())).toBe("key_unavailable");
  });

  it("a second key with the same kid and alg takes nothing over", async () => {
    const [one, other] = [countingKey({ kid: "k1" }), countingKey({ kid: "k1" }, strangerSecret)];
    const verifier = cached([other, one]);
    const token = forge(goodClaims, { ...jwtHeader, kid: "k1" });
    expect(await both(verifier, token)).toBe("accepted");
    expect([one.calls(), other.calls()]).toEqual([1, 1]);
  });
});

describe("failures are never remembered", () => {
  it("a bad signature is checked each time", async () => {
    const key = countingKey({}, strangerSecret);
    const verifier = cached(key);
    for (let i = 0; i < 3; i++) expect(await both(verifier, forge())).toBe("signature_invalid");
    expect(key.calls()).toBe(6);
  });

  it("a key that was out of order is asked again", async () => {
    let broken = true;
    const inner = countingKey();
    const answer = (data: Bytes, signature: Bytes): boolean => {
      if (broken) throw new Error("HSM");
      return inner.verify(data, signature) === true;
    };
    const verifier = cached(countingKey({ verify: answer, verifySync: answer }));
    expect(await both(verifier, forge())).toBe("key_unavailable");
    broken = false;
    expect(await both(verifier, forge())).toBe("accepted");
  });

  it("a payload that is no JSON object is refused again", async () => {
    const verifier = cached(countingKey());
    for (let i = 0; i < 2; i++) expect(await both(verifier, forge("[]"))).toBe("payload_invalid");
  });
});

describe("is bounded", () => {
  it.each([1, 2, 10, 25])("of 60 tokens at most %d are remembered, the latest among them", (size) => {
    const key = countingKey();
    const verifier = createVerifier(key, { ...expected, cache: size });
    const tokens = Array.from({ length: 60 }, (_, i) => forge({ ...goodClaims, jti: `token-${i}` }));
    for (const token of tokens) verifier.verifySync(token);
    expect(key.calls()).toBe(60);
    verifier.verifySync(tokens.at(-1)!);
    expect(key.calls()).toBe(60);
    let hits = 0;
    for (const token of tokens.reverse()) {
      const before = key.calls();
      verifier.verifySync(token);
      if (key.calls() === before) hits++;
      if (hits > size) break;
    }
    expect(hits).toBeGreaterThanOrEqual(1);
    expect(hits).toBeLessThanOrEqual(size);
  });

  it("what is used again and again outlives what is not", () => {
    const key = countingKey();
    const verifier = createVerifier(key, { ...expected, cache: 10 });
    const often = forge({ ...goodClaims, jti: "often" });
    for (let i = 0; i < 40; i++) {
      verifier.verifySync(often);
      verifier.verifySync(forge({ ...goodClaims, jti: `token-${i}` }));
    }
    expect(key.calls()).toBeLessThan(50); // 40 others, and a miss now and then
  });
});

it("createVerifierForIssuers remembers per policy", async () => {
  const [a, b] = [countingKey(), countingKey()];
  const verifier = createVerifierForIssuers([
    { ...expected, issuer: "a", keys: a, cache: 10 },
    { ...expected, issuer: "b", audience, keys: b },
  ]);
  for (let i = 0; i < 3; i++) {
    expect(await both(verifier, forge({ ...goodClaims, iss: "a" }))).toBe("accepted");
    expect(await both(verifier, forge({ ...goodClaims, iss: "b" }))).toBe("accepted");
  }
  expect([a.calls(), b.calls()]).toEqual([1, 6]);
});

describe("the cache itself", () => {
  const opened = (token: string): SignedToken => ({ header: { alg: "HS256" }, payload: { token }, key });
  const filled = (size: number, tokens: string): TokenCache => {
    const cache = createTokenCache(size);
    for (const token of tokens) cache.set(token, opened(token));
    return cache;
  };
  /** Those of the tokens that are remembered; asking keeps what is found, so each is asked for in a cache of its own. */
  const remembered = (size: number, tokens: string): string =>
    [...new Set(tokens)].filter((token) => filled(size, tokens).get(token)?.payload.token === token).join("");

  it.each([
    [1, "abc", "c"],
    [2, "abc", "bc"],
    [3, "abc", "bc"],
    [4, "abc", "abc"],
    [4, "abcd", "abcd"],
    [4, "abcde", "cde"],
    [5, "abcde", "cde"],
    [6, "abcdef", "abcdef"],
    [6, "abcdefg", "defg"],
  ])("of %d tokens remembers of %s the last: %s", (size, tokens, last) => {
    expect(remembered(size, tokens)).toBe(last);
  });

  it.each([1, 2, 3, 4, 5, 10])("never remembers more than %d", (size) => {
    const tokens = "abcdefghijklmnopqrstuvwxyz";
    for (let length = 1; length <= tokens.length; length++)
      expect(remembered(size, tokens.slice(0, length)).length).toBeLessThanOrEqual(size);
  });

  it("what is asked for stays, what is not goes", () => {
    const cache = filled(4, "abc");
    expect(cache.get("a")?.payload).toEqual({ token: "a" });
    for (const token of "de") cache.set(token, opened(token));
    // a and c were the younger half when d came; b had not been asked for since. What is asked for takes room itself: c goes for a.
    expect(["b", "a", "d", "e", "c"].map((token) => cache.get(token) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it("a token that moved to the younger half is there once", () => {
    const cache = filled(2, "ab");
    for (let i = 0; i < 5; i++)
      expect([cache.get("a") !== undefined, cache.get("b") !== undefined]).toEqual([true, true]);
    cache.set("c", opened("c"));
    expect([cache.get("c") !== undefined, cache.get("a") !== undefined]).toEqual([true, false]);
  });

  it("a token set again is the later one", () => {
    const cache = filled(4, "a");
    const later = opened("later");
    cache.set("a", later);
    expect(cache.get("a")).toBe(later);
    expect(cache.get("toString")).toBeUndefined();
  });
});
