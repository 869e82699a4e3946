// The shared cache: a process that starts cold, and what may come out of a store that others write to.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { discoverJwks, ES256, remoteJwks } from "../../../src/index.ts";
import type { JwksCache, RemoteJwks, RemoteJwksOptions } from "../../../src/index.ts";
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
let store: Map<string, string>;
let cache: JwksCache & { readonly ttls: number[] };

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
  store = new Map();
  cache = {
    ttls: [],
    get: (url) => store.get(url),
    set(url, text, ttl) {
      store.set(url, text);
      this.ttls.push(ttl);
    },
  };
});

/** Each is a process of its own. */
const start = (options: Partial<RemoteJwksOptions> = {}): RemoteJwks =>
  remoteJwks(issuer.url, { algorithms: [ES256], now: clock.now, cache, ...options });
const outcome = (token: string, keys: RemoteJwks): Promise<string> => outcomeOf(token, keys, clock);

describe("a process that starts cold", () => {
  it("starts with what another fetched, under the full URL", async () => {
    expect(await outcome(tokens.first, start())).toBe("accepted");
    expect([...store.keys()]).toEqual([issuer.url]);
    expect(cache.ttls).toEqual([86_400]);
    clock.at += 100;
    const keys = start();
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    expect(issuer.asked).toHaveLength(1);
    expect(keys.state.lastSuccess).toEqual(new Date((clock.at - 100) * 1000));
  });

  it("uses it no longer than the first would have", async () => {
    issuer.answer = serving([first.jwk], { "cache-control": "max-age=100" });
    await outcome(tokens.first, start());
    issuer.answer = serving([second.jwk]);
    clock.at += 99;
    const keys = start({ waitUntil: () => undefined });
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    clock.at += 1;
    expect(await outcome(tokens.first, start())).toBe("key_not_found");
  });

  it("its own maxAge holds, whatever the first had", async () => {
    await outcome(tokens.first, start({ maxAge: "1d" }));
    clock.at += 60;
    await outcome(tokens.first, start({ maxAge: 60 }));
    expect(issuer.asked).toHaveLength(2);
  });

  it("asks the issuer for a kid that the cached set lacks", async () => {
    await outcome(tokens.first, start());
    issuer.answer = serving([first.jwk, second.jwk]);
    clock.at += 29;
    expect(await outcome(tokens.second, start())).toBe("key_not_found");
    clock.at += 1;
    const keys = start();
    expect(await outcome(tokens.second, keys)).toBe("accepted");
    expect(issuer.asked).toHaveLength(2);
    expect(await outcome(tokens.first, keys)).toBe("accepted");
  });

  it("with an issuer that is down, lives on the cached keys for staleIfError, counted from the fetch", async () => {
    await outcome(tokens.first, start());
    issuer.answer = answering(500, "");
    clock.at += 86_399;
    expect(await outcome(tokens.first, start())).toBe("accepted");
    clock.at += 1;
    expect(await outcome(tokens.first, start())).toBe("jwks_unavailable");
  });

  it("keeps in the store for as long as the keys may be used", async () => {
    await outcome(tokens.first, start({ staleIfError: 0 }));
    await outcome(
      tokens.first,
      start({ staleIfError: 0, maxAge: 100.5, now: () => new Date((clock.at + 1000) * 1000) }),
    );
    expect(cache.ttls).toEqual([600, 101]);
  });
});

