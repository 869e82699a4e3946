// The interoperability suite: every algorithm the peer has, with keys of either maker in every form that
// both know, both directions, asynchronous and synchronous.
import { beforeAll, describe, expect, test } from "vitest";
import {
  exportJwk,
  exportPem,
  generateKeyPair,
  generateSecret,
  importSecret,
  importSigningKey,
  importVerifyingKey,
  safeVerify,
  safeVerifySync,
  sign,
  signSync,
  verify,
  verifySync,
} from "../../../src/index.ts";
import type { SigningKey, VerifyingKey } from "../../../src/index.ts";
import { asymmetricAlgorithms, hmacAlgorithms } from "../algorithms.ts";
import type { Claims, Peer, WireKey, WireKeyPair } from "./peer.ts";
import { lackedByRuntime } from "./runtime.ts";

type Hmac = (typeof hmacAlgorithms)[number];
type Asymmetric = (typeof asymmetricAlgorithms)[number];

/** Every JOSE name mintmark knows. */
export const algorithmNames: readonly string[] = [...hmacAlgorithms, ...asymmetricAlgorithms].map(({ name }) => name);

const expected = { issuer: "https://issuer.example/ünïcode", audience: "mobile" };
const audiences = ["web", "mobile"];

/** Everything JSON can say that the way from one library to the other could damage. */
const claims = {
  sub: "Zoë 🪙 日本語 \u202e",
  "https://例え.example/claim": "a member name outside ASCII",
  text: 'quotes " and \\ backslashes / controls \u0000\n\u2028',
  roles: ["admin", "ops", ""],
  nested: { deeper: { numbers: [0, -2.5, 1e21, 1e-7, Number.MAX_SAFE_INTEGER], rest: [true, false, null, {}, []] } },
  empty: "",
};

/** One key as both libraries hold it. */
interface SharedKey {
  readonly signingKey: SigningKey;
  readonly verifyingKey: VerifyingKey;
  readonly peerSigning: WireKey;
  readonly peerVerifying: WireKey;
}

export function testInterop(peer: Peer): void {
  for (const algorithm of hmacAlgorithms.filter(({ name }) => peer.algorithms.includes(name))) {
    describe(`${peer.name} ${algorithm.name}`, () => {
      for (const form of ["bytes", "jwk"] as const) {
        describe(`mintmark's secret as ${form}`, () => {
          testBothDirections(peer, algorithm.name, () => mintmarkSecret(algorithm, form));
        });
        describe(`${peer.name}'s secret as ${form}`, () => {
          testBothDirections(peer, algorithm.name, () => peerSecret(peer, algorithm, form));
        });
      }
    });
  }
  for (const algorithm of asymmetricAlgorithms.filter(({ name }) => peer.algorithms.includes(name))) {
    describe(`${peer.name} ${algorithm.name}`, () => {
      if (lackedByRuntime.has(algorithm.name)) {
        testUnsupported(algorithm);
        return;
      }
      for (const form of peer.reads) {
        describe(`mintmark's key as ${form}`, () => {
          testBothDirections(peer, algorithm.name, () => mintmarkKeyPair(algorithm, form));
        });
        describe(`${peer.name}'s key as ${form}`, () => {
          testBothDirections(peer, algorithm.name, () => peerKeyPair(peer, algorithm, form));
        });
      }
    });
  }
}

