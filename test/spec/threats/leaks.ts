// Whether an error shows what it must not: the token, a secret, a key.
import { inspect } from "node:util";

const length = 12;

/** Every run of twelve characters of what must stay secret. */
export function runsOf(secrets: Iterable<string>): ReadonlySet<string> {
  const runs = new Set<string>();
  for (const secret of secrets)
    for (let at = 0; at + length <= secret.length; at++) runs.add(secret.slice(at, at + length));
  return runs;
}

/** The first run that is found in anything the error says, or `undefined`. Only the documented `claims` may hold what the token says. */
export function leakIn(error: unknown, ...secrets: readonly ReadonlySet<string>[]): string | undefined {
  const text = everythingSaid(error);
  for (let at = 0; at + length <= text.length; at++) {
    const run = text.slice(at, at + length);
    if (secrets.some((runs) => runs.has(run))) return run;
  }
  return undefined;
}

/** Message, stack without the frames, cause, JSON, what a console prints, and every own property but `claims`. */
export function everythingSaid(error: unknown, depth = 0): string {
  if (typeof error !== "object" || error === null || depth > 3) return String(error);
  const said = [JSON.stringify(error), withoutFrames(inspect(error))];
  for (const name of Reflect.ownKeys(error)) {
    if (name === "claims" && !Object.getOwnPropertyDescriptor(error, name)!.enumerable) continue;
    said.push(String(name), withoutFrames(everythingSaid((error as Record<PropertyKey, unknown>)[name], depth + 1)));
  }
  return said.join("\n");
}

function withoutFrames(text: string): string {
  return text.replace(/^ +at .*$/gm, "");
}
