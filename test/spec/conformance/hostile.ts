// Keys that some runtime takes and mintmark refuses (test/unit/keys), and key files of every form that it takes everywhere.

import type { AsymmetricAlgorithm, CryptoKeyLike, Jwk, SigningKey } from "mintmark";
import hostileKeys from "../../unit/keys/hostile-keys.json" with { type: "json" };
import pemFiles from "../../unit/keys/hostile-keys-pem.json" with { type: "json" };
import { goodKeys, publicPart, type Algorithms, type Asymmetric } from "./algorithms.ts";
import { refused, type Case, type Mintmark } from "./case.ts";
import { base64url, fromBase64url, octets, utf8 } from "./text.ts";

type Use = "signing" | "verifying";

interface HostileCase {
  readonly name: string;
  readonly algs: readonly string[];
  readonly as: readonly Use[];
  readonly of?: string;
  readonly set?: object;
  readonly without?: readonly string[];
  readonly pem?: Partial<Record<Use, readonly string[]>>;
  readonly cryptoKey?: true;
}

interface PemFile {
  readonly name: string;
  readonly pem: string;
  readonly accepts: Partial<Record<Use, readonly string[]>>;
  readonly refuses: Partial<Record<Use, readonly string[]>>;
}

// JSON carries no types; hostile-keys.test.ts reads the same files in the same shapes.
const { cases, jwkSecrets, texts, ders } = hostileKeys as unknown as {
  readonly cases: readonly HostileCase[];
  readonly jwkSecrets: readonly { readonly name: string; readonly algs: readonly string[]; readonly jwk: Jwk }[];
  readonly texts: readonly { readonly name: string; readonly text: string }[];
  readonly ders: readonly { readonly name: string; readonly base64: string }[];
};
const { files } = pemFiles as unknown as { readonly files: readonly PemFile[] };

type Key = string | Jwk | CryptoKeyLike;
type Import = (key: Key, alg: AsymmetricAlgorithm, options?: object) => unknown;

export function hostile(mintmark: Mintmark, { asymmetric, hmac }: Algorithms): Case[] {
  const asynchronous: Record<Use, Import> = {
    signing: mintmark.importSigningKey,
    verifying: mintmark.importVerifyingKey,
  };
  // A handle has no synchronous import, and is given to none.
  const synchronous = { signing: mintmark.importSigningKeySync, verifying: mintmark.importVerifyingKeySync } as Record<
    Use,
    Import
  >;
  const dataOf = (name: string): Asymmetric => asymmetric.find(({ alg }) => alg.name === name)!;

  const keyIsRefused = async (use: Use, key: Key, data: Asymmetric, fault?: HostileCase): Promise<void> => {
    const { alg, present, sync } = data;
    const form = typeof key === "string" ? "PEM" : "kty" in key ? "JWK" : "CryptoKey";
    // Who lacks the algorithm may say so before looking at the key.
    const codes = present ? ["invalid_key"] : ["invalid_key", "unsupported_algorithm"];
    const ways: [string, Import, readonly string[]][] = [["asynchronous", asynchronous[use], codes]];
    if (form !== "CryptoKey")
      ways.push(["synchronous", synchronous[use], sync ? codes : [...codes, "sync_unavailable"]]);
    for (const [how, load, expected] of ways) {
      if (
        use === "signing" &&
        form === "PEM" &&
        fault !== undefined &&
        (await isMended(() => load(key, alg, { extractable: true }), fault))
      )
        continue;
      await refused(expected, () => load(key, alg), `(${how}, ${use}, ${alg.name}, ${form})`);
    }
  };

  /**
   * A private key that the runtime itself reads may come out of that mended, with what contradicts its private number
   * worked out anew. Then, and only then, the fault is gone, and it is a good key.
   */
  const isMended = async (load: () => unknown, fault: HostileCase): Promise<boolean> => {
    try {
      const jwk = await mintmark.exportJwk((await load()) as SigningKey); // what an import gives that does not refuse
      return Object.entries(jwkOf(fault, "signing") ?? {}).some(([name, value]) => jwk[name] !== value);
    } catch {
      return false;
    }
  };

  const hostileKey = (one: HostileCase): Case => [
    `refused: ${one.name}`,
    async () => {
      for (const data of one.algs.map(dataOf)) {
        for (const use of one.as) {
          const jwk = jwkOf(one, use);
          // A private handle is left out: Bun and Deno mend what they import, and WebKit ends when it exports p = 1.
          const handle =
            one.cryptoKey && use === "verifying" && jwk !== undefined ? await handleOf(jwk, data) : undefined;
          for (const key of [jwk, ...(one.pem?.[use] ?? []), handle])
            if (key !== undefined) await keyIsRefused(use, key, data, one);
        }
      }
    },
  ];

  const pemFile = ({ name, pem, accepts, refuses }: PemFile): Case => [
    `PEM: ${name}`,
    async () => {
      for (const use of ["signing", "verifying"] as const) {
        for (const data of (accepts[use] ?? []).map(dataOf)) {
          if (!data.present) await refused("unsupported_algorithm", () => asynchronous[use](pem, data.alg));
          else await asynchronous[use](pem, data.alg);
          if (data.sync) synchronous[use](pem, data.alg);
        }
        for (const alg of refuses[use] ?? []) await keyIsRefused(use, pem, dataOf(alg));
      }
    },
  ];

  return [...cases.map(hostileKey), ...files.map(pemFile), ...secrets(mintmark, hmac)];
}

