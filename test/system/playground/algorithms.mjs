// With each algorithm that the browser has: generate, copy, debug, verify, break the token, take a wrong key.
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { check, until } from "./tally.mjs";
import { allPassed } from "./playground.mjs";

const expected = { "debug-issuer": "https://id.example", "debug-audience": "orders" };

/** What was made, for others to check. */
export async function checkAlgorithms(browser, page, wanted) {
  await page.tab("generate");
  await page.made("ES256");
  const has = (name) =>
    page.run((value) => !globalThis.document.querySelector(`#generate-alg option[value="${value}"]`).disabled, name);
  const minted = [];
  for (const alg of wanted) {
    const hint = await page.text("generate-alg-hint");
    await check(`${browser}: ${alg}: offered`, async () => {
      ok(await has(alg), hint);
    });
    await check(`${browser}: ${alg}`, async () => {
      minted.push(await roundTrip(page, alg));
    });
  }
  await check(`${browser}: no algorithm is offered that it lacks`, async () => {
    const offered = await page.run(() =>
      Array.from(globalThis.document.querySelectorAll("#generate-alg option:not(:disabled)"), ({ value }) => value),
    );
    deepEqual(offered.sort(), [...wanted].sort());
  });
  return minted;
}

async function roundTrip(page, alg) {
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

  const [header, payload, signature] = made.token.split(".");
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

async function takeSnippets(page) {
  const snippets = {};
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
export async function mintUnusual(page) {
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
    name: "HS256, text to quote",
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
    name: "HS256, no issuer, own dates",
    token: await page.made("HS256", quoted.token),
    privateKey: secret,
    snippets: await takeSnippets(page),
  };
  return [quoted, dated];
}
