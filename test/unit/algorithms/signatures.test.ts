// Every algorithm, asynchronous and synchronous alike: what one signs the
// other verifies, what one refuses the other refuses. Where a primitive is lenient, signatures are made with node:crypto.
import { constants, createPrivateKey, createPublicKey, sign as nodeSign, type KeyObject } from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  importSecret,
  importSecretSync,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  sign,
  signSync,
  verify,
  verifySync,
} from "../../../src/index.ts";
import type { AsymmetricAlgorithm, Bytes, SigningKey, VerifyingKey } from "../../../src/index.ts";
import { hmacAlgorithms } from "../../spec/algorithms.ts";
import { asymmetricAlgorithms, privateJwkFor, publicJwkFor, secretBytes, utf8 } from "../keys/good-keys.ts";
import { refusalOf } from "../keys/refusal.ts";

// Much computing on a shared machine.
vi.setConfig({ testTimeout: 30_000 });

const expected = { issuer: "https://issuer.example", audience: "web" };
const isDeterministic = (name: string): boolean => /^(HS|RS|Ed)/.test(name);

interface Pair {
  readonly signer: SigningKey;
  readonly verifier: VerifyingKey;
}

const nodeReads = (alg: AsymmetricAlgorithm): boolean => {
  try {
    createPublicKey({ key: publicJwkFor(alg), format: "jwk" });
    return true;
  } catch {
    return false;
  }
};
const syncAlgorithms = asymmetricAlgorithms.filter(nodeReads);
const asynchronousOnly = asymmetricAlgorithms.filter((alg) => !nodeReads(alg));

const secretPair = async (alg: (typeof hmacAlgorithms)[number], sync: boolean): Promise<Pair> => {
  const key = sync ? importSecretSync(secretBytes(64), alg) : await importSecret(secretBytes(64), alg);
  return { signer: key, verifier: key };
};
const asymmetricPair = async (alg: AsymmetricAlgorithm, sync: boolean): Promise<Pair> =>
  sync
    ? {
        signer: importSigningKeySync(privateJwkFor(alg), alg),
        verifier: importVerifyingKeySync(publicJwkFor(alg), alg),
      }
    : {
        signer: await importSigningKey(privateJwkFor(alg), alg),
        verifier: await importVerifyingKey(publicJwkFor(alg), alg),
      };

const makers: readonly { readonly name: string; readonly make: (sync: boolean) => Promise<Pair> }[] = [
  ...hmacAlgorithms.map((alg) => ({ name: alg.name, make: (sync: boolean) => secretPair(alg, sync) })),
  ...syncAlgorithms.map((alg) => ({ name: alg.name, make: (sync: boolean) => asymmetricPair(alg, sync) })),
];

