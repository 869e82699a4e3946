// What is compared: two kinds of input that an attacker could tell apart by time, and what the times are to show.
import { createHmac, createSecretKey } from "node:crypto";
import { createRequire } from "node:module";
import * as native from "../../../dist/index.js";

// The first copy of the package has found node:crypto by now, and keeps it; the second finds none, and goes through crypto.subtle.
await native.generateSecret(native.HS256);
Object.assign(process, { getBuiltinModule: undefined });
// Writing down where an error was made takes longer than all that is compared here.
Error.stackTraceLimit = 0;
const portable = createRequire(import.meta.url)("../../../dist/index.cjs");

const expected = { issuer: "my-api", audience: "web" };
const secret = "a secret of 64 bytes or more, kept safe, since HS512 wants that many of them";
const inputs = 32;

/**
 * Tokens with the right signature, each with claims of its own.
 *
 * @param {native.HmacAlgorithm} alg
 * @param {{ claims?: object, kid?: string, expiresIn?: "1h" | "59m" }} [options]
 */
async function tokensOf(alg, { claims = {}, kid, expiresIn = "1h" } = {}) {
  const key = await native.importSecret(secret, alg, kid === undefined ? {} : { kid });
  return Promise.all(
    Array.from({ length: inputs }, (_, n) =>
      native.sign({ sub: `user_${100 + n}`, ...claims }, key, {
        issuer: "my-api",
        audience: "web",
        expiresIn,
        now: () => new Date(expiresIn === "1h" ? Date.now() : 1e12),
      }),
    ),
  );
}

/** Another character of those that may stand at the end of a MAC of any length, so that the text stays canonical. */
const other = (character) => (character === "A" ? "Q" : "A");
const firstWrong = (token) => {
  const at = token.lastIndexOf(".") + 1;
  return flat(token.slice(0, at) + other(token[at]) + token.slice(at + 1));
};
const lastWrong = (token) => flat(token.slice(0, -1) + other(token.at(-1)));
/** One piece of memory, as a token from the network is. */
const flat = (text) => Buffer.from(text).toString("latin1");
const signatureOf = (token) => flat(token.slice(token.lastIndexOf(".") + 1));

const calls = (list, call) => list.map((one) => () => call(one));
/** @returns {[(() => unknown)[], (() => unknown)[]]} */
const pair = (first, second, call) => [calls(first, call), calls(second, call)];

/**
 * @typedef {object} Comparison
 * @property {string} name
 * @property {"difference" | "none" | "order"} shows "difference" for a control that must be seen, "none" for what must not be seen, "order" for what is
 * seen and tells nothing secret
 * @property {number} batch how many calls are timed together
 * @property {readonly [Call[], Call[]]} classes each as a list of calls: as many inputs of a kind
 *
 * @typedef {() => unknown} Call
 */

