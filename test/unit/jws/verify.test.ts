// The way in, at the level of segments: what is found by position, and which keys are asked in which form.
import { describe, expect, it } from "vitest";
import { runSync } from "../../../src/base/steps.ts";
import { verifyText, type TextVerifier } from "../../../src/keys/material.ts";
import { compileKeys } from "../../../src/keys/select.ts";
import { parseHeader } from "../../../src/jws/header.ts";
import { freshHeaders } from "../../../src/jwt/header.ts";
import { checkSignature, verifyCompact, splitCompact } from "../../../src/jws/verify.ts";
import type { VerifyingKey } from "../../../src/index.ts";
import { countingKey, encode, forge, jwtHeader, key, sealed } from "../jwt/forge.ts";
import { codeOf } from "../jwt/outcome.ts";

describe("splitCompact", () => {
  it("gives three parts, empty ones too: what may be empty is not said here", () => {
    for (const parts of [
      ["a", "b", "c"],
      ["", "b", "c"],
      ["a", "", "c"],
      ["a", "b", ""],
      ["", "", ""],
      ["head", "pay", "sign"],
    ])
      expect(splitCompact(parts.join("."))).toEqual(parts);
  });

  it.each([
    "",
    "a",
    "a.b",
    ".",
    "a.",
    ".b",
    "a.b.c.",
    "a.b.c.d",
    "...",
    ".a.b.c",
    "a.b.c.d.e",
    undefined,
    null,
    5,
    ["a", "b", "c"],
    { toString: () => "a.b.c" },
  ])("refuses %j", async (token) => {
    expect(await codeOf(() => splitCompact(token))).toBe("token_malformed");
  });
});

describe("verifyCompact", () => {
  it("gives the header, the payload as it stands, and the key", () => {
    for (const one of [key, countingKey()]) {
      const signed = runSync(verifyCompact(forge(), compileKeys(one), freshHeaders));
      expect(signed.header).toEqual(jwtHeader);
      expect(signed.payload).toBe(forge().split(".")[1]);
      expect(signed.key.alg).toBe("HS256");
    }
  });
});

describe("the length of a header", () => {
  const most = 2_097_152;
  /** A header segment of so many characters. */
  const segment = (length: number): string => {
    const octets = Math.floor((length * 3) / 4);
    const [start, end] = ['{"alg":"HS256","x":"', '"}'];
    return encode(start + "x".repeat(octets - start.length - end.length) + end);
  };

  it("is 2 MiB at most, before anything in it is looked at", async () => {
    expect(segment(most)).toHaveLength(most);
    expect(parseHeader(segment(most)).alg).toBe("HS256");
    expect(await codeOf(() => parseHeader(segment(most + 4)))).toBe("token_too_large");
    expect(await codeOf(() => parseHeader("!".repeat(most + 1)))).toBe("token_too_large");
    expect(await codeOf(() => parseHeader("!".repeat(most)))).toBe("token_malformed");
  });
});

describe("checkSignature", () => {
  const text = (answer: boolean, asked: string[]): VerifyingKey & TextVerifier => ({
    alg: "HS256",
    [verifyText]: () => {
      asked.push("text");
      return answer;
    },
    verify: () => {
      asked.push("bytes");
      return true;
    },
    verifySync: () => {
      asked.push("bytes");
      return true;
    },
  });
  const [header, payload, signature] = forge().split(".") as [string, string, string];
  const check = (keys: readonly VerifyingKey[], parts = { payload, signature }): Promise<string> =>
    codeOf(() =>
      runSync(
        (function* () {
          const answer = checkSignature(
            { alg: "HS256" },
            compileKeys(keys),
            `${header}.${parts.payload}`,
            parts.payload,
            parts.signature,
          );
          return "next" in answer ? yield* answer : answer;
        })(),
      ),
    );

  it("asks a key that compares MACs as text once, and in no other form", async () => {
    const asked: string[] = [];
    expect(await check([text(false, asked)])).toBe("signature_invalid");
    expect(asked).toEqual(["text"]);
    expect(await check([text(true, asked)])).toBe("accepted");
    expect(asked).toEqual(["text", "text"]);
  });

  it("asks the other keys as well, each until one is good", async () => {
    const [asked, other, third] = [[] as string[], countingKey(), countingKey()];
    expect(await check([text(false, asked), other, third])).toBe("accepted");
    expect([asked, other.calls(), third.calls()]).toEqual([["text"], 1, 0]);
  });

  it("a signature that nobody made is signature_invalid, and over a payload that is not canonical token_malformed", async () => {
    for (const keys of [[key], [countingKey()], [text(false, [])]]) {
      expect(await check(keys, { payload, signature: encode(new Uint8Array(32)) })).toBe("signature_invalid");
      expect(await check(keys, { payload: `${payload}=`, signature: encode(new Uint8Array(32)) })).toBe(
        "token_malformed",
      );
      expect(await check(keys, { payload, signature: `${signature}=` })).toBe("token_malformed");
      expect(await check(keys, { payload, signature: "" })).toBe("token_malformed");
    }
    expect(sealed(header, payload)).toBe(forge());
  });
});
