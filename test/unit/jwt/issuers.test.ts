// `createVerifierForIssuers` (RFC 8725 §3.8): picks the policy by `iss`, then checks all of it.
import { describe, expect, it, vi } from "vitest";
import { createVerifierForIssuers, unchecked } from "../../../src/index.ts";
import type { IssuerPolicy, Verifier } from "../../../src/index.ts";
import {
  at,
  countingKey,
  encode,
  forge,
  goodClaims,
  jwtHeader,
  key,
  sealed,
  second,
  stranger,
  strangerSecret,
  unrelated,
  without,
} from "./forge.ts";
import { codeOf, codeOfError, errorOf } from "./outcome.ts";

const now = at(second);
const a: IssuerPolicy = { issuer: "a", audience: "web", keys: key, now };
const b: IssuerPolicy = { issuer: "b", audience: "web", keys: stranger, now };
const tokenOf = (iss: unknown, secretOf?: Uint8Array, more: object = {}): string =>
  forge({ ...goodClaims, iss, ...more }, jwtHeader, secretOf);

/** All four functions, which have to agree. */
async function say(verifier: Verifier, token: unknown): Promise<string> {
  const jwt = token as string;
  const safe = async (): Promise<string> => {
    const [one, two] = [await verifier.safeVerify(jwt), verifier.safeVerifySync(jwt)];
    const [first, second_] = [one, two].map((result) => (result.ok ? "accepted" : codeOfError(result.error)));
    expect(second_).toBe(first);
    return first!;
  };
  const codes = [await codeOf(() => verifier.verify(jwt)), await codeOf(() => verifier.verifySync(jwt)), await safe()];
  expect(new Set(codes)).toEqual(new Set([codes[0]]));
  return codes[0]!;
}

describe("keys are bound to their issuer", () => {
  const verifier = createVerifierForIssuers([a, b]);

  it("each issuer's tokens by its own keys", async () => {
    expect(await say(verifier, tokenOf("a"))).toBe("accepted");
    expect(await say(verifier, tokenOf("b", strangerSecret))).toBe("accepted");
    expect((await verifier.verify(tokenOf("a"))).claims.iss).toBe("a");
  });

  it("not by another's (RFC 8725 §3.8)", async () => {
    expect(await say(verifier, tokenOf("a", strangerSecret))).toBe("signature_invalid");
    expect(await say(verifier, tokenOf("b"))).toBe("signature_invalid");
  });

  it("no other issuer's keys are even asked", async () => {
    const [one, two] = [countingKey(), countingKey({}, strangerSecret)];
    const counting = createVerifierForIssuers([
      { ...a, keys: one },
      { ...b, keys: two },
    ]);
    await say(counting, tokenOf("a", strangerSecret));
    expect(one.calls()).toBeGreaterThan(0);
    expect(two.calls()).toBe(0);
  });

  it.each<[string, unknown, string[]]>([
    ["an unknown iss", tokenOf("c"), ["issuer_mismatch"]],
    ["the empty iss", tokenOf(""), ["issuer_mismatch"]],
    ["another case", tokenOf("A"), ["issuer_mismatch"]],
    ["a name of the prototype", tokenOf("__proto__"), ["issuer_mismatch"]],
    ["constructor", tokenOf("constructor"), ["issuer_mismatch"]],
    ["a list", tokenOf(["a"]), ["issuer_mismatch", "claim_invalid"]],
    ["a number", tokenOf(5), ["issuer_mismatch", "claim_invalid"]],
    ["null", tokenOf(null), ["issuer_mismatch", "claim_invalid"]],
    ["no iss", forge(without("iss")), ["claim_missing"]],
    ["an inherited iss", forge(`{"__proto__":{"iss":"a"},"exp":${second + 60},"iat":${second}}`), ["claim_missing"]],
    ["a payload that is a list", forge("[]"), ["payload_invalid"]],
    ["a payload that is no UTF-8", sealed(encode(jwtHeader), encode(Uint8Array.of(0xff))), ["payload_invalid"]],
    ["a payload that is not base64url", sealed(encode(jwtHeader), "!"), ["token_malformed"]],
    ["an empty payload", sealed(encode(jwtHeader), ""), ["token_malformed"]],
    ["two parts", "a.b", ["token_malformed"]],
    ["undefined", undefined, ["token_malformed"]],
    ["a number for a token", 5, ["token_malformed"]],
    ["an overlong token", "x".repeat(16_385), ["token_too_large"]],
    ["a header that is broken", sealed("!", encode({ ...goodClaims, iss: "a" })), ["token_malformed"]],
    ["alg none", `${encode({ alg: "none" })}.${encode({ ...goodClaims, iss: "a" })}.`, ["alg_not_allowed"]],
  ])("refuses %s", async (_name, token, codes) => {
    expect(codes).toContain(await say(verifier, token));
  });

  it("says which claim told the policies apart", async () => {
    for (const token of [forge(without("iss")), tokenOf("c")])
      expect(await errorOf(() => verifier.verify(token))).toMatchObject({ claim: "iss" });
  });

  it("a refusal before the signature carries no claims", async () => {
    const unknown = await errorOf(() => verifier.verify(tokenOf("c")));
    expect(unknown).toMatchObject({ code: "issuer_mismatch", claim: "iss" });
    expect("claims" in (unknown as object)).toBe(false);
    expect(await errorOf(() => verifier.verify(tokenOf("a", undefined, { exp: 0 })))).toMatchObject({
      code: "expired",
      claims: { iss: "a" },
    });
  });
});

