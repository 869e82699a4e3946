// The rows of the threat table about key sets from elsewhere. Each describe quotes the fault.
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  createVerifierForIssuers,
  discoverJwks,
  Ed25519,
  ES256,
  ES512,
  exportJwk,
  generateKeyPair,
  HS256,
  importSecret,
  jwksResponse,
  localJwks,
  publicJwks,
  remoteJwks,
  RS256,
  sign,
  signJws,
  unchecked,
  verify,
} from "../../../src/index.ts";
import type { Jwk, JwksCache, RemoteJwks, RemoteJwksOptions, SigningKey } from "../../../src/index.ts";
import {
  answering,
  expectedAt,
  issuerName,
  newKey,
  outcomeOf,
  serving,
  startIssuer,
  stoppedClock,
  tokenBy,
  type Clock,
  type Issuer,
  type TestKey,
} from "../../unit/jwks/issuer.ts";
import { entra, entraTenant } from "../../unit/jwks/published-sets.ts";
import { publicJwkFor } from "../../unit/keys/good-keys.ts";
import { codeOf, errorOf } from "../../unit/jwt/outcome.ts";

let [known, attackers]: [TestKey, TestKey] = [] as never;
let [issuer, attacker]: [Issuer, Issuer] = [] as never;
let clock: Clock;
let token: string;

beforeAll(async () => {
  [known, attackers] = [await newKey("known"), await newKey("attackers")];
  [issuer, attacker] = [await startIssuer(), await startIssuer(serving([attackers.jwk]))];
});
afterAll(() => Promise.all([issuer.close(), attacker.close()]));
beforeEach(async () => {
  clock = stoppedClock();
  issuer.asked.length = 0;
  attacker.asked.length = 0;
  issuer.answer = serving([known.jwk]);
  token = await tokenBy(known, clock);
});

const remote = (options: Partial<RemoteJwksOptions> = {}): RemoteJwks =>
  remoteJwks(issuer.url, { algorithms: [ES256], now: clock.now, ...options });
const outcome = (given: string, keys: RemoteJwks): Promise<string> => outcomeOf(given, keys, clock);

/** A token of `issuerName` with any header members, by any key. */
const tokenWith = (key: SigningKey, header: object, claims: object = {}): Promise<string> =>
  sign({ ...claims }, key, {
    audience: "web",
    ...("iss" in claims ? {} : { issuer: issuerName }),
    header: { ...header },
    now: clock.now,
  });

describe("Key taken from the token's own header (CVE-2018-0114, CVE-2026-27962, CVE-2026-34240)", () => {
  it("jwk, jku, x5u, x5c, correct for the attacker's key: refused, and nothing but the configured URL is asked", async () => {
    for (const kid of ["attackers", "known"]) {
      const key: SigningKey = { alg: "ES256", kid, sign: (data) => attackers.privateKey.sign(data) };
      const forged = await tokenWith(key, {
        jwk: attackers.jwk,
        jku: attacker.url,
        x5u: `${attacker.origin}/cert.pem`,
        x5c: ["MIIB"],
        "x5t#S256": "AAAA",
      });
      for (const keys of [remote(), discoverJwks(issuer.origin, { algorithms: [ES256], now: clock.now })]) {
        expect(["key_not_found", "signature_invalid", "jwks_invalid"]).toContain(await outcome(forged, keys));
      }
    }
    expect(attacker.asked).toEqual([]);
    expect(new Set(issuer.asked)).toEqual(new Set(["/jwks.json", "/.well-known/openid-configuration"]));
  });
});

describe("Lookup driven by unverified claims (CVE-2025-65945)", () => {
  it("the iss of a token leads nowhere: a source sees the header, and asks what it was made with", async () => {
    const forged = await tokenWith(attackers.privateKey, {}, { iss: attacker.origin });
    for (const expectedIssuer of [unchecked, attacker.origin, issuerName] as const) {
      expect(
        await codeOf(() => verify(forged, remote(), { issuer: expectedIssuer, audience: "web", now: clock.now })),
      ).toBe("key_not_found");
    }
    expect(attacker.asked).toEqual([]);
  });
});

