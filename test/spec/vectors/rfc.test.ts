// The RFCs' own examples, one data file per RFC, through the public surface alone.
// A deterministic signature is made again byte for byte; one that is randomised is checked, then made anew and checked.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as mintmark from "../../../src/index.ts";
import type {
  Algorithm,
  FlattenedJws,
  GeneralJws,
  Jwk,
  SecretKey,
  SigningKey,
  VerifyingKey,
} from "../../../src/index.ts";

type Jws = string | FlattenedJws | GeneralJws;

/** One signature of one example, in every serialisation in which the RFC prints it. */
interface Signature {
  readonly section: string;
  readonly alg: string;
  /** Name of the key among the file's `keys`. */
  readonly key: string;
  /** What is signed, base64url. */
  readonly payload: string;
  /** The content travels beside the JWS. */
  readonly detached?: true;
  /** `b64` is false: the JSON forms hold the payload as it is (RFC 7797 §3). */
  readonly unencoded?: true;
  readonly compact?: string;
  readonly flattened?: FlattenedJws;
  readonly general?: GeneralJws;
  /** Which of `general.signatures` this one is. */
  readonly index?: number;
  /** Present where signJws writes the very header of the RFC: the options that make it. */
  readonly sign?: { readonly detached?: boolean; readonly b64?: boolean };
}

interface Refused {
  readonly section: string;
  readonly what: string;
  readonly alg: string;
  readonly key: string;
  readonly jws: Jws;
  /** Detached content, base64url. */
  readonly payload?: string;
  readonly codes: readonly string[];
}

interface RfcFile {
  readonly rfc: number;
  readonly title: string;
  readonly keys: Readonly<Record<string, Jwk>>;
  readonly signatures?: readonly Signature[];
  readonly refused?: readonly Refused[];
  readonly thumbprints?: readonly { readonly section: string; readonly key: string; readonly thumbprint: string }[];
  readonly uris?: readonly { readonly section: string; readonly key: string; readonly uri: string }[];
}

interface Rfc7519File extends RfcFile {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly tokens: readonly {
    readonly section: string;
    readonly alg: string;
    readonly key: string;
    readonly token: string;
  }[];
  readonly unsecured: { readonly section: string; readonly token: string };
}

interface Rfc7797File extends RfcFile {
  readonly notForJwt: { readonly section: string; readonly alg: string; readonly key: string; readonly token: string };
}

// The files beside this one are written in these shapes; JSON carries no types.
const load = (rfc: number): RfcFile =>
  JSON.parse(readFileSync(new URL(`rfc${rfc}.json`, import.meta.url), "utf8")) as RfcFile;
const files = [7515, 7520, 7638, 7797, 8037, 9278, 9864, 9964].map(load);
const rfc7519 = load(7519) as Rfc7519File;
const rfc7797 = load(7797) as Rfc7797File;

const bytes = (base64url: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(base64url, "base64url"));
const ascii = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, "latin1"));

// ── algorithms and keys ───────────────────────────────────────────────────────────────────────────────────────────

const { HS256, RS256, PS384, ES256, ES512, Ed25519, EdDSA, ML_DSA_44, ML_DSA_65, ML_DSA_87 } = mintmark;
const asymmetric = [RS256, PS384, ES256, ES512, Ed25519, EdDSA, ML_DSA_44, ML_DSA_65, ML_DSA_87] as const;
type Asymmetric = (typeof asymmetric)[number];

const isHmac = (name: string): boolean => name === HS256.name;
const asymmetricOf = (name: string): Asymmetric => {
  const found = asymmetric.find((alg: Algorithm) => alg.name === name);
  if (found === undefined) throw new Error(`no vector should name ${name}`);
  return found;
};

/** Asked of the runtime itself, so that the library cannot excuse itself. */
const runtimeHas = async (name: string): Promise<boolean> => {
  if (!name.startsWith("ML-DSA")) return true;
  try {
    await crypto.subtle.generateKey({ name }, false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
};
const missing = new Set<string>();
for (const alg of asymmetric) if (!(await runtimeHas(alg.name))) missing.add(alg.name);

const publicMembers = ["kty", "crv", "x", "y", "n", "e", "pub", "alg", "use", "kid"];
const publicPart = (jwk: Jwk): Jwk =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => publicMembers.includes(name))) as Jwk; // members of a JWK are a JWK

const jwkNamed = (file: RfcFile, name: string): Jwk => {
  const jwk = file.keys[name];
  if (jwk === undefined) throw new Error(`RFC ${file.rfc} has no key ${name}`);
  return jwk;
};

