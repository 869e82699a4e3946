/** `mintmark verify`: verifies a token (RFC 7519 §7.2). A check is skipped only if an option says so, and the output says so too. */

import { isJwtError, unchecked, verify, type Expected, type PassedOverKey, type Verified } from "../../index.ts";
import { checkOneOf, type Given } from "../arguments.ts";
import { done, type Command, type Terminal } from "../command.ts";
import { wrongUse } from "../failure.ts";
import { algOption, keyOptions } from "../keys.ts";
import { show, type Output } from "../output.ts";
import { secretOptions } from "../secrets.ts";
import { printToken } from "../token-view.ts";
import { readCount, readMembers, readSpan } from "../values.ts";
import { readVerificationKeys } from "../verification-keys.ts";
import { warnOfClaims } from "../warnings.ts";

export const verifyCommand: Command = {
  name: "verify",
  summary: "whether a token is good: signature, lifetime, issuer, audience",
  operand: "[TOKEN]",
  options: [
    ...secretOptions,
    {
      name: "key",
      value: "FILE|URL",
      says: "the public key as PEM, certificate, JWK or JWK Set, or where a JWK Set is published; - for standard input",
    },
    ...keyOptions.slice(1),
    { ...algOption, many: true },
    {
      name: "issuer",
      value: "ISSUER",
      many: true,
      says: "the expected issuer; or --any-issuer. If it is one https URL and no key is given, its metadata names its keys",
    },
    { name: "any-issuer", says: "accept any issuer" },
    { name: "audience", value: "AUDIENCE", many: true, says: "the expected audience, one of these; or --any-audience" },
    { name: "any-audience", says: "accept any audience" },
    { name: "subject", value: "SUBJECT", says: "the expected subject" },
    { name: "typ", value: "TYPE", many: true, says: "the expected typ of the header; default: JWT or no typ" },
    { name: "any-typ", says: "accept any typ" },
    {
      name: "match",
      value: "NAME=TEXT",
      many: true,
      says: "a claim and its expected value; NAME:=JSON for a number, true or false",
    },
    { name: "required", value: "NAME", many: true, says: "a claim that must be present, as exp and iat must" },
    { name: "optional", value: "NAME", choices: ["exp", "iat"], many: true, says: "a claim that may be missing" },
    { name: "max-token-age", value: "SPAN", says: "the maximum age of the token, by iat" },
    { name: "clock-tolerance", value: "SPAN", says: "the tolerated difference between clocks; default 5s" },
    { name: "max-token-length", value: "CHARACTERS", says: "the longest token to accept; default 16384" },
  ],
  notes: [
    "The token is standard input or an argument, after -- if it is not yours. A good one ends with exit code 0, a refused one with 1 and the reason's code.",
  ],
  examples: [
    "mintmark secret --out secret.txt",
    "mintmark sign --secret secret.txt --issuer my-api --audience web > token.txt",
    "mintmark verify --secret secret.txt --issuer my-api --audience web < token.txt",
  ],
  run: checkToken,
};

/** Verifies the token. Returns `done` in one place only: after `verify()` has returned. */
async function checkToken(given: Given, terminal: Terminal): Promise<typeof done> {
  const { input, output } = terminal;
  const expected = readExpected(given);
  const { keys, passedOver } = await readVerificationKeys(given, terminal);
  const token = await input.operand(given.operand, "the token");
  const verified = await verify(token, keys, expected).catch((error: unknown) => {
    if (isJwtError(error) && error.code === "key_not_found") explain(passedOver(), output);
    throw error;
  });
  report(verified, expected, output);
  return done;
}

function report({ header, payload, key }: Verified, expected: Expected, output: Output): void {
  const notChecked = (["issuer", "audience", "typ"] as const).filter((name) => expected[name] === unchecked);
  const now = Date.now() / 1000;
  if (output.json)
    output.value({ ok: true, header, claims: payload, key: { alg: key.alg, kid: key.kid }, unchecked: notChecked });
  else {
    const named = (["issuer", "audience"] as const).filter((name) => expected[name] !== unchecked);
    const checked = [`signature (${key.alg})`, ...(payload.exp === undefined ? [] : ["lifetime"]), ...named];
    output.line(["green", "good"], `  ${checked.join(", ")}`);
    if (notChecked.length > 0) output.line(["yellow", "not checked"], `  ${notChecked.join(", ")}`);
    printToken({ header, claims: payload }, output, now);
  }
  warnOfClaims(payload, output, now);
}

function readExpected(given: Given): Expected {
  const orAny = (name: string): readonly string[] | typeof unchecked | undefined => {
    checkOneOf(given, name, `any-${name}`);
    if (given.has(`any-${name}`)) return unchecked;
    return given.has(name) ? given.texts(name) : undefined;
  };
  const required = (name: string, what: string): readonly string[] | typeof unchecked => {
    const value = orAny(name);
    if (value === undefined) throw wrongUse(`--${name}: expected ${what}, or --any-${name} to skip the check`);
    return value;
  };
  const typ = orAny("typ");
  const [subject, match, maxTokenAge] = [
    given.text("subject"),
    readMembers(given, "match"),
    readSpan(given, "max-token-age"),
  ];
  return {
    issuer: required("issuer", "the issuer of the token"),
    audience: required("audience", "the audience of the token"),
    ...(subject !== undefined && { subject }),
    ...(typ !== undefined && { typ }),
    // The library refuses values other than strings, numbers and booleans.
    ...(match !== undefined && { match: match as Expected["match"] & object }),
    ...(given.has("required") && { required: given.texts("required") }),
    // The option's choices.
    ...(given.has("optional") && { optional: given.texts("optional") as ("exp" | "iat")[] }),
    ...(maxTokenAge !== undefined && { maxTokenAge }),
    clockTolerance: readSpan(given, "clock-tolerance"),
    maxTokenLength: readCount(given, "max-token-length"),
  };
}

function explain(passedOver: readonly PassedOverKey[], output: Output): void {
  for (const { index, kid, reason } of passedOver) {
    output.note(`key ${index}${kid === undefined ? "" : ` (${show(kid)})`} of the set is not used: ${reason}`);
  }
}