describe("Header chooses the algorithm because the key does not (CVE-2026-22817, CVE-2026-22818, CVE-2026-44699)", () => {
  it("a JWK without alg and an HS256 token over it, by any text of the key", async () => {
    const { alg, ...bare } = known.jwk;
    expect(alg).toBe("ES256");
    issuer.answer = serving([bare]);
    const local = await localJwks({ keys: [bare] }, { algorithms: [ES256] });
    for (const secret of [
      JSON.stringify(bare),
      JSON.stringify({ keys: [bare] }),
      bare.x ?? "",
      `${bare.x ?? ""}${bare.y ?? ""}`,
    ]) {
      // mintmark refuses such secrets: the attacker does not use it.
      const hmac = await crypto.subtle.importKey("raw", Buffer.from(secret), { name: "HMAC", hash: "SHA-256" }, false, [
        "sign",
      ]);
      const forged = await tokenWith(
        {
          alg: "HS256",
          kid: "known",
          sign: async (data) => new Uint8Array(await crypto.subtle.sign("HMAC", hmac, data)),
        },
        {},
      );
      for (const keys of [remote(), local]) expect(await outcomeOf(forged, keys, clock)).toBe("alg_not_allowed");
    }
    expect(issuer.asked).toEqual([]);
  });

  it("a symmetric key that is published verifies nothing", async () => {
    const secret = await importSecret("a secret that somebody published by mistake", HS256, { kid: "secret" });
    const k = Buffer.from("a secret that somebody published by mistake").toString("base64url");
    issuer.answer = serving([
      { kty: "oct", k, kid: "secret", alg: "HS256" },
      { kty: "oct", k, kid: "secret", alg: "ES256" },
    ]);
    expect(await outcome(await tokenWith(secret, {}), remote())).toBe("alg_not_allowed");
    expect(
      await outcome(await tokenWith({ alg: "ES256", kid: "secret", sign: () => new Uint8Array(64) }, {}), remote()),
    ).toBe("key_not_found");
  });
});

describe("JWKS: unknown `kid` makes it fetch each time; an error wipes the cache (CVE-2026-48524)", () => {
  const stranger = (kid: string): Promise<string> =>
    tokenWith({ alg: "ES256", kid, sign: () => new Uint8Array(64).fill(1) }, {});

  it("1 000 unknown kids: one fetch per cooldown", async () => {
    const keys = remote();
    for (let i = 0; i < 1000; i++) expect(await outcome(await stranger(`made up ${i}`), keys)).toBe("key_not_found");
    expect(issuer.asked).toHaveLength(1);
    clock.at += 30;
    token = await tokenBy(known, clock);
    for (let i = 0; i < 1000; i++) await keys.select({ alg: "ES256", kid: `made up ${i}` });
    expect(issuer.asked).toHaveLength(2);
    expect(await outcome(token, keys)).toBe("accepted");
  });

  it("failed fetches count too, and the good keys stay", async () => {
    const keys = remote();
    expect(await outcome(token, keys)).toBe("accepted");
    issuer.answer = answering(500, "");
    for (let minute = 0; minute < 10; minute++) {
      clock.at += 30;
      for (let i = 0; i < 100; i++)
        expect(await codeOf(() => keys.select({ alg: "ES256", kid: `made up ${i}` }))).toBe("jwks_unavailable");
      expect(await outcome(token, keys)).toBe("accepted");
    }
    expect(issuer.asked).toHaveLength(11);
  });

  it("nor does an error empty the set when there was none: it is tried again after the cooldown", async () => {
    issuer.answer = answering(500, "");
    const keys = remote();
    expect(await outcome(token, keys)).toBe("jwks_unavailable");
    issuer.answer = serving([known.jwk]);
    clock.at += 30;
    expect(await outcome(token, keys)).toBe("accepted");
  });
});

