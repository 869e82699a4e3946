// The key of docs/guides/kms.md, with a signer in another process, and with one that is slow, fails or answers in another form.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, sign as signWithNode, verify as verifyWithNode, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSigner, createVerifier, ES256, importVerifyingKey, signSync } from "../../../../src/index.ts";
import type { Bytes, Jwk, SigningKey, VerifyingKey } from "../../../../src/index.ts";
import { startJsonLinesProcess, type JsonLinesProcess } from "../../../spec/interop/json-lines-process.ts";
import type { Cases } from "../cases.ts";

interface Guide {
  readonly kmsKey: (
    kid: string,
    ask: (message: Bytes, signal: AbortSignal) => Promise<Uint8Array>,
    milliseconds?: number,
  ) => SigningKey;
  readonly fromDer: (der: Uint8Array, size: number) => Bytes;
}

interface AwsKms {
  readonly sign: (
    request: Readonly<Record<"KeyId" | "MessageType" | "SigningAlgorithm", string>> & { readonly Message: Uint8Array },
    options: { readonly abortSignal: AbortSignal },
  ) => Promise<{ Signature?: Uint8Array }>;
  readonly getPublicKey: () => Promise<{ PublicKey?: Uint8Array }>;
}

interface AwsGuide {
  readonly awsKey: (kms: AwsKms, id: string, kid: string) => SigningKey;
  readonly awsPublicKey: (kms: AwsKms, id: string, kid: string) => Promise<VerifyingKey>;
}

interface AzureSigner {
  readonly sign: (
    algorithm: string,
    hash: Uint8Array,
    options: { readonly abortSignal: AbortSignal },
  ) => Promise<{ result: Uint8Array }>;
}

interface AzureGuide {
  readonly azureKey: (client: AzureSigner, kid: string) => SigningKey;
  readonly azurePublicKey: (stored: object, kid: string) => Promise<VerifyingKey>;
}

const script = fileURLToPath(new URL("../../../unit/keys/remote-signer.mjs", import.meta.url));
const policy = { issuer: "https://id.example", audience: "orders" };

/** Signs a hash as it is, as services do: Node.js would hash it again. */
function signHash(hash: Uint8Array, privateKey: KeyObject): Buffer {
  const file = join(mkdtempSync(join(tmpdir(), "mintmark-kms-")), "key.pem");
  writeFileSync(file, privateKey.export({ format: "pem", type: "pkcs8" }));
  try {
    return execFileSync("openssl", ["pkeyutl", "-sign", "-inkey", file], { input: hash });
  } finally {
    rmSync(dirname(file), { recursive: true });
  }
}

async function signsAndVerifies(key: SigningKey, publicKey: VerifyingKey): Promise<void> {
  const signer = createSigner(key, policy);
  for (let at = 0; at < 20; at++) {
    // Longer than the 4096 bytes that a service takes as a message.
    const token = await signer.sign({ sub: "user_123", text: "x".repeat(5000) });
    const { claims, header } = await createVerifier(publicKey, policy).verify(token);
    assert.deepEqual([claims.sub, header.kid], ["user_123", "2026-11"]);
  }
}

