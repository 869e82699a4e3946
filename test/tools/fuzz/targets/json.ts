// JSON objects against JSON.parse, with names and depth counted by another parser.
import { jsonCopy, maxDepth, parseJsonObject, parseUniqueJsonObject } from "../../../../src/encoding/json.ts";
import { attempt, equal, holds, orRefused } from "../invariant.ts";
import { readJson } from "../syntax.ts";

const nested = (depth: number): string => `${'{"a":['.repeat(depth / 2)}${"]}".repeat(depth / 2)}`;

export const seeds = [
  "{}",
  '{"a":1}',
  '{"a":1,"a":2}',
  '{"a":{"b":1},"c":[{"b":1,"b":2}]}',
  '{"a\\"b":1,"\\u0061":2}',
  '{"__proto__":{"x":1},"a":":"}',
  '["a"]',
  '{"a":"{[:]}","b":"\\\\"}',
  '{"a":1e400,"b":-0.5E-3}',
  "null",
  '{"\\ud800":1}',
  nested(maxDepth),
  `{"a":${nested(maxDepth)}}`,
  ' {"a" : [ ] } ',
];
export const words = ['"', ":", "{", "}", "[", "]", ",", "\\", '\\"', "\\u0061", '"a":1,', '{"a":1}'];

export function fuzz(input: Buffer): void {
  const text = input.toString();
  equal(parseUniqueJsonObject(text), readJson(text, "unique"), "an object with unique names, as JSON.parse reads it");
  equal(parseJsonObject(text), readJson(text, "any"), "an object, as JSON.parse reads it");

  const value = attempt(() => JSON.parse(text) as unknown);
  if (value === undefined) return;
  // It says where in the caller's own value the fault is: a name of 24 characters for each level, escaped.
  const copy = orRefused(() => jsonCopy(value, "value"), ["invalid_argument"], maxDepth * 200);
  if (copy !== undefined)
    holds(JSON.stringify(copy) === JSON.stringify(value), "a copy is written as what it is a copy of");
}
