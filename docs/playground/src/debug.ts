/** The debugger: what is in a token, and what the library says of it. */

import { algorithmNamed, allAlgorithms } from "./algorithms.ts";
import { takeApart, type Anatomy } from "./anatomy.ts";
import { secondsNow } from "./dates.ts";
import { element, find, option } from "./dom.ts";
import { makeExample, type Opened } from "./example.ts";
import { findTokens } from "./find-tokens.ts";
import { hideInside, showInside } from "./inside-view.ts";
import {
  isSecretText,
  readVerificationKeys,
  secretEncodings,
  type PastedKeys,
  type SecretEncoding,
} from "./pasted-keys.ts";
import { showChoice } from "./token-choice.ts";
import { encrypted, outcomeOf, questions, tooShort, showOutcome, verdictView } from "./verdict-view.ts";
import { judge, type Judgement } from "./verdicts.ts";
import { showText, visible } from "./visible-text.ts";

export interface Debugger {
  readonly open: (opened: Opened) => void;
  /** Opens a token of which nothing else is known. */
  readonly openToken: (token: string) => void;
  /** Opens the example, unless there is something else by then. */
  readonly openExample: () => void;
}

export function startDebugger(): Debugger {
  const input = find("debug-input", HTMLTextAreaElement);
  const key = find("debug-key", HTMLTextAreaElement);
  const alg = find("debug-alg", HTMLSelectElement);
  const encoding = find("debug-encoding", HTMLSelectElement);
  const [issuer, audience, typ] = [
    find("debug-issuer", HTMLInputElement),
    find("debug-audience", HTMLInputElement),
    find("debug-typ", HTMLInputElement),
  ];
  alg.append(...allAlgorithms.map(({ name }) => option(name, name)));

  let chosenToken = 0;
  /** Whether anybody has written anything: it is not written over. */
  let touched = false;
  /** Only the newest look at a token is shown. */
  let turn = 0;
  let due: ReturnType<typeof setTimeout> | undefined;

  async function update(): Promise<void> {
    const mine = ++turn;
    clearTimeout(due);
    const found = findTokens(input.value);
    showChoice(
      found.map(({ name }, i) => name || `Token ${i + 1}`),
      chosenToken,
      (i) => {
        chosenToken = i;
        void update();
      },
    );
    const token = (found[chosenToken] ?? found[0])?.token;
    if (token === undefined) {
      showNothing();
      return;
    }
    const anatomy = takeApart(token);
    showInside(token, anatomy);
    const expected = { issuer: issuer.value, audience: audience.value, typ: typ.value };
    const keys = await readFittingKeys(token, anatomy);
    const judgement = await judge(token, keys.found?.keys, expected);
    if (mine !== turn) return;
    showKeyStatus(keys);
    showJudgement(anatomy, judgement, keys);
    due = judgeAgain(anatomy, () => void update());
  }

  /** The key as its encoding is said to be; and if that did not sign the token, and another one did, with that one. */
  async function readFittingKeys(token: string, anatomy: Anatomy): Promise<ReadKeys> {
    const first = await readKeys(anatomy, encoding.value as SecretEncoding);
    if (!isSecretText(key.value) || (await hasSigned(token, first))) return first;
    for (const other of secretEncodings) {
      const read = await readKeys(anatomy, other);
      if (read.found !== undefined && (await hasSigned(token, read)))
        return {
          found: {
            ...read.found,
            notes: [
              ...read.found.notes,
              `It is read as ${nameOf(other)}: so it signed this token, and as ${nameOf(encoding.value as SecretEncoding)} it did not.`,
            ],
          },
        };
    }
    return first;
  }

  async function readKeys({ header }: Anatomy, encoded: SecretEncoding): Promise<ReadKeys> {
    if (key.value.trim() === "") return {};
    const stated = header.members["alg"];
    const wanted = algorithmNamed(alg.value === "" && typeof stated === "string" ? stated : alg.value);
    try {
      return { found: await readVerificationKeys(key.value, wanted, encoded) };
    } catch (error) {
      const { code = "", message } = error as { code?: string; message: string };
      return { refusal: { code, message } };
    }
  }

  function change(): void {
    void update();
  }

  input.addEventListener("input", () => {
    touched = true;
    chosenToken = 0;
    change();
  });
  for (const field of [key, issuer, audience, typ, alg, encoding])
    field.addEventListener("input", () => {
      touched = true;
      change();
    });
  find("debug-clear", HTMLButtonElement).addEventListener("click", () => {
    touched = true;
    for (const field of [input, key, issuer, audience, typ]) field.value = "";
    change();
    input.focus();
  });

  function open(opened: Opened): void {
    input.value = opened.token;
    key.value = opened.key;
    alg.value = "";
    encoding.value = opened.encoding;
    [issuer.value, audience.value, typ.value] = [opened.issuer, opened.audience, opened.typ];
    chosenToken = 0;
    change();
  }
  find("debug-example", HTMLButtonElement).addEventListener("click", () => {
    void makeExample().then(open);
  });
  change();
  return {
    open,
    openToken(token) {
      open({ token, key: "", encoding: "utf8", issuer: "", audience: "", typ: "" });
    },
    openExample() {
      void makeExample().then((example) => {
        if (input.value === "" && key.value === "" && !touched) open(example);
      });
    },
  };
}

