// What is taken for a key of somebody else's: three members, each looked at before it is used.
import { afterEach, describe, expect, it } from "vitest";
import { checkAlg, checkSigningKey, checkVerifyingKey } from "../../../src/keys/key.ts";
import { material, signText, verifyText } from "../../../src/keys/material.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";

const [sign, verify] = [(): Uint8Array<ArrayBuffer> => new Uint8Array(64), (): boolean => true];
const checks = [
  ["a signing key", checkSigningKey, { alg: "ES256", sign }],
  ["a verifying key", checkVerifyingKey, { alg: "ES256", verify }],
] as const;

describe.each(checks)("%s", (what, check, good) => {
  const message = async (key: unknown): Promise<string> =>
    (await codeOf(() => check(key))) === "invalid_argument"
      ? String(await errorOf(() => check(key)))
      : await codeOf(() => check(key));

  it("is any object with alg and its method, and comes back as it is", () => {
    class Remote {
      readonly alg = "ES256";
      sign(): Uint8Array {
        return sign();
      }
      verify(): boolean {
        return verify();
      }
    }
    for (const key of [
      good,
      { ...good, kid: "k1" },
      { ...good, kid: undefined, more: 1 },
      Object.freeze({ ...good, kid: "" }),
      new Remote(),
      { ...good, alg: "SomethingNew" },
    ])
      expect(check(key)).toBe(key);
  });

  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a text", "ES256"],
    ["a function", Object.assign(() => undefined, good)],
    ["an empty object", {}],
    ["a list of one", [good]],
    ["one without its method", { alg: "ES256" }],
    ["one whose method is no function", { alg: "ES256", sign: true, verify: true }],
    ["one with the other method", { alg: "ES256", ...("sign" in good ? { verify } : { sign }) }],
    ["a promise of one", Promise.resolve(good)],
    ["a kid that is no text", { ...good, kid: 5 }],
    ["a kid that is null", { ...good, kid: null }],
  ])("is not %s, and the refusal says what one has", async (_name, key) => {
    expect(await message(key)).toMatch(
      what === "a signing key"
        ? /^TypeError: (?:key: expected a signing key, found |kid of a key: expected a string, found )/
        : /^TypeError: (?:keys: expected verifying keys, found |kid of a key: expected a string, found )/,
    );
  });

  it.each<[unknown]>([
    [undefined],
    [null],
    [5],
    [""],
    [" "],
    ["none"],
    ["None"],
    [" nOnE\n"],
    [["ES256"]],
    [{ toString: () => "ES256" }],
  ])("has no alg %j", async (alg) => {
    expect(await message({ ...good, alg })).toMatch(/^TypeError: alg: expected the name of an algorithm, found/);
  });
});

describe("the issuer of a verifying key", () => {
  it("is a text, where there is one", async () => {
    for (const issuer of [undefined, "https://issuer.example", " "])
      expect(checkVerifyingKey({ alg: "ES256", verify, issuer }).issuer).toBe(issuer);
    for (const issuer of ["", null, 5, ["https://issuer.example"], {}, true])
      expect(await codeOf(() => checkVerifyingKey({ alg: "ES256", verify, issuer }))).toBe("invalid_argument");
  });
});

describe("a member that every object has", () => {
  const members = ["alg", "kid", "issuer", "sign", "verify"];
  afterEach(() => {
    for (const name of members) Reflect.deleteProperty(Object.prototype, name);
  });

  it.each(members)("%s: no key is taken, since it would speak for those that leave it out", async (name) => {
    Object.defineProperty(Object.prototype, name, { value: "ES256", configurable: true, writable: true });
    expect(await codeOf(() => checkVerifyingKey({ alg: "ES256", verify, kid: "k1" }))).toBe("invalid_argument");
    expect(await codeOf(() => checkSigningKey({ alg: "ES256", sign, kid: "k1" }))).toBe("invalid_argument");
  });
});

it("an alg is the text that it is", () => {
  for (const alg of ["HS256", "ES256K", "nonesuch", " padded "]) expect(checkAlg(alg)).toBe(alg);
});

it("what mintmark's own keys have beyond the contract is found in every copy of the package", () => {
  expect([signText, verifyText, material].map((symbol) => Symbol.keyFor(symbol))).toEqual([
    "mintmark.signText",
    "mintmark.verifyText",
    "mintmark.material",
  ]);
});
