/** Readable output of objects whose members are getters: `console.log` shows their values, instead of `[Getter]`. */

/** Name of the method that Node, Deno and Bun call to print an object. */
export const inspect: unique symbol = /* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom");

/** Makes the named members of an object readable in `console.log`. Returns the object, frozen. */
export function readable<T extends object>(object: T): Readonly<T> {
  Object.defineProperty(object, inspect, { value: () => Object.fromEntries(Object.entries(object)) });
  return Object.freeze(object);
}
