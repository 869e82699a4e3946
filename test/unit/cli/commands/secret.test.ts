import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { call, folder, json, output } from "../session.ts";

const files = folder();
const lengths = [
  ["HS256", 32],
  ["HS384", 48],
  ["HS512", 64],
] as const;

describe("mintmark secret", () => {
  it.each(lengths)("%s: %i bytes in every format", async (alg, length) => {
    for (const format of ["base64url", "base64", "hex"] as const) {
      const text = await output(["secret", "--alg", alg, "--format", format]);
      const bytes = Buffer.from(text, format);
      expect([bytes.length, bytes.toString(format)]).toEqual([length, text]);
    }
    const jwk = JSON.parse(await output(["secret", "--alg", alg, "--format", "jwk", "--kid", "2026-11"])) as {
      k: string;
    };
    expect(jwk).toMatchObject({ kty: "oct", alg, kid: "2026-11", use: "sig" });
    expect(Buffer.from(jwk.k, "base64url")).toHaveLength(length);
  });

  it("is another each time", async () => {
    expect(await output(["secret"])).not.toBe(await output(["secret"]));
  });

  it("goes to a file that only its owner reads, and nowhere else", async () => {
    const path = files.path("secret.txt");
    const { out, err } = await call(["secret", "--out", path]);
    const text = files.read("secret.txt");
    expect(text).toMatch(/^[\w-]{43}\n$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([out, err]).toEqual(["", `32 bytes for HS256 in ${path}, readable by you alone\n`]);
  });

  it("is never written over a file", async () => {
    const path = files.write("kept.txt", "kept");
    const { code, out, err } = await call(["secret", "--out", path]);
    expect([code, out, err]).toEqual([
      3,
      "",
      "error not_writable: --out: the file exists already, and is not overwritten\n",
    ]);
    expect(files.read("kept.txt")).toBe("kept");
  });

  it("--out - is standard output", async () => {
    expect(await output(["secret", "--out", "-"])).toMatch(/^[\w-]{43}$/);
  });

  it("--json says what it is, and where; a secret in a file is not in it", async () => {
    expect(await json(["secret", "--format", "hex"])).toEqual({
      alg: "HS256",
      format: "hex",
      secret: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await json(["secret", "--format", "jwk"])).toMatchObject({ secret: { kty: "oct", alg: "HS256" } });
    const path = files.path("json.txt");
    expect(await json(["secret", "--out", path])).toEqual({ alg: "HS256", format: "base64url", file: path });
  });

  it("a key ID has room in a jwk alone", async () => {
    expect((await json(["secret", "--kid", "x"])).message).toBe(
      "--kid: expected --format jwk beside it: other formats cannot hold it",
    );
  });
});
