// Tokens and keys between the command line and other libraries, both ways, for every algorithm that both have: jose of npm, and PyJWT
// of Debian, without which its part is skipped, and under CI=true fails.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as jose from "jose";
import { afterAll, describe, expect, it, vi } from "vitest";
import { algorithmNames } from "../../../src/cli/algorithms.ts";
import type { Jwk } from "../../../src/index.ts";
import { startJsonLinesProcess } from "../../spec/interop/json-lines-process.ts";
import { lackedByRuntime } from "../../spec/interop/runtime.ts";
import { call, folder, json, output } from "./session.ts";

// RSA keys take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const files = folder();
const expected = { issuer: "https://issuer.example/ünïcode", audience: "web" };
const both = ["--issuer", expected.issuer, "--audience", expected.audience];
const here = algorithmNames.filter((name) => !lackedByRuntime.has(name));
const isHmac = (alg: string): boolean => alg.startsWith("HS");
const pairs = here.filter((alg) => !isHmac(alg));
const claims = () => ({
  iss: expected.issuer,
  aud: [expected.audience],
  sub: "Zoë 🪙",
  iat: Math.floor(Date.now() / 1000),
  exp: Math.floor(Date.now() / 1000) + 600,
});

interface KeyFiles {
  readonly own: string;
  readonly others: string;
}

/** Made once: RSA keys take their time. A PEM is the same for all algorithms of its kind. */
const made = new Map<string, Promise<unknown>>();
function once<T>(name: string, make: () => Promise<T>): Promise<T> {
  const found = (made.get(name) as Promise<T> | undefined) ?? make();
  made.set(name, found);
  return found;
}
const kindOf = (alg: string): string => alg.replace(/^[RP]S.*/, "RSA");

/** The files of a key as the command line writes them, both halves of one for HMAC. */
const keygen = (alg: string, format: "jwk" | "pem"): Promise<KeyFiles> =>
  once(`${format} ${format === "pem" ? kindOf(alg) : alg}`, () => makeFiles(alg, format));
const josePair = (alg: string): Promise<readonly [pkcs8: string, spki: string, jwk: jose.JWK]> =>
  once(`jose ${kindOf(alg)}`, async () => {
    const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true });
    return Promise.all([jose.exportPKCS8(privateKey), jose.exportSPKI(publicKey), jose.exportJWK(publicKey)]);
  });

async function makeFiles(alg: string, format: "jwk" | "pem"): Promise<KeyFiles> {
  const [own, others] = [`${alg}-own.${format}`, `${alg}-others.${format}`];
  const { code, err } = isHmac(alg)
    ? await call(["secret", "--alg", alg, "--format", "jwk", "--out", files.path(own)])
    : await call([
        "keygen",
        "--alg",
        alg,
        "--format",
        format,
        "--out",
        files.path(own),
        "--public-out",
        files.path(others),
      ]);
  expect(code, err).toBe(0);
  return { own, others: isHmac(alg) ? own : others };
}

