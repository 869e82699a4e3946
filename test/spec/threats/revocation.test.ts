// The rows of the threat table about stores, with the stores that the package brings. Each describe quotes the fault. The race of
// several processes over real servers is in test/system/services/revocation.
import { beforeAll, describe, expect, it } from "vitest";
import {
  createVerifier,
  HS256,
  importSecret,
  memoryDenylist,
  memoryReplayStore,
  redisReplayStore,
  revoke,
  revokeSubject,
  sqlReplayStore,
  verify,
} from "../../../src/index.ts";
import type { ReplayStore, SecretKey } from "../../../src/index.ts";
import { claiming, expected, goodClaims, outcome, signatureOf, signedBy, withSignature } from "./forge.ts";
import { sqlLike } from "../../unit/stores/sql-like.ts";
import { everyKey, secretText, type TestKey } from "./keys.ts";

let secret: SecretKey;
let keys: readonly TestKey[];
beforeAll(async () => {
  secret = await importSecret(secretText, HS256);
  keys = await everyKey();
});

describe("Race in replay stores (better-auth #10000)", () => {
  /** Answers after others had their turn, as a server does, and decides in one step, as a server does. */
  const later = <T>(decide: () => T): Promise<T> =>
    new Promise((resolve) => {
      setTimeout(() => {
        resolve(decide());
      }, Math.random() * 5);
    });
  const stores: Readonly<Record<string, () => ReplayStore>> = {
    memory: memoryReplayStore,
    Redis() {
      const values = new Set<string>();
      return redisReplayStore(([name, key]) =>
        later(() => {
          const known = values.has(key!);
          if (name === "GET") return known ? "1" : null;
          values.add(key!);
          return known ? null : "OK";
        }),
      );
    },
    SQL() {
      const query = sqlLike();
      return sqlReplayStore(async (...statement) => later(() => query(...statement)).then((rows) => rows));
    },
  };

  it.each(Object.entries(stores))(
    "of 1,000 concurrent uses of one token exactly one passes: %s",
    async (_name, open) => {
      const verifier = createVerifier(secret, { ...expected, replay: open() });
      const token = claiming(goodClaims({ jti: "once" }));
      const codes = await Promise.all(Array.from({ length: 1000 }, () => outcome(() => verifier.verify(token))));
      expect(codes.filter((code) => code === "accepted")).toHaveLength(1);
      expect(codes.filter((code) => code === "replayed")).toHaveLength(999);
    },
  );

  it("verifiers and ways to verify that share a store share its uses", async () => {
    const replay = memoryReplayStore();
    const token = claiming(goodClaims({ jti: "once" }));
    const [one, other] = [
      createVerifier(secret, { ...expected, replay, cache: 10 }),
      createVerifier(secret, { ...expected, replay }),
    ];
    const attempts = [
      () => one.verify(token),
      () => other.verify(token),
      () => one.verifySync(token),
      () => other.verifySync(token),
      () => verify(token, secret, { ...expected, replay }),
    ];
    const codes = await Promise.all([...attempts, ...attempts].map((attempt) => outcome(attempt)));
    expect(codes.filter((code) => code === "accepted")).toHaveLength(1);
    expect(codes.filter((code) => code === "replayed")).toHaveLength(9);
  });

  it("a store that is full lets nobody in, neither new tokens nor used ones", async () => {
    const verifier = createVerifier(secret, { ...expected, replay: memoryReplayStore({ max: 3 }) });
    const tokens = [1, 2, 3, 4, 5].map((number) => claiming(goodClaims({ jti: String(number) })));
    for (let time = 0; time < 3; time++) {
      // One after the other: signatures that are checked at once come back in any order.
      const codes: string[] = [];
      for (const token of tokens) codes.push(await outcome(() => verifier.verify(token)));
      expect(codes).toEqual([
        ...Array.from({ length: 3 }, () => (time === 0 ? "accepted" : "replayed")),
        "store_unavailable",
        "store_unavailable",
      ]);
    }
  });
});

