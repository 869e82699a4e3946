// The RFCs' own examples (test/spec/vectors), through the public surface.

import type { FlattenedJws, GeneralJws, Jwk, SigningKey, VerifyingKey } from "mintmark";
import rfc7515 from "../vectors/rfc7515.json" with { type: "json" };
import rfc7519 from "../vectors/rfc7519.json" with { type: "json" };
import rfc7520 from "../vectors/rfc7520.json" with { type: "json" };
import rfc7638 from "../vectors/rfc7638.json" with { type: "json" };
import rfc7797 from "../vectors/rfc7797.json" with { type: "json" };
import rfc8037 from "../vectors/rfc8037.json" with { type: "json" };
import rfc9278 from "../vectors/rfc9278.json" with { type: "json" };
import rfc9864 from "../vectors/rfc9864.json" with { type: "json" };
import rfc9964 from "../vectors/rfc9964.json" with { type: "json" };
import { publicPart, type Algorithms } from "./algorithms.ts";
import { equal, refused, type Case, type Mintmark } from "./case.ts";
import { base64url, binary, fromBase64url, utf8 } from "./text.ts";

type Jws = string | FlattenedJws | GeneralJws;

interface Signature {
  readonly section: string;
  readonly alg: string;
  readonly key: string;
  readonly payload: string;
  readonly detached?: boolean;
  readonly compact?: string;
  readonly flattened?: FlattenedJws;
  readonly general?: GeneralJws;
}

interface RfcFile {
  readonly rfc: number;
  readonly keys: Readonly<Record<string, Jwk>>;
  readonly signatures?: readonly Signature[];
  readonly refused?: readonly {
    section: string;
    what: string;
    alg: string;
    key: string;
    jws: Jws;
    payload?: string;
    codes: readonly string[];
  }[];
  readonly thumbprints?: readonly { section: string; key: string; thumbprint: string }[];
  readonly uris?: readonly { section: string; key: string; uri: string }[];
}

// JSON carries no types; rfc.test.ts reads the same files in the same shapes.
const files = [rfc7515, rfc7520, rfc7638, rfc7797, rfc8037, rfc9278, rfc9864, rfc9964] as unknown as readonly RfcFile[];

export function vectors(mintmark: Mintmark, algorithms: Algorithms): Case[] {
  const keys = importers(mintmark, algorithms);
  return [...files.flatMap((file) => fileCases(mintmark, file, keys)), ...jwtCases(mintmark, keys)];
}

interface Importers {
  readonly has: (alg: string) => boolean;
  readonly signer: (jwk: Jwk, alg: string) => Promise<SigningKey>;
  readonly verifier: (jwk: Jwk, alg: string) => Promise<VerifyingKey>;
}

function importers(mintmark: Mintmark, { asymmetric, hmac }: Algorithms): Importers {
  const pairOf = (name: string) => asymmetric.find(({ alg }) => alg.name === name)!;
  const secretOf = (name: string) => hmac.find(({ alg }) => alg.name === name)?.alg;
  return {
    has: (name) => secretOf(name) !== undefined || pairOf(name).present,
    signer: (jwk, name) => {
      const alg = secretOf(name);
      return alg === undefined ? mintmark.importSigningKey(jwk, pairOf(name).alg) : mintmark.importSecret(jwk, alg);
    },
    verifier: (jwk, name) => {
      const alg = secretOf(name);
      return alg === undefined
        ? mintmark.importVerifyingKey(publicPart(jwk), pairOf(name).alg)
        : mintmark.importSecret(jwk, alg);
    },
  };
}

