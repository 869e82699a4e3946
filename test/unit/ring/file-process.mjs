// Counts upwards in a folder that several processes share, and says which numbers it was the one to save. Until it is killed.
import * as fs from "node:fs/promises";
import { fileKeyRingStore } from "mintmark";

const store = fileKeyRingStore(process.argv[2] ?? "", fs);
for (;;) {
  const stored = await store.load();
  if (stored === undefined) throw new Error("expected a folder with a number in it");
  const { record, version } = stored;
  if (await store.save(String(Number(record) + 1), version + 1)) process.stdout.write(`${version + 1}\n`);
}
