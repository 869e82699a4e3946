/** Calls to listeners, such as loggers. */

/** Calls a listener, if there is one. What it throws or rejects with is dropped: no token is refused for a failing logger. */
export async function notify<T>(listener: ((value: T) => unknown) | undefined, value: T): Promise<void> {
  try {
    await listener?.(value);
  } catch {
    // a failing logger must not fail the refresh
  }
}
