// Where `crypto.subtle` is missing (a page that is neither https nor localhost): the import works, what needs no
// cryptography works, and the first use of a key says why it cannot go on and what to do.

import { publicPart, goodKeys } from "./algorithms.ts";
import { assert, equal, refused, runCases, type Case, type Failure, type Mintmark } from "./case.ts";
import { octets } from "./text.ts";

export async function insecure(
  mintmark: Mintmark,
): Promise<{ readonly cases: number; readonly failures: readonly Failure[] }> {
  const { HS256, RS256, ES256, Ed25519, ML_DSA_44 } = mintmark;
  const saysWhy = async (attempt: () => Promise<unknown>): Promise<void> => {
    await refused("unsupported_algorithm", attempt);
    const message = await attempt().then(() => "", String);
    assert(message.includes("https") && message.includes("localhost"), message);
  };
  const uses: [string, () => Promise<unknown>][] = [
    ["importSecret", () => mintmark.importSecret(octets(32), HS256)],
    ["generateSecret", () => mintmark.generateSecret(HS256)],
    ["generateKeyPair", () => mintmark.generateKeyPair(ES256)],
    ...(
      [
        [RS256, "rsa"],
        [ES256, "p256"],
        [Ed25519, "ed25519"],
        [ML_DSA_44, "ML-DSA-44"],
      ] as const
    ).flatMap(([alg, name]): [string, () => Promise<unknown>][] => {
      const { jwk } = goodKeys[name]!;
      return [
        [`importSigningKey of ${alg.name}`, () => mintmark.importSigningKey(jwk, alg)],
        [`importVerifyingKey of ${alg.name}`, () => mintmark.importVerifyingKey(publicPart(jwk), alg)],
      ];
    }),
    ["thumbprint", () => mintmark.thumbprint(goodKeys.p256!.jwk)],
  ];
  const cases: Case[] = [
    [
      "crypto.subtle is missing",
      () => {
        assert((crypto as { subtle?: unknown }).subtle === undefined, "this page has crypto.subtle");
      },
    ],
    ...uses.map(([what, use]): Case => [`${what} says why`, () => saysWhy(use)]),
    [
      "what is wrong with a key is said all the same",
      () => refused("invalid_key", () => mintmark.importSecret(octets(31), HS256)),
    ],
    [
      "decode needs no cryptography",
      () => {
        equal(mintmark.decode("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6b8OrIn0.AA").claims, { sub: "zoë" });
      },
    ],
  ];
  return { cases: cases.length, failures: await runCases(cases) };
}
