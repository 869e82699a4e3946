// Faults of jsonwebtoken's interface, which mintmark/jsonwebtoken does not take over with it.
import { generateKeyPairSync } from "node:crypto";
import theirs from "jsonwebtoken";
import { describe, expect, it } from "vitest";
import { createJsonwebtoken } from "../../../src/jsonwebtoken/index.ts";

const jwt = createJsonwebtoken({ onWarning: () => undefined });
const secret = "a secret of thirty-two bytes or more, for these tests";

describe("A clock tolerance that is text is appended to the time", () => {
  const expired = theirs.sign({ exp: 1_000_000_000 }, secret);

  it("accepts a token that expired decades ago there, and is refused here", () => {
    expect(theirs.verify(expired, secret, { clockTolerance: "5" as never })).toMatchObject({ exp: 1_000_000_000 });
    expect(() => jwt.verify(expired, secret, { clockTolerance: "5" as never })).toThrow("must be a finite number");
    expect(() => jwt.verify(expired, secret, { clockTolerance: 5 })).toThrow("jwt expired");
  });
});

describe("A list of audiences or issuers that is not set accepts tokens without the claim", () => {
  const token = theirs.sign({}, secret);

  it.each(["audience", "issuer"])("%s: [undefined]", (name) => {
    expect(theirs.verify(token, secret, { [name]: [undefined] })).toBeTruthy();
    expect(() => jwt.verify(token, secret, { [name]: [undefined] })).toThrow(`jwt ${name} invalid`);
  });

  it("a pattern is not tried on the word undefined", () => {
    expect(theirs.verify(token, secret, { audience: /^[a-z]+$/ })).toBeTruthy();
    expect(() => jwt.verify(token, secret, { audience: /^[a-z]+$/ })).toThrow("jwt audience invalid");
  });
});

describe("A token of one kind passes where another is expected, behind an interface that has no kinds", () => {
  const reset = theirs.sign({ sub: "user_123" }, secret, { header: { alg: "HS256", typ: "reset+jwt" } });

  it("is refused by a strict instance, and by typ", () => {
    expect(theirs.verify(reset, secret)).toMatchObject({ sub: "user_123" });
    expect(() => createJsonwebtoken({ strict: ["token_type"] }).verify(reset, secret)).toThrow("token_type");
    expect(() => jwt.verify(reset, secret, { typ: "JWT" })).toThrow("jwt typ invalid");
  });
});

describe("A small RSA key verifies (CVE-2022-23539)", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });

  it("is refused, whatever the options say", () => {
    const token = theirs.sign({}, privateKey, { algorithm: "RS256", allowInsecureKeySizes: true });
    expect(theirs.verify(token, publicKey)).toBeTruthy();
    expect(() => jwt.verify(token, publicKey, { allowInvalidAsymmetricKeyTypes: true })).toThrow("2048 bits");
  });
});
