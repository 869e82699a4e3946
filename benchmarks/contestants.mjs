/** A case made ready: every library that can do it, as an operation that takes the number of the turn. */

import { createClaims, policy } from "./claims.mjs";
import { createKey, renameKey } from "./keys.mjs";
import { librariesHere, load, primitives, takesPart } from "./libraries.mjs";
import { faults, mintTokens } from "./tokens.mjs";

/** Distinct inputs; more would only measure the processor's caches. */
const count = 256;

/** @returns {Promise<Map<string, (turn: number) => unknown>>} empty where the runtime lacks the algorithm */
export async function contestants(testCase) {
  const { algorithm, operation, size, fault, cache, keyCount, first } = testCase;
  const keySet = keyCount === undefined ? undefined : await keySetOf(algorithm, keyCount);
  const key = keySet === undefined ? await keyOf(algorithm) : keySet[Math.floor(keyCount / 2)];
  if (key === undefined) return new Map();
  const [token] = await mintTokens({ algorithm, key, size, count: 1 });
  const inputs = operation === "sign" ? createClaims(size, count) : await tokensOf({ algorithm, key, size, fault });

  const found = new Map();
  for (const name of librariesHere()) {
    if (!takesPart(name, testCase)) continue;
    const connect = await load(name);
    const library = await connect({ algorithm, key, keySet, cache, first, token });
    const run = method(library, testCase);
    if (run === undefined) continue;
    await prove(name, run, inputs[0], testCase);
    found.set(name, fault === undefined ? (turn) => run(inputs[turn % count]) : refusing(run, inputs, testCase));
  }
  return found;
}

/** Asynchronous cases take the synchronous libraries as they are. */
function method(library, { operation, mode }) {
  return mode === "sync" ? library[`${operation}Sync`] : (library[operation] ?? library[`${operation}Sync`]);
}

function refusing(run, inputs, { mode }) {
  if (mode === "sync") {
    return (turn) => {
      try {
        return run(inputs[turn % count]);
      } catch {
        return undefined;
      }
    };
  }
  return async (turn) => {
    try {
      return await run(inputs[turn % count]);
    } catch {
      return undefined;
    }
  };
}

/** A library that does not do the work is not measured: it stops the run. */
async function prove(name, run, input, { id, operation, fault }) {
  /** @type {{ value?: any, error?: any }} */
  const outcome = await Promise.resolve()
    .then(() => run(input))
    .then(
      (value) => ({ value }),
      (error) => ({ error }),
    );
  const worked =
    fault === undefined ? outcome.error === undefined && outcome.value !== false : outcome.error !== undefined;
  if (!worked) throw new Error(`${name} in ${id}: ${outcome.error ?? "accepted a bad token"}`);
  if (operation !== "sign" || primitives.includes(name)) return;
  const { iss, aud, iat, exp, sub } = JSON.parse(
    atob(outcome.value.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")),
  );
  if (iss !== policy.issuer || aud !== policy.audience || exp - iat !== policy.lifetime || sub !== input.sub)
    throw new Error(`${name} in ${id}: other claims`);
}

const keys = new Map();

async function keyOf(algorithm) {
  if (!keys.has(algorithm)) keys.set(algorithm, await createKey(algorithm).catch(unlessMissing));
  return keys.get(algorithm);
}

/** Web Crypto's word for an algorithm that the runtime does not have. */
function unlessMissing(error) {
  if (error.name !== "NotSupportedError") throw error;
}

const keySet = [];

/** Many names for a few dozen keys: what is measured is finding one. */
async function keySetOf(algorithm, size) {
  while (keySet.length < size) {
    const kid = `key-${keySet.length}`;
    keySet.push(keySet.length < 32 ? await createKey(algorithm, kid) : renameKey(keySet[keySet.length % 32], kid));
  }
  return keySet.slice(0, size);
}

const tokens = new Map();

/** Remembered: some runtimes take a second to sign them with RSA. */
async function tokensOf({ algorithm, key, size, fault }) {
  const name = [algorithm, key.kid, size, fault].join();
  if (!tokens.has(name)) tokens.set(name, await (faults[fault] ?? mintTokens)({ algorithm, key, size, count }));
  return tokens.get(name);
}
