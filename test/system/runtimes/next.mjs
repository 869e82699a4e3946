// Next.js' Edge Runtime: an application is built and started, and answers over HTTP from loopback. Next 15 runs its middleware
// there, Next 16 the routes that ask for it.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../ports.mjs";
import { removeFolder } from "../folders.mjs";

const here = fileURLToPath(new URL("next", import.meta.url));
/** Where the Next.js of both versions stand, some of it in `node_modules` of this folder. */
const packages = dirname(here);

// No word to anybody, and no ports of a configuration.
const environment = {
  PATH: process.env.PATH,
  HOME: here,
  NEXT_TELEMETRY_DISABLED: "1",
  NODE_ENV: "production",
  CI: "1",
};

/** `path`: where the application answers. `files`: its own, beside the layout. */
export const next = (major, path, files) => async (suite) => {
  const folder = join(here, String(major));
  const installed = dirname(createRequire(join(folder, "package.json")).resolve("next/package.json"));
  const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  // Below its packages, where Next.js finds itself: it follows no link out of its root.
  const application = join(folder, "dist");
  rmSync(application, { recursive: true, force: true });
  mkdirSync(application);
  for (const name of ["node_modules", "conformance.mjs", "package.json"])
    cpSync(join(suite, name), join(application, name), { recursive: true });
  for (const [name, text] of Object.entries({ ...shared, ...files })) {
    mkdirSync(join(application, name, ".."), { recursive: true });
    writeFileSync(join(application, name), text);
  }
  const program = join(installed, "dist/bin/next");
  const options = { cwd: application, env: environment };
  execFileSync(process.execPath, [program, "build"], { ...options, stdio: ["ignore", "ignore", "inherit"] });

  const port = await freePort();
  const child = spawn(process.execPath, [program, "start", "--hostname", "127.0.0.1", "--port", String(port)], {
    ...options,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}${path}`;
  await answering(url);
  return {
    version,
    async ask(call, argument) {
      const response = await fetch(url, { method: "POST", body: JSON.stringify({ call, argument }) });
      if (!response.ok) throw new Error(`Next.js: ${response.status} ${(await response.text()).slice(0, 500)}`);
      return response.json();
    },
    close() {
      child.kill();
      removeFolder(application);
    },
  };
};

const answer = `async (request) => {
  const { call, argument } = await request.json();
  return Response.json(await calls[call]({ ...mintmark, jsonwebtoken, oauth, mcp }, argument));
};
`;
const imports = (up) => `import * as mintmark from "mintmark";
import * as jsonwebtoken from "mintmark/jsonwebtoken";
import * as mcp from "mintmark/mcp";
import * as oauth from "mintmark/oauth";
import * as calls from "${up}conformance.mjs";
`;

/** Every request passes the middleware, which answers in the page's place. */
export const middleware = {
  "middleware.js": `${imports("./")}
export const config = { matcher: "/ask" };
export const middleware = ${answer}`,
};

export const edgeRoute = {
  "app/ask/route.js": `${imports("../../")}
export const runtime = "edge";
export const POST = ${answer}`,
};

const shared = {
  "next.config.mjs": `export default { outputFileTracingRoot: ${JSON.stringify(packages)}, turbopack: { root: ${JSON.stringify(packages)} } };
`,
  "app/layout.js": "export default ({ children }) => <html><body>{children}</body></html>;\n",
  "app/page.js": "export default () => <p>mintmark</p>;\n",
};

/** A server that is up answers, if only that it wants a POST. */
async function answering(url) {
  for (let tries = 0; tries < 600; tries++) {
    try {
      await fetch(new URL("/", url));
      return;
    } catch {
      await wait(100);
    }
  }
  throw new Error("Next.js did not start");
}
