// Strings that hold no key: each pattern takes what it names and nothing that only contains it, since a wrong advice is worse than none.
import { describe, expect, it } from "vitest";
import { adviceFor } from "../../../src/keys/text.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const hexadecimal = (digits: number): string => "0a1b2c3d".repeat(10).slice(0, digits);
const token = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA";
const path = /^what may be a path: /;
const lines = /^PEM without its first or last line: /;

describe("a string that is something else than a key is named", () => {
  it.each<[string, RegExp]>([
    ["", /^an empty string: is the variable set/],
    [" \n ", /^an empty string/],
    ["undefined", /^the text of a missing value: is the variable set/],
    ["null", /^the text of a missing value/],
    ["[object Object]", /^the text of a missing value/],
    ["http://issuer.example/keys", /^a URL: fetch it first; for a key set/],
    ["https://issuer.example/keys", /^a URL/],
    ["file:///keys/key.pem", /^the URL of a file: /],
    ["sk-ssh-ed25519@openssh.com AAAA", /^an SSH public key for Ed25519/],
    ["ssh-rsa AAAA\nssh-ed25519 AAAA", /^an SSH public key for Ed25519/],
    ["ecdsa-sha2-nistp256 AAAA", /^an SSH public key: convert it with `ssh-keygen -e /],
    ["---- BEGIN SSH2 PUBLIC KEY ----", /^an SSH public key: convert it with `ssh-keygen -i /],
    ["PuTTY-User-Key-File-3: ssh-rsa", /^a PuTTY key: /],
    ["<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue>", /^an XML key of \.NET: export PEM there$/],
    ["-----BEGIN PRIVATE KEY-----\nMIIB", /^PEM without its end: /],
    ['"-----BEGIN PRIVATE KEY-----\nMIIB', /^PEM without its end: /],
    ["-----BEGIN+PRIVATE+KEY-----+-----END", /^a percent-encoded key: /],
    ["---BEGIN PUBLIC KEY---", lines],
    [token, /^a token: /],
    ['"a quoted text"', /^quotes around it: /],
    ["'of\nlines'", /^quotes around it: /],
    ["JWT_PRIVATE_KEY", /^the name of a variable: /],
    ["${JWT_PRIVATE_KEY}", /^the name of a variable: /],
    [hexadecimal(40), /^hexadecimal digits: /],
    [hexadecimal(64).toUpperCase(), /^hexadecimal digits: /],
    [base64(`{${"x".repeat(19)}`), /^base64 of JSON: /],
    [base64(`  {${"x".repeat(19)}`), /^base64 of JSON: /],
    [base64("-----BEGIN PUBLIC KEY-----"), /^base64 of PEM: /],
    ["keys/key", path],
    ["C:\\keys\\key", path],
    ["key.pem", path],
    [`./${"k".repeat(998)}`, path],
  ])("%j", (text, advice) => {
    expect(adviceFor(text)).toMatch(advice);
  });
});

describe("a string that only contains it is not", () => {
  it.each<[string, RegExp | undefined]>([
    ["xundefined", undefined],
    ["undefinedx", undefined],
    ["see https://issuer.example/keys", path],
    ["see file:///keys/key", path],
    ["my ssh-ed25519 key", undefined],
    ["see ---- BEGIN SSH2 PUBLIC KEY ----", lines],
    ["see PuTTY-User-Key-File-3", undefined],
    ["see <RSAKeyValue>", undefined],
    ["see -----BEGIN PRIVATE KEY-----", lines],
    [`see ${token}`, path],
    [`${token} and more`, undefined],
    ['a "quoted text"', undefined],
    ['"quoted text" and more', undefined],
    ["see JWT_KEY", undefined],
    ["JWT_KEY and more", undefined],
    ["JWTKEY", undefined],
    [`${hexadecimal(40)}z`, undefined],
    [`z${hexadecimal(40)}`, undefined],
    [hexadecimal(38), undefined],
    [hexadecimal(41), undefined],
    [base64(`{${"x".repeat(18)}`), undefined],
    [base64("x".repeat(40)), undefined],
    ["two words", undefined],
    ["a/b\nc", undefined],
    ["a\nb/c", undefined],
    ["a.b c", undefined],
    [`./${"k".repeat(999)}`, undefined],
  ])("%j", (text, advice) => {
    if (advice === undefined) expect(adviceFor(text)).toBeUndefined();
    else expect(adviceFor(text)).toMatch(advice);
  });
});
