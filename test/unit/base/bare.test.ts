// A runtime that lacks what mintmark needs, as React Native's Hermes lacks Web Crypto, and older ones TextDecoder and atob. Simulated:
// the built library in a process of Node.js that takes those globals away from itself first.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const library = fileURLToPath(new URL("../../../dist/index.js", import.meta.url));
const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6b8OrIn0.AA";

/** Node.js alone has these; Hermes never did. */
const nodeOnly = ["Buffer", "process"];

/** What each expression comes to where these globals are missing: its JSON, or its error's code and message. */
function without(missing: readonly string[], expressions: readonly string[]): unknown[] {
  const script = `
    const { stdout } = process;
    for (const name of ${JSON.stringify([...nodeOnly, ...missing])}) delete globalThis[name];
    delete Uint8Array.prototype.setFromBase64;
    delete Uint8Array.prototype.toBase64;
    const mintmark = await import(${JSON.stringify(library)});
    const secret = "a secret of this test, longer than 32 bytes";
    const token = ${JSON.stringify(token)};
    const plugIn = { alg: "HS256", sign: () => new Uint8Array(32), verify: () => true };
    const expected = { issuer: "i", audience: "a" };
    const found = [];
    for (const attempt of [${expressions.map((expression) => `async () => ${expression}`).join(", ")}])
      found.push(await attempt().catch(({ code, message }) => [code, message]));
    stdout.write(JSON.stringify(found));
  `;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" }));
}

const missing = (name: string): unknown => [
  "unsupported_algorithm",
  `${name} is missing: this runtime needs a polyfill of it`,
];

describe("simulated by taking globals away from Node.js:", () => {
  it("without crypto every use of a key names it, and decode works", () => {
    expect(
      without(
        ["crypto"],
        [
          "mintmark.importSecret(secret, mintmark.HS256)",
          "mintmark.generateSecret(mintmark.HS256)",
          "mintmark.generateKeyPair(mintmark.ES256)",
          "mintmark.decode(token).claims",
        ],
      ),
    ).toEqual([missing("crypto.subtle"), missing("crypto.getRandomValues"), missing("crypto.subtle"), { sub: "zoë" }]);
  });

  it("without crypto a key of the caller's own signs and verifies", () => {
    const [verified] = without(
      ["crypto"],
      [
        "mintmark.sign({ sub: 'u' }, plugIn, expected).then((token) => mintmark.verify(token, plugIn, expected)).then(({ claims }) => claims.sub)",
      ],
    );
    expect(verified).toBe("u");
  });

  it.each(["TextDecoder", "atob"])("without %s it is named, and a good token not blamed", (name) => {
    const attempts = [
      "mintmark.decode(token)",
      "mintmark.verify(token, plugIn, expected)",
      "mintmark.safeVerify(token, plugIn, expected)",
    ];
    expect(without([name], attempts)).toEqual(attempts.map(() => missing(name)));
  });

  it.each(["TextEncoder", "btoa"])("without %s it is named, and nothing is signed", (name) => {
    expect(without([name], ["mintmark.sign({}, plugIn, expected)"])).toEqual([missing(name)]);
  });

  it("without TextDecoder and atob a key of the caller's own signs, and without TextEncoder decode works", () => {
    expect(without(["TextDecoder", "atob"], ["typeof (await mintmark.sign({}, plugIn, expected))"])).toEqual([
      "string",
    ]);
    expect(without(["TextEncoder"], ["mintmark.decode(token).claims"])).toEqual([{ sub: "zoë" }]);
  });
});