async function hasSigned(token: string, { found }: ReadKeys): Promise<boolean> {
  if (found === undefined) return false;
  const { verdicts } = await judge(token, found.keys, { issuer: "", audience: "", typ: "" });
  return verdicts.some(({ check, state }) => check === "Signature" && state === "passed");
}

const nameOf = (encoding: SecretEncoding): string => (encoding === "utf8" ? "text" : encoding);

interface ReadKeys {
  readonly found?: PastedKeys;
  readonly refusal?: { readonly code: string; readonly message: string };
}

/** All that was said of a token goes with it. */
function showNothing(): void {
  hideInside();
  find("debug-key-status", HTMLParagraphElement).replaceChildren();
  find("debug-verdicts", HTMLUListElement).replaceChildren(...questions.map(verdictView));
  showOutcome(find("debug-outcome", HTMLDivElement), {
    state: "idle",
    title: "No token yet",
    detail: "These are the checks. Each gets its verdict here, with the library's code where it fails.",
  });
}

function showKeyStatus({ found, refusal }: ReadKeys): void {
  const status = find("debug-key-status", HTMLParagraphElement);
  status.className = refusal === undefined ? "hint" : "note bad";
  if (refusal !== undefined)
    status.replaceChildren(element("code", "chip", refusal.code), " ", ...visible(refusal.message));
  else showText(status, [found?.description ?? "", ...(found?.notes ?? [])].join(" ").trim());
}

function showJudgement(anatomy: Anatomy, judgement: Judgement, { found, refusal: keyRefusal }: ReadKeys): void {
  find("debug-verdicts", HTMLUListElement).replaceChildren(...judgement.verdicts.map(verdictView));
  if (anatomy.isEncrypted) {
    showOutcome(find("debug-outcome", HTMLDivElement), encrypted);
    return;
  }
  if (found?.isTooShort === true && judgement.outcome?.accepted === true) {
    showOutcome(find("debug-outcome", HTMLDivElement), tooShort);
    return;
  }
  const outcome =
    keyRefusal === undefined
      ? outcomeOf(judgement)
      : {
          state: "bad" as const,
          title: `The key is refused: ${keyRefusal.code}`,
          detail: "The signature was not checked.",
        };
  showOutcome(find("debug-outcome", HTMLDivElement), outcome);
}

/** The verdict changes by itself when the token begins or ends. */
function judgeAgain({ payload: { members } }: Anatomy, update: () => void): ReturnType<typeof setTimeout> | undefined {
  const now = secondsNow();
  // Five seconds around them: the library's clock tolerance.
  const next = [members["exp"], members["nbf"]]
    .flatMap((at) => (typeof at === "number" ? [at - 5, at + 5] : []))
    .filter((at) => at > now && at < now + 86_400);
  return next.length === 0 ? undefined : setTimeout(update, (Math.min(...next) - now) * 1000 + 100);
}
