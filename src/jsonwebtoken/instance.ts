/** jsonwebtoken's functions, as an instance with its own strictness. */

import { runNext, syncHmac } from "../base/platform.ts";
import { runAsync, runSync } from "../base/steps.ts";
import { argumentError } from "../errors.ts";
import { decodeToken } from "./decode.ts";
import { JsonWebTokenError, NotBeforeError, TokenExpiredError } from "./errors.ts";
import { signPayload } from "./sign.ts";
import type { Decode, Sign, SignAsync, Verify, VerifyAsync } from "./types.ts";
import { findKey, keyNotFound, prepare, verifyPrepared } from "./verify.ts";
import { createNotebook, type JsonwebtokenOptions, type Notes } from "./warnings.ts";

/** jsonwebtoken's functions and errors. All members can be replaced, as tests do. */
export interface Jsonwebtoken {
  /** Signs a payload, at once or with a callback. */
  sign: Sign;
  /** Verifies a token, at once or with a callback. */
  verify: Verify;
  /** Takes a token apart without verifying it. */
  decode: Decode;
  /** Signs a payload on every runtime. */
  signAsync: SignAsync;
  /** Verifies a token on every runtime. */
  verifyAsync: VerifyAsync;
  /** A token that is refused. */
  JsonWebTokenError: typeof JsonWebTokenError;
  /** A token that is not good yet. */
  NotBeforeError: typeof NotBeforeError;
  /** A token that has expired. */
  TokenExpiredError: typeof TokenExpiredError;
}

type Callback = (error: unknown, result?: unknown) => unknown;

/**
 * Makes an instance with its own strictness: warnings that `strict` covers are errors, the others go to `onWarning`, or to the process.
 *
 * @throws TypeError `invalid_argument`: an unknown option or code.
 * @example
 * const jwt = createJsonwebtoken({ strict: ["token_without_exp", "token_type"] });
 * const token = jwt.sign({ sub: "user_123" }, process.env.JWT_SECRET!, { expiresIn: "15m", issuer: "my-api", audience: "web" });
 */
export function createJsonwebtoken(options: JsonwebtokenOptions = {}): Jsonwebtoken {
  const open = createNotebook(options);

  function sign(...given: unknown[]): unknown {
    const [payload, key] = given;
    const [options, callback] = typeof given[2] === "function" ? [{}, given[2]] : [given[2] || {}, given[3]];
    const notes = open(sign, Error);
    let token: string;
    try {
      checkSync("signAsync");
      token = reporting(notes, () => runSync(signPayload(payload, key, options, notes)));
    } catch (error) {
      if (!callback) throw error;
      return (callback as Callback)(error);
    }
    if (typeof callback !== "function") return token;
    runNext(() => {
      try {
        (callback as Callback)(null, token);
      } catch {
        // jsonwebtoken swallows it: thrown from here, it would end the process.
      }
    });
    return undefined;
  }

  function verify(...given: unknown[]): unknown {
    const [token, key] = given;
    const [options, callback] =
      typeof given[2] === "function" && !given[3] ? [{}, given[2]] : [given[2] || {}, given[3]];
    const notes = open(verify, JsonWebTokenError);
    // Called outside of every try: what the callback throws is the caller's.
    const done: Callback = callback
      ? (callback as Callback)
      : (error, result) => {
          if (error) throw error as Error;
          return result;
        };
    const answer = (find: () => unknown): unknown => {
      let result: unknown;
      try {
        result = reporting(notes, find);
      } catch (error) {
        return done(error);
      }
      return done(null, result);
    };
    let prepared: ReturnType<typeof prepare>;
    try {
      checkSync("verifyAsync");
      prepared = prepare(token, options, notes);
      if (typeof key === "function" && !callback)
        throw new JsonWebTokenError(
          "verify must be called asynchronous if secret or public key is provided as a callback",
        );
    } catch (error) {
      notes.report();
      return done(error);
    }
    const finish = (found: unknown): unknown => answer(() => runSync(verifyPrepared(prepared, found, notes)));
    if (typeof key !== "function") return finish(key);
    return (key as Callback)(prepared.header, (error: unknown, found: unknown) =>
      error ? done(keyNotFound(error)) : finish(found),
    );
  }

  async function signAsync(payload: unknown, key: unknown, options: unknown = {}): Promise<unknown> {
    const notes = open(signAsync, Error);
    return reportingLater(notes, () => runAsync(() => signPayload(payload, key, options || {}, notes)));
  }

  async function verifyAsync(token: unknown, key: unknown, options: unknown = {}): Promise<unknown> {
    const notes = open(verifyAsync, JsonWebTokenError);
    return reportingLater(notes, async () => {
      if (typeof options === "function")
        throw new JsonWebTokenError("verifyAsync has no callback: it returns a promise");
      const prepared = prepare(token, options || {}, notes);
      const found =
        typeof key === "function" ? await findKey(key as Parameters<typeof findKey>[0], prepared.header) : key;
      return runAsync(() => verifyPrepared(prepared, found, notes));
    });
  }

  const functions = { sign, verify, decode: decodeToken, signAsync, verifyAsync };
  return { ...(functions as object as Omit<Jsonwebtoken, keyof typeof errors>), ...errors }; // overloads, which functions that take everything satisfy
}

const errors = { JsonWebTokenError, NotBeforeError, TokenExpiredError } as const;

function checkSync(instead: string): void {
  if (syncHmac() === undefined)
    throw argumentError(`no synchronous cryptography in this runtime: use ${instead}`, "sync_unavailable");
}

/** Runs a call, and warns of what was found whether or not it succeeds. */
function reporting<T>(notes: Notes, call: () => T): T {
  try {
    return call();
  } finally {
    notes.report();
  }
}

async function reportingLater<T>(notes: Notes, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } finally {
    notes.report();
  }
}
