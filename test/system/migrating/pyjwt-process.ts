// PyJWT in a Python process that is started once. Debian's package python3-jwt suffices, and its Python may not be the first on the path.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startJsonLinesProcess } from "../../spec/interop/json-lines-process.ts";
import { fill, type Call } from "./programs.ts";
import type { Peer } from "./rows.ts";
import type { Tokens } from "./before-and-after.ts";
import { now, secret } from "./tokens.ts";

export const missing = "PyJWT is not here (apt-get install python3-jwt python3-cryptography)";
export const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import jwt; assert jwt.algorithms.has_crypto"]).status === 0,
);

export interface PyJwt {
  /** Whether PyJWT is of this version, such as 2.10, or newer. */
  readonly isFrom: (major: number, minor: number) => boolean;
  readonly peer: Peer;
  /** One expression of Python. */
  readonly evaluate: (expression: string, scope: object) => Promise<unknown>;
  /** The module that a guide shows. */
  readonly load: (code: string) => Promise<Tokens>;
  readonly stop: () => Promise<void>;
}

export async function startPyJwt(command: string): Promise<PyJwt> {
  const child = startJsonLinesProcess(command, [
    fileURLToPath(new URL("pyjwt_calls.py", import.meta.url)),
    String(now),
  ]);
  const [ofMajor = 0, ofMinor = 0] = String(await child.ask({ op: "version" }))
    .split(".")
    .map(Number);
  const call = async (statement: string, expression: string, scope: object): Promise<unknown> => {
    try {
      return await child.ask({ op: "call", statement, expression, scope });
    } catch (error) {
      throw withCode(error);
    }
  };
  const run = (name: string, argument: unknown): Promise<unknown> => child.ask({ op: "run", name, argument });
  return {
    isFrom: (major, minor) => ofMajor > major || (ofMajor === major && ofMinor >= minor),
    peer: {
      scope: { claims: { sub: "user_123", iat: now, exp: now + 900 } },
      compile: async (template, cells): Promise<readonly Call[]> =>
        cells.map((cell) => {
          const [statement, expression] = fill(template, cell);
          return ({ claims, token, secret: text }) => call(statement, expression, { claims, token, secret: text, now });
        }),
    },
    evaluate: (expression, scope) => call("", expression, scope),
    async load(code) {
      await child.ask({ op: "load", code, environment: { JWT_SECRET: secret } });
      return { issue: (user) => run("issue", user) as Promise<string>, check: (token) => run("check", token) };
    },
    stop: child.stop,
  };
}

/** The class of a Python exception is what a code is elsewhere. */
function withCode(error: unknown): unknown {
  return error instanceof Error ? Object.assign(error, { code: error.name }) : error;
}
