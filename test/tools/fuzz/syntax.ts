// JSON read by TypeScript's parser, which keeps what JSON.parse does away with: names that come twice, and how deep it goes.
import ts from "typescript";

export interface JsonShape {
  readonly unique: boolean;
  readonly depth: number;
}

/** Of a text that JSON.parse takes. */
export function shapeOf(text: string): JsonShape {
  const [statement] = ts.parseJsonText("text.json", text).statements;
  let unique = true;
  const depthOf = (node: ts.Node): number => {
    if (ts.isArrayLiteralExpression(node)) return 1 + Math.max(0, ...node.elements.map(depthOf));
    if (!ts.isObjectLiteralExpression(node)) return 0;
    const members = node.properties.filter(ts.isPropertyAssignment);
    if (new Set(members.map(({ name }) => (name as ts.StringLiteral).text)).size !== members.length) unique = false;
    return 1 + Math.max(0, ...members.map(({ initializer }) => depthOf(initializer)));
  };
  return { depth: depthOf(statement!.expression), unique };
}

/** The object that a text spells, as mintmark promises to read it: `names` in any object once, or as often as they like. */
export function readJson(text: string | undefined, names: "unique" | "any"): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { unique, depth } = shapeOf(text);
  return depth > 200 || (names === "unique" && !unique) ? undefined : (value as Record<string, unknown>);
}