describe("JWKS: redirects, `file:`, http (GHSA-9v7f-9g4p-ffgj, GHSA-993g-76c3-p5m4)", () => {
  it.each([301, 302, 303, 307, 308])("a redirect (%d) is refused, and not followed", async (status) => {
    issuer.answer = answering(status, JSON.stringify({ keys: [known.jwk] }), { location: attacker.url });
    expect(await outcome(token, remote())).toBe("jwks_unavailable");
    expect(attacker.asked).toEqual([]);
  });

  it.each([
    "file:///etc/jwks.json",
    "http://issuer.example/jwks",
    "http://169.254.169.254/",
    "ftp://issuer.example/",
    "data:application/json,{}",
    "http://localhost.evil.example/",
    "http://localhost@evil.example/",
  ])("%s is refused, as a URL and as an issuer", async (url) => {
    expect(await codeOf(() => remoteJwks(url, { algorithms: [ES256] }))).toBe("invalid_argument");
    expect(await codeOf(() => discoverJwks(url, { algorithms: [ES256] }))).toBe("invalid_argument");
  });

  it("nor does an issuer's metadata lead to them", async () => {
    for (const uri of [
      "file:///etc/jwks.json",
      "http://evil.example/jwks",
      "http://169.254.169.254/latest/meta-data/",
    ]) {
      issuer.answer = answering(200, JSON.stringify({ issuer: issuer.origin, jwks_uri: uri }));
      expect(await outcome(token, discoverJwks(issuer.origin, { algorithms: [ES256], now: clock.now }))).toBe(
        "jwks_invalid",
      );
    }
  });

  it("http on this machine, or where it is allowed in writing", async () => {
    expect(await outcome(token, remote())).toBe("accepted");
    expect(
      await codeOf(() => remoteJwks("http://issuer.internal/", { algorithms: [ES256], allowInsecure: true })),
    ).toBe("accepted");
  });
});

describe("JWKS: one bad key kills the set; a refresh appends instead of replacing; cache shared between issuers (GHSA-w6j9-cwv2-h6wq, GHSA-675f-rq2r-jw82, CVE-2025-59936)", () => {
  const bad: readonly unknown[] = [
    null,
    5,
    [],
    {},
    { kty: "EC" },
    { kty: "RSA", n: "AQAB", e: "AQ" },
    { kty: "none" },
    { kty: "EC", crv: "P-256", x: "AAAA", y: "AAAA", kid: "known" },
    { kid: {}, kty: "EC" },
  ];

  it("bad keys are passed over, each with a reason", async () => {
    issuer.answer = serving([...bad, known.jwk, ...bad]);
    const keys = remote();
    expect(await outcome(token, keys)).toBe("accepted");
    expect(keys.state).toMatchObject({ size: 1, lastError: undefined });
    expect(keys.state.passedOver.map(({ index }) => index)).toEqual([
      ...bad.keys(),
      ...[...bad.keys()].map((at) => bad.length + 1 + at),
    ]);
  });

  it("a refresh replaces: a withdrawn key stops working", async () => {
    const keys = remote();
    expect(await outcome(token, keys)).toBe("accepted");
    issuer.answer = serving([attackers.jwk]);
    clock.at += 600;
    expect(await outcome(token, keys)).toBe("key_not_found");
  });

  it("two sets never share keys, not in memory and not in a store, whatever their kids", async () => {
    const texts = new Map<string, string>();
    const cache = { get: (url: string) => texts.get(url), set: (url: string, text: string) => texts.set(url, text) };
    attacker.answer = serving([{ ...attackers.jwk, kid: "known" }]);
    const forged = await tokenWith({ alg: "ES256", kid: "known", sign: (data) => attackers.privateKey.sign(data) }, {});
    for (let i = 0; i < 2; i++) {
      const theirs = remoteJwks(attacker.url, { algorithms: [ES256], now: clock.now, cache });
      expect(await outcome(forged, theirs)).toBe("accepted");
      expect(await outcome(token, theirs)).toBe("signature_invalid");
      const ours = remote({ cache });
      expect(await outcome(forged, ours)).toBe("signature_invalid");
      expect(await outcome(token, ours)).toBe("accepted");
    }
    attacker.answer = serving([attackers.jwk]);
  });
});

