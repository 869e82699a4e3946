// npm run test:hostile [-- --count N --seed S --document], npm run test:differential likewise: the tests of a folder with more of what
// they make. --document: the figures go into docs/security.md, those of the comparison into test/spec/differential/found.json too.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeLaxer, describeStricter } from "../differential/document.mjs";
import { writeSection } from "../../system/runtimes/document.mjs";
import { describeHunt } from "./document.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const {
  positionals: [what],
  values: { count, seed, document },
} = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    document: { type: "boolean", default: false },
  },
});
const folder = what === "differential" ? "test/spec/differential" : "test/spec/hostile";
const reports = mkdtempSync(join(tmpdir(), "mintmark-hostile-"));
const started = performance.now();
const ran = spawnSync("npx", ["vitest", "run", "--config", "test/vitest.config.ts", folder], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, MINTMARK_COUNT: count, MINTMARK_SEED: seed, MINTMARK_REPORT: reports },
});
const minutes = Math.max(1, Math.round((performance.now() - started) / 60_000));
const read = (name) => JSON.parse(readFileSync(name, "utf8"));

// A page that is not up to date fails the run that brings it up to date.
if (document && what === "differential") {
  const [file, reasons] = [
    join(root, "test/spec/differential/found.json"),
    read(join(root, "test/spec/differential/reasons.json")),
  ];
  const found = read(join(reports, "differential.json"));
  writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
  writeSection("stricter", describeStricter(found, reasons), "docs/security.md");
  writeSection("differential", describeLaxer(found, reasons), "docs/security.md");
} else if (document && ran.status === 0) {
  writeSection(
    "hostile",
    describeHunt(read(join(reports, "tokens.json")), read(join(reports, "keys.json")), { count, seed, minutes }),
    "docs/security.md",
  );
}
rmSync(reports, { recursive: true });
process.exitCode = ran.status ?? 1;
