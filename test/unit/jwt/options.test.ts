// Of a dozen options one is wrong: the error says which. What else it says is for people, and not looked at here.
import { expect, it } from "vitest";
import { createSigner, createVerifier, createVerifierForIssuers } from "../../../src/index.ts";
import type { IssuerPolicy, SigningKeySource } from "../../../src/index.ts";
import { expected, forge, key } from "./forge.ts";
import { errorOf } from "./outcome.ts";

const textOf = async (attempt: () => unknown): Promise<string> => String(await errorOf(attempt));

it.each<[string, unknown]>([
  ["issuer", 5],
  ["issuer", undefined],
  ["audience", 5],
  ["audience", undefined],
  ["subject", 5],
  ["typ", 5],
  ["required", 5],
  ["optional", ["nbf"]],
  ["match", {}],
  ["match", 5],
  ["match", { role: null }],
  ["match", { role: { oneOf: [] } }],
  ["match", { role: { oneOf: ["a"], contains: "b" } }],
  ["match", Object.defineProperty({ role: "admin" }, "hidden", { value: 1 })],
  ["allowNumericSubject", "yes"],
  ["clockTolerance", "2h"],
  ["clockTolerance", "soon"],
  ["maxTokenAge", 0],
  ["maxTokenAge", "soon"],
  ["maxTokenLength", 0],
  ["cache", 0],
  ["schema", {}],
  ["denylist", {}],
  ["replay", {}],
  ["onStoreError", "allow"],
  ["onStoreError", "ignore"],
  ["storeTimeout", 0],
  ["storeTimeout", "soon"],
])("verifier: %s %o", async (name, value) => {
  expect(await textOf(() => createVerifier(key, { ...expected, [name]: value }))).toMatch(
    new RegExp(`^TypeError: ${name}: `),
  );
});

it.each(["issuer", "audience"])("verifier: whoever forgets %s is told how not to check it", async (name) => {
  expect(await textOf(() => createVerifier(key, { ...expected, [name]: undefined }))).toContain("unchecked");
});

it("verifier, for one call", async () => {
  const verify = (options: unknown) => createVerifier(key, expected).verify(forge(), options as never);
  expect(await textOf(() => verify({ beforeReplay: 5 }))).toMatch(/^TypeError: beforeReplay: /);
  expect((await verify({ beforeReplay: undefined })).header.alg).toBe("HS256");
});

it.each([5, null, "policy", [expected]])("verifier for issuers: a policy that is %o", async (policy) => {
  expect(
    await textOf(() => createVerifierForIssuers([{ ...expected, keys: key }, policy as unknown as IssuerPolicy])),
  ).toMatch(/^TypeError: policies: /);
});

it.each<[string, unknown]>([
  ["typ", 5],
  ["issuer", 5],
  ["subject", 5],
  ["audience", 5],
  ["jwtId", 5],
  ["expiresIn", "soon"],
  ["expiresAt", "soon"],
  ["notBefore", 5],
  ["notBefore", "soon"],
  ["maxLifetime", "soon"],
  ["sensitiveClaims", "none"],
])("signer: %s %o", async (name, value) => {
  expect(await textOf(() => createSigner(key, { [name]: value }))).toMatch(new RegExp(`^TypeError: ${name}: `));
});

it.each([0, -1, NaN, "1h", null])("signer: a key source with the maxLifetime %o", async (maxLifetime) => {
  const source: SigningKeySource = { current: () => Promise.resolve(key), maxLifetime: maxLifetime as number };
  expect(await textOf(() => createSigner(source))).toMatch(/^TypeError: maxLifetime of a key source: /);
});
