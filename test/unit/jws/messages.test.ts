// What refusals say about what was found, and about what to write instead.
import { describe, expect, it } from "vitest";
import { importSecret, HS256, signJws, verifyJws, verifyJwsJson } from "../../../src/index.ts";
import { checkHeaderMembers, describeWrapping } from "../../../src/jws/header.ts";
import { splitCompact } from "../../../src/jws/verify.ts";

const key = await importSecret(crypto.getRandomValues(new Uint8Array(32)), HS256);
const token = await signJws(new Uint8Array([1]), key);

/** Returns the message of what is thrown or rejected. */
async function messageOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

describe("what is left around a token", () => {
  it.each([
    ["Bearer eyJh", ': it starts with "Bearer ", pass the token alone'],
    [" \tbEARER eyJh", ': it starts with "Bearer ", pass the token alone'],
    ["eyJhbearer x", ""],
    ["x bearer y", ""],
    [`${" ".repeat(15)}bearer x`, ": there is white space around the token"],
    ["eyJh ", ": there is white space around the token"],
    ['"eyJh', ": there are quotation marks around the token"],
    ["eyJh'", ": there are quotation marks around the token"],
    [`ey"Jh`, ""],
    ["eyJh", ""],
  ])("%j", (segment, said) => {
    expect(describeWrapping(segment)).toBe(said);
  });
});

describe("how many parts there are", () => {
  it.each([
    ["", "found one part"],
    ["a", "found one part"],
    ["a.b", "found 2 parts"],
    ["a.b.c.d.e", "found five parts: an encrypted token (JWE)"],
    ["a.b.c.d.e.f", "found 6 parts"],
    ["a.b.c.d.e.f.g", "found more than 6 parts"],
  ])("%s", async (given, said) => {
    expect(await messageOf(() => splitCompact(given))).toContain(`, ${said}`);
  });
});

describe("what is named", () => {
  it.each([
    ["alg", "it comes from the key"],
    ["kid", "it comes from the key"],
    ["typ", "use the option typ"],
    ["crit", "use the option crit of signJws; a JWT has none"],
    ["b64", "use the option b64 of signJws; a JWT has none"],
  ])("a member %s, which is set elsewhere", async (name, said) => {
    expect(await messageOf(() => checkHeaderMembers({ [name]: "x" }, [name]))).toBe(
      `header.${name}: cannot be set here, ${said}`,
    );
  });

  it("an option, or what was given as a promise", async () => {
    expect(await messageOf(() => signJws(new Uint8Array(), key, { typ: "" }))).toMatch(/^typ: /);
    expect(await messageOf(() => verifyJws(token, key, { maxTokenLength: 0 }))).toMatch(/^maxTokenLength: /);
    expect(await messageOf(() => splitCompact(Promise.resolve(token)))).toBe("token: found a promise: await it");
    expect(await messageOf(() => verifyJwsJson(Promise.resolve({}) as never, key))).toBe(
      "jws: found a promise: await it",
    );
  });
});