describe("a process that is running", () => {
  it("takes what another fetched meanwhile instead of fetching", async () => {
    const [a, b] = [start(), start()];
    expect(await outcome(tokens.first, a)).toBe("accepted");
    expect(await outcome(tokens.first, b)).toBe("accepted");
    issuer.answer = serving([second.jwk]);
    clock.at += 600;
    expect(await outcome(tokens.second, a)).toBe("accepted");
    expect(await outcome(tokens.second, b)).toBe("accepted");
    // The set is as new as a fetch within the cooldown would be.
    expect(await outcome(tokens.first, b)).toBe("key_not_found");
    expect(issuer.asked).toHaveLength(2);
  });

  it("gets over a failure of its own with what another fetched since", async () => {
    const [a, b] = [start(), start()];
    expect(await outcome(tokens.first, a)).toBe("accepted");
    expect(await outcome(tokens.first, b)).toBe("accepted");
    issuer.answer = answering(500, "");
    clock.at += 600;
    expect(await outcome(tokens.second, a)).toBe("jwks_unavailable");
    issuer.answer = serving([second.jwk]);
    clock.at += 1;
    await b.reload();
    clock.at += 30;
    expect(await outcome(tokens.second, a)).toBe("accepted");
    expect(a.state.lastError).toBeUndefined();
    expect(issuer.asked).toHaveLength(3);
  });

  it("never goes back to an older set", async () => {
    const keys = start();
    await outcome(tokens.first, keys);
    const older = store.get(issuer.url) ?? "";
    issuer.answer = serving([second.jwk]);
    clock.at += 600;
    await keys.reload();
    store.set(issuer.url, older);
    issuer.answer = answering(500, "");
    clock.at += 100;
    expect(await outcome(tokens.first, keys)).toBe("jwks_unavailable");
    expect(await outcome(tokens.second, keys)).toBe("accepted");
  });

  it("reload goes past the cache, and fills it", async () => {
    await outcome(tokens.first, start());
    issuer.answer = serving([second.jwk]);
    clock.at += 1;
    const keys = start();
    await keys.reload();
    expect(await outcome(tokens.second, keys)).toBe("accepted");
    expect(await outcome(tokens.second, start())).toBe("accepted");
    expect(issuer.asked).toHaveLength(2);
  });

  it("a failed fetch leaves the store as it is", async () => {
    const keys = start();
    await outcome(tokens.first, keys);
    const before = store.get(issuer.url);
    issuer.answer = answering(200, "<html>");
    await keys.reload().catch(() => undefined);
    expect(store.get(issuer.url)).toBe(before);
  });
});

describe("sets of several issuers in one store", () => {
  it("do not meet: the key is the full URL, query and port included", async () => {
    const other = await startIssuer(serving([second.jwk]));
    const urls = [
      issuer.url,
      `${issuer.url}?tenant=a`,
      `${issuer.url}?tenant=b`,
      `${issuer.origin}/other.json`,
      other.url,
    ];
    for (const url of urls) await remoteJwks(url, { algorithms: [ES256], now: clock.now, cache }).reload();
    expect([...store.keys()]).toEqual(urls);
    expect(await outcome(tokens.second, start())).toBe("key_not_found");
    expect(await outcome(tokens.first, remoteJwks(other.url, { algorithms: [ES256], now: clock.now, cache }))).toBe(
      "key_not_found",
    );
    await other.close();
  });

  it("discoverJwks: the set is under the URL of the metadata", async () => {
    issuer.answer = (request, response) => {
      const metadata = answering(200, JSON.stringify({ issuer: issuer.origin, jwks_uri: issuer.url }));
      (request.url === "/jwks.json" ? serving([first.jwk]) : metadata)(request, response);
    };
    const options = { algorithms: [ES256], now: clock.now, cache } as const;
    await discoverJwks(issuer.origin, options).reload();
    expect([...store.keys()]).toEqual([`${issuer.origin}/.well-known/openid-configuration`]);
    const keys = discoverJwks(issuer.origin, options);
    expect(await keys.select({ alg: "ES256", kid: "first" })).toMatchObject([{ issuer: issuer.origin }]);
    expect(issuer.asked).toHaveLength(2);
  });
});

