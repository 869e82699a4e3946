// Claims as a form and as JSON, keys that are pasted, what is refused, and secrets.
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { beforeAll, it } from "vitest";
import type { Playground } from "./playground.ts";
import { es256, secret } from "./tokens.ts";
import { until } from "./until.ts";

const partOf = (token: string, at: number) =>
  JSON.parse(Buffer.from(token.split(".")[at]!, "base64url").toString()) as Record<string, unknown>;
const headerOf = (token: string) => partOf(token, 0);
const payloadOf = (token: string) => partOf(token, 1);

export function checkGenerating(page: Playground): void {
  let token: string;
  beforeAll(async () => {
    await page.tab("generate");
    await page.choose("generate-source", "new");
    await page.fill({ "generate-alg": "ES256" });
    token = await page.made("ES256");
  });
  const remade = async () => (token = await page.made("ES256", token));
  const setJson = (json: unknown) =>
    page.fill({ "generate-json": typeof json === "string" ? json : JSON.stringify(json) });
  const lines = (id: string) =>
    page.run(
      (name) =>
        Array.from(globalThis.document.querySelectorAll(`#${name}:not([hidden]) li`), (item) => item.textContent),
      id,
    );
  const refusals = async (...patterns: readonly RegExp[]) => {
    const seen = await until(
      "refusals",
      () => lines("generate-refusals"),
      (found) => found.length === patterns.length,
    );
    patterns.forEach((pattern, i) => {
      match(seen[i]!, pattern);
    });
    equal(await page.text("generate-token"), "", "no token is left from before");
  };
  const plain = { iss: "https://id.example", sub: "user_123", aud: "orders" };

  it("the form writes the JSON", async () => {
    await page.fill({ "generate-sub": "ada", "generate-aud": "orders, bills" });
    deepEqual(JSON.parse(await page.value("generate-json")), {
      iss: "https://id.example",
      sub: "ada",
      aud: ["orders", "bills"],
      role: "admin",
    });
    const { sub, aud, role } = payloadOf(await remade());
    deepEqual({ sub, aud, role }, { sub: "ada", aud: ["orders", "bills"], role: "admin" });
  });
  it("the JSON fills the form", async () => {
    await setJson({ ...plain, sub: "grace", admin: true, level: 3, "text that is digits": "12" });
    equal(await page.value("generate-sub"), "grace");
    deepEqual(
      await page.run(() =>
        Array.from(
          globalThis.document.querySelectorAll<HTMLInputElement>("#generate-rows input"),
          ({ value }) => value,
        ),
      ),
      ["admin", "true", "level", "3", "text that is digits", '"12"'],
    );
    const { admin, level } = payloadOf(await remade());
    deepEqual([admin, level], [true, 3]);
  });
  it("claims are added and removed", async () => {
    await setJson(plain);
    await remade();
    await page.click("#generate-add");
    await page.type("plan");
    await page.press("Tab");
    await page.type("free");
    await until(
      "the JSON",
      () => page.value("generate-json"),
      (json) => (JSON.parse(json) as { plan?: string }).plan === "free",
    );
    await page.click("#generate-rows button");
    ok(!("plan" in (JSON.parse(await page.value("generate-json")) as object)));
    await remade();
  });
  it("lifetime, token ID, type and key ID", async () => {
    await page.fill({
      "generate-lifetime": "8h",
      "generate-jti": true,
      "generate-typ": "at+jwt",
      "generate-kid": "2026-11",
    });
    await until(
      "the header",
      async () => headerOf((token = (await page.text("generate-token")) || token)),
      ({ kid, typ }) => kid === "2026-11" && typ === "at+jwt",
    );
    const { iat, exp, jti } = payloadOf(token);
    equal(Number(exp) - Number(iat), 8 * 3600);
    match(String(jti), /^[0-9a-f-]{36}$/);
    await page.fill({ "generate-lifetime": "15m", "generate-jti": false, "generate-typ": "JWT", "generate-kid": "" });
    await until(
      "the header",
      async () => headerOf((token = (await page.text("generate-token")) || token)),
      ({ kid, typ }) => kid !== "2026-11" && typ === "JWT",
    );
  });

  it("another key ID is no other key, and without one it is the thumbprint", async () => {
    const publicKey = await page.text("generate-public");
    const thumbprint = headerOf(token).kid;
    for (const [typed, kid] of [
      ["a", "a"],
      ["", thumbprint],
    ] as const) {
      await page.fill({ "generate-kid": typed });
      await until(
        "the header",
        async () => headerOf((token = await page.text("generate-token"))),
        (header) => header.kid === kid,
      );
      equal(await page.text("generate-public"), publicKey);
    }
    await page.fill({ "generate-alg": "HS256" });
    token = await page.made("HS256");
    const secretText = await page.text("generate-private");
    for (const kid of ["a", undefined]) {
      await page.fill({ "generate-kid": kid ?? "" });
      await until(
        "the header",
        async () => headerOf((token = await page.text("generate-token"))),
        (header) => header.kid === kid,
      );
      equal(await page.text("generate-private"), secretText);
    }
    await page.fill({ "generate-alg": "ES256" });
    token = await page.made("ES256");
  });

  it("everything that sign refuses is said at once", async () => {
    await setJson({ sub: 5, password: "hunter2", aud: [], exp: "2h", nested: { client_secret: "x" } });
    await refusals(
      /^sub: expected a non-empty string, found 5/,
      /"password" is readable by anyone/,
      /^aud: expected at least one string/,
      /"client_secret" is readable/,
      /^exp: expected seconds since 1970 as a number/,
    );
  });
  it("JSON that is none, or no object", async () => {
    await setJson('{ "sub": ');
    await refusals(/^claims: not JSON/);
    await setJson("[1]");
    await refusals(/^claims: expected a JSON object/);
  });
  it("lifetimes that sign refuses", async () => {
    await setJson(plain);
    for (const [lifetime, pattern] of [
      ["900", /^expiresIn: expected seconds as a number, or a string such as "15m"/],
      ["500d", /maxLifetime/],
      ["0s", /never be good/],
    ] as const) {
      await page.fill({ "generate-lifetime": lifetime });
      await refusals(pattern);
    }
    await page.fill({ "generate-lifetime": "15m" });
    await remade();
  });
  it("milliseconds in a date", async () => {
    await setJson({ ...plain, exp: Date.now() + 60_000 });
    await refusals(/^exp: expected seconds \(not milliseconds\) since 1970/);
  });
  it("a type that sign refuses", async () => {
    await setJson(plain);
    await page.fill({ "generate-typ": "" });
    await refusals(/^typ: expected a non-empty string/);
    await page.fill({ "generate-typ": "JWT" });
    await remade();
  });
  it("warnings for what sign lets pass", async () => {
    await setJson('{ "id": 12345678901234567890 }');
    await page.fill({ "generate-lifetime": "30d" });
    const warnings = await until(
      "warnings",
      () => lines("generate-warnings"),
      (found) => found.length === 5,
    );
    for (const [i, pattern] of [
      /too large a number/,
      /No issuer/,
      /No audience/,
      /No subject/,
      /more than a day/,
    ].entries())
      match(warnings[i]!, pattern);
    await page.fill({ "generate-lifetime": "15m" });
    await setJson(plain);
    await until(
      "warnings",
      () => lines("generate-warnings"),
      (found) => found.length === 0,
    );
    await remade();
  });

  it("a pasted PEM and JWK", async () => {
    await page.choose("generate-source", "pasted");
    await page.fill({ "generate-key": es256.privatePem });
    await until(
      "the public key",
      () => page.text("generate-public"),
      (pem) => pem === es256.publicPem,
    );
    await page.fill({ "generate-key": es256.privateJwk });
    await until(
      "the token",
      async () => (await page.text("generate-token")) || "e30.",
      (made) => headerOf(made).kid === "from-jwk",
    );
  });
  it("a pasted public key is refused", async () => {
    await page.fill({ "generate-key": es256.publicPem });
    match(await until("the refusal", () => page.text("generate-key-status")), /no private key/);
    match(await page.text("generate-status"), /No token/);
  });
  it("a pasted secret, opened in Debug", async () => {
    await page.fill({ "generate-alg": "HS256", "generate-key": secret });
    await page.made("HS256");
    await page.click("#generate-debug");
    await until("outcome", page.outcome, (outcome) => outcome === "Accepted");
    equal(await page.value("debug-key"), secret);
    await page.tab("generate");
  });
  it("a weak secret is refused", async () => {
    await page.fill({ "generate-key": "secret" });
    match(
      await until("the refusal", () => page.text("generate-key-status")),
      /needs a secret of 32 bytes or more, found 6/,
    );
    await page.choose("generate-source", "new");
    await page.made("HS256");
  });
  it("public keys as PEM, JWK and JWKS", async () => {
    await page.fill({ "generate-alg": "ES256" });
    await page.made("ES256");
    match(await page.text("generate-public"), /^-----BEGIN PUBLIC KEY-----/);
    await page.choose("generate-public-form", "jwk");
    const jwk = JSON.parse(await page.text("generate-public")) as object;
    deepEqual(Object.keys(jwk).sort(), ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    await page.choose("generate-public-form", "jwks");
    deepEqual(JSON.parse(await page.text("generate-public")), { keys: [jwk] });
    await page.choose("generate-public-form", "pem");
  });
  it("a private key is shown when asked for", async () => {
    const visible = () => page.run(() => globalThis.document.getElementById("generate-private")!.checkVisibility());
    equal(await visible(), false);
    await page.click("#generate-show");
    equal(await visible(), true);
    match(await page.text("generate-private"), /^-----BEGIN PRIVATE KEY-----/);
    await page.click("#generate-show");
    equal(await visible(), false);
  });
  it("a larger RSA key", async () => {
    await page.fill({ "generate-alg": "RS256", "generate-size": "3072" });
    await until(
      "the public key",
      () => page.text("generate-public"),
      (pem) => pem.length > 600,
    );
    equal(Buffer.from((await page.made("RS256")).split(".")[2]!, "base64url").length, 384);
    await page.fill({ "generate-size": "2048" });
    await until(
      "the public key",
      () => page.text("generate-public"),
      (pem) => pem.length < 600,
    );
  });
}

export function checkSecrets(page: Playground): void {
  beforeAll(async () => {
    await page.tab("secret");
  });
  const seen = new Set<string>();
  for (const [alg, length] of [
    ["HS256", 32],
    ["HS384", 48],
    ["HS512", 64],
  ] as const) {
    it(`${alg}: ${length} bytes in three forms, new each time`, async () => {
      await page.choose("secret-alg", alg);
      await until(
        "the secret",
        () => page.text("secret-hex"),
        (hex) => hex.length === 2 * length,
      );
      for (let i = 0; i < 3; i++) {
        const hex = await page.text("secret-hex");
        const bytes = Buffer.from(hex, "hex");
        equal(await page.text("secret-base64"), bytes.toString("base64"));
        equal(await page.text("secret-base64url"), bytes.toString("base64url"));
        ok(!seen.has(hex));
        seen.add(hex);
        await page.click("#secret-another");
        await until(
          "another secret",
          () => page.text("secret-hex"),
          (other) => other !== hex,
        );
      }
    });
  }
  it("is signed with in Generate", async () => {
    const base64 = await page.text("secret-base64");
    await page.click("#secret-use");
    await page.made("HS512");
    equal(await page.value("generate-key"), base64);
    equal(await page.value("generate-encoding"), "base64");
    await page.choose("generate-source", "new");
  });
}