const importVerifier = (jwk: Jwk, alg: string): Promise<VerifyingKey> =>
  isHmac(alg) ? mintmark.importSecret(jwk, HS256) : mintmark.importVerifyingKey(publicPart(jwk), asymmetricOf(alg));
const importSigner = (jwk: Jwk, alg: string): Promise<SigningKey> =>
  isHmac(alg) ? mintmark.importSecret(jwk, HS256) : mintmark.importSigningKey(jwk, asymmetricOf(alg));

/** A key of the right kind that signed nothing here; it carries the same `kid`, so that selection finds it. */
const strangers = new Map<string, Promise<VerifyingKey>>();
const strangerTo = (alg: string, kid: string | undefined): Promise<VerifyingKey> => {
  const name = `${alg} ${kid ?? ""}`;
  const known = strangers.get(name);
  if (known !== undefined) return known;
  const options = kid === undefined ? {} : { kid };
  const made: Promise<VerifyingKey | SecretKey> = isHmac(alg)
    ? mintmark.generateSecret(HS256, options)
    : mintmark.generateKeyPair(asymmetricOf(alg), options).then((pair) => pair.publicKey);
  strangers.set(name, made);
  return made;
};

// ── one way to check every serialisation ──────────────────────────────────────────────────────────────────────────

interface Form {
  readonly name: string;
  readonly jws: Jws;
  /** Protected header, base64url. */
  readonly header: string;
  readonly kid: string | undefined;
  readonly signature: string;
  readonly withSignature: (signature: string) => Jws;
  readonly withPayload: (payload: string) => Jws;
}

const kidOf = (header: string, unprotected?: object): string | undefined => {
  const kid: unknown = (
    { ...JSON.parse(Buffer.from(header, "base64url").toString()), ...unprotected } as { kid?: unknown }
  ).kid;
  return typeof kid === "string" ? kid : undefined;
};

const formsOf = ({ compact, flattened, general, index }: Signature): Form[] => {
  const forms: Form[] = [];
  if (compact !== undefined) {
    const [header = "", payload = "", signature = ""] = compact.split(".");
    forms.push({
      name: "compact",
      jws: compact,
      header,
      signature,
      kid: kidOf(header),
      withSignature: (other) => `${header}.${payload}.${other}`,
      withPayload: (other) => `${header}.${other}.${signature}`,
    });
  }
  if (flattened !== undefined) {
    const { protected: header = "", signature } = flattened;
    forms.push({
      name: "flattened JSON",
      jws: flattened,
      header,
      signature,
      kid: kidOf(header, flattened.header),
      withSignature: (other) => ({ ...flattened, signature: other }),
      withPayload: (other) => ({ ...flattened, payload: other }),
    });
  }
  const entry = general?.signatures[index ?? -1];
  if (general !== undefined && entry !== undefined) {
    const { protected: header = "", signature } = entry;
    forms.push({
      name: "general JSON",
      jws: general,
      header,
      signature,
      kid: kidOf(header, entry.header),
      withSignature: (other) => ({ ...general, signatures: [{ ...entry, signature: other }] }),
      withPayload: (other) => ({ ...general, payload: other }),
    });
  }
  return forms;
};

const verifyAny = (jws: Jws, key: VerifyingKey, payload?: Uint8Array<ArrayBuffer>) => {
  const options = payload === undefined ? {} : { payload };
  return typeof jws === "string" ? mintmark.verifyJws(jws, key, options) : mintmark.verifyJwsJson(jws, key, options);
};

/** Another letter at `at`: still canonical base64url, since it is not the last. */
const changeAt = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);

const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt;
  } catch (error) {
    return mintmark.isJwtError(error) ? error.code : `${String(error)}, which is no JwtError`;
  }
  return "accepted";
};

/** What the primitive signs: RFC 7515 §5.1, and RFC 7797 §3 where `b64` is false. */
/** The options that write the example's own header: the RFC's have no `typ`, or one among the further members. */
const writtenAs = ({ sign }: { readonly sign?: object }): mintmark.SignJwsOptions => {
  const { header } = sign as mintmark.SignJwsOptions;
  return header?.typ === undefined ? { typ: mintmark.unchecked, ...sign } : { ...sign };
};

const signingInput = (header: string, payload: string): Uint8Array<ArrayBuffer> => {
  const { b64 } = JSON.parse(Buffer.from(header, "base64url").toString()) as { b64?: boolean };
  const prefix = ascii(`${header}.`);
  const rest = b64 === false ? bytes(payload) : ascii(payload);
  return Uint8Array.from([...prefix, ...rest]);
};

