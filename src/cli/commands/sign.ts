/** `mintmark sign`: signs a token (RFC 7519 §7.1) with claims from options and a file. */

import { decode, sign, type SigningKey, type SignOptions } from "../../index.ts";
import { checkOneOf, type Given } from "../arguments.ts";
import { done, type Command, type Terminal } from "../command.ts";
import { wrongUse } from "../failure.ts";
import type { Input } from "../input.ts";
import { algOption, chooseKey, importPrivate, keyOptions, readKeyFile } from "../keys.ts";
import { readSecret, secretOptions } from "../secrets.ts";
import { parseJsonObject, readDate, readMembers, readSpan, readSpanOrDate } from "../values.ts";
import { warnOfClaims } from "../warnings.ts";

export const signCommand: Command = {
  name: "sign",
  summary: "a token, from claims",
  options: [
    ...secretOptions,
    ...keyOptions,
    algOption,
    { name: "kid", value: "NAME", says: "the key ID in the header; of a JWK Set, the key that signs" },
    {
      name: "claim",
      value: "NAME=TEXT",
      many: true,
      says: "a claim; NAME:=JSON for a number, true, a list and the like",
    },
    { name: "claims", value: "FILE", says: "a JSON object of claims; - for standard input" },
    { name: "issuer", value: "ISSUER", says: "iss: the issuer of the token" },
    { name: "subject", value: "SUBJECT", says: "sub: the subject of the token" },
    { name: "audience", value: "AUDIENCE", many: true, says: "aud: the audience of the token" },
    { name: "expires-in", value: "SPAN", says: "exp: a number with a unit (s, m, h, d, w) from now; default 15m" },
    { name: "expires-at", value: "DATE", says: "exp: 2030-01-31 or 2030-01-31T12:00:00Z" },
    { name: "max-lifetime", value: "SPAN", says: "the longest lifetime to allow; default 366d" },
    { name: "not-before", value: "SPAN|DATE", says: "nbf: 5m from now, or a date" },
    { name: "jwt-id", value: "ID", says: "jti: the ID of the token" },
    { name: "random-jwt-id", says: "jti: a random UUID" },
    { name: "typ", value: "TYPE", says: "the header's typ; default JWT" },
    {
      name: "header",
      value: "NAME=TEXT",
      many: true,
      says: "a further member of the header; NAME:=JSON as for --claim",
    },
    {
      name: "sensitive-claims",
      value: "NAME",
      many: true,
      says: "a sensitive claim, such as password, to allow",
    },
  ],
  notes: [
    "iat and exp are always set. The payload is signed, not encrypted: anyone who holds the token can read it.",
    "A secret or key is never an argument, where others could see it: it comes from a file, a variable or a pipe.",
  ],
  examples: [
    "mintmark secret --out secret.txt",
    "mintmark sign --secret secret.txt --issuer my-api --audience web --subject user_123 --claim role=admin --claim level:=5 --expires-in 15m",
  ],
  run: makeToken,
};

async function makeToken(given: Given, terminal: Terminal): Promise<typeof done> {
  const { input, output } = terminal;
  const options = readSignOptions(given);
  const key = await readSigningKey(given, terminal);
  const token = await sign(await readClaims(given, input), key, options);

  const { header, claims } = decode(token);
  if (output.json) output.value({ token, header, claims });
  else output.line(token);
  warnOfClaims(claims, output, Date.now() / 1000);
  return done;
}

function readSignOptions(given: Given): SignOptions {
  checkOneOf(given, "expires-in", "expires-at");
  checkOneOf(given, "jwt-id", "random-jwt-id");
  const [audiences, sensitiveClaims] = [given.texts("audience"), given.texts("sensitive-claims")];
  return {
    issuer: given.text("issuer"),
    subject: given.text("subject"),
    audience: audiences.length > 1 ? audiences : audiences[0],
    expiresIn: readSpan(given, "expires-in"),
    expiresAt: readDate(given, "expires-at"),
    maxLifetime: readSpan(given, "max-lifetime"),
    notBefore: readSpanOrDate(given, "not-before"),
    jwtId: given.has("random-jwt-id") ? true : given.text("jwt-id"),
    typ: given.text("typ"),
    header: readMembers(given, "header"),
    sensitiveClaims: sensitiveClaims.length > 0 ? sensitiveClaims : undefined,
  };
}

async function readClaims(given: Given, input: Input): Promise<object> {
  const path = given.text("claims");
  const ofFile = path === undefined ? {} : parseJsonObject((await input.file("claims", path)).toString(), "--claims");
  const ofOptions = readMembers(given, "claim") ?? {};
  if (Object.keys(ofOptions).some((name) => Object.hasOwn(ofFile, name)))
    throw wrongUse("--claim and --claims: expected each claim once, found one in both");
  return Object.fromEntries([...Object.entries(ofFile), ...Object.entries(ofOptions)]);
}

async function readSigningKey(given: Given, terminal: Terminal): Promise<SigningKey> {
  const secret = await readSecret(given, terminal);
  const file = await readKeyFile(given, terminal.input);
  if (secret !== undefined && file !== undefined) throw wrongUse("a secret or a key: expected one of them, found both");
  if (secret !== undefined) return secret;
  if (file === undefined) throw wrongUse("no key to sign with: expected --secret, --secret-env, --key or --key-env");
  const kid = given.text("kid");
  return importPrivate(chooseKey(file, kid), given.text("alg"), kid);
}
