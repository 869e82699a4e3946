// verifyJws() and verifyJwsJson(): a payload comes back only with the right MAC over it, and only under a header that is understood.
import { HS256, importSecretSync, verifyJws, verifyJwsJson } from "../../../../src/index.ts";
import { attempt, equal, holds, orRefusedLater } from "../invariant.ts";
import { readJson } from "../syntax.ts";
import { canonical, fieldsOf, macOf, registeredTypes, secret, strictText } from "../tokens.ts";

const key = importSecretSync(secret, HS256, { kid: "k1" });
const detached = Buffer.from("detached payload");
const codes = [
  "token_malformed",
  "token_too_large",
  "header_invalid",
  "alg_not_allowed",
  "crit_unsupported",
  "key_not_found",
  "signature_invalid",
];

export const seeds = [
  '{"alg":"HS256"}\nany octets',
  '{"alg":"HS256","kid":"k1","crit":["exp"],"exp":1}\nx',
  '{"alg":"HS256","crit":["x"],"x":1}\nx',
  '{"alg":"HS256","crit":["b64","x"],"b64":true,"x":0}\nx',
  '{"alg":"HS256","crit":["b64"],"b64":false}\nx',
  '{"alg":"HS256"}\n\n$',
  '{"alg":"HS256","b64":false,"crit":["b64"]}\n\n$',
  '{"alg":"HS256","crit":["x","x"],"x":1}\nx',
  '{"alg":"HS256"}\nx\nAAAA',
  "..",
  '{"alg":"HS256"}\nx\n{"header":{"x":1}}\n',
  '{"alg":"HS256"}\nx\n{"header":{"alg":"HS256"},"extra":1}\n',
  '{"kid":"k1"}\nx\n{"header":{"alg":"HS256"}}\n',
];
export const words = [
  "b64",
  "crit",
  "x",
  "kid",
  "k1",
  "alg",
  "header",
  "protected",
  "payload",
  "signatures",
  "$",
  "\n",
  '"b64":false,',
];

export async function fuzz(input: Buffer): Promise<void> {
  const { token, lines } = fieldsOf(input);
  await (lines.length > 3 ? checkJson(token, lines[2]!) : checkCompact(token, lines[2] === "$"));
}

/** `$` in the third line: signed, and the payload travels another way. */
async function checkCompact(token: string, isDetached: boolean): Promise<void> {
  const [head = "", body, text = ""] = token.split(".");
  const header = readJson(strictText(canonical(head)), "unique");
  const plain = header !== undefined && Object.hasOwn(header, "b64") && header.b64 === false;
  const payload = isDetached ? detached : plain ? Buffer.from(body ?? "", "latin1") : canonical(body);
  const input =
    payload && Buffer.concat([Buffer.from(`${head}.`), plain ? payload : Buffer.from(payload.toString("base64url"))]);
  const signature = isDetached && input !== undefined ? macOf(input) : text;
  const jws = isDetached ? `${head}.${body ?? ""}.${signature}` : token;

  const verified = await orRefusedLater(
    () => verifyJws(jws, key, { understood: ["x"], ...(isDetached && { payload: detached }) }),
    codes,
  );
  const good =
    token.split(".").length === 3 &&
    input !== undefined &&
    signature === macOf(input) &&
    headerFits(header) &&
    (!isDetached || body === "");
  holds(
    (verified !== undefined) === (good && (isDetached || !plain || /^[\x20-\x7e]*$/.test(body ?? ""))),
    "accepted is what has the right MAC and a header that is understood",
  );
  if (verified !== undefined)
    equal(
      [Buffer.from(verified.payload), verified.header],
      [payload, header],
      "the payload and the header as they were signed",
    );
}

async function checkJson(token: string, members: string): Promise<void> {
  const [head = "", body = ""] = token.split(".");
  const more = attempt(() => JSON.parse(members) as object);
  const jws = { payload: body, protected: head, signature: macOf(`${head}.${body}`), ...more };
  const verified = await orRefusedLater(() => verifyJwsJson(jws as never, key, { understood: ["x"] }), codes);
  if (verified === undefined) return;
  const { payload, header, unprotected } = verified;
  const plain = Object.hasOwn(header, "b64") && header.b64 === false;
  const text = plain ? Buffer.from(payload).toString() : Buffer.from(payload).toString("base64url");
  const signatures =
    "signatures" in jws && Array.isArray(jws.signatures)
      ? (jws.signatures as { protected?: string; signature: string }[])
      : [jws];
  holds(jws.payload === text, "the payload is the one that stands there");
  holds(
    signatures.some((one) => one.signature === macOf(`${one.protected ?? ""}.${text}`)),
    "one of the MACs is right",
  );
  holds(headerFits(header), "the protected header is understood");
  holds(
    Object.keys(unprotected).every((name) => !Object.hasOwn(header, name) && !["alg", "crit", "b64"].includes(name)),
    "what is not protected decides nothing",
  );
}

/** RFC 7515 §4.1.11: each name in `crit` is understood, no registered one, in the header, and listed once. */
function headerFits(header: Record<string, unknown> | undefined): boolean {
  if (
    header === undefined ||
    !registeredTypes(header) ||
    header.alg !== "HS256" ||
    (Object.hasOwn(header, "kid") && header.kid !== "k1")
  )
    return false;
  const crit = Object.hasOwn(header, "crit") ? header.crit : undefined;
  if (
    Object.hasOwn(header, "b64") &&
    (typeof header.b64 !== "boolean" || !Array.isArray(crit) || !crit.includes("b64"))
  )
    return false;
  return (
    crit === undefined ||
    (Array.isArray(crit) &&
      crit.length > 0 &&
      new Set(crit).size === crit.length &&
      crit.every((name) => (name === "x" || name === "b64") && Object.hasOwn(header, name)))
  );
}
