/** Readable output of objects whose members are getters: `console.log` shows their values, instead of `[Getter]`. */

/** Name of the method that Node, Deno and Bun call to print an object. */
const inspect: unique symbol = /* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom");

/** Makes members of an object readable in `console.log`: its own, or those that are named. Returns the object, frozen. */
export function readable<T extends object>(
  object: T,
  names: readonly (keyof T)[] = Object.keys(object) as (keyof T)[],
): Readonly<T> {
  Object.defineProperty(object, inspect, {
    value: () => Object.fromEntries(names.map((name) => [name, object[name]])),
  });
  return Object.freeze(object);
}
