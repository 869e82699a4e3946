// HMAC as two one-shot digests: the published vectors, and the same MAC as createHmac for every secret and message. Where createHmac has
// to do the work, it does.
import * as nodeCrypto from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { hmacDefinition, type HmacAlgorithm } from "../../../src/algorithms/algorithm.ts";
import { HS256, HS384, HS512, importSecretSync, signJws } from "../../../src/index.ts";
import { oneShotMac } from "../../../src/keys/mac.ts";
import { signText, type TextSigner } from "../../../src/keys/material.ts";

const { createHmac, randomBytes, randomInt } = nodeCrypto;
const algorithms = [HS256, HS384, HS512] as const;
const digestOf = ({ name }: HmacAlgorithm): string => `sha${name.slice(2)}`;
const bytes = (buffer: Buffer): ReturnType<Uint8ArrayConstructor["from"]> => Uint8Array.from(buffer);

function macOf(secret: Uint8Array, alg: HmacAlgorithm): (message: string | Buffer) => string | undefined {
  const mac = oneShotMac(Uint8Array.from(secret), hmacDefinition(alg));
  if (mac === undefined) throw new Error("this runtime has no one-shot digest");
  return (message) => mac(typeof message === "string" ? message : bytes(message));
}

const streamed = (secret: Uint8Array, alg: HmacAlgorithm, message: string | Uint8Array): string =>
  createHmac(digestOf(alg), secret).update(message).digest("base64url");

describe("RFC 4231", () => {
  /** Key, data, and the MACs with SHA-256, SHA-384 and SHA-512 in hexadecimal (§4.2 to §4.5, §4.7, §4.8). */
  const vectors: readonly (readonly [string, string, readonly [string, string, string]])[] = [
    [
      "0b".repeat(20),
      Buffer.from("Hi There").toString("hex"),
      [
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
        "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
      ],
    ],
    [
      Buffer.from("Jefe").toString("hex"),
      Buffer.from("what do ya want for nothing?").toString("hex"),
      [
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
      ],
    ],
    [
      "aa".repeat(20),
      "dd".repeat(50),
      [
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27",
        "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb",
      ],
    ],
    [
      "0102030405060708090a0b0c0d0e0f10111213141516171819",
      "cd".repeat(50),
      [
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679ccf8a386c674cffb",
        "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
      ],
    ],
    [
      "aa".repeat(131),
      Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First").toString("hex"),
      [
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952",
        "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
      ],
    ],
    [
      "aa".repeat(131),
      Buffer.from(
        "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
      ).toString("hex"),
      [
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799176d3860e6110c46523e",
        "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
      ],
    ],
  ];

  it.each(vectors)("key %s, data %s", (key, data, macs) => {
    for (const [at, alg] of algorithms.entries())
      expect(
        Buffer.from(macOf(Buffer.from(key, "hex"), alg)(Buffer.from(data, "hex")) ?? "", "base64url").toString("hex"),
      ).toBe(macs[at]);
  });
});

it("RFC 4231 §4.6: the first 128 bits", () => {
  const macs = [
    "a3b6167473100ee06e0c796c2955552b",
    "3abf34c3503b2a23a46efc619baef897",
    "415fad6271580a531d4179bc891d87a6",
  ];
  for (const [at, alg] of algorithms.entries()) {
    const mac = Buffer.from(macOf(Buffer.alloc(20, 0x0c), alg)(Buffer.from("Test With Truncation")) ?? "", "base64url");
    expect(mac.subarray(0, 16).toString("hex")).toBe(macs[at]);
  }
});

describe("RFC 2202's keys and data, which has MACs with MD5 and SHA-1 alone", () => {
  it.each([
    ["0b".repeat(16), "4869205468657265"],
    ["4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f"],
    ["aa".repeat(16), "dd".repeat(50)],
    ["0102030405060708090a0b0c0d0e0f10111213141516171819", "cd".repeat(50)],
    ["0c".repeat(16), "546573742057697468205472756e636174696f6e"],
    ["aa".repeat(80), "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579"],
  ])("key %s, data %s: as createHmac", (key, data) => {
    const [secret, message] = [Buffer.from(key, "hex"), Buffer.from(data, "hex")];
    for (const alg of algorithms) expect(macOf(secret, alg)(message)).toBe(streamed(secret, alg, message));
  });
});