describe.each(makers)("$name", ({ name, make }) => {
  const data = utf8("the signing input");
  let pairs: readonly [Pair, Pair];
  const signatures: Bytes[] = [];
  beforeAll(async () => {
    pairs = [await make(false), await make(true)];
    for (const { signer } of pairs) signatures.push(await signer.sign(data), signer.signSync!(data));
  });
  /** What all four ways to ask say; they have to say the same. */
  const judge = async (input: Bytes, signature: Bytes): Promise<unknown> => {
    const answers = new Set<unknown>();
    for (const { verifier } of pairs)
      answers.add(await verifier.verify(input, signature)).add(verifier.verifySync!(input, signature));
    return answers.size === 1 ? [...answers][0] : [...answers];
  };

  it("what any of the four ways to sign makes, all four ways to verify accept", async () => {
    for (const signature of signatures) expect(await judge(data, signature)).toBe(true);
    expect(new Set(signatures.map((signature) => Buffer.from(signature).toString("hex"))).size).toBe(
      isDeterministic(name) ? 1 : 4,
    );
  });

  it("signatures stand alone: bytes of their own, not a window on pooled memory", () => {
    for (const signature of signatures) expect(signature.buffer.byteLength).toBe(signature.length);
  });

  it("one bit anywhere, other data, nothing: false", async () => {
    const [signature] = signatures;
    for (const at of [0, 1, signature!.length >> 1, signature!.length - 1]) {
      for (const bit of [1, 0x80])
        expect(
          await judge(
            data,
            signature!.map((octet, i) => (i === at ? octet ^ bit : octet)),
          ),
        ).toBe(false);
    }
    expect(await judge(utf8("another input"), signature!)).toBe(false);
    expect(await judge(new Uint8Array(), signature!)).toBe(false);
    expect(await judge(data, new Uint8Array(signature!.length))).toBe(false);
    expect(await judge(data, new Uint8Array(signature!.length).fill(255))).toBe(false);
  });

  it("every other length: false before the primitive is asked (RFC 8017 §8.1.2, RFC 7518 §3.4)", async () => {
    const [signature] = signatures;
    for (const other of [
      new Uint8Array(),
      signature!.slice(0, -1),
      signature!.slice(1),
      Uint8Array.of(...signature!, 0),
      Uint8Array.of(0, ...signature!),
      Uint8Array.of(...signature!, ...signature!),
      signature!.slice(0, 1),
    ])
      expect(await judge(data, other)).toBe(false);
  });

  it("tokens: signed by both forms, verified by both forms, refused by both forms", async () => {
    for (const { signer } of pairs) {
      for (const { verifier } of pairs) {
        for (const token of [await sign({ sub: "u" }, signer, expected), signSync({ sub: "u" }, signer, expected)]) {
          expect((await verify(token, verifier, expected)).payload.sub).toBe("u");
          expect(verifySync(token, verifier, expected).payload.sub).toBe("u");
        }
      }
      const token = signSync({ sub: "u" }, signer, expected);
      const at = token.lastIndexOf(".") + 1;
      const cases: readonly (readonly [string, string])[] = [
        [token.slice(0, at) + (token.charAt(at) === "A" ? "B" : "A") + token.slice(at + 1), "signature_invalid"],
        [token.slice(0, at), "token_malformed"],
        [`${token}A`.slice(0, -2), "signature_invalid or token_malformed"],
        [`${token}=`, "token_malformed"],
        [`${token}\n`, "token_malformed"],
        [`${token.slice(0, at)}AAAA`, "signature_invalid"],
        [`${token.slice(0, at)}AAAA${token.slice(at)}`, "signature_invalid"],
      ];
      for (const [changed, code] of cases) {
        const [later, now] = [
          await refusalOf(() => verify(changed, pairs[0].verifier, expected)),
          await refusalOf(() => verifySync(changed, pairs[1].verifier, expected)),
        ];
        expect(later).toBe(now);
        expect(code).toContain(later);
      }
    }
  });

  it("many at once on one new key", async () => {
    const { signer, verifier } = await make(false);
    const made = await Promise.all(Array.from({ length: 8 }, async () => signer.sign(data)));
    expect(await Promise.all(made.map(async (signature) => verifier.verify(data, signature)))).toEqual(
      Array.from({ length: 8 }, () => true),
    );
  });
});

describe.each(asynchronousOnly.length > 0 ? asynchronousOnly : [undefined])(
  "an algorithm that node:crypto lacks here",
  (alg) => {
    it("has no synchronous forms: sync_unavailable", async () => {
      if (alg === undefined) return; // this runtime lacks none
      const { signer, verifier } = await asymmetricPair(alg, false);
      expect(await refusalOf(() => signSync({}, signer, expected))).toBe("sync_unavailable");
      expect(await refusalOf(() => verifySync("not a token", verifier, expected))).toBe("sync_unavailable");
      expect(await refusalOf(() => importSigningKeySync(privateJwkFor(alg), alg))).toBe("sync_unavailable");
      expect(await refusalOf(() => importVerifyingKeySync(publicJwkFor(alg), alg))).toBe("sync_unavailable");
      expect((await verify(await sign({}, signer, expected), verifier, expected)).header.alg).toBe(alg.name);
    });
  },
);

