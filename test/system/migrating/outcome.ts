// What comes of a call: the contents of a token, the members of another value, or why it refuses.
import type { Call, Scope } from "./programs.ts";
import { contents } from "./tokens.ts";

/**
 * Some members of what a call gives, `"accepted"`, or a refusal: its code, or else its message. Not a union of object and string: the
 * claim `sub` would be taken for the method of strings.
 */
export type Outcome = unknown;

export async function outcome(call: Call, scope: Scope): Promise<unknown> {
  let value: unknown;
  try {
    value = await call(scope);
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    return code ?? message;
  }
  if (typeof value === "string" && value.split(".").length === 3) return contents(value);
  return typeof value === "object" && value !== null ? value : { value };
}

/** A refusal in full: how it is named, what it says, its code. */
export async function refusal(call: Call, scope: Scope): Promise<string> {
  try {
    await call(scope);
  } catch (error) {
    const { name, code, message } = error as {
      readonly name: string;
      readonly code?: string;
      readonly message: string;
    };
    return [name, message, code].filter(Boolean).join(": ");
  }
  return "accepted";
}

/** What was found, as far as something is expected of it. */
export function part(found: Outcome, expected: Outcome): Outcome {
  if (typeof found === "string") return found;
  if (typeof expected !== "object" || expected === null) return "accepted";
  const members = found as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.keys(expected).map((name) => [name, members[name]]));
}

/** Whatever the libraries call it, a refusal is a refusal. */
export function verdict(outcome: Outcome): Outcome {
  return typeof outcome === "string" && outcome !== "accepted" ? "refused" : outcome;
}