describe("each policy's options are applied, all of them", () => {
  it("audience, typ, match, maxTokenAge, clock", async () => {
    const verifier = createVerifierForIssuers([
      { ...a, audience: "api", typ: "at+jwt" },
      { ...b, keys: key, match: { nonce: "n-1" }, required: ["sub"] },
      { ...a, issuer: "c", maxTokenAge: 60, now: at(second + 100), clockTolerance: 0 },
      { ...a, issuer: "d", now: at(second + 1000) },
    ]);
    expect(await say(verifier, tokenOf("a"))).toBe("typ_mismatch");
    expect(await say(verifier, forge({ ...goodClaims, iss: "a" }, { alg: "HS256", typ: "at+jwt" }))).toBe(
      "audience_mismatch",
    );
    expect(await say(verifier, forge({ ...goodClaims, iss: "a", aud: "api" }, { alg: "HS256", typ: "at+jwt" }))).toBe(
      "accepted",
    );
    expect(await say(verifier, tokenOf("b"))).toBe("claim_missing");
    expect(await say(verifier, tokenOf("b", undefined, { nonce: "n-2" }))).toBe("claim_mismatch");
    expect(await say(verifier, tokenOf("b", undefined, { nonce: "n-1" }))).toBe("accepted");
    expect(await say(verifier, tokenOf("c"))).toBe("too_old");
    expect(await say(verifier, tokenOf("c", undefined, { iat: second + 50 }))).toBe("accepted");
    expect(await say(verifier, tokenOf("d"))).toBe("expired");
  });

  it("schema, denylist, replay", async () => {
    const add = vi.fn(() => false);
    const verifier = createVerifierForIssuers<never>([
      { ...a, schema: { "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [] }) } } },
      { ...b, keys: key, denylist: { has: () => true, hasSync: () => true } },
      { ...a, issuer: "c", replay: { add, addSync: add } },
    ] as never);
    expect(await say(verifier, tokenOf("a"))).toBe("schema_mismatch");
    expect(await say(verifier, tokenOf("b"))).toBe("revoked");
    expect(await say(verifier, tokenOf("c"))).toBe("replayed");
    expect(add).toHaveBeenCalledTimes(4);
  });

  it("maxTokenLength: the longest is let in, then each has its own", async () => {
    const token = tokenOf("a", undefined, { pad: "x".repeat(300) });
    const verifier = createVerifierForIssuers([
      { ...a, maxTokenLength: token.length - 1 },
      { ...b, keys: key, maxTokenLength: token.length },
    ]);
    expect(await say(verifier, token)).toBe("token_too_large");
    expect(await say(verifier, tokenOf("b", undefined, { pad: "x".repeat(300) }))).toBe("accepted");
    expect(await say(verifier, `${token}x`)).toBe("token_too_large");
  });

  it("several names of one issuer share a policy", async () => {
    const verifier = createVerifierForIssuers([{ ...a, issuer: ["a", "a2"] }, b]);
    expect(await say(verifier, tokenOf("a"))).toBe("accepted");
    expect(await say(verifier, tokenOf("a2"))).toBe("accepted");
    expect(await say(verifier, tokenOf("a2", strangerSecret))).toBe("signature_invalid");
  });

  it("options that a policy inherits are checks too, as they are for createVerifier", async () => {
    const inheriting: IssuerPolicy = Object.assign(Object.create({ match: { nonce: "n-1" }, subject: "nobody" }), a);
    expect(await codeOf(() => createVerifierForIssuers([inheriting]).verify(tokenOf("a")))).not.toBe("accepted");
  });

  it("a policy that is changed afterwards changes nothing", async () => {
    const policies = [{ ...a }, { ...b }];
    const verifier = createVerifierForIssuers(policies);
    policies[0]!.keys = stranger;
    policies.splice(0);
    expect(await say(verifier, tokenOf("a"))).toBe("accepted");
  });
});

describe("refuses, when it is made", () => {
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["no policies", []],
    ["one policy that is in no list", a],
    ["null among them", [a, null]],
    ["a text", ["a"]],
    ["a list of lists", [[a]]],
    ["one issuer twice", [a, { ...b, issuer: "a" }]],
    ["one issuer twice within a policy's names", [a, { ...b, issuer: ["b", "a"] }]],
    ["the same name twice", [{ ...a, issuer: ["a", "a"] }]],
    ["issuer unchecked: the issuer selects the policy", [{ ...a, issuer: unchecked }]],
    ["issuer unchecked beside another", [b, { ...a, issuer: unchecked }]],
    ["no issuer", [{ audience: "web", keys: key }]],
    ["no audience", [{ issuer: "a", keys: key }]],
    ["no keys", [{ issuer: "a", audience: "web" }]],
    ["keys: undefined", [{ ...a, keys: undefined }]],
    ["an empty list of keys", [{ ...a, keys: [] }]],
    ["an empty issuer", [{ ...a, issuer: "" }]],
    ["an unknown option", [{ ...a, audiance: "x" }]],
    ["an option that is undefined", [{ ...a, subject: undefined }]],
    ["cache 0", [{ ...a, cache: 0 }]],
  ])("%s", async (_name, policies) => {
    expect(await codeOf(() => createVerifierForIssuers(policies as never))).toBe("invalid_argument");
  });

  it("sync_unavailable before the token is read, when any policy has no synchronous form", async () => {
    const verifier = createVerifierForIssuers([a, { ...b, keys: { alg: "HS256", verify: () => true } }]);
    for (const token of [tokenOf("a"), "x"]) {
      expect(await codeOf(() => verifier.verifySync(token))).toBe("sync_unavailable");
      expect(await codeOf(() => verifier.safeVerifySync(token))).toBe("sync_unavailable");
    }
    expect(await codeOf(() => verifier.verify(tokenOf("a")))).toBe("accepted");
  });

  it("a key that nobody expects verifies nothing", async () => {
    expect(await say(createVerifierForIssuers([{ ...a, keys: unrelated }]), tokenOf("a"))).toBe("signature_invalid");
  });
});
