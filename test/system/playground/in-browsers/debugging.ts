// What the debugger finds, decodes and says.
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { beforeAll, it } from "vitest";
import { allPassed, type Fields, type Playground } from "./playground.ts";
import type { Served } from "./serve.ts";
import {
  encrypted,
  es256,
  expected,
  hour,
  hs256,
  now,
  secret,
  unsecured,
  unsecuredWithSignature,
  weakRsaPem,
} from "./tokens.ts";
import { until } from "./until.ts";

type Refused = readonly [
  name: string,
  claims: object,
  header: object,
  code: string,
  verdicts: Readonly<Record<string, string>>,
  fields?: Fields,
  key?: string,
];

export function checkDebugging(page: Playground, server: Served): void {
  beforeAll(async () => {
    await page.goto(server.url);
    server.takeAsked();
    await page.tab("debug");
  });
  const longSecret = `${secret}, so that it has the sixty-four bytes of HS512`;
  const withSecret = { "debug-key": secret, ...expected };
  const shownToken = () => page.text("debug-token");

  it("a good token", async () => {
    await page.debug({ "debug-input": hs256(), ...withSecret }, "Accepted");
    deepEqual(await page.verdicts(), allPassed);
    equal(await page.text("debug-key-status"), "Secret for HS256.");
  });

  const refused: readonly Refused[] = [
    ["expired", { exp: now - hour }, {}, "expired", { Signature: "passed", Lifetime: "failed expired" }],
    ["not yet valid", { nbf: now + hour }, {}, "not_yet_valid", { Lifetime: "failed not_yet_valid" }],
    ["without exp", { exp: undefined }, {}, "claim_missing", { Lifetime: "failed claim_missing" }],
    [
      "of another issuer",
      { iss: "https://evil.example" },
      {},
      "issuer_mismatch",
      { Issuer: "failed issuer_mismatch", Audience: "passed" },
    ],
    [
      "for another audience",
      { aud: "others" },
      {},
      "audience_mismatch",
      { Issuer: "passed", Audience: "failed audience_mismatch" },
    ],
    ["without audience", { aud: undefined }, {}, "claim_missing", { Audience: "failed claim_missing" }],
    ["of another type", {}, { typ: "at+jwt" }, "typ_mismatch", { Type: "failed typ_mismatch" }],
    [
      "with crit",
      {},
      { crit: ["x"], x: 1 },
      "crit_unsupported",
      { Structure: "failed crit_unsupported", Signature: "open" },
    ],
    ["with a claim of the wrong type", { sub: 5 }, {}, "claim_invalid", { Structure: "failed claim_invalid" }],
    [
      "with another algorithm's name",
      {},
      { alg: "HS512" },
      "signature_invalid",
      { Algorithm: "passed", Signature: "failed signature_invalid" },
      {},
      longSecret,
    ],
    [
      "of another algorithm than was chosen",
      {},
      {},
      "alg_not_allowed",
      { Algorithm: "failed alg_not_allowed", Signature: "open", Lifetime: "claimed" },
      { "debug-alg": "HS512" },
      longSecret,
    ],
  ];
  for (const [name, claims, header, code, verdicts, fields = {}, key = secret] of refused) {
    it(`a token ${name}`, async () => {
      await page.debug(
        { "debug-input": hs256(claims, header), ...withSecret, ...fields, "debug-key": key },
        `Refused: ${code}`,
      );
      const seen = await page.verdicts();
      deepEqual(Object.fromEntries(Object.keys(verdicts).map((verdict) => [verdict, seen[verdict]])), verdicts);
    });
  }
  it("the type that is expected", async () => {
    await page.debug({ "debug-input": hs256({}, { typ: "at+jwt" }), ...withSecret, "debug-typ": "at+jwt" }, "Accepted");
  });

  it("without a key nothing is called verified", async () => {
    await page.debug({ "debug-input": hs256(), ...expected }, "Not verified");
    deepEqual(await page.verdicts(), {
      Structure: "passed",
      Algorithm: "open",
      Signature: "open",
      Lifetime: "claimed",
      Issuer: "claimed",
      Audience: "claimed",
      Type: "claimed",
    });
  });
  it("what is not checked is named", async () => {
    await page.debug({ "debug-input": hs256(), "debug-key": secret }, "Accepted");
    match(await page.text("debug-outcome"), /Not checked: issuer, audience/);
  });
  it("a weak secret is refused, with what to do", async () => {
    await page.debug({ "debug-input": hs256(), "debug-key": "secret" }, "Refused: signature_invalid");
    match(await page.text("debug-key-status"), /Applications refuse it: .*32 bytes or more, found 6/);
    const weak = { "debug-input": hs256({}, {}, "secret"), ...expected };
    await page.debug({ ...weak, "debug-key": "secret" }, "Signed with a secret that is too short");
    equal((await page.verdicts()).Signature, "passed");
    const spelt = { ...weak, "debug-key": Buffer.from("secret").toString("hex"), "debug-encoding": "hex" };
    await page.debug(spelt, "Signed with a secret that is too short");
    const asJwk = JSON.stringify({ kty: "oct", k: Buffer.from("secret").toString("base64url") });
    await page.debug({ ...weak, "debug-key": asJwk }, "Signed with a secret that is too short");
  });
  it("alg none", async () => {
    await page.debug({ "debug-input": unsecured }, "Refused: token_malformed");
    await page.debug({ "debug-input": unsecured, ...withSecret }, "Refused: alg_not_allowed");
    await page.debug({ "debug-input": unsecuredWithSignature, ...withSecret }, "Refused: alg_not_allowed");
    await page.debug({ "debug-input": unsecuredWithSignature }, "Refused: alg_not_allowed");
  });

  const keys: readonly (readonly [name: string, key: string, outcome: string, status: RegExp])[] = [
    ["a public PEM", es256.publicPem, "Accepted", /Public key for ES256/],
    ["a JWK", es256.jwk, "Accepted", /Public JWK for ES256, kid right/],
    ["a JWKS", es256.jwks, "Accepted", /2 of 3 keys can be used.*Key 2 \(a secret\) is not used/],
    ["a JWKS of others", es256.jwksOfOthers, "Refused: key_not_found", /1 of 1 key/],
    ["another key", es256.otherPem, "Refused: signature_invalid", /Public key/],
    ["a private key", es256.privatePem, "Accepted", /Private key for ES256.*Its public half verifies/],
    [
      "a private JWK",
      es256.privateJwkOfToken,
      "Accepted",
      /Private JWK for ES256, kid right.*Its public half verifies/,
    ],
    [
      "a set with its private key",
      es256.privateJwks,
      "Accepted",
      /2 of 2 keys can be used.*the public half verifies. Do not publish this set/,
    ],
    ["a secret", secret, "Refused: alg_not_allowed", /Secret for HS256/],
    ["JSON that is broken", '{"kty":', "The key is refused: invalid_key", /not JSON/],
  ];
  for (const [name, key, outcome, status] of keys) {
    it(`an ES256 token with ${name}`, async () => {
      await page.debug({ "debug-input": es256.token, "debug-key": key, ...expected }, outcome);
      match(await page.text("debug-key-status"), status);
    });
  }
  it("a public key is never a secret", async () => {
    await page.debug(
      { "debug-input": es256.confused, "debug-key": es256.publicPem, ...expected },
      "Refused: alg_not_allowed",
    );
  });
  it("secrets in base64, base64url and hex", async () => {
    for (const encoding of ["base64", "base64url", "hex"] as const) {
      await page.debug(
        {
          "debug-input": hs256(),
          "debug-key": Buffer.from(secret).toString(encoding),
          "debug-encoding": encoding,
          ...expected,
        },
        "Accepted",
      );
    }
  });

  it("a secret whose encoding was not said", async () => {
    for (const encoding of ["base64", "hex"] as const) {
      const key = Buffer.from(secret).toString(encoding);
      await page.debug({ "debug-input": hs256(), "debug-key": key, ...expected }, "Accepted");
      match(
        await page.text("debug-key-status"),
        new RegExp(`read as ${encoding}: so it signed this token, and as text it did not`),
      );
      await page.debug({ "debug-input": hs256({}, {}, "another"), "debug-key": key }, "Refused: signature_invalid");
    }
  });

  it("an RSA key is refused for a token of ECDSA", async () => {
    await page.debug(
      { "debug-input": es256.token, "debug-key": weakRsaPem, ...expected },
      "The key is refused: invalid_key",
    );
    match(await page.text("debug-key-status"), /expected P-256, for ES256, found RSA/);
  });

  const token = hs256();
  const places: readonly (readonly [name: string, text: string])[] = [
    ["an Authorization header", `Authorization: Bearer ${token}`],
    ["a bare Bearer", `bearer ${token}`],
    ["a URL with a fragment", `https://app.example/callback#state=xyz&access_token=${token}&expires_in=900`],
    ["an encoded URL", `https://app.example/?next=%2Fcb%3Fid_token%3D${token}%26x%3D1`],
    ["a cookie", `theme=dark; session=${token}; lang=en`],
    ["JSON", `{ "token_type": "Bearer", "id_token": "${token}" }`],
    ["lines of an e-mail", token.replace(/.{40}/g, "$&\n")],
  ];
  for (const [name, text] of places) {
    it(`the token in ${name}`, async () => {
      await page.debug({ "debug-input": text, ...withSecret }, "Accepted");
      equal(await shownToken(), token);
    });
  }
  it("two tokens in a URL, by name", async () => {
    await page.debug(
      {
        "debug-input": `https://app.example/#access_token=${token}&id_token=${hs256({ exp: now - hour })}`,
        ...withSecret,
      },
      "Accepted",
    );
    deepEqual(
      await page.run(() =>
        Array.from(globalThis.document.querySelectorAll("#debug-choices span"), (span) => span.textContent),
      ),
      ["access_token", "id_token"],
    );
    await page.click("#debug-choices label:last-child input");
    await until("outcome", page.outcome, (outcome) => outcome === "Refused: expired");
  });

  it("a token that was cut off is decoded as far as it goes", async () => {
    await page.debug({ "debug-input": token.slice(0, 120) }, "Refused: token_malformed");
    match(await page.text("debug-claims"), /isshttps:\/\/id\.example/);
    match(await page.text("debug-claims"), /The JSON is broken/);
    match(await page.text("debug-faults"), /cut off/);
  });
  it("an encrypted token", async () => {
    await page.debug({ "debug-input": encrypted }, "Encrypted");
    match(await page.text("debug-faults"), /encrypted token/);
    match(await page.text("debug-header"), /A256GCM/);
  });
  it("what is no token at all", async () => {
    await page.debug({ "debug-input": "hello" }, "Refused: token_malformed");
    match(await page.text("debug-faults"), /no dot/);
  });

  it("meanings and dates", async () => {
    const exp = Math.floor(Date.now() / 1000) + 2 * hour + 60;
    await page.debug({ "debug-input": hs256({ exp }) }, "Not verified");
    const claims = await page.text("debug-claims");
    match(claims, /Issuer: who made the token/);
    const local = await page.run((seconds) => new Date(seconds * 1000).getHours(), exp);
    match(claims, new RegExp(`, ${String(local).padStart(2, "0")}:\\d\\d:\\d\\d .* · in 2 hours`));
  });
  it("a verdict changes when the token ends", async () => {
    // The library's clock tolerance is five seconds.
    await page.debug({ "debug-input": hs256({ exp: Math.floor(Date.now() / 1000) - 3 }), ...withSecret }, "Accepted");
    await until("outcome", page.outcome, (outcome) => outcome === "Refused: expired");
  });

  it("hostile text is text", async () => {
    const hostile = '<img src="x" onerror="alert(1)"><script>alert(2)</script>';
    await page.debug(
      { "debug-input": hs256({ sub: hostile, [hostile]: "\u202eevil\u200b\u0007" }, { kid: hostile }), ...withSecret },
      "Accepted",
    );
    const claims = await page.text("debug-claims");
    ok(claims.includes(hostile), "shown as it is");
    ok(claims.includes("\\u{202e}evil\\u{200b}\\u{7}"), "what cannot be seen is spelt out");
    equal(
      await page.run(() => globalThis.document.querySelectorAll("main img, main script, main [onerror]").length),
      0,
    );
  });
  it("a long hostile token does not hang the page", async () => {
    const since = Date.now();
    await page.debug({ "debug-input": `${"eyJ.".repeat(50_000)}${"[".repeat(50_000)}` }, "Refused: token_malformed");
    ok(Date.now() - since < 10_000, `${Date.now() - since} ms`);
  });
  it("Clear leaves nothing behind", async () => {
    await page.debug({ "debug-input": token, ...withSecret }, "Accepted");
    await page.click("#debug-clear");
    await until("outcome", page.outcome, (outcome) => outcome === "No token yet");
    const left = await page.run(() =>
      [
        globalThis.document.body.textContent,
        ...Array.from(
          globalThis.document.querySelectorAll<HTMLInputElement>("input:not([type]), textarea"),
          ({ value }) => value,
        ),
      ].join(" "),
    );
    // The page is one document: what is left of a token anywhere in it would be found, shown or hidden.
    ok(!left.includes(token.slice(-20)) && !left.includes(secret));
  });
}

