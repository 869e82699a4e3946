// The command line's own row of the threat table: what a token, an option's value or a word after -- spells is data, never an order.
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { call, spawned, strong, type Answer } from "../../unit/cli/session.ts";
import { verifyCommand } from "../../../src/cli/commands/verify.ts";
import { HS256, importSecret, sign } from "../../../src/index.ts";

// There is much to look at, and machines are busy.
vi.setConfig({ testTimeout: 60_000 });

/** Counts the calls of the library's `verify` that returned, in this process. */
const accepted = vi.hoisted(() => ({ count: 0 }));
vi.mock(import("../../../src/index.ts"), async (load) => {
  const library = await load();
  const verify: typeof library.verify = async (...given) => {
    const verified = await library.verify(...given);
    accepted.count++;
    return verified;
  };
  return { ...library, verify };
});

const env = { SECRET: strong, EMPTY: "" };
const key = await importSecret(strong, HS256);
const good = await sign({}, key, { issuer: "my-api", audience: "web" });
const foreign = await sign({}, key, { issuer: "other", audience: "web" });
const gate = ["verify", "--secret-env", "SECRET", "--issuer", "my-api", "--audience", "web"];

/** Words that mean something somewhere: to a shell, to this program, or to the parser of options. */
const words: readonly string[] = [
  ...["-h", "--help", "-hh", "-?", "--h", "--hel", "--help=", "--help=x", "--no-help", "-h=1", "help", "/?"],
  ...["--version", "-v", "-V", "--", "-", "---", "", " ", "--json", "--json=", "--no-json", "-hjson", "--json --help"],
  ...["verify", "decode", "completions", "bash", "0", "good", "good\n", "\0", "-h\n", " -h", "--help ", "\u2014help"],
  ...verifyCommand.options.flatMap(({ name, choices = [] }) => [`--${name}`, `--${name}=`, `--${name}=x`, ...choices]),
  ...["bad.t.x", `${good}x`, foreign, `Bearer ${good}`, good],
  "--optional=exp",
  "--typ=x",
  "--secret=/dev/null",
  "--secret-env=EMPTY",
  "--key=-",
];
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...words) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }).map((text) => `-${text}`) },
);
const valued = verifyCommand.options.filter(({ value }) => value !== undefined).map(({ name }) => name);

/** Runs a gate, and holds its exit code against the library: 0 if and only if it accepted. */
async function judge(given: readonly string[], stdin = ""): Promise<Answer> {
  accepted.count = 0;
  const answer = await call(given, { env, stdin });
  expect(answer.code === 0, JSON.stringify(given)).toBe(accepted.count === 1);
  if (answer.code === 0) expect(answer.out).toMatch(/^(?:good {2}signature|\{"ok":true,)/);
  return answer;
}

describe("In-band control: data taken for an option of the command line", () => {
  it("is told from the gate that passes", async () => {
    expect((await judge([...gate, good])).code).toBe(0);
    expect((await judge([...gate, "--", good])).code).toBe(0);
    expect((await judge(gate, good)).code).toBe(0);
    expect((await judge([...gate, foreign])).code).toBe(1);
  });

  it.each(words.filter((one) => one !== good))("as the token: %j", async (one) => {
    for (const given of [
      [...gate, one],
      [...gate, "--", one],
      ["verify", one, ...gate.slice(1)],
      [...gate, "--json", one],
      [...gate, "bad.t.x", one],
      [...gate, one, "bad.t.x"],
    ]) {
      const { code } = await judge(given);
      expect([1, 2, 3], JSON.stringify(given)).toContain(code);
    }
  });

  it.each(valued)("as the value of --%s", async (name) => {
    for (const one of words) {
      for (const value of [[`--${name}`, one], [`--${name}=${one}`]]) {
        await judge([...gate, ...value, "bad.t.x"]);
        await judge([...gate, ...value, "--", "bad.t.x"]);
        await judge(["verify", ...value, "bad.t.x"]);
      }
    }
  });

  it("as the operand and any value, in any place", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...valued), word, fc.boolean()), { maxLength: 4 }),
        fc.array(fc.constantFrom("--json", "--any-typ", "--any-issuer", "--any-audience"), { maxLength: 2 }),
        word,
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom("", "bad.t.x", foreign, good),
        async (values, flags, operand, isAfterOptions, isComplete, stdin) => {
          const options = values.flatMap(([name, value, isInline]) =>
            isInline ? [`--${name}=${value}`] : [`--${name}`, value],
          );
          const start = isComplete ? gate : ["verify", "--secret-env", "SECRET"];
          await judge([...start, ...flags, ...options, ...(isAfterOptions ? ["--"] : []), operand], stdin);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("in the process, where the exit code is what a gate asks", async () => {
    for (const one of ["-h", "--help", "--version", "--json", "--"])
      for (const given of [
        [...gate, one],
        [...gate, "--", one],
        [...gate, "--subject", one, "bad.t.x"],
      ])
        expect((await spawned(given, { env })).code, JSON.stringify(given)).not.toBe(0);
    expect((await spawned([...gate, "--", good], { env })).code).toBe(0);
  });

  it("help and version are asked for alone", async () => {
    for (const one of ["-h", "--help"]) {
      expect((await call(["verify", one])).code).toBe(0);
      expect((await call(["verify", one, "x"])).code).toBe(2);
    }
  });
});
