// node test/system/guides/times.mjs [text …]: how long each framework's page takes from an empty folder to the first answer that needs a
// token: npm install with the packed tarball, what has to be compiled or built, and the start. npm's cache is warm after the first run.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../ports.mjs";
import { pack, root, tool } from "../runtimes/project.mjs";

const secret = randomBytes(32).toString("base64url");
const node = tool("node24/bin/node");
const typescript = ["typescript", "@types/node"];
/** @type {[program: string, ...words: string[]]} */
const start = [node, "server.ts"];
const nestOptions =
  "--module nodenext --target es2022 --experimentalDecorators --emitDecoratorMetadata --skipLibCheck --types node";

/**
 * @typedef {object} Guide
 * @property {string} page
 * @property {Record<string, string>} blocks the page's, each with its file
 * @property {string[]} packages
 * @property {Record<string, string>} [files] further ones
 * @property {[program: string, ...words: string[]]} [build]
 * @property {[program: string, ...words: string[]]} [run]
 * @property {string} [path] of the first answer
 */

/** @type {Record<string, Guide>} */
const guides = {
  Express: { page: "http", blocks: { express: "server.ts" }, packages: ["express"] },
  Fastify: { page: "http", blocks: { fastify: "server.ts" }, packages: ["fastify"] },
  Hono: { page: "http", blocks: { hono: "server.ts" }, packages: ["hono", "@hono/node-server"] },
  Koa: { page: "http", blocks: { koa: "server.ts" }, packages: ["koa"] },
  NestJS: {
    page: "nestjs",
    blocks: { auth: "auth.ts", main: "main.ts" },
    packages: ["@nestjs/common", "@nestjs/core", "@nestjs/platform-express", "reflect-metadata", "rxjs", ...typescript],
    build: [node, "node_modules/typescript/bin/tsc", ...nestOptions.split(" "), "main.ts"],
    run: [node, "main.js"],
  },
  "Next.js": {
    page: "nextjs",
    blocks: { verifier: "verifier.ts", route: "app/orders/route.ts" },
    packages: ["next", "react", "react-dom", ...typescript, "@types/react"],
    files: { "app/layout.jsx": "export default ({ children }) => <html><body>{children}</body></html>;\n" },
    build: [node, "node_modules/next/dist/bin/next", "build"],
    run: [node, "node_modules/next/dist/bin/next", "start"],
  },
  SvelteKit: {
    page: "sveltekit",
    blocks: { hooks: "src/hooks.server.ts", locals: "src/app.d.ts", endpoint: "src/routes/orders/+server.ts" },
    packages: ["@sveltejs/kit", "@sveltejs/adapter-node", "@sveltejs/vite-plugin-svelte", "svelte", "vite"],
    files: {
      "src/app.html": "<!doctype html><head>%sveltekit.head%</head><body>%sveltekit.body%</body>\n",
      "vite.config.js":
        'import adapter from "@sveltejs/adapter-node";\nimport { sveltekit } from "@sveltejs/kit/vite";\nexport default { plugins: [sveltekit({ adapter: adapter() })] };\n',
    },
    build: [node, "node_modules/vite/bin/vite.js", "build"],
    run: [node, "build/index.js"],
  },
  Elysia: {
    page: "elysia",
    blocks: { elysia: "server.ts" },
    packages: ["elysia"],
    run: [tool("@oven/bun-linux-x64/bin/bun"), "server.ts"],
  },
  tRPC: { page: "trpc", blocks: { trpc: "server.ts" }, packages: ["@trpc/server", ...typescript] },
  "GraphQL Yoga": {
    page: "graphql",
    blocks: { yoga: "server.ts" },
    packages: ["graphql", "graphql-yoga"],
    path: `/graphql?query=${encodeURIComponent("{ ordersOf }")}`,
  },
};

const { path: tarball } = pack();
const wanted = process.argv.slice(2);
console.log(
  "| from an empty folder | packages | install, s | build, s | start, s | all, s |\n|---|---|---|---|---|---|",
);
for (const [name, guide] of Object.entries(guides))
  if (wanted.length === 0 || wanted.some((text) => name.toLowerCase().includes(text.toLowerCase())))
    await follow(name, guide);

/**
 * @param {string} name
 * @param {Guide} guide
 */
async function follow(name, { page, blocks, packages, files = {}, build, run = start, path = "/orders" }) {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-times-"));
  const text = readFileSync(join(root, `docs/guides/${page}.md`), "utf8");
  for (const [block, file] of Object.entries(blocks)) save(folder, file, blockOf(text, block));
  for (const [file, content] of Object.entries(files)) save(folder, file, content);
  save(folder, "package.json", '{ "private": true, "type": "module" }\n');
  const env = {
    ...process.env,
    // npm takes older versions where the Node.js that runs it is old.
    PATH: `${dirname(node)}:${process.env.PATH}`,
    NODE_ENV: "",
    JWT_SECRET: secret,
    PORT: String(await freePort()),
    NEXT_TELEMETRY_DISABLED: "1",
  };
  const type = ([command, ...words]) =>
    execFileSync(command, words, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  try {
    const begun = Date.now();
    type(["npm", "install", "--no-audit", "--no-fund", tarball, ...packages]);
    const installed = Date.now();
    if (build !== undefined) type(build);
    const built = Date.now();
    const server = spawn(run[0], run.slice(1), { cwd: folder, env, stdio: "ignore" });
    let started;
    try {
      await answered(folder, env, path);
      started = Date.now();
    } finally {
      server.kill("SIGKILL");
    }
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
    const seconds = (time) => (time / 1000).toFixed(1);
    console.log(
      `| ${name} | ${Object.keys(lock.packages).length - 1} | ${seconds(installed - begun)} | ${build === undefined ? "" : seconds(built - installed)} | ${seconds(started - built)} | ${seconds(started - begun)} |`,
    );
  } catch (error) {
    const { message, stderr = message } = /** @type {Error & { stderr?: Buffer | string }} */ (error);
    console.log(`| ${name} | failed: ${String(stderr).slice(0, 300)} |`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Waits until a request with a token, which the command line makes, is answered with 200. */
async function answered(folder, env, path) {
  const words =
    "--secret-env JWT_SECRET --issuer https://id.example --audience orders --subject user_123 --claim scope=orders:read";
  const token = execFileSync(join(folder, "node_modules/.bin/mintmark"), ["sign", ...words.split(" ")], {
    env,
    encoding: "utf8",
  }).trim();
  for (const end = Date.now() + 30_000; Date.now() < end; await pause(20)) {
    const answer = await fetch(`http://localhost:${env.PORT}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    }).catch(() => undefined);
    if (answer?.status === 200) return;
    if (answer !== undefined) throw new Error(`status ${answer.status}`);
  }
  throw new Error("no answer within 30 seconds");
}

function blockOf(text, name) {
  const found = new RegExp(`^\`\`\`ts ${name}\n(.*?)^\`\`\`$`, "ms").exec(text)?.[1];
  if (found === undefined) throw new Error(`expected a block "ts ${name}"`);
  return found;
}

function save(folder, path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
