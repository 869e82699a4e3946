// What the completion scripts offer, asked of the shells themselves.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { found, run } from "./program.ts";

const program = fileURLToPath(new URL("../../../../dist/cli.js", import.meta.url));
const script = (shell: string): string => run(process.execPath, [program, "completions", shell]);

const files = mkdtempSync(join(tmpdir(), "mintmark-shells-"));
afterAll(() => {
  rmSync(files, { recursive: true });
});
writeFileSync(join(files, "mintmark"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
chmodSync(join(files, "mintmark"), 0o755);
writeFileSync(join(files, "private.jwk"), "");

const sorted = (text: string): readonly string[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .sort();

const cases: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [["s"], ["secret", "sign"]],
  [["decode", "--j"], ["--json"]],
  [
    ["sign", "--claim"],
    ["--claim", "--claims"],
  ],
  [
    ["verify", "--alg", "ES"],
    ["ES256", "ES384", "ES512"],
  ],
  [
    ["secret", "--alg", ""],
    ["HS256", "HS384", "HS512"],
  ],
  [["secret", "--alg", "HS256", "--format", "h"], ["hex"]],
  [
    ["sign", "--secret-encoding", "base"],
    ["base64", "base64url"],
  ],
  [["completions", "z"], ["zsh"]],
];

describe.runIf(found("bash", "bash"))("bash", () => {
  const offered = (words: readonly string[]): readonly string[] =>
    sorted(
      run("bash", [
        "--norc",
        "-c",
        `${script("bash")}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mintmark; printf '%s\\n' "\${COMPREPLY[@]}"`,
        "bash",
        "mintmark",
        ...words,
      ]),
    );

  it.each([...cases, [["sign", "--key", ""], []], [["sign", "--issuer", ""], []]] as const)("%j", (words, expected) => {
    expect(offered(words)).toEqual(expected);
  });

  it("leaves the names of files to the shell", () => {
    expect(run("bash", ["--norc", "-c", `${script("bash")}\ncomplete -p mintmark`])).toBe(
      "complete -o default -F _mintmark mintmark\n",
    );
  });
});

describe.runIf(found("fish", "fish"))("fish", () => {
  const offered = (words: readonly string[]): readonly string[] => {
    const line = ["mintmark", ...words].map((word) => (word === "" ? "" : word)).join(" ");
    const said = run("fish", [
      "--no-config",
      "--private",
      "-c",
      `cd ${files}\nset -gx PATH ${files} $PATH\n${script("fish")}\ncomplete -C ${JSON.stringify(line)}`,
    ]);
    return sorted(said.replace(/\t.*/g, ""));
  };

  it.each(cases)("%j", (words, expected) => {
    expect(offered(words)).toEqual(expected);
  });

  it("offers files where a file is wanted, and nothing where a text is", () => {
    expect(offered(["sign", "--key", "priv"])).toEqual(["private.jwk"]);
    expect(offered(["sign", "--issuer", "priv"])).toEqual([]);
  });
});

describe.runIf(found("zsh", "zsh"))("zsh", () => {
  // Completion runs in zsh's line editor alone: one that has a terminal of its own, by zsh's module zpty, is asked.
  const driver = (words: readonly string[]): string => `
    zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z "PS1=; cd ${files}; PATH=${files}:$PATH; autoload -U compinit; compinit -u -D; zstyle ':completion:*' list-colors ''; LISTMAX=0"
    zpty -w z 'eval "$(mintmark completions zsh)"'
    zpty -w z 'compadd() { if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi; local -a __found; builtin compadd -A __found "$@"; print -rl -- "<\${(@)^__found}>" >> ${files}/found; builtin compadd "$@" }'
    zpty -w z 'finish() { zle complete-word; print done >> ${files}/done; }; zle -N finish; bindkey "^T" finish'
    zpty -n -w z ${JSON.stringify(["mintmark", ...words].join(" "))}$'\\x14'
    for i in {1..100}; do [[ -e ${files}/done ]] && break; sleep 0.1; done
    zpty -d z
  `;
  const offered = (words: readonly string[]): readonly string[] => {
    for (const name of ["found", "done"]) rmSync(join(files, name), { force: true });
    run("zsh", ["-f", "-c", driver(words)]);
    return [
      ...new Set(sorted(run("sh", ["-c", `cat ${files}/found 2>/dev/null || true`])).map((line) => line.slice(1, -1))),
    ];
  };

  it.each(cases)("%j", (words, expected) => {
    expect(offered(words)).toEqual(expected);
  });

  it("offers files where a file is wanted", () => {
    expect(offered(["sign", "--key", "priv"])).toContain("private.jwk");
  });
});
