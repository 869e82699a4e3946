// PEM (RFC 7468) by what it contains: which block of a text is the key, and what the refusal says where none is, or more than one.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { asymmetricDefinition } from "../../../src/algorithms/algorithm.ts";
import { ES256, RS256 } from "../../../src/index.ts";
import { readDer, readPrivatePem, readPublicPem, writePem } from "../../../src/keys/pem.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { files as forms } from "./forms.ts";
import { privateJwkFor } from "./good-keys.ts";

const privateKey = createPrivateKey({ key: privateJwkFor(ES256), format: "jwk" });
const publicKey = createPublicKey(privateKey);
const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" });
const spki = publicKey.export({ type: "spki", format: "der" });
const [privatePem, publicPem] = [
  privateKey.export({ type: "pkcs8", format: "pem" }),
  publicKey.export({ type: "spki", format: "pem" }),
] as [string, string];
const sec1Pem = privateKey.export({ type: "sec1", format: "pem" }) as string;
const rsa = createPrivateKey({ key: privateJwkFor(RS256), format: "jwk" });
const [rsaPublicPem, rsaPkcs1Pem] = [
  createPublicKey(rsa).export({ type: "spki", format: "pem" }),
  createPublicKey(rsa).export({ type: "pkcs1", format: "pem" }),
] as [string, string];
const encryptedPem = privateKey.export({
  type: "pkcs8",
  format: "pem",
  cipher: "aes-256-cbc",
  passphrase: "secret",
}) as string;
const block = (label: string, body: string): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const wrapped = (der: Buffer): string => der.toString("base64").replace(/.{64}/g, "$&\n");
const ec = asymmetricDefinition(ES256);

const said = async (attempt: () => unknown): Promise<string> => {
  const code = await codeOf(attempt);
  return code === "invalid_key" ? String(await errorOf(attempt)).replace("TypeError: ", "") : code;
};
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("the key in a text", () => {
  it.each<[string, (pem: string) => string]>([
    ["as it is", (pem) => pem],
    ["with text around it", (pem) => `subject: nobody\n${pem}\nand more -- of it - here`],
    ["with CRLF", (pem) => pem.replaceAll("\n", "\r\n")],
    ["with \\n as two characters", (pem) => pem.replaceAll("\n", "\\n")],
    ["with \\r\\n as four", (pem) => pem.replaceAll("\n", "\\r\\n")],
    ["in one line", (pem) => pem.replaceAll("\n", "")],
    ["under another label", (pem) => pem.replace(/(BEGIN|END) (PRIVATE|PUBLIC)/g, "$1 SOME 2ND")],
    ["with a certificate's parameters before it", (pem) => `${block("EC PARAMETERS", "BggqhkjOPQMBBw==")}${pem}`],
  ])("is found %s", (_what, change) => {
    expect(hex(readPrivatePem(change(privatePem), ec))).toBe(hex(pkcs8));
    expect(hex(readPublicPem(change(publicPem), ec))).toBe(hex(spki));
  });

  it("is one: two are too many, also where they are the same", async () => {
    expect(await said(() => readPrivatePem(privatePem + sec1Pem, ec))).toBe("PEM: 2 keys in one PEM, expected one");
    expect(await said(() => readPublicPem(publicPem + publicPem + publicPem, ec))).toBe(
      "PEM: 3 keys in one PEM, expected one",
    );
    expect(await said(() => readPublicPem(publicPem + rsaPublicPem, ec))).toBe("PEM: 2 keys in one PEM, expected one");
  });

  it("is the private one where both halves are given and a private one is wanted, and a fault where a public one is", async () => {
    for (const pem of [privatePem + publicPem, publicPem + privatePem]) {
      expect(hex(readPrivatePem(pem, ec))).toBe(hex(pkcs8));
      expect(await said(() => readPublicPem(pem, ec))).toMatch(/^PEM: a private key where a public one is expected/);
    }
    for (const pem of [privatePem, sec1Pem])
      expect(await said(() => readPublicPem(pem, ec))).toMatch(/^PEM: a private key where a public one is expected/);
  });

  it("is of the algorithm's kind", async () => {
    for (const pem of [rsaPublicPem, rsaPkcs1Pem])
      expect(await said(() => readPublicPem(pem, ec))).toBe("PEM: expected P-256, for ES256, found RSA");
    expect(hex(readPublicPem(rsaPkcs1Pem, asymmetricDefinition(RS256)))).toBe(
      hex(createPublicKey(rsa).export({ type: "spki", format: "der" })),
    );
    expect(await said(() => readPrivatePem(privatePem, asymmetricDefinition(RS256)))).toBe(
      "PEM: expected RSA, for RS256, found P-256",
    );
  });
});

