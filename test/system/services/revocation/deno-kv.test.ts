// The guide's recipe for Deno KV, on the real Deno.
import { beforeEach, expect, it } from "vitest";
import { deno, noRuntime } from "../servers/runtimes.ts";
import { compiled, inFile, printed, recipe, runRecipe } from "./guide.ts";

const missing = noRuntime(deno, "Deno");
beforeEach((context) => {
  context.skip(missing !== undefined, missing);
});

const command = (): [string, ...string[]] => [deno!, "run", "--quiet", "--no-remote", "--no-config", "--unstable-kv"];
const env = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };

it("the guide's recipe runs", async () => {
  await runRecipe(recipe("ts deno"), command(), env);
});

it("1,000 concurrent uses of one token by four processes: exactly one is the first", async () => {
  // The store is one SQLite file here. Who finds it locked by another process has opened nothing, and used nothing up.
  const code = `const unlocked = async (ask) => {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!String(error).includes("database is locked")) throw error;
    }
  }
};
${compiled(recipe("ts deno"))
  .replace(/^console\.log.*$/m, "")
  .replace("await Deno.openKv()", "await unlocked(() => Deno.openKv())")}
const answers = await Promise.all(Array.from({ length: 250 }, () => unlocked(() => replay.add("contested", 60))));
console.log(JSON.stringify(answers));`;
  await inFile(code, async (file) => {
    const lines = await Promise.all([1, 2, 3, 4].map(() => printed(file, command(), env)));
    const answers = lines.flatMap((line) => JSON.parse(line) as boolean[]);
    expect(answers).toHaveLength(1000);
    expect(answers.filter((answer) => answer)).toEqual([true]);
  });
});

it("its denylist knows what was added", async () => {
  const code = `${compiled(recipe("ts deno")).replace(/^console\.log.*$/m, "")}
const before = await denylist.has("token");
await denylist.add("token", 60);
console.log(before, await denylist.has("token"), await denylist.has("other"));`;
  await inFile(code, async (file) => {
    expect(await printed(file, command(), env)).toBe("false true false");
  });
});
