import { describe, expect, it } from "vitest";
import { everywhere } from "../../../../src/cli/option.ts";
import { commands } from "../../../../src/cli/run.ts";
import { json, output } from "../session.ts";

describe("mintmark completions", () => {
  it.each(["bash", "zsh", "fish"])("%s: knows every command and every option", async (shell) => {
    const script = await output(["completions", shell]);
    for (const { name, options } of commands) {
      expect(script).toContain(name);
      for (const option of [...options, ...everywhere])
        expect(script).toContain(shell === "fish" ? `-l ${option.name} ` : `--${option.name}`);
    }
    expect(await json(["completions", shell])).toEqual({ script: `${script}\n` });
  });

  it.each([[], ["powershell"], ["toString"]])("%j is wrong use", async (...words) => {
    expect(await json(["completions", ...words])).toMatchObject({
      code: "wrong_use",
      message: "expected one of bash, zsh, fish",
    });
  });
});
