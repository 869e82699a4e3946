// remoteJwks where a promise of one request must not be awaited in another (Cloudflare Workers): the platform is played, with
// each "request" looking at what it awaits. test/system/services/jwks/workerd.test.ts has the real one.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type * as library from "../../../src/index.ts";
import type { JwksCache, RemoteJwks, RemoteJwksOptions } from "../../../src/index.ts";
import { browserLike, loadOn, workerdLike } from "../base/load.ts";
import {
  answering,
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

let [first, second]: [TestKey, TestKey] = [] as never;
let issuer: Issuer;
let clock: Clock;
let tokens: { readonly first: string; readonly second: string };

beforeAll(async () => {
  [first, second] = [await newKey("first"), await newKey("second")];
  issuer = await startIssuer();
});
afterAll(() => issuer.close());
beforeEach(async () => {
  clock = stoppedClock();
  issuer.asked.length = 0;
  issuer.answer = serving([first.jwk]);
  tokens = { first: await tokenBy(first, clock), second: await tokenBy(second, clock) };
});

describe.each([workerdLike, browserLike])("on $name", (platform) => {
  let edge: typeof library;
  beforeAll(async () => {
    edge = await loadOn(platform, () => import("../../../src/index.ts"));
  });

  const remote = (options: Partial<RemoteJwksOptions> = {}): RemoteJwks =>
    edge.remoteJwks(issuer.url, { algorithms: [edge.ES256], now: clock.now, ...options });
  const outcome = (token: string, keys: RemoteJwks): Promise<string> => outcomeOf(token, keys, clock);

  it("100 requests at once make one fetch, and none awaits another's", async () => {
    const keys = remote();
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => outcome(tokens.first, keys)));
    expect(new Set(outcomes)).toEqual(new Set(["accepted"]));
    expect(issuer.asked).toHaveLength(1);
  });

  it("a request that ends in the middle of its fetch does not hold up the others for more than a second", async () => {
    let calls = 0;
    // The first request is cancelled, and its promise never settles.
    const keys = remote({
      timeout: 10,
      fetch: async () =>
        calls++ === 0 ? new Promise(() => undefined) : new Response(JSON.stringify({ keys: [first.jwk] })),
    });
    void outcome(tokens.first, keys);
    const started = performance.now();
    expect(await Promise.all([outcome(tokens.first, keys), outcome(tokens.first, keys)])).toEqual([
      "accepted",
      "accepted",
    ]);
    expect(performance.now() - started).toBeLessThan(8000);
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(calls).toBeLessThanOrEqual(3);
    expect(await outcome(tokens.first, keys)).toBe("accepted");
  });

  it("nothing is begun that nobody awaits: without waitUntil there is no refresh in the background", async () => {
    const keys = remote();
    await outcome(tokens.first, keys);
    issuer.answer = serving([second.jwk]);
    clock.at += 599;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(issuer.asked).toHaveLength(1);
    clock.at += 1;
    expect(await outcome(tokens.second, keys)).toBe("accepted");
  });

  it("with waitUntil there is, and it is handed over", async () => {
    const handed: Promise<unknown>[] = [];
    const keys = remote({ waitUntil: (promise) => handed.push(promise) });
    await outcome(tokens.first, keys);
    issuer.answer = serving([second.jwk]);
    clock.at += 599;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    expect(handed).toHaveLength(1);
    await handed[0];
    expect(await outcome(tokens.second, keys)).toBe("accepted");
    expect(issuer.asked).toHaveLength(2);
  });

  it("the store is written before the request ends, or handed to waitUntil", async () => {
    const texts = new Map<string, string>();
    let mayWrite = new Promise<void>((resolve) => {
      setTimeout(resolve, 20);
    });
    const slow: JwksCache = {
      get: (url) => texts.get(url),
      set: async (url, text) => {
        await mayWrite;
        texts.set(url, text);
      },
    };
    await outcome(tokens.first, remote({ cache: slow }));
    expect(texts.size).toBe(1);

    texts.clear();
    const handed: Promise<unknown>[] = [];
    let allow = (): void => undefined;
    mayWrite = new Promise((resolve) => {
      allow = resolve;
    });
    await outcome(tokens.first, remote({ cache: slow, waitUntil: (promise) => handed.push(promise) }));
    expect(texts.size).toBe(0);
    allow();
    await Promise.all(handed);
    expect(texts.size).toBe(1);
  });

  it("failures, cooldown and unknown kids are as everywhere", async () => {
    const keys = remote();
    await outcome(tokens.first, keys);
    issuer.answer = answering(500, "");
    clock.at += 600;
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    expect(await outcome(tokens.second, keys)).toBe("jwks_unavailable");
    expect(await Promise.all(Array.from({ length: 50 }, () => outcome(tokens.second, keys)))).toEqual(
      Array(50).fill("jwks_unavailable"),
    );
    expect(issuer.asked).toHaveLength(2);
  });
});