// ── signatures that node:crypto takes and JOSE does not ───────────────────────────────────────────────────────────

/** A token of any signature, and what verify and verifySync, by either import, say of it. */
async function codeOf(
  alg: AsymmetricAlgorithm,
  signatureOf: (input: Buffer, key: KeyObject) => Uint8Array,
): Promise<string> {
  const segment = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const input = `${segment({ alg: alg.name })}.${segment({ iss: expected.issuer, aud: "web", iat: now, exp: now + 60 })}`;
  const signature = signatureOf(Buffer.from(input), createPrivateKey({ key: privateJwkFor(alg), format: "jwk" }));
  const token = `${input}.${Buffer.from(signature).toString("base64url")}`;
  const codes = new Set<string>();
  for (const sync of [false, true]) {
    const { verifier } = await asymmetricPair(alg, sync);
    codes
      .add(await refusalOf(() => verify(token, verifier, expected)))
      .add(await refusalOf(() => verifySync(token, verifier, expected)));
  }
  return [...codes].join(", ");
}

const digestOf = (name: string): string => `sha${name.slice(2)}`;

describe.each(syncAlgorithms.filter(({ name }) => name.startsWith("PS")))(
  "$name: the salt is as long as the hash, both ways (RFC 7518 §3.5)",
  (alg) => {
    const bits = Number(alg.name.slice(2));
    const pss =
      (saltLength: number, digest = digestOf(alg.name)) =>
      (input: Buffer, key: KeyObject): Buffer =>
        nodeSign(digest, input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });

    it("the hash's length is accepted", async () => {
      expect(await codeOf(alg, pss(bits / 8))).toBe("accepted");
    });

    it.each([
      ["0", 0],
      ["the maximum, node:crypto's default", constants.RSA_PSS_SALTLEN_MAX_SIGN],
      ["one octet less", bits / 8 - 1],
      ["one octet more", bits / 8 + 1],
      ["20", 20],
    ])("a salt of %s is signature_invalid, synchronously too", async (_what, saltLength) => {
      expect(await codeOf(alg, pss(saltLength))).toBe("signature_invalid");
    });

    it("PKCS#1 v1.5 padding, and another hash, are signature_invalid", async () => {
      expect(await codeOf(alg, (input, key) => nodeSign(digestOf(alg.name), input, key))).toBe("signature_invalid");
      expect(await codeOf(alg, pss(bits / 8, alg.name === "PS256" ? "sha384" : "sha256"))).toBe("signature_invalid");
    });

    it("what signs, synchronously too, is read with exactly that salt by node:crypto", async () => {
      const { signer } = await asymmetricPair(alg, true);
      const data = utf8("data");
      const { verify: nodeVerify } = await import("node:crypto");
      const key = createPublicKey({ key: publicJwkFor(alg), format: "jwk" });
      for (const signature of [await signer.sign(data), signer.signSync!(data)]) {
        const reads = (saltLength: number): boolean =>
          nodeVerify(
            digestOf(alg.name),
            data,
            { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength },
            signature,
          );
        expect([reads(bits / 8), reads(0), reads(bits / 8 - 1)]).toEqual([true, false, false]);
      }
    });
  },
);

