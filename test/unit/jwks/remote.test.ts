// remoteJwks against a real server, in simulated time: when it fetches, and what holds while it does not.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  createVerifier,
  ES256,
  isUnavailableError,
  PS256,
  remoteJwks,
  RS256,
  sign,
  unchecked,
  verify,
  verifySync,
} from "../../../src/index.ts";
import type { RemoteJwks, RemoteJwksOptions, RemoteJwksState } from "../../../src/index.ts";
import { publicJwkFor } from "../keys/good-keys.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import {
  answering,
  expectedAt,
  newKey,
  outcomeOf,
  serving,
  startIssuer,
  stoppedClock,
  tokenBy,
  type Clock,
  type Issuer,
  type TestKey,
} from "./issuer.ts";

vi.setConfig({ testTimeout: 30_000 });

let [first, second, third]: [TestKey, TestKey, TestKey] = [] as never;
let issuer: Issuer;
let clock: Clock;
/** Tokens by these keys, made once per test. */
let tokens: { readonly first: string; readonly second: string; readonly third: string };

beforeAll(async () => {
  [first, second, third] = await Promise.all([newKey("first"), newKey("second"), newKey("third")]);
  issuer = await startIssuer();
});
afterAll(() => issuer.close());
beforeEach(async () => {
  clock = stoppedClock();
  issuer.asked.length = 0;
  issuer.answer = serving([first.jwk]);
  tokens = {
    first: await tokenBy(first, clock),
    second: await tokenBy(second, clock),
    third: await tokenBy(third, clock),
  };
});

const remote = (options: Partial<RemoteJwksOptions> = {}): RemoteJwks =>
  remoteJwks(issuer.url, { algorithms: [ES256], now: clock.now, ...options });
const outcome = (token: string, keys: RemoteJwks): Promise<string> => outcomeOf(token, keys, clock);

/** A set that has fetched once, now. */
async function warm(options: Partial<RemoteJwksOptions> = {}): Promise<RemoteJwks> {
  const keys = remote(options);
  expect(await outcome(tokens.first, keys)).toBe("accepted");
  expect(issuer.asked).toHaveLength(1);
  return keys;
}

/** Waits for a refresh that nobody awaits. */
const refreshed = (keys: RemoteJwks, isThere: (state: RemoteJwksState) => boolean): Promise<void> =>
  vi.waitFor(
    () => {
      expect(isThere(keys.state)).toBe(true);
    },
    { interval: 5, timeout: 10_000 },
  );

describe("the first token", () => {
  it("makes the first fetch; nothing is fetched before", async () => {
    const keys = remote();
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(issuer.asked).toEqual([]);
    expect(keys.state).toEqual({ size: 0, passedOver: [], lastSuccess: undefined, lastError: undefined });
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    expect(issuer.asked).toEqual(["/jwks.json"]);
    expect(keys.state).toEqual({ size: 1, passedOver: [], lastSuccess: clock.now(), lastError: undefined });
  });

  it("1 000 at once make one fetch", async () => {
    const verifier = createVerifier(remote(), expectedAt(clock));
    expect(await Promise.all(Array.from({ length: 1000 }, () => verifier.verify(tokens.first)))).toHaveLength(1000);
    expect(issuer.asked).toHaveLength(1);
  });

  it("1 000 at once make one fetch when it fails, and all say why", async () => {
    issuer.answer = answering(500, "");
    const keys = remote();
    const outcomes = await Promise.all(Array.from({ length: 1000 }, () => outcome(tokens.first, keys)));
    expect(new Set(outcomes)).toEqual(new Set(["jwks_unavailable"]));
    expect(issuer.asked).toHaveLength(1);
  });

  it("of an algorithm that is not listed makes no fetch, whoever asks", async () => {
    const keys = remote();
    const other = await sign({}, { alg: "ES384", sign: () => new Uint8Array(96) }, {});
    expect(await outcome(other, keys)).toBe("alg_not_allowed");
    expect(await keys.select({ alg: "ES384", kid: "first" })).toEqual([]);
    expect(await keys.select({ alg: "HS256" })).toEqual([]);
    expect(issuer.asked).toEqual([]);
  });

  it("is asked for with GET and an Accept header, and those of the caller", async () => {
    let seen: unknown;
    issuer.answer = (request, response) => {
      seen = [request.method, request.headers.accept, request.headers.authorization];
      serving([first.jwk])(request, response);
    };
    await warm({ headers: { authorization: "Bearer of the API" } });
    expect(seen).toEqual(["GET", "application/json, application/jwk-set+json", "Bearer of the API"]);
  });

  it("has no synchronous form", async () => {
    expect(await codeOf(() => verifySync(tokens.first, remote(), expectedAt(clock)))).toBe("sync_unavailable");
  });
});

