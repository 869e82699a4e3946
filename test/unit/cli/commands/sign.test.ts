import { describe, expect, it } from "vitest";
import { call, folder, json, output, strong } from "../session.ts";

const files = folder();
const env = { SECRET: strong };
const sign = ["sign", "--secret-env", "SECRET"];

describe("mintmark sign", () => {
  it("prints the token and nothing else", async () => {
    const { code, out, err } = await call(sign, { env });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}\n$/);
  });

  it("puts every option where it belongs", async () => {
    const claims = files.write("claims.json", '{"role":"admin","nested":{"a":[1]}}');
    const made = await json(
      [
        ...sign,
        "--claims",
        claims,
        "--claim",
        "level:=5",
        "--issuer",
        "my-api",
        "--subject",
        "user_123",
        "--audience",
        "web",
        "--audience",
        "mobile",
        "--expires-in",
        "1h",
        "--not-before",
        "1m",
        "--jwt-id",
        "one",
        "--typ",
        "at+jwt",
        "--header",
        "cty=x",
        "--header",
        "n:=1",
        "--kid",
        "k",
        "--alg",
        "HS256",
      ],
      { env },
    );
    const {
      claims: { iat, ...rest },
      header,
    } = made as { claims: { iat: number }; header: object };
    expect(header).toEqual({ alg: "HS256", typ: "at+jwt", kid: "k", cty: "x", n: 1 });
    expect(rest).toEqual({
      role: "admin",
      nested: { a: [1] },
      level: 5,
      iss: "my-api",
      sub: "user_123",
      aud: ["web", "mobile"],
      jti: "one",
      nbf: iat + 60,
      exp: iat + 3600,
    });
  });

  it("one audience is a text, not a list", async () => {
    expect(await json([...sign, "--audience", "web"], { env })).toMatchObject({ claims: { aud: "web" } });
  });

  it("--random-jwt-id is a UUID", async () => {
    expect(await json([...sign, "--random-jwt-id"], { env })).toMatchObject({
      claims: { jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
    });
  });

  it("claims come from standard input", async () => {
    expect(await json([...sign, "--claims", "-"], { env, stdin: '{"role":"admin"}' })).toMatchObject({
      claims: { role: "admin" },
    });
  });

  it("gives a token 15 minutes unless told otherwise, and never none", async () => {
    const { claims } = (await json(sign, { env })) as { claims: { iat: number; exp: number } };
    expect(claims.exp - claims.iat).toBe(900);
  });
});

describe("mintmark sign warns, on standard error", () => {
  it("of more than a day", async () => {
    expect((await call([...sign, "--expires-in", "1d"], { env })).err).toBe("");
    const { code, err } = await call([...sign, "--expires-in", "25h"], { env });
    expect([code, err]).toEqual([
      0,
      "warning: a lifetime of 25 hours: a stolen token can be used for as long, unless it can be revoked\n",
    ]);
  });

  it("of sensitive claims that were let pass by name", async () => {
    const words = [
      ...sign,
      "--claim",
      "password=hunter2hunter2",
      "--claim",
      "role=admin",
      "--sensitive-claims",
      "password",
    ];
    expect((await call(words, { env })).err).toBe(
      'warning: sensitive, and readable by anyone who holds the token: "password"\n',
    );
  });
});

describe("mintmark sign refuses", () => {
  it.each([
    ["no key", ["sign"], "wrong_use: no key to sign with: expected --secret, --secret-env, --key or --key-env"],
    [
      "a secret and a key",
      [...sign, "--key-env", "KEY"],
      "wrong_use: a secret or a key: expected one of them, found both",
    ],
    [
      "two expiries",
      [...sign, "--expires-in", "1h", "--expires-at", "2050-01-01"],
      "wrong_use: --expires-in and --expires-at: expected one of them, found both",
    ],
    [
      "two token IDs",
      [...sign, "--jwt-id", "1", "--random-jwt-id"],
      "wrong_use: --jwt-id and --random-jwt-id: expected one of them, found both",
    ],
    ["a claim that an option says too", [...sign, "--issuer", "a", "--claim", "iss=b"], "invalid_argument: iss: "],
    ["a claim of the wrong type", [...sign, "--claim", "exp=2h"], "invalid_argument: exp: "],
    [
      "a sensitive claim",
      [...sign, "--claim", "password=hunter2"],
      /^error invalid_argument: "password" .*--sensitive-claims/,
    ],
    ["a date that is past", [...sign, "--expires-at", "2020-01-01"], "invalid_argument: exp: "],
    [
      "more than the longest life, in the command's words",
      [...sign, "--expires-in", "400d"],
      /^error invalid_argument: exp: .*--max-lifetime/,
    ],
    [
      "a header member that is not its own",
      [...sign, "--header", "alg=none"],
      "invalid_argument: --header.alg: cannot be set here",
    ],
  ])("%s", async (_, words, message) => {
    const { code, out, err } = await call(words, { env: { ...env, KEY: '{"kty":"oct"}' } });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(typeof message === "string" ? `error ${message}` : message);
    expect(err).not.toContain("hunter2");
  });

  it("a claim in the file and in an option", async () => {
    const { code, err } = await call([...sign, "--claims", "-", "--claim", "role=admin"], {
      env,
      stdin: '{"role":"guest"}',
    });
    expect([code, err.split("\n")[0]]).toEqual([
      2,
      "error wrong_use: --claim and --claims: expected each claim once, found one in both",
    ]);
  });

  it("as JSON too, when it was asked for", async () => {
    expect(await json(["sign"])).toEqual({ ok: false, code: "wrong_use", message: expect.any(String) as string });
  });
});

it("a longer life is there for who says so", async () => {
  const token = await call([...sign, "--expires-in", "400d", "--max-lifetime", "500d"], { env });
  expect(token.code).toBe(0);
});

it("what is signed is what verify reads", async () => {
  const token = await output([...sign, "--issuer", "my-api", "--audience", "web", "--claim", "text=Zoë \u202e 🪙"], {
    env,
  });
  expect(
    await json(["verify", token, "--secret-env", "SECRET", "--issuer", "my-api", "--audience", "web"], { env }),
  ).toMatchObject({ claims: { text: "Zoë \u202e 🪙" } });
});
