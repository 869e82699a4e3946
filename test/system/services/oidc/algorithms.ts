// The algorithms that oidc-provider offers here, and programs that run on a Node.js which offers more.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  Ed25519,
  EdDSA,
  ES256,
  ES384,
  ES512,
  HS256,
  HS384,
  HS512,
  ML_DSA_44,
  ML_DSA_65,
  ML_DSA_87,
  PS256,
  PS384,
  PS512,
  RS256,
  RS384,
  RS512,
  type AsymmetricAlgorithm,
} from "../../../../src/index.ts";
import { asymmetricNames } from "./provider.ts";

export const asymmetricAlgorithms: readonly AsymmetricAlgorithm[] = [
  ...[RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA, ML_DSA_44, ML_DSA_65, ML_DSA_87],
].filter(({ name }) => asymmetricNames.includes(name));

export const hmacAlgorithms = [HS256, HS384, HS512];

/** Runs a program of this folder by a runtime, and returns what it prints. */
export async function runJson(command: string, file: string): Promise<unknown> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = await promisify(execFile)(command, ["--disable-warning=ExperimentalWarning", path]);
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n[") + 1)) as unknown;
}
