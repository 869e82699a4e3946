// A process that runs statements on a SQLite file: one of several on the same file. Node.js 20 has no SQLite of its own.
import { DatabaseSync } from "node:sqlite";

const database = new DatabaseSync(process.argv[2] ?? "", { timeout: 20_000 });

process.on("message", ({ id, statement, values }) => {
  try {
    process.send?.({ id, rows: database.prepare(statement).all(...values) });
  } catch (error) {
    process.send?.({ id, error: /** @type {Error} */ (error).message });
  }
});
process.on("disconnect", () => {
  process.exit();
});
process.send?.("ready");
