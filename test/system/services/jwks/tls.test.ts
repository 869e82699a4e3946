// Issuers whose certificates are wrong: made by openssl, served by node:https, asked by a process that trusts the test's CA.
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ES256, generateKeyPair, jwksResponse, sign } from "../../../../src/index.ts";
import type { KeyPair } from "../../../../src/index.ts";
import { whyMissing } from "../../missing.mjs";

const missing = whyMissing(
  spawnSync("openssl", ["version"]).status === 0 ? "openssl" : undefined,
  "openssl",
  "apt-get install openssl",
);
const folder = mkdtempSync(join(tmpdir(), "mintmark-tls-"));
const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]): void => {
  execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
};
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

let pair: KeyPair;
let token: string;
beforeAll(async () => {
  if (missing !== undefined) return;
  pair = await generateKeyPair(ES256);
  token = await sign({}, pair.privateKey, { issuer: "https://issuer.example", audience: "web" });
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=CA of this test",
    "-days",
    "30",
  );
  openssl("req", ...newKey, "-new", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=issuer");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach((context) => {
  context.skip(missing !== undefined, missing);
});

/** A certificate for a name, for so many days from now, by the test's CA. */
function certify(altName: string, days: number): Buffer {
  writeFileSync(file("names"), `subjectAltName=${altName}\n`);
  openssl(
    "x509",
    "-req",
    "-in",
    "server.csr",
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-days",
    String(days),
    "-extfile",
    "names",
    "-out",
    "server.pem",
  );
  return readFileSync(file("server.pem"));
}

/** What a consumer makes of an issuer with this certificate, and how many requests reached the issuer. */
async function outcome(cert: Buffer, trust: string): Promise<{ outcome: string; message?: string; requests: number }> {
  let requests = 0;
  const server: Server = createServer(
    { cert, key: readFileSync(file("server.key")) },
    ({ method = "", headers }, response) => {
      requests++;
      void jwksResponse(new Request("https://localhost/", { method, headers: headers as Record<string, string> }), [
        pair.publicKey,
      ]).then(async (answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
      });
    },
  );
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [fileURLToPath(new URL("consumer.mjs", import.meta.url)), url, token],
    { env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: trust } },
  );
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { ...(JSON.parse(stdout) as { outcome: string }), requests };
}

it("a good certificate is accepted", async () => {
  expect(await outcome(certify("IP:127.0.0.1", 10), file("ca.pem"))).toEqual({ outcome: "accepted", requests: 1 });
});

it.each<readonly [string, () => readonly [Buffer, string], RegExp]>([
  ["expired", () => [certify("IP:127.0.0.1", -1), file("ca.pem")], /CERT_HAS_EXPIRED/],
  ["for another name", () => [certify("DNS:issuer.example", 10), file("ca.pem")], /ERR_TLS_CERT_ALTNAME_INVALID/],
  [
    "by a CA that is not trusted",
    () => [certify("IP:127.0.0.1", 10), file("names")],
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY/,
  ],
])("a certificate that is %s: jwks_unavailable that says so, no request, no key", async (_what, make, message) => {
  const { message: said, ...rest } = await outcome(...make());
  expect(rest).toEqual({ outcome: "jwks_unavailable", size: 0, requests: 0 });
  expect(said).toMatch(message);
});
