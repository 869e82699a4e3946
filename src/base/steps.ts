/**
 * Sync and async share one body: it is a generator that yields every call that may be asynchronous, and
 * one of two drivers makes the calls.
 */

import { argumentError } from "../errors.ts";

/** A call to a key, a source, a schema or a store. `now` is its synchronous form, where there is one. */
export interface Call {
  later(): unknown;
  readonly now?: (() => unknown) | undefined;
}

/** A body whose calls are answered with values of unknown type: what a plug-in answers is always checked. */
export type Steps<T> = Generator<Call, T, unknown>;

/** What is known at once, without a generator's cost, or the body that has to ask for it. */
export type Answer<T> = T | Steps<T>;

export function isSteps<T>(answer: Answer<T>): answer is Steps<T> {
  return typeof answer === "object" && answer !== null && "next" in answer;
}

/** An answer within a body: known, or asked for. */
export function* settle<T>(answer: Answer<T>): Steps<T> {
  return isSteps(answer) ? yield* answer : answer;
}

/** Runs a body, waiting for each call; what `begin` throws is a rejection too. One async function, not two: each costs turns of the event loop. */
export async function runAsync<T>(begin: () => Answer<T>): Promise<T> {
  const answer = begin();
  if (!isSteps(answer)) return answer;
  let step = answer.next();
  while (step.done !== true) {
    let found: unknown;
    try {
      found = await step.value.later();
    } catch (error) {
      step = answer.throw(error);
      continue;
    }
    step = answer.next(found);
  }
  return step.value;
}

/** Runs a body at once. What cannot be had at once is thrown past the body, so that no `catch` in it relabels it. */
export function runSync<T>(answer: Answer<T>): T {
  return isSteps(answer) ? driveSync(answer) : answer;
}

function driveSync<T>(steps: Steps<T>): T {
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
      Promise.resolve(answer).catch(() => undefined); // its rejection is nobody's any more
      throw syncUnavailable();
    }
    step = steps.next(answer);
  }
  return step.value;
}

/** What a `…Sync` function says when a key, source, schema or store it needs is asynchronous only. */
export function syncUnavailable(): TypeError {
  return argumentError("something here has no synchronous form: use the asynchronous function", "sync_unavailable");
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** A longer timer fires at once. */
const maxTimer = 2_147_483_647;

/** A call's answer, or `late` once its time is over. */
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
