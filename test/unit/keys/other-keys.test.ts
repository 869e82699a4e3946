// What looks like a key of another kind is no secret, and what only resembles one is. Real key files of every
// form are in hostile-keys.test.ts; here are the borders of each shape.
import { createPublicKey } from "node:crypto";
import { expect, it } from "vitest";
import { HS256, importSecret, importSecretSync, RS256 } from "../../../src/index.ts";
import { publicJwkFor, secretBytes } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

/** Long enough for a secret, and of nothing that a key has. */
const filler = "; and a passphrase of more than 32 characters";
const spki = createPublicKey({ key: publicJwkFor(RS256), format: "jwk" }).export({ type: "spki", format: "der" });
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString("base64");
const label = (length: number): string => "A B1".repeat(10).slice(0, length);
const ssh = (type: string, zeros = 3): string =>
  `${"\0".repeat(zeros)}${String.fromCharCode(type.length)}${type}${filler}`;

async function expectBoth(secret: string | Uint8Array, outcome: string): Promise<void> {
  for (const importer of [importSecret, importSecretSync])
    expect(await refusalOf(() => importer(secret, HS256))).toBe(outcome);
}

it.each(
  [
    "-----BEGIN PUBLIC KEY-----",
    "---- BEGIN SSH2 PUBLIC KEY ----",
    "----BEGIN X----",
    "-----BEGIN A-----",
    `-----BEGIN ${label(40)}-----`,
    '{"kty":"EC"',
    '{"kty" : "EC"',
    '{"kty"  :  "EC"',
    `{"kty"${" ".repeat(9)}:${"\t".repeat(9)}"EC"`,
    '{"keys":[',
    '{"keys" : [',
    `{"keys"${"\n".repeat(9)}:${" ".repeat(9)}[`,
  ].map((shape) => `x${shape}${filler}`),
)("%j is a key", async (text) => {
  await expectBoth(text, "invalid_key");
  await expectBoth(base64(text), "invalid_key");
});

it.each(
  [
    "---BEGIN PUBLIC KEY-----",
    "-----BEGIN PUBLIC KEY---",
    "- BEGIN PUBLIC KEY -",
    "-----BEGINPUBLIC KEY-----",
    "-----BEGIN -----",
    `-----BEGIN ${label(40)}Z-----`,
    "-----BEGIN public key-----",
    "-----BEGIN ÄÖ-----",
    '{"kty":5',
    '{"kty"="EC"',
    `{"kty"${" ".repeat(10)}:"EC"`,
    `{"kty":${" ".repeat(10)}"EC"`,
    '{"kty"x:"EC"',
    '{"kty":x"EC"',
    '"keys":{',
    `"keys"${" ".repeat(10)}:[`,
    `"keys":${" ".repeat(10)}[`,
    '"keys"x:[',
    '"keys":x[',
  ].map((shape) => `x${shape}${filler}`),
)("%j is a passphrase", async (text) => {
  await expectBoth(text, "accepted");
});

it.each(["ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com"])(
  "an SSH key of %s is one, in its wire format and in its file (RFC 4253 §6.6)",
  async (type) => {
    for (const text of [
      ssh(type),
      base64(ssh(type)),
      `${type} ${base64(ssh(type))}`,
      `${type} ${base64(ssh(type))} someone@example`,
    ])
      await expectBoth(text, "invalid_key");
  },
);

it.each([
  ["two zeros", ssh("ssh-rsa", 2)],
  ["something in front", `x${ssh("ssh-rsa")}`],
  ["another word", ssh("ush-rsa")],
  ["no name of a type", ssh("ssh- ")],
  ["a word that ends in it", `xAAAA${base64(ssh("ssh-rsa")).slice(4)}`],
  ["its beginning in another case", `aaaa${base64(ssh("ssh-rsa")).slice(4)} ${filler}`],
  ["base64 of base64", base64(base64(ssh("ssh-rsa")))],
])("an SSH key with %s is none", async (_what, text) => {
  await expectBoth(text, "accepted");
});

