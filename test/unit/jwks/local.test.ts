// localJwks: which keys of a set are used, for what, and what a header leads to.
import nodeCrypto from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  createVerifier,
  createVerifierForIssuers,
  Ed25519,
  EdDSA,
  ES256,
  ES384,
  exportJwk,
  generateKeyPair,
  HS256,
  localJwks,
  ML_DSA_44,
  ML_DSA_65,
  PS256,
  PS512,
  RS256,
  RS512,
  sign,
  unchecked,
  verify,
  verifySync,
} from "../../../src/index.ts";
import type {
  AsymmetricAlgorithm,
  Jwk,
  JwksInput,
  LocalJwks,
  LocalJwksOptions,
  SigningKey,
} from "../../../src/index.ts";
import { privateJwkFor, publicJwkFor } from "../keys/good-keys.ts";
import { codeOf } from "../jwt/outcome.ts";
import { newKey, outcomeOf, stoppedClock, tokenBy, type TestKey } from "./issuer.ts";
import { entra, entraTenant, google, keycloak, publishedSets } from "./published-sets.ts";

let [first, second]: [TestKey, TestKey] = [] as never;
beforeAll(async () => {
  [first, second] = [await newKey("first"), await newKey("second")];
});

const clock = stoppedClock(Math.floor(Date.now() / 1000));
const setOf = (keys: readonly unknown[], options: Partial<LocalJwksOptions> = {}): Promise<LocalJwks> =>
  localJwks({ keys } as JwksInput, { algorithms: [ES256], ...options });
const kidsOf = (keys: readonly { readonly kid?: string }[]): (string | undefined)[] => keys.map(({ kid }) => kid);

describe("sets as they are published", () => {
  it.each(publishedSets.map((set) => [set.name, set] as const))(
    "%s's is read as it is, and its tokens verify",
    async (_name, { document, size, kids, signer, iss }) => {
      const keys = await localJwks(document, { algorithms: [RS256] });
      expect(keys.size).toBe(size);
      for (const kid of kids) {
        const token = await sign({ tid: entraTenant }, await signer(kid), { issuer: iss, audience: "client" });
        // Entra's keys state their issuer as a template; what that does is shown below.
        if (document === entra.document) expect(await keys.select({ alg: "RS256", kid })).toHaveLength(1);
        else await verify(token, keys, { issuer: iss, audience: "client" });
      }
    },
  );

  it("Keycloak's key for encryption is passed over", async () => {
    const { passedOver } = await localJwks(keycloak.document, { algorithms: [RS256] });
    expect(passedOver).toEqual([
      { index: 1, kid: "for encryption", reason: 'alg "RSA-OAEP", kty "RSA": for none of the algorithms' },
    ]);
  });

  it("is frozen data, and says its algorithms", async () => {
    const keys = await localJwks(google.document, { algorithms: [RS256, ES256] });
    expect(Object.isFrozen(keys)).toBe(true);
    expect(keys.algorithms).toEqual(["RS256", "ES256"]);
  });
});

describe("a key that says no alg", () => {
  it("gives one verifying key per algorithm that it fits", async () => {
    const keys = await localJwks(entra.document, { algorithms: [RS256, ES256, RS512] });
    const [kid] = entra.kids as [string];
    expect(keys.size).toBe(3);
    for (const alg of ["RS256", "RS512"]) expect(keys.selectSync({ alg, kid })).toMatchObject([{ alg, kid }]);
    expect(keys.selectSync({ alg: "ES256", kid })).toEqual([]);
  });

  it("fits an algorithm by kty and crv", async () => {
    const bare = (alg: AsymmetricAlgorithm): Jwk => publicJwkFor(alg);
    const keys = await setOf([bare(ES256), bare(ES384), bare(Ed25519), bare(RS256)], {
      algorithms: [ES256, ES384, Ed25519, EdDSA, RS256],
    });
    expect(Object.fromEntries(keys.algorithms.map((alg) => [alg, keys.selectSync({ alg }).length]))).toEqual({
      ES256: 1,
      ES384: 1,
      Ed25519: 1,
      EdDSA: 1,
      RS256: 1,
    });
  });

  it("RS* together with PS* on one key is a TypeError", async () => {
    for (const algorithms of [
      [RS256, PS256],
      [PS512, ES256, RS256],
    ]) {
      expect(await codeOf(() => localJwks(entra.document, { algorithms }))).toBe("invalid_argument");
    }
    await expect(localJwks(entra.document, { algorithms: [RS256, PS256] })).rejects.toThrow("RS256 and PS256");
  });

  it("unless it is allowed in writing", async () => {
    const keys = await localJwks(entra.document, { algorithms: [RS256, PS256], allowSharedKeys: true });
    const [kid] = entra.kids as [string];
    expect(keys.selectSync({ alg: "RS256", kid })).toHaveLength(1);
    expect(keys.selectSync({ alg: "PS256", kid })).toHaveLength(1);
  });

  it("RS* and PS* on keys that say which is no such thing", async () => {
    const keys = await setOf(
      [
        { ...publicJwkFor(RS256), alg: "RS256" },
        { ...publicJwkFor(PS256), alg: "PS256" },
      ],
      { algorithms: [RS256, PS256] },
    );
    expect(keys.size).toBe(2);
  });

  it("of ML-DSA is passed over: there alg is part of the key", async () => {
    const keys = await setOf([{ kty: "AKP", pub: "AAAA" }], { algorithms: [ML_DSA_44, ML_DSA_65] });
    expect(keys.passedOver).toMatchObject([
      { index: 0, reason: 'alg undefined, kty "AKP": for none of the algorithms' },
    ]);
  });
});

