/**
 * What the library says of a token, check by check. Each verdict comes from a call of `verify` in which only that check is switched
 * on; nothing is decided here. The outcome is one call with all of them, as an application would write it.
 */

import {
  decode,
  isJwtError,
  safeVerify,
  unchecked,
  type Decoded,
  type Expected,
  type JwtError,
  type UnavailableError,
  type VerificationKeys,
  type VerifyingKey,
} from "mintmark";
import { algorithmNamed, isHmac } from "./algorithms.ts";
import { localDate, relativeDate, secondsNow } from "./dates.ts";

/** `claimed`: would be right, if the token could be believed; `open`: not checked. */
export type VerdictState = "passed" | "claimed" | "failed" | "open";

export interface Verdict {
  readonly check: "Structure" | "Algorithm" | "Signature" | "Lifetime" | "Issuer" | "Audience" | "Type";
  readonly state: VerdictState;
  /** The library's, for what failed. */
  readonly code?: string;
  readonly detail: string;
}

/** What was filled in; an empty text leaves a check out. */
export interface Expectations {
  readonly issuer: string;
  readonly audience: string;
  readonly typ: string;
}

export interface Judgement {
  readonly verdicts: readonly Verdict[];
  /** What `verify` says with these keys and expectations; `undefined` without keys. */
  readonly outcome: { readonly accepted: boolean; readonly code?: string; readonly message?: string } | undefined;
}

type Refusal = JwtError | UnavailableError;

export async function judge(
  token: string,
  keys: VerificationKeys | undefined,
  expectations: Expectations,
): Promise<Judgement> {
  const verdicts = await collect(token, keys, expectations);
  if (keys === undefined) return { verdicts, outcome: undefined };
  const { issuer, audience, typ } = expectations;
  const refusal = await refusalOf(token, keys, {
    issuer: issuer || unchecked,
    audience: audience || unchecked,
    ...type(typ),
  });
  return {
    verdicts,
    outcome:
      refusal === undefined ? { accepted: true } : { accepted: false, code: refusal.code, message: refusal.message },
  };
}

async function collect(
  token: string,
  keys: VerificationKeys | undefined,
  expectations: Expectations,
): Promise<readonly Verdict[]> {
  const opened = open(token);
  if ("code" in opened) return [failed("Structure", opened), ...unreached()];
  const structure = await judgeStructure(token, opened);
  if (structure.state === "failed") return [structure, ...unreached()];

  const [algorithm, signature] = await judgeSignature(token, opened, keys);
  const isGood = signature.state === "passed";
  // Without a good signature the claims are judged as if they could be believed, and the verdict says so.
  const trusted = isGood && keys !== undefined ? keys : believeAnything(opened.header.alg);
  const claims: Claims = {
    ...opened,
    good: isGood ? "passed" : "claimed",
    ask: (expected) => refusalOf(token, trusted, expected),
  };
  return [
    structure,
    algorithm,
    signature,
    await judgeLifetime(claims),
    await judgeName(claims, "Issuer", "iss", expectations.issuer),
    await judgeName(claims, "Audience", "aud", expectations.audience),
    await judgeType(claims, expectations),
  ];
}

/** A token whose claims are looked at, how the library is asked about them, and what a good answer is worth. */
interface Claims extends Decoded {
  readonly ask: (expected: Expected) => Promise<Refusal | undefined>;
  readonly good: "passed" | "claimed";
}

/** `typ` left out would be checked all the same. */
const anyType = { typ: unchecked } as const;
const nothingElse = { issuer: unchecked, audience: unchecked, optional: ["exp", "iat"] } as const;
const nothing = { ...nothingElse, ...anyType } as const;

function type(typ: string): Pick<Expected, "typ"> {
  return typ === "" ? {} : { typ };
}

async function refusalOf(token: string, keys: VerificationKeys, expected: Expected): Promise<Refusal | undefined> {
  const result = await safeVerify(token, keys, expected);
  return result.ok ? undefined : result.error;
}

/** A key that finds every signature good: with it `verify` says what it would say of the claims. It never decides the outcome. */
function believeAnything(alg: string): VerifyingKey {
  return { alg: /^(none)?$/i.test(alg.trim()) ? "ES256" : alg, verify: () => true };
}

function open(token: string): Decoded | JwtError {
  try {
    return decode(token);
  } catch (error) {
    if (isJwtError(error)) return error;
    throw error;
  }
}

/** Form, and what no signature can make right: `crit`, claims of the wrong type. */
async function judgeStructure(token: string, { header }: Decoded): Promise<Verdict> {
  const refusal = await refusalOf(token, believeAnything(header.alg), nothing);
  if (
    refusal !== undefined &&
    ["token_too_large", "header_invalid", "crit_unsupported", "claim_invalid"].includes(refusal.code)
  )
    return failed("Structure", refusal);
  return { check: "Structure", state: "passed", detail: "Three parts of canonical base64url, the first two JSON." };
}