describe.each(syncAlgorithms.filter(({ name }) => name.startsWith("RS")))("$name (RFC 7518 §3.3)", (alg) => {
  it("PSS padding, and another hash, are signature_invalid", async () => {
    expect(await codeOf(alg, (input, key) => nodeSign(digestOf(alg.name), input, key))).toBe("accepted");
    expect(
      await codeOf(alg, (input, key) =>
        nodeSign(digestOf(alg.name), input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
      ),
    ).toBe("signature_invalid");
    expect(await codeOf(alg, (input, key) => nodeSign(alg.name === "RS256" ? "sha384" : "sha256", input, key))).toBe(
      "signature_invalid",
    );
  });
});

describe.each(syncAlgorithms.filter(({ name }) => name.startsWith("ES")))(
  "$name: r and s as IEEE P1363, never DER (RFC 7518 §3.4)",
  (alg) => {
    const size = alg.name === "ES512" ? 66 : Number(alg.name.slice(2)) / 8;
    const ecdsa =
      (dsaEncoding: "der" | "ieee-p1363", digest = `sha${alg.name.slice(2)}`) =>
      (input: Buffer, key: KeyObject): Buffer =>
        nodeSign(digest, input, { key, dsaEncoding });
    const p1363 = ecdsa("ieee-p1363");

    it("P1363 is accepted", async () => {
      expect(await codeOf(alg, p1363)).toBe("accepted");
    });

    it("DER, node:crypto's default, is signature_invalid, also cut or filled up to the right length", async () => {
      expect(await codeOf(alg, ecdsa("der"))).toBe("signature_invalid");
      expect(
        await codeOf(alg, (input, key) =>
          Buffer.concat([ecdsa("der")(input, key), Buffer.alloc(2 * size)]).subarray(0, 2 * size),
        ),
      ).toBe("signature_invalid");
    });

    it("another hash is signature_invalid", async () => {
      expect(await codeOf(alg, ecdsa("ieee-p1363", alg.name === "ES256" ? "sha512" : "sha256"))).toBe(
        "signature_invalid",
      );
    });

    it("r or s without its leading zero, or with one more, is signature_invalid", async () => {
      expect(
        await codeOf(alg, (input, key) => {
          const made = p1363(input, key);
          return Buffer.concat([made.subarray(1, size), made.subarray(size)]);
        }),
      ).toBe("signature_invalid");
      expect(
        await codeOf(alg, (input, key) => {
          const made = p1363(input, key);
          return Buffer.concat([Buffer.of(0), made.subarray(0, size), Buffer.of(0), made.subarray(size)]);
        }),
      ).toBe("signature_invalid");
    });

    const orders: Readonly<Record<string, string>> = {
      ES256: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
      ES384: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
      ES512:
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    };
    it("r or s of 0, of the order, and beyond it are signature_invalid (CVE-2022-21449)", async () => {
      const order = BigInt(`0x${orders[alg.name]!}`);
      const number = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex");
      const read = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex")}`);
      for (const change of [
        () => [0n, 0n],
        (r: bigint) => [r, 0n],
        (_: bigint, s: bigint) => [0n, s],
        () => [order, order],
        (r: bigint) => [r, order],
        () => [1n, 1n],
        () => [order - 1n, order - 1n],
        (_: bigint, s: bigint) => [1n, s],
      ] as readonly ((r: bigint, s: bigint) => readonly bigint[])[]) {
        expect(
          await codeOf(alg, (input, key) => {
            const made = p1363(input, key);
            return Buffer.concat(change(read(made.subarray(0, size)), read(made.subarray(size))).map(number));
          }),
        ).toBe("signature_invalid");
      }
      // r + n is the same number modulo n; it has another spelling only where it fits the length.
      if (alg.name === "ES512") {
        expect(
          await codeOf(alg, (input, key) => {
            const made = p1363(input, key);
            return Buffer.concat([number(read(made.subarray(0, size)) + order), made.subarray(size)]);
          }),
        ).toBe("signature_invalid");
      }
    });
  },
);

describe.each(syncAlgorithms.filter(({ name }) => name.startsWith("Ed")))("$name (RFC 8032 §5.1.7)", (alg) => {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const little = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, octet) => (sum << 8n) | BigInt(octet), 0n);

  it("S + L, another spelling of the same S, is signature_invalid", async () => {
    expect(await codeOf(alg, (input, key) => nodeSign(null, input, key))).toBe("accepted");
    expect(
      await codeOf(alg, (input, key) => {
        const made = nodeSign(null, input, key);
        let s = little(made.subarray(32)) + order;
        const octets = Buffer.alloc(32);
        for (let i = 0; i < 32; i++, s >>= 8n) octets[i] = Number(s & 255n);
        return Buffer.concat([made.subarray(0, 32), octets]);
      }),
    ).toBe("signature_invalid");
  });
});