const isDeterministic = (alg: string): boolean => /^(HS|RS|Ed)/.test(alg);

// ── the examples ──────────────────────────────────────────────────────────────────────────────────────────────────

for (const file of files) {
  describe(`RFC ${file.rfc}: ${file.title}`, () => {
    for (const example of file.signatures ?? []) {
      const { alg, section } = example;
      const jwk = jwkNamed(file, example.key);

      if (missing.has(alg)) {
        it(`${section}: ${alg} is refused at import where the runtime lacks it`, async () => {
          const refusal = { name: "TypeError", code: "unsupported_algorithm" };
          await expect(importVerifier(jwk, alg)).rejects.toMatchObject(refusal);
          await expect(importSigner(jwk, alg)).rejects.toMatchObject(refusal);
          await expect(importVerifier(jwk, alg)).rejects.toBeInstanceOf(TypeError);
        });
        continue;
      }

      describe(`${section}, ${alg}`, () => {
        const payload = bytes(example.payload);
        const beside = example.detached === true ? payload : undefined;
        const forms = formsOf(example);

        it.each(forms)("verifies in the $name form and gives back the payload", async ({ jws, header }) => {
          const key = await importVerifier(jwk, alg);
          const verified = await verifyAny(jws, key, beside);
          expect(Buffer.from(verified.payload)).toEqual(Buffer.from(payload));
          expect(verified.header).toEqual(JSON.parse(Buffer.from(header, "base64url").toString()));
          expect(verified.key.alg).toBe(alg);
        });

        it.each(forms)("is signature_invalid in the $name form with another key", async ({ jws, kid }) => {
          expect(await codeOf(verifyAny(jws, await strangerTo(alg, kid), beside))).toBe("signature_invalid");
        });

        it.each(forms)(
          "is signature_invalid in the $name form with one letter of the signature changed",
          async (form) => {
            const key = await importVerifier(jwk, alg);
            for (const at of [0, 5, form.signature.length >> 1, form.signature.length - 2]) {
              const changed = form.withSignature(changeAt(form.signature, at));
              expect(await codeOf(verifyAny(changed, key, beside)), `letter ${at}`).toBe("signature_invalid");
            }
          },
        );

        it.each(forms)(
          "is signature_invalid in the $name form with one letter of the payload changed",
          async (form) => {
            const key = await importVerifier(jwk, alg);
            const changed = changeAt(example.payload, 1);
            const attempt =
              beside !== undefined
                ? verifyAny(form.jws, key, bytes(changed))
                : example.unencoded === true
                  ? verifyAny(form.withPayload(Buffer.from(changed, "base64url").toString()), key)
                  : verifyAny(form.withPayload(changed), key);
            expect(await codeOf(attempt)).toBe("signature_invalid");
          },
        );

        const sameBytes = isDeterministic(alg);
        it(`${sameBytes ? "is reproduced byte for byte" : "accepts a fresh signature"} by the signing key alone`, async () => {
          const signer = await importSigner(jwk, alg);
          const verifier = await importVerifier(jwk, alg);
          for (const { header, signature } of forms) {
            const input = signingInput(header, example.payload);
            const made = await signer.sign(input);
            expect(await verifier.verify(input, made)).toBe(true);
            expect(made.length).toBe(bytes(signature).length);
            if (sameBytes) expect(Buffer.from(made).toString("base64url")).toBe(signature);
          }
        });

        if (sameBytes && (example.flattened ?? example.general) !== undefined) {
          it("is reproduced byte for byte by signJwsJson, protected header included", async () => {
            const options: Omit<mintmark.SignJwsJsonOptions, "flattened"> = {
              typ: mintmark.unchecked,
              detached: example.detached === true,
              b64: example.unencoded !== true,
            };
            for (const { header, signature } of forms) {
              const withKid = kidOf(header) !== undefined;
              const key = await importSigner(
                Object.fromEntries(Object.entries(jwk).filter(([name]) => withKid || name !== "kid")) as Jwk,
                alg,
              ); // without a kid it is a JWK too
              const content = options.detached
                ? {}
                : { payload: example.flattened?.payload ?? example.general?.payload };
              const made = { protected: header, signature };
              expect(await mintmark.signJwsJson(payload, [{ key }], { ...options, flattened: true })).toEqual({
                ...content,
                ...made,
              });
              expect(await mintmark.signJwsJson(payload, [{ key }], options)).toEqual({
                ...content,
                signatures: [made],
              });
            }
          });
        }

        if (example.sign !== undefined) {
          it("is reproduced byte for byte by signJws, header included", async () => {
            expect(await mintmark.signJws(payload, await importSigner(jwk, alg), writtenAs(example))).toBe(
              example.compact,
            );
          });
        }
      });
    }

    for (const { section, what, alg, key, jws, payload, codes } of file.refused ?? []) {
      it(`${section}: refuses ${what}`, async () => {
        const verifier = await importVerifier(jwkNamed(file, key), alg);
        expect(codes).toContain(
          await codeOf(verifyAny(jws, verifier, payload === undefined ? undefined : bytes(payload))),
        );
      });
    }

    for (const { section, key, thumbprint } of file.thumbprints ?? []) {
      const jwk = jwkNamed(file, key);
      it(`${section}: thumbprint of ${key}, of its public half and in any order of members`, async () => {
        expect(await mintmark.thumbprint(jwk)).toBe(thumbprint);
        expect(await mintmark.thumbprint(publicPart(jwk))).toBe(thumbprint);
        expect(await mintmark.thumbprint(Object.fromEntries(Object.entries(jwk).reverse()) as Jwk)).toBe(thumbprint); // the same members
      });
    }

    for (const { section, key, uri } of file.uris ?? []) {
      it(`${section}: thumbprint URI of ${key}`, async () => {
        expect(await mintmark.thumbprintUri(jwkNamed(file, key))).toBe(uri);
      });
    }
  });
}

