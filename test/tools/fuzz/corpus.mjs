// The inputs that are kept: one line for each, as a JSON string of octets. Those that broke something once are among them.
import { appendFileSync, readFileSync } from "node:fs";

const fileOf = (target) => new URL(`corpus/${target}.txt`, import.meta.url);

/** Longer ones are left to the seed that made them. */
const maxKept = 400;
const mostKept = 60;

/** The lines of a target's file, base64. */
export function keptInputs(target) {
  let text;
  try {
    text = readFileSync(fileOf(target), "utf8");
  } catch {
    text = "";
  }
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => Buffer.from(JSON.parse(line), "latin1").toString("base64"));
}

/** @param {readonly string[]} inputs base64; the first are the most worth keeping */
export function addToCorpus(target, inputs) {
  const known = new Set(keptInputs(target));
  const isFinding = inputs.length === 1;
  const added = inputs.filter(
    (input) => !known.has(input) && (isFinding || Buffer.from(input, "base64").length <= maxKept),
  );
  const room = isFinding ? 1 : Math.max(0, mostKept - known.size);
  for (const input of added.slice(0, room)) appendFileSync(fileOf(target), `${asLine(input)}\n`);
}

function asLine(input) {
  return JSON.stringify(Buffer.from(input, "base64").toString("latin1")).replace(
    /[\x7f-\xff]/g,
    (octet) => `\\u00${octet.charCodeAt(0).toString(16)}`,
  );
}
