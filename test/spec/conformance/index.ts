// The conformance suite: the same cases on every runtime. It is handed the library and imports nothing, so that
// one bundle of it runs wherever JavaScript does.

import { askRuntime } from "./algorithms.ts";
import { runCases, type Failure, type Mintmark } from "./case.ts";
import { codes } from "./codes.ts";
import { dpop } from "./dpop.ts";
import { hostile } from "./hostile.ts";
import { jsonwebtoken } from "./jsonwebtoken.ts";
import { kinds } from "./kinds.ts";
import { lifecycle } from "./lifecycle.ts";
import { openId } from "./openid.ts";
import { resources } from "./resource.ts";
import { tokens } from "./tokens.ts";
import { vectors } from "./vectors.ts";

export { check, mint } from "./exchange.ts";
export { insecure } from "./insecure.ts";

export interface Report {
  /** JOSE names. */
  readonly present: readonly string[];
  readonly missing: readonly string[];
  /** Those of `present` that also work synchronously. */
  readonly sync: readonly string[];
  readonly cases: number;
  readonly failures: readonly Failure[];
}

export async function conformance(mintmark: Mintmark): Promise<Report> {
  const algorithms = await askRuntime(mintmark);
  const all = [...algorithms.hmac.map((one) => ({ ...one, present: true })), ...algorithms.asymmetric];
  const names = (list: typeof all): string[] => list.map(({ alg }) => alg.name);
  const cases = [lifecycle, vectors, hostile, tokens, codes, kinds, openId, resources, dpop, jsonwebtoken].flatMap(
    (part) => part(mintmark, algorithms),
  );
  return {
    present: names(all.filter(({ present }) => present)),
    missing: names(all.filter(({ present }) => !present)),
    sync: names(all.filter(({ present, sync }) => present && sync)),
    cases: cases.length,
    failures: await runCases(cases),
  };
}
