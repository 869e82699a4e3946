// Every algorithm, a good key for it, and whether this runtime has it: asked of the runtime, so that the library cannot excuse itself.

import type * as nodeCryptoModule from "node:crypto";
import type { Algorithm, AsymmetricAlgorithm, HmacAlgorithm, Jwk } from "mintmark";
import hostileKeys from "../../unit/keys/hostile-keys.json" with { type: "json" };
import type { Mintmark } from "./case.ts";
import { octets } from "./text.ts";

export interface KeyData {
  /** Web Crypto's own parameters. */
  readonly keyParams: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
  readonly signParams: { readonly name: string; readonly hash?: string; readonly saltLength?: number };
  /** A private JWK. */
  readonly jwk: Jwk;
}

export interface Asymmetric extends KeyData {
  readonly alg: AsymmetricAlgorithm;
  /** Whether `crypto.subtle` has it here. */
  readonly present: boolean;
  /** Whether `node:crypto` has it here, if there is one. */
  readonly sync: boolean;
}

export interface Hmac {
  readonly alg: HmacAlgorithm;
  /** Octets of the least secret and of the MAC. */
  readonly length: number;
  readonly sync: boolean;
}

export interface Algorithms {
  readonly asymmetric: readonly Asymmetric[];
  readonly hmac: readonly Hmac[];
}

export interface GoodKey {
  readonly algs: readonly string[];
  readonly jwk: Jwk;
}
// JSON carries no types.
export const goodKeys = hostileKeys.good as unknown as Readonly<Record<string, GoodKey>>;

const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"];
export const publicPart = (jwk: Jwk): Jwk =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !privateMembers.includes(name))) as Jwk; // without its private members it is a JWK

/** `node:crypto` of runtimes that have one: without an import, which browsers could not read. */
export const nodeCrypto = findNodeCrypto();

function findNodeCrypto(): typeof nodeCryptoModule | undefined {
  try {
    return (globalThis as { process?: Partial<NodeJS.Process> }).process?.getBuiltinModule?.("node:crypto");
  } catch {
    return undefined; // Next.js' Edge Runtime
  }
}

export async function askRuntime(mintmark: Mintmark): Promise<Algorithms> {
  const asymmetric: Asymmetric[] = [];
  for (const alg of asymmetricOf(mintmark)) {
    const data = dataOf(alg);
    const present = await askSubtle(data);
    asymmetric.push({ alg, ...data, present, sync: present && askNode(data, alg.name.slice(2)) });
  }
  const { HS256, HS384, HS512 } = mintmark;
  const hmac = [HS256, HS384, HS512].map((alg) => ({
    alg,
    length: Number(alg.name.slice(2)) / 8,
    sync: nodeCrypto !== undefined,
  }));
  return { asymmetric, hmac };
}

function asymmetricOf(mintmark: Mintmark): AsymmetricAlgorithm[] {
  const all: Record<string, unknown> = mintmark;
  const constants = Object.entries(all).filter(([name]) => /^(?:[RPE]S\d|Ed|ML_DSA)/.test(name));
  return constants.map(([, alg]) => alg as AsymmetricAlgorithm); // what these names stand for
}

function dataOf({ name }: Algorithm): KeyData {
  const hash = `SHA-${name.slice(2)}`;
  if (name.startsWith("RS")) return params({ name: "RSASSA-PKCS1-v1_5", hash }, {}, "rsa");
  if (name.startsWith("PS")) return params({ name: "RSA-PSS", hash }, { saltLength: Number(name.slice(2)) / 8 }, "rsa");
  if (name.startsWith("ES")) {
    const bits = name === "ES512" ? "521" : name.slice(2);
    return params({ name: "ECDSA", namedCurve: `P-${bits}` }, { hash }, `p${bits}`);
  }
  return name.startsWith("Ed") ? params({ name: "Ed25519" }, {}, "ed25519") : params({ name }, {}, name);
}

function params(keyParams: KeyData["keyParams"], rest: object, key: string): KeyData {
  return { keyParams, signParams: { name: keyParams.name, ...rest }, jwk: goodKeys[key]!.jwk };
}

async function askSubtle({ jwk, keyParams, signParams }: KeyData): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("jwk", jwk, keyParams, false, ["sign"]);
    await crypto.subtle.sign(signParams, key, octets(5));
    return true;
  } catch {
    return false;
  }
}

/** PSS as JOSE needs it, with a salt as long as its hash. ECDSA may be in DER. */
function askNode({ jwk, keyParams, signParams }: KeyData, hash: string): boolean {
  if (nodeCrypto === undefined) return false;
  const { RSA_PKCS1_PSS_PADDING } = nodeCrypto.constants;
  const options =
    keyParams.name === "RSA-PSS" ? { padding: RSA_PKCS1_PSS_PADDING, saltLength: signParams.saltLength } : undefined;
  const digest = /^(?:EC|RS)/.test(keyParams.name) ? `sha${hash}` : null;
  try {
    const key = nodeCrypto.createPrivateKey({ key: jwk, format: "jwk" });
    return nodeCrypto.sign(digest, octets(5), options === undefined ? key : { key, ...options }).length > 0;
  } catch {
    return false;
  }
}
