// What every algorithm does, from the generated key to the refused token; and how an algorithm that is not here is refused.

import type { CryptoKeyLike, SigningKey, VerifyingKey } from "mintmark";
import { publicPart, type Algorithms, type Asymmetric, type Hmac } from "./algorithms.ts";
import { assert, equal, refused, type Case, type Mintmark } from "./case.ts";
import { base64url, flipBit, hex, octets, utf8 } from "./text.ts";

const options = { issuer: "here", audience: "there" };
const claims = { sub: "user_1", name: "Zoë 🪙", list: [1, null, { deep: true }] };

export function lifecycle(mintmark: Mintmark, { asymmetric, hmac }: Algorithms): Case[] {
  return [
    ...hmac.flatMap((one) => secretCases(mintmark, one)),
    ...asymmetric.flatMap((one) => (one.present ? keyPairCases(mintmark, one) : missingCases(mintmark, one))),
  ];
}

/** What this runtime lacks is refused, on every way in. */
function missingCases(mintmark: Mintmark, { alg, jwk }: Asymmetric): Case[] {
  const code = "unsupported_algorithm";
  const syncCodes = [code, "sync_unavailable"];
  return [
    [`${alg.name} is not here: generateKeyPair`, () => refused(code, () => mintmark.generateKeyPair(alg))],
    [`${alg.name} is not here: importSigningKey`, () => refused(code, () => mintmark.importSigningKey(jwk, alg))],
    [
      `${alg.name} is not here: importVerifyingKey`,
      () => refused(code, () => mintmark.importVerifyingKey(publicPart(jwk), alg)),
    ],
    [
      `${alg.name} is not here: importSigningKeySync`,
      () => refused(syncCodes, () => mintmark.importSigningKeySync(jwk, alg)),
    ],
    [
      `${alg.name} is not here: importVerifyingKeySync`,
      () => refused(syncCodes, () => mintmark.importVerifyingKeySync(publicPart(jwk), alg)),
    ],
  ];
}

function secretCases(mintmark: Mintmark, { alg, length, sync }: Hmac): Case[] {
  const { name } = alg;
  const secret = octets(length);
  return [
    [
      `${name}: a generated secret signs and verifies`,
      async () => {
        const key = await mintmark.generateSecret(alg, { kid: "k" });
        await signsAndVerifies(mintmark, key, key, { alg: name, typ: "JWT", kid: "k" });
      },
    ],
    [
      `${name}: every spelling of a secret is the same secret`,
      async () => {
        const key = await mintmark.importSecret(secret, alg);
        const base64 = base64url(secret).replaceAll("-", "+").replaceAll("_", "/");
        const others = [
          await mintmark.importSecret(base64url(secret), alg, { encoding: "base64url" }),
          await mintmark.importSecret(base64, alg, { encoding: "base64" }),
          await mintmark.importSecret(hex(secret), alg, { encoding: "hex" }),
          await mintmark.importSecret({ kty: "oct", k: base64url(secret) }, alg),
        ];
        for (const other of others) await signsAndVerifies(mintmark, key, other, { alg: name, typ: "JWT" });
      },
    ],
    [
      `${name}: exportJwk gives an extractable secret, and no other`,
      async () => {
        equal(
          (await mintmark.exportJwk(await mintmark.importSecret(secret, alg, { extractable: true }))).k,
          base64url(secret),
        );
        await refused("invalid_key", async () => mintmark.exportJwk(await mintmark.importSecret(secret, alg)));
      },
    ],
    [
      `${name}: one byte less is refused`,
      () => refused("invalid_key", () => mintmark.importSecret(octets(length - 1), alg)),
    ],
    [
      `${name}: every fault is refused`,
      async () => {
        const [key, other] = [await mintmark.generateSecret(alg), await mintmark.generateSecret(alg)];
        await refusesFaults(mintmark, key, key, other);
      },
    ],
    [
      `${name}: any payload as JWS`,
      async () => {
        const key = await mintmark.generateSecret(alg);
        await signsAnyPayload(mintmark, key, key);
      },
    ],
    sync
      ? [
          `${name}: synchronous and asynchronous are the same`,
          async () => {
            const [key, other] = [mintmark.importSecretSync(secret, alg), await mintmark.importSecret(secret, alg)];
            await synchronousToo(mintmark, key, key);
            await synchronousToo(mintmark, other, other);
            equal(
              mintmark.signSync({ iat: 1, exp: 2 ** 31 }, key, { maxLifetime: 2 ** 31 }),
              await mintmark.sign({ iat: 1, exp: 2 ** 31 }, other, { maxLifetime: 2 ** 31 }),
            );
          },
        ]
      : [
          `${name}: has no synchronous form`,
          async () => {
            await refused("sync_unavailable", () => mintmark.importSecretSync(secret, alg));
            const key = await mintmark.generateSecret(alg);
            await noSynchronousForm(mintmark, key, key);
          },
        ],
  ];
}

