// Random calls beside jsonwebtoken 9.0.3. More of them: `MINTMARK_COUNT=200000 npm test -- test/unit/jsonwebtoken/differential`.
import { inspect, isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import theirs from "jsonwebtoken";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createJsonwebtoken } from "../../../src/jsonwebtoken/index.ts";
import { calls, frozen, make, type Call, type Outcome } from "./calls.ts";
import { reasonFor } from "./differences.ts";

const count = Number(process.env.MINTMARK_COUNT ?? 1500);
const ours = createJsonwebtoken({ onWarning: () => undefined });

beforeAll(() => {
  vi.spyOn(Date, "now").mockReturnValue(frozen);
});
afterAll(() => {
  vi.restoreAllMocks();
});

/** Compares all but the signature where it is random; each then has to verify the other's. */
function isSame(call: Call, there: Outcome, here: Outcome): boolean {
  if (isDeepStrictEqual(there, here)) return true;
  const [tokens, rest] = [
    [there, here].map(tokenOf),
    [there, here].map(({ value }) => (Array.isArray(value) ? (value[1] as unknown) : undefined)),
  ];
  const [first, second] = tokens;
  if (call.name !== "sign" || first === undefined || second === undefined || !isDeepStrictEqual(rest[0], rest[1]))
    return false;
  const unsigned = (token: string): string => token.slice(0, token.lastIndexOf("."));
  return (
    /"alg":"(?:PS|ES)/.test(Buffer.from(first.split(".")[0]!, "base64url").toString()) &&
    unsigned(first) === unsigned(second)
  );
}

function tokenOf({ value }: Outcome): string | undefined {
  const token: unknown = Array.isArray(value) ? value[0] : undefined;
  return typeof token === "string" ? token : undefined;
}

test(`${count} random calls come to the same, or differ for a reason`, { timeout: 3_600_000 }, async () => {
  const found = new Map<string, number>();
  const unexplained: string[] = [];
  let same = 0;
  await fc.assert(
    fc.asyncProperty(calls, async (call) => {
      const there = await make(theirs as never, call);
      const here = await make(ours as never, call);
      if (isSame(call, there, here)) {
        same++;
        return;
      }
      const reason = reasonFor(call, there, here);
      if (reason === undefined && unexplained.length < 5) unexplained.push(show(call, there, here));
      found.set(reason ?? "unexplained", (found.get(reason ?? "unexplained") ?? 0) + 1);
    }),
    { numRuns: count, seed: Number(process.env.MINTMARK_SEED ?? 1), endOnFailure: true },
  );
  console.log(`${same} of ${count} the same`, Object.fromEntries([...found].sort(([, a], [, b]) => b - a)));
  expect(unexplained).toEqual([]);
});

function show(call: Call, there: Outcome, here: Outcome): string {
  return `${call.style} ${call.name}(${call.given.map(inspectShort).join(", ")})\n  there ${inspectShort(there)}\n  here  ${inspectShort(here)}`;
}

function inspectShort(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: Infinity, maxStringLength: 400 });
}
