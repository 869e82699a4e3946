// The rows of the threat table about stores, with the stores that the package brings. Each describe quotes the fault. The race of
// several processes over real servers is in test/services/revocation.
import { beforeAll, describe, expect, it } from "vitest";
import {
  createVerifier,
  HS256,
  importSecret,
  memoryDenylist,
  memoryReplayStore,
  redisReplayStore,
  revoke,
  sqlReplayStore,
  verify,
} from "../../src/index.ts";
import type { ReplayStore, SecretKey } from "../../src/index.ts";
import { claiming, expected, goodClaims, outcome, signatureOf, signedBy, withSignature } from "./forge.ts";
import { sqlLike } from "../stores/sql-like.ts";
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
      return redisReplayStore(([, key]) =>
        later(() => (values.has(key!) ? null : values.add(key!) === values && "OK")),
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
      const codes = await Promise.all(tokens.map((token) => outcome(() => verifier.verify(token))));
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
