import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  createTokenSource,
  decode,
  generateKeyPair,
  ES256,
  HS256,
  importSecretSync,
  signSync,
} from "../../../src/index.ts";
import type { ExchangedToken, SigningKey } from "../../../src/index.ts";
import { codeOf } from "./outcome.ts";

const key = importSecretSync("a secret of the tests, 32 bytes or more", HS256);

/** A clock to be turned by hand. */
function clock(second = 1_800_000_000) {
  let time = second;
  return {
    now: () => new Date(time * 1000),
    turn: (seconds: number) => {
      time += seconds;
    },
  };
}

describe("createTokenSource with a key", () => {
  it("signs once for a thousand callers", async () => {
    let signatures = 0;
    const counting: SigningKey = {
      alg: "HS256",
      async sign(data) {
        signatures++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        return key.sign(data);
      },
    };
    const source = createTokenSource(counting, { claims: { sub: "billing" }, issuer: "billing", audience: "ledger" });
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => source.token()));
    expect(new Set(tokens).size).toBe(1);
    expect(signatures).toBe(1);
    expect(decode(tokens[0]!).claims).toMatchObject({ sub: "billing", iss: "billing", aud: "ledger" });
  });

  it("gives the same token until its margin, and another from there on", async () => {
    const { now, turn } = clock();
    const source = createTokenSource(key, { expiresIn: "10m", renewBefore: "1m", now });
    const first = await source.token();
    turn(539);
    expect(await source.token()).toBe(first);
    turn(1);
    expect(await source.token()).not.toBe(first);
  });

  it("renews in the last fifth of a token's life, at most five minutes before its end, unless told otherwise", async () => {
    for (const [life, fresh] of [
      [100, 79],
      [3600, 3299],
    ] as const) {
      const { now, turn } = clock();
      const source = createTokenSource(key, { expiresIn: life, now });
      const first = await source.token();
      turn(fresh);
      expect(await source.token()).toBe(first);
      turn(1);
      expect(await source.token()).not.toBe(first);
    }
  });

  it("signs anew when the clock was set back behind the token's making", async () => {
    const { now, turn } = clock();
    const source = createTokenSource(key, { now });
    const first = await source.token();
    turn(-60);
    expect(await source.token()).not.toBe(first);
  });

  it("signs with the current key of a source of keys", async () => {
    const { privateKey } = await generateKeyPair(ES256);
    const source = createTokenSource({ current: () => privateKey });
    expect(decode(await source.token()).header.alg).toBe("ES256");
  });

  it("reports claims that cannot be signed", async () => {
    const source = createTokenSource(key, { claims: { password: "hunter2" } });
    expect(await codeOf(() => source.token())).toBe("invalid_argument");
  });
});

