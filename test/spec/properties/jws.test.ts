// What holds of every JWS: any bytes come back as they were, in every serialization, and nothing else does.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { signJws, signJwsJson, verifyJws, verifyJwsJson } from "../../../src/index.ts";
import type { FlattenedJws, GeneralJws } from "../../../src/index.ts";
import { outcome } from "../threats/forge.ts";
import { everyKey } from "../threats/keys.ts";
import type { TestKey } from "../threats/keys.ts";
import { bytes, jsonClaims } from "./arbitrary.ts";

let keys: readonly TestKey[];
let hs256: TestKey;
beforeAll(async () => {
  keys = await everyKey();
  hs256 = keys.find(({ alg }) => alg === "HS256")!;
});

const reserved = ["alg", "kid", "crit", "b64", "typ", "cty"];
const headers = jsonClaims.map((members) =>
  Object.fromEntries(Object.entries(members).filter(([name]) => !reserved.includes(name) && name !== "__proto__")),
);
const text = fc.string({ unit: "grapheme", maxLength: 50 }).map((value) => Uint8Array.from(Buffer.from(value)));
const plain = fc
  .string({ unit: fc.constantFrom(...Array.from('abc XYZ 09!"#{}-_=/+~,:;')), maxLength: 50 })
  .map((value) => Uint8Array.from(Buffer.from(value)));

describe("round trips", () => {
  it("compact, with every algorithm, any bytes and any further header", async () => {
    for (const { alg, signing, verifying } of keys) {
      await fc.assert(
        fc.asyncProperty(bytes, headers, async (payload, header) => {
          const jws = await signJws(payload, signing, { header });
          const found = await verifyJws(jws, verifying);
          expect(Buffer.compare(found.payload, payload)).toBe(0);
          expect(JSON.stringify(found.header)).toBe(JSON.stringify({ alg, typ: "JOSE", ...header }));
        }),
        { numRuns: /^(RS|PS|ML)/.test(alg) ? 5 : 15 },
      );
    }
  });

  it("detached: the payload that was signed, and no other", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, bytes, fc.boolean(), async (payload, other, b64) => {
        const jws = await signJws(payload, hs256.signing, { detached: true, b64 });
        expect(jws.split(".")[1]).toBe("");
        expect(Buffer.compare((await verifyJws(jws, hs256.verifying, { payload })).payload, payload)).toBe(0);
        fc.pre(Buffer.compare(payload, other) !== 0);
        expect(await outcome(() => verifyJws(jws, hs256.verifying, { payload: other }))).toBe("signature_invalid");
        if (payload.length > 0) expect(await outcome(() => verifyJws(jws, hs256.verifying))).toBe("signature_invalid");
      }),
      { numRuns: 100 },
    );
  });

  it("b64: false, where the payload is text that the compact form can carry", async () => {
    await fc.assert(
      fc.asyncProperty(plain, async (payload) => {
        const jws = await signJws(payload, hs256.signing, { b64: false });
        const found = await verifyJws(jws, hs256.verifying);
        expect(Buffer.compare(found.payload, payload)).toBe(0);
        expect(found.header).toEqual({ alg: "HS256", typ: "JOSE", b64: false, crit: ["b64"] });
      }),
      { numRuns: 100 },
    );
  });

  it("flattened and general JSON, encoded or not, attached or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        headers,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        async (payload, unprotected, b64, detached, flattened) => {
          const signer = { key: hs256.signing, unprotected };
          const jws = flattened
            ? await signJwsJson(payload, signer, { flattened, b64, detached })
            : await signJwsJson(payload, [signer, keys.find(({ alg }) => alg === "ES256")!.signing], { b64, detached });
          const sent = JSON.parse(JSON.stringify(jws)) as FlattenedJws | GeneralJws;
          const found = await verifyJwsJson(sent, hs256.verifying, detached ? { payload } : {});
          expect(Buffer.compare(found.payload, payload)).toBe(0);
          expect(JSON.stringify(found.unprotected)).toBe(JSON.stringify(unprotected));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("general JSON: every signature is checked by its own key, and one good one suffices", async () => {
    const signers = keys.filter(({ alg }) => /256$|^Ed/.test(alg));
    const payload = Uint8Array.from(Buffer.from("one payload"));
    const jws = await signJwsJson(
      payload,
      signers.map(({ signing }) => signing),
    );
    for (const [at, { alg, verifying }] of signers.entries()) {
      expect((await verifyJwsJson(jws, verifying)).header.alg).toBe(alg);
      const others = { ...jws, signatures: jws.signatures.filter((_, other) => other !== at) };
      expect(await outcome(() => verifyJwsJson(others, verifying))).toBe("alg_not_allowed");
      const bent = {
        ...jws,
        signatures: jws.signatures.map((signature, other) =>
          other === at ? { ...signature, signature: jws.signatures[(at + 1) % signers.length]!.signature } : signature,
        ),
      };
      expect(await outcome(() => verifyJwsJson(bent, verifying))).toBe("signature_invalid");
    }
  });
});

describe("the payload is the caller's own", () => {
  it("what is done to the bytes while they are being signed or verified changes nothing", async () => {
    for (const { signing, verifying } of keys.filter(({ alg }) =>
      ["HS256", "ES256", "Ed25519", "RS256"].includes(alg),
    )) {
      const payload = Uint8Array.from(Buffer.from("pay 10 to A"));
      const original = Buffer.from(payload);
      const signed = signJws(payload, signing, { detached: true, b64: false });
      payload.set(Buffer.from("pay 99 to B"));
      const jws = await signed;
      expect(await outcome(() => verifyJws(jws, verifying, { payload: original }))).toBe("accepted");

      const given = Uint8Array.from(original);
      const verified = verifyJws(jws, verifying, { payload: given });
      given.set(Buffer.from("pay 99 to B"));
      expect(Buffer.from((await verified).payload).toString()).toBe("pay 10 to A");

      const bad = Uint8Array.from(Buffer.from("pay 99 to B"));
      const refused = outcome(() => verifyJws(jws, verifying, { payload: bad }));
      bad.set(original);
      expect(await refused).toBe("signature_invalid");
    }
  });

  it("any view of bytes is taken for what it shows, not for the memory behind it", async () => {
    const memory = Buffer.from("before-the payload-after");
    for (const view of [
      memory.subarray(7, 18),
      new DataView(memory.buffer, memory.byteOffset + 7, 11),
      new Uint8ClampedArray(memory.buffer, memory.byteOffset + 7, 11),
    ]) {
      const jws = await signJws(view as Uint8Array, hs256.signing);
      expect(Buffer.from((await verifyJws(jws, hs256.verifying)).payload).toString()).toBe("the payload");
    }
  });
});