describe("how long keys are used without asking", () => {
  it.each<readonly [string, Record<string, string>, Partial<RemoteJwksOptions>, number]>([
    ["no Cache-Control: maxAge, 10 min by default", {}, {}, 600],
    ["no Cache-Control: maxAge as given", {}, { maxAge: "1h" }, 3600],
    [
      "a max-age of hours: maxAge",
      { "cache-control": "public, max-age=21600, must-revalidate, no-transform" },
      {},
      600,
    ],
    ["a shorter max-age: that", { "cache-control": "max-age=100" }, {}, 100],
    ["in other spellings", { "cache-control": 'private,MAX-AGE="100"' }, {}, 100],
    ["less the Age that a cache on the way states", { "cache-control": "max-age=100", age: "40" }, {}, 60],
    ["an Age that is no number is none", { "cache-control": "max-age=100", age: "old" }, {}, 100],
    ["max-age=0: the cooldown", { "cache-control": "max-age=0" }, {}, 30],
    ["max-age=0: the cooldown as given", { "cache-control": "max-age=0" }, { cooldown: 45 }, 45],
    ["no-store: the cooldown", { "cache-control": "no-store" }, {}, 30],
    ["no-cache: the cooldown", { "cache-control": "no-cache, max-age=500" }, {}, 30],
    ["an Age beyond max-age: the cooldown", { "cache-control": "max-age=100", age: "1000" }, {}, 30],
    ["maxAge below the cooldown: maxAge all the same", { "cache-control": "max-age=0" }, { maxAge: 10 }, 10],
    ["s-maxage is for shared caches, not for us", { "cache-control": "s-maxage=50" }, {}, 600],
    ["a max-age that is no number", { "cache-control": "max-age=soon" }, {}, 600],
    ["a max-age beyond all numbers", { "cache-control": `max-age=${"9".repeat(400)}` }, {}, 600],
  ])("%s", async (_what, headers, options, seconds) => {
    for (const [at, before] of [
      [seconds - 0.001, true],
      [seconds, false],
    ] as const) {
      clock.at = 1_800_000_000;
      issuer.asked.length = 0;
      issuer.answer = serving([first.jwk], headers);
      const behind: Promise<unknown>[] = [];
      const keys = await warm({ ...options, waitUntil: (promise) => behind.push(promise) });
      issuer.answer = serving([second.jwk], headers);
      clock.at += at;
      expect(await outcome(tokens.first, keys)).toBe(before ? "accepted" : "key_not_found");
      await Promise.all(behind);
    }
  });

  it("a clock that was set back makes no key younger: staleIfError ends all the same", async () => {
    for (const moves of [
      [-300 * 86_400],
      [-300 * 86_400, 299 * 86_400],
      [-3000, 3000],
      [-1000, 2700],
      [...Array<number>(40).fill(-100)],
    ]) {
      clock.at = 1_800_000_000;
      issuer.asked.length = 0;
      issuer.answer = serving([first.jwk]);
      const keys = await warm({ staleIfError: "1h" });
      issuer.answer = answering(500, "");
      for (const move of moves) {
        clock.at += move;
        await errorOf(() => keys.select({ alg: "ES256", kid: "first" }));
      }
      expect(await codeOf(() => keys.select({ alg: "ES256", kid: "first" })), moves.join()).toBe("jwks_unavailable");
    }
  });

  it("a clock that was set back makes a fetch, and the keys stay usable meanwhile", async () => {
    const keys = await warm();
    clock.at -= 3600;
    issuer.answer = answering(500, "");
    expect(await keys.select({ alg: "ES256", kid: "first" })).toHaveLength(1);
    expect(issuer.asked).toHaveLength(2);
  });
});

