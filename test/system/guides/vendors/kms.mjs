// The keys of docs/guides/kms.md with the clients of AWS and Azure, and a service on loopback that answers as theirs do.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { KMS } from "@aws-sdk/client-kms";
import { CryptographyClient, KeyClient } from "@azure/keyvault-keys";
import { createSigner, createVerifier } from "../../../../src/index.ts";
import { withServer } from "./compare.mjs";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const file = join(mkdtempSync(join(tmpdir(), "mintmark-kms-")), "key.pem");
writeFileSync(file, privateKey.export({ format: "pem", type: "pkcs8" }));
process.on("exit", () => {
  rmSync(dirname(file), { recursive: true });
});
/** The signature of a hash, in DER. */
const signHash = (hash) => execFileSync("openssl", ["pkeyutl", "-sign", "-inkey", file], { input: hash });

const policy = { issuer: "https://id.example", audience: "orders" };

async function assertGood(key, verifyingKey) {
  const signer = createSigner(key, policy);
  for (let at = 0; at < 10; at++) {
    const { claims, header } = await createVerifier(verifyingKey, policy).verify(
      await signer.sign({ sub: "user_123" }),
    );
    assert.deepEqual([claims.sub, header.kid], ["user_123", "2026-11"]);
  }
}

/** @type {import("../cases.ts").Cases} */
const cases = (load) => [
  [
    "AWS KMS: @aws-sdk/client-kms",
    () =>
      withServer(
        ({ headers, body }) => {
          const { KeyId, Message, MessageType, SigningAlgorithm } = JSON.parse(body);
          assert.equal(KeyId, "alias/tokens");
          if (headers["x-amz-target"] === "TrentService.GetPublicKey")
            return { KeyId, PublicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64") };
          assert.equal(headers["x-amz-target"], "TrentService.Sign");
          assert.deepEqual([MessageType, SigningAlgorithm], ["DIGEST", "ECDSA_SHA_256"]);
          return { KeyId, SigningAlgorithm, Signature: signHash(Buffer.from(Message, "base64")).toString("base64") };
        },
        async (endpoint) => {
          const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
          const kms = new KMS({ endpoint, region: "eu-west-1", credentials });
          const { awsKey, awsPublicKey } = /** @type {{ awsKey: Function, awsPublicKey: Function }} */ (
            await load("aws.ts")
          );
          await assertGood(awsKey(kms, "alias/tokens", "2026-11"), await awsPublicKey(kms, "alias/tokens", "2026-11"));
          kms.destroy();
        },
      ),
  ],
  [
    "Azure Key Vault: @azure/keyvault-keys",
    async () => {
      const vault = "https://vault.example";
      const id = `${vault}/keys/tokens/9885aa558e8d448789683188f8c194b0`;
      const { x, y } = publicKey.export({ format: "jwk" });
      const { fromDer } = /** @type {{ fromDer: Function }} */ (await load("kms.ts"));
      const answers = {
        [`GET ${vault}/keys/tokens/`]: () => ({
          key: { kid: id, kty: "EC-HSM", key_ops: ["sign", "verify"], crv: "P-256", x, y },
          attributes: { enabled: true, created: 1_700_000_000, updated: 1_700_000_000 },
        }),
        [`POST ${id}/sign`]: ({ alg, value }) => {
          assert.equal(alg, "ES256");
          const signature = fromDer(signHash(Buffer.from(value, "base64url")), 32);
          return { kid: id, value: Buffer.from(signature).toString("base64url") };
        },
      };
      // The client insists on https: it is answered in its own process.
      const httpClient = {
        async sendRequest(request) {
          const Headers = request.headers.constructor;
          const answer = (status, body, headers) => {
            return { request, headers: new Headers(headers), status, bodyAsText: JSON.stringify(body) };
          };
          if (!request.headers.has("authorization"))
            return answer(
              401,
              {},
              {
                "www-authenticate": `Bearer authorization="https://login.example/t", resource="https://vault.example"`,
              },
            );
          const address = `${request.method} ${request.url.split("?")[0]}`;
          const body = request.body && JSON.parse(String(request.body));
          assert.ok(answers[address], address);
          return answer(200, answers[address](body), { "content-type": "application/json" });
        },
      };
      const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }) };
      const options = { httpClient, disableChallengeResourceVerification: true };
      const stored = await new KeyClient(vault, credential, options).getKey("tokens");
      const client = new CryptographyClient(stored, credential, options);
      const { azureKey, azurePublicKey } = /** @type {{ azureKey: Function, azurePublicKey: Function }} */ (
        await load("azure.ts")
      );
      await assertGood(azureKey(client, "2026-11"), await azurePublicKey(stored, "2026-11"));
    },
  ],
];

export default cases;