describe("Replay by malleable signatures (OWASP CheatSheetSeries #2242)", () => {
  const orders: Readonly<Record<string, bigint>> = {
    ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    ES384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    ES512: BigInt(`0x1${"f".repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`),
  };

  /** The other good signature of an ECDSA token: r and n − s. */
  const mirrored = (token: string, order: bigint): string => {
    const signature = signatureOf(token);
    const half = signature.length / 2;
    const s = BigInt(`0x${signature.subarray(half).toString("hex")}`);
    return withSignature(
      token,
      Buffer.concat([
        signature.subarray(0, half),
        Buffer.from((order - s).toString(16).padStart(2 * half, "0"), "hex"),
      ]),
    );
  };

  it.each(Object.entries(orders))(
    "%s: a token with its other good signature is used, and revoked, with the first",
    async (alg, order) => {
      const key = keys.find((one) => one.alg === alg)!;
      const claims = goodClaims({ jti: "once" });
      const token = await signedBy(key.signing, claims);
      const twin = mirrored(token, order);
      expect(twin).not.toBe(token);
      expect(await outcome(() => verify(twin, key.verifying, expected)), "both are good signatures").toBe("accepted");

      const replayed = createVerifier(key.verifying, { ...expected, replay: memoryReplayStore() });
      expect([await outcome(() => replayed.verify(token)), await outcome(() => replayed.verify(twin))]).toEqual([
        "accepted",
        "replayed",
      ]);

      const denylist = memoryDenylist();
      await revoke(denylist, claims);
      const denied = createVerifier(key.verifying, { ...expected, denylist });
      expect([await outcome(() => denied.verify(token)), await outcome(() => denied.verify(twin))]).toEqual([
        "revoked",
        "revoked",
      ]);
    },
  );

  it("every algorithm: a token that was signed again, with the same iss and jti, is the same token", async () => {
    for (const { alg, signing, verifying } of keys) {
      const verifier = createVerifier(verifying, { ...expected, replay: memoryReplayStore() });
      const claims = goodClaims({ jti: "once" });
      const [first, second] = [
        await signedBy(signing, claims),
        await signedBy(signing, { ...claims, nonce: "another" }),
      ];
      expect([alg, await outcome(() => verifier.verify(first)), await outcome(() => verifier.verify(second))]).toEqual([
        alg,
        "accepted",
        "replayed",
      ]);
    }
  });
});

describe("A client that ignores what it was asked is believed (`SET` without `NX`)", () => {
  it("a client that passes over NX lets no token pass, and an unknown one is a TypeError", async () => {
    const careless = redisReplayStore(async ([name]) => (name === "GET" ? "1" : "OK"));
    const verifier = createVerifier(secret, { ...expected, replay: careless });
    for (let use = 0; use < 2; use++)
      expect(await outcome(() => verifier.verify(claiming(goodClaims({ jti: "once" }))))).toBe("store_unavailable");
    const unknown = { get: async () => null, set: async () => "OK", eval: async () => null, setex: async () => "OK" };
    expect(() => redisReplayStore(unknown as never)).toThrow(TypeError);
  });
});

describe("A mark outlives the token it protects from; long identifiers fill the store", () => {
  it("a mark ends with maxTokenAge, and its key has 128 characters at most", async () => {
    const marks: { key: string; ttl: number }[] = [];
    const replay: ReplayStore = { add: (key, ttl) => marks.push({ key, ttl }) > 0 };
    const verifier = createVerifier(secret, { ...expected, maxTokenAge: "5m", replay });
    const iat = Math.floor(Date.now() / 1000);
    await verifier.verify(claiming(goodClaims({ iat, exp: iat + 98_000_000_000, jti: "x".repeat(8000) })));
    expect(marks).toHaveLength(1);
    expect(marks[0]!.key.length).toBeLessThanOrEqual(128);
    expect(marks[0]!.ttl).toBeLessThanOrEqual(300 + 5 + 61);
  });
});

describe("Clocks apart or set back: one-time tokens twice, logout survived", () => {
  const clock = (offset: number) => (): Date => new Date(Date.now() + offset * 1000);

  it("the mark of a verifier that is ahead is there until one that is behind refuses the token", async () => {
    const iat = Math.floor(Date.now() / 1000);
    const marks: number[] = [];
    const replay: ReplayStore = { add: (_key, ttl) => marks.push(ttl) > 0 };
    const ahead = createVerifier(secret, { ...expected, now: clock(3), replay });
    const exp = iat + 1;
    await ahead.verify(claiming(goodClaims({ iat: iat - 60, exp, jti: "once" })));
    // One that is three seconds behind, with five of tolerance, takes it for eight seconds after `exp`.
    expect(iat + marks[0]!).toBeGreaterThan(exp + 8);
  });

  it("logging out everywhere reaches a token of an issuer that is three seconds ahead", async () => {
    const denylist = memoryDenylist();
    const iat = Math.floor(Date.now() / 1000) + 3;
    const token = claiming(goodClaims({ iat, exp: iat + 900, jti: "early" }));
    const { iss, sub } = goodClaims({}) as { iss: string; sub: string };
    await revokeSubject(denylist, { iss, sub }, { maxLifetime: "15m" });
    const verifier = createVerifier(secret, { ...expected, now: clock(10), denylist });
    expect(await outcome(() => verifier.verify(token))).toBe("revoked");
  });
});