function keyPairCases(mintmark: Mintmark, { alg, keyParams, jwk, sync }: Asymmetric): Case[] {
  const { name } = alg;
  const pair = once(() => mintmark.generateKeyPair(alg, { extractable: true }));
  return [
    [
      `${name}: a generated pair signs and verifies`,
      async () => {
        const { privateKey, publicKey } = await pair();
        await signsAndVerifies(mintmark, privateKey, publicKey, {
          alg: name,
          typ: "JWT",
          kid: await mintmark.thumbprint(publicKey),
        });
      },
    ],
    [
      `${name}: a JWK signs and verifies, out and in again`,
      async () => {
        const key = await mintmark.importSigningKey(jwk, alg, { extractable: true });
        const again = await mintmark.importSigningKey(await mintmark.exportJwk(key), alg);
        await signsAndVerifies(mintmark, again, await mintmark.importVerifyingKey(publicPart(jwk), alg), {
          alg: name,
          typ: "JWT",
        });
        await signsAndVerifies(
          mintmark,
          key,
          await mintmark.importVerifyingKey(await mintmark.exportJwk(await mintmark.publicKeyOf(again)), alg),
          { alg: name, typ: "JWT" },
        );
      },
    ],
    [
      `${name}: PEM, out and in again`,
      async () => {
        const { privateKey, publicKey } = await pair();
        const [privatePem, publicPem] = [await mintmark.exportPem(privateKey), await mintmark.exportPem(publicKey)];
        await signsAndVerifies(
          mintmark,
          await mintmark.importSigningKey(privatePem, alg),
          await mintmark.importVerifyingKey(publicPem, alg),
          { alg: name, typ: "JWT" },
        );
      },
    ],
    ...[true, false].map(
      (extractable): Case => [
        `${name}: a caller's own CryptoKey, extractable ${String(extractable)}`,
        async () => {
          const rsa = keyParams.name.startsWith("RSA") && {
            modulusLength: 2048,
            publicExponent: Uint8Array.of(1, 0, 1),
          };
          const makeKeys = async (triesLeft: number): Promise<[SigningKey, VerifyingKey]> => {
            try {
              const handles = (await crypto.subtle.generateKey({ ...keyParams, ...rsa }, extractable, [
                "sign",
                "verify",
              ])) as Record<"privateKey" | "publicKey", CryptoKeyLike>; // never one secret
              return [
                await mintmark.importSigningKey(handles.privateKey, alg),
                await mintmark.importVerifyingKey(handles.publicKey, alg),
              ];
            } catch (error) {
              // WebKitGTK refuses a few of the Ed25519 keys that it has just made: it loses zero octets at their front.
              if ((error as Error).name !== "OperationError" || triesLeft === 0) throw error;
              return makeKeys(triesLeft - 1);
            }
          };
          const [key, verifier] = await makeKeys(3);
          await signsAndVerifies(mintmark, key, verifier, { alg: name, typ: "JWT" });
          if (!extractable) await refused("sync_unavailable", () => mintmark.signSync(claims, key, options));
        },
      ],
    ),
    [
      `${name}: a private key that is not extractable stays in`,
      async () => {
        const key = await mintmark.importSigningKey(jwk, alg);
        await refused("invalid_key", () => mintmark.exportJwk(key));
        await refused("invalid_key", () => mintmark.exportPem(key));
      },
    ],
    [
      `${name}: the wrong half is refused`,
      async () => {
        await refused("invalid_key", () => mintmark.importVerifyingKey(jwk, alg));
        await refused("invalid_key", () => mintmark.importSigningKey(publicPart(jwk), alg));
        await refused("invalid_argument", () => mintmark.importSecret(jwk, alg as never));
        await refused("invalid_key", () => mintmark.importSecret(jwk, mintmark.HS256));
      },
    ],
    [
      `${name}: every fault is refused`,
      async () => {
        const { privateKey, publicKey } = await pair();
        await refusesFaults(
          mintmark,
          privateKey,
          publicKey,
          await mintmark.importVerifyingKey(publicPart(jwk), alg, { kid: publicKey.kid }),
        );
      },
    ],
    [
      `${name}: any payload as JWS`,
      async () => {
        const { privateKey, publicKey } = await pair();
        await signsAnyPayload(mintmark, privateKey, publicKey);
      },
    ],
    sync
      ? [
          `${name}: synchronous and asynchronous are the same`,
          async () => {
            const { privateKey, publicKey } = await pair();
            await synchronousToo(mintmark, privateKey, publicKey);
            await synchronousToo(
              mintmark,
              mintmark.importSigningKeySync(jwk, alg),
              mintmark.importVerifyingKeySync(publicPart(jwk), alg),
            );
            const pem = [await mintmark.exportPem(privateKey), await mintmark.exportPem(publicKey)] as const;
            await synchronousToo(
              mintmark,
              mintmark.importSigningKeySync(pem[0], alg),
              mintmark.importVerifyingKeySync(pem[1], alg),
            );
          },
        ]
      : [
          `${name}: has no synchronous form`,
          async () => {
            await refused("sync_unavailable", () => mintmark.importSigningKeySync(jwk, alg));
            await refused("sync_unavailable", () => mintmark.importVerifyingKeySync(publicPart(jwk), alg));
            const { privateKey, publicKey } = await pair();
            await noSynchronousForm(mintmark, privateKey, publicKey);
          },
        ],
  ];
}

