/**
 * One body for sync and async: a generator that yields every call that may be asynchronous, and one of two drivers that make the
 * calls.
 */

import { argumentError } from "../errors.ts";

/** A call to a key, a source, a schema or a store: one step that may be asynchronous. `now` is its synchronous form, if it has one. */
export interface Call {
  later(): unknown;
  readonly now?: (() => unknown) | undefined;
}

/** A body that yields its calls. The results are of unknown type: what a plug-in returns is always checked. */
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
