/** `mintmark completions`: a completion script for a shell, derived from the descriptions of the commands. */

import type { Given } from "../arguments.ts";
import { done, type Command, type Terminal } from "../command.ts";
import { wrongUse } from "../failure.ts";
import { everywhere, type Option } from "../option.ts";

/** Writes the completion script of one shell. */
type Script = (commands: readonly Command[]) => string;

const scripts: ReadonlyMap<string, Script> = new Map([
  ["bash", bash],
  ["zsh", zsh],
  ["fish", fish],
]);

export function completions(others: readonly Command[]): Command {
  const command: Command = {
    name: "completions",
    summary: "a script that teaches bash, zsh or fish to complete mintmark",
    operand: "SHELL",
    operands: [...scripts.keys()],
    options: [],
    notes: [
      'In ~/.bashrc: eval "$(mintmark completions bash)". In ~/.zshrc, after compinit: eval "$(mintmark completions zsh)".',
      "In ~/.config/fish/config.fish: mintmark completions fish | source",
    ],
    examples: ["mintmark completions bash"],
    // eslint-disable-next-line @typescript-eslint/require-await -- a plain throw would escape the caller's catch
    async run({ operand }: Given, { output }: Terminal) {
      const script = scripts.get(operand ?? "");
      if (script === undefined) throw wrongUse(`expected one of ${[...scripts.keys()].join(", ")}`);
      const text = script([...others, command]);
      if (output.json) output.value({ script: text });
      else output.text(text);
      return done;
    },
  };
  return command;
}

function optionsOf(command: Command): readonly Option[] {
  return [...command.options, ...everywhere];
}

function takesFile({ value }: Option): boolean {
  return value?.startsWith("FILE") === true;
}

/** Writes the script for bash. An empty `COMPREPLY` completes file names. */
function bash(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name);
  const offer = (words: readonly string[] = []): string => `words="${words.join(" ")}"`;
  const values = commands.flatMap((command) =>
    optionsOf(command)
      .filter(({ value }) => value !== undefined)
      .map(
        (option) =>
          `    *:${command.name}:--${option.name}) ${takesFile(option) ? "return" : offer(option.choices)} ;;`,
      ),
  );
  const rest = commands.map((command) => {
    const words = [...optionsOf(command).map(({ name }) => `--${name}`), ...(command.operands ?? [])];
    return `    *:${command.name}:*) ${offer(words)} ;;`;
  });
  return [
    "_mintmark() {",
    '  local words="" word="${COMP_WORDS[COMP_CWORD]}"',
    "  COMPREPLY=()",
    '  case "$COMP_CWORD:${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD-1]}" in',
    `    1:*) words="${names.join(" ")} --help --version" ;;`,
    ...values,
    ...rest,
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    "}",
    "complete -o default -F _mintmark mintmark",
    "",
  ].join("\n");
}

function zsh(commands: readonly Command[]): string {
  // A space: a value is required, and none is offered.
  const wordsOf = (words: readonly string[] | undefined): string =>
    words === undefined ? " " : `(${words.join(" ")})`;
  const specOf = (option: Option): string => {
    const says = option.says.replace(/[[\]\\]/g, "\\$&");
    const action = takesFile(option) ? "_files" : wordsOf(option.choices);
    const value = option.value === undefined ? "" : `:${option.value}:${action}`;
    return quoted(`${option.many === true ? "*" : ""}--${option.name}[${says}]${value}`);
  };
  return [
    "#compdef mintmark",
    "_mintmark() {",
    "  if (( CURRENT == 2 )); then",
    `    local -a commands=(${commands.map(({ name, summary }) => quoted(`${name}:${summary}`)).join(" ")})`,
    "    _describe command commands",
    "    return",
    "  fi",
    '  case "$words[2]" in',
    ...commands.map((command) =>
      [
        `    ${command.name}) _arguments ${quoted(`1:command:(${command.name})`)}`,
        ...(command.operand === undefined ? [] : [quoted(`2:${command.operand}:${wordsOf(command.operands)}`)]),
        ...optionsOf(command).map(specOf),
      ]
        .join(" \\\n      ")
        .concat(" ;;"),
    ),
    "  esac",
    "}",
    "compdef _mintmark mintmark",
    "",
  ].join("\n");
}

function fish(commands: readonly Command[]): string {
  const lineOf = (condition: string, ...rest: readonly string[]): string =>
    `complete -c mintmark -n ${quoted(condition)} ${rest.join(" ")}`;
  return [
    "complete -c mintmark -f",
    ...commands.map(({ name, summary }) => lineOf("__fish_use_subcommand", `-a ${name}`, `-d ${quoted(summary)}`)),
    ...commands.flatMap((command) => {
      const here = `__fish_seen_subcommand_from ${command.name}`;
      return [
        ...(command.operands === undefined ? [] : [lineOf(here, `-a ${quoted(command.operands.join(" "))}`)]),
        ...optionsOf(command).map((option) => {
          const value = option.value === undefined ? [] : [takesFile(option) ? "-rF" : "-x"];
          const choices = option.choices === undefined ? [] : [`-a ${quoted(option.choices.join(" "))}`];
          return lineOf(here, `-l ${option.name}`, ...value, ...choices, `-d ${quoted(option.says)}`);
        }),
      ];
    }),
    "",
  ].join("\n");
}

/** Quotes a string as one word, for all three shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