describe("a text without a key", () => {
  it.each<[string, string]>([
    ["an empty block", block("PRIVATE KEY", "")],
    ["no base64", block("PRIVATE KEY", "!!!!")],
    ["no DER", block("PRIVATE KEY", "AAAA")],
    ["DER of something else", block("PRIVATE KEY", "MAA=")],
  ])("%s", async (_what, text) => {
    expect(await said(() => readPrivatePem(text, ec))).toBe(
      'PEM: no private key in this PEM, found "PRIVATE KEY" without a key in it',
    );
    expect(await said(() => readPublicPem(text, ec))).toBe(
      'PEM: no public key or certificate in this PEM, found "PRIVATE KEY" without a key in it',
    );
  });

  it.each<[string, string]>([
    ["another label at its end", privatePem.replace("END PRIVATE", "END PUBLIC")],
    ["a label in small letters", privatePem.replaceAll("PRIVATE KEY", "private key")],
    ["an empty label", privatePem.replaceAll("PRIVATE KEY", "")],
    ["a label that is too long", privatePem.replaceAll("PRIVATE KEY", "X".repeat(41))],
    ["four dashes", privatePem.replaceAll("-----", "----")],
    ["dashes within", privatePem.replace("\n", "\n--\n")],
  ])("%s: the lines around it have to be whole", async (_what, text) => {
    for (const read of [readPrivatePem, readPublicPem])
      expect(await said(() => read(text, ec))).toMatch(
        /^PEM: no key in this string, found PEM without its first or last line/,
      );
  });

  it("a label of 40 characters is one", () => {
    expect(hex(readPrivatePem(privatePem.replaceAll("PRIVATE KEY", "X".repeat(40)), ec))).toBe(hex(pkcs8));
  });

  it("a single dash is not the end of a block, nor of the search", async () => {
    expect(await said(() => readPrivatePem(`${block("NOTE", "well-known")}${privatePem}`, ec))).toBe("accepted");
  });
});