async function judgeSignature(
  token: string,
  { header }: Decoded,
  keys: VerificationKeys | undefined,
): Promise<readonly [algorithm: Verdict, signature: Verdict]> {
  if (keys === undefined)
    return [
      await judgeAlgorithm(token, header.alg),
      { check: "Signature", state: "open", detail: "Not checked: there is no key." },
    ];
  const refusal = await refusalOf(token, keys, nothing);
  if (refusal?.code === "alg_not_allowed") {
    return [
      failed("Algorithm", refusal),
      { check: "Signature", state: "open", detail: "Not checked: the key is for another algorithm." },
    ];
  }
  const algorithm: Verdict = { check: "Algorithm", state: "passed", detail: `${header.alg}, as the key.` };
  // The library gives an error the claims only when the signature was good.
  const isGood = refusal === undefined || (isJwtError(refusal) && refusal.claims !== undefined);
  return [
    algorithm,
    isGood ? { check: "Signature", state: "passed", detail: describeSigner(header.alg) } : failed("Signature", refusal),
  ];
}

function describeSigner(name: string): string {
  const alg = algorithmNamed(name);
  return alg !== undefined && isHmac(alg) ? "Made with this secret." : "Made with the private half of this key.";
}

async function judgeAlgorithm(token: string, alg: string): Promise<Verdict> {
  if (algorithmNamed(alg) !== undefined)
    return { check: "Algorithm", state: "open", detail: `${alg}, says the token. The key decides.` };
  const refusal = await refusalOf(token, believeAnything("ES256"), nothing);
  return {
    check: "Algorithm",
    state: "failed",
    code: refusal?.code ?? "alg_not_allowed",
    detail: /^none$/i.test(alg)
      ? "none: the token is unsecured, and no key accepts it."
      : "Not an algorithm that the library has.",
  };
}

async function judgeLifetime({ claims, good, ask }: Claims): Promise<Verdict> {
  const check = "Lifetime";
  const refusal = await ask({ ...nothing, optional: [] });
  if (refusal !== undefined && isAbout(refusal, "iss")) return reachedIssuer(check);
  if (refusal !== undefined) {
    const at = isJwtError(refusal) && refusal.claim !== undefined ? claims[refusal.claim] : undefined;
    return failed(
      check,
      refusal,
      typeof at === "number" ? describeDate(refusal.code === "expired" ? "Ended" : "Begins", at) : undefined,
    );
  }
  return { check, state: good, detail: typeof claims.exp === "number" ? describeDate("Good until", claims.exp) : "" };
}

function describeDate(what: string, at: number): string {
  return `${what} ${localDate(at) ?? at}, ${relativeDate(at, secondsNow())}.`;
}

async function judgeName(
  { claims, good, ask }: Claims,
  check: "Issuer" | "Audience",
  claim: "iss" | "aud",
  wanted: string,
): Promise<Verdict> {
  const refusal = await ask({ ...nothing, [check.toLowerCase()]: wanted || unchecked });
  if (refusal !== undefined && isAbout(refusal, claim)) return failed(check, refusal);
  // A key of a set may belong to one issuer, and then refuses the tokens of others before anything else.
  if (refusal !== undefined && isAbout(refusal, "iss")) return reachedIssuer(check);
  if (wanted !== "") return { check, state: good, detail: `${wanted}, as expected.` };
  const value = claims[claim];
  return {
    check,
    state: "open",
    detail:
      value === undefined
        ? "Not checked, and the token names none."
        : `Not checked: the token says ${typeof value === "string" ? value : JSON.stringify(value)}.`,
  };
}

async function judgeType({ header, good, ask }: Claims, { typ }: Expectations): Promise<Verdict> {
  const refusal = await ask({ ...nothingElse, ...type(typ) });
  if (refusal?.code === "typ_mismatch") return failed("Type", refusal);
  return {
    check: "Type",
    state: good,
    detail: header.typ === undefined ? "No typ, which counts as JWT." : `${header.typ}, as expected.`,
  };
}

/** Whether a claim is what it was refused for. */
function isAbout(refusal: Refusal, claim: string): boolean {
  return isJwtError(refusal) && refusal.claim === claim;
}

function reachedIssuer(check: Verdict["check"]): Verdict {
  return { check, state: "open", detail: "Not reached: the key belongs to another issuer." };
}

function failed(check: Verdict["check"], { code, message }: Refusal, detail = message): Verdict {
  return { check, state: "failed", code, detail };
}

function unreached(): readonly Verdict[] {
  return (["Algorithm", "Signature", "Lifetime", "Issuer", "Audience", "Type"] as const).map((check) => ({
    check,
    state: "open",
    detail: "Not reached.",
  }));
}
