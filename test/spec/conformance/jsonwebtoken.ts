// The asynchronous forms of mintmark/jsonwebtoken, which need no node:crypto: with secrets, PEM and functions that find keys.

import type { Jwk } from "mintmark";
import type { Algorithm } from "mintmark/jsonwebtoken";
import { goodKeys, publicPart, type Algorithms } from "./algorithms.ts";
import { assert, equal, type Case, type Mintmark } from "./case.ts";
import { base64url, binary, flipBit, utf8 } from "./text.ts";

const secret = "a text of more than 32 bytes, as it stands in an environment";
const made = { expiresIn: "15m", issuer: "my-api", audience: "web" } as const;
const expected = { issuer: "my-api", audience: "web" };

export function jsonwebtoken(mintmark: Mintmark, { asymmetric }: Algorithms): Case[] {
  // What it warns of goes nowhere: here it is not looked at.
  const jwt = mintmark.jsonwebtoken.createJsonwebtoken({ onWarning: () => undefined });
  return [
    [
      "jsonwebtoken: a text secret signs and verifies",
      async () => {
        for (const algorithm of ["HS256", "HS384", "HS512"] as const) {
          const token = await jwt.signAsync({ sub: "Zoë 🪙" }, secret, { ...made, algorithm, keyid: "k" });
          const options = { ...expected, algorithms: [algorithm as Algorithm], complete: true as const };
          const { header, payload } = await jwt.verifyAsync(token, secret, options);
          equal(header, { alg: algorithm, typ: "JWT", kid: "k" });
          equal((payload as { sub?: unknown }).sub, "Zoë 🪙");
          equal(await refusal(() => jwt.verifyAsync(flipBit(token, 2), secret, options)), [
            "JsonWebTokenError",
            "invalid signature",
          ]);
        }
      },
    ],
    [
      "jsonwebtoken: a token is jsonwebtoken's, byte for byte",
      async () => {
        const token = await jwt.signAsync({ sub: "user_1", iat: 1_700_000_000 }, secret, { issuer: "my-api" });
        const key = await mintmark.importSecret(utf8(secret), mintmark.HS256);
        const input = ['{"alg":"HS256","typ":"JWT"}', '{"sub":"user_1","iat":1700000000,"iss":"my-api"}'];
        equal(
          token.split(".").slice(0, 2),
          input.map((text) => base64url(utf8(text))),
        );
        await mintmark.verifyJws(token, key);
      },
    ],
    [
      "jsonwebtoken: refuses by name what has expired, is not good yet, is for another or is unsigned",
      async () => {
        const verdict = async (options: object, wanted: object = {}): Promise<string> => {
          const token = await jwt.signAsync({ sub: "user_1" }, secret, { ...made, ...options });
          const [, message] = await refusal(() =>
            jwt.verifyAsync(token, secret, { algorithms: ["HS256"], ...expected, ...wanted }),
          );
          return message;
        };
        equal(await verdict({}), "accepted");
        equal(await verdict({ expiresIn: -1 }), "jwt expired");
        equal(await verdict({ notBefore: "1h" }), "jwt not active");
        equal(await verdict({}, { audience: "other" }), "jwt audience invalid. expected: other");
        equal(await verdict({}, { algorithms: ["HS512"] }), "invalid algorithm");
        const unsigned = `${base64url(utf8('{"alg":"none"}'))}.${base64url(utf8("{}"))}.`;
        equal(await refusal(() => jwt.verifyAsync(unsigned, secret)), [
          "JsonWebTokenError",
          "jwt signature is required",
        ]);
      },
    ],
    [
      "jsonwebtoken: a function finds the key, by callback or by what it returns",
      async () => {
        const token = await jwt.signAsync({ sub: "user_1" }, secret, { ...made, keyid: "k" });
        const options = { ...expected, algorithms: ["HS256"] as Algorithm[] };
        const keys: Readonly<Record<string, string>> = { k: secret };
        await jwt.verifyAsync(token, ({ kid = "" }) => Promise.resolve(keys[kid]!), options);
        await jwt.verifyAsync(
          token,
          ({ kid = "" }, done) => {
            done(null, keys[kid]);
          },
          options,
        );
        const failing = jwt.verifyAsync(
          token,
          (_, done) => {
            done(new Error("no such key"));
          },
          options,
        );
        equal(await refusal(() => failing), [
          "JsonWebTokenError",
          "error in secret or public key callback: no such key",
        ]);
      },
    ],
    ...asymmetric.map(({ alg, jwk, keyParams, present }): Case => {
      const algorithm = alg.name as Algorithm;
      return [
        `jsonwebtoken: ${algorithm} with ${present ? "a key pair" : "what is not here"}`,
        async () => {
          if (!present) {
            const [name] = await refusal(() =>
              jwt.signAsync({ sub: "user_1" }, { key: jwk, format: "jwk" }, { ...made, algorithm }),
            );
            assert(name !== "accepted", `${algorithm} is not here, and signed`);
            return;
          }
          const keys = await formsOf(jwk, keyParams);
          for (const { signing, verifying } of keys) {
            const token = await jwt.signAsync({ sub: "user_1" }, signing, { ...made, algorithm });
            const options = { ...expected, algorithms: [algorithm] };
            for (const key of [signing, verifying]) await jwt.verifyAsync(token, key, options);
            equal(await refusal(() => jwt.verifyAsync(flipBit(token, 2), verifying, options)), [
              "JsonWebTokenError",
              "invalid signature",
            ]);
          }
        },
      ];
    }),
    [
      "jsonwebtoken: a public key is no secret",
      async () => {
        const { jwk } = goodKeys.p256!;
        const keys = await formsOf(jwk, { name: "ECDSA", namedCurve: "P-256" });
        for (const { verifying } of keys) {
          const [name] = await refusal(() =>
            jwt.signAsync({ sub: "user_1" }, verifying, { ...made, algorithm: "HS256" }),
          );
          assert(name !== "accepted", "a public key signed as a secret");
        }
      },
    ],
  ];
}

/** A key pair as PEM and as JWKs. Web Crypto writes no file of ML-DSA that all runtimes read: of those, the JWKs. */
async function formsOf(jwk: Jwk, keyParams: { readonly name: string; readonly namedCurve?: string }) {
  const describe = (key: Jwk) => ({ key, format: "jwk" }) as const;
  const asJwks = { signing: describe(jwk), verifying: describe(publicPart(jwk)) };
  if (keyParams.name.startsWith("ML-DSA")) return [asJwks];
  const pem = async (label: string, format: "pkcs8" | "spki", usage: "sign" | "verify", key: Jwk) => {
    const imported = await crypto.subtle.importKey("jwk", key, keyParams, true, [usage]);
    const bytes = new Uint8Array(await crypto.subtle.exportKey(format, imported));
    const lines = btoa(binary(bytes)).replace(/.{64}(?=.)/g, "$&\n");
    return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
  };
  const signing = await pem("PRIVATE KEY", "pkcs8", "sign", jwk);
  const verifying = await pem("PUBLIC KEY", "spki", "verify", asJwks.verifying.key);
  return [asJwks, { signing, verifying }];
}

/** Name and message of the refusal. */
async function refusal(attempt: () => unknown): Promise<readonly [name: string, message: string]> {
  try {
    await attempt();
    return ["accepted", "accepted"];
  } catch (error) {
    const { name, message } = error as Error;
    return [name, message];
  }
}