describe("keys that are passed over", () => {
  const good = (): Jwk => ({ ...first.jwk });
  const cases: readonly (readonly [string, () => unknown, RegExp])[] = [
    ["for encryption", () => ({ ...good(), use: "enc" }), /use/],
    ["for encryption, by alg", () => ({ ...good(), alg: "ECDH-ES" }), /alg "ECDH-ES"/],
    ["whose operations are others", () => ({ ...good(), key_ops: ["deriveBits"] }), /key_ops/],
    ["of an algorithm that is not listed", () => ({ ...publicJwkFor(RS256), alg: "RS256" }), /alg "RS256".* for none/],
    ["of a kind that no algorithm has", () => publicJwkFor(RS256), /kty "RSA": for none/],
    ["of another curve", () => publicJwkFor(ES384), /kty "EC": for none/],
    ["of another kind than its alg", () => ({ ...publicJwkFor(RS256), alg: "ES256" }), /kty: expected EC/],
    ["symmetric", () => ({ kty: "oct", k: "AAAA".repeat(20), alg: "HS256" }), /alg "HS256"/],
    ["symmetric, without alg", () => ({ kty: "oct", k: "AAAA".repeat(20) }), /kty "oct"/],
    [
      "symmetric under another alg",
      () => ({ kty: "oct", k: "AAAA".repeat(20), alg: "ES256" }),
      /private key where a public|kty/,
    ],
    ["private", () => ({ ...privateJwkFor(ES256), alg: "ES256" }), /private key.*member d/],
    ["with a coordinate cut short", () => ({ ...good(), x: good().x?.slice(1) }), /x/],
    ["with padding", () => ({ ...good(), x: `${good().x ?? ""}=` }), /x: expected base64url/],
    ["off its curve", () => ({ ...good(), x: good().y, y: good().x }), /./],
    ["without a member", () => ({ kty: "EC", crv: "P-256", x: good().x }), /y: expected base64url/],
    ["whose kid is no text", () => ({ ...good(), kid: 5 }), /kid/],
    ["whose alg is no text", () => ({ ...good(), alg: ["ES256"] }), /alg object/],
    ["whose alg is an object", () => ({ ...good(), alg: {} }), /alg object/],
    ["whose issuer is no text", () => ({ ...good(), issuer: ["https://a.example"] }), /issuer: expected/],
    ["whose issuer is empty", () => ({ ...good(), issuer: "" }), /issuer: expected/],
    ["empty", () => ({}), /kty undefined/],
    ["null", () => null, /not an object/],
    ["a text", () => "key", /not an object/],
    ["a list", () => [good()], /not an object/],
    ["a number", () => 5, /not an object/],
    ["whose members are on its prototype", () => Object.create(good()) as unknown, /kty undefined/],
  ];

  it.each(cases)("%s: with its reason, and the good key beside it works", async (_what, bad, reason) => {
    const keys = await setOf([bad(), first.jwk, bad()]);
    expect(keys.size).toBe(1);
    expect(keys.passedOver.map(({ index }) => index)).toEqual([0, 2]);
    expect(keys.passedOver[0]?.reason).toMatch(reason);
    expect(await outcomeOf(await tokenBy(first, clock), keys, clock)).toBe("accepted");
  });

  it("all of them: every token is refused, and the reasons say why", async () => {
    const keys = await setOf(cases.map(([, bad]) => bad()));
    expect(keys.size).toBe(0);
    expect(keys.passedOver).toHaveLength(cases.length);
    expect(await outcomeOf(await tokenBy(first, clock), keys, clock)).toBe("jwks_invalid");
  });

  it("no key at all is a set too", async () => {
    const keys = await setOf([]);
    expect(keys.passedOver).toEqual([]);
    expect(await outcomeOf(await tokenBy(first, clock), keys, clock)).toBe("key_not_found");
  });

  it("a hole in the list is no key", async () => {
    const list: unknown[] = [];
    list[1] = first.jwk;
    expect((await setOf(list)).passedOver).toMatchObject([{ index: 0, reason: "not an object" }]);
  });

  it("reasons quote no more than a few characters, and nothing of key material", async () => {
    const secret = "c2VjcmV0".repeat(100);
    const long = "\u001b[31m".repeat(10_000);
    const keys = await setOf(
      [
        { kty: "oct", k: secret },
        { ...first.jwk, use: long },
        { ...first.jwk, alg: long },
        { ...first.jwk, d: secret },
        { kty: long },
        { ...first.jwk, issuer: long },
      ],
      { issuer: "https://a.example" },
    );
    for (const { reason } of keys.passedOver) {
      expect(reason.length).toBeLessThan(300);
      expect(reason).not.toContain("c2Vjc");
      expect(reason).not.toContain("\u001b");
    }
    expect(keys.passedOver).toHaveLength(6);
  });

  it("an algorithm that this runtime lacks passes over its keys alone", async () => {
    const keys = await setOf(
      [{ kty: "AKP", alg: "ML-DSA-44", pub: Buffer.alloc(1312, 1).toString("base64url") }, first.jwk],
      { algorithms: [ML_DSA_44, ES256] },
    );
    expect(keys.selectSync({ alg: "ES256" })).toHaveLength(1);
    expect(keys.size + keys.passedOver.length).toBe(2);
  });
});

