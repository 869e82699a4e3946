// The figures of docs/guides/algorithms.md: sizes of real keys and tokens, and speeds as docs/performance.md has them.
// `npm run figures` writes them anew.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { asymmetricDefinition, type AsymmetricAlgorithm } from "../../../src/algorithms/algorithm.ts";
import {
  buildClaims,
  ES256,
  Ed25519,
  exportJwk,
  generateKeyPair,
  generateSecret,
  HS256,
  ML_DSA_44,
  PS256,
  RS256,
  sign,
} from "../../../src/index.ts";
import type { Jwk, SigningKey } from "../../../src/index.ts";
import rfc9964 from "../../spec/vectors/rfc9964.json" with { type: "json" };

// RSA keys of 4096 bits are made slowly.
vi.setConfig({ testTimeout: 60_000 });

const path = (name: string): string => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));
const guide = readFileSync(path("guides/algorithms.md"), "utf8");
const performance = readFileSync(path("performance.md"), "utf8");

const claims = { sub: "user_123" };
const options = {
  issuer: "https://id.example",
  audience: "https://api.example",
  now: () => new Date(1_800_000_000_000),
};

interface Sizes {
  readonly name: string;
  readonly publicKey: string;
  readonly signature: number;
  readonly token: number;
}

async function secretSizes(): Promise<Sizes> {
  const token = await sign(claims, await generateSecret(HS256), options);
  return { name: "`HS256`", publicKey: "none: a secret of 32 bytes", ...sizesOf(token) };
}

async function keyPairSizes(algorithm: AsymmetricAlgorithm, modulusLength?: number): Promise<Sizes> {
  const { privateKey, publicJwk } = await keyPair(algorithm, modulusLength);
  const length = JSON.stringify({ ...publicJwk, use: "sig", alg: algorithm.name, kid: privateKey.kid }).length;
  const name = `\`${algorithm.name.replaceAll("-", "_")}\`${modulusLength === undefined ? "" : `, ${modulusLength} bits`}`;
  return { name, publicKey: `${characters(length)} characters`, ...sizesOf(await sign(claims, privateKey, options)) };
}

/** Where a runtime lacks the algorithm: a published key, and signatures of the one length that it can have. */
async function keyPair(
  algorithm: AsymmetricAlgorithm,
  modulusLength: number | undefined,
): Promise<{ privateKey: SigningKey; publicJwk: Jwk }> {
  try {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { modulusLength });
    return { privateKey, publicJwk: await exportJwk(publicKey) };
  } catch (error) {
    expect(error).toMatchObject({ code: "unsupported_algorithm" });
    expect(algorithm).toBe(ML_DSA_44);
    const { kty, alg, kid, pub } = rfc9964.keys["ML-DSA-44"];
    const length = asymmetricDefinition(algorithm).signatureLength({});
    return { privateKey: { alg, kid, sign: () => new Uint8Array(length) }, publicJwk: { kty, alg, kid, pub } };
  }
}

function sizesOf(token: string): { signature: number; token: number } {
  return { signature: Buffer.from(token.split(".")[2]!, "base64url").length, token: token.length };
}

const characters = (count: number): string => count.toLocaleString("en");

async function sizeTable(): Promise<string> {
  const rows = [
    await secretSizes(),
    await keyPairSizes(ES256),
    await keyPairSizes(Ed25519),
    await keyPairSizes(RS256),
    await keyPairSizes(PS256),
    await keyPairSizes(RS256, 4096),
    await keyPairSizes(ML_DSA_44),
  ];
  return table(
    ["", "Public key", "Signature", "Token"],
    rows.map(({ name, publicKey, signature, token }) => [
      name,
      publicKey,
      `${characters(signature)} bytes`,
      `${characters(token)} characters`,
    ]),
  );
}

/** The cells of docs/performance.md for Node.js 24: "235 k ±1 %". */
function speedTable(): string {
  const [, section = ""] = /^## Node\.js 24\n(.*?)^## /ms.exec(performance) ?? [];
  const rate = (algorithm: string, what: string): string => {
    const [, rows = ""] = new RegExp(`^\\*\\*${algorithm}\\*\\*\n\n(.*?)\n\n`, "ms").exec(section) ?? [];
    const [, cell] = new RegExp(`^\\| ${what}, 32 at a time \\| (.*?) \\|`, "m").exec(rows) ?? [];
    expect(cell, `${algorithm}, ${what}`).toMatch(/^[\d.]+ [kM]? ?±\d+ %$/);
    return cell!;
  };
  // Ed25519 is measured under its older name, which more libraries know.
  const measured = [
    ["`HS256`", "HS256"],
    ["`ES256`", "ES256"],
    ["`Ed25519`", "EdDSA"],
    ["`RS256`", "RS256"],
    ["`PS256`", "PS256"],
    ["`ML_DSA_44`", "ML-DSA-44"],
  ] as const;
  return table(
    ["", "Sign", "Verify"],
    measured.map(([name, algorithm]) => [name, rate(algorithm, "sign"), rate(algorithm, "verify")]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return `\n\n${[line(head), line(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n")}\n\n`;
}

function withFigures(text: string, name: string, figures: string): string {
  const marked = new RegExp(`(<!-- ${name} -->).*?(<!-- /${name} -->)`, "s");
  expect(text).toMatch(marked);
  return text.replace(marked, `$1${figures}$2`);
}

describe("docs/guides/algorithms.md", () => {
  it("has the figures of today", async () => {
    const bytes = `${JSON.stringify(buildClaims(claims, options)).length} bytes`;
    const written = [
      ["claims", bytes],
      ["sizes", await sizeTable()],
      ["speeds", speedTable()],
    ] as const;
    await expect(
      written.reduce((text, [name, figures]) => withFigures(text, name, figures), guide),
    ).toMatchFileSnapshot(path("guides/algorithms.md"));
  });

  it("gives signatures of the length that each algorithm has", () => {
    const lengths = Object.fromEntries(
      [...guide.matchAll(/^\| `(\w+)` \|.*\| ([\d,]+) bytes \|/gm)].map(([, name, bytes]) => [
        name,
        Number(bytes!.replace(",", "")),
      ]),
    );
    expect(lengths).toEqual({ HS256: 32, ES256: 64, Ed25519: 64, RS256: 256, PS256: 256, ML_DSA_44: 2420 });
  });
});