describe("a refresh in the background", () => {
  it("begins in the last quarter of the time, and no token waits for it", async () => {
    const keys = await warm();
    issuer.answer = serving([first.jwk, second.jwk]);
    clock.at += 449;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(issuer.asked).toHaveLength(1);

    clock.at += 1;
    let answerLater = (): void => undefined;
    issuer.answer = (request, response) => {
      answerLater = () => {
        serving([first.jwk, second.jwk])(request, response);
      };
    };
    const many = Array.from({ length: 100 }, () => outcome(tokens.first, keys));
    expect(new Set(await Promise.all(many))).toEqual(new Set(["accepted"]));
    await vi.waitFor(() => {
      expect(issuer.asked).toHaveLength(2);
    }, 10_000);
    expect(keys.state.size).toBe(1);
    answerLater();
    await refreshed(keys, ({ size }) => size === 2);
    expect(await outcome(tokens.second, keys)).toBe("accepted");
    expect(issuer.asked).toHaveLength(2);
  });

  it("that fails keeps the keys, and is not tried again within the cooldown", async () => {
    const keys = await warm();
    issuer.answer = answering(500, "");
    clock.at += 500;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    await refreshed(keys, ({ lastError }) => lastError !== undefined);
    clock.at += 29;
    for (let i = 0; i < 10; i++) expect(await outcome(tokens.first, keys)).toBe("accepted");
    expect(issuer.asked).toHaveLength(2);
    clock.at += 1;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    await vi.waitFor(() => {
      expect(issuer.asked).toHaveLength(3);
    }, 10_000);
  });

  it("is handed to waitUntil, where there is one", async () => {
    const handed: Promise<unknown>[] = [];
    const keys = await warm({ waitUntil: (promise) => handed.push(promise) });
    issuer.answer = serving([second.jwk]);
    clock.at += 500;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    expect(handed).toHaveLength(1);
    await handed[0];
    expect(await outcome(tokens.second, keys)).toBe("accepted");
  });

  it("does not begin within the cooldown of the last fetch", async () => {
    issuer.answer = serving([first.jwk], { "cache-control": "max-age=0" });
    const keys = await warm();
    clock.at += 29.9;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(issuer.asked).toHaveLength(1);
  });
});

