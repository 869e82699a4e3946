/** `mintmark verify`: verifies a token (RFC 7519 §7.2). A check is skipped only where the caller writes so, and the answer says so too. */

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
      says: "who must have issued it; or --any-issuer. One https URL, and no key: the issuer's metadata names its keys",
    },
    { name: "any-issuer", says: "whoever issued it" },
    { name: "audience", value: "AUDIENCE", many: true, says: "for whom it must be, one of these; or --any-audience" },
    { name: "any-audience", says: "for whomever it is" },
    { name: "subject", value: "SUBJECT", says: "whom it must be about" },
    { name: "typ", value: "TYPE", many: true, says: "the header's typ; default: JWT, or none" },
    { name: "any-typ", says: "whatever its typ" },
    {
      name: "match",
      value: "NAME=TEXT",
      many: true,
      says: "a claim and what it must be; NAME:=JSON for a number, true or false",
    },
    { name: "required", value: "NAME", many: true, says: "a claim that must be there, as exp and iat must" },
    { name: "optional", value: "NAME", choices: ["exp", "iat"], many: true, says: "one of these that may be missing" },
    { name: "max-token-age", value: "SPAN", says: "how long ago it may have been issued" },
    { name: "clock-tolerance", value: "SPAN", says: "how far clocks may differ; default 5s" },
    { name: "max-token-length", value: "CHARACTERS", says: "the longest token that is looked at; default 16384" },
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

/** `done` is returned in one place: behind a `verify()` that returned. */
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
    if (value === undefined) throw wrongUse(`--${name}: expected ${what}, or --any-${name} in writing`);
    return value;
  };
  const typ = orAny("typ");
  const [subject, match, maxTokenAge] = [
    given.text("subject"),
    readMembers(given, "match"),
    readSpan(given, "max-token-age"),
  ];
  return {
    issuer: required("issuer", "who must have issued the token"),
    audience: required("audience", "for whom the token must be"),
    ...(subject !== undefined && { subject }),
    ...(typ !== undefined && { typ }),
    // What else than texts, numbers and booleans :=JSON spells is refused by the library.
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
