/** Generates keys with the runtime's own generator. */

import {
  asymmetricDefinition,
  hmacDefinition,
  type AsymmetricAlgorithm,
  type AsymmetricDefinition,
  type HmacAlgorithm,
} from "../algorithms/algorithm.ts";
import { wrongArgument } from "../base/options.ts";
import { runAsync } from "../base/steps.ts";
import { argumentError } from "../errors.ts";
import { fastHmac, randomBytes, subtleCrypto, type Handle } from "../base/platform.ts";
import { attempt, bindPrivateKey, bindPublicKey } from "./bind.ts";
import type { SecretKey, SigningKey, VerifyingKey } from "./key.ts";
import { checkPrivateJwk, type Jwk, publicHalf } from "./jwk.ts";
import { bindSecret, importHandle } from "./secret.ts";
import { thumbprintOf } from "./thumbprint.ts";
import { readTraits } from "./key-options.ts";

/** Options of `generateSecret`. */
export interface GenerateSecretOptions {
  /** Written to the header of every token. Default: none. */
  readonly kid?: string | undefined;
  /** Lets `exportJwk` give the secret out. Default `false`. */
  readonly extractable?: boolean | undefined;
}

/** Options of `generateKeyPair`. */
export interface GenerateKeyPairOptions {
  /** Written to the header of every token. Default: the key's RFC 7638 thumbprint. */
  readonly kid?: string | undefined;
  /** Lets `exportJwk` and `exportPem` give the private key out. Default `false`. */
  readonly extractable?: boolean | undefined;
  /** RSA only: bits of the modulus, 2048 to 16384. Default 2048. */
  readonly modulusLength?: number | undefined;
}

/** A private key, and the public key that verifies what it signs. */
export interface KeyPair {
  /** Signs. Keep it secret. */
  readonly privateKey: SigningKey;
  /** Verifies. It may be published. */
  readonly publicKey: VerifyingKey;
}

/**
 * Generates a random secret, as long as the algorithm's MAC (RFC 7518 §3.2): 32, 48 or 64 bytes.
 *
 * @throws TypeError `invalid_argument`: an unknown option, or an algorithm that is not HMAC.
 * @example
 * const key = await generateSecret(HS256, { extractable: true });
 * const { k } = await exportJwk(key); // base64url, for a secret store
 */
export async function generateSecret(alg: HmacAlgorithm, options: GenerateSecretOptions = {}): Promise<SecretKey> {
  const definition = hmacDefinition(alg);
  const traits = readTraits<GenerateSecretOptions>(options, { kid: 1, extractable: 1 });
  const bytes = randomBytes(definition.length);
  return bindSecret(
    bytes,
    definition,
    traits,
    fastHmac() === undefined ? await importHandle(bytes, definition) : undefined,
  );
}

/**
 * Generates a key pair. Both halves carry the RFC 7638 thumbprint as `kid` unless another is given. RSA keys have 2048 bits
 * unless `modulusLength` says more.
 *
 * @throws TypeError `unsupported_algorithm`: the runtime lacks the algorithm.
 * @throws TypeError `invalid_argument`: an unknown option; `modulusLength` outside 2048 to 16384, or for a key that has none.
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES256);
 * const token = await sign({ sub: "user_123" }, privateKey, { issuer: "my-api", audience: "web" });
 * await verify(token, publicKey, { issuer: "my-api", audience: "web" });
 */
export async function generateKeyPair(
  alg: AsymmetricAlgorithm,
  options: GenerateKeyPairOptions = {},
): Promise<KeyPair> {
  const definition = asymmetricDefinition(alg);
  const traits = readTraits<GenerateKeyPairOptions>(options, { kid: 1, extractable: 1, modulusLength: 1 });
  const params = { ...definition.keyParams, ...sizeParams(definition.generation, options.modulusLength) };
  const generated = await attempt(definition, () => newPrivateJwk(params));
  const checked = checkPrivateJwk({ ...generated, alg: definition.name }, definition);
  const publicJwk = publicHalf(checked.jwk, definition);
  const kid = traits.kid ?? (await thumbprintOf(publicJwk));
  return {
    privateKey: await runAsync(() => bindPrivateKey(checked, definition, { ...traits, kid })),
    publicKey: await runAsync(() => bindPublicKey({ ...checked, jwk: publicJwk }, definition, { kid })),
  };
}

/** Generates a private JWK. WebKitGTK loses zero octets at the front of Ed25519 keys and then fails, for one key in 128: it is asked for another. */
async function newPrivateJwk(params: AsymmetricDefinition["keyParams"]): Promise<Jwk> {
  const subtle = subtleCrypto();
  for (let left = 4; ; left--) {
    try {
      const pair = (await subtle.generateKey(params, true, ["sign", "verify"])) as { privateKey: Handle };
      return (await subtle.exportKey("jwk", pair.privateKey)) as Jwk;
    } catch (error) {
      if (left === 1 || (error as Error).name !== "OperationError") throw error;
    }
  }
}

function sizeParams(
  generation: { readonly publicExponent: readonly number[]; readonly modulusLength: number } | undefined,
  modulusLength: unknown,
): object {
  if (generation === undefined) {
    if (modulusLength !== undefined) throw argumentError("modulusLength: only RSA keys have one");
    return {};
  }
  const bits = modulusLength === undefined ? generation.modulusLength : modulusLength;
  if (typeof bits !== "number" || !Number.isInteger(bits / 8) || bits < 2048 || bits > 16384) {
    throw wrongArgument("modulusLength", "2048 to 16384 bits in whole octets", modulusLength);
  }
  return { modulusLength: bits, publicExponent: Uint8Array.from(generation.publicExponent) };
}