describe("createTokenSource with an exchange", () => {
  it.each<[string, (until: number) => ExchangedToken]>([
    ["a JWT, by its exp", (until) => signSync({ exp: until }, key, { now: () => new Date((until - 600) * 1000) })],
    ["any token and its span", () => ({ token: "opaque", expiresIn: 600 })],
    ["any token and its end", (until) => ({ token: "opaque", expiresAt: until })],
    ["any token and a Date", (until) => ({ token: "opaque", expiresAt: new Date(until * 1000) })],
  ])("keeps %s", async (_, answer) => {
    const { now, turn } = clock();
    const exchange = vi.fn(() => answer(Number(now()) / 1000 + 600));
    const source = createTokenSource(exchange, { renewBefore: 60, now });
    await source.token();
    turn(539);
    await source.token();
    expect(exchange).toHaveBeenCalledTimes(1);
    turn(1);
    await source.token();
    expect(exchange).toHaveBeenCalledTimes(2);
  });

  it("gives the token that is still good when renewing fails, and tries again for the next caller", async () => {
    const { now, turn } = clock();
    let broken = false;
    const exchange = vi.fn(() => {
      if (broken) throw new Error("no network");
      return { token: `token ${exchange.mock.calls.length}`, expiresIn: 600 };
    });
    const source = createTokenSource(exchange, { renewBefore: 60, now });
    expect(await source.token()).toBe("token 1");
    broken = true;
    turn(550);
    expect(await source.token()).toBe("token 1");
    expect(await source.token()).toBe("token 1");
    expect(exchange).toHaveBeenCalledTimes(3);
    turn(50);
    expect(await codeOf(() => source.token())).toBe("key_unavailable");
    broken = false;
    expect(await source.token()).toBe("token 5");
  });

  it("is fresh in the second of its making, and not good by a clock that was set back behind it", async () => {
    const { now, turn } = clock();
    let broken = false;
    const exchange = vi.fn(() => {
      if (broken) throw new Error("no network");
      return { token: "opaque", expiresIn: 600 };
    });
    const source = createTokenSource(exchange, { now });
    await source.token();
    expect(await source.token()).toBe("opaque");
    expect(exchange).toHaveBeenCalledTimes(1);
    broken = true;
    turn(-1);
    expect(await codeOf(() => source.token())).toBe("key_unavailable");
    expect(exchange).toHaveBeenCalledTimes(2);
  });

  it("is good in the second of its making when renewing fails", async () => {
    let time = 1_800_000_000;
    const exchange = vi.fn(() => {
      if (exchange.mock.calls.length > 1) throw new Error("no network");
      return { token: "opaque", expiresIn: 600 };
    });
    // The clock is set back while the exchange is asked.
    const times = [time, time, time + 590, time + 590, time];
    const source = createTokenSource(exchange, { now: () => new Date((time = times.shift() ?? time) * 1000) });
    await source.token();
    expect(await source.token()).toBe("opaque");
    expect(exchange).toHaveBeenCalledTimes(2);
  });

  it("keeps what an exchange throws to itself", async () => {
    const source = createTokenSource(() => Promise.reject(new TypeError("fetch failed: client_secret=hunter2")));
    const error = await source.token().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "key_unavailable", message: "the exchange failed" });
    expect((error as Error).cause).toBeUndefined();
  });

  it("refuses a token that has expired when it comes", async () => {
    const { now } = clock();
    expect(
      await codeOf(() => createTokenSource(() => ({ token: "x", expiresAt: 1_799_999_999 }), { now }).token()),
    ).toBe("key_unavailable");
    expect(
      await codeOf(() => createTokenSource(() => ({ token: "x", expiresAt: 1_800_000_000 }), { now }).token()),
    ).toBe("key_unavailable");
  });

  it.each([
    ["exchange", { access_token: "x" }],
    ["exchange", { token: 7, expiresIn: 60 }],
    ["expiresIn", { token: "x", expiresIn: "soon" }],
    ["expiresAt", { token: "x", expiresAt: "soon" }],
  ])("says what is wrong with what came: %s, %j", async (name, found) => {
    await expect(createTokenSource(() => found as ExchangedToken).token()).rejects.toThrow(new RegExp(`^${name}: `));
  });

  it.each([[undefined], [""], [{ token: "" }], [{ access_token: "x" }], [7]])(
    "refuses %j for a token",
    async (found) => {
      expect(await codeOf(() => createTokenSource(() => found as ExchangedToken).token())).toBe("invalid_argument");
    },
  );

  it("refuses a token whose end nobody knows", async () => {
    expect(await codeOf(() => createTokenSource(() => "opaque").token())).toBe("token_malformed");
  });

  describe("with a timeout", () => {
    beforeEach(() => vi.useFakeTimers());
    afterEach(() => vi.useRealTimers());

    it("does not wait for ever", async () => {
      const source = createTokenSource(() => new Promise<string>(() => undefined), { timeout: 2 });
      const outcome = codeOf(() => source.token());
      await vi.advanceTimersByTimeAsync(2000);
      expect(await outcome).toBe("key_unavailable");
    });
  });
});

it.each([
  ["an option of sign beside an exchange", () => createTokenSource(() => "x", { issuer: "my-api" } as object)],
  ["an unknown option", () => createTokenSource(key, { expires: 1 } as object)],
  ["a timeout of 0", () => createTokenSource(key, { timeout: 0 })],
  ["no key", () => createTokenSource(undefined as unknown as SigningKey)],
])("refuses %s", async (_, attempt) => {
  expect(await codeOf(attempt)).toBe("invalid_argument");
});

it.each([{ timeout: "soon" }, { renewBefore: "soon" }])("says which option it refuses: %j", (options) => {
  expect(() => createTokenSource(key, options as object)).toThrow(new RegExp(`^${Object.keys(options)[0]!}: `));
});

it("a margin as long as the token's life does not make every caller renew it", async () => {
  const { now, turn } = clock();
  let exchanges = 0;
  const exchange = async (): Promise<ExchangedToken> =>
    Promise.resolve({ token: `token ${++exchanges}`, expiresIn: 60 });
  const source = createTokenSource(exchange, { renewBefore: "5m", now });
  for (let second = 0; second < 29; second++) {
    expect(await source.token()).toBe("token 1");
    turn(1);
  }
  turn(1);
  expect(await source.token()).toBe("token 2");
});