describe("the same MAC as createHmac", () => {
  const blocks = [1, 31, 32, 63, 64, 65, 127, 128, 129, 200, 1000];

  it.each(blocks)("for a secret of %i octets and messages of every length around a block and a view", (length) => {
    for (const alg of algorithms) {
      const secret = randomBytes(length);
      const mac = macOf(secret, alg);
      for (const size of [
        0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1919, 1920, 1983, 1984, 2047, 2048, 16_384,
      ]) {
        const message = randomBytes(size);
        expect(mac(message)).toBe(streamed(secret, alg, message));
        const text = message.toString("latin1").replaceAll(/[^!-~]/g, "x");
        expect(mac(text)).toBe(streamed(secret, alg, text));
      }
    }
  });

  it("for random secrets and messages, keys taking turns", () => {
    const keys = algorithms.flatMap((alg) =>
      Array.from({ length: 5 }, () => {
        const secret = randomBytes(randomInt(1, 300));
        return { alg, secret, mac: macOf(secret, alg) };
      }),
    );
    for (let time = 0; time < 3000; time++) {
      const { alg, secret, mac } = keys[randomInt(keys.length)]!;
      const message = randomBytes(randomInt(16_385));
      expect(mac(message)).toBe(streamed(secret, alg, message));
    }
  });

  it("for text that is not ASCII, halves of surrogate pairs included", () => {
    const secret = randomBytes(48);
    for (const alg of algorithms) {
      const mac = macOf(secret, alg);
      for (const text of [
        "zo\u00eb",
        "\u20ac".repeat(5000),
        "\ud83d\ude00".repeat(300),
        "a\ud83d",
        "\ude00b",
        "\0",
        "\ufeff\uffff",
      ])
        expect(mac(text)).toBe(streamed(secret, alg, text));
    }
  });

  it("for bytes that are a window of others, and of a key whose bytes change later", () => {
    const secret = Uint8Array.from(randomBytes(40));
    const copy = Uint8Array.from(secret);
    const mac = oneShotMac(secret, hmacDefinition(HS256))!;
    secret.fill(0);
    const window = Uint8Array.from(randomBytes(100)).subarray(17, 60);
    expect(mac(window)).toBe(streamed(copy, HS256, window));
  });
});

describe("createHmac does the work", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it("for messages longer than the kept memory, and the key does not show it", async () => {
    const secret = randomBytes(40);
    const mac = macOf(secret, HS256);
    expect(mac("x".repeat(21_845))).toBe(streamed(secret, HS256, "x".repeat(21_845)));
    expect(mac("x".repeat(21_846))).toBeUndefined();
    expect(mac(randomBytes(65_536))).toBeDefined();
    expect(mac(randomBytes(65_537))).toBeUndefined();
    const long = randomBytes(200_000);
    const [head, payload, signature] = (await signJws(long, importSecretSync(secret, HS256))).split(".");
    expect(signature).toBe(streamed(secret, HS256, `${head!}.${payload!}`));
  });

  it.each<readonly [string, object]>([
    ["without crypto.hash (Node before 20.12)", { hash: undefined }],
    ["in FIPS mode", { getFips: () => 1 }],
    [
      "where it cannot be asked for FIPS mode",
      {
        getFips: () => {
          throw new Error("not supported");
        },
      },
    ],
  ])("%s", async (_what, changed) => {
    vi.resetModules();
    vi.stubGlobal("process", { ...process, getBuiltinModule: () => ({ ...nodeCrypto, ...changed }) });
    const mac = await import("../../../src/keys/mac.ts");
    const { importSecretSync: importHere } = await import("../../../src/keys/secret.ts");
    expect(mac.oneShotMac(new Uint8Array(32), hmacDefinition(HS256))).toBeUndefined();
    const secret = randomBytes(40);
    const key = importHere(secret, HS256) as TextSigner;
    expect(key[signText]?.("message")).toBe(streamed(secret, HS256, "message"));
  });
});
