// One body, two drivers: what is asynchronous is waited for by the one, and is refused by the other before anything can relabel it.
import { describe, expect, it, vi } from "vitest";
import { runAsync, runSync, syncUnavailable, type Call, type Steps } from "../../../src/base/steps.ts";
import { codeOf } from "../jwt/outcome.ts";

const call = (answer: () => unknown, now: (() => unknown) | undefined = answer): Call => ({ later: answer, now });
const fail = (): never => {
  throw new Error("failed");
};

function* body(...calls: readonly Call[]): Steps<unknown[]> {
  const answers: unknown[] = [];
  for (const one of calls) {
    try {
      answers.push(yield one);
    } catch (error) {
      answers.push((error as Error).message);
    }
  }
  return answers;
}

describe("runAsync", () => {
  it("gives the body's result after every call", async () => {
    expect(await runAsync(() => body())).toEqual([]);
    expect(
      await runAsync(() =>
        body(
          call(() => 1),
          call(() => Promise.resolve(2)),
          call(() => undefined),
        ),
      ),
    ).toEqual([1, 2, undefined]);
  });

  it("makes the asynchronous form of a call, and never the other", async () => {
    expect(await runAsync(() => body({ later: () => "later", now: fail }, { later: () => "later" }))).toEqual([
      "later",
      "later",
    ]);
  });

  it("tells the body what a call threw or was rejected with, and goes on", async () => {
    expect(
      await runAsync(() =>
        body(
          call(fail),
          call(() => Promise.reject(new Error("rejected"))),
          call(() => 3),
        ),
      ),
    ).toEqual(["failed", "rejected", 3]);
  });

  it("is a rejection for whatever is thrown, and never a throw", async () => {
    for (const begin of [
      fail,
      () =>
        (function* (): Steps<unknown> {
          yield call(() => 1);
          return fail();
        })(),
      () =>
        (function* (): Steps<unknown> {
          return yield call(fail);
        })(),
    ]) {
      const promise = runAsync<unknown>(begin);
      await expect(promise).rejects.toThrow("failed");
    }
  });
});

describe("runSync", () => {
  it("gives the body's result after every call", () => {
    expect(runSync(body())).toEqual([]);
    expect(
      runSync(
        body(
          call(() => 1),
          call(() => null),
          call(() => undefined),
        ),
      ),
    ).toEqual([1, null, undefined]);
  });

  it("makes the synchronous form of a call, and never the other", () => {
    expect(runSync(body({ later: fail, now: () => "now" }))).toEqual(["now"]);
  });

  it("tells the body what a call threw, and goes on", () => {
    expect(
      runSync(
        body(
          call(fail),
          call(() => 2),
        ),
      ),
    ).toEqual(["failed", 2]);
  });

  it("a call without a synchronous form is sync_unavailable, past every catch in the body", async () => {
    const later = vi.fn();
    expect(await codeOf(() => runSync(body({ later })))).toBe("sync_unavailable");
    expect(await codeOf(() => runSync(body({ later, now: undefined })))).toBe("sync_unavailable");
    expect(later).not.toHaveBeenCalled();
  });

  it("a promise for an answer is sync_unavailable, and its rejection nobody's", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    for (const answer of [Promise.resolve(true), Promise.reject(new Error("late")), { then: fail }])
      expect(await codeOf(() => runSync(body(call(() => answer))))).toBe("sync_unavailable");
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it("what has a `then` that cannot be called is an answer like any other", () => {
    for (const answer of [{ then: true }, { then: undefined }, null, {}])
      expect(runSync(body(call(() => answer)))).toEqual([answer]);
  });

  it("the refusal says what to do", async () => {
    expect(
      await codeOf(() => {
        throw syncUnavailable();
      }),
    ).toBe("sync_unavailable");
    expect(syncUnavailable().message).toBe(
      "a key, key source, schema, store or hook has no synchronous form here: use the function without Sync",
    );
    expect(syncUnavailable("the key").message).toBe(
      "the key has no synchronous form here: use the function without Sync",
    );
  });
});
