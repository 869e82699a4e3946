// Every code that a token, a key or the surroundings can be refused with, on every runtime.

import { nodeCrypto } from "./algorithms.ts";
import { assert, codeOf, equal, refused, type Case, type Mintmark } from "./case.ts";
import { octets } from "./text.ts";

export function codes(mintmark: Mintmark): Case[] {
  const key = () => mintmark.importSecret(octets(32), mintmark.HS256);
  const policy = { issuer: "here", audience: "there" };
  const now = Math.floor(Date.now() / 1000);
  const at = (seconds: number) => () => new Date((now + seconds) * 1000);

  const schema = {
    "~standard": { version: 1, vendor: "conformance", validate: () => ({ issues: [{ message: "no" }] }) },
  } as const;
  const failing = () => {
    throw new Error("down");
  };

  /** What is said when signing, what is expected when verifying, and the code. */
  const table: [code: string, signing: object, expecting: object][] = [
    ["token_too_large", {}, { maxTokenLength: 20 }],
    ["typ_mismatch", { typ: "at+jwt" }, {}],
    ["typ_mismatch", {}, { typ: "at+jwt" }],
    ["claim_missing", { jwtId: undefined }, { required: ["jti"] }],
    ["expired", { now: at(-3600) }, {}],
    ["not_yet_valid", { notBefore: "5m" }, {}],
    ["too_old", {}, { maxTokenAge: "1m", now: at(300) }],
    ["claim_invalid", { now: at(600) }, { maxTokenAge: "1m" }],
    ["issuer_mismatch", {}, { issuer: "Here" }],
    ["audience_mismatch", {}, { audience: ["ther", "there "] }],
    ["subject_mismatch", { subject: "a" }, { subject: "b" }],
    ["claim_mismatch", {}, { match: { nonce: "n" } }],
    ["schema_mismatch", {}, { schema }],
    ["revoked", { jwtId: "j" }, { denylist: { has: () => true } }],
    ["replayed", { jwtId: "j" }, { replay: { add: () => false } }],
    ["store_unavailable", { jwtId: "j" }, { denylist: { has: failing } }],
    ["store_unavailable", { jwtId: "j" }, { replay: { add: failing } }],
    ["invalid_argument", {}, { maxAge: "1m" }],
    ["invalid_argument", {}, { issuer: undefined }],
    ["invalid_argument", {}, { audience: "" }],
  ];

  return [
    ...table.map(
      ([code, signing, expecting]): Case => [
        `code: ${code} by ${Object.keys({ ...signing, ...expecting }).join(", ")}`,
        async () => {
          const secret = await key();
          const token = await mintmark.sign({ nonce: "m" }, secret, { ...policy, ...signing });
          // The check is the one that is named, so the rest passes without it.
          if (!("now" in signing || "notBefore" in signing || "typ" in signing))
            await mintmark.verify(token, secret, policy);
          const found = await codeOf(() => mintmark.verify(token, secret, { ...policy, ...expecting }));
          if (code === "claim_invalid") assert(["claim_invalid", "not_yet_valid"].includes(found), found);
          else equal(found, code);
          if (nodeCrypto !== undefined)
            equal(
              await codeOf(() => mintmark.verifySync(token, secret, synchronous({ ...policy, ...expecting }))),
              found,
            );
        },
      ],
    ),
    [
      "code: key_unavailable when a key throws",
      () =>
        refused("key_unavailable", async () =>
          mintmark.verify(await mintmark.sign({}, await key(), policy), { alg: "HS256", verify: failing }, policy),
        ),
    ],
    [
      "code: key_not_found when no key carries the kid",
      () =>
        refused("key_not_found", async () =>
          mintmark.verify(
            await mintmark.sign({}, await mintmark.generateSecret(mintmark.HS256, { kid: "a" }), policy),
            await mintmark.generateSecret(mintmark.HS256, { kid: "b" }),
            policy,
          ),
        ),
    ],
    [
      "code: alg_not_allowed for another algorithm's key",
      () =>
        refused("alg_not_allowed", async () =>
          mintmark.verify(
            await mintmark.sign({}, await key(), policy),
            await mintmark.generateSecret(mintmark.HS384),
            policy,
          ),
        ),
    ],
    [
      "code: invalid_argument for what is no algorithm",
      async () => {
        for (const alg of ["HS256", { name: "HS256" }, undefined])
          await refused("invalid_argument", () => mintmark.importSecret(octets(32), alg as never));
      },
    ],
    [
      "code: a value that is not true never verifies",
      async () => {
        const token = await mintmark.sign({}, await key(), policy);
        for (const answer of [1, "true", {}, Promise.resolve(1)]) {
          await refused("signature_invalid", () =>
            mintmark.verify(token, { alg: "HS256", verify: () => answer as boolean }, policy),
          );
        }
      },
    ],
    [
      "safeVerify gives the refusal as a value, recognised by its code",
      async () => {
        const result = await mintmark.safeVerify("a.b.c", await key(), policy);
        assert(
          !result.ok && mintmark.isJwtError(result.error) && !mintmark.isUnavailableError(result.error),
          "not a JwtError",
        );
        assert(mintmark.isJwtError({ code: "expired" }), "not recognised by its code");
      },
    ],
    [
      "jwtId: a random UUID",
      async () => {
        const { claims } = mintmark.decode(await mintmark.sign({}, await key(), { jwtId: true }));
        assert(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(String(claims.jti)),
          String(claims.jti),
        );
      },
    ],
    [
      "verifiers: for issuers, and with a cache",
      async () => {
        const secret = await key();
        const token = await mintmark.sign({}, secret, policy);
        await mintmark.createVerifierForIssuers([{ ...policy, keys: secret }]).verify(token);
        const verifier = mintmark.createVerifier(secret, { ...policy, cache: 10 });
        equal((await verifier.verify(token)).claims, (await verifier.verify(token)).claims);
      },
    ],
    [
      "plug-in keys: any object with alg, sign and verify",
      async () => {
        const inner = await key();
        const plugIn = {
          alg: "HS256",
          sign: async (data: Uint8Array<ArrayBuffer>) => inner.sign(data),
          verify: async (data: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) =>
            inner.verify(data, signature),
        };
        await mintmark.verify(await mintmark.sign({}, plugIn, policy), plugIn, policy);
        await mintmark.verify(await mintmark.sign({}, plugIn, policy), inner, policy);
      },
    ],
  ];
}

/** The same stores with the synchronous members that `verifySync` asks for. */
function synchronous<T extends object>(expected: T): T {
  const { denylist, replay } = expected as { denylist?: { has: unknown }; replay?: { add: unknown } };
  return {
    ...expected,
    ...(denylist && { denylist: { ...denylist, hasSync: denylist.has } }),
    ...(replay && { replay: { ...replay, addSync: replay.add } }),
  };
}