describe("a kid that is not in the set", () => {
  it("makes a fetch, and is found in what comes", async () => {
    const keys = await warm();
    issuer.answer = serving([first.jwk, second.jwk]);
    clock.at += 30;
    expect(await outcome(tokens.second, keys)).toBe("accepted");
    expect(issuer.asked).toHaveLength(2);
  });

  it("within the cooldown makes none: key_not_found, as the set is no older than that", async () => {
    const keys = await warm();
    issuer.answer = serving([first.jwk, second.jwk]);
    clock.at += 29.9;
    expect(await outcome(tokens.second, keys)).toBe("key_not_found");
    expect(issuer.asked).toHaveLength(1);
  });

  it("10 000 of them in a simulated minute: one fetch per cooldown, and good tokens pass meanwhile", async () => {
    const keys = remote();
    for (let i = 0; i < 10_000; i++) {
      clock.at = 1_800_000_000 + i * 0.006;
      expect(await keys.select({ alg: "ES256", kid: `made up ${i}` })).toEqual([]);
      if (i % 1000 === 0) expect(await outcome(tokens.first, keys)).toBe("accepted");
    }
    expect(issuer.asked).toHaveLength(2); // at 0 s and at 30 s
    clock.at = 1_800_000_060;
    await keys.select({ alg: "ES256", kid: "made up" });
    expect(issuer.asked).toHaveLength(3);
  });

  it("10 000 of them in a simulated minute of failures: no more, and the good keys stay", async () => {
    const keys = await warm();
    issuer.answer = answering(503, "");
    for (let i = 0; i < 10_000; i++) {
      clock.at = 1_800_000_030 + i * 0.006;
      expect(await codeOf(() => keys.select({ alg: "ES256", kid: `made up ${i}` }))).toBe("jwks_unavailable");
      if (i % 1000 === 0) expect(await outcome(tokens.first, keys)).toBe("accepted");
    }
    expect(issuer.asked).toHaveLength(3); // the first, then at 30 s and at 60 s
  });

  it("1 000 different ones at once make one fetch", async () => {
    const keys = await warm();
    clock.at += 30;
    await Promise.all(Array.from({ length: 1000 }, async (_, i) => keys.select({ alg: "ES256", kid: `made up ${i}` })));
    expect(issuer.asked).toHaveLength(2);
  });

  it("after a failed refresh is jwks_unavailable, not key_not_found: nobody could look", async () => {
    const keys = await warm();
    issuer.answer = answering(500, "");
    clock.at += 30;
    expect(await outcome(tokens.second, keys)).toBe("jwks_unavailable");
    clock.at += 10;
    expect(await outcome(tokens.second, keys)).toBe("jwks_unavailable");
    expect(issuer.asked).toHaveLength(2);
    expect(await outcome(tokens.first, keys)).toBe("accepted");
  });

  it("is jwks_unavailable even where the failed answer was jwks_invalid", async () => {
    const keys = await warm();
    issuer.answer = answering(200, "<html>");
    clock.at += 30;
    expect(await outcome(tokens.second, keys)).toBe("jwks_unavailable");
    expect(keys.state.lastError?.code).toBe("jwks_invalid");
  });

  it("is answered with the keys without kid, if there are such, without a fetch", async () => {
    const { kid, ...nameless } = first.jwk;
    issuer.answer = serving([nameless, second.jwk]);
    const keys = await warm();
    clock.at += 100;
    expect(kid).toBe("first");
    expect(await outcome(tokens.third, keys)).toBe("signature_invalid");
    expect(issuer.asked).toHaveLength(1);
  });

  it("a token without kid is tried with every key", async () => {
    const [{ privateKey }] = [second];
    const nameless = {
      alg: privateKey.alg,
      sign: (data: Parameters<typeof privateKey.sign>[0]) => privateKey.sign(data),
    };
    issuer.answer = serving([first.jwk, second.jwk]);
    expect(await outcome(await tokenBy({ privateKey: nameless }, clock), remote())).toBe("accepted");
  });
});