it("DER is a key with the line ends of an editor too, and none with anything else behind it", async () => {
  for (const end of ["", "\n", "\r\n", "\r", "\n\n"])
    await expectBoth(Buffer.concat([spki, Buffer.from(end)]), "invalid_key");
  for (const end of ["x", "\nx", "\0", "\v"]) await expectBoth(Buffer.concat([spki, Buffer.from(end)]), "accepted");
  await expectBoth(Buffer.concat([secretBytes(40), Buffer.from("\r\n")]), "accepted");
});

it("a key in UTF-16 is a key as a whole, and none with something before or behind it", async () => {
  const armour = `-----BEGIN PUBLIC KEY-----${filler}`;
  const little = Buffer.from(armour, "utf16le");
  const big = Buffer.from(little).swap16();
  for (const bytes of [
    little,
    big,
    Buffer.concat([Buffer.of(0xff, 0xfe), little]),
    Buffer.concat([Buffer.of(0xfe, 0xff), big]),
  ])
    await expectBoth(bytes, "invalid_key");
  for (const bytes of [
    Buffer.concat([Buffer.from("x"), little]),
    Buffer.concat([little, Buffer.from("xy")]),
    Buffer.concat([Buffer.from("xy"), big]),
    Buffer.concat([big, Buffer.from("xy")]),
  ])
    await expectBoth(bytes, "accepted");
});

it("a line end within a secret is part of it", async () => {
  for (const text of [`two\nlines${filler}`, `two\r\nlines${filler}`]) {
    await expectBoth(text, "accepted");
    await expectBoth(Buffer.from(text), "accepted");
  }
});

it("two encodings are taken off, and base64 once", async () => {
  const hexadecimal = (text: string): string => Buffer.from(text).toString("hex");
  const armour = `-----BEGIN PUBLIC KEY-----${filler}`;
  for (const text of [hexadecimal(armour), hexadecimal(hexadecimal(armour)), base64(hexadecimal(armour))])
    await expectBoth(text, "invalid_key");
  for (const text of [hexadecimal(hexadecimal(hexadecimal(armour))), base64(hexadecimal(hexadecimal(armour)))])
    await expectBoth(text, "accepted");
});

it("a key in a file is named as one, not by its line end", async () => {
  for (const text of [`-----BEGIN PUBLIC KEY-----${filler}\n`, `{"kty":"oct"}${filler}\n`])
    for (const secret of [text, Buffer.from(text)])
      await expect(importSecret(secret, HS256)).rejects.toThrow(/found a key of another kind/);
});

it("published examples are known in any encoding and with white space around, and only whole", async () => {
  const spring = "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970";
  const ours = "a secret of 32 bytes or more, kept safe";
  for (const [secret, encoding] of [
    [ours, "utf8"],
    [` ${ours} `, "utf8"],
    ["reallyreallyreallyreallyverysafe", "utf8"],
    [spring, "hex"],
    [spring, "base64"],
  ] as const)
    await expect(importSecret(secret, HS256, { encoding })).rejects.toThrow("secret: found a published example");
  await expectBoth(Buffer.from(` ${ours} `), "invalid_key");
  for (const other of [`not ${ours}`, `${ours}!`, `${spring}00`, "really and really and really very safe"])
    await expectBoth(other, "accepted");
});

it("equal bytes are no secret, of any value; one that differs makes them one", async () => {
  for (const octet of [0, 1, 0x41, 0xff]) {
    await expectBoth(new Uint8Array(40).fill(octet), "invalid_key");
    for (const at of [0, 1, 39])
      await expectBoth(new Uint8Array(40).fill(octet).fill(octet ^ 3, at, at + 1), "accepted");
  }
  await expect(importSecret(new Uint8Array(40), HS256)).rejects.toThrow(/^secret: all bytes are equal: make one with/);
});
