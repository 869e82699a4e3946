// A real SQLite file, used by several processes at once.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sqlDenylist, sqlReplayStore } from "../../../../src/index.ts";
import type { SqlQuery } from "../../../../src/index.ts";
import { node24, noRuntime } from "../servers/runtimes.ts";
import { testDenylist, testReplayStore } from "./contract.ts";
import { recipe, runRecipe } from "./guide.ts";
import { testSqlStores } from "./sql.ts";

const missing = noRuntime(node24, "Node.js 24");

interface Connection {
  readonly query: SqlQuery;
  close(): void;
}

let folder: string;
let file: string;
let connections: Connection[] = [];
beforeAll(async () => {
  if (missing !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), "mintmark-sqlite-"));
  file = join(folder, "tokens.db");
  connections = await Promise.all([1, 2, 3, 4].map(() => connect(file)));
  await connections[0]!.query("PRAGMA journal_mode = WAL", []);
  await connections[0]!.query(recipe("sql"), []);
});
afterAll(async () => {
  if (missing !== undefined) return;
  for (const connection of connections) connection.close();
  await rm(folder, { recursive: true });
});
beforeEach((context) => {
  context.skip(missing !== undefined, missing);
});

describe.concurrent("node:sqlite", () => {
  testReplayStore(() => sqlReplayStore(connections[0]!.query, { dialect: "sqlite" }));
  testDenylist(() => sqlDenylist(connections[0]!.query, { dialect: "sqlite" }));
  testSqlStores(() => connections[0]!.query, { dialect: "sqlite" });
});

it("1,000 concurrent uses of one token by four processes: exactly one is the first", async () => {
  const stores = connections.map(({ query }) => sqlReplayStore(query, { dialect: "sqlite" }));
  const answers = await Promise.all(Array.from({ length: 1000 }, async (_, i) => stores[i % 4]!.add("contested", 60)));
  expect(answers.filter((answer) => answer)).toHaveLength(1);
});

it("is cleaned of what has expired, and of nothing else", async () => {
  const { query } = connections[0]!;
  const options = { dialect: "sqlite" } as const;
  await sqlReplayStore(query, { ...options, now: () => new Date(Date.now() - 100_000) }).add("old", 60);
  await sqlReplayStore(query, options).add("new", 60);
  await query(recipe("sql sqlite"), []);
  expect(await query("SELECT id FROM mintmark_tokens WHERE id IN (?, ?)", ["old", "new"])).toEqual([{ id: "new" }]);
});

it("the guide's recipe runs", async () => {
  await runRecipe(recipe("ts node:sqlite"), [node24!, "--disable-warning=ExperimentalWarning"], {
    DATABASE_FILE: file,
  });
});

async function connect(path: string): Promise<Connection> {
  const child = fork(fileURLToPath(new URL("sqlite-process.mjs", import.meta.url)), [path], {
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
