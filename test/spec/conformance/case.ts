// The smallest test runner there is: it has to run where no other does. A case is a name and a function that throws.

import type * as mintmark from "mintmark";
import type * as jsonwebtoken from "mintmark/jsonwebtoken";
import type * as mcp from "mintmark/mcp";
import type * as oauth from "mintmark/oauth";

/** The names of `mintmark`, and those of its other entries by the entries' names. */
export type Mintmark = typeof mintmark & {
  readonly jsonwebtoken: typeof jsonwebtoken;
  readonly oauth: typeof oauth;
  readonly mcp: typeof mcp;
};
export type Case = readonly [name: string, run: () => unknown];

export interface Failure {
  readonly name: string;
  readonly error: string;
}

/** One after the other: browsers and workers are no faster in parallel, and failures stay in order. */
export async function runCases(cases: readonly Case[]): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const [name, run] of cases) {
    try {
      await run();
    } catch (error) {
      failures.push({ name, error: String(error) });
    }
  }
  return failures;
}

export function assert(truth: boolean, what: string): void {
  if (!truth) throw new Error(what);
}

/** Compared as JSON: everything that is compared here is. */
export function equal(actual: unknown, expected: unknown): void {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  assert(a === e, `expected ${e.slice(0, 300)}, found ${a.slice(0, 300)}`);
}

/** The `code` of the refusal, or a sentence that is no code. */
export async function codeOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return "accepted";
  } catch (error) {
    const { code } = error as { code?: unknown };
    return typeof code === "string" ? code : `${String(error)}, which has no code`;
  }
}

export async function refused(codes: string | readonly string[], attempt: () => unknown, what = ""): Promise<void> {
  const code = await codeOf(attempt);
  assert([codes].flat().includes(code), `expected ${String(codes)}, found ${code} ${what}`);
}
