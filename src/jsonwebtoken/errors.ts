/** jsonwebtoken's three errors, with the same own members in the same order: applications answer with `JSON.stringify(error)`. */

/** Marks an error of any copy of the package, so that `instanceof` holds between the ESM and the CommonJS copy. */
const kinds: unique symbol = Symbol.for("mintmark.jsonwebtoken.error") as typeof kinds;

function isKind(error: unknown, constructor: { readonly prototype: object }): boolean {
  if (typeof error !== "object" || error === null) return false;
  // A class that an application derived is known by its prototype alone.
  const own = Object.hasOwn(constructor.prototype, kinds) ? (constructor.prototype as Marked)[kinds] : undefined;
  if (own === undefined) return Object.prototype.isPrototypeOf.call(constructor.prototype, error);
  const marks: unknown = (error as Marked)[kinds];
  return Array.isArray(marks) && marks.includes(own.at(-1));
}

interface Marked {
  readonly [kinds]?: readonly string[];
}

function mark(constructor: { readonly prototype: object }, ...names: readonly string[]): void {
  Object.defineProperty(constructor.prototype, kinds, { value: names });
}

function setMembers(error: Error, members: object): void {
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(error, name, {
      value: value as unknown,
      enumerable: true,
      writable: true,
      configurable: true,
    });
}

/**
 * A token that is refused, or a mistake in the call of `verify`.
 *
 * @example
 * import { JsonWebTokenError, verify } from "mintmark/jsonwebtoken";
 *
 * try {
 *   verify("not a token", process.env.JWT_SECRET!, { algorithms: ["HS256"], issuer: "my-api", audience: "web" });
 * } catch (error) {
 *   if (error instanceof JsonWebTokenError) console.log(error.message); // jwt malformed
 * }
 */
export class JsonWebTokenError extends Error {
  /** The error that caused it, where there is one. */
  declare inner: Error;

  static {
    mark(this, "JsonWebTokenError");
  }

  /** Recognises errors of another copy of the package, too. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return isKind(error, this);
  }

  constructor(message: string, error?: Error) {
    // Without the message, which would come before the name.
    super();
    setMembers(this, { name: "JsonWebTokenError", message, ...(error && { inner: error }) });
  }
}

/**
 * A token whose `exp`, or whose `maxAge`, has passed.
 *
 * @example
 * import { sign, TokenExpiredError, verify } from "mintmark/jsonwebtoken";
 *
 * const token = sign({ sub: "user_123" }, process.env.JWT_SECRET!, { expiresIn: -1, issuer: "my-api", audience: "web" });
 * try {
 *   verify(token, process.env.JWT_SECRET!, { algorithms: ["HS256"], issuer: "my-api", audience: "web" });
 * } catch (error) {
 *   if (error instanceof TokenExpiredError) console.log(error.message, error.expiredAt < new Date()); // jwt expired true
 * }
 */
export class TokenExpiredError extends JsonWebTokenError {
  /** The time at which it expired. */
  declare expiredAt: Date;

  static {
    mark(this, "JsonWebTokenError", "TokenExpiredError");
  }

  constructor(message: string, expiredAt: Date) {
    super(message);
    setMembers(this, { name: "TokenExpiredError", expiredAt });
  }
}

/**
 * A token whose `nbf` has not come.
 *
 * @example
 * import { NotBeforeError, sign, verify } from "mintmark/jsonwebtoken";
 *
 * const token = sign({ sub: "user_123" }, process.env.JWT_SECRET!, { notBefore: "1h", expiresIn: "2h", issuer: "my-api", audience: "web" });
 * try {
 *   verify(token, process.env.JWT_SECRET!, { algorithms: ["HS256"], issuer: "my-api", audience: "web" });
 * } catch (error) {
 *   if (error instanceof NotBeforeError) console.log(error.message, error.date > new Date()); // jwt not active true
 * }
 */
export class NotBeforeError extends JsonWebTokenError {
  /** The time from which it is good. */
  declare date: Date;

  static {
    mark(this, "JsonWebTokenError", "NotBeforeError");
  }

  constructor(message: string, date: Date) {
    super(message);
    setMembers(this, { name: "NotBeforeError", date });
  }
}
