/** Kinds of values, told apart as jsonwebtoken does. */

import { own } from "../encoding/json.ts";

/** Returns the name that a value's class has in `[object …]`. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Returns whether this is made by `{}`, `new Object` or `Object.create(null)`, in any realm. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || tagOf(value) !== "Object") return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null || prototype === Object.prototype) return true;
  const constructor = own(prototype, "constructor");
  return (
    typeof constructor === "function" &&
    constructor instanceof constructor &&
    Function.prototype.toString.call(constructor) === Function.prototype.toString.call(Object)
  );
}