/** @returns {Promise<Comparison[]>} */
export async function comparisons() {
  const [short, long] = [await tokensOf(native.HS256), await tokensOf(native.HS512)];
  const keys = {
    HS256: await native.importSecret(secret, native.HS256),
    HS512: await native.importSecret(secret, native.HS512),
  };
  const verifiers = {
    HS256: native.createVerifier(keys.HS256, expected),
    HS512: native.createVerifier(keys.HS512, expected),
  };
  const subtle = portable.createVerifier(await portable.importSecret(secret, portable.HS256), expected);
  const leaking = earlyExit();
  const right = long.map(signatureOf);
  const named = native.createVerifier(
    [
      await native.importSecret(secret, native.HS256, { kid: "1" }),
      await native.importSecret(`another ${secret}`, native.HS256, { kid: "2" }),
    ],
    expected,
  );
  const withKid = (kid) => tokensOf(native.HS256, { kid });
  const [one, two, unknown] = await Promise.all([withKid("1"), withKid("2"), withKid("3")]);
  const split = (token) => ({
    data: Buffer.from(token.slice(0, token.lastIndexOf("."))),
    signature: new Uint8Array(Buffer.from(signatureOf(token), "base64url")),
  });
  const sync = (verifier) => (token) => verifier.safeVerifySync(token);

  return [
    {
      name: "control: `===` of 86 characters, the first wrong and the last",
      shows: "difference",
      batch: 1024,
      classes: pair(
        right.map((text) => [text, flat(other(text[0]) + text.slice(1))]),
        right.map((text) => [text, lastWrong(text)]),
        equals,
      ),
    },
    {
      name: "control: HS512, octets, a key that stops at the first wrong one",
      shows: "difference",
      batch: 4,
      classes: pair(long.map(firstWrong).map(split), long.map(lastWrong).map(split), ({ data, signature }) =>
        leaking.verifySync(data, signature),
      ),
    },
    {
      name: "control: one kind of input, twice",
      shows: "none",
      batch: 4,
      classes: pair(short.map(lastWrong), short.map(lastWrong), sync(verifiers.HS256)),
    },
    {
      name: "HS256, node:crypto: the first character of the signature wrong and the last",
      shows: "none",
      batch: 4,
      classes: pair(short.map(firstWrong), short.map(lastWrong), sync(verifiers.HS256)),
    },
    {
      name: "HS512, node:crypto: the first character of the signature wrong and the last",
      shows: "none",
      batch: 4,
      classes: pair(long.map(firstWrong), long.map(lastWrong), sync(verifiers.HS512)),
    },
    {
      name: "HS512, octets: the first of the signature wrong and the last",
      shows: "none",
      batch: 4,
      classes: pair(long.map(firstWrong).map(split), long.map(lastWrong).map(split), ({ data, signature }) =>
        keys.HS512.verifySync?.(data, signature),
      ),
    },
    {
      name: "HS256, crypto.subtle: the first character of the signature wrong and the last",
      shows: "none",
      batch: 2,
      classes: pair(short.map(firstWrong), short.map(lastWrong), (token) => subtle.safeVerify(token)),
    },
    {
      name: "a bad signature, the token current and expired",
      shows: "none",
      batch: 4,
      classes: pair(
        short.map(lastWrong),
        (await tokensOf(native.HS256, { expiresIn: "59m" })).map(lastWrong),
        sync(verifiers.HS256),
      ),
    },
    {
      name: "a bad signature, the claims right and wrong",
      shows: "none",
      batch: 4,
      classes: pair(short.map(lastWrong), (await wrongClaims()).map(lastWrong), sync(verifiers.HS256)),
    },
    {
      name: "a bad signature by the first key of a set and by the second",
      shows: "none",
      batch: 4,
      classes: pair(one.map(lastWrong), two.map(lastWrong), sync(named)),
    },
    {
      name: "a kid that no key has, and a bad signature",
      shows: "order",
      batch: 4,
      classes: pair(unknown, one.map(lastWrong), sync(named)),
    },
    {
      name: "a bad signature, and a good one of an expired token",
      shows: "order",
      batch: 4,
      classes: pair(short.map(lastWrong), await tokensOf(native.HS256, { expiresIn: "59m" }), sync(verifiers.HS256)),
    },
  ];
}

function equals([a, b]) {
  return a === b;
}

/** As long as the right ones. */
async function wrongClaims() {
  const key = await native.importSecret(secret, native.HS256);
  return Promise.all(
    Array.from({ length: inputs }, (_, n) =>
      native.sign({ sub: `user_${100 + n}` }, key, { issuer: "my-apo", audience: "wep", expiresIn: "1h" }),
    ),
  );
}

/** The mistake that all this is about. */
function earlyExit() {
  const key = createSecretKey(Buffer.from(secret));
  const verifySync = (data, signature) => {
    const mac = createHmac("sha512", key).update(data).digest();
    for (let i = 0; i < mac.length; i++) if (mac[i] !== signature[i]) return false;
    return true;
  };
  return { verifySync };
}
