/** Bounds on how long somebody else's code may take. */

/** A longer timer fires at once. */
const maxTimer = 2_147_483_647;

/** Returns the outcome of a call, or throws `late()` once `seconds` are over. The call itself is not ended. */
export async function withTimeout<T>(call: () => T | PromiseLike<T>, seconds: number, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
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
