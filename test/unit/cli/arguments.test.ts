import { describe, expect, it } from "vitest";
import { call, strong } from "./session.ts";

const wrong = async (words: readonly string[]): Promise<string> => {
  const { code, out, err } = await call(words);
  expect([code, out]).toEqual([2, ""]);
  return err.split("\n")[0]!.replace("error wrong_use: ", "");
};

describe("arguments that are refused", () => {
  it.each([
    [["sign", "--audiance", "web"], "unknown option --audiance: did you mean --audience?"],
    [["sign", "--no-claim"], "unknown option --no-claim"],
    [["sign", "-x"], "unknown option -x"],
    [["sign", "--issuer"], "--issuer: expected ISSUER after it (write --issuer=… if it starts with a dash)"],
    [
      ["sign", "--issuer", "--audience", "web"],
      "--issuer: expected ISSUER after it (write --issuer=… if it starts with a dash)",
    ],
    [["sign", "--issuer="], "--issuer: expected a value, found an empty one: is a variable not set?"],
    [["sign", "--issuer", ""], "--issuer: expected a value, found an empty one: is a variable not set?"],
    [["sign", "--issuer", "a", "--issuer", "b"], "--issuer: given twice"],
    [["sign", "--json=yes"], "--json: takes no value"],
    [["sign", "--iss", "x"], "unknown option --iss: did you mean --issuer?"],
    [["sign", "--sub=x"], "unknown option --sub: did you mean --subject?"],
    [["verify", "--aud", "x"], "unknown option --aud: did you mean --audience?"],
    [["sign", "--exp", "x"], "unknown option --exp: did you mean --expires-in or --expires-at?"],
    [["sign", "--nbf", "x"], "unknown option --nbf: did you mean --not-before?"],
    [["sign", "--jti", "x"], "unknown option --jti: did you mean --jwt-id?"],
    [["verify", "--jti", "x"], "unknown option --jti"],
    [["verify", "--jsno"], "unknown option --jsno: did you mean --json?"],
    [["verify", "--algorithm", "x"], "unknown option --algorithm: did you mean --alg?"],
    [["verify", "--clock", "x"], "unknown option --clock: did you mean --clock-tolerance?"],
    [["keygen", "--private", "x"], "unknown option --private"],
    [["sign", "--constructor"], "unknown option --constructor"],
    [["sign", "--random-jwt-id=x"], "--random-jwt-id: takes no value"],
    [["secret", "--alg", "none"], "--alg: expected one of HS256, HS384, HS512"],
    [["secret", "--alg", "hs256"], "--alg: expected one of HS256, HS384, HS512"],
    [["verify", "--optional", "iss"], "--optional: expected one of exp, iat"],
    [["verify", "a.b.c", "d.e.f"], "expected one operand, found 2"],
  ])("%j", async (words, message) => {
    expect(await wrong(words)).toBe(message);
  });

  it("words beside the options, which could be a secret: it is not repeated", async () => {
    const said = await wrong(["sign", "--issuer", "my-api", "correct horse battery staple"]);
    expect(said).toBe("expected only options: secrets and claims are never bare words");
  });

  it("however long an unknown option is, little of it is repeated", async () => {
    expect(await wrong(["sign", `--${"x".repeat(5000)}`])).toBe(`unknown option --${"x".repeat(22)}`);
  });

  it("says which command's help has more", async () => {
    expect((await call(["sign", "--wrong"])).err).toContain("mintmark sign --help says how");
  });
});

describe("arguments that are read", () => {
  it("a value that starts with a dash, after =", async () => {
    const secret = { SECRET: strong };
    const { out } = await call(["sign", "--secret-env", "SECRET", "--issuer=--audience", "--json"], { env: secret });
    expect(JSON.parse(out)).toMatchObject({ claims: { iss: "--audience" } });
  });

  it("a token after --", async () => {
    expect((await call(["decode", "--", "a.b.c"])).err).toContain("token_malformed");
  });
});

describe("no command", () => {
  it.each([[[]], [["sing"]], [["--issuer"]], [["constructor"]]])(
    "%j is wrong use, and says which there are",
    async (words) => {
      const { code, out, err } = await call(words);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain("expected one of secret, keygen, sign, verify, decode, jwks, thumbprint, completions");
    },
  );

  it.each([
    ["verfy", "verify"],
    ["sing", "sign"],
    ["secert", "secret"],
    ["jwk", "jwks"],
    ["decoed", "decode"],
    ["completion", "completions"],
  ])("%s is near %s", async (typed, meant) => {
    for (const words of [[typed], [typed, "--help"], ["help", typed]])
      expect((await call(words)).err).toMatch(
        new RegExp(`^error wrong_use: no such command: did you mean ${meant}\\? \\(expected one of secret, `),
      );
  });

  it("a word that is near nothing is not repeated", async () => {
    for (const word of ["correct-horse-battery-staple", "x".repeat(1e6), "xx"]) {
      const { err } = await call([word]);
      expect(err).toMatch(/^error wrong_use: expected one of secret, /);
      expect(err).not.toContain(word);
    }
  });
});