function jwkOf({ of, set, without = [] }: HostileCase, use: Use): Jwk | undefined {
  if (of === undefined) return undefined;
  const members = Object.entries({ ...goodKeys[of]!.jwk, ...set }).filter(([name]) => !without.includes(name));
  const jwk = Object.fromEntries(members) as Jwk; // hostile, but a JWK in shape
  return use === "signing" ? jwk : publicPart(jwk);
}

/** What a lax runtime makes of the JWK, if anything. Firefox ends when it is asked to import a JWK of another `kty`. */
async function handleOf(jwk: Jwk, { keyParams, jwk: { kty, crv } }: Asymmetric): Promise<CryptoKeyLike | undefined> {
  if (jwk.kty !== kty || jwk.crv !== crv) return undefined;
  try {
    return await crypto.subtle.importKey("jwk", jwk, keyParams, true, ["verify"]);
  } catch {
    return undefined;
  }
}

function secrets(mintmark: Mintmark, hmac: Algorithms["hmac"]): Case[] {
  const secretIsRefused = async (
    secret: unknown,
    { alg, sync }: Algorithms["hmac"][number],
    options = {},
  ): Promise<void> => {
    await refused("invalid_key", () => mintmark.importSecret(secret as Uint8Array, alg, options));
    await refused(sync ? "invalid_key" : ["invalid_key", "sync_unavailable"], () =>
      mintmark.importSecretSync(secret as Uint8Array, alg, options),
    );
  };
  const [hs256] = hmac as readonly [Algorithms["hmac"][number]];
  return [
    ...jwkSecrets.map(
      ({ name, algs, jwk }): Case => [
        `refused as a secret: JWK, ${name}`,
        async () => {
          for (const one of hmac) if (algs.includes(one.alg.name)) await secretIsRefused(jwk, one);
        },
      ],
    ),
    ...texts.map(
      ({ name, text }): Case => [
        `refused as a secret: ${name}`,
        async () => {
          for (const secret of [text, utf8(text), `\ufeff${text}`, text.replaceAll("\n", "\r\n")])
            await secretIsRefused(secret, hs256);
          await secretIsRefused({ kty: "oct", k: base64url(utf8(text)) }, hs256);
        },
      ],
    ),
    ...ders.map(
      ({ name, base64 }): Case => [
        `refused as a secret: ${name} in DER`,
        async () => {
          await secretIsRefused(fromBase64url(base64), hs256);
          await secretIsRefused(base64, hs256);
          await secretIsRefused(base64, hs256, { encoding: "base64" });
        },
      ],
    ),
    [
      "refused as a secret: equal bytes, halves of surrogate pairs, what is no text in its encoding",
      async () => {
        for (const secret of [new Uint8Array(64), "x".repeat(64), "a secret that is long enough \ud800 and more"])
          await secretIsRefused(secret, hs256);
        for (const [encoding, text] of [
          ["hex", "0g".repeat(40)],
          ["base64", "!".repeat(80)],
          ["base64url", "+/".repeat(40)],
          ["base64url", `${base64url(octets(32))}=`],
        ]) {
          await secretIsRefused(text, hs256, { encoding });
        }
      },
    ],
  ];
}