describe("what a header leads to", () => {
  it("a kid: the keys that carry it, else those without one", async () => {
    const nameless = publicJwkFor(ES256);
    const keys = await setOf([first.jwk, nameless, second.jwk, { ...second.jwk, kid: "first" }]);
    expect(kidsOf(keys.selectSync({ alg: "ES256", kid: "first" }))).toEqual(["first", "first"]);
    expect(kidsOf(keys.selectSync({ alg: "ES256", kid: "third" }))).toEqual([undefined]);
    expect(kidsOf(keys.selectSync({ alg: "ES256" }))).toEqual(["first", undefined, "second", "first"]);
    expect(keys.selectSync({ alg: "RS256", kid: "first" })).toEqual([]);
  });

  it("hostile kids are compared and nothing else", async () => {
    const keys = await setOf([
      { ...first.jwk, kid: "__proto__" },
      { ...second.jwk, kid: "" },
    ]);
    for (const kid of ["../../dev/null", "' OR 1=1", "constructor", "undefined", "null", "x".repeat(1_000_000)])
      expect(keys.selectSync({ alg: "ES256", kid })).toEqual([]);
    for (const kid of ["__proto__", ""]) expect(keys.selectSync({ alg: "ES256", kid })).toHaveLength(1);
    for (const alg of ["__proto__", "constructor", ""]) expect(keys.selectSync({ alg })).toEqual([]);
  });

  it("without kid 32 keys are tried, and of 33 none", async () => {
    const other = (count: number): Jwk[] =>
      Array.from({ length: count }, (_, i) => ({ ...second.jwk, kid: `key ${i}` }));
    const nameless: SigningKey = { alg: "ES256", sign: (data) => first.privateKey.sign(data) };
    const token = await tokenBy({ privateKey: nameless }, clock);
    expect(await outcomeOf(token, await setOf([...other(31), first.jwk]), clock)).toBe("accepted");
    expect(await outcomeOf(token, await setOf([...other(32), first.jwk]), clock)).toBe("key_not_found");
    expect(await outcomeOf(token, await setOf([first.jwk, ...other(40)]), clock)).toBe("key_not_found");
  });

  it("costs the same for 10 keys and for 10 000", async () => {
    // RSA keys are the quickest to import.
    const many = (count: number): Promise<LocalJwks> =>
      setOf(
        Array.from({ length: count }, (_, i) => ({ ...publicJwkFor(RS256), kid: `key ${i}` })),
        { algorithms: [RS256] },
      );
    const [few, all] = [await many(10), await many(10_000)];
    expect(all.size).toBe(10_000);
    /** Milliseconds for 100 000 selections, the best of several, so that a busy machine does not matter. */
    const cost = (keys: LocalJwks, kid: string): number =>
      Math.min(
        ...Array.from({ length: 5 }, () => {
          const start = performance.now();
          for (let i = 0; i < 100_000; i++) keys.selectSync({ alg: "RS256", kid });
          return performance.now() - start;
        }),
      );
    cost(few, "key 5");
    // A search through the list would be a thousand times as slow.
    expect(cost(all, "key 9999") / cost(few, "key 9")).toBeLessThan(10);
    expect(cost(all, "unknown") / cost(few, "unknown")).toBeLessThan(10);
  }, 60_000);

  it("makes a KeyObject for the synchronous form alone, and once", async () => {
    const make = vi.spyOn(nodeCrypto, "createPublicKey");
    try {
      const keys = await setOf([first.jwk, second.jwk]);
      const verifier = createVerifier(keys, { issuer: unchecked, audience: unchecked });
      const token = await tokenBy(first, clock);
      const { key } = await verifier.verify(token);
      expect(make).not.toHaveBeenCalled();
      for (let time = 0; time < 3; time++) verifier.verifySync(token);
      expect(make).toHaveBeenCalledOnce();
      expect(Object.isFrozen(key)).toBe(true);
    } finally {
      make.mockRestore();
    }
  });

  it("has a synchronous form", async () => {
    const keys = await setOf([first.jwk]);
    const token = await tokenBy(first, clock);
    expect(verifySync(token, keys, { issuer: "https://issuer.example", audience: "web" }).key.kid).toBe("first");
  });
});

