// Sessions in a real SQLite file, used by several processes at once.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SqlQuery } from "../../../../src/index.ts";
import { sqlSessionStore } from "../../../../src/sessions/index.ts";
import { describeStore, newSession } from "../../../unit/sessions/store-contract.ts";
import { node24, noRuntime } from "../servers/runtimes.ts";
import { sessionsRecipe } from "./guide.ts";

const missing = noRuntime(node24, "Node.js 24");

let folder: string;
let connections: { readonly query: SqlQuery; readonly close: () => void }[] = [];
beforeAll(async () => {
  if (missing !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), "mintmark-sqlite-"));
  connections = await Promise.all([1, 2, 3, 4].map(() => connect(join(folder, "sessions.db"))));
  await connections[0]!.query("PRAGMA journal_mode = WAL", []);
  await connections[0]!.query(sessionsRecipe("sql"), []);
});
afterAll(async () => {
  if (missing !== undefined) return;
  for (const { close } of connections) close();
  await rm(folder, { recursive: true });
});
beforeEach((context) => {
  context.skip(missing !== undefined, missing);
});

describe.concurrent("node:sqlite", () => {
  describeStore("node:sqlite", () => ({
    store: sqlSessionStore(connections[0]!.query, { dialect: "sqlite" }),
    wait: (seconds) => pause(seconds * 1000),
  }));
});

it("of 200 concurrent uses by four processes exactly one is the first", async () => {
  const stores = connections.map(({ query }) => sqlSessionStore(query, { dialect: "sqlite" }));
  const { owner, session } = newSession();
  await stores[0]!.begin(owner, session, { idle: 100, endsAt: Math.floor(Date.now() / 1000) + 100 });
  const uses = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => stores[i % 4]!.use(owner, session, 0, { grace: 60, idle: 100 })),
  );
  expect(uses.filter((use) => use === "first")).toHaveLength(1);
  expect(uses.filter((use) => use === "again")).toHaveLength(199);
});

async function connect(path: string): Promise<{ readonly query: SqlQuery; readonly close: () => void }> {
  const child = fork(fileURLToPath(new URL("../revocation/sqlite-process.mjs", import.meta.url)), [path], {
    execPath: node24!,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const waiting = new Map<number, { resolve: (rows: unknown[]) => void; reject: (error: Error) => void }>();
  await once(child, "message");
  child.on("message", ({ id, rows, error }: { id: number; rows: unknown[]; error?: string }) => {
    const { resolve, reject } = waiting.get(id)!;
    waiting.delete(id);
    if (error === undefined) resolve(rows);
    else reject(new Error(error));
  });
  let next = 0;
  return {
    query: (statement, values) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        child.send({ id, statement, values });
      }),
    close: () => {
      child.kill();
    },
  };
}
