// What `console.log` shows of key sets and rings: the values of their members.
import { inspect } from "node:util";
import { expect, it } from "vitest";
import { createKeyRing, ES256, exportJwk, generateKeyPair, localJwks, remoteJwks } from "../../../src/index.ts";

const { publicKey } = await generateKeyPair(ES256, { kid: "2026-11" });
const secret = { kty: "oct", k: "AAAA", kid: "a secret" };
const jwks = { keys: [await exportJwk(publicKey), secret] };

it("a local key set", async () => {
  const keys = await localJwks(jwks, { algorithms: [ES256] });
  const shown = inspect(keys, { depth: 3 });
  expect(shown).toContain("size: 1,");
  expect(shown).toContain("kid: 'a secret'");
  expect(shown).not.toMatch(/Getter|AAAA/);
  expect(Object.isFrozen(keys)).toBe(true);
  expect(Object.getOwnPropertyNames(keys)).toEqual(Object.keys(keys));
});

it("a remote key set and its state, before and after it is fetched", async () => {
  const fetch = () => Promise.resolve(Response.json(jwks));
  const keys = remoteJwks("https://id.example/jwks", { algorithms: [ES256], fetch });
  expect(inspect(keys)).toMatch(/state: \{\s+size: 0,/);
  await keys.reload();
  expect(inspect(keys, { depth: 3 })).toMatch(/state: \{\s+size: 1,/);
  expect(inspect(keys.state)).toMatch(/^\{\s+size: 1,\s+passedOver: \[.*lastSuccess: 2/s);
  expect(inspect(keys, { depth: 5 })).not.toMatch(/Getter|AAAA/);
});

it("a key ring", async () => {
  const ring = createKeyRing({ algorithm: ES256, rotateEvery: "30d", publishAhead: "1d", retainFor: "1h" });
  await ring.refresh();
  const shown = inspect(ring, { depth: 5 });
  expect(shown).toMatch(/state: \{/);
  expect(shown).not.toMatch(/Getter/);
});