describe("the refusal names what there is", () => {
  const certificate = forms.text["certificate.pem"]!;

  it("by the block that is a key of some kind, whatever stands before it", async () => {
    expect(await said(() => readPrivatePem(block("NOTE", "AAAA") + certificate, ec))).toBe(
      "PEM: no private key in this PEM, found a certificate, which has the public key alone",
    );
    expect(await said(() => readPrivatePem(block("NOTE", "AAAA") + block("OTHER", "AAAA"), ec))).toBe(
      'PEM: no private key in this PEM, found "NOTE" without a key in it',
    );
  });

  it("a DSA key in OpenSSL's older form", async () => {
    expect(await said(() => readPrivatePem(block("DSA PRIVATE KEY", "MAMCAQA="), ec))).toBe(
      "PEM: no private key in this PEM, found a DSA key, which no algorithm of JWTs takes",
    );
  });

  it("an RSA-PSS key, with a remedy where RSA is wanted", async () => {
    const pss = forms.text["pss.pem"]!;
    expect(await said(() => readPrivatePem(pss, asymmetricDefinition(RS256)))).toMatch(
      /^PEM: expected RSA, found RSA-PSS, which not all runtimes read: make a key with/,
    );
    expect(await said(() => readPrivatePem(pss, ec))).toBe("PEM: expected P-256, for ES256, found RSA-PSS");
  });

  it("text that is neither PEM nor JSON", async () => {
    for (const read of [readPrivatePem, readPublicPem])
      expect(await said(() => read("correct horse battery staple", ec))).toBe(
        "PEM: no key in this string, found neither PEM nor JSON: for a shared secret use importSecret",
      );
  });

  it("DER as DER, and bytes that are none not at all", async () => {
    const rsaDer = createPublicKey(rsa).export({ type: "spki", format: "der" });
    expect(await said(() => readDer(rsaDer, "spki", ec))).toBe("DER: expected P-256, for ES256, found RSA");
    expect(await said(() => readDer(rsa.export({ type: "pkcs8", format: "der" }), "pkcs8", ec))).toBe(
      "DER: expected P-256, for ES256, found RSA",
    );
    expect(await said(() => readDer(rsaDer, "pkcs8", ec))).toBe("DER: no private key in this DER, found a public key");
    expect(await said(() => readDer(Buffer.from("feedfeed00", "hex"), "pkcs8", ec))).toMatch(
      /^DER: found a Java key store: /,
    );
    for (const bytes of ["fe", "feed", "feedfe", "feedfe00", "00edfeed"])
      expect(readDer(Buffer.from(bytes, "hex"), "pkcs8", ec)).toBeUndefined();
  });
});

describe("a key that has to be converted first: the refusal has the command", () => {
  it("an encrypted one, of today's and of OpenSSL's older kind, whatever stands beside it", async () => {
    const older = block("EC PRIVATE KEY", `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,AAAA\n\n${wrapped(pkcs8)}`);
    for (const pem of [encryptedPem, older, encryptedPem + publicPem, publicPem + older]) {
      for (const read of [readPrivatePem, readPublicPem])
        expect(await said(() => read(pem, ec))).toMatch(/^PEM: the key is encrypted: decrypt it with `openssl pkey/);
    }
  });

  it("an OpenSSH one", async () => {
    for (const read of [readPrivatePem, readPublicPem])
      expect(await said(() => read(block("OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjEA"), ec))).toMatch(
        /^PEM: no .*, found an OpenSSH key: convert it in place with `ssh-keygen/,
      );
    // It is the content that counts, where there is some.
    expect(hex(readPrivatePem(privatePem.replaceAll("PRIVATE KEY", "OPENSSH PRIVATE KEY"), ec))).toBe(hex(pkcs8));
    expect(await said(() => readPrivatePem(block("NOT OPENSSH", "AAAA"), ec))).toMatch(/^PEM: no private key/);
  });
});

describe("how long a text may be", () => {
  it("100,000 characters and not one more", async () => {
    const padded = (length: number): string => privatePem + " ".repeat(length - privatePem.length);
    expect(hex(readPrivatePem(padded(100_000), ec))).toBe(hex(pkcs8));
    expect(await said(() => readPrivatePem(padded(100_001), ec))).toBe("PEM: longer than 100000 characters");
    expect(await said(() => readPublicPem(padded(100_001), ec))).toBe("PEM: longer than 100000 characters");
  });
});

it("octets are written under a label, 64 characters to the line", () => {
  expect(writePem("PRIVATE KEY", pkcs8.toString("base64"))).toBe(privatePem);
  expect(writePem("PUBLIC KEY", spki.toString("base64"))).toBe(publicPem);
  expect(writePem("X", "A".repeat(64))).toBe(`-----BEGIN X-----\n${"A".repeat(64)}\n-----END X-----\n`);
  expect(writePem("X", "A".repeat(65))).toBe(`-----BEGIN X-----\n${"A".repeat(64)}\nA\n-----END X-----\n`);
});
