// Other libraries verify tokens against the set that jwksResponse serves: before, during and after a change of keys.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createRemoteJWKSet, jwtVerify } from "jose";
import jsonwebtoken from "jsonwebtoken";
import jwksRsa from "jwks-rsa";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EdDSA, ES256, ES384, generateKeyPair, PS256, remoteJwks, RS256, sign, verify } from "../../../../src/index.ts";
import type { AsymmetricAlgorithm, SigningKey } from "../../../../src/index.ts";
import { startJsonLinesProcess, type JsonLinesProcess } from "../../../spec/interop/json-lines-process.ts";
import { whyMissing } from "../../missing.mjs";
import { publish, type Publisher } from "./issuer.ts";

const [issuer, audience] = ["https://issuer.example", "web"];

const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import jwt; assert jwt.algorithms.has_crypto"]).status === 0,
);
const noPyJwt = whyMissing(python, "PyJWT", "apt-get install python3-jwt python3-cryptography");

interface Peer {
  readonly name: string;
  readonly missing: string | undefined;
  readonly algorithms: readonly AsymmetricAlgorithm[];
  /** The token's `sub`, with nothing remembered from before. */
  readonly verify: (url: string, alg: string, token: string) => Promise<unknown>;
  /** What it throws for a `kid` that is not published. */
  readonly unknownKey: { readonly name?: string; readonly code?: string };
}

let pyJwt: JsonLinesProcess | undefined;
beforeAll(() => {
  if (python !== undefined)
    pyJwt = startJsonLinesProcess(python, [fileURLToPath(new URL("pyjwks_client.py", import.meta.url))]);
});
afterAll(() => pyJwt?.stop());

const peers: readonly Peer[] = [
  {
    name: "jose's createRemoteJWKSet",
    missing: undefined,
    algorithms: [ES256, ES384, RS256, PS256, EdDSA],
    verify: async (url, alg, token) =>
      (await jwtVerify(token, createRemoteJWKSet(new URL(url)), { issuer, audience, algorithms: [alg] })).payload.sub,
    unknownKey: { code: "ERR_JWKS_NO_MATCHING_KEY" },
  },
  {
    name: "jsonwebtoken with jwks-rsa",
    missing: undefined,
    algorithms: [ES256, ES384, RS256, PS256],
    verify: async (url, alg, token) => {
      const client = jwksRsa({ jwksUri: url, cache: false });
      const { header } = jsonwebtoken.decode(token, { complete: true })!;
      const key = (await client.getSigningKey(header.kid)).getPublicKey();
      const payload = jsonwebtoken.verify(token, key, { issuer, audience, algorithms: [alg as "ES256"] });
      return typeof payload === "string" ? undefined : payload.sub;
    },
    unknownKey: { name: "SigningKeyNotFoundError" },
  },
  {
    name: "PyJWT's PyJWKClient",
    missing: noPyJwt,
    algorithms: [ES256, ES384, RS256, PS256, EdDSA],
    verify: async (url, alg, token) =>
      ((await pyJwt!.ask({ op: "verify", url, alg, token, issuer, audience })) as { sub: unknown }).sub,
    unknownKey: { name: "PyJWKClientError" },
  },
  {
    name: "mintmark's remoteJwks",
    missing: undefined,
    algorithms: [ES256, ES384, RS256, PS256, EdDSA],
    verify: async (url, _alg, token) =>
      (await verify(token, remoteJwks(url, { algorithms: [ES256, ES384, RS256, PS256, EdDSA] }), { issuer, audience }))
        .payload.sub,
    unknownKey: { code: "key_not_found" },
  },
];

const every = [ES256, ES384, RS256, PS256, EdDSA];
const pairs = new Map<string, readonly [SigningKey, SigningKey]>();
let publisher: Publisher;
beforeAll(async () => {
  for (const alg of every) {
    const [old, next] = [await generateKeyPair(alg), await generateKeyPair(alg)];
    pairs.set(alg.name, [old.privateKey, next.privateKey]);
  }
  publisher = await publish([...pairs.values()].map(([old]) => old));
});
afterAll(() => publisher.close());

describe.each(peers)("$name", ({ algorithms, verify: accepts, missing, unknownKey }) => {
  beforeEach((context) => {
    context.skip(missing !== undefined, missing);
  });

  it.each(algorithms.map(({ name }) => name))("%s: before, during and after the keys change", async (alg) => {
    const [old, next] = pairs.get(alg)!;
    /** Keys of the other algorithms stay as they are: the set is never of one kind. */
    const others = [...pairs].filter(([name]) => name !== alg).map(([, [key]]) => key);
    const [byOld, byNext] = await Promise.all(
      [old, next].map((key) => sign({ sub: "user_123" }, key, { issuer, audience })),
    );
    const outcome = (token: string): Promise<unknown> => accepts(publisher.url, alg, token);

    publisher.keys = [...others, old];
    expect(await outcome(byOld!)).toBe("user_123");
    await expect(outcome(byNext!)).rejects.toMatchObject(unknownKey);

    publisher.keys = [...others, old, next];
    expect(await outcome(byOld!)).toBe("user_123");
    expect(await outcome(byNext!)).toBe("user_123");

    publisher.keys = [next, ...others];
    expect(await outcome(byNext!)).toBe("user_123");
    await expect(outcome(byOld!)).rejects.toMatchObject(unknownKey);
  });
});

describe("clients that live through the change", () => {
  const [old, next] = [(): SigningKey => pairs.get("ES256")![0], (): SigningKey => pairs.get("ES256")![1]];
  const tokenBy = (key: SigningKey): Promise<string> => sign({ sub: "user_123" }, key, { issuer, audience });

  it("find a key that was published after they had started", async () => {
    const joseKeys = createRemoteJWKSet(new URL(publisher.url), { cooldownDuration: 0 });
    const rsaClient = jwksRsa({ jwksUri: publisher.url, cache: true });
    let now = Date.now();
    const ours = remoteJwks(publisher.url, { algorithms: [ES256], now: () => new Date(now) });
    const all = async (token: string): Promise<unknown[]> => [
      (await jwtVerify(token, joseKeys, { issuer, audience })).payload.sub,
      (await rsaClient.getSigningKey(jsonwebtoken.decode(token, { complete: true })!.header.kid)).kid,
      (await verify(token, ours, { issuer, audience })).payload.sub,
    ];

    publisher.keys = [old()];
    expect(await all(await tokenBy(old()))).toEqual(["user_123", old().kid, "user_123"]);
    publisher.keys = [old(), next()];
    now += 30_000; // mintmark's cooldown
    expect(await all(await tokenBy(next()))).toEqual(["user_123", next().kid, "user_123"]);
    expect(await all(await tokenBy(old()))).toEqual(["user_123", old().kid, "user_123"]);
  });
});
