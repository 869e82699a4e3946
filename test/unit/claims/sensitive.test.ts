// Sensitive claims: a payload is signed, not encrypted; anyone who holds the token reads it.
import { describe, expect, it } from "vitest";
import {
  buildClaims,
  createSigner,
  ES256,
  exportJwk,
  exportPem,
  generateKeyPair,
  generateSecret,
  HS256,
  sign,
  signSync,
} from "../../../src/index.ts";
import type { SensitiveClaims } from "../../../src/index.ts";
import { key } from "../jwt/forge.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";

const pair = await generateKeyPair(ES256, { extractable: true });
const privateJwk = await exportJwk(pair.privateKey);
const publicJwk = await exportJwk(pair.publicKey);
const octJwk = await exportJwk(await generateSecret(HS256, { extractable: true }));
const privatePem = await exportPem(pair.privateKey);
const publicPem = await exportPem(pair.publicKey);
// Shapes, not keys: what counts is that they say they are private.
const rsaJwk = { kty: "RSA", n: "AQAB", e: "AQAB", d: "AQAB", p: "AQAB" };
const akpJwk = { kty: "AKP", alg: "ML-DSA-44", pub: "AQAB", priv: "AQAB" };
const block = (label: string): string => `-----BEGIN ${label}-----\nAQAB\n-----END ${label}-----\n`;

const rejects = (claims: object, sensitiveClaims?: SensitiveClaims): Promise<string> =>
  codeOf(() => buildClaims(claims, { sensitiveClaims }));

describe("names, whole and normalised", () => {
  it.each([
    "password",
    "passwd",
    "secret",
    "client_secret",
    "private_key",
    "ssn",
    "card_number",
    "cvv",
    "secret_key",
    "api_key",
    "clientSecretKey",
    "sharedSecret",
    "credit_card",
    "credit_card_number",
    "cvc2",
    "passphrase",
    "passcode",
    "pwd",
    "social-security-number",
    "Password",
    "PASSWORD",
    "clientSecret",
    "client-secret",
    "client.secret",
    "CLIENT_SECRET",
    "client secret",
    "_client__secret_",
    "privateKey",
    "PrivateKey",
    "cardNumber",
    "card-number",
    "CVV",
    "c.v.v",
    "ｐａｓｓｗｏｒｄ",
    "Ｐassword",
    "pass\u200bword",
    "pass\u00adword",
    "ⓢⓢⓝ",
    "p̲assword".normalize("NFKC").replace("̲", ""),
  ])("%j is refused", async (name) => {
    expect(await rejects({ [name]: "x" })).toBe("invalid_argument");
  });

  it.each([
    "password_changed_at",
    "has_password",
    "passwordless",
    "password_hint_shown",
    "secretary",
    "secrets_read",
    "client_secret_expires_at",
    "cvvalue",
    "essn",
    "public_key",
    "key",
    "token_use",
    "nonce",
    "pin_code_set",
    "amr",
    "user_password_id",
  ])("%j is another name", async (name) => {
    expect(await rejects({ [name]: "x" })).toBe("accepted");
  });

  it.each<[string, object]>([
    ["in an object", { user: { password: "x" } }],
    ["in a list", { users: [{ name: "a" }, { password: "x" }] }],
    ["six levels down", { a: { b: [{ c: { d: [[{ "Client-Secret": "x" }]] } }] } }],
    ["in what toJSON gives", { user: { toJSON: () => ({ password: "x" }) } }],
    [
      "in a class's own field",
      {
        user: new (class {
          password = "x";
        })(),
      },
    ],
  ])("at any depth: %s", async (_name, claims) => {
    expect(await rejects(claims)).toBe("invalid_argument");
  });

  it.each([null, true, 5, "", [], {}])("whatever the value: %j", async (value) => {
    expect(await rejects({ password: value })).toBe("invalid_argument");
  });

  it("a value that says password is no name", async () => {
    expect(await rejects({ amr: ["pwd", "otp"], hint: "password", field: { name: "password" } })).toBe("accepted");
  });

  it("the refusal names the claim and not its value", async () => {
    const refusal = await codeOf(() => buildClaims({ account: { client_secret: "hunter2hunter2" } })).then(() => {
      try {
        buildClaims({ account: { client_secret: "hunter2hunter2" } });
      } catch (error) {
        return String(error);
      }
      return "";
    });
    expect(refusal).toContain("client_secret");
    expect(refusal).not.toContain("hunter2");
  });

  it("an inherited name is not written, and not refused", async () => {
    expect(await rejects({ user: Object.create({ password: "x" }) as object })).toBe("accepted");
  });

  it("every time, not only the first", async () => {
    const signer = createSigner(key);
    for (let i = 0; i < 3; i++) {
      expect(await codeOf(() => signer.sign({ user: { id: i } }))).toBe("accepted");
      expect(await codeOf(() => signer.sign({ user: { secret: i } }))).toBe("invalid_argument");
      expect(await codeOf(() => signer.signSync({ secret: i }))).toBe("invalid_argument");
    }
  });

  it("after thousands of other names too", async () => {
    const signer = createSigner(key);
    for (let i = 0; i < 1500; i++) signer.signSync({ [`claim_${i}`]: 1 });
    expect(await codeOf(() => signer.signSync({ password: 1 }))).toBe("invalid_argument");
    expect(await codeOf(() => signer.signSync({ claim_1: 1, claim_1499: 1 }))).toBe("accepted");
  });
});

