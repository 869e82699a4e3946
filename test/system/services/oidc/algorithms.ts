// The algorithms that oidc-provider offers here, and programs that run on a Node.js which offers more.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { AsymmetricAlgorithm } from "../../../../src/index.ts";
import { asymmetricAlgorithms as everyAsymmetric } from "../../../spec/algorithms.ts";
import { asymmetricNames } from "./provider.ts";

export const asymmetricAlgorithms: readonly AsymmetricAlgorithm[] = everyAsymmetric.filter(({ name }) =>
  asymmetricNames.includes(name),
);

/** Runs a program of this folder by a runtime, and returns what it prints. */
export async function runJson(command: string, file: string): Promise<unknown> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = await promisify(execFile)(command, ["--disable-warning=ExperimentalWarning", path]);
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n[") + 1)) as unknown;
}
