// Key sets in the shapes in which the large issuers publish them, with keys made for these tests. x5c, x5t and the like are
// no more than texts here: nothing reads them.
import { createHash, generateKeyPairSync } from "node:crypto";
import { importSigningKey, RS256 } from "../../../src/index.ts";
import type { Jwk, SigningKey } from "../../../src/index.ts";

export interface PublishedSet {
  readonly name: string;
  readonly iss: string;
  readonly document: { readonly keys: readonly Jwk[] };
  /** How many of its keys verify RS256. */
  readonly size: number;
  /** Signs as the issuer does, by the kid of one of its keys. */
  readonly signer: (kid: string) => Promise<SigningKey>;
  readonly kids: readonly string[];
}

interface RsaKey {
  readonly public: Jwk;
  readonly private: Jwk;
}

/** Generating RSA keys is slow: the sets share these. */
const made: readonly RsaKey[] = Array.from({ length: 6 }, () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { public: publicKey.export({ format: "jwk" }) as Jwk, private: privateKey.export({ format: "jwk" }) as Jwk };
});

const rsa = (at: number): RsaKey => made[at]!;
const base64 = (text: string): string => Buffer.from(`a certificate in DER: ${text}`.repeat(20)).toString("base64");
const digest = (text: string, hash: string): string => createHash(hash).update(text).digest("base64url");
const hex = (text: string): string => createHash("sha1").update(text).digest("hex");

function published(
  name: string,
  iss: string,
  kids: readonly string[],
  more: (at: number, kid: string) => object,
  others: readonly Jwk[] = [],
): PublishedSet {
  const keys = kids.map((kid, at): Jwk => ({ ...more(at, kid), ...rsa(at).public, kid }));
  return {
    name,
    iss,
    kids,
    document: { keys: [...keys, ...others] },
    size: keys.length,
    signer: (kid) => importSigningKey(rsa(kids.indexOf(kid)).private, RS256, { kid }),
  };
}

const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const entraIssuers = [
  "https://login.microsoftonline.com/{tenantid}/v2.0",
  "https://login.microsoftonline.com/{tenantid}/v2.0",
  "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
];

export const google: PublishedSet = published(
  "Google",
  "https://accounts.google.com",
  [hex("google 1"), hex("google 2")],
  () => ({ alg: "RS256", use: "sig" }),
);

export const auth0: PublishedSet = published(
  "Auth0",
  "https://tenant.eu.auth0.com/",
  ["NEE1QURBOTM4MzI5RkFDNTYxOTU1MDg2ODgwQ0UzMTk1QjYyRkRFQw", "rotated"],
  (_, kid) => ({ use: "sig", alg: "RS256", x5c: [base64(kid)], x5t: digest(kid, "sha1") }),
);

export const cognito: PublishedSet = published(
  "Amazon Cognito",
  "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE",
  ["abcdefghijklmnopqrsexample=", "fgjhlkhjlkhexample="],
  () => ({ alg: "RS256", use: "sig" }),
);

export const entra: PublishedSet = published(
  "Microsoft Entra",
  `https://login.microsoftonline.com/${tenant}/v2.0`,
  ["1LTMzakihiRla_8z2BEJVXeWMqo", "xn1kXcTGIhQR2kUnCMBRmqnEbNs", "personal"],
  (at, kid) => ({
    use: "sig",
    x5t: kid,
    x5c: [base64(kid)],
    issuer: entraIssuers[at],
    cloud_instance_name: "microsoftonline.com",
  }),
);
export const entraTenant: string = tenant;

export const apple: PublishedSet = published(
  "Apple",
  "https://appleid.apple.com",
  ["W6WcOKB", "fh6Bs8C", "lVHdOx8ltR", "Sf2lFqwkpX", "T8tIJ1zSrO", "FftONTxoEg"],
  () => ({ use: "sig", alg: "RS256" }),
);

export const keycloak: PublishedSet = published(
  "Keycloak",
  "https://sso.example/realms/main",
  ["FJ86GcF3jTbNLOco4NvZkUCIUmfYCqoqtOQeMfbhNlE"],
  (_, kid) => ({
    alg: "RS256",
    use: "sig",
    x5c: [base64(kid)],
    x5t: digest(kid, "sha1"),
    "x5t#S256": digest(kid, "sha256"),
  }),
  [
    {
      ...rsa(5).public,
      kid: "for encryption",
      alg: "RSA-OAEP",
      use: "enc",
      x5c: [base64("enc")],
      x5t: digest("enc", "sha1"),
      "x5t#S256": digest("enc", "sha256"),
    },
  ],
);

export const publishedSets: readonly PublishedSet[] = [google, auth0, cognito, entra, apple, keycloak];