describe("while refreshes fail", () => {
  it("the keys are used for a day from when they were fetched, and not longer", async () => {
    const keys = await warm();
    issuer.answer = answering(500, "");
    clock.at += 86_399;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    clock.at += 1;
    expect(await outcome(tokens.first, keys)).toBe("jwks_unavailable");
  });

  it("staleIfError as given, and 0: no longer than they are fresh", async () => {
    for (const [staleIfError, last] of [
      ["2h", 7200],
      [0, 600],
    ] as const) {
      clock = stoppedClock();
      issuer.asked.length = 0;
      issuer.answer = serving([first.jwk]);
      const keys = await warm({ staleIfError });
      issuer.answer = answering(500, "");
      clock.at += last - 1;
      expect(await outcome(tokens.first, keys)).toBe("accepted");
      clock.at += 1;
      expect(await outcome(tokens.first, keys)).toBe("jwks_unavailable");
    }
  });

  it("a fetch is tried once per cooldown, and what comes back is used", async () => {
    const keys = await warm();
    issuer.answer = answering(500, "");
    clock.at += 1000;
    for (let i = 0; i < 100; i++) expect(await outcome(tokens.first, keys)).toBe("accepted");
    expect(issuer.asked).toHaveLength(2);
    issuer.answer = serving([second.jwk]);
    clock.at += 30;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    await refreshed(keys, ({ lastError }) => lastError === undefined);
    expect(await outcome(tokens.first, keys)).toBe("key_not_found");
    expect(await outcome(tokens.second, keys)).toBe("accepted");
    expect(issuer.asked).toHaveLength(3);
  });

  it("the first token waits for the fetch that fails, and no other for the tries that follow", async () => {
    const keys = await warm({ timeout: 1 });
    issuer.answer = () => undefined;
    clock.at += 1000;
    const time = async (): Promise<number> => {
      const started = performance.now();
      expect(await outcome(tokens.first, keys)).toBe("accepted");
      return performance.now() - started;
    };
    expect(await time()).toBeGreaterThan(950);
    clock.at += 30;
    expect(await time()).toBeLessThan(900);
    await vi.waitFor(() => {
      expect(issuer.asked).toHaveLength(3);
    }, 10_000);
    // It waits for that try, which may bring the key.
    expect(await outcome(tokens.second, keys)).toBe("jwks_unavailable");
    expect(issuer.asked).toHaveLength(3);
  });

  it("with no keys at all, a fetch is tried once per cooldown, and the reason is remembered", async () => {
    issuer.answer = answering(200, "<html>");
    const keys = remote();
    for (let i = 0; i < 100; i++) expect(await outcome(tokens.first, keys)).toBe("jwks_invalid");
    clock.at += 29;
    expect(await outcome(tokens.first, keys)).toBe("jwks_invalid");
    expect(issuer.asked).toHaveLength(1);
    issuer.answer = serving([first.jwk]);
    clock.at += 1;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
  });

  it.each<readonly [string, string, number]>([
    ["seconds", "120", 120],
    ["seconds, fewer than the cooldown", "5", 30],
    ["a date", new Date((1_800_000_000 + 90) * 1000).toUTCString(), 90],
    ["a date in the past", new Date(1_700_000_000_000).toUTCString(), 30],
    ["a day: 5 min at most", "86400", 300],
    ["a date next year: 5 min at most", new Date(1_830_000_000_000).toUTCString(), 300],
    ["neither", "later", 30],
    ["a negative number", "-1", 30],
    ["a number with an exponent", "1e9", 30],
  ])("Retry-After as %s (%s): the next fetch after %d s", async (_what, value, seconds) => {
    issuer.answer = answering(429, "", { "retry-after": value });
    const keys = remote();
    expect(await outcome(tokens.first, keys)).toBe("jwks_unavailable");
    clock.at += seconds - 0.001;
    await outcome(tokens.first, keys);
    expect(issuer.asked).toHaveLength(1);
    clock.at += 0.001;
    await outcome(tokens.first, keys);
    expect(issuer.asked).toHaveLength(2);
  });

  it("a cooldown longer than 5 min is not shortened by Retry-After", async () => {
    issuer.answer = answering(503, "", { "retry-after": "4000" });
    const keys = remote({ cooldown: 1000 });
    await outcome(tokens.first, keys);
    clock.at += 999;
    await outcome(tokens.first, keys);
    expect(issuer.asked).toHaveLength(1);
  });

  it("the pause that Retry-After asked for ends with the next success", async () => {
    issuer.answer = answering(503, "", { "retry-after": "300" });
    const keys = remote();
    await outcome(tokens.first, keys);
    issuer.answer = serving([first.jwk]);
    clock.at += 300;
    await outcome(tokens.first, keys);
    clock.at += 30;
    await outcome(tokens.second, keys);
    expect(issuer.asked).toHaveLength(3);
  });
});

