import { describe, expect, it } from "vitest";
import { describeFailure } from "../../../src/cli/failure.ts";
import { JwtError, UnavailableError } from "../../../src/index.ts";

describe("what was thrown decides the exit code", () => {
  it.each([
    [new JwtError("expired", "…", { claim: "exp" }), { exitCode: 1, code: "expired", message: "…", claim: "exp" }],
    [new UnavailableError("jwks_unavailable", "…"), { exitCode: 3, code: "jwks_unavailable", message: "…" }],
    [Object.assign(new TypeError("…"), { code: "invalid_key" }), { exitCode: 2, code: "invalid_key", message: "…" }],
    [
      Object.assign(new TypeError("…"), { code: "unsupported_algorithm" }),
      { exitCode: 3, code: "unsupported_algorithm", message: "…" },
    ],
  ])("%s", (error, failure) => {
    expect(describeFailure(error, [])).toEqual(failure);
  });
});

describe("an engine's own error", () => {
  it.each([
    [Object.assign(new Error("hunter2"), { code: "ERR_X" }), "Error ERR_X"],
    [new SyntaxError("Unexpected token in hunter2"), "SyntaxError"],
    ["hunter2", ""],
    [undefined, ""],
  ])("is told without its message, which may quote what it could not read", (error, message) => {
    expect(describeFailure(error, [])).toEqual({ exitCode: 3, code: "unexpected", message });
  });
});

it("the library's words are the command's", () => {
  const options = [
    { name: "expires-in", says: "" },
    { name: "issuer", says: "" },
  ];
  const said = (message: string): string =>
    describeFailure(Object.assign(new TypeError(message), { code: "invalid_argument" }), options).message;
  expect(said("expiresIn: expected more than the issuer wants")).toBe(
    "--expires-in: expected more than the issuer wants",
  );
  expect(said("issuer: expected a text, as expiresIn is")).toBe("--issuer: expected a text, as --expires-in is");
  expect(said("reissuer: expiresInner")).toBe("reissuer: expiresInner");
});