describe("values that are a private PEM or JWK", () => {
  it.each<[string, unknown]>([
    ["a PKCS#8 PEM", privatePem],
    ["a PEM amid text", `key:\n${privatePem}\nend`],
    ["a PKCS#1 PEM", block("RSA PRIVATE KEY")],
    ["a SEC1 PEM", block("EC PRIVATE KEY")],
    ["an encrypted PEM", block("ENCRYPTED PRIVATE KEY")],
    ["an OpenSSH key", block("OPENSSH PRIVATE KEY")],
    ["an EC JWK", privateJwk],
    ["an RSA JWK", rsaJwk],
    ["an AKP JWK", akpJwk],
    ["an oct JWK", octJwk],
    ["a JWK as text", JSON.stringify(privateJwk)],
    ["a JWK as text over lines", JSON.stringify(privateJwk, null, 2)],
    ["an oct JWK as text", JSON.stringify(octJwk)],
    ["a JWK as text, after a line end", `\n ${JSON.stringify(privateJwk)}\n`],
    ["a JWKS", { keys: [publicJwk, privateJwk] }],
  ])("%s", async (_name, value) => {
    for (const claims of [{ cnf: value }, { a: { b: [value] } }, { a: { toJSON: () => value } }]) {
      expect(await rejects(claims)).toBe("invalid_argument");
      expect(await codeOf(() => sign(claims, key))).toBe("invalid_argument");
      expect(await codeOf(() => signSync(claims, key))).toBe("invalid_argument");
    }
  });

  it.each(["d", "k", "p", "priv"])("what has a kty and a text for %s", async (member) => {
    expect(await rejects({ cnf: { kty: "any", [member]: "AQAB" } })).toBe("invalid_argument");
    expect(await rejects({ cnf: { kty: "any", [member]: 5 } })).toBe("accepted");
    expect(await rejects({ cnf: { kty: 5, [member]: "AQAB" } })).toBe("accepted");
  });

  it("a JWK as text within a JWK as text", async () => {
    expect(await rejects({ cnf: JSON.stringify({ ...publicJwk, inner: JSON.stringify(privateJwk) }) })).toBe(
      "invalid_argument",
    );
  });

  it("a list whose toJSON gives something else than its items", async () => {
    for (const secret of [{ password: "x" }, privateJwk])
      expect(await rejects({ list: Object.assign([1], { toJSON: () => secret }) })).toBe("invalid_argument");
  });

  it("beside a key as text, other JSON texts stay texts", async () => {
    expect(
      await rejects({ cnf: JSON.stringify(publicJwk), note: '{"password":"of a form that is documented here"}' }),
    ).toBe("accepted");
  });

  it("a claim that held something else before is looked at again", async () => {
    const signer = createSigner(key);
    for (const harmless of ["short", "a text of more than thirty characters, and harmless", 5, null, { a: 1 }])
      await signer.sign({ cnf: harmless });
    for (const value of [privatePem, privateJwk, JSON.stringify(privateJwk), [privatePem], { a: [privateJwk] }]) {
      expect(await codeOf(() => signer.sign({ cnf: value }))).toBe("invalid_argument");
      expect(await codeOf(() => signer.signSync({ cnf: value }))).toBe("invalid_argument");
    }
  });

  it.each<[string, unknown]>([
    ["a public JWK (RFC 7800 cnf)", { jwk: publicJwk }],
    ["a public JWK as text", JSON.stringify(publicJwk)],
    ["a public PEM", publicPem],
    ["an object with d and no kty", { d: "x", k: "y" }],
    ["a text that speaks of private keys", "where to keep a PRIVATE KEY, and where not"],
    ["a text that starts with a brace", '{"kty": is what a JWK starts with, and this is not JSON'],
    ["JSON of something else", '{"name":"a long enough text","kty":{"d":"x"}}'],
  ])("not %s", async (_name, value) => {
    expect(await rejects({ cnf: value })).toBe("accepted");
  });
});

