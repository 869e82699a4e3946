import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { removeFolder } from "./folders.mjs";

/** Fills a folder until a time has passed, as children of a browser do after it has ended. */
const writer = `
const { mkdirSync, writeFileSync } = require("node:fs");
const [folder, milliseconds] = process.argv.slice(1);
console.log("begun");
for (let i = 0, end = Date.now() + Number(milliseconds); Date.now() < end; i++) {
  mkdirSync(folder + "/Default", { recursive: true });
  try { writeFileSync(folder + "/Default/" + i, ""); } catch {}
}
`;

it("removes a folder that another process writes into for a while", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-folders-"));
  const child = spawn(process.execPath, ["-e", writer, folder, "700"]);
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  removeFolder(folder);
  await ended;
  removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
});

it("leaves what cannot be removed, and throws nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-folders-"));
  const file = join(folder, "file");
  writeFileSync(file, "");
  const impossible = join(file, "below");
  expect(() => {
    removeFolder(impossible);
  }).not.toThrow();
  removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
});