describe("jose", () => {
  it.each(here)("%s: takes tokens by keys of the command line, and the other way round", async (alg) => {
    const { own, others } = await keygen(alg, "jwk");
    const [signing, verifying] = [JSON.parse(files.read(own)), JSON.parse(files.read(others))] as [Jwk, Jwk];

    const token = await output(["sign", "--key", files.path(own), ...both, "--subject", "Zoë 🪙"]);
    const { payload, protectedHeader } = await jose.jwtVerify(token, await jose.importJWK(verifying, alg), {
      ...expected,
      algorithms: [alg],
      typ: "JWT",
      requiredClaims: ["iat", "exp"],
    });
    expect([payload.sub, protectedHeader.kid]).toEqual(["Zoë 🪙", signing.kid]);

    const theirs = await new jose.SignJWT(claims())
      .setProtectedHeader({ alg, typ: "JWT" })
      .sign(await jose.importJWK(signing, alg));
    expect(await json(["verify", theirs, "--key", files.path(others), ...both])).toMatchObject({
      ok: true,
      claims: { sub: "Zoë 🪙" },
    });
  });

  it.each(pairs)("%s: takes PEM of the command line, and finds the key in its JWK Set", async (alg) => {
    const { own, others } = await keygen(alg, "pem");
    const jwks = JSON.parse(
      await output(["jwks", "--key", files.path(own), "--alg", alg, "--kid", "k"]),
    ) as jose.JSONWebKeySet;
    const token = await output(["sign", "--key", files.path(own), "--alg", alg, "--kid", "k", ...both]);
    expect((await jose.jwtVerify(token, jose.createLocalJWKSet(jwks), expected)).protectedHeader.kid).toBe("k");
    await jose.jwtVerify(token, await jose.importSPKI(files.read(others), alg), expected);
    const theirs = await new jose.SignJWT(claims())
      .setProtectedHeader({ alg, kid: "k" })
      .sign(await jose.importPKCS8(files.read(own), alg));
    expect(
      await json(["verify", theirs, "--key", files.write("jwks.json", JSON.stringify(jwks)), ...both]),
    ).toMatchObject({ ok: true });
  });

  it.each(pairs)("%s: makes keys that the command line reads, with the same thumbprint", async (alg) => {
    const [pkcs8, spki, jwk] = await josePair(alg);
    const token = await output(["sign", "--key", "-", "--alg", alg, ...both], { stdin: pkcs8 });
    expect(await json(["verify", token, "--key", "-", "--alg", alg, ...both], { stdin: spki })).toMatchObject({
      ok: true,
    });
    expect(await output(["thumbprint", "--key", "-"], { stdin: JSON.stringify(jwk) })).toBe(
      await jose.calculateJwkThumbprint(jwk),
    );
  });
});

const missing = "PyJWT is not here (apt-get install python3-jwt python3-cryptography)";
const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import jwt; assert jwt.algorithms.has_crypto"]).status === 0,
);

describe("PyJWT", async () => {
  if (python === undefined) {
    it("is there", (context) => {
      if (process.env.CI === "true") expect.fail(missing);
      context.skip(missing);
    });
    return;
  }
  const peer = startJsonLinesProcess(python, [
    fileURLToPath(new URL("../../spec/interop/pyjwt_peer.py", import.meta.url)),
  ]);
  afterAll(peer.stop);
  const known = (await peer.ask({ op: "algorithms" })) as readonly string[];

  it.each(here.filter((alg) => known.includes(alg)))(
    "%s: takes tokens by keys of the command line, and the other way round",
    async (alg) => {
      const { own, others } = await keygen(alg, "jwk");
      const [signing, verifying] = [own, others].map((name) => ({
        form: "jwk",
        jwk: JSON.parse(files.read(name)) as unknown,
      }));
      const token = await output(["sign", "--key", files.path(own), ...both, "--subject", "Zoë 🪙"]);
      expect(await peer.ask({ op: "verify", alg, key: verifying, token, ...expected })).toMatchObject({
        sub: "Zoë 🪙",
      });
      const theirs = (await peer.ask({ op: "sign", alg, key: signing, claims: claims() })) as string;
      expect(await json(["verify", theirs, "--key", files.path(others), ...both])).toMatchObject({
        ok: true,
        claims: { sub: "Zoë 🪙" },
      });
    },
  );

  it("takes a text secret of the command line as it stands, with and without decoding", async () => {
    const text = await output(["secret", "--format", "base64"]);
    for (const [base64, words] of [
      [Buffer.from(text).toString("base64"), []],
      [text, ["--secret-encoding", "base64"]],
    ] as const) {
      const token = await output(["sign", "--secret", "-", ...both, ...words], { stdin: `${text}\n` });
      expect(
        await peer.ask({ op: "verify", alg: "HS256", key: { form: "bytes", base64 }, token, ...expected }),
      ).toMatchObject({ iss: expected.issuer });
    }
  });
});
