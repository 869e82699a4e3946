/** Secrets for HMAC, as long as the algorithm asks for (RFC 7518 §3.2). */

import { exportJwk, generateSecret } from "mintmark";
import { hmacAlgorithms } from "./algorithms.ts";
import { copyButton } from "./copy.ts";
import { chosen, find, onChoice } from "./dom.ts";

const forms = ["base64", "base64url", "hex"] as const;

/** What another tool is given: a secret in base64, and its algorithm. */
export type UseSecret = (secret: string, algorithm: string) => void;

export function startSecret(use: UseSecret): { readonly open: () => void } {
  let current: Readonly<Record<(typeof forms)[number], string>> = { base64: "", base64url: "", hex: "" };

  async function make(): Promise<void> {
    const alg = hmacAlgorithms.find(({ name }) => name === chosen("secret-alg"));
    if (alg === undefined) return;
    const { k = "" } = await exportJwk(await generateSecret(alg, { extractable: true }));
    current = spell(k);
    for (const form of forms) find(`secret-${form}`, HTMLElement).textContent = current[form];
    const length = current.hex.length / 2;
    find("secret-status", HTMLParagraphElement).textContent =
      `${length} random bytes, ${length * 8} bits: as many as ${alg.name} asks for.`;
    find("secret-command", HTMLPreElement).textContent = `openssl rand -base64 ${length}`;
    find("secret-code", HTMLPreElement).textContent =
      `const key = await importSecret(process.env.JWT_SECRET, ${alg.name}, { encoding: "base64" });`;
  }

  onChoice("secret-alg", () => void make());
  find("secret-another", HTMLButtonElement).addEventListener("click", () => void make());
  find("secret-use", HTMLButtonElement).addEventListener("click", () => {
    use(current.base64, chosen("secret-alg"));
  });
  for (const form of forms) copyButton(`secret-copy-${form}`, () => current[form]);
  return { open: () => void make() };
}

/** The same bytes in every form. */
function spell(base64url: string): Record<(typeof forms)[number], string> {
  const unpadded = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return {
    base64: unpadded.padEnd(Math.ceil(unpadded.length / 4) * 4, "="),
    base64url,
    hex: Array.from(atob(unpadded), (octet) => octet.charCodeAt(0).toString(16).padStart(2, "0")).join(""),
  };
}
