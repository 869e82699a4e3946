import { existsSync, statSync, symlinkSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { asymmetricNames, keyKinds } from "../../../../src/cli/algorithms.ts";
import { lackedByRuntime } from "../../../spec/interop/runtime.ts";
import { call, folder, json, output } from "../session.ts";

// RSA keys take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const files = folder();
let count = 0;
const fresh = (): string => files.path(`key-${++count}`);
const read = (path: string): string => files.read(path.split("/").at(-1)!);
const mode = (path: string): number => statSync(path).mode & 0o777;

describe("mintmark keygen", () => {
  it.each(asymmetricNames.filter((name) => !lackedByRuntime.has(name)))(
    "%s: sign and verify work with the files as they are",
    async (alg) => {
      // A PEM is the same for all algorithms of its kind.
      for (const format of keyKinds.some(({ algorithms: [first] }) => first.name === alg) ? ["jwk", "pem"] : ["jwk"]) {
        const [own, others] = [fresh(), fresh()];
        expect(
          (await call(["keygen", "--alg", alg, "--format", format, "--out", own, "--public-out", others])).code,
        ).toBe(0);
        const token = await output(["sign", "--key", own, ...(format === "pem" ? ["--alg", alg] : [])]);
        const verified = await json(["verify", token, "--key", others, "--alg", alg, "--any-issuer", "--any-audience"]);
        expect(verified).toMatchObject({ ok: true, key: { alg } });
      }
    },
  );

  it.each(asymmetricNames.filter((name) => lackedByRuntime.has(name)))(
    "%s is not in this runtime, which is no wrong use",
    async (alg) => {
      const path = fresh();
      const { code, err } = await call(["keygen", "--alg", alg, "--out", path]);
      expect([code, err.split(":")[0]]).toEqual([3, "error unsupported_algorithm"]);
      expect(existsSync(path)).toBe(false);
    },
  );

  it("keeps the private half for its owner, and prints the public half", async () => {
    const path = fresh();
    const { out, err } = await call(["keygen", "--out", path]);
    const [own, printed] = [JSON.parse(read(path)), JSON.parse(out)] as { d?: string; x: string; kid: string }[];
    expect(own).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256", use: "sig", d: expect.any(String) as string });
    expect(printed).toEqual({ ...own, d: undefined });
    expect(mode(path)).toBe(0o600);
    expect(err).toBe(`private key for ES256 in ${path}, readable by you alone; key ID ${printed!.kid}\n`);
    expect(out + err).not.toContain(own!.d);
  });

  it("--public-out takes the public half, for everyone to read", async () => {
    const [own, others] = [fresh(), fresh()];
    const { out } = await call(["keygen", "--out", own, "--public-out", others, "--format", "pem"]);
    expect([out, mode(own), mode(others) & 0o133]).toEqual(["", 0o600, 0]);
    expect(read(own)).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(read(others)).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
  });

  it("--out - prints the private half, for a pipe", async () => {
    expect(JSON.parse(await output(["keygen", "--out", "-"]))).toMatchObject({ d: expect.any(String) as string });
    expect(await output(["keygen", "--out", "-", "--format", "pem"])).toMatch(
      /^-----BEGIN PRIVATE KEY-----\n[^]*\n-----END PRIVATE KEY-----$/,
    );
  });

  it("has to be told where the private half goes", async () => {
    const { code, out, err } = await call(["keygen"]);
    expect([code, out, err.split("\n")[0]]).toEqual([
      2,
      "",
      "error wrong_use: --out: expected a file for the private key, or - for standard output",
    ]);
    expect((await call(["keygen", "--out", fresh(), "--public-out", "-"])).code).toBe(2);
  });

  it("writes both files or none, and neither over another", async () => {
    const [own, others] = [fresh(), fresh()];
    files.write(others.split("/").at(-1)!, "kept");
    const { code, err } = await call(["keygen", "--out", own, "--public-out", others]);
    expect([code, err]).toEqual([
      3,
      "error not_writable: --public-out: the file exists already, and is not overwritten\n",
    ]);
    expect([existsSync(own), read(others)]).toEqual([false, "kept"]);
    expect((await call(["keygen", "--out", own, "--public-out", own])).code).toBe(3);
    expect(existsSync(own)).toBe(false);
  });

  it("does not follow a link to write", async () => {
    const [link, target] = [fresh(), fresh()];
    symlinkSync(target, link);
    expect((await call(["keygen", "--out", link])).code).toBe(3);
    expect(existsSync(target)).toBe(false);
  });

  it.each([
    ["/no/such/folder/key", "no such folder"],
    ["/dev/null/key", "could not be written (ENOTDIR)"],
  ])("says why %s cannot be written", async (path, reason) => {
    expect((await call(["keygen", "--out", path])).err).toBe(`error not_writable: --out: ${reason}\n`);
  });

  it("--json says where the halves are; a private half in a file is not in it", async () => {
    const [own, others] = [fresh(), fresh()];
    const made = await json(["keygen", "--out", own, "--public-out", others, "--kid", "2026-11"]);
    expect(made).toEqual({
      alg: "ES256",
      kid: "2026-11",
      file: own,
      publicFile: others,
      publicKey: JSON.parse(read(others)) as object,
    });
    expect(await json(["keygen", "--out", "-"])).toMatchObject({
      privateKey: { d: expect.any(String) as string },
      publicKey: { kty: "EC" },
    });
    expect(await json(["keygen", "--out", fresh(), "--format", "pem"])).toMatchObject({
      publicKey: expect.stringMatching(/^-----BEGIN PUBLIC KEY/) as string,
    });
  });

  it("RSA keys are as long as they are said to be", async () => {
    const { publicKey } = (await json(["keygen", "--alg", "RS256", "--modulus-length", "3072", "--out", fresh()])) as {
      publicKey: { n: string };
    };
    expect(Buffer.from(publicKey.n, "base64url")).toHaveLength(384);
    const { code, err } = await call(["keygen", "--alg", "RS256", "--modulus-length", "1024", "--out", fresh()]);
    expect(code).toBe(2);
    expect(err).toMatch(/^error invalid_argument: --modulus-length: /);
  });

  it("PEM has no room for a key ID", async () => {
    expect((await json(["keygen", "--out", "-", "--format", "pem", "--kid", "x"])).code).toBe("wrong_use");
  });
});
