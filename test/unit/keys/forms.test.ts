// Whatever is given as a key: each form that people have is imported, or refused by its name with what to write. The synchronous
// imports say the same. `npm run figures` writes the table of docs/guides/keys.md anew.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as mintmark from "../../../src/index.ts";
import { forms, type Form, type Import } from "./forms.ts";

type Untyped = (key: unknown, alg: unknown, options?: unknown) => unknown;
const importers: Readonly<Record<Import, readonly [later: Untyped, now: Untyped]>> = {
  signing: [mintmark.importSigningKey as Untyped, mintmark.importSigningKeySync as Untyped],
  verifying: [mintmark.importVerifyingKey as Untyped, mintmark.importVerifyingKeySync as Untyped],
  secret: [mintmark.importSecret as Untyped, mintmark.importSecretSync as Untyped],
};

async function outcome(importer: Untyped, { key, alg }: Form): Promise<string> {
  try {
    await importer(key, alg);
    return "imported";
  } catch (error) {
    if (!(error instanceof TypeError) || (error as { code?: unknown }).code !== "invalid_key")
      return `no refusal: ${String(error)}`;
    return error.message;
  }
}

describe.each(["signing", "verifying", "secret"] as const)("a %s key", (as) => {
  it.each(forms.filter((form) => form.as === as))("$have, for $alg.name", async (form) => {
    const [later, now] = importers[as];
    const said = await outcome(later, form);
    if (form.says === "imported") expect(said).toBe("imported");
    else expect(said).toMatch(form.says);
    expect(await outcome(now, form)).toBe(said);
  });
});

describe("docs/guides/keys.md", () => {
  it("has the table of what happens", async () => {
    const path = fileURLToPath(new URL("../../../docs/guides/keys.md", import.meta.url));
    const names = { signing: "importSigningKey", verifying: "importVerifyingKey", secret: "importSecret" } as const;
    const lines: string[] = [];
    for (const as of ["signing", "verifying", "secret"] as const) {
      lines.push("", `| Given to \`${names[as]}\` | |`, "|---|---|");
      for (const form of forms.filter(({ as: one, told }) => one === as && told === true)) {
        const said = await outcome(importers[as][0], form);
        lines.push(`| ${cell(form.have)} | ${said === "imported" ? "imported" : cell(said)} |`);
      }
    }
    const marked = /(<!-- forms -->).*?(<!-- \/forms -->)/s;
    const guide = readFileSync(path, "utf8");
    expect(guide).toMatch(marked);
    const written = guide.replace(marked, (_, begin: string, end: string) => `${begin}\n${lines.join("\n")}\n\n${end}`);
    await expect(written).toMatchFileSnapshot(path);
  });
});

/** Text as it stands in a table of Markdown. */
function cell(text: string): string {
  return text.replace(/[\\|<>*_[\]]/g, (character, at: number) =>
    text.slice(0, at).split("`").length % 2 === 0 ? character : `\\${character}`,
  );
}
