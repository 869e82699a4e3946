// The first two blocks of a guide are one module written twice. Here both are run, and have to understand each other.
import { beforeAll, describe, expect, test } from "vitest";
import { HS256, importSecretSync, signSync } from "mintmark";
import type { Guide } from "./guide.ts";
import { run } from "./programs.ts";
import { audience, contents, encode, forged, issuer, now, secret, token } from "./tokens.ts";

export interface Tokens {
  readonly issue: (user: { readonly id: string; readonly role: string }) => string | Promise<string>;
  readonly check: (token: string) => unknown;
}

const user = { id: "user_123", role: "admin" };
const claims = { sub: "user_123", role: "admin", iss: issuer, aud: audience, iat: now, exp: now + 900 };

interface Before {
  readonly runBefore?: (guide: Guide) => Promise<Tokens>;
  /** What the first block lets pass, and the second does not. */
  readonly lenient?: readonly string[];
}

export function testBeforeAndAfter(
  guide: Guide,
  { runBefore = ({ blocks }) => run(blocks("js")[0]!), lenient = [] }: Before = {},
): void {
  describe("Before and after", () => {
    let before: Tokens;
    let after: Tokens;
    beforeAll(async () => {
      before = await runBefore(guide);
      after = await run(guide.blocks("ts")[0]!);
    });

    test("the same header and claims come out", async () => {
      const [theirs, ours] = [await before.issue(user), await after.issue(user)];
      expect(ours.split(".")[0]).toBe(theirs.split(".")[0]);
      expect(contents(theirs)).toEqual({ alg: "HS256", typ: "JWT", ...claims });
      expect(contents(ours)).toEqual(contents(theirs));
    });

    test("given their claims in their order, mintmark makes the same token, byte for byte", async () => {
      const theirs = await before.issue(user);
      const given = JSON.parse(Buffer.from(theirs.split(".")[1]!, "base64url").toString()) as object;
      expect(signSync(given, importSecretSync(secret, HS256))).toBe(theirs);
    });

    test("each takes the other's tokens", async () => {
      expect(await after.check(await before.issue(user))).toEqual(claims);
      expect(await before.check(await after.issue(user))).toEqual(claims);
    });

    const unsigned = `${encode('{"alg":"none"}')}.${token().split(".")[1]!}.`;
    test.each([
      ["forged", forged(token())],
      [
        "of another secret",
        token({}, {}, "another text of more than 64 bytes, made for these tests, and known to all"),
      ],
      ["expired", token({ iat: now - 1000, exp: now - 100 })],
      ["not good yet", token({ nbf: now + 100 })],
      ["for another audience", token({ aud: "elsewhere" })],
      ["of another issuer", token({ iss: "someone else" })],
      ["unsigned", unsigned],
      ["no token", "not.a.token"],
    ])("a token that is %s", async (what, text) => {
      if (lenient.includes(what)) expect(await before.check(text)).toMatchObject({ sub: "user_123" });
      else await expect(async () => before.check(text)).rejects.toThrow();
      await expect(async () => after.check(text)).rejects.toThrow();
    });
  });
}

/** The guide's further programs: those without a name of their own need nothing from a test. */
export function testOtherBlocks(guide: Guide, from = 1): void {
  test.each(
    guide
      .blocks("ts")
      .slice(from)
      .map((code, i) => [i + from + 1, code] as const),
  )("ts block %i runs", async (_, code) => {
    await run(code);
  });
}
