/**
 * JSON as a text, whole or broken off. It is laid out without being parsed, so that large numbers, escapes and members that are
 * there twice are shown as the token has them.
 */

/** A JSON text with two spaces to the level. What is no JSON stays as it is, in its place. */
export function layOut(json: string): string {
  let out = "";
  let depth = 0;
  const line = (): string => `\n${"  ".repeat(Math.min(depth, 40))}`;
  for (let i = 0; i < json.length; i++) {
    const char = json.charAt(i);
    if (char === '"') {
      const end = endOfString(json, i);
      out += json.slice(i, end);
      i = end - 1;
    } else if (char === "{" || char === "[") {
      const [empty] = /^\s*[}\]]/.exec(json.slice(i + 1, i + 100)) ?? [];
      if (empty === undefined) depth++;
      out += empty === undefined ? char + line() : char + empty.trim();
      i += empty?.length ?? 0;
    } else if (char === "}" || char === "]") {
      depth = Math.max(0, depth - 1);
      out += line() + char;
    } else if (char === ",") out += char + line();
    else if (char === ":") out += ": ";
    else if (!/\s/.test(char)) out += char;
  }
  return out;
}

/** The object that a JSON text spells; of one that is broken off, the members up to there. */
export function parseWhatIsThere(json: string): {
  readonly value: Readonly<Record<string, unknown>> | undefined;
  readonly whole: boolean;
} {
  const whole = parseObject(json);
  if (whole !== undefined) return { value: whole, whole: true };
  for (const { end, closing } of completions(json)) {
    const value = parseObject(json.slice(0, end) + closing);
    if (value !== undefined) return { value, whole: false };
  }
  return { value: undefined, whole: false };
}

/** Where the text could have ended, last first, and the brackets that would then close it. */
function completions(json: string): readonly { readonly end: number; readonly closing: string }[] {
  const found: { end: number; closing: string }[] = [];
  let closing = "";
  for (let i = 0; i < json.length; i++) {
    const char = json.charAt(i);
    if (char === '"') i = endOfString(json, i) - 1;
    else if (char === ",") found.push({ end: i, closing });
    else if (char === "{" || char === "[") {
      closing = (char === "{" ? "}" : "]") + closing;
      found.push({ end: i + 1, closing });
    } else if (char === "}" || char === "]") {
      closing = closing.slice(1);
      found.push({ end: i + 1, closing });
    }
  }
  // Each is parsed: a text that is wrong near its beginning is not tried for ever.
  return found.slice(-50).reverse();
}

function endOfString(json: string, start: number): number {
  for (let i = start + 1; i < json.length; i++) {
    const char = json.charAt(i);
    if (char === "\\") i++;
    else if (char === '"') return i + 1;
  }
  return json.length;
}

/** The object that a JSON text spells, or `undefined`. */
export function parseObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
