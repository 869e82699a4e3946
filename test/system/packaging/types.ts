// The declarations under each TypeScript, each way to resolve modules, and each runtime's own types alone.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tool } from "../runtimes/project.mjs";
import { projectWith, runIn, type Check } from "./modules.ts";

interface Compiler {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

export const compilers = ["5.4", "5.9", "6", "7"].map((name): Compiler => {
  const { version } = JSON.parse(readFileSync(join(tool(`typescript-${name}`), "package.json"), "utf8")) as Compiler;
  return { name, version, path: tool(`typescript-${name}/bin/tsc`) };
});

/** File extensions decide between `import` and `require` where the resolution knows the difference. */
export const resolutions = {
  node16: { module: "node16", extensions: ["mts", "cts"] },
  nodenext: { module: "nodenext", extensions: ["mts", "cts"] },
  bundler: { module: "esnext", extensions: ["ts"] },
  node10: { module: "commonjs", extensions: ["ts"] },
};

/** TypeScript 7 has no node10; 6 wants to be told that one knows. */
const resolves = (compiler: Compiler, resolution: string): boolean =>
  !(resolution === "node10" && compiler.name === "7");
const silenced = (compiler: Compiler, resolution: string): Readonly<Record<string, string>> =>
  resolution === "node10" && compiler.name === "6" ? { ignoreDeprecations: "6.0" } : {};

/** What each environment alone declares, used with the library. */
export const environments = {
  "@types/node": {
    packages: ["@types/node", "fastify", "hono"],
    types: ["node"],
    lib: ["es2022"],
    code: `import { webcrypto } from "node:crypto";
import { createServer } from "node:http";
import Fastify from "fastify";
import { Hono } from "hono";
import { createVerifier, ES256, HS256, importSecret, importVerifyingKey } from "mintmark";
import { requireAuth as requireExpressAuth } from "mintmark/express";
import { requireAuth as requireFastifyAuth } from "mintmark/fastify";
import { requireAuth as requireHonoAuth } from "mintmark/hono";
export async function here(key: webcrypto.CryptoKey): Promise<void> {
  await importSecret(Buffer.from("secret"), HS256);
  const verifier = createVerifier(await importVerifyingKey(key, ES256), { issuer: "here", audience: "there" });
  const hook = requireFastifyAuth(verifier);
  Fastify().get("/", { onRequest: hook }, (request) => hook.callerOf(request).claims.sub);
  const middleware = requireHonoAuth(verifier);
  new Hono().get("/", middleware, (context) => context.text(middleware.callerOf(context).claims.sub ?? ""));
  const guard = requireExpressAuth(verifier, { onRefusal: ({ status, error }) => { console.log(status, error.code); } });
  createServer((request, response) => { void guard(request, response, () => response.end(guard.callerOf(request).claims.sub ?? "")); });
}
// @ts-expect-error undefined is no scope
requireExpressAuth(null as never, { scopes: undefined });
`,
  },
  "@cloudflare/workers-types": {
    packages: ["@cloudflare/workers-types"],
    types: ["@cloudflare/workers-types"],
    lib: ["es2022"],
    code: `import { authenticate, createVerifier, ES256, HS256, importSecret, importVerifyingKey, sign } from "mintmark";
export default {
  async fetch(request: Request, env: { SECRET: string; KEY: CryptoKey }): Promise<Response> {
    const verifier = createVerifier(await importVerifyingKey(env.KEY, ES256), { issuer: "here", audience: "there" });
    const caller = await authenticate(request, verifier);
    if (!caller.ok) return new Response(null, caller);
    return new Response(await sign({ sub: request.url }, await importSecret(env.SECRET, HS256)));
  },
};
`,
  },
  DOM: {
    packages: [],
    types: [],
    lib: ["es2022", "dom"],
    code: `import { authenticate, createVerifier, ES256, HS256, importSecret, importVerifyingKey } from "mintmark";
export async function here(key: CryptoKey, request: Request): Promise<Response> {
  await importSecret(new TextEncoder().encode("secret"), HS256);
  const caller = await authenticate(request, createVerifier(await importVerifyingKey(key, ES256), { issuer: "here", audience: "there" }));
  return caller.ok ? new Response(caller.claims.sub) : new Response(null, caller);
}
`,
  },
};

interface TypeCheck extends Check {
  readonly compiler: string;
  readonly resolution: string;
}

export function typeChecks(tarball: string): readonly TypeCheck[] {
  return Object.entries(environments).flatMap(([environment, { packages, types, lib, code }], at) => {
    const project = projectWith(`types-${at}`, tarball, ["usage.ts"], packages);
    const usage = readFileSync(join(project, "usage.ts"), "utf8");
    for (const extension of ["ts", "mts", "cts"]) {
      writeFileSync(join(project, `usage.${extension}`), usage);
      writeFileSync(join(project, `environment.${extension}`), code);
    }
    return compilers.flatMap((compiler) =>
      Object.entries(resolutions)
        .filter(([resolution]) => resolves(compiler, resolution))
        .map(([resolution, { module, extensions }]) => {
          const config = `tsconfig.${compiler.name}.${resolution}.json`;
          const compilerOptions = {
            target: "es2022",
            module,
            moduleResolution: resolution,
            lib,
            types,
            noEmit: true,
            strict: true,
            exactOptionalPropertyTypes: true,
            noUncheckedIndexedAccess: true,
            skipLibCheck: false,
            ...silenced(compiler, resolution),
          };
          writeFileSync(
            join(project, config),
            JSON.stringify({
              compilerOptions,
              files: extensions.flatMap((extension) => [`usage.${extension}`, `environment.${extension}`]),
            }),
          );
          return {
            name: `TypeScript ${compiler.name}, ${resolution}, ${environment}`,
            compiler: compiler.name,
            resolution,
            run: () => compile(project, compiler, config),
          };
        }),
    );
  });
}

/** Faults in other packages' declarations are theirs: an old compiler and new types do not always fit. */
async function compile(project: string, compiler: Compiler, config: string): Promise<void> {
  try {
    await runIn(project, process.execPath, [compiler.path, "--project", config, "--pretty", "false"]);
  } catch (error) {
    const { message } = error as Error;
    const ours = message
      .split("\n")
      .filter((line) => /^(?:usage|environment|tsconfig|node_modules\/mintmark)|^error/.test(line));
    if (ours.length > 0 || !message.includes("error TS")) throw new Error(ours.join("\n") || message, { cause: error });
  }
}
