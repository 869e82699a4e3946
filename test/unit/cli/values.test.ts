import { describe, expect, it } from "vitest";
import { call, folder, json, strong } from "./session.ts";

const env = { SECRET: strong };
const files = folder();
const sign = ["sign", "--secret-env", "SECRET"];
const signed = (...words: readonly string[]): Promise<Record<string, unknown>> => json([...sign, ...words], { env });
const refused = async (...words: readonly string[]): Promise<string> => {
  const { code, out, err } = await call([...sign, ...words], { env });
  expect([code, out]).toEqual([2, ""]);
  return err.split("\n")[0]!;
};
const now = (): number => Math.floor(Date.now() / 1000);

describe("spans of time", () => {
  it.each([
    ["90s", 90],
    ["15m", 900],
    ["1.5h", 5400],
    ["1d", 86_400],
    ["2w", 1_209_600],
  ])("%s", async (text, seconds) => {
    const { claims } = (await signed("--expires-in", text)) as { claims: { iat: number; exp: number } };
    expect(claims.exp - claims.iat).toBe(seconds);
  });

  it.each(["900", "15 m", "m", "1y", "15M", "1e3s", "0x10s", "١m", `${"9".repeat(20)}s`, `${"1".repeat(100_000)}s`])(
    "%j is refused",
    async (text) => {
      expect(await refused("--expires-in", text)).toBe(
        "error wrong_use: --expires-in: expected a number with a unit (s, m, h, d, w), such as 15m",
      );
    },
  );
});

describe("points in time", () => {
  it.each([
    ["2050-01-31", "2050-01-31T00:00:00.000Z"],
    ["2050-01-31T12:30Z", "2050-01-31T12:30:00.000Z"],
    ["2050-01-31T12:30:15+02:00", "2050-01-31T10:30:15.000Z"],
    ["2048-02-29T00:00:00.500Z", "2048-02-29T00:00:00.500Z"],
  ])("%s", async (text, iso) => {
    const { claims } = (await signed("--expires-at", text, "--max-lifetime", "9999d")) as { claims: { exp: number } };
    expect(claims.exp).toBe(Math.floor(Date.parse(iso) / 1000));
  });

  it.each([
    "2050-02-31",
    "2049-02-29",
    "2050-13-01",
    "2050-01-31T12:30",
    "2050-01-31T25:00Z",
    "31.01.2050",
    "tomorrow",
    "2050",
    "1893456000",
    "+275760-09-14",
  ])("%s is refused", async (text) => {
    expect(await refused("--expires-at", text)).toBe(
      "error wrong_use: --expires-at: expected a date such as 2030-01-31 or 2030-01-31T12:00:00Z",
    );
  });

  it("--not-before takes a span from now, or a date", async () => {
    const spanned = (await signed("--not-before", "5m")) as { claims: { iat: number; nbf: number } };
    expect(spanned.claims.nbf - spanned.claims.iat).toBe(300);
    const date = new Date((now() + 60) * 1000).toISOString();
    expect(await signed("--not-before", date)).toMatchObject({ claims: { nbf: Math.floor(Date.parse(date) / 1000) } });
    expect(await refused("--not-before", "soon")).toContain(
      "--not-before: expected a span from now such as 5m, or a date such as 2030-01-31T12:00:00Z",
    );
  });
});

describe("members of an object", () => {
  it("a text after =, JSON after :=", async () => {
    const words = [
      "role=admin",
      "level:=5",
      'roles:=["a",1,null]',
      "empty=",
      "equation=a=b",
      'quoted="x"',
      "https://example.com/x=y",
      "number=5",
      "__proto__=x",
      'toString:={"a":true}',
    ];
    const { claims } = (await signed(...words.flatMap((word) => ["--claim", word]))) as { claims: object };
    expect(JSON.stringify(claims).replace(/,"iat.*/, "")).toBe(
      '{"role":"admin","level":5,"roles":["a",1,null],"empty":"","equation":"a=b","quoted":"\\"x\\"","https://example.com/x":"y","number":"5","__proto__":"x","toString":{"a":true}',
    );
  });

  it.each([
    ["role", "--claim: expected name=text or name:=JSON"],
    ["=x", "--claim: expected name=text or name:=JSON"],
    [":=1", "--claim: expected name=text or name:=JSON"],
    ["role:=admin", "--claim, after :=: expected JSON"],
    ["role:=", "--claim, after :=: expected JSON"],
  ])("%s is refused", async (word, message) => {
    expect(await refused("--claim", word)).toBe(`error wrong_use: ${message}`);
  });

  it("a name that is given twice is refused", async () => {
    expect(await refused("--claim", "a=1", "--claim", "a:=2")).toContain("--claim: a name is given twice");
    expect(await refused("--header", "a=1", "--header", "a=1")).toContain("--header: a name is given twice");
  });
});

describe("JSON files", () => {
  it("are objects, with or without a byte order mark", async () => {
    expect(await signed("--claims", files.write("claims.json", '\ufeff{"role":"admin"}\n'))).toMatchObject({
      claims: { role: "admin" },
    });
  });

  it.each([
    ["[]", "a JSON object"],
    ["null", "a JSON object"],
    ['"x"', "a JSON object"],
    ["{not JSON: hunter2}", "JSON"],
    ["", "JSON"],
  ])("%s is refused, and not quoted", async (text, expected) => {
    const said = await refused("--claims", files.write("wrong.json", text));
    expect(said).toBe(`error wrong_use: --claims: expected ${expected}`);
  });
});

describe("counts", () => {
  it.each(["0", "-1", "1.5", "1e3", "many", "9999999999"])("%s is refused", async (text) => {
    const { code, err } = await call(["keygen", "--out", files.path("key"), `--modulus-length=${text}`]);
    expect([code, err.split("\n")[0]]).toEqual([
      2,
      "error wrong_use: --modulus-length: expected a whole number above 0",
    ]);
  });
});
