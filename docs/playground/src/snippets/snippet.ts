/** The token at hand in code: verified with its public key, or made, by mintmark and by the libraries that people already use. */

import { jose } from "./jose.ts";
import { jsonwebtoken } from "./jsonwebtoken.ts";
import type { Minted, Writer } from "./minted.ts";
import { mintmark } from "./mintmark.ts";
import { pyjwt } from "./pyjwt.ts";

export type Task = "verify" | "sign";

const writers: ReadonlyMap<string, Writer> = new Map([
  ["mintmark", mintmark],
  ["jose", jose],
  ["jsonwebtoken", jsonwebtoken],
  ["PyJWT", pyjwt],
]);

export function writeSnippet(library: string, task: Task, minted: Minted): string {
  const writer = writers.get(library) ?? mintmark;
  return writer.lacks(minted.alg) ?? writer[task](minted);
}
