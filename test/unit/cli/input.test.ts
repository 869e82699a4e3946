import { execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { describe, expect, it } from "vitest";
import { HS256, importSecret, unchecked, verify } from "../../../src/index.ts";
import { call, folder, json, output, strong } from "./session.ts";

const files = folder();
const secretFile = files.write("secret.txt", `${strong}\n`);
const verifying = ["--any-issuer", "--any-audience"];
const token = await output(["sign", "--secret", secretFile]);

describe("a secret", () => {
  it.each([
    ["a file", ["--secret", secretFile], {}],
    ["standard input", ["--secret", "-"], { stdin: `${strong}\r\n` }],
    ["an environment variable", ["--secret-env", "JWT_SECRET"], { env: { JWT_SECRET: strong } }],
  ])("from %s, without the line end that editors add", async (_, words, given) => {
    expect(await json(["verify", token, ...words, ...verifying], given)).toMatchObject({ ok: true });
  });

  it("loses one line end and nothing else", async () => {
    for (const [stdin, code] of [
      [` ${strong}\n`, "signature_invalid"],
      [`${strong} `, "signature_invalid"],
      [`${strong}\r`, "invalid_key"],
    ] as const) {
      expect(
        await json(["verify", token, "--secret", "-", ...verifying], { stdin }),
        JSON.stringify(stdin),
      ).toMatchObject({ code });
    }
  });

  it("with a second line end is refused, which importSecret does not take either", async () => {
    for (const end of ["\n\n", "\r\n\r\n", "\n\r\n", "\n\n\n"]) {
      const { code, out, err } = await call(["sign", "--secret", "-"], { stdin: `${strong}${end}` });
      expect([code, out, err.split("\n")[0]]).toEqual([
        2,
        "",
        "error wrong_use: the secret: expected at most one newline at its end, found several: remove them",
      ]);
    }
  });

  it("is the same secret for importSecret, once its line end is dropped", async () => {
    const key = await importSecret(`${strong}\n`.trimEnd(), HS256);
    await expect(verify(token, key, { issuer: unchecked, audience: unchecked })).resolves.toBeDefined();
  });

  it("of bytes that are no text stays as it is", async () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - i)).fill(0x0a, 31);
    const made = await output(["sign", "--secret", files.write("bytes", bytes)]);
    const asHex = { env: { HEX: bytes.toString("hex") } };
    expect(
      await json(["verify", made, "--secret-env", "HEX", "--secret-encoding", "hex", ...verifying], asHex),
    ).toMatchObject({ ok: true });
  });

  it.each(["/no/such/file", "./hunter2", strong, "A".repeat(5000)])(
    "that is no file's name is not repeated",
    async (path) => {
      const { code, out, err } = await call(["sign", "--secret", path]);
      expect([code, out, err]).toEqual([
        3,
        "",
        "error not_readable: --secret: no such file (expected the name of a file, or - for standard input)\n",
      ]);
    },
  );

  it.each([strong, "UNSET", "toString", "__proto__", "EMPTY"])(
    "that is no variable's name is not repeated",
    async (name) => {
      const { code, out, err } = await call(["sign", "--secret-env", name], { env: { EMPTY: "" } });
      expect([code, out]).toEqual([3, ""]);
      expect(err).toBe(
        "error not_readable: --secret-env: no environment variable of that name is set (expected its name, not what it holds)\n",
      );
    },
  );

  it("is not read where a terminal would show it", async () => {
    const { code, err } = await call(["sign", "--secret", "-"], { stdin: strong, tty: true, env: { NO_COLOR: "1" } });
    expect(code).toBe(2);
    expect(err).toContain("--secret: a terminal shows what is typed");
  });
});

describe("standard input", () => {
  it("holds the token where none is an argument, and where it is -", async () => {
    for (const words of [["decode"], ["decode", "-"]])
      expect(await json(words, { stdin: `  ${token}\r\n` })).toMatchObject({ verified: false });
  });

  it("on a terminal is said to be waited for", async () => {
    const { err } = await call(["decode"], { stdin: token, tty: true, env: { NO_COLOR: "1" } });
    expect(err).toContain("the token from standard input; end it with Ctrl-D");
  });

  it("is read for one thing", async () => {
    const { code, err } = await call(["verify", "--secret", "-", ...verifying], { stdin: token });
    expect([code, err.split("\n")[0]]).toEqual([
      2,
      "error wrong_use: standard input: expected for one input, found it for --secret and the token: pass one of them in another way",
    ]);
    expect((await call(["sign", "--secret", "-", "--claims", "-"], { stdin: strong })).code).toBe(2);
  });

  it("is read up to a megabyte", async () => {
    const { code, err } = await call(["decode"], { stdin: "x".repeat(2 ** 20 + 1) });
    expect([code, err.split("\n")[0]]).toEqual([2, "error wrong_use: the token: expected at most 1048576 bytes"]);
  });
});

describe("files", () => {
  it("may be pipes, which have no size", async () => {
    const pipe = files.path("pipe");
    execFileSync("mkfifo", [pipe]);
    const writer = createWriteStream(pipe);
    const [made] = await Promise.all([
      output(["sign", "--secret", pipe]),
      new Promise<void>((resolve) => {
        writer.end(strong, () => {
          resolve();
        });
      }),
    ]);
    expect(await json(["verify", made, "--secret", secretFile, ...verifying])).toMatchObject({ ok: true });
  });

  it.each([
    ["/", "a folder, expected a file"],
    ["/dev/null/x", "could not be read (ENOTDIR)"],
    ["a".repeat(5000), "no such file (expected the name of a file, or - for standard input)"],
  ])("%.20s cannot be read", async (path, reason) => {
    const { code, err } = await call(["sign", "--secret-env", "SECRET", "--claims", path], { env: { SECRET: strong } });
    expect([code, err]).toEqual([3, `error not_readable: --claims: ${reason}\n`]);
  });

  it("and a variable at once are one too many", async () => {
    expect((await call(["sign", "--secret", secretFile, "--secret-env", "X"])).err).toContain(
      "--secret and --secret-env: expected one of them, found both",
    );
  });
});
