// The commands that refusals of keys name are run as they stand, and what they write is imported.
import { execSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPrivateKey } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Ed25519, ES256, importSigningKey, importVerifyingKey, PS256, RS256 } from "../../../src/index.ts";
import type { AsymmetricAlgorithm } from "../../../src/index.ts";
import { files } from "./forms.ts";

const { text, base64 } = files;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mintmark-advice-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The commands in a refusal: what stands between backquotes. */
async function commandsFor(
  importer: typeof importSigningKey | typeof importVerifyingKey,
  key: string | Uint8Array,
  alg: AsymmetricAlgorithm,
): Promise<readonly string[]> {
  const refusal = await importer(key, alg).then(
    () => expect.unreachable(),
    (error: unknown) => (error as Error).message,
  );
  return [...refusal.matchAll(/`([^`]+)`/g)].map(([, command]) => command!);
}

function run(command: string): string {
  return execSync(command, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

interface Advice {
  readonly name: string;
  readonly file: string;
  readonly key: string | Uint8Array;
  readonly importer: typeof importSigningKey | typeof importVerifyingKey;
  readonly refusedFor: AsymmetricAlgorithm;
  readonly alg?: AsymmetricAlgorithm;
  /** The file that holds the result; without it, the output does. */
  readonly result?: string;
  /** Answers the prompts of the command. */
  readonly answer?: string;
}

const advices: readonly Advice[] = [
  {
    name: "an encrypted key",
    file: "key.pem",
    key: text["encrypted.pem"]!,
    importer: importSigningKey,
    refusedFor: ES256,
    result: "plain.pem",
    answer: " -passin pass:x",
  },
  {
    name: "an encrypted key of the older form",
    file: "key.pem",
    key: text["encrypted_sec1.pem"]!,
    importer: importSigningKey,
    refusedFor: ES256,
    result: "plain.pem",
    answer: " -passin pass:x",
  },
  {
    name: "explicit parameters",
    file: "key.pem",
    key: text["explicit.pem"]!,
    importer: importSigningKey,
    refusedFor: ES256,
    result: "plain.pem",
  },
  {
    name: "explicit parameters of a public key",
    file: "key.pem",
    key: text["explicit.pub.pem"]!,
    importer: importVerifyingKey,
    refusedFor: ES256,
    result: "plain.pem",
  },
  {
    name: "a compressed point",
    file: "key.pem",
    key: text["compressed.pem"]!,
    importer: importSigningKey,
    refusedFor: ES256,
    result: "plain.pem",
  },
  {
    name: "a compressed point of a public key",
    file: "key.pem",
    key: text["compressed.pub.pem"]!,
    importer: importVerifyingKey,
    refusedFor: ES256,
    result: "plain.pem",
  },
  {
    name: "RSA-PSS",
    file: "old.pem",
    key: text["pss.pem"]!,
    importer: importSigningKey,
    refusedFor: PS256,
    result: "key.pem",
  },
  {
    name: "a request",
    file: "request.csr",
    key: text["request.csr"]!,
    importer: importVerifyingKey,
    refusedFor: ES256,
  },
  {
    name: "a chain",
    file: "chain.pem",
    key: text["chain.pem"]!,
    importer: importVerifyingKey,
    refusedFor: ES256,
    result: "first.pem",
  },
  {
    name: "PKCS #12",
    file: "key.p12",
    key: Buffer.from(base64["key.p12"]!, "base64"),
    importer: importSigningKey,
    refusedFor: ES256,
    result: "key.pem",
    answer: " -passin pass:x",
  },
  {
    name: "an SSH public key",
    file: "key.pub",
    key: text["ssh_rsa.pub"]!,
    importer: importVerifyingKey,
    refusedFor: RS256,
  },
  {
    name: "an SSH public key of RFC 4716",
    file: "key.pub",
    key: text["ssh2_rsa.pub"]!,
    importer: importVerifyingKey,
    refusedFor: RS256,
  },
  {
    name: "an OpenSSH private key",
    file: "key",
    key: text.ssh_ecdsa!,
    importer: importSigningKey,
    refusedFor: ES256,
    result: "key",
    answer: ' -N ""',
  },
  {
    name: "an OpenSSH private key for Ed25519",
    file: "old",
    key: text.ssh_ed25519!,
    importer: importSigningKey,
    refusedFor: Ed25519,
    result: "key.pem",
  },
];

it.each(advices)("$name", async ({ file, key, importer, refusedFor, alg = refusedFor, result, answer = "" }) => {
  writeFileSync(join(folder, file), key, { mode: 0o600 });
  const commands = await commandsFor(importer, key, refusedFor);
  expect(commands.length).toBeGreaterThan(0);
  let printed = "";
  for (const command of commands) printed = run(command + answer);
  const written = result === undefined ? printed : readFileSync(join(folder, result), "utf8");
  expect((await importer(written, alg)).alg).toBe(alg.name);
});

it("createPrivateKey opens an encrypted key, and what it returns is imported", async () => {
  const opened = createPrivateKey({ key: text["encrypted.pem"]!, passphrase: "x" });
  expect((await importSigningKey(opened, ES256)).alg).toBe("ES256");
});

it.each<readonly [string, (key: string) => string | Uint8Array]>([
  ["base64", (key) => Buffer.from(Buffer.from(key).toString("base64"), "base64")],
  ["escaped twice", (key) => key.replaceAll("\n", "\\\\n").replace(/\\+[rn]?/g, "\n")],
  ["escaped twice, with CR", (key) => key.replaceAll("\n", "\\\\r\\\\n").replace(/\\+[rn]?/g, "\n")],
  ["UTF-16", (key) => new TextDecoder("utf-16le").decode(Buffer.from(`\ufeff${key}`, "utf16le"))],
])("the line to write for %s works", async (_what, mended) => {
  const key = createPrivateKey({ key: text["encrypted.pem"]!, passphrase: "x" }).export({
    type: "pkcs8",
    format: "pem",
  });
  expect((await importSigningKey(mended(key as string), ES256)).alg).toBe("ES256");
});