function testBothDirections(peer: Peer, alg: string, share: () => Promise<SharedKey>): void {
  let key: SharedKey;
  beforeAll(async () => {
    key = await share();
  });

  const options = { issuer: expected.issuer, audience: audiences };
  const ways = [
    { way: "sign", mint: () => sign(claims, key.signingKey, options) },
    { way: "signSync", mint: () => Promise.resolve(signSync(claims, key.signingKey, options)) },
  ];
  for (const { way, mint } of ways) {
    test(`${peer.name} accepts what ${way} mints, and not with another signature`, async () => {
      const token = await mint();
      const received = await peer.verify(alg, key.peerVerifying, token, expected);
      expect(received).toEqual(fifteenMinutesFrom(received.iat));
      await expect(peer.verify(alg, key.peerVerifying, forged(token), expected)).rejects.toThrow();
    });
  }

  test(`mintmark accepts what ${peer.name} signs, and not with another signature`, async () => {
    const sent = fifteenMinutesFrom(Math.floor(Date.now() / 1000));
    const token = await peer.sign(alg, key.peerSigning, sent);

    const verified = await verify(token, key.verifyingKey, expected);
    expect(verified.header.alg).toBe(alg);
    expect(verified.key).toMatchObject({ alg });
    expect(verified.key).not.toHaveProperty("sign");
    expect(verified.claims).toEqual(sent);
    expect(verifySync(token, key.verifyingKey, expected).claims).toEqual(sent);

    const refused = { ok: false, error: { code: "signature_invalid" } };
    expect(await safeVerify(forged(token), key.verifyingKey, expected)).toMatchObject(refused);
    expect(safeVerifySync(forged(token), key.verifyingKey, expected)).toMatchObject(refused);
  });
}

function testUnsupported(algorithm: Asymmetric): void {
  test("is refused by name, since this runtime has none", async () => {
    await expect(generateKeyPair(algorithm)).rejects.toMatchObject({
      code: "unsupported_algorithm",
      message: expect.stringContaining(algorithm.name) as string,
    });
  });
}

function fifteenMinutesFrom(iat: unknown): Claims {
  if (typeof iat !== "number") throw new Error("iat is not a number");
  return { ...claims, iss: expected.issuer, aud: audiences, iat, exp: iat + 900 };
}

/** The same token with another first character in its signature: still canonical, no longer valid. */
function forged(token: string): string {
  const at = token.lastIndexOf(".") + 1;
  return token.slice(0, at) + (token.charAt(at) === "A" ? "B" : "A") + token.slice(at + 1);
}

// ── sharing a key ───────────────────────────────────────────────────────────────────────────────

async function mintmarkSecret(algorithm: Hmac, form: "bytes" | "jwk"): Promise<SharedKey> {
  const secret = await generateSecret(algorithm, { extractable: true });
  const jwk = await exportJwk(secret);
  const wire: WireKey = form === "jwk" ? { form, jwk } : { form, bytes: Buffer.from(String(jwk.k), "base64url") };
  return { signingKey: secret, verifyingKey: secret, peerSigning: wire, peerVerifying: wire };
}

async function peerSecret(peer: Peer, algorithm: Hmac, form: "bytes" | "jwk"): Promise<SharedKey> {
  const { signing } = await peer.generate(algorithm.name);
  const wire = pick(signing, form);
  if (wire.form === "pem") throw new Error("a secret is never PEM");
  const secret = await importSecret(wire.form === "jwk" ? wire.jwk : wire.bytes, algorithm);
  return { signingKey: secret, verifyingKey: secret, peerSigning: wire, peerVerifying: wire };
}

async function mintmarkKeyPair(algorithm: Asymmetric, form: "pem" | "jwk"): Promise<SharedKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const exported = async (key: SigningKey | VerifyingKey): Promise<WireKey> =>
    form === "pem" ? { form, text: await exportPem(key) } : { form, jwk: await exportJwk(key) };
  return {
    signingKey: privateKey,
    verifyingKey: publicKey,
    peerSigning: await exported(privateKey),
    peerVerifying: await exported(publicKey),
  };
}

async function peerKeyPair(peer: Peer, algorithm: Asymmetric, form: "pem" | "jwk"): Promise<SharedKey> {
  const pair: WireKeyPair = await peer.generate(algorithm.name);
  const peerSigning = pick(pair.signing, form);
  const peerVerifying = pick(pair.verifying, form);
  return {
    signingKey: await importSigningKey(textOrJwk(peerSigning), algorithm),
    verifyingKey: await importVerifyingKey(textOrJwk(peerVerifying), algorithm),
    peerSigning,
    peerVerifying,
  };
}

function pick(keys: readonly WireKey[], form: WireKey["form"]): WireKey {
  const key = keys.find((candidate) => candidate.form === form);
  if (key === undefined) throw new Error(`the peer wrote no key as ${form}`);
  return key;
}

function textOrJwk(key: WireKey) {
  if (key.form === "bytes") throw new Error("a key pair is never bytes");
  return key.form === "pem" ? key.text : key.jwk;
}
