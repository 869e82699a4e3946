// Where a line of an input is JSON: another value, a member more or less, something twice. Octets alone seldom leave JSON whole.
import type { Random } from "../../random.ts";

type Container = Record<string, unknown> | unknown[];

const values: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  1e300,
  "",
  "x",
  "\u00fc",
  [],
  {},
  [1],
  ["x", 1],
  { x: 1 },
];

/** The line changed, or as it was where it is no JSON. */
export function mutateJson(input: Buffer, random: Random, word: () => Buffer): Buffer {
  const lines = input.toString("latin1").split("\n");
  const at = random.int(lines.length);
  let root: unknown;
  try {
    root = JSON.parse(lines[at]!);
  } catch {
    return input;
  }
  const containers = containersIn(root);
  if (containers.length === 0) return input;
  change(random.pick(containers), random, word, containers);
  lines[at] = JSON.stringify(root);
  return Buffer.from(lines.join("\n"), "latin1");
}

function containersIn(value: unknown): Container[] {
  if (typeof value !== "object" || value === null) return [];
  return [value as Container, ...Object.values(value).slice(0, 50).flatMap(containersIn)];
}

function change(container: Container, random: Random, word: () => Buffer, others: readonly Container[]): void {
  const names = Object.keys(container);
  const name = names.length === 0 ? "0" : random.pick(names);
  const value = (): unknown => valueFrom(random, word, others);
  if (Array.isArray(container)) {
    const from = Number(name);
    if (random.chance(3)) container.splice(from, 1);
    else container.splice(from, random.int(2), random.chance(2) ? (container[from] ?? null) : value());
  } else if (random.chance(4)) Reflect.deleteProperty(container, name);
  else if (random.chance(3)) container[name] = [container[name]];
  else put(container, random.chance(2) ? name : word().toString("latin1"), value());
}

/** Sometimes one that stands elsewhere: keys and tokens are made of the same members. */
function valueFrom(random: Random, word: () => Buffer, others: readonly Container[]): unknown {
  if (random.chance(3)) return word().toString("latin1");
  const other = Object.values(random.pick(others));
  return structuredClone(other.length === 0 || random.chance(2) ? random.pick(values) : random.pick(other));
}

/** Not assigned: `__proto__` is a name like any other. */
function put(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
