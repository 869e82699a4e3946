// With each algorithm that the browser has: generate, copy, debug, verify, break the token, take a wrong key.
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { beforeAll, it } from "vitest";
import { allPassed, type Playground } from "./playground.ts";
import { until } from "./until.ts";

const expected = { "debug-issuer": "https://id.example", "debug-audience": "orders" };

/** What the page made, with the code it offers for that. */
export interface Minted {
  readonly alg: string;
  readonly token: string;
  readonly privateKey: string;
  readonly snippets: Readonly<Record<string, string>>;
}

/** Keeps what was made by its name, for others to check. */
export function checkAlgorithms(page: Playground, wanted: readonly string[], minted: Map<string, Minted>): void {
  beforeAll(async () => {
    await page.tab("generate");
    await page.made("ES256");
  });
  for (const alg of wanted) {
    it(`${alg}: offered`, async () => {
      const isOffered = await page.run(
        (value) =>
          !globalThis.document.querySelector<HTMLOptionElement>(`#generate-alg option[value="${value}"]`)!.disabled,
        alg,
      );
      ok(isOffered, await page.text("generate-alg-hint"));
    });
    it(alg, async () => {
      minted.set(alg, await roundTrip(page, alg));
    });
  }
  it("no algorithm is offered that it lacks", async () => {
    const offered = await page.run(() =>
      Array.from(
        globalThis.document.querySelectorAll<HTMLOptionElement>("#generate-alg option:not(:disabled)"),
        ({ value }) => value,
      ),
    );
    deepEqual(offered.sort(), [...wanted].sort());
  });
}

async function roundTrip(page: Playground, alg: string): Promise<Minted> {
  const isSecret = alg.startsWith("HS");
  await page.tab("generate");
  const other = await page.generate(alg);
  await page.click("#generate-another");
  await page.made(alg, other.token);
  const snippets = await takeSnippets(page);
  const made = {
    alg,
    token: await page.text("generate-token"),
    publicKey: await page.text("generate-public"),
    privateKey: await page.text("generate-private"),
    snippets,
  };
  await page.click("#generate-copy-token");
  await until(
    "the button",
    () => page.text("generate-copy-token"),
    (label) => label === "Copied",
  );

  const encoding = isSecret ? "base64url" : "utf8";
  const key = isSecret ? made.privateKey : made.publicKey;
  await page.tab("debug");
  await page.click("#debug-clear");
  await page.click("#debug-input");
  await page.paste();
  equal(await page.value("debug-input"), made.token, "pasted");
  await until("outcome", page.outcome, (outcome) => outcome === "Not verified");
  await page.fill({ "debug-key": key, "debug-encoding": encoding, ...expected });
  await until("outcome", page.outcome, (outcome) => outcome === "Accepted");
  deepEqual(await page.verdicts(), allPassed);
  match(await page.text("debug-key-status"), new RegExp(`for ${alg}`));

  const [header, payload, signature] = made.token.split(".") as [string, string, string];
  // In the middle, where every character is all significant bits.
  const at = Math.floor(signature.length / 2);
  const broken = `${header}.${payload}.${signature.slice(0, at)}${signature[at] === "A" ? "B" : "A"}${signature.slice(at + 1)}`;
  const changed = { ...expected, "debug-key": key, "debug-encoding": encoding };
  await page.debug({ ...changed, "debug-input": broken }, "Refused: signature_invalid");
  const { Algorithm, Signature, Lifetime } = await page.verdicts();
  deepEqual(
    { Algorithm, Signature, Lifetime },
    { Algorithm: "passed", Signature: "failed signature_invalid", Lifetime: "claimed" },
  );
  await page.debug({ ...changed, "debug-input": `${header}.${payload}` }, "Refused: token_malformed");
  await page.debug(
    { ...changed, "debug-input": made.token, "debug-key": isSecret ? other.privateKey : other.publicKey },
    "Refused: signature_invalid",
  );
  return made;
}

async function takeSnippets(page: Playground): Promise<Minted["snippets"]> {
  const snippets: Record<string, string> = {};
  for (const library of ["mintmark", "jose", "jsonwebtoken", "PyJWT"]) {
    for (const task of ["verify", "sign"]) {
      await page.choose("code-library", library);
      await page.choose("code-task", task);
      snippets[`${library} ${task}`] = await page.text("generate-code");
    }
  }
  return snippets;
}

/** Tokens that put the code to the test: text that has to be quoted, a secret as text, no issuer, dates of their own. */
export const unusual = ["HS256, text to quote", "HS256, no issuer, own dates"] as const;

export function checkUnusual(page: Playground, minted: Map<string, Minted>): void {
  it("tokens whose code is not easy to write", async () => {
    for (const [at, made] of (await mintUnusual(page)).entries()) minted.set(unusual[at]!, made);
  });
}

async function mintUnusual(page: Playground): Promise<readonly Minted[]> {
  const secret = "se\"cret's \\ of ünusual text, with $ and ` in it";
  const claims = {
    iss: 'https://id.example/"quoted"',
    sub: "user_123",
    aud: ["orders", "it's"],
    text: "`${1}` 'x' \\ ünï ✓",
    yes: true,
    no: false,
    none: null,
    list: [1, 2.5, { deep: [] }],
  };
  const now = Math.floor(Date.now() / 1000);
  await page.tab("generate");
  await page.choose("generate-source", "pasted");
  await page.fill({
    "generate-alg": "HS256",
    "generate-key": secret,
    "generate-encoding": "utf8",
    "generate-kid": 'it\'s "1"',
    "generate-typ": "at+jwt",
    "generate-jti": true,
    "generate-lifetime": "1h",
    "generate-json": JSON.stringify(claims),
  });
  const quoted = {
    alg: "HS256",
    token: await page.made("HS256"),
    privateKey: secret,
    snippets: await takeSnippets(page),
  };
  await page.fill({
    "generate-kid": "",
    "generate-typ": "JWT",
    "generate-jti": false,
    "generate-json": JSON.stringify({ sub: "user_123", iat: now - 10, exp: now + 3600 }),
  });
  const dated = {
    alg: "HS256",
    token: await page.made("HS256", quoted.token),
    privateKey: secret,
    snippets: await takeSnippets(page),
  };
  return [quoted, dated];
}