describe("A `kid` used as a path or query", () => {
  it.each([
    "../../dev/null",
    "' OR 1=1 --",
    "?x=1&y=2",
    "#",
    "%2e%2e%2f",
    "known\0",
    "known\r\nHost: evil.example",
    "__proto__",
    "constructor",
    "x".repeat(8000),
  ])("%j is compared as text", async (kid) => {
    issuer.answer = serving([known.jwk]);
    const keys = remote();
    const error = (await errorOf(async () =>
      verify(await tokenWith({ alg: "ES256", kid, sign: () => new Uint8Array(64) }, {}), keys, expectedAt(clock)),
    )) as Error;
    expect(error).toMatchObject({ code: "key_not_found" });
    expect(error.message.length).toBeLessThan(200);
    expect(issuer.asked).toEqual(["/jwks.json"]);
  });

  it("1 MB of it is compared as text, and is in no message", async () => {
    const kid = "k".repeat(1_000_000);
    const jws = await signJws(new Uint8Array(1), { alg: "ES256", kid, sign: () => new Uint8Array(64) });
    const { verifyJws } = await import("../../../src/index.ts");
    issuer.answer = answering(500, "");
    for (const keys of [remote(), await localJwks({ keys: [known.jwk] }, { algorithms: [ES256] })]) {
      const error = (await errorOf(() => verifyJws(jws, keys))) as Error;
      expect(["jwks_unavailable", "key_not_found"]).toContain((error as Error & { code: string }).code);
      expect(error.message.length).toBeLessThan(300);
    }
  });
});

describe("Two issuers, two keys, one list: B signs as A (Airflow #71735)", () => {
  const [a, b] = ["https://a.example", "https://b.example"];
  const by = (key: TestKey, iss: string): Promise<string> => tokenWith(key.privateKey, {}, { iss });
  const outcomeFor = async (
    given: Promise<string>,
    keys: Parameters<typeof verify>[1],
    expectedIssuer: string | readonly string[],
  ): Promise<string> =>
    codeOf(async () => verify(await given, keys, { issuer: expectedIssuer, audience: "web", now: clock.now }));

  it("issuer: [A, B] with keys bound to B refuses iss: A", async () => {
    const keys = await localJwks({ keys: [attackers.jwk] }, { algorithms: [ES256], issuer: b });
    expect(await outcomeFor(by(attackers, a), keys, [a, b])).toBe("issuer_mismatch");
    expect(await outcomeFor(by(attackers, b), keys, [a, b])).toBe("accepted");
  });

  it("one set with keys that state their issuers", async () => {
    const keys = await localJwks(
      {
        keys: [
          { ...known.jwk, issuer: a },
          { ...attackers.jwk, issuer: b },
        ],
      },
      { algorithms: [ES256] },
    );
    expect(await outcomeFor(by(attackers, a), keys, [a, b])).toBe("issuer_mismatch");
    expect(await outcomeFor(by(known, a), keys, [a, b])).toBe("accepted");
  });

  it("a set per issuer: the policy is picked by iss, and its keys are its own", async () => {
    const sets = await Promise.all(
      [known, attackers].map(({ jwk }) => localJwks({ keys: [{ ...jwk, kid: "same" }] }, { algorithms: [ES256] })),
    );
    const verifier = createVerifierForIssuers(
      [a, b].map((iss, at) => ({ issuer: iss, audience: "web", keys: sets[at]!, now: clock.now })),
    );
    expect(await codeOf(async () => verifier.verify(await by({ ...attackers, kid: "same" }, a)))).not.toBe("accepted");
  });

  it("Entra's common key set: the key of personal accounts does not speak for a tenant", async () => {
    const keys = await localJwks(entra.document, { algorithms: [RS256] });
    const personal = entra.kids.at(-1) ?? "";
    const forged = await sign({ tid: entraTenant }, await entra.signer(personal), {
      issuer: entra.iss,
      audience: "web",
      now: clock.now,
    });
    for (const expectedIssuer of [entra.iss, unchecked] as const) {
      expect(
        await codeOf(() => verify(forged, keys, { issuer: expectedIssuer, audience: "web", now: clock.now })),
      ).toBe("issuer_mismatch");
    }
  });
});

