// The servers of docs/guides/mcp.md as they stand, with the SDK's clients and a real authorization server.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { compiled, createProject } from "../http/guide.ts";
import { startAuthorizationServer } from "./authorization-server.ts";
import { clients } from "./clients.ts";
import { freePort } from "../../ports.mjs";
import { start, type Application } from "./servers.ts";

const guide = readFileSync(new URL("../../../../docs/guides/mcp.md", import.meta.url), "utf8");
const blocks = [...guide.matchAll(/^```ts (version\d)\n(.*?)^```$/gms)].map(
  ([, name, code]) => [name!, code!] as const,
);

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

it("the guide has a server for each version of the SDK", () => {
  expect(blocks.map(([name]) => name).sort()).toEqual(["version1", "version2"]);
});

describe.each(blocks)("the server for %s", (_, code) => {
  it.each(Object.keys(clients))("is discovered, and its tool called, by a client of %s", async (name) => {
    const authorizationServer = await startAuthorizationServer();
    const port = await freePort();
    const project = createProject({ "server.js": compiled(code) });
    Object.assign(process.env, { ISSUER: authorizationServer.issuer, RESOURCE: `http://127.0.0.1:${port}/mcp` });
    const { default: application } = (await import(
      /* @vite-ignore */ pathToFileURL(join(project.folder, "server.js")).href
    )) as { default: Application };
    const running = await start(port, application);
    cleanUps.push(
      () => {
        running.close();
      },
      () => {
        authorizationServer.close();
      },
      () => {
        project.remove();
      },
    );
    const { said, authorizationUrl } = await clients[name]!(running.url);
    expect(said).toBe(`client ${authorizationUrl.searchParams.get("client_id")}`);
  });
});
