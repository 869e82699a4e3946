// The recipes that fetch keys, with tokens as those who issue them make them, and with those that they have to refuse.
import { createSign, generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  createVerifier,
  ES256,
  generateKeyPair,
  importVerifyingKeySync,
  publicJwks,
  RS256,
  sign,
  unchecked,
  type Jwk,
  type SigningKey,
} from "mintmark";
import { readGuide } from "./guide.ts";
import { run } from "./programs.ts";
import { fixTheWorld, now } from "./tokens.ts";

const arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188";
fixTheWorld({ ALB_ARN: arn, ALB_CLIENT_ID: "client_1" });

const guide = await readGuide("special-tokens");
interface Recipe {
  readonly check: (token: string) => Promise<unknown>;
}

/** What the recipe's addresses answer, for as long as the tests of a recipe take. */
function recipe(
  name: string,
  answer: (url: string) => Response | Promise<Response>,
): { check: Recipe["check"]; asked: string[] } {
  const asked: string[] = [];
  let loaded: Recipe;
  beforeAll(async () => {
    vi.stubGlobal("fetch", async (url: string | URL) => {
      asked.push(String(url));
      return answer(String(url));
    });
    loaded = await run<Recipe>(guide.blocks(`ts ${name}`)[0]!);
  });
  afterAll(() => vi.unstubAllGlobals());
  return { check: (token) => loaded.check(token), asked };
}

describe("AWS load balancers", () => {
  const kid = "c2f80c8b-c05c-4068-af14-17299f7896b1";
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { check, asked } = recipe("alb", (url) =>
    url.endsWith(kid)
      ? new Response(keys.publicKey.export({ type: "spki", format: "pem" }))
      : new Response("", { status: 404 }),
  );

  const pad = (text: string): string => text.padEnd(Math.ceil(text.length / 4) * 4, "=");
  const segment = (value: object): string => pad(Buffer.from(JSON.stringify(value)).toString("base64url"));
  const seal = (input: string): string =>
    `${input}.${pad(createSign("sha256").update(input).sign({ key: keys.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url"))}`;
  /** With padding in both signed parts, whatever is changed. */
  function data(header: object = {}, claims: object = {}): string {
    const whole = {
      typ: "JWT",
      kid,
      alg: "ES256",
      iss: "https://id.example",
      client: "client_1",
      signer: arn,
      exp: now + 120,
      ...header,
    };
    for (let x = ""; ; x += "x") {
      const input = `${segment({ ...whole, x })}.${segment({ sub: "user_123", email: "a@b.example", x, ...claims })}`;
      if (/=\..*=$/.test(input)) return seal(input);
    }
  }

  test("a padded token is read, and its key fetched once", async () => {
    expect(data()).toMatch(/=\..*=\..*=$/);
    expect(await check(data())).toMatchObject({ sub: "user_123", email: "a@b.example" });
    expect(await check(data())).toMatchObject({ sub: "user_123" });
    expect(asked).toEqual([`https://public-keys.auth.elb.eu-west-1.amazonaws.com/${kid}`]);
  });
  test("it is no JWT: the key alone does not take it, with padding or without", async () => {
    const key = importVerifyingKeySync(keys.publicKey.export({ format: "jwk" }), ES256);
    const verifier = createVerifier(key, { issuer: unchecked, audience: unchecked, optional: ["exp", "iat"] });
    await expect(verifier.verify(data())).rejects.toMatchObject({ code: "token_malformed" });
    await expect(verifier.verify(data().replaceAll("=", ""))).rejects.toMatchObject({ code: "signature_invalid" });
  });
  test.each([
    ["another signer", data({ signer: arn.replace("web", "theirs") })],
    ["another client", data({ client: "client_2" })],
    ["expired, by its header", data({ exp: now - 1 })],
    ["without exp in its header", data({ exp: undefined })],
  ])("refused: %s", async (_, text) => {
    await expect(check(text)).rejects.toThrow("refused");
  });
  test.each([
    ["expired, by its claims", data({}, { exp: now - 60 }), "expired"],
    ["changed", data().replace(/\.[^.]+\./, `.${segment({ sub: "admin" })}.`), "signature_invalid"],
    ["of an unknown key", data({ kid: kid.replace("c2", "d2") }), "key_not_found"],
    ["of a kid that is a path", data({ kid: "../../latest/meta-data" }), "key_not_found"],
    ["of another algorithm", data({ alg: "HS256" }), "alg_not_allowed"],
  ])("refused: %s", async (_, text, code) => {
    await expect(check(text)).rejects.toMatchObject({ code });
    expect(asked.every((url) => /\/[0-9a-f-]{36}$/.test(url))).toBe(true);
  });
  test("two hundred forged tokens: a few requests, one for each key, and known keys go on", async () => {
    const before = asked.length;
    const forged = Array.from({ length: 100 }, (_, at) =>
      data({ kid: `${String(at).padStart(8, "0")}${kid.slice(8)}` }),
    );
    const results = await Promise.allSettled([...forged, ...forged].map((text) => check(text)));
    const codes = new Set(
      results.map((result) => result.status === "rejected" && (result.reason as { code: string }).code),
    );
    expect([...codes].sort()).toEqual(["key_not_found", "key_unavailable"]);
    // Five in half a minute, and a minute may have begun between.
    expect(asked.length - before).toBeLessThanOrEqual(10);
    expect(new Set(asked).size).toBe(asked.length);
    expect(await check(data())).toMatchObject({ sub: "user_123" });
  });
});

describe("Microsoft Entra", () => {
  const [ours, theirs] = ["0f0f0f0f-1111-2222-3333-444444444444", "9e9e9e9e-1111-2222-3333-444444444444"];
  const issuerOf = (tenant: string): string => `https://login.microsoftonline.com/${tenant}/v2.0`;
  let signing: SigningKey;
  let singleTenant: SigningKey;
  let keys: Jwk[];
  beforeAll(async () => {
    const pair = await generateKeyPair(RS256, { kid: "common-1" });
    const single = await generateKeyPair(RS256, { kid: "theirs-1" });
    signing = pair.privateKey;
    singleTenant = single.privateKey;
    const [common, one] = (await publicJwks([pair.publicKey, single.publicKey])).keys as [Jwk, Jwk];
    delete common.alg;
    keys = [
      { ...common, issuer: issuerOf("{tenantid}") },
      { ...one, issuer: issuerOf(theirs) },
    ];
  });
  const { check } = recipe("entra", () => Response.json({ keys }));
  const mint = (key: SigningKey, tid: string, iss = issuerOf(tid)): Promise<string> =>
    sign({ sub: "user_123", tid }, key, { issuer: iss, audience: "00000000-0000-0000-0000-00000000c11e" });

  test("a tenant that may come in, does", async () => {
    expect(await check(await mint(signing, ours))).toMatchObject({ sub: "user_123", tid: ours });
  });
  test("another does not, though its token is good", async () => {
    await expect(check(await mint(signing, theirs))).rejects.toThrow("refused");
  });
  test("iss and tid have to be of one tenant", async () => {
    await expect(check(await mint(signing, ours, issuerOf(theirs)))).rejects.toMatchObject({ code: "issuer_mismatch" });
    await expect(
      check(
        await sign({ sub: "user_123" }, signing, {
          issuer: issuerOf(ours),
          audience: "00000000-0000-0000-0000-00000000c11e",
        }),
      ),
    ).rejects.toMatchObject({ code: "claim_missing" });
  });
  test("a key for one tenant signs for no other", async () => {
    await expect(check(await mint(singleTenant, ours))).rejects.toMatchObject({ code: "issuer_mismatch" });
  });
});
