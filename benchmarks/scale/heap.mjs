/**
 * The heap, in megabytes, while a verifier with a cache of a thousand tokens meets a million of them, every one
 * with a payload and a header of its own.
 */

import { createHmac, randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createVerifier, importSecret, HS256 } from "../../dist/index.js";
import { createVerifier as createFastVerifier } from "fast-jwt";
import { policy, withRegisteredClaims } from "../claims.mjs";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

const total = 1_000_000;
const step = 100_000;
const cache = 1000;

const secret = randomBytes(32);
const key = await importSecret(secret, HS256);
const expected = { issuer: policy.issuer, audience: policy.audience };
/** @type {import("fast-jwt").VerifierOptions & { key: Buffer }} */
const fastExpected = { key: secret, algorithms: ["HS256"], allowedIss: policy.issuer, allowedAud: policy.audience };
const verifiers = {
  mintmark: createVerifier(key, { ...expected, cache }).verifySync,
  "fast-jwt": createFastVerifier({ ...fastExpected, cache }),
};

const results = {};
for (const [name, verify] of Object.entries(verifiers)) {
  const heap = [];
  for (let seen = 0; seen <= total; seen++) {
    if (seen % step === 0) heap.push({ seen, megabytes: usedHeap() });
    verify(mint(seen));
  }
  results[name] = heap;
}
console.log(JSON.stringify({ total, cache, results }));

function usedHeap() {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

function mint(number) {
  const input = `${segment({ alg: "HS256", typ: "JWT", request: number })}.${segment(withRegisteredClaims({ sub: `user-${number}` }))}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

function segment(value) {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
