// decode(): a token has one spelling, and is shown as JSON.parse and Buffer read it.
import { decode } from "../../../../src/index.ts";
import { equal, holds, orRefused } from "../invariant.ts";
import { readJson } from "../syntax.ts";
import { canonical, fieldsOf, registeredTypes, strictText } from "../tokens.ts";

const base64url = (text: string): string => Buffer.from(text).toString("base64url");

export const seeds = [
  '{"alg":"HS256","typ":"JWT"}\n{"sub":"user","exp":1800000900}\nAAAA',
  '{"alg":"none"}\n{}\nAA',
  '{"alg":"HS256","alg":"none"}\n{"a":[{"b":1}]}\nAAAA',
  '{"typ":"JWT"}\n[]\n',
  `${base64url('{"alg":"HS256"}')}.${base64url("{}")}.AAAA`,
  "..",
  "a.b.c.d",
  `${base64url('{"alg":"HS256"}')}.${base64url('{"a":"ü"}')}.AA`,
  '{"alg":"HS256","crit":["x"],"x":1,"__proto__":{}}\n{"__proto__":{"sub":"x"}}\nAAAA',
  "",
];
export const words = [".", "..", "eyJ", '"alg":"HS256"', "=", "\n"];

export function fuzz(input: Buffer): void {
  const { token } = fieldsOf(input);
  const decoded = orRefused(
    () => decode(token),
    ["token_malformed", "token_too_large", "header_invalid", "payload_invalid"],
  );
  const parts = token.split(".");
  const [header, payload, signature] = parts.map((part) => canonical(part));
  const readHeader = readJson(strictText(header), "unique");
  const readPayload = readJson(strictText(payload), "any");
  const good =
    parts.length === 3 &&
    signature !== undefined &&
    signature.length > 0 &&
    readHeader !== undefined &&
    registeredTypes(readHeader) &&
    readPayload !== undefined;
  holds((decoded !== undefined) === good, "decoded is what has three canonical parts and two JSON objects");
  if (decoded === undefined) return;
  equal(decoded.header, readHeader, "the header as JSON.parse reads it");
  equal(decoded.claims, readPayload, "the claims as JSON.parse reads them");
  holds(signature!.equals(decoded.signature), "the signature as Buffer reads it");
}