describe("RFC 7519: the example claims as a JWT", () => {
  const exp = 1300819380;
  const at = (seconds: number) => () => new Date(seconds * 1000);
  // The RFC's claims have no `iat`.
  const expected = { issuer: "joe", audience: mintmark.unchecked, optional: ["iat"], clockTolerance: 0 } as const;

  describe.each(rfc7519.tokens)("$section ($alg)", ({ alg, key, token }) => {
    const jwk = jwkNamed(rfc7519, key);

    it("is accepted until the second before exp", async () => {
      const verified = await mintmark.verify(token, await importVerifier(jwk, alg), { ...expected, now: at(exp - 1) });
      expect(verified.claims).toEqual(rfc7519.claims);
    });

    it.each([
      ["expired", "at exp", {}, exp],
      ["expired", "after exp", {}, 1800000000],
      ["issuer_mismatch", "another issuer is expected", { issuer: "jane" }, exp - 1],
      ["claim_missing", "an audience is expected", { audience: "me" }, exp - 1],
      ["claim_missing", "iat is not waived", { optional: [] }, exp - 1],
    ] as const)("is %s when %s", async (code, _when, change, seconds) => {
      const attempt = mintmark.verify(token, await importVerifier(jwk, alg), {
        ...expected,
        ...change,
        now: at(seconds),
      });
      expect(await codeOf(attempt)).toBe(code);
    });

    it("is accepted at exp within the tolerance", async () => {
      const within = { ...expected, clockTolerance: 60, now: at(exp) };
      await expect(mintmark.verify(token, await importVerifier(jwk, alg), within)).resolves.toBeDefined();
    });

    it("verifies synchronously too", () => {
      const verifier: VerifyingKey = isHmac(alg)
        ? mintmark.importSecretSync(jwk, HS256)
        : mintmark.importVerifyingKeySync(publicPart(jwk), asymmetricOf(alg));
      expect(mintmark.verifySync(token, verifier, { ...expected, now: at(exp - 1) }).claims).toEqual(rfc7519.claims);
    });
  });

  it("6.1: the unsecured JWT is refused by every key", async () => {
    for (const { alg, key } of rfc7519.tokens) {
      const verifier = await importVerifier(jwkNamed(rfc7519, key), alg);
      const code = await codeOf(mintmark.verify(rfc7519.unsecured.token, verifier, { ...expected, now: at(exp - 1) }));
      expect(["alg_not_allowed", "token_malformed"]).toContain(code);
    }
  });
});

it("RFC 7797 7: b64 false is refused in a JWT", async () => {
  const { alg, key, token } = rfc7797.notForJwt;
  const verifier = await importVerifier(jwkNamed(rfc7797, key), alg);
  const code = await codeOf(
    mintmark.verify(token, verifier, { issuer: mintmark.unchecked, audience: mintmark.unchecked }),
  );
  expect(["crit_unsupported", "header_invalid", "token_malformed"]).toContain(code);
});