function fileCases(mintmark: Mintmark, { rfc, keys, ...file }: RfcFile, importer: Importers): Case[] {
  const jwk = (name: string): Jwk => keys[name]!;
  const verify = (jws: Jws, key: VerifyingKey, payload?: Uint8Array) => {
    const options = payload === undefined ? {} : { payload };
    return typeof jws === "string" ? mintmark.verifyJws(jws, key, options) : mintmark.verifyJwsJson(jws, key, options);
  };

  const signatures = (file.signatures ?? []).map((example): Case => {
    const { section, alg, key, detached } = example;
    const payload = fromBase64url(example.payload);
    const name = `RFC ${rfc} ${section}: ${alg}`;
    if (!importer.has(alg))
      return [
        `${name}, which is not here`,
        () => refused("unsupported_algorithm", () => importer.verifier(jwk(key), alg)),
      ];
    return [
      name,
      async () => {
        const verifier = await importer.verifier(jwk(key), alg);
        for (const jws of [example.compact, example.flattened, example.general]) {
          if (jws === undefined) continue;
          equal((await verify(jws, verifier, detached === true ? payload : undefined)).payload, payload);
        }
        if (example.compact !== undefined)
          await signsAgain(await importer.signer(jwk(key), alg), verifier, example.compact, example);
      },
    ];
  });

  return [
    ...signatures,
    ...(file.refused ?? []).map(
      ({ section, what, alg, key, jws, payload, codes }): Case => [
        `RFC ${rfc} ${section}: refuses ${what}`,
        async () => {
          const verifier = await importer.verifier(jwk(key), alg);
          await refused(codes, () => verify(jws, verifier, payload === undefined ? undefined : fromBase64url(payload)));
        },
      ],
    ),
    ...(file.thumbprints ?? []).map(
      ({ section, key, thumbprint }): Case => [
        `RFC ${rfc} ${section}: thumbprint of ${key}`,
        async () => {
          equal(await mintmark.thumbprint(jwk(key)), thumbprint);
        },
      ],
    ),
    ...(file.uris ?? []).map(
      ({ section, key, uri }): Case => [
        `RFC ${rfc} ${section}: thumbprint URI of ${key}`,
        async () => {
          equal(await mintmark.thumbprintUri(jwk(key)), uri);
        },
      ],
    ),
  ];
}

/** Byte for byte where the algorithm is deterministic. */
async function signsAgain(
  signer: SigningKey,
  verifier: VerifyingKey,
  compact: string,
  { alg, payload }: Signature,
): Promise<void> {
  const [header = "", , signature] = compact.split(".");
  const { b64 } = JSON.parse(binary(fromBase64url(header))) as { b64?: boolean };
  const input =
    b64 === false ? Uint8Array.of(...utf8(`${header}.`), ...fromBase64url(payload)) : utf8(`${header}.${payload}`);
  const made = await signer.sign(input);
  equal(await verifier.verify(input, made), true);
  if (/^(?:HS|RS|Ed)/.test(alg)) equal(base64url(made), signature);
}

function jwtCases(mintmark: Mintmark, importer: Importers): Case[] {
  const jwks = rfc7519.keys as unknown as Readonly<Record<string, Jwk>>;
  const exp = rfc7519.claims.exp;
  const policy = { issuer: "joe", audience: mintmark.unchecked, optional: ["iat"], clockTolerance: 0 } as const;
  const at = (seconds: number) => () => new Date(seconds * 1000);
  return [
    ...rfc7519.tokens.map(
      ({ section, alg, key, token }): Case => [
        `RFC 7519 ${section}: ${alg}, until it expires`,
        async () => {
          const verifier = await importer.verifier(jwks[key]!, alg);
          equal((await mintmark.verify(token, verifier, { ...policy, now: at(exp - 1) })).claims, rfc7519.claims);
          await refused("expired", () => mintmark.verify(token, verifier, { ...policy, now: at(exp) }));
          await refused("alg_not_allowed", () =>
            mintmark.verify(rfc7519.unsecured.token.replace(/\.$/, ".AA"), verifier, policy),
          );
        },
      ],
    ),
    [
      "RFC 7797 7: b64 false is refused in a JWT",
      async () => {
        const { alg, key, token } = rfc7797.notForJwt;
        const verifier = await importer.verifier((rfc7797.keys as unknown as Record<string, Jwk>)[key]!, alg);
        await refused("crit_unsupported", () =>
          mintmark.verify(token, verifier, { issuer: mintmark.unchecked, audience: mintmark.unchecked }),
        );
      },
    ],
  ];
}
