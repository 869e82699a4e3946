/**
 * What `verify` and `sign` cost for checking their options on every call, beside `createVerifier` and `createSigner`, and what remembering
 * them for frozen options would leave of that: microseconds a token, medians of interleaved rounds.
 *
 *   npm run build && node benchmarks/one-shot.mjs
 */

import {
  createSigner,
  createVerifier,
  generateSecret,
  HS256,
  sign,
  signSync,
  verify,
  verifySync,
} from "../dist/index.js";
import { summarize } from "./statistics.mjs";

const [rounds, calls] = [31, 2000];
const key = await generateSecret(HS256);
const claims = { role: "admin", scope: "orders:read orders:write" };
const issued = Object.freeze({
  issuer: "https://id.example",
  audience: "orders",
  subject: "user_123",
  expiresIn: "1h",
});
const expected = Object.freeze({ issuer: "https://id.example", audience: "orders" });
const tokens = Array.from({ length: 256 }, (_, at) => signSync({ ...claims, session: `session-${at}` }, key, issued));
const [signer, verifier] = [createSigner(key, issued), createVerifier(key, expected)];

/** A memory by identity, for options whose members cannot change either. */
function remember(create) {
  const known = new WeakMap();
  return (key, options) => {
    const found = known.get(options);
    if (found?.key === key) return found.made;
    const made = create(key, options);
    const isFixed = [options, ...Object.values(options)].every((value) => Object.isFrozen(value));
    if (isFixed) known.set(options, { key, made });
    return made;
  };
}
const [signerOf, verifierOf] = [remember(createSigner), remember(createVerifier)];

/** @type {Record<string, (at: number) => unknown>} */
const cases = {
  "verifySync(token, key, expected)": (at) => verifySync(/** @type {string} */ (tokens[at]), key, expected),
  "verifySync, remembered": (at) => verifierOf(key, expected).verifySync(tokens[at]),
  "createVerifier(…).verifySync(token)": (at) => verifier.verifySync(/** @type {string} */ (tokens[at])),
  "verify(token, key, expected)": (at) => verify(/** @type {string} */ (tokens[at]), key, expected),
  "verify, remembered": (at) => verifierOf(key, expected).verify(tokens[at]),
  "createVerifier(…).verify(token)": (at) => verifier.verify(/** @type {string} */ (tokens[at])),
  "signSync(claims, key, options)": () => signSync(claims, key, issued),
  "signSync, remembered": () => signerOf(key, issued).signSync(claims),
  "createSigner(…).signSync(claims)": () => signer.signSync(claims),
  "sign(claims, key, options)": () => sign(claims, key, issued),
  "sign, remembered": () => signerOf(key, issued).sign(claims),
  "createSigner(…).sign(claims)": () => signer.sign(claims),
};

/** @type {Record<string, number[]>} */
const found = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = -5; round < rounds; round++) {
  for (const [name, once] of Object.entries(cases).toSorted(() => Math.random() - 0.5)) {
    const isAsync = once(0) instanceof Promise;
    const since = performance.now();
    for (let call = 0; call < calls; call++) {
      if (isAsync) await once(call % tokens.length);
      else once(call % tokens.length);
    }
    if (round >= 0) found[name]?.push(((performance.now() - since) * 1000) / calls);
  }
}
for (const [name, times] of Object.entries(found)) {
  const { median, low, high } = summarize(times);
  console.log(`${name.padEnd(36)} ${median.toFixed(2)} µs ±${((high - low) / 2).toFixed(2)}`);
}