const cases: Cases = (load) => {
  const guide = async (): Promise<Guide> => (await load("kms.ts")) as unknown as Guide;

  async function withService(
    run: (service: JsonLinesProcess, key: (request?: object) => Promise<SigningKey>) => Promise<void>,
  ): Promise<void> {
    const service = startJsonLinesProcess(process.execPath, [script]);
    const ask =
      (request: object) =>
      async (message: Bytes): Promise<Uint8Array> =>
        Buffer.from(
          String(
            await service.ask({ op: "sign", format: "der", data: Buffer.from(message).toString("base64"), ...request }),
          ),
          "base64",
        );
    try {
      await run(service, async (request = {}) => (await guide()).kmsKey("kms-1", ask(request)));
    } finally {
      await service.stop();
    }
  }
  const unavailable = { name: "UnavailableError", code: "key_unavailable" };

  return [
    [
      "1000 tokens, signed in another process in DER, verify with its public key",
      () =>
        withService(async (service, key) => {
          const publicKey = await importVerifyingKey((await service.ask({ op: "publicKey" })) as Jwk, ES256, {
            kid: "kms-1",
          });
          const [signer, verifier] = [createSigner(await key(), policy), createVerifier(publicKey, policy)];
          const subjects = Array.from({ length: 1000 }, (_, at) => `user_${at}`);
          const tokens = await Promise.all(subjects.map((sub) => signer.sign({ sub })));
          const verified = await Promise.all(tokens.map((token) => verifier.verify(token)));
          assert.deepEqual(
            verified.map(({ claims }) => claims.sub),
            subjects,
          );
        }),
    ],
    [
      "DER becomes what JOSE wants, for every curve; and the zeros are as frequent as it says",
      async () => {
        const { fromDer } = await guide();
        for (const [namedCurve, size] of [
          ["P-256", 32],
          ["P-384", 48],
          ["P-521", 66],
        ] as const) {
          const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
          const signatures = Array.from({ length: size === 32 ? 4000 : 300 }, () =>
            signWithNode("sha256", Buffer.from("message"), privateKey),
          );
          for (const der of signatures.slice(0, 500))
            assert.ok(
              verifyWithNode(
                "sha256",
                Buffer.from("message"),
                { key: publicKey, dsaEncoding: "ieee-p1363" },
                fromDer(der, size),
              ),
            );
          if (size !== 32) continue;
          const share = (isSo: (length: number) => boolean): number =>
            signatures.filter((der) => isSo(der[3]!) || isSo(der[5 + der[3]!]!)).length / signatures.length;
          assert.ok(Math.abs(share((length) => length > 32) - 0.75) < 0.05);
          const shorter = share((length) => length < 32) * 256;
          assert.ok(shorter > 0.05 && shorter < 2.5, `${shorter} in 256`);
        }
      },
    ],
    [
      "AWS KMS: a hash, and DER",
      async () => {
        const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        const kms: AwsKms = {
          async sign({ KeyId, Message, MessageType, SigningAlgorithm }, { abortSignal }) {
            assert.deepEqual(
              [KeyId, Message.length, MessageType, SigningAlgorithm, abortSignal.aborted],
              ["alias/tokens", 32, "DIGEST", "ECDSA_SHA_256", false],
            );
            return { Signature: signHash(Message, privateKey) };
          },
          getPublicKey: async () => ({ PublicKey: publicKey.export({ format: "der", type: "spki" }) }),
        };
        const { awsKey, awsPublicKey } = (await load("aws.ts")) as unknown as AwsGuide;
        const key = awsKey(kms, "alias/tokens", "2026-11");
        await signsAndVerifies(key, await awsPublicKey(kms, "alias/tokens", "2026-11"));
        const broken = awsKey({ ...kms, sign: async () => ({}) }, "alias/tokens", "2026-11");
        await assert.rejects(createSigner(broken, policy).sign({}), unavailable);
      },
    ],
    [
      "Azure Key Vault: a hash, r and s, and a JWK of bytes",
      async () => {
        const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        const { x = "", y = "" } = publicKey.export({ format: "jwk" });
        const { azureKey, azurePublicKey } = (await load("azure.ts")) as unknown as AzureGuide;
        const { fromDer } = await guide();
        const client: AzureSigner = {
          async sign(algorithm, hash, { abortSignal }) {
            assert.deepEqual([algorithm, hash.length, abortSignal.aborted], ["ES256", 32, false]);
            return { result: Buffer.from(fromDer(signHash(hash, privateKey), 32)) };
          },
        };
        const url = "https://vault.example/keys/tokens/9885aa558e8d448789683188f8c194b0";
        const stored = {
          key: {
            kid: url,
            kty: "EC-HSM",
            crv: "P-256",
            x: Buffer.from(x, "base64url"),
            y: Buffer.from(y, "base64url"),
          },
        };
        await signsAndVerifies(azureKey(client, "2026-11"), await azurePublicKey(stored, "2026-11"));
      },
    ],
    [
      "the smallest and the largest integers",
      async () => {
        const { fromDer } = await guide();
        const large = [0x00, 0xff, ...Array<number>(31).fill(0xee)];
        const der = Uint8Array.from([0x30, 3 + 2 + large.length, 0x02, 1, 0x05, 0x02, large.length, ...large]);
        assert.deepEqual(
          [...fromDer(der, 32)],
          [...Array<number>(31).fill(0), 0x05, 0xff, ...Array<number>(31).fill(0xee)],
        );
      },
    ],
    [
      "a service that is too slow",
      async () => {
        const { kmsKey } = await guide();
        const never = (_: Bytes, signal: AbortSignal): Promise<never> =>
          new Promise((_resolve, reject) => {
            // Timers of signals keep no process alive.
            const alive = setTimeout(() => undefined, 5000);
            signal.addEventListener("abort", () => {
              clearTimeout(alive);
              reject(new Error("too late"));
            });
          });
        await assert.rejects(createSigner(kmsKey("kms-1", never, 20), policy).sign({}), unavailable);
      },
    ],
    [
      "a service that refuses",
      () =>
        withService(async (_, key) => {
          // Without a word of what the service said.
          await assert.rejects(createSigner(await key({ op: "deny" }), policy).sign({}), {
            ...unavailable,
            message: "the ES256 key could not sign",
          });
        }),
    ],
    [
      "no synchronous form, and DER as it came",
      () =>
        withService(async (service, key) => {
          const remote = await key();
          assert.throws(() => signSync({}, remote, policy), { name: "TypeError", code: "sync_unavailable" });
          const careless: SigningKey = {
            alg: "ES256",
            sign: async (data) =>
              Buffer.from(
                String(await service.ask({ op: "sign", format: "der", data: Buffer.from(data).toString("base64") })),
                "base64",
              ),
          };
          await assert.rejects(createSigner(careless, policy).sign({}), {
            name: "TypeError",
            code: "invalid_argument",
          });
        }),
    ],
    [
      "a source that is asked once for each token",
      () =>
        withService(async (_, key) => {
          let asked = 0;
          const remote = await key();
          const signer = createSigner(
            {
              current: () => {
                asked++;
                return remote;
              },
            },
            policy,
          );
          await signer.sign({});
          await signer.sign({});
          assert.equal(asked, 2);
        }),
    ],
  ];
};

export default cases;