describe("whom keys speak for", () => {
  const [issuerA, issuerB] = ["https://a.example", "https://b.example"];
  const tokenOf = (key: TestKey, iss: string): Promise<string> =>
    sign({}, key.privateKey, { issuer: iss, audience: "web" });

  it("the option binds every key, even with issuer: unchecked", async () => {
    const keys = await setOf([first.jwk], { issuer: issuerA });
    expect(keys.selectSync({ alg: "ES256" })[0]?.issuer).toBe(issuerA);
    for (const issuer of [unchecked, [issuerA, issuerB]] as const) {
      expect(await codeOf(async () => verify(await tokenOf(first, issuerA), keys, { issuer, audience: "web" }))).toBe(
        "accepted",
      );
      expect(await codeOf(async () => verify(await tokenOf(first, issuerB), keys, { issuer, audience: "web" }))).toBe(
        "issuer_mismatch",
      );
    }
  });

  it("a key's own issuer binds it", async () => {
    const keys = await setOf([
      { ...first.jwk, issuer: issuerA },
      { ...second.jwk, issuer: issuerB },
      { ...second.jwk, kid: "free" },
    ]);
    const accepts = (key: TestKey, iss: string): Promise<string> =>
      codeOf(async () => verify(await tokenOf(key, iss), keys, { issuer: [issuerA, issuerB], audience: "web" }));
    expect(await accepts(first, issuerA)).toBe("accepted");
    expect(await accepts(first, issuerB)).toBe("issuer_mismatch");
    expect(await accepts(second, issuerB)).toBe("accepted");
    expect(await accepts(second, issuerA)).toBe("issuer_mismatch");
  });

  it("a key of another issuer than the option's is passed over", async () => {
    const keys = await setOf(
      [
        { ...first.jwk, issuer: issuerA },
        { ...second.jwk, issuer: issuerB },
      ],
      { issuer: issuerA },
    );
    expect(keys.selectSync({ alg: "ES256" })).toMatchObject([{ kid: "first", issuer: issuerA }]);
    expect(keys.passedOver).toEqual([
      { index: 1, kid: "second", reason: 'the key belongs to the issuer "https://b.example"' },
    ]);
  });

  it("Entra's {tenantid} stays in the key's issuer, for the token's tid to be put in", async () => {
    const keys = await localJwks(entra.document, { algorithms: [RS256] });
    expect(entra.kids.map((kid) => keys.selectSync({ alg: "RS256", kid })[0]?.issuer)).toEqual(
      entra.document.keys.map(({ issuer }) => issuer),
    );
  });

  it("the issuer of one tenant takes its place, and keys of others are passed over", async () => {
    const keys = await localJwks(entra.document, { algorithms: [RS256], issuer: entra.iss });
    expect(keys.size).toBe(2);
    expect(keys.selectSync({ alg: "RS256" }).map(({ issuer }) => issuer)).toEqual([entra.iss, entra.iss]);
    expect(keys.passedOver).toMatchObject([{ index: 2, kid: "personal" }]);
    const verifier = createVerifier(keys, { issuer: entra.iss, audience: "client" });
    const token = await sign({ tid: entraTenant }, await entra.signer(entra.kids[0] ?? ""), {
      issuer: entra.iss,
      audience: "client",
    });
    expect((await verifier.verify(token)).payload.tid).toBe(entraTenant);
    const foreign = await sign({ tid: entraTenant }, await entra.signer(entra.kids[0] ?? ""), {
      issuer: entra.iss.replace(entraTenant, "other-tenant"),
      audience: "client",
    });
    expect(await codeOf(() => verifier.verify(foreign))).toBe("issuer_mismatch");
  });

  it.each([
    "https://login.microsoftonline.example/x/v2.0",
    "https://login.microsoftonline.com/x/v1.0",
    "https://evil.example/https://login.microsoftonline.com/x/v2.0",
    "{tenantid}",
  ])("a template does not fit %s", async (issuer) => {
    const keys = await localJwks(entra.document, { algorithms: [RS256], issuer });
    expect(keys.size).toBe(0);
  });

  it("sets of two issuers in one verifier do not speak for each other", async () => {
    const policy = { audience: "web" } as const;
    const verifier = createVerifierForIssuers([
      { ...policy, issuer: issuerA, keys: await setOf([first.jwk]) },
      { ...policy, issuer: issuerB, keys: await setOf([{ ...second.jwk, kid: "first" }]) },
    ]);
    expect(await codeOf(async () => verifier.verify(await tokenOf(first, issuerA)))).toBe("accepted");
    expect(await codeOf(async () => verifier.verify(await tokenOf(first, issuerB)))).toBe("signature_invalid");
  });
});