describe("sensitiveClaims", () => {
  it('"reject" is the default, and undefined is not given', async () => {
    expect(await rejects({ password: 1 }, "reject")).toBe("invalid_argument");
    expect(await rejects({ password: 1 }, undefined)).toBe("invalid_argument");
  });

  it('"allow" lets everything pass', async () => {
    expect(await rejects({ password: 1, a: { ssn: 2 }, k: privateJwk, pem: privatePem }, "allow")).toBe("accepted");
  });

  it("a list names the claims that may pass, and no others", async () => {
    expect(await rejects({ ssn: 1 }, ["ssn"])).toBe("accepted");
    expect(await rejects({ SSN: 1, user: { "s.s.n": 2 } }, ["ssn"])).toBe("accepted");
    expect(await rejects({ clientSecret: 1 }, ["client_secret"])).toBe("accepted");
    expect(await rejects({ ssn: 1, password: 2 }, ["ssn"])).toBe("invalid_argument");
    expect(await rejects({ a: [{ password: 1 }] }, ["ssn", "cvv"])).toBe("invalid_argument");
    expect(await rejects({ ssn: 1, password: 2 }, ["password", "ssn"])).toBe("accepted");
  });

  it("a list lets a private key pass by the name of its claim", async () => {
    expect(await rejects({ wrapped: privateJwk }, ["wrapped"])).toBe("accepted");
    expect(await rejects({ wrapped: privatePem, other: privatePem }, ["wrapped"])).toBe("invalid_argument");
  });

  it("a claim called claims is a claim like others", async () => {
    expect(await rejects({ claims: { password: 1 } }, ["claims"])).toBe("accepted");
    expect(await rejects({ claims: 1, password: 1 }, ["claims"])).toBe("invalid_argument");
    expect(await rejects({ ...privateJwk, claims: new Date() }, ["claims"])).toBe("invalid_argument");
  });

  it.each([
    [[]],
    [""],
    ["none"],
    ["Reject"],
    [true],
    [false],
    [null],
    [0],
    [{}],
    [[1]],
    [["ssn", null]],
    [new Set(["ssn"])],
    [() => true],
  ])("%o is a TypeError (it never switches a check off)", async (option) => {
    expect(await rejects({}, option as never)).toBe("invalid_argument");
    expect(await codeOf(() => createSigner(key, { sensitiveClaims: option as never }))).toBe("invalid_argument");
    expect(String(await errorOf(() => buildClaims({}, { sensitiveClaims: option as never })))).toMatch(
      /^TypeError: sensitiveClaims: expected/,
    );
  });

  it("a signer's option holds until a call overrides it", async () => {
    const signer = createSigner(key, { sensitiveClaims: ["ssn"] });
    expect(await codeOf(() => signer.sign({ ssn: 1 }))).toBe("accepted");
    expect(await codeOf(() => signer.sign({ ssn: 1 }, { sensitiveClaims: "reject" }))).toBe("invalid_argument");
    expect(await codeOf(() => signer.sign({ password: 1 }, { sensitiveClaims: "allow" }))).toBe("accepted");
    expect(await codeOf(() => signer.sign({ password: 1 }, { sensitiveClaims: undefined }))).toBe("invalid_argument");
  });
});
