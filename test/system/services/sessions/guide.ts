// The blocks of docs/guides/sessions.md that need a server, as they stand.
import { readFileSync } from "node:fs";

const guide = readFileSync(new URL("../../../../docs/guides/sessions.md", import.meta.url), "utf8");

/** What stands in the fence of this info string: "sql", "js express". */
export function sessionsRecipe(info: string): string {
  const [, code] = new RegExp(`^\`\`\`${info}\n(.*?)^\`\`\`$`, "ms").exec(guide) ?? [];
  if (code === undefined) throw new Error(`docs/guides/sessions.md has no block "${info}"`);
  return code;
}
