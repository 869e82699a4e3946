/**
 * Would public-key operations that are shorter than the way to another thread be better made at once? Three ways in the same rounds:
 * `crypto.subtle` as the library asks it; `node:crypto` at once, always; and "alone", which makes an operation at once where it comes
 * alone, and asks `subtle` where others are under way. jose beside them. Operations per millisecond, the median of the ratios to `subtle`
 * within a round, and the 99th percentile of the event loop's delay in milliseconds; on every core, and on one:
 *
 *   npm run build && npm run tools -- -w benchmarks && npm run runtimes && node benchmarks/at-once.mjs
 *   taskset -c 0 node benchmarks/at-once.mjs
 *
 * `--rounds 9 --slice 80`: less or more. docs/performance/at-once.md says what came of it.
 */

import nodeCrypto from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { jwtVerify, SignJWT } from "jose";
import * as mintmark from "../dist/index.js";
import { createKey } from "./keys.mjs";
import { policy, withRegisteredClaims } from "./claims.mjs";
import { summarize } from "./statistics.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "9" }, slice: { type: "string", default: "80" } },
});
const [rounds, slice] = [Number(values.rounds), Number(values.slice)];
const claims = { sub: "user_123", role: "admin" };
const { subtle } = globalThis.crypto;

/** The operations that take less time than the way to another thread, each asked in both ways. */
const operations = [
  {
    algorithm: "RS256",
    operation: "verify",
    later:
      ({ verifying: { cryptoKey } }) =>
      (data, signature) =>
        subtle.verify({ name: "RSASSA-PKCS1-v1_5" }, cryptoKey, signature, data),
    now:
      ({ verifying: { keyObject } }) =>
      (data, signature) =>
        nodeCrypto.verify("sha256", data, keyObject, signature),
  },
  {
    algorithm: "ES256",
    operation: "sign",
    later:
      ({ signing: { cryptoKey } }) =>
      async (data) =>
        new Uint8Array(await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, cryptoKey, data)),
    now:
      ({ signing: { keyObject } }) =>
      (data) =>
        fromDer(nodeCrypto.sign("sha256", data, keyObject)),
  },
  {
    algorithm: "EdDSA",
    operation: "sign",
    later:
      ({ signing: { cryptoKey } }) =>
      async (data) =>
        new Uint8Array(await subtle.sign("Ed25519", cryptoKey, data)),
    now:
      ({ signing: { keyObject } }) =>
      (data) =>
        new Uint8Array(nodeCrypto.sign(null, data, keyObject)),
  },
];

/** Loads: each runs an operation for a slice, and gives the operations per millisecond. */
const loads = {
  "one at a time": async (run) =>
    measure(async (isOver) => {
      while (!isOver()) await run();
    }),
  "32 at a time": async (run) =>
    measure(async (isOver) => {
      while (!isOver()) await Promise.all(Array.from({ length: 32 }, run));
    }),
  "200 in flight": async (run) =>
    measure(async (isOver) => {
      // A request is an event of its own, as it is when it comes from a socket.
      const client = async () => {
        while (!isOver()) {
          await new Promise((resolve) => setImmediate(resolve));
          await run();
        }
      };
      await Promise.all(Array.from({ length: 200 }, client));
    }),
};

let done = 0;

async function measure(load) {
  done = 0;
  const started = performance.now();
  await load(() => performance.now() - started > slice);
  return done / (performance.now() - started);
}

for (const { algorithm, operation, later, now } of operations) {
  const key = await createKey(algorithm);
  const ways = { subtle: later(key), "at once": now(key), alone: ifAlone(now(key), later(key)) };
  const contenders = new Map();
  for (const [name, ask] of Object.entries(ways)) contenders.set(name, await withKey(algorithm, operation, ask, key));
  contenders.set("jose", await withJose(algorithm, operation, key));
  for (const [load, runLoad] of Object.entries(loads)) {
    /** @type {Map<string, { rate: number, p99: number }[]>} */
    const found = new Map([...contenders.keys()].map((name) => [name, []]));
    for (let round = -1; round < rounds; round++) {
      for (const [name, run] of [...contenders].sort(() => Math.random() - 0.5)) {
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        const rate = await runLoad(async () => {
          await run();
          done++;
        });
        await pause(3);
        delay.disable();
        if (round >= 0) found.get(name)?.push({ rate, p99: delay.percentile(99) / 1e6 });
      }
    }
    const cells = [...found].map(([name, list]) => {
      const median = (numbers) => summarize(numbers).median;
      const ratio = median(list.map(({ rate }, round) => rate / (found.get("subtle")?.[round]?.rate ?? Number.NaN)));
      return `${name} ${median(list.map(({ rate }) => rate)).toFixed(1)} (×${ratio.toFixed(2)}, p99 ${median(list.map(({ p99 }) => p99)).toFixed(1)})`;
    });
    console.log(`${algorithm} ${operation}, ${load}: ${cells.join(", ")}`);
  }
}

/** A token signed or verified by mintmark, with a key of our own. */
async function withKey(algorithm, operation, ask, key) {
  if (operation === "sign") {
    const signer = mintmark.createSigner(
      { alg: algorithm, sign: ask },
      { issuer: policy.issuer, audience: policy.audience },
    );
    return () => signer.sign(claims);
  }
  const verifier = mintmark.createVerifier(
    { alg: algorithm, verify: ask },
    { issuer: policy.issuer, audience: policy.audience },
  );
  const token = await joseToken(algorithm, key);
  return () => verifier.verify(token);
}

async function withJose(algorithm, operation, key) {
  if (operation === "sign") return () => joseToken(algorithm, key);
  const token = await joseToken(algorithm, key);
  const { issuer, audience } = policy;
  const options = { issuer, audience, algorithms: [algorithm], requiredClaims: ["exp", "iat"] };
  return () => jwtVerify(token, key.verifying.cryptoKey, options);
}

function joseToken(algorithm, key) {
  const token = new SignJWT(withRegisteredClaims(claims)).setProtectedHeader({ alg: algorithm, typ: "JWT" });
  return token.sign(key.signing.cryptoKey);
}

/** At once where an operation comes alone, and the one before did; after 64 in a row one leaves the thread, to see whether others come. */
function ifAlone(now, later) {
  let left = 64;
  let answering = false;
  let away = 0;
  let crowded = false;
  const answered = () => {
    answering = false;
  };
  const returned = () => {
    away--;
    left = 64;
  };
  return (...given) => {
    const wasCrowded = crowded;
    crowded = answering || away > 0;
    if (left > 0 && !crowded && !wasCrowded) {
      left--;
      answering = true;
      void Promise.resolve().then(answered);
      return now(...given);
    }
    away++;
    const answer = later(...given);
    answer.then(returned, returned);
    return answer;
  };
}

/** r and s of 32 octets each, from DER. */
function fromDer(der) {
  const signature = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const next = at + 2 + der[at + 1];
    const digits = der.subarray(at + 2, next).slice(-32);
    signature.set(digits, end - digits.length);
    at = next;
  }
  return signature;
}
