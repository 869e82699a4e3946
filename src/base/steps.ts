/**
 * One body for sync and async: a generator that yields every call that may be asynchronous, and one of two drivers that make the
 * calls.
 */

import { argumentError } from "../errors.ts";

/** A step that may be asynchronous: a call to a key, source, schema or store. `now` is its synchronous form, where there is one. */
export interface Call {
  later(): unknown;
  readonly now?: (() => unknown) | undefined;
}

/** A body whose calls are answered with values of unknown type: what a plug-in answers is always checked. */
export type Steps<T> = Generator<Call, T, unknown>;

/** Runs a body, waiting for each call; what `begin` throws is a rejection too. One async function, not two: each costs turns of the event loop. */
export async function runAsync<T>(begin: () => Steps<T>): Promise<T> {
  const steps = begin();
  let step = steps.next();
  while (step.done !== true) {
    let found: unknown;
    try {
      found = await step.value.later();
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(found);
  }
  return step.value;
}

/** Runs a body at once. What cannot be had at once is thrown past the body, so that no `catch` in it relabels it. */
export function runSync<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (step.done !== true) {
    const { now } = step.value;
    if (now === undefined) throw syncUnavailable();
    let answer: unknown;
    try {
      answer = now();
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    if (isThenable(answer)) {
      Promise.resolve(answer).catch(() => undefined); // nobody will handle its rejection
      throw syncUnavailable();
    }
    step = steps.next(answer);
  }
  return step.value;
}

/** Refuses a `…Sync` function when a part that it needs is asynchronous only. */
export function syncUnavailable(part = "a key, key source, schema, store or hook"): TypeError {
  return argumentError(`${part} has no synchronous form here: use the function without Sync`, "sync_unavailable");
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Longest timer, in milliseconds: a longer one fires at once. */
const maxTimer = 2_147_483_647;

/** Makes a call, and returns its answer, or rejects with the error of `late` once its time is over. */
export async function inTime(call: () => unknown, seconds: number, late: () => Error): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(
      () => {
        reject(late());
      },
      Math.min(seconds * 1000, maxTimer),
    );
  });
  try {
    return await Promise.race([call(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