describe("what comes out of the store", () => {
  const entry = (more: object = {}): string =>
    JSON.stringify({ fetchedAt: clock.at - 10, jwks: JSON.stringify({ keys: [second.jwk] }), ...more });

  it("is a set like any other: whoever writes to the store can forge, as the documentation says", async () => {
    store.set(issuer.url, entry());
    expect(await outcome(tokens.second, start())).toBe("accepted");
    expect(issuer.asked).toEqual([]);
  });

  it.each<readonly [string, () => unknown]>([
    ["nothing", () => undefined],
    ["null (Redis, KV)", () => null],
    ["empty", () => ""],
    ["HTML", () => "<html>"],
    ["a number", () => 5],
    ["an object", () => JSON.parse(entry()) as unknown],
    ["a bare key set", () => JSON.stringify({ keys: [second.jwk] })],
    ["from the future", () => entry({ fetchedAt: clock.at + 0.001 })],
    ["of no time", () => entry({ fetchedAt: undefined })],
    ["of a time that is a text", () => entry({ fetchedAt: String(clock.at) })],
    ["of an endless time", () => entry().replace(/"fetchedAt":[\d.]+/, '"fetchedAt":1e999')],
    ["of before all memory", () => entry({ fetchedAt: -1e300 })],
    ["too old", () => entry({ fetchedAt: clock.at - 86_400 })],
    ["of an object for a document", () => entry({ jwks: { keys: [second.jwk] } })],
    ["of HTML for a document", () => entry({ jwks: "<html>" })],
    ["of a document without keys", () => entry({ jwks: "{}" })],
    [
      "of more keys than any issuer has",
      () => entry({ jwks: JSON.stringify({ keys: Array.from({ length: 1001 }, () => second.jwk) }) }),
    ],
    ["longer than maxBytes", () => entry({ jwks: JSON.stringify({ keys: [second.jwk] }) + " ".repeat(524_288) })],
    ["nested deep", () => entry({ jwks: `{"keys":${"[".repeat(10_000)}${"]".repeat(10_000)}}` })],
  ])("%s is a miss: the issuer is asked", async (_what, value) => {
    store.set(issuer.url, value() as string);
    expect(await outcome(tokens.first, start())).toBe("accepted");
    expect(issuer.asked).toHaveLength(1);
    expect(JSON.parse(store.get(issuer.url) ?? "")).toMatchObject({ fetchedAt: clock.at });
  });

  it("cannot make itself fresh for longer than maxAge", async () => {
    store.set(issuer.url, entry({ fetchedAt: clock.at - 600, maxAge: 1e9 }));
    expect(await outcome(tokens.second, start())).toBe("key_not_found");
    store.set(issuer.url, entry({ fetchedAt: clock.at - 599, maxAge: 1e9 }));
    expect(await outcome(tokens.second, start({ waitUntil: () => undefined }))).toBe("accepted");
  });

  it("is read by the reader's own rules: its keys for other uses are passed over, its issuer is bound", async () => {
    store.set(issuer.url, entry({ jwks: JSON.stringify({ keys: [{ ...second.jwk, use: "enc" }, second.jwk] }) }));
    const keys = start({ issuer: "https://elsewhere.example" });
    expect(await outcome(tokens.second, keys)).toBe("issuer_mismatch");
    expect(keys.state.passedOver).toMatchObject([{ index: 0 }]);
  });
});

describe("a store that fails", () => {
  it.each<readonly [string, Partial<JwksCache>]>([
    [
      "throws when read",
      {
        get: () => {
          throw new Error("down");
        },
      },
    ],
    ["rejects when read", { get: () => Promise.reject(new Error("down")) }],
    [
      "throws when written",
      {
        set: () => {
          throw new Error("full");
        },
      },
    ],
    ["rejects when written", { set: () => Promise.reject(new Error("full")) }],
    ["never answers when written", { set: () => new Promise(() => undefined) }],
  ])("%s costs a fetch, and no token", async (_what, broken) => {
    const keys = start({ cache: { get: () => undefined, set: () => undefined, ...broken } });
    expect(await outcome(tokens.first, keys)).toBe("accepted");
    expect(issuer.asked).toHaveLength(1);
  });

  it("never answers when read: a miss after a second", async () => {
    const started = performance.now();
    expect(
      await outcome(tokens.first, start({ cache: { get: () => new Promise(() => undefined), set: () => undefined } })),
    ).toBe("accepted");
    expect(performance.now() - started).toBeLessThan(4500);
    expect(performance.now() - started).toBeGreaterThan(900);
  });

  it("is read once for 1 000 tokens at once, and not again while keys are fresh", async () => {
    let reads = 0;
    const keys = start({
      cache: {
        get: (url) => {
          reads++;
          return store.get(url);
        },
        set: () => undefined,
      },
    });
    await Promise.all(Array.from({ length: 1000 }, () => outcome(tokens.first, keys)));
    await outcome(tokens.first, keys);
    expect(reads).toBe(1);
  });
});
