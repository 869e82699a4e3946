// The comparison with other libraries: its versions are those installed here, and what it says of a bare call is what a bare call does.
import { createSigner as createFastSigner, createVerifier as createFastVerifier } from "fast-jwt";
import { verify as honoVerify } from "hono/jwt";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";
import { generateSecret, HS256, importSecret, verify } from "mintmark";
import { describe, expect, it } from "vitest";
import { read } from "./pages.ts";

interface Package {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const installed = (name: string): Package => JSON.parse(read(name)) as Package;
const packages = [
  "package.json",
  ...["jose", "jsonwebtoken", "fast-jwt", "hono"].map((name) => `node_modules/${name}/package.json`),
].map(installed);
const rows = read("docs/comparison.md")
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const row = (title: string): string[] => rows.find(([first]) => first === title)!.slice(1);

/** By one byte, and without anything that limits it. */
const secret = "x";
const token = jsonwebtoken.sign({ sub: "user_123" }, secret, { noTimestamp: true });

describe("the table says", () => {
  it("the versions that are compared", () => {
    const [header] = rows.filter(([, second]) => second?.startsWith("mintmark"));
    expect(header!.slice(1)).toEqual(
      ["mintmark", "jose", "jsonwebtoken", "fast-jwt", "hono/jwt"].map((name, i) => `${name} ${packages[i]!.version}`),
    );
  });

  it("how many dependencies each has", () => {
    expect(row("dependencies")).toEqual(
      packages.map(({ dependencies = {} }) => String(Object.keys(dependencies).length)),
    );
  });

  it("what the peers take: a secret of one byte, no exp, nobody expected, a misspelt option", async () => {
    const misspelt = { audiance: "web" };
    const taken = [
      (await jose.jwtVerify(token, new TextEncoder().encode(secret), misspelt as object)).payload,
      jsonwebtoken.verify(token, secret, misspelt as object),
      createFastVerifier({ key: secret, ...misspelt })(token) as unknown,
      await honoVerify(token, secret, { alg: "HS256", ...misspelt }),
    ];
    expect(taken).toEqual(taken.map(() => ({ sub: "user_123" })));
    expect(createFastSigner({ key: secret, noTimestamp: true })({ sub: "user_123" })).toBe(token);
  });

  it("what mintmark refuses of that", async () => {
    await expect(importSecret(secret, HS256)).rejects.toMatchObject({ code: "invalid_key" });
    const key = await generateSecret(HS256, { extractable: true });
    const misspelt = { issuer: "my-api", audience: "web", audiance: "web" };
    await expect(verify(token, key, misspelt)).rejects.toMatchObject({ code: "invalid_argument" });
    // @ts-expect-error -- neither is optional
    await expect(verify(token, key, {})).rejects.toMatchObject({ code: "invalid_argument" });
  });

  it("what mintmark asks of a token: exp", async () => {
    const key = await importSecret("a secret of 32 bytes or more, for tests", HS256);
    const endless = jsonwebtoken.sign({ sub: "user_123" }, "a secret of 32 bytes or more, for tests", {
      issuer: "my-api",
      audience: "web",
    });
    await expect(verify(endless, key, { issuer: "my-api", audience: "web" })).rejects.toMatchObject({
      code: "claim_missing",
      claim: "exp",
    });
  });
});
