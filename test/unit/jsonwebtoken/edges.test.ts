// Forms of payloads, options and answers that few programs have: what jsonwebtoken answers, and what is warned of.
import { createPublicKey } from "node:crypto";
import theirs from "jsonwebtoken";
import { describe, expect, it, vi } from "vitest";
import { nativeBuffer } from "../../../src/base/platform.ts";
import { createJsonwebtoken, verifyAsync, type JsonwebtokenWarning } from "../../../src/jsonwebtoken/index.ts";

const secret = "a text of thirty-two bytes or more, for these tests alone";
type Loose = Record<"sign" | "verify", (...given: unknown[]) => unknown>;
const jwt = createJsonwebtoken({ onWarning: () => undefined }) as unknown as Loose;
const peer = theirs as unknown as Loose;

/** What came of a call: a value, or the error's name and message. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
}

describe("sign, as jsonwebtoken answers", () => {
  it.each<[unknown, object]>([
    ["a text", {}],
    ["", {}],
    [Buffer.from("bytes"), {}],
    [undefined, {}],
    [null, {}],
    [5, {}],
    [[1], {}],
    // Where there is a Buffer, which knows encodings.
    ...(nativeBuffer() === undefined ? [] : [["latin1: é", { encoding: "latin1" }] as [unknown, object]]),
    ["utf8: é", { encoding: "utf8" }],
    [{ iat: 1 }, { notBefore: "x" }],
    [{ iat: 1 }, { notBefore: "5000" }],
    [{ iat: 1 }, { notBefore: 5 }],
    [{ iat: 1 }, { expiresIn: "x" }],
    [{ iat: 1 }, { expiresIn: true }],
    [{ iat: 1 }, { algorithm: "HS1" }],
    [{ iat: 1 }, { header: { typ: "custom", kid: "k" } }],
    [{ iat: 1 }, { noTimestamp: true }],
    [{ iat: 1, exp: 2 }, { expiresIn: 5 }],
    [{ iat: 1, aud: "a" }, { audience: "b" }],
    [{ iat: "1" }, {}],
    [{ exp: "1" }, {}],
  ])("%j with %j", (payload, options) => {
    expect(outcome(() => jwt.sign(payload, secret, options))).toEqual(
      outcome(() => peer.sign(payload, secret, options)),
    );
  });
});

describe("verify, as jsonwebtoken answers", () => {
  const now = Math.floor(Date.now() / 1000);
  const token = (claims: object, options: object = {}): unknown => peer.sign(claims, secret, options);
  it.each<[unknown, object]>([
    [token({ iat: now }), { maxAge: "1h" }],
    [token({ iat: now - 7200 }), { maxAge: "1h" }],
    [token({}, { noTimestamp: true }), { maxAge: "1h" }],
    [token({ iat: now }), { maxAge: "x" }],
    [token({ iat: now }), { maxAge: 60 }],
    [token({ iat: now }), { complete: true }],
    [token({ iat: now, nonce: "n" }), { nonce: "n" }],
    [token({ iat: now, nonce: "n" }), { nonce: "m" }],
    [token({ iat: now }), { nonce: "" }],
    [token({ iat: now }), { subject: "s" }],
    [token({ iat: now, sub: "s" }), { subject: "s", jwtid: "j" }],
    [token({ iat: now }), { algorithms: ["none"] }],
    ["a.b.c", {}],
    ["", {}],
    [undefined, {}],
    [5, {}],
  ])("%j with %j", (given, options) => {
    expect(outcome(() => jwt.verify(given, secret, options))).toEqual(
      outcome(() => peer.verify(given, secret, options)),
    );
  });

  it("typ is checked where it is asked for", () => {
    const verify = (header: object, typ: unknown): unknown =>
      outcome(() =>
        jwt.verify(peer.sign({ iat: now }, secret, { header: { alg: "HS256", ...header } }), secret, { typ }),
      );
    expect(verify({}, "JWT")).toEqual({ iat: now });
    expect(verify({ typ: "at+jwt" }, "at+jwt")).toEqual({ iat: now });
    expect(verify({ typ: "application/at+jwt" }, "AT+JWT")).toEqual({ iat: now });
    expect(verify({ typ: "reset+jwt" }, "at+jwt")).toMatchObject({ message: "jwt typ invalid. expected: at+jwt" });
    for (const typ of ["", 5, null])
      expect(verify({}, typ)).toMatchObject({ name: "JsonWebTokenError", message: "typ must be a non-empty string" });
  });
});

describe("headers", () => {
  const sign = (header: object): unknown => peer.sign({ iat: 1 }, secret, { header: { alg: "HS256", ...header } });

  it.each<[string, object, string]>([
    ["an extension that nobody knows", { crit: ["x"], x: 1 }, 'header: crit: "x" is not understood'],
    // Its payload is no base64url (RFC 7797): read as such, one token would be two.
    ["an unencoded payload", { crit: ["b64"], b64: false }, "invalid token"],
    ["b64 without crit", { b64: true }, "invalid token"],
    ["crit that is no list", { crit: "x" }, 'header: crit: "x" is not understood'],
    ["crit that is empty", { crit: [] }, "header: crit: undefined is not understood"],
    ["typ that is a number", { typ: 5 }, "invalid token"],
  ])("%s is refused", (_, header, message) => {
    expect(outcome(() => jwt.verify(sign(header), secret, {}))).toEqual({ name: "JsonWebTokenError", message });
  });

  it("alg has to be its own", () => {
    const [, payload, signature] = String(sign({})).split(".");
    const header = Buffer.from('{"__proto__":{"alg":"HS256"}}').toString("base64url");
    expect(outcome(() => jwt.verify(`${header}.${payload}.${signature}`, secret, {}))).toMatchObject({
      message: "invalid token",
    });
  });
});

describe("keys", () => {
  it("a runtime without ML-DSA says which algorithm it lacks, of a PEM text too", async () => {
    const start = Buffer.from("30820532300b06096086480165030403110382052100", "hex");
    const der = Buffer.concat([start, Buffer.alloc(1312, 7)]).toString("base64");
    const pem = `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`;
    const header = Buffer.from('{"alg":"ML-DSA-44","typ":"JWT"}').toString("base64url");
    const token = `${header}.e30.${Buffer.alloc(2420).toString("base64url")}`;
    const isThere = outcome(() => String(createPublicKey(pem).asymmetricKeyType)) === "ml-dsa-44";
    for (const key of [pem, Buffer.from(pem)])
      expect(outcome(() => jwt.verify(token, key, {}))).toMatchObject({
        message: isThere
          ? "invalid signature"
          : "ML-DSA-44 has no synchronous form in this runtime: use the asynchronous function",
      });
    await expect(verifyAsync(token, pem)).rejects.toThrow(
      isThere ? "invalid signature" : "ML-DSA-44 is not available in this runtime",
    );
  });
});

describe("options of an instance", () => {
  it.each<[string, unknown, string]>([
    ["misspelt", { strcit: true }, 'unknown option "strcit"'],
    ["hidden", Object.defineProperty({}, "strcit", { value: true }), 'unknown option "strcit"'],
    ["a symbol", { [Symbol("strict")]: true }, "unknown option"],
    ["inherited", Object.create({ strict: true }), "options: expected a plain object"],
    ["none", null, "options: expected a plain object"],
    ["strict that is null", { strict: null }, "strict: expected true, false"],
  ])("%s", (_, options, message) => {
    expect(() => createJsonwebtoken(options as object)).toThrow(message);
  });

  it("are its own: a polluted prototype switches nothing", () => {
    const prototype = Object.prototype as { onWarning?: unknown };
    const found: unknown[] = [];
    prototype.onWarning = (warning: unknown) => found.push(warning);
    try {
      outcome(() => (createJsonwebtoken({ strict: true }) as unknown as Loose).sign({}, secret, {}));
      const emitted = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
      (createJsonwebtoken() as unknown as Loose).sign({}, secret, {});
      expect(found).toEqual([]);
      emitted.mockRestore();
    } finally {
      delete prototype.onWarning;
    }
  });
});

describe("warnings", () => {
  it.each<[object, object, string]>([
    [{ password: "x" }, { expiresIn: "1h" }, "sensitive_claim"],
    [{}, { expiresIn: "3600" }, "milliseconds"],
    [{}, { notBefore: "10", expiresIn: "1h" }, "milliseconds"],
    [{}, {}, "sign_without_exp"],
    [{}, { expiresIn: "800d" }, "long_lifetime"],
  ])("%j signed with %j", (claims, options, code) => {
    const found: string[] = [];
    const warned = createJsonwebtoken({
      onWarning: (warning: JsonwebtokenWarning) => {
        found.push(...warning.codes);
      },
    });
    (warned as unknown as Loose).sign(claims, secret, options);
    expect(found).toContain(code);
  });
});