/** From http, and not from localhost: the page opens, decodes, and says why it does no more. */
export function checkWithoutCryptography(page: Playground, server: Served): void {
  it("without cryptography a token is decoded, and nothing else is offered", async () => {
    await page.goto(server.insecureUrl);
    ok(
      await page.run(
        () => !globalThis.isSecureContext && globalThis.document.getElementById("insecure")!.checkVisibility(),
      ),
    );
    await page.debug({ "debug-input": hs256() }, "Not verified");
    match(await page.text("debug-claims"), /user_123/);
    deepEqual(
      await page.run(() =>
        Array.from(globalThis.document.querySelectorAll(":disabled"), ({ id }) => id).filter(
          (id) => !id.startsWith("generate-"),
        ),
      ),
      ["tab-generate", "tab-secret", "debug-example"],
    );
    await page.debug({ "debug-input": hs256(), "debug-key": secret }, "The key is refused: unsupported_algorithm");
  });
}

/** What is there before anybody does anything: an example, or what the address names, of which no server hears. */
export function checkOpening(page: Playground, server: Served): void {
  it("with an example", async () => {
    await page.goto(server.url);
    await until("the example", page.outcome, (outcome) => outcome === "Accepted");
  });
  it("with the token behind #token=", async () => {
    server.takeAsked();
    const token = hs256();
    await page.goto(`${server.url}?linked#token=${token}`);
    await until("the token", page.outcome, (outcome) => outcome === "Not verified");
    equal(await page.value("debug-input"), token);
    ok(!server.takeAsked().join().includes(token.slice(0, 20)));
    deepEqual(
      (page.takeRequests?.() ?? []).filter(
        (address) => !address.startsWith(server.url) && !/^(?:data|file):/.test(address),
      ),
      [],
    );
  });
}
