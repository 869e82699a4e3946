// Keys as the real openssl writes them: every PEM it has for a key, and a certificate. Without openssl the
// suite is skipped, and under CI=true it fails.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Ed25519,
  ES256,
  ES384,
  ES512,
  HS256,
  HS384,
  HS512,
  ML_DSA_44,
  ML_DSA_65,
  ML_DSA_87,
  PS256,
  RS256,
  importSecret,
  importSigningKey,
  importVerifyingKey,
  publicKeyOf,
  sign,
  verify,
} from "../../../src/index.ts";
import type { SigningKey, VerifyingKey } from "../../../src/index.ts";
import mlDsaKeys from "./openssl-ml-dsa.json" with { type: "json" };
import { lackedByRuntime } from "./runtime.ts";

const missing = "openssl is not here";
const there = spawnSync("openssl", ["version"]).status === 0;

if (there) {
  testOpenssl();
} else if (process.env.CI === "true") {
  test("openssl", () => {
    expect.fail(missing);
  });
} else {
  test("openssl", (context) => {
    context.skip(missing);
  });
}

function testOpenssl(): void {
  const directory = mkdtempSync(join(tmpdir(), "mintmark-openssl-"));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  const privateFile = join(directory, "private.pem");

  /** What openssl prints for these arguments; `input` goes to its standard input. */
  const openssl = (args: string, input?: string): string =>
    execFileSync("openssl", args.split(" "), { encoding: "utf8", input, stdio: ["pipe", "pipe", "ignore"] });

  const genpkey = (options: string): string => openssl(`genpkey -algorithm ${options}`);

  describe("openssl's RSA key", () => {
    let pkcs8: string;
    beforeAll(() => {
      openssl(`genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out ${privateFile}`);
      pkcs8 = openssl(`pkey -in ${privateFile}`);
    });

    test("as PKCS#8 and SPKI", async () => {
      const spki = openssl("pkey -pubout", pkcs8);
      await expectPair(await importSigningKey(pkcs8, RS256), await importVerifyingKey(spki, RS256));
      await expectPair(await importSigningKey(pkcs8, PS256), await importVerifyingKey(spki, PS256));
    });

    test("as PKCS#1, both halves", async () => {
      const pkcs1 = openssl("rsa -traditional", pkcs8);
      const publicPkcs1 = openssl("rsa -RSAPublicKey_out", pkcs8);
      expect(pkcs1).toContain("BEGIN RSA PRIVATE KEY");
      expect(publicPkcs1).toContain("BEGIN RSA PUBLIC KEY");
      await expectPair(await importSigningKey(pkcs1, RS256), await importVerifyingKey(publicPkcs1, RS256));
    });

    test("in a certificate, with and without its description before it", async () => {
      const certificate = openssl(`req -new -x509 -key ${privateFile} -subj /CN=issuer.example -days 30`);
      const described = openssl("x509 -text", certificate);
      expect(described).toContain("Subject: CN");
      const signingKey = await importSigningKey(pkcs8, RS256);
      await expectPair(signingKey, await importVerifyingKey(certificate, RS256));
      await expectPair(signingKey, await importVerifyingKey(described, RS256));
    });

    test("encrypted, is refused with the command that decrypts it", async () => {
      for (const form of ["pkcs8 -topk8 -passout pass:secret", "rsa -traditional -aes256 -passout pass:secret"]) {
        const encrypted = openssl(form, pkcs8);
        await expect(importSigningKey(encrypted, RS256)).rejects.toMatchObject({
          name: "TypeError",
          code: "invalid_key",
          message: expect.stringMatching(/`?openssl (pkcs8|pkey|rsa) /) as string,
        });
      }
    });

    test("of 1024 bits, is refused", async () => {
      const weak = genpkey("RSA -pkeyopt rsa_keygen_bits:1024");
      await expect(importSigningKey(weak, RS256)).rejects.toMatchObject({ code: "invalid_key" });
    });

    test("from an environment variable, with \\n as two characters", async () => {
      const signingKey = await importSigningKey(pkcs8.trim().replaceAll("\n", "\\n"), RS256);
      await expectPair(signingKey, await publicKeyOf(signingKey));
    });
  });

  const curves = [
    { algorithm: ES256, curve: "prime256v1" },
    { algorithm: ES384, curve: "secp384r1" },
    { algorithm: ES512, curve: "secp521r1" },
  ] as const;
  describe.each(curves)("openssl's $curve key", ({ algorithm, curve }) => {
    test("as PKCS#8 and SPKI", async () => {
      const pkcs8 = genpkey(`EC -pkeyopt ec_paramgen_curve:${curve}`);
      const spki = openssl("pkey -pubout", pkcs8);
      await expectPair(await importSigningKey(pkcs8, algorithm), await importVerifyingKey(spki, algorithm));
    });

    test("as SEC1, after the EC PARAMETERS block that ecparam writes before it", async () => {
      const sec1 = openssl(`ecparam -name ${curve} -genkey`);
      expect(sec1).toMatch(/BEGIN EC PARAMETERS[^]*BEGIN EC PRIVATE KEY/);
      const signingKey = await importSigningKey(sec1, algorithm);
      await expectPair(signingKey, await importVerifyingKey(openssl("pkey -pubout", sec1), algorithm));
    });

    test("under another algorithm's name, is refused", async () => {
      const pkcs8 = genpkey(`EC -pkeyopt ec_paramgen_curve:${curve}`);
      const other = algorithm === ES256 ? ES384 : ES256;
      await expect(importSigningKey(pkcs8, other)).rejects.toMatchObject({ code: "invalid_key" });
      await expect(importSigningKey(pkcs8, RS256)).rejects.toMatchObject({ code: "invalid_key" });
    });
  });

  test("openssl's Ed25519 key as PKCS#8, SPKI and in a certificate", async () => {
    openssl(`genpkey -algorithm ED25519 -out ${privateFile}`);
    const pkcs8 = openssl(`pkey -in ${privateFile}`);
    const certificate = openssl(`req -new -x509 -key ${privateFile} -subj /CN=issuer.example -days 30`);
    const signingKey = await importSigningKey(pkcs8, Ed25519);
    await expectPair(signingKey, await importVerifyingKey(openssl("pkey -pubout", pkcs8), Ed25519));
    await expectPair(signingKey, await importVerifyingKey(certificate, Ed25519));
  });

  test("openssl's secrets, as the refusal of a short one tells people to make them", async () => {
    for (const [algorithm, bytes] of [
      [HS256, 32],
      [HS384, 48],
      [HS512, 64],
    ] as const) {
      const refusal: unknown = await importSecret("too short", algorithm).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: "invalid_key" });
      const command = /openssl (rand -(?:base64|hex) \d+)/.exec(String(refusal))?.[1];
      expect(command).toContain(String(bytes));

      const asText = openssl(String(command)).trim();
      const secret = await importSecret(asText, algorithm);
      await expectPair(secret, secret);

      const encoding = command?.includes("hex") === true ? "hex" : "base64";
      const decoded = await importSecret(asText, algorithm, { encoding });
      await expectPair(decoded, decoded);
    }
  });
}

// OpenSSL has ML-DSA from 3.5 on, which few machines have yet: these keys were written by it once.
describe.each([ML_DSA_44, ML_DSA_65, ML_DSA_87])("OpenSSL 3.5's $name key", (algorithm) => {
  const written = mlDsaKeys[algorithm.name];

  // It writes the seed, the expanded key, or, unless told otherwise, both.
  test.each(["seed-priv", "seed-only"] as const)("as PKCS#8 (%s) and SPKI", async (format) => {
    const pem = written[format];
    if (lackedByRuntime.has(algorithm.name)) {
      const refusal = { code: "unsupported_algorithm" };
      await expect(importSigningKey(pem.private, algorithm)).rejects.toMatchObject(refusal);
      await expect(importVerifyingKey(pem.public, algorithm)).rejects.toMatchObject(refusal);
      return;
    }
    await expectPair(await importSigningKey(pem.private, algorithm), await importVerifyingKey(pem.public, algorithm));
  });

  test("without its seed, is refused", async () => {
    await expect(importSigningKey(written["priv-only"].private, algorithm)).rejects.toMatchObject({
      code: "invalid_key",
    });
  });
});

async function expectPair(signingKey: SigningKey, verifyingKey: VerifyingKey): Promise<void> {
  const expected = { issuer: "https://issuer.example", audience: "web" };
  const token = await sign({ sub: "user_123" }, signingKey, expected);
  expect((await verify(token, verifyingKey, expected)).claims.sub).toBe("user_123");
}
