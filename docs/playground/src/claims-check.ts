/** What `sign` would refuse of claims, all of it and not only the first; and what it lets pass that most verifiers ask for. */

import { buildClaims, type ClaimOptions } from "mintmark";

export interface Draft {
  /** The JSON text of the claims. */
  readonly json: string;
  /** "15m"; empty: the library's default. */
  readonly lifetime: string;
  /** Whether the token gets a random `jti`. */
  readonly jwtId: boolean;
}

export interface CheckedDraft {
  /** The claims, when the JSON is an object. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  /** How they are signed: what `sign` gets as options. */
  readonly options: ClaimOptions;
  /** What the token will say, when nothing is refused. */
  readonly issued: Readonly<Record<string, unknown>> | undefined;
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

export function checkDraft({ json, lifetime, jwtId }: Draft): CheckedDraft {
  const claims = parseObject(json);
  if (typeof claims === "string")
    return { claims: undefined, options: {}, issued: undefined, refusals: [claims], warnings: [] };
  const says = (name: string): boolean => Object.hasOwn(claims, name);
  const expiry = { ...(lifetime !== "" && { expiresIn: lifetime as NonNullable<ClaimOptions["expiresIn"]> }) }; // the library says what is wrong with it
  const options: ClaimOptions = { ...(!says("exp") && expiry), ...(jwtId && !says("jti") && { jwtId: true }) };
  const refusals = findRefusals(claims, options, says("exp") ? {} : expiry);
  const issued = refusals.length > 0 ? undefined : (buildClaims(claims, options) as Readonly<Record<string, unknown>>);
  return {
    claims,
    options,
    issued,
    refusals,
    warnings: [...precisionWarnings(json), ...(issued === undefined ? [] : policyWarnings(issued))],
  };
}

function parseObject(json: string): Readonly<Record<string, unknown>> | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return `claims: not JSON: ${(error as Error).message}`;
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : "claims: expected a JSON object";
}

/** Each claim on its own first: the library stops at the first thing that is wrong. */
function findRefusals(
  claims: Readonly<Record<string, unknown>>,
  options: ClaimOptions,
  expiry: ClaimOptions,
): readonly string[] {
  const single = Object.entries(claims).map(([name, value]) =>
    isDate(name) ? undefined : refusalOf({ [name]: value }, {}),
  );
  const found = [refusalOf({}, expiry), ...single].filter((message) => message !== undefined);
  const rest = found.length > 0 ? datesRefusal(claims) : refusalOf(claims, options);
  return [...new Set(rest === undefined ? found : [...found, rest])];
}

/** Dates make sense only together. */
function datesRefusal(claims: Readonly<Record<string, unknown>>): string | undefined {
  return refusalOf(Object.fromEntries(Object.entries(claims).filter(([name]) => isDate(name))), {});
}

function isDate(name: string): boolean {
  return ["exp", "nbf", "iat"].includes(name);
}

function refusalOf(claims: object, options: ClaimOptions): string | undefined {
  try {
    buildClaims(claims, options);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function precisionWarnings(json: string): readonly string[] {
  // Outside of strings, a run of digits too long for a double.
  const numbers = json.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d{16,}(?![\d.eE])/g) ?? [];
  return numbers
    .filter((text) => BigInt(text) !== BigInt(Number(text)))
    .map((text) => `${text} is too large a number: it becomes ${Number(text)}. Write it as text.`);
}

function policyWarnings(issued: Readonly<Record<string, unknown>>): readonly string[] {
  const { exp, iat } = issued as { exp: number; iat: number };
  const missing = (name: string, advice: string): string[] => (Object.hasOwn(issued, name) ? [] : [advice]);
  return [
    ...missing("iss", "No issuer: verifiers ask who made a token."),
    ...missing("aud", "No audience: a token for one service is then good at another."),
    ...missing("sub", "No subject: the token says nothing about whom it is for."),
    ...(exp - iat > 86_400
      ? ["Good for more than a day: a stolen token works until then, unless you keep a denylist."]
      : []),
  ];
}