describe("Mismatched or malformed keys imported by a lax runtime", () => {
  it.each<readonly [string, Jwk]>([
    [
      "the neutral element",
      { kty: "OKP", crv: "Ed25519", x: Buffer.from([1, ...Array<number>(31).fill(0)]).toString("base64url") },
    ],
    ["a point of order four", { kty: "OKP", crv: "Ed25519", x: Buffer.alloc(32).toString("base64url") }],
    ["e = 1", { ...publicJwkFor(RS256), e: "AQ" }],
    [
      "an even modulus",
      {
        ...publicJwkFor(RS256),
        n: Buffer.from(publicJwkFor(RS256).n ?? "", "base64url")
          .fill(0x80, 255)
          .toString("base64url"),
      },
    ],
    ["1024 bits", { ...publicJwkFor(RS256), n: (publicJwkFor(RS256).n ?? "").slice(0, 172) }],
  ])("%s in a published set is passed over", async (_what, jwk) => {
    const { size, passedOver } = await localJwks({ keys: [jwk] }, { algorithms: [RS256, Ed25519] });
    expect(size).toBe(0);
    expect(passedOver).toHaveLength(1);
  });
});

describe("Deeply nested JSON (GHSA-8wjv-2p76-3863, CVE-2025-53864)", () => {
  it.each<readonly [string, string]>([
    ["100 000 levels", `{"keys":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["100 000 levels in a key", `{"keys":[${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}]}`],
    ["megabytes", `{"keys":[${"{},".repeat(1_000_000)}{}]}`],
    ["100 000 keys", JSON.stringify({ keys: Array(100_000).fill({}) })],
  ])("%s: jwks_invalid, never a RangeError", async (_what, text) => {
    issuer.answer = answering(200, text);
    expect(await outcome(token, remote())).toBe("jwks_invalid");
  });
});

describe("Work per input instead of per use: a key set imported whole", () => {
  /** Distinct P-521 keys: the dearest that there are. */
  const manyKeys = (count: number): Jwk[] =>
    Array.from({ length: count }, (_, i) => {
      const jwk = generateKeyPairSync("ec", { namedCurve: "P-521" }).publicKey.export({ format: "jwk" });
      return { ...(jwk as unknown as Jwk), alg: "ES512", kid: `key ${i}` };
    });

  it("the runtime sees a key when it is first a candidate, once, and no other", async () => {
    const pair = await generateKeyPair(ES512, { kid: "known" });
    const keys = manyKeys(999);
    issuer.answer = serving([...keys, await exportJwk(pair.publicKey)]);
    const given = await tokenBy(pair, clock);
    const imports = vi.spyOn(crypto.subtle, "importKey");
    const local = await localJwks({ keys: [...keys, await exportJwk(pair.publicKey)] }, { algorithms: [ES512] });
    const set = remote({ algorithms: [ES512] });
    expect(imports).toHaveBeenCalledTimes(0);
    for (const source of [local, set])
      for (let i = 0; i < 3; i++) expect(await outcomeOf(given, source, clock)).toBe("accepted");
    expect(imports).toHaveBeenCalledTimes(2);
    const [first, again] = [
      await local.select({ alg: "ES512", kid: "known" }),
      await local.select({ alg: "ES512", kid: "known" }),
    ];
    expect(again[0]).toBe(first[0]);
    expect(local.selectSync({ alg: "ES512", kid: "known" })[0]).toBe(first[0]);
    // Of too many candidates none is tried.
    expect(await codeOf(async () => local.select({ alg: "ES512" }))).toBe("key_not_found");
    expect(imports).toHaveBeenCalledTimes(2);
    expect(local.size).toBe(1000);
    imports.mockRestore();
  }, 60_000);

  it("a first verification costs the same for 1 key and for 1 000", async () => {
    const pair = await generateKeyPair(ES512, { kid: "known" });
    const given = await tokenBy(pair, clock);
    const own = await exportJwk(pair.publicKey);
    const many = { keys: [...manyKeys(999), own] };
    const cost = async (document: { readonly keys: readonly Jwk[] }): Promise<number> => {
      const start = performance.now();
      expect(await outcomeOf(given, await localJwks(document, { algorithms: [ES512] }), clock)).toBe("accepted");
      return performance.now() - start;
    };
    const times = { one: [] as number[], all: [] as number[] };
    for (let i = 0; i < 8; i++) {
      times.one.push(await cost({ keys: [own] }));
      times.all.push(await cost(many));
    }
    // To import a thousand would take several hundred times as long.
    expect(Math.min(...times.all) / Math.min(...times.one)).toBeLessThan(10);
  }, 60_000);

  it("the import counts into the timeout", async () => {
    const importKey = crypto.subtle.importKey.bind(crypto.subtle);
    const slow = vi
      .spyOn(crypto.subtle, "importKey")
      .mockImplementation(async (...given: Parameters<typeof importKey>) => {
        await new Promise((resolve) => {
          setTimeout(resolve, 300);
        });
        return importKey(...given);
      });
    try {
      expect(await outcome(token, remote({ timeout: 0.1 }))).toBe("jwks_unavailable");
      expect(await outcome(token, remote({ timeout: 5 }))).toBe("accepted");
    } finally {
      slow.mockRestore();
    }
  });

  it("1 000 tokens at once import the key once", async () => {
    const imports = vi.spyOn(crypto.subtle, "importKey");
    const keys = remote();
    await Promise.all(Array.from({ length: 1000 }, async () => keys.select({ alg: "ES256", kid: "known" })));
    expect(imports).toHaveBeenCalledTimes(1);
    imports.mockRestore();
  });

  it("a published set has 1 000 keys at most", async () => {
    issuer.answer = serving([...Array<object>(1000).fill({}), known.jwk]);
    expect(await outcome(token, remote())).toBe("jwks_invalid");
    issuer.answer = serving([...Array<object>(999).fill({}), known.jwk]);
    expect(await outcome(token, remote())).toBe("accepted");
  });
});

describe("A cache keyed by less than what varies (CVE-2025-59936)", () => {
  const store = (): { texts: Map<string, string>; cache: JwksCache } => {
    const texts = new Map<string, string>();
    return { texts, cache: { get: (key) => texts.get(key), set: (key, text) => texts.set(key, text) } };
  };
  const byTenant = (headers: RemoteJwksOptions["headers"], cache: JwksCache): RemoteJwks => remote({ headers, cache });

  it("two sets of one URL with different headers never swap keys", async () => {
    const { texts, cache } = store();
    const secret = "a secret header value of tenant a";
    issuer.answer = (request, response) => {
      serving([{ ...(request.headers["x-tenant"] === secret ? known.jwk : attackers.jwk), kid: "known" }])(
        request,
        response,
      );
    };
    const forged = await tokenWith({ alg: "ES256", kid: "known", sign: (data) => attackers.privateKey.sign(data) }, {});
    for (let i = 0; i < 2; i++) {
      const [a, b] = [byTenant({ "x-tenant": secret }, cache), byTenant({ "X-Tenant": "b" }, cache)];
      expect(await outcome(token, a)).toBe("accepted");
      expect(await outcome(forged, a)).toBe("signature_invalid");
      expect(await outcome(token, b)).toBe("signature_invalid");
      expect(await outcome(forged, b)).toBe("accepted");
    }
    expect(issuer.asked).toHaveLength(2);
    const stored = [...texts.keys()];
    expect(stored).toHaveLength(2);
    for (const key of stored) {
      expect(key).toMatch(new RegExp(`^${issuer.url}\\?mintmark=[\\w-]{43}$`));
      expect(decodeURIComponent(key)).not.toContain(secret);
    }
    // The names count in any case and order, and a function by what it returns.
    const same = byTenant(() => Promise.resolve({ "X-TENANT": secret }), cache);
    expect(await outcome(token, same)).toBe("accepted");
    expect(issuer.asked).toHaveLength(2);
  });

  it("issuers that share the URL of their metadata do not share a set", async () => {
    const { texts, cache } = store();
    issuer.answer = (request, response) => {
      if (request.url === "/jwks.json") serving([known.jwk])(request, response);
      else answering(200, JSON.stringify({ issuer: issuer.origin, jwks_uri: issuer.url }))(request, response);
    };
    const discover = (iss: string): RemoteJwks => discoverJwks(iss, { algorithms: [ES256], now: clock.now, cache });
    await discover(issuer.origin).reload();
    expect(texts.size).toBe(1);
    expect(await codeOf(async () => discover(`${issuer.origin}/`).select({ alg: "ES256" }))).toBe("jwks_invalid");
    expect(texts.size).toBe(1);
  });
});

describe("Clocks set back: stale keys for ever", () => {
  it("staleIfError counts on a clock that does not go back, when the system's does", async () => {
    const real = Date.now;
    let ahead = 0;
    const dates = vi.spyOn(Date, "now").mockImplementation(() => real() + ahead);
    const steady = performance.now.bind(performance);
    let slept = 0;
    const monotonic = vi.spyOn(performance, "now").mockImplementation(() => steady() + slept);
    try {
      const keys = remoteJwks(issuer.url, { algorithms: [ES256], staleIfError: "1h" });
      const usable = (): Promise<string> => codeOf(async () => keys.select({ alg: "ES256", kid: "known" }));
      expect(await usable()).toBe("accepted");
      issuer.answer = answering(500, "");
      ahead = -300 * 86_400_000;
      expect(await usable()).toBe("accepted");
      slept = 1800_000;
      expect(await usable()).toBe("accepted");
      slept = 3601_000;
      expect(await usable()).toBe("jwks_unavailable");
    } finally {
      dates.mockRestore();
      monotonic.mockRestore();
    }
  });
});

describe("Private keys in a published set", () => {
  it("never leave, and are never used where somebody published them", async () => {
    const { privateKey } = await generateKeyPair(ES256, { kid: "private", extractable: true });
    const jwk = await exportJwk(privateKey);
    const response = await jwksResponse(new Request("https://issuer.example/"), [privateKey]);
    for (const text of [await response.text(), JSON.stringify(await publicJwks([privateKey]))])
      expect(text).not.toContain(jwk.d);

    const { size, passedOver } = await localJwks({ keys: [jwk] }, { algorithms: [ES256] });
    expect(size).toBe(0);
    expect(JSON.stringify(passedOver)).not.toContain(jwk.d);
  });
});

describe("Token printed in an error", () => {
  it("nothing of the token or of the document is in what fails", async () => {
    const document = JSON.stringify({ secret: "a document that is no key set", token });
    issuer.answer = answering(200, document);
    const keys = remote();
    const error = (await errorOf(() => verify(token, keys, expectedAt(clock)))) as Error;
    for (const text of [error.message, String(error.stack), JSON.stringify(error), JSON.stringify(keys.state)]) {
      expect(text).not.toContain("a document");
      expect(text).not.toContain(token.slice(0, 24));
    }
    expect(error.cause).toBeUndefined();
  });
});
