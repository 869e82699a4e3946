import { describe, expect, it } from "vitest";
import { HS256, importSecretSync, signSync, timeLeft } from "../../../src/index.ts";
import { codeOf, errorOf } from "./outcome.ts";

const key = importSecretSync("a secret of the tests, 32 bytes or more", HS256);
const at = (second: number) => ({ now: () => new Date(second * 1000) });
const token = signSync({}, key, { expiresIn: 900, ...at(1_800_000_000) });

describe("timeLeft", () => {
  it("counts the seconds until exp, of a token or of its claims", () => {
    expect(timeLeft(token, at(1_800_000_000))).toBe(900);
    expect(timeLeft({ exp: 1_800_000_900 }, at(1_800_000_600))).toBe(300);
    expect(timeLeft({ exp: 1_800_000_900.5 }, at(1_800_000_900))).toBe(0.5);
  });

  it("is zero at exp, and less than zero after it", () => {
    expect(timeLeft(token, at(1_800_000_900))).toBe(0);
    expect(timeLeft(token, at(1_800_001_000))).toBe(-100);
  });

  it("uses the system's clock without another", () => {
    const left = timeLeft(signSync({}, key, { expiresIn: "1h" }));
    expect(left).toBeGreaterThan(3590);
    expect(left).toBeLessThanOrEqual(3600);
  });

  it("reads a token whose signature nobody could verify: it says nothing about that", () => {
    expect(timeLeft(`${token.slice(0, token.lastIndexOf("."))}.AAAA`, at(1_800_000_000))).toBe(900);
  });

  it.each([
    ["no token", "nonsense", "token_malformed"],
    ["a payload that is no object", "e30.W10.AAAA", "payload_invalid"],
    ["no exp", "e30.e30.AAAA", "claim_missing"],
    ["claims without exp", {}, "claim_missing"],
    ["an inherited exp", Object.create({ exp: 1 }) as object, "claim_missing"],
    ["exp as a string", { exp: "1800000000" }, "claim_invalid"],
    ["an infinite exp", { exp: Infinity }, "claim_invalid"],
    ["nothing", undefined, "invalid_argument"],
    ["a promise of a token", Promise.resolve(token), "invalid_argument"],
  ])("refuses %s", async (_, given, code) => {
    expect(await codeOf(() => timeLeft(given as string))).toBe(code);
  });

  it("says which claim, and which argument", async () => {
    expect(await errorOf(() => timeLeft({}))).toMatchObject({ claim: "exp" });
    expect(await errorOf(() => timeLeft({ exp: "1800000000" }))).toMatchObject({ claim: "exp" });
    expect(() => timeLeft(undefined as unknown as string)).toThrow(/^token: /);
  });

  it("refuses an option that it does not know, and an invalid clock", async () => {
    expect(await codeOf(() => timeLeft(token, { clock: 1 } as object))).toBe("invalid_argument");
    expect(await codeOf(() => timeLeft(token, at(NaN)))).toBe("invalid_argument");
  });
});