describe("what a refresh does to the keys", () => {
  it("replaces them: what is withdrawn stops working", async () => {
    issuer.answer = serving([first.jwk, second.jwk]);
    const keys = await warm();
    issuer.answer = serving([second.jwk]);
    clock.at += 600;
    expect(await outcome(tokens.first, keys)).toBe("key_not_found");
    expect(await outcome(tokens.second, keys)).toBe("accepted");
    expect(keys.state.size).toBe(1);
  });

  it("an empty set withdraws all, and nothing is decided: the issuer is asked again a second later", async () => {
    const keys = await warm();
    issuer.answer = serving([]);
    clock.at += 600;
    expect(await outcome(tokens.first, keys)).toBe("jwks_invalid");
    expect(keys.state).toMatchObject({ size: 0, lastError: { code: "jwks_invalid" } });
    expect(keys.state.lastError?.message).toMatch(/the key set is empty/);

    clock.at += 0.9;
    for (let i = 0; i < 10; i++) expect(await outcome(tokens.first, keys)).toBe("jwks_invalid");
    expect(issuer.asked).toHaveLength(2);
    issuer.answer = serving([first.jwk]);
    clock.at += 0.1;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    expect(keys.state.lastError).toBeUndefined();
    clock.at += 29;
    expect(await outcome(tokens.second, keys)).toBe("key_not_found");
    expect(issuer.asked).toHaveLength(3);
  });

  it("an empty set at the start is no 401 either", async () => {
    issuer.answer = serving([]);
    const keys = remote();
    expect(await outcome(tokens.first, keys)).toBe("jwks_invalid");
    issuer.answer = serving([first.jwk]);
    clock.at += 1;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
  });

  it("the same text keeps the same key objects, so that a verifier's cache stays good", async () => {
    const keys = await warm();
    const [before] = await keys.select({ alg: "ES256", kid: "first" });
    clock.at += 600;
    const [after] = await keys.select({ alg: "ES256", kid: "first" });
    expect(issuer.asked).toHaveLength(2);
    expect(after).toBe(before);
    issuer.answer = serving([first.jwk, second.jwk]);
    await keys.reload();
    expect((await keys.select({ alg: "ES256", kid: "first" }))[0]).not.toBe(before);
  });

  it("a key set that changes between every two requests", async () => {
    const keys = remote();
    const all = [first, second, third];
    for (let round = 0; round < 9; round++) {
      const current = all[round % 3] ?? first;
      issuer.answer = serving([current.jwk]);
      clock.at += 30;
      expect(await outcome(await tokenBy(current, clock), keys)).toBe("accepted");
      expect(keys.state.size).toBe(1);
    }
    expect(issuer.asked).toHaveLength(9);
  });

  it("passes over keys that cannot be used, RS* and PS* on one key among them", async () => {
    const rsa = publicJwkFor(RS256);
    issuer.answer = serving([
      { ...rsa, kid: "both" },
      { ...rsa, kid: "one", alg: "RS256" },
      "no key",
      { kty: "oct", k: "AAAA", kid: "secret" },
    ]);
    const keys = remote({ algorithms: [RS256, PS256] });
    await keys.reload();
    expect(keys.state).toMatchObject({
      size: 1,
      passedOver: [
        { index: 0, kid: "both" },
        { index: 2, kid: undefined },
        { index: 3, kid: "secret" },
      ],
    });
    expect(keys.state.passedOver[0]?.reason).toMatch(/allowSharedKeys/);
    const shared = remote({ algorithms: [RS256, PS256], allowSharedKeys: true });
    await shared.reload();
    expect(shared.state).toMatchObject({ size: 2, passedOver: [{ index: 2 }, { index: 3 }] });
  });

  it("binds the keys to the issuer that is given", async () => {
    const keys = remote({ issuer: "https://elsewhere.example" });
    expect(await outcome(tokens.first, keys)).toBe("issuer_mismatch");
    expect(await codeOf(() => verify(tokens.first, keys, { issuer: unchecked, audience: "web", now: clock.now }))).toBe(
      "issuer_mismatch",
    );
  });
});

describe("reload", () => {
  it("fetches whatever the cooldown says", async () => {
    const keys = await warm();
    issuer.answer = serving([second.jwk]);
    await keys.reload();
    expect(issuer.asked).toHaveLength(2);
    expect(await outcome(tokens.first, keys)).toBe("key_not_found");
    expect(await outcome(tokens.second, keys)).toBe("accepted");
  });

  it("rejects when it fails, and the keys stay", async () => {
    const keys = await warm();
    issuer.answer = answering(500, "");
    const error = await errorOf(() => keys.reload());
    expect(isUnavailableError(error)).toBe(true);
    expect(error).toBe(keys.state.lastError);
    expect(await outcome(tokens.first, keys)).toBe("accepted");
  });

  it("does not take the answer to an older question for its own", async () => {
    const held: (() => void)[] = [];
    issuer.answer = (request, response) => {
      held.push(() => {
        serving([first.jwk])(request, response);
      });
    };
    const keys = remote();
    const waiting = outcome(tokens.first, keys);
    await vi.waitFor(() => {
      expect(held).toHaveLength(1);
    }, 10_000);
    const reloads = Array.from({ length: 50 }, () => keys.reload());
    issuer.answer = serving([second.jwk]);
    held[0]?.();
    await Promise.all([waiting, ...reloads]);
    expect(issuer.asked).toHaveLength(2);
    expect(await outcome(tokens.second, keys)).toBe("accepted");
  });

  it("100 at once make two fetches: one for the first, one for all that asked after it had begun", async () => {
    const keys = remote();
    await Promise.all(Array.from({ length: 100 }, () => keys.reload()));
    expect(issuer.asked).toHaveLength(2);
  });
});

