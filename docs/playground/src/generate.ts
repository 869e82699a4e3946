/** The generator: a key, claims, and the token of both, made again at every change. */

import { ES256 } from "mintmark";
import { algorithmNamed, families, missingAlgorithms, type AnyAlgorithm } from "./algorithms.ts";
import { checkDraft } from "./claims-check.ts";
import { createClaimsForm } from "./claims-form.ts";
import { copyButton } from "./copy.ts";
import type { Opened } from "./example.ts";
import { choose, chosen, element, find, onChoice, option, withAttributes } from "./dom.ts";
import { showDraft, showMinted } from "./draft-view.ts";
import { makeKey, pastedKey, renameKey, type ReadyKey } from "./key-source.ts";
import {
  privateText,
  publicText,
  showKey,
  showKeyFault,
  showKeyFields,
  showMissing,
  showPrivate,
  showPublic,
  startReveal,
} from "./key-view.ts";
import { mint } from "./mint.ts";
import type { SecretEncoding } from "./pasted-keys.ts";
import type { Minted } from "./snippets/minted.ts";
import { writeSnippet, type Task } from "./snippets/snippet.ts";

export interface Generator {
  readonly open: () => void;
  /** Takes a secret in base64 to sign with. */
  readonly use: (secret: string, algorithm: string) => void;
}

export function startGenerator(openInDebugger: (opened: Opened) => void): Generator {
  const alg = find("generate-alg", HTMLSelectElement);
  const size = find("generate-size", HTMLSelectElement);
  const kid = find("generate-kid", HTMLInputElement);
  const pasted = find("generate-key", HTMLTextAreaElement);
  const encoding = find("generate-encoding", HTMLSelectElement);
  const lifetime = find("generate-lifetime", HTMLInputElement);
  const typ = find("generate-typ", HTMLInputElement);
  const jti = find("generate-jti", HTMLInputElement);
  const form = createClaimsForm(() => void remint());

  let key: ReadyKey | undefined;
  let minted: Minted | undefined;
  /** Only the newest key and the newest token are shown. */
  let keyTurn = 0;
  let tokenTurn = 0;

  const algorithm = (): AnyAlgorithm => algorithmNamed(alg.value) ?? ES256;
  const isPasted = (): boolean => chosen("generate-source") === "pasted";

  async function changeKey(prepare: () => Promise<ReadyKey | undefined> = prepareKey): Promise<void> {
    const mine = ++keyTurn;
    showKeyFields(algorithm(), isPasted());
    const result = await prepare().catch((error: unknown) => (error as Error).message);
    if (mine !== keyTurn) return;
    key = typeof result === "string" ? undefined : result;
    showKey(key);
    showKeyFault(typeof result === "string" ? result : "");
    await remint();
  }

  async function prepareKey(): Promise<ReadyKey | undefined> {
    if (!isPasted()) return makeKey(algorithm(), Number(size.value), kid.value || undefined);
    if (pasted.value.trim() === "") return undefined;
    return pastedKey(pasted.value, algorithm(), encoding.value as SecretEncoding, kid.value || undefined);
  }

  function changeName(): void {
    const made = key;
    void changeKey(isPasted() || made === undefined ? prepareKey : () => renameKey(made, kid.value || undefined));
  }

  async function remint(): Promise<void> {
    const mine = ++tokenTurn;
    const draft = checkDraft({ json: form.json(), lifetime: lifetime.value.trim(), jwtId: jti.checked });
    const made = await mint(key, draft, typ.value);
    if (mine !== tokenTurn) return;
    minted = typeof made === "string" ? undefined : made;
    showDraft(draft, typeof made === "string" && made !== "" ? [made] : draft.refusals);
    showMinted(minted, key === undefined ? "No token: there is no key yet." : "No token: see what is refused above.");
    showCode();
  }

  function showCode(): void {
    const code = minted === undefined ? "" : writeSnippet(chosen("code-library"), chosen("code-task") as Task, minted);
    find("generate-code", HTMLPreElement).textContent = code || "There is code here as soon as there is a token.";
  }

  alg.append(
    ...families.map(({ label, algorithms }) =>
      withAttributes(element("optgroup", "", ...algorithms.map(({ name }) => option(name, name))), { label }),
    ),
  );
  for (const field of [alg, size, pasted, encoding]) field.addEventListener("input", () => void changeKey());
  kid.addEventListener("input", changeName);
  for (const field of [lifetime, typ, jti]) field.addEventListener("input", () => void remint());
  onChoice("generate-source", () => void changeKey());
  onChoice("generate-private-form", () => {
    showPrivate(key);
  });
  onChoice("generate-public-form", () => {
    showPublic(key);
  });
  for (const name of ["code-library", "code-task"]) onChoice(name, showCode);
  find("generate-another", HTMLButtonElement).addEventListener("click", () => void changeKey());
  find("generate-debug", HTMLButtonElement).addEventListener("click", () => {
    if (minted !== undefined && key !== undefined) openInDebugger(describe(minted, key, pasted.value));
  });
  startReveal();
  copyButton("generate-copy-private", () => privateText(key));
  copyButton("generate-copy-public", () => publicText(key));
  copyButton("generate-copy-token", () => minted?.token ?? "");
  copyButton("generate-copy-code", () => find("generate-code", HTMLPreElement).textContent);

  return {
    open() {
      void changeKey();
      void missingAlgorithms().then(showMissing);
    },
    use(secret, name) {
      choose("generate-source", "pasted");
      [alg.value, pasted.value, encoding.value] = [name, secret, "base64"];
      void changeKey();
    },
  };
}

/** The token, with what a verifier of it would have. */
function describe({ token, claims: { iss, aud }, typ }: Minted, key: ReadyKey, pasted: string): Opened {
  const audience: unknown = Array.isArray(aud) ? aud[0] : aud;
  return {
    token,
    key: key.published?.pem ?? key.made?.text ?? pasted,
    encoding: key.encoding,
    issuer: typeof iss === "string" ? iss : "",
    audience: typeof audience === "string" ? audience : "",
    typ: typ === "JWT" ? "" : typ,
  };
}
