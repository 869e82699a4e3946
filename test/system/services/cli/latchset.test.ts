// The `jose` command of latchset (Debian's package jose) and mintmark's: keys, tokens, key sets and thumbprints, both ways.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { found, run } from "./program.ts";

const program = fileURLToPath(new URL("../../../../dist/cli.js", import.meta.url));
const mintmark = (words: readonly string[], stdin?: string): string =>
  run(process.execPath, [program, ...words], stdin);
const jose = (words: readonly string[], stdin?: string): string => run("jose", words, stdin);

const files = mkdtempSync(join(tmpdir(), "mintmark-latchset-"));
afterAll(() => {
  rmSync(files, { recursive: true });
});
let count = 0;
const file = (text?: string): string => {
  const path = join(files, String(++count));
  if (text !== undefined) writeFileSync(path, text);
  return path;
};

const both = ["--issuer", "https://issuer.example/ünïcode", "--audience", "web"];
const claims = (): string =>
  JSON.stringify({
    iss: both[1],
    aud: "web",
    sub: "Zoë 🪙",
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 600,
  });
const algorithms = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
];

describe.runIf(found("jose", "jose"))("latchset jose", () => {
  /** A new key of mintmark's, its two halves; for HMAC they are one. */
  const mintmarkKey = (alg: string): { own: string; others: string } => {
    const [own, others] = [file(), file()];
    if (alg.startsWith("HS")) mintmark(["secret", "--alg", alg, "--format", "jwk", "--out", own, "--json"]);
    else mintmark(["keygen", "--alg", alg, "--out", own, "--public-out", others, "--json"]);
    return alg.startsWith("HS") ? { own, others: own } : { own, others };
  };
  const joseKey = (alg: string): { own: string; others: string } => {
    const own = file(jose(["jwk", "gen", "-i", JSON.stringify({ alg })]));
    return alg.startsWith("HS") ? { own, others: own } : { own, others: file(jose(["jwk", "pub", "-i", own])) };
  };

  describe.each([
    ["mintmark", mintmarkKey],
    ["jose", joseKey],
  ] as const)("with keys that %s made", (_, make) => {
    it.each(algorithms)("%s: each takes the other's tokens", (alg) => {
      const { own, others } = make(alg);
      const token = mintmark(["sign", "--key", own, ...both, "--subject", "Zoë 🪙"]).trim();
      expect(JSON.parse(jose(["jws", "ver", "-i", token, "-k", others, "-O", "-"]))).toMatchObject({
        sub: "Zoë 🪙",
        iss: both[1],
      });

      const header = JSON.stringify({ protected: { alg, typ: "JWT" } });
      const theirs = jose(["jws", "sig", "-I", "-", "-k", own, "-s", header, "-c"], claims());
      expect(JSON.parse(mintmark(["verify", "--key", others, ...both, "--json"], theirs))).toMatchObject({
        ok: true,
        claims: { sub: "Zoë 🪙" },
        key: { alg },
      });
    });
  });

  it("verifies with the JWK Set that mintmark publishes, and mintmark with jose's", () => {
    const [mine, theirs] = [mintmarkKey("ES256"), joseKey("ES256")];
    const set = file(mintmark(["jwks", "--key", mine.own, "--key", theirs.own]));
    const theirSet = file(jose(["jwk", "pub", "-s", "-i", mine.own, "-i", theirs.own]));
    for (const { own } of [mine, theirs]) {
      const token = mintmark(["sign", "--key", own, ...both]).trim();
      jose(["jws", "ver", "-i", token, "-k", set]);
      expect(JSON.parse(mintmark(["verify", token, "--key", theirSet, ...both, "--json"]))).toMatchObject({ ok: true });
    }
  });

  it.each(["ES256", "ES512", "RS256", "HS256"])("%s: has the same thumbprint", (alg) => {
    const { own } = joseKey(alg);
    expect(mintmark(["thumbprint", "--key", own]).trim()).toBe(jose(["jwk", "thp", "-i", own, "-a", "S256"]).trim());
  });
});