async function signsAndVerifies(
  mintmark: Mintmark,
  key: SigningKey,
  verifier: VerifyingKey,
  header: object,
): Promise<void> {
  const token = await mintmark.sign(claims, key, options);
  const verified = await mintmark.verify(token, verifier, options);
  equal(verified.header, header);
  equal({ ...verified.claims, iat: 0, exp: 0 }, { ...claims, iss: "here", aud: "there", iat: 0, exp: 0 });
  assert(!("sign" in verified.key), "the verified key signs");
}

async function refusesFaults(
  mintmark: Mintmark,
  key: SigningKey,
  verifier: VerifyingKey,
  stranger: VerifyingKey,
): Promise<void> {
  const token = await mintmark.sign(claims, key, options);
  const check =
    (text: string, by = verifier) =>
    () =>
      mintmark.verify(text, by, options);
  await refused("signature_invalid", check(token, stranger));
  for (const part of [1, 2] as const) await refused("signature_invalid", check(flipBit(token, part)));
  const [head = "", body = "", signature = ""] = token.split(".");
  for (const changed of ["AA", signature.slice(0, -4), `${signature}AAAA`]) {
    await refused(["signature_invalid", "token_malformed"], check(`${head}.${body}.${changed}`));
  }
  for (const changed of ["", `${signature}=`, `${signature} `, `${signature}\n`, signature.replace(/.$/, "+")]) {
    await refused("token_malformed", check(`${head}.${body}.${changed}`));
  }
  for (const alg of ["none", "None", "", "HS1", `${key.alg} `, key.alg.toLowerCase()]) {
    const other = base64url(utf8(JSON.stringify({ alg, typ: "JWT" })));
    await refused(["alg_not_allowed", "header_invalid"], check(`${other}.${body}.${signature}`));
  }
}

async function signsAnyPayload(mintmark: Mintmark, key: SigningKey, verifier: VerifyingKey): Promise<void> {
  for (const payload of [new Uint8Array(), Uint8Array.from({ length: 256 }, (_, octet) => octet), utf8("$.02")]) {
    equal((await mintmark.verifyJws(await mintmark.signJws(payload, key), verifier)).payload, payload);
    for (const b64 of [true, false]) {
      const detached = await mintmark.signJws(payload, key, { detached: true, b64 });
      await mintmark.verifyJws(detached, verifier, { payload });
      await refused("signature_invalid", () => mintmark.verifyJws(detached, verifier, { payload: utf8("another") }));
    }
  }
  const general = await mintmark.signJwsJson(utf8("shared"), [{ key }]);
  equal((await mintmark.verifyJwsJson(general, verifier)).payload, utf8("shared"));
}

async function synchronousToo(mintmark: Mintmark, key: SigningKey, verifier: VerifyingKey): Promise<void> {
  const token = mintmark.signSync(claims, key, options);
  equal(mintmark.verifySync(token, verifier, options).claims, (await mintmark.verify(token, verifier, options)).claims);
  mintmark.verifySync(await mintmark.sign(claims, key, options), verifier, options);
  await refused("signature_invalid", () => mintmark.verifySync(flipBit(token, 2), verifier, options));
}

async function noSynchronousForm(mintmark: Mintmark, key: SigningKey, verifier: VerifyingKey): Promise<void> {
  await refused("sync_unavailable", () => mintmark.signSync(claims, key, options));
  await refused("sync_unavailable", () => mintmark.verifySync("not a token", verifier, options));
}

/** Generating RSA keys is slow: each pair serves several cases. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