describe("onRefresh and state", () => {
  it("is called after each refresh with the state, failed ones included", async () => {
    const states: RemoteJwksState[] = [];
    const keys = remote({ onRefresh: (state) => states.push(state) });
    issuer.answer = serving([first.jwk, { ...second.jwk, use: "enc" }]);
    await keys.reload();
    issuer.answer = answering(404, "");
    await keys.reload().catch(() => undefined);
    expect(states).toHaveLength(2);
    expect(states[0]).toEqual({
      size: 1,
      passedOver: [{ index: 1, kid: "second", reason: expect.stringMatching(/use/) as string }],
      lastSuccess: clock.now(),
      lastError: undefined,
    });
    expect(states[1]).toMatchObject({ size: 1, lastSuccess: clock.now(), lastError: { code: "jwks_unavailable" } });
    expect(states[1]).toEqual(keys.state);
    expect(Object.isFrozen(keys.state)).toBe(true);
  });

  it.each<readonly [string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("the logger is broken");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the logger is broken"))],
    ["never answers", () => new Promise(() => undefined)],
  ])("a listener that %s refuses no token", async (_what, onRefresh) => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    expect(await outcome(tokens.first, remote({ onRefresh }))).toBe("accepted");
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe("signal", () => {
  it("ends the fetch that is under way, and lets no other begin; the keys that are there stay", async () => {
    const controller = new AbortController();
    const keys = await warm({ signal: controller.signal });
    let closed = false;
    issuer.answer = (request) => {
      request.socket.on("close", () => {
        closed = true;
      });
    };
    clock.at += 30;
    const waiting = errorOf(() => keys.select({ alg: "ES256", kid: "second" }));
    await vi.waitFor(() => {
      expect(issuer.asked).toHaveLength(2);
    }, 10_000);
    controller.abort();
    expect(await waiting).toMatchObject({
      code: "jwks_unavailable",
      message: expect.stringMatching(/aborted/) as string,
    });
    await vi.waitFor(() => {
      expect(closed).toBe(true);
    }, 10_000);

    issuer.answer = serving([first.jwk]);
    clock.at += 600;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    expect(await codeOf(() => keys.reload())).toBe("jwks_unavailable");
    expect(issuer.asked).toHaveLength(2);
  });
});

describe("time", () => {
  it("a clock that breaks is the caller's mistake, and no unhandled rejection", async () => {
    const broken = remote({ now: () => new Date(NaN) });
    expect(await codeOf(() => broken.select({ alg: "ES256" }))).toBe("invalid_argument");
  });

  it("a clock that breaks in the background is no unhandled rejection", async () => {
    let broken = false;
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const get = async (): Promise<void> => {
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
      broken = clock.at > 1_800_000_000;
    };
    const keys = await warm({
      cache: { get, set: () => undefined },
      now: () => (broken ? new Date(NaN) : clock.now()),
    });
    clock.at += 500;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    process.off("unhandledRejection", unhandled);
    expect(broken).toBe(true);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it("keys that are too old when they arrive are not used", async () => {
    issuer.answer = (request, response) => {
      setTimeout(() => {
        serving([first.jwk])(request, response);
      }, 60);
    };
    const options = { algorithms: [ES256], maxAge: 0.05 };
    const token = await sign({}, first.privateKey, { issuer: "https://issuer.example", audience: "web" });
    const accepted = (keys: RemoteJwks): Promise<string> =>
      codeOf(() => verify(token, keys, { issuer: "https://issuer.example", audience: "web" }));
    expect(await accepted(remoteJwks(issuer.url, { ...options, staleIfError: 0 }))).toBe("jwks_unavailable");
    expect(await accepted(remoteJwks(issuer.url, options))).toBe("accepted");
  });

  it("without a clock it is the system's", async () => {
    const keys = remoteJwks(issuer.url, { algorithms: [ES256], now: undefined });
    const token = await sign({}, first.privateKey, { issuer: "https://issuer.example", audience: "web" });
    await verify(token, keys, { issuer: "https://issuer.example", audience: "web" });
    expect(Math.abs(Number(keys.state.lastSuccess) - Date.now())).toBeLessThan(5000);
  });
});
