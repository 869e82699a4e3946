/** The verdicts as a list, and their outcome as one sentence. */

import { element, withAttributes } from "./dom.ts";
import type { Judgement, Verdict, VerdictState } from "./verdicts.ts";
import { visible } from "./visible-text.ts";

const signs: Readonly<Record<VerdictState, readonly [sign: string, word: string]>> = {
  passed: ["✓", "passed"],
  claimed: ["?", "unverified"],
  failed: ["✕", "failed"],
  open: ["–", "not checked"],
};

export function verdictView({ check, state, code, detail }: Verdict): HTMLElement {
  const [sign, word] = signs[state];
  return element(
    "li",
    state,
    withAttributes(element("span", "sign", sign), { "aria-hidden": "true" }),
    element("strong", "", check),
    element("span", "hidden", ` ${word}. `),
    ...(code === undefined ? [] : [element("code", "chip", code)]),
    element("span", "detail", ...visible(state === "claimed" ? `Unverified. ${detail}` : detail)),
  );
}

/** What each check asks, before there is a token. */
export const questions: readonly Verdict[] = [
  { check: "Structure", state: "open", detail: "Is it three parts of canonical base64url, the first two JSON?" },
  { check: "Algorithm", state: "open", detail: "Is it signed with the algorithm of the key?" },
  { check: "Signature", state: "open", detail: "Did the holder of the key sign exactly this?" },
  { check: "Lifetime", state: "open", detail: "Does it say when it was made and when it ends, and is it good now?" },
  { check: "Issuer", state: "open", detail: "Was it made by whom it should be?" },
  { check: "Audience", state: "open", detail: "Is it meant for whom it is given to?" },
  { check: "Type", state: "open", detail: "Is it the kind of token that is wanted here?" },
];

export interface Outcome {
  readonly state: "idle" | "good" | "bad" | "warn";
  readonly title: string;
  readonly detail: string;
}

/** A JWE: nothing is wrong with it, and nobody but the holder of its key can say more. */
export const encrypted: Outcome = {
  state: "warn",
  title: "Encrypted",
  detail:
    "This is a JWE: its claims can be read by the holder of the key alone. mintmark reads signed tokens; jose decrypts.",
};

/** A secret that signed the token, and that anybody can guess. */
export const tooShort: Outcome = {
  state: "warn",
  title: "Signed with a secret that is too short",
  detail:
    "It did sign this token. Whoever sees a token can find such a secret by trying; mintmark and other careful libraries refuse it.",
};

/** What an application with this key and these expectations would do. */
export function outcomeOf({ verdicts, outcome }: Judgement): Outcome {
  if (outcome === undefined) {
    const fault = verdicts.find(({ state }) => state === "failed");
    if (fault !== undefined)
      return { state: "bad", title: `Refused: ${fault.code ?? ""}`, detail: "This token fails whatever the key is." };
    return {
      state: "warn",
      title: "Not verified",
      detail: "Anyone could have written this. Give the key that it should be checked with.",
    };
  }
  if (!outcome.accepted)
    return { state: "bad", title: `Refused: ${outcome.code ?? ""}`, detail: outcome.message ?? "" };
  const open = verdicts.filter(({ state }) => state === "open").map(({ check }) => check.toLowerCase());
  if (open.length === 0) return { state: "good", title: "Accepted", detail: "Every check passed." };
  return {
    state: "good",
    title: "Accepted",
    detail: `The signature is good. Not checked: ${open.join(", ")}. An application should expect a value for ${open.length === 1 ? "it" : "each"}.`,
  };
}

export function showOutcome(target: HTMLElement, { state, title, detail }: Outcome): void {
  target.className = `outcome ${state}`;
  target.replaceChildren(element("strong", "", title), element("span", "", ...visible(detail)));
}