describe("arguments", () => {
  it.each<readonly [string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a text", '{"keys":[]}'],
    ["a list", []],
    ["no keys", {}],
    ["keys that are no list", { keys: {} }],
    ["keys on the prototype", Object.create({ keys: [] })],
  ])("a set that is %s is a TypeError", async (_what, jwks) => {
    expect(await codeOf(() => localJwks(jwks as JwksInput, { algorithms: [ES256] }))).toBe("invalid_argument");
  });

  it.each<readonly [string, object]>([
    ["no algorithms", {}],
    ["algorithms: undefined", { algorithms: undefined }],
    ["algorithms: []", { algorithms: [] }],
    ["a name", { algorithms: ["ES256"] }],
    ["one, not in a list", { algorithms: ES256 }],
    ["HMAC", { algorithms: [HS256] }],
    ["HMAC among others", { algorithms: [ES256, HS256] }],
    ["a hole", { algorithms: [ES256, , RS256] }], // eslint-disable-line no-sparse-arrays -- that is the case
    ["issuer: undefined", { algorithms: [ES256], issuer: undefined }],
    ["issuer: empty", { algorithms: [ES256], issuer: "" }],
    ["issuer: a list", { algorithms: [ES256], issuer: ["a"] }],
    ["allowSharedKeys: a text", { algorithms: [ES256], allowSharedKeys: "yes" }],
    ["an unknown name", { algorithms: [ES256], kid: "x" }],
    ["remoteJwks' options", { algorithms: [ES256], maxAge: 5 }],
  ])("%s is a TypeError", async (_what, options) => {
    expect(await codeOf(() => localJwks({ keys: [] }, options as LocalJwksOptions))).toBe("invalid_argument");
  });

  it("allowSharedKeys: undefined is not given, and an algorithm named twice is one", async () => {
    const keys = await setOf([first.jwk], { algorithms: [ES256, ES256], allowSharedKeys: undefined });
    expect(keys.algorithms).toEqual(["ES256"]);
    expect(keys.selectSync({ alg: "ES256" })).toHaveLength(1);
  });

  it("the set is read as it was when it was given", async () => {
    const pair = await generateKeyPair(ES256, { kid: "mutable" });
    const jwk = await exportJwk(pair.publicKey);
    const document = { keys: [jwk] };
    const reading = localJwks(document, { algorithms: [ES256] });
    Object.assign(jwk, { kid: "changed", use: "enc", x: second.jwk.x, y: second.jwk.y });
    document.keys.push(second.jwk);
    const keys = await reading;
    expect(kidsOf(keys.selectSync({ alg: "ES256" }))).toEqual(["mutable"]);
    expect(await outcomeOf(await tokenBy(pair, clock), keys, clock)).toBe("accepted");
  });
});
