/**
 * Key objects: an algorithm, its checked material and the runtime's primitive, bound together once.
 * Key material lives in the closures of these functions, nowhere else.
 */

import type { AsymmetricDefinition, Members } from "../algorithms/algorithm.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { argumentError } from "../errors.ts";
import type { Steps } from "../base/steps.ts";
import { subtleCrypto, syncSignatures, type Handle, type KeyObject, type NodeCrypto } from "../base/platform.ts";
import type { SigningKey, VerifyingKey } from "./key.ts";
import { material, type KeyMaterial } from "./material.ts";
import { keepHandle } from "./handle.ts";
import { type CheckedJwk, invalidKey, type Jwk, publicHalf } from "./jwk.ts";
import { describeKey, type KeyTraits } from "./key-options.ts";

/** A key as `node:crypto` holds it, for the synchronous functions. */
interface NodeKey {
  readonly crypto: NodeCrypto;
  readonly key: KeyObject;
}

// A key that the caller imports is tried once: what the runtime cannot do, or what does not fit together, is refused then and not at the
// first token. A key of a set is imported only, since a token waits for it.
const trialData = (): Bytes => Uint8Array.of(116, 114, 105, 97, 108);

/** Makes a public key, after one trial verification. */
export function* bindPublicKey(
  checked: CheckedJwk,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
): Steps<VerifyingKey> {
  const node = yield* askRuntime(
    definition,
    () => tryNodeKey(checked, definition, "createPublicKey"),
    (crypto) => createNodeKey(crypto, checked.jwk, "createPublicKey"),
  );
  const key = verifyingKey(checked, definition, traits, node);
  const signature = new Uint8Array(definition.signatureLength(checked.members));
  yield* askRuntime(
    definition,
    () => key.verify(trialData(), signature),
    () => key.verifySync?.(trialData(), signature),
  );
  return key;
}

/** A public key of a set. */
export interface PublicKeyOfSet {
  readonly key: VerifyingKey;
  /** Has the runtime import the key, unless it did, and throws its refusal. Nothing is verified yet. */
  importKey(): Promise<void>;
}

/** Makes a public key of a set, which the runtime has still to import. */
export function makePublicKey(
  checked: CheckedJwk,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
): PublicKeyOfSet {
  const withHandle = keepHandle(() => importHandle(checked.jwk, definition, "verify"));
  return {
    key: new LazyKey(verifyingKey(checked, definition, traits, undefined, withHandle), () =>
      verifyAtOnce(checked, definition, tryNodeKey(checked, definition, "createPublicKey")),
    ) as VerifyingKey,
    importKey: () => attempt(definition, () => withHandle(() => Promise.resolve())),
  };
}

/**
 * Key that makes its synchronous form when that is first read: of the keys of a set most are never asked for it. The getter stands in a class
 * because V8 gives each object literal that has one a hidden class of its own, and collects that late.
 */
class LazyKey {
  declare readonly alg: string;
  declare readonly verify: VerifyingKey["verify"];
  readonly #make: () => VerifySync | undefined;
  #made?: { readonly verifySync: VerifySync | undefined };

  constructor(key: VerifyingKey, make: () => VerifySync | undefined) {
    Object.assign(this, key);
    this.#make = make;
    Object.freeze(this);
  }

  get verifySync(): VerifySync | undefined {
    this.#made ??= { verifySync: this.#make() };
    return this.#made.verifySync;
  }
}

/** Makes a private key, after one trial signature that is checked against its stated public half. */
export function* bindPrivateKey(
  checked: CheckedJwk,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
): Steps<SigningKey> {
  const node = yield* askRuntime(
    definition,
    () => tryNodeKey(checked, definition, "createPrivateKey"),
    (crypto) => createNodeKey(crypto, checked.jwk, "createPrivateKey"),
  );
  const key = signingKey(checked.jwk, definition, traits, node);
  const half = { ...checked, jwk: publicHalf(checked.jwk, definition) };
  const publicKey = (nodeKey?: NodeKey): VerifyingKey => verifyingKey(half, definition, {}, nodeKey);
  const fits = yield* askRuntime(
    definition,
    async () => publicKey().verify(trialData(), await key.sign(trialData())),
    (crypto) => {
      const signature = key.signSync?.(trialData());
      return (
        signature && publicKey(createNodeKey(crypto, half.jwk, "createPublicKey")).verifySync?.(trialData(), signature)
      );
    },
  );
  if (fits !== true) throw invalidKey(doNotFit);
  return key;
}

export const doNotFit = "the private key does not fit its public half";

/** Makes a private key of a caller's handle that cannot be exported: it has no synchronous form and no public half. */
export function* bindPrivateHandle(
  handle: Handle,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
): Steps<SigningKey> {
  const sign = async (data: Bytes): Promise<Bytes> =>
    new Uint8Array(await subtleCrypto().sign(definition.signParams, handle, data));
  yield* askRuntime(definition, () => sign(trialData()));
  return Object.freeze({ ...describeKey(definition, traits), sign, [material]: (): KeyMaterial => ({ definition }) });
}

/** Makes a public key of a caller's handle that cannot be exported: it has no synchronous form. */
export function* bindPublicHandle(
  handle: Handle,
  signatureLength: number,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
): Steps<VerifyingKey> {
  const verify = async (data: Bytes, signature: Bytes): Promise<boolean> =>
    signature.length === signatureLength && subtleCrypto().verify(definition.signParams, handle, signature, data);
  yield* askRuntime(definition, async () => {
    await verify(trialData(), new Uint8Array(signatureLength));
    const { forgery } = definition;
    if (forgery === undefined) return;
    // The handle does not show its point, so it is known by what it does.
    for (const octet of forgery.messages)
      if (await verify(Uint8Array.of(octet), forgery.signature())) throw invalidKey("the point has a small order");
  });
  return Object.freeze({
    ...describeKey(definition, traits),
    verify,
    [material]: (): KeyMaterial => ({ definition }),
  });
}

function verifyingKey(
  checked: CheckedJwk,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
  node: NodeKey | undefined,
  withHandle = keepHandle(() => importHandle(checked.jwk, definition, "verify")),
): VerifyingKey {
  const { jwk, members } = checked;
  const mayBe = possibleSignatures(members, definition);
  const verifySync = verifyAtOnce(checked, definition, node);
  return Object.freeze({
    ...describeKey(definition, traits),
    verify: (data: Bytes, signature: Bytes): boolean | Promise<boolean> =>
      mayBe(signature) && withHandle((handle) => subtleCrypto().verify(definition.signParams, handle, signature, data)),
    ...(verifySync && { verifySync }),
    [material]: (): KeyMaterial => ({ definition, publicJwk: jwk }),
  });
}

type VerifySync = (data: Bytes, signature: Bytes) => boolean;

/** Returns the synchronous form of a key's `verify`. */
function verifyAtOnce(
  { members }: CheckedJwk,
  definition: AsymmetricDefinition,
  node: NodeKey | undefined,
): VerifySync | undefined {
  if (node === undefined) return undefined;
  const { digest, nodeOptions, nodeSignature } = definition;
  const mayBe = possibleSignatures(members, definition);
  const nodeKey = withOptions(node.key, nodeOptions);
  return (data, signature) =>
    mayBe(signature) && node.crypto.verify(digest, data, nodeKey, nodeSignature?.toNode(signature) ?? signature);
}

/**
 * Tells what can be a signature by a key. Primitives are lenient about lengths and numbers (RFC 8017 §8.1.2, RFC 7518 §3.4), so these are
 * checked before they are asked.
 */
function possibleSignatures(members: Members, definition: AsymmetricDefinition): (signature: Bytes) => boolean {
  const length = definition.signatureLength(members);
  return (signature) => signature.length === length && definition.isInRange?.(signature, members) !== false;
}

function signingKey(
  jwk: Jwk,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
  node: NodeKey | undefined,
): SigningKey {
  const { signParams, digest, nodeOptions, nodeSignature } = definition;
  const withHandle = keepHandle(() => importHandle(jwk, definition, "sign"));
  const nodeKey = node && withOptions(node.key, nodeOptions);
  const keyMaterial = {
    definition,
    publicJwk: publicHalf(jwk, definition),
    // Read now, and of the object itself: nothing that happens to a prototype later lets a key out.
    ...(Object.hasOwn(traits, "extractable") && traits.extractable === true && { privateJwk: jwk }),
  };
  return Object.freeze({
    ...describeKey(definition, traits),
    sign: (data: Bytes): Promise<Bytes> =>
      withHandle((handle) => subtleCrypto().sign(signParams, handle, data)).then(
        (signature) => new Uint8Array(signature),
      ),
    ...(node &&
      nodeKey && {
        signSync: (data: Bytes): Bytes => {
          const signature = node.crypto.sign(digest, data, nodeKey);
          return nodeSignature?.fromNode(signature) ?? new Uint8Array(signature);
        },
      }),
    [material]: (): KeyMaterial => keyMaterial,
  });
}

/** Adds the options where there are any: Node 24 takes longer to read an object around it than to sign with it. */
function withOptions(
  key: KeyObject,
  options: AsymmetricDefinition["nodeOptions"],
): KeyObject | ({ key: KeyObject } & AsymmetricDefinition["nodeOptions"]) {
  return options === undefined ? key : { key, ...options };
}

async function importHandle(jwk: Jwk, definition: AsymmetricDefinition, usage: "sign" | "verify"): Promise<Handle> {
  return subtleCrypto().importKey("jwk", jwk, definition.keyParams, false, [usage]);
}

function createNodeKey(crypto: NodeCrypto, jwk: Jwk, create: "createPublicKey" | "createPrivateKey"): NodeKey {
  return { crypto, key: crypto[create]({ key: jwk, format: "jwk" }) };
}

/** Algorithms, each with an operation, that have worked: one key of each is tried. */
const tried = /* @__PURE__ */ new Set<string>();

function tryNodeKey(
  { jwk, members }: CheckedJwk,
  definition: AsymmetricDefinition,
  create: "createPublicKey" | "createPrivateKey",
): NodeKey | undefined {
  const crypto = syncSignatures();
  const { name, digest, nodeOptions, nodeSignature } = definition;
  const operation = `${create} ${name}`;
  try {
    const node = crypto && createNodeKey(crypto, jwk, create);
    if (node === undefined || tried.has(operation)) return node;
    // workerd reads RSA keys, and throws when they are to sign or to verify with options.
    const key = withOptions(node.key, nodeOptions);
    const signature = new Uint8Array(definition.signatureLength(members));
    if (create === "createPrivateKey") node.crypto.sign(digest, trialData(), key);
    else node.crypto.verify(digest, trialData(), key, nodeSignature?.toNode(signature) ?? signature);
    tried.add(operation);
    return node;
  } catch {
    return undefined; // this kind of key has no synchronous form here
  }
}

/** Asks the runtime about a key: `later` by Web Crypto, `now` by `node:crypto`, which sees no `CryptoKey`. Its refusal becomes ours. */
export function* askRuntime<Later, Now = Later>(
  definition: AsymmetricDefinition,
  later: () => Later | Promise<Later>,
  now?: (crypto: NodeCrypto) => Now,
): Steps<Later | Now> {
  const answer = yield {
    later: () => attempt(definition, later),
    now: () => {
      if (now === undefined) throw noSyncForm("a CryptoKey");
      const crypto = syncSignatures();
      if (crypto === undefined) throw noSyncForm(definition.name);
      try {
        return now(crypto);
      } catch (error) {
        throw isMissing(error) || !knowsKind(crypto, definition.kty)
          ? noSyncForm(definition.name)
          : refusal(error, definition);
      }
    },
  };
  return answer as Later | Now; // a driver hands back what one of the two returned
}

/** Asks the runtime about a key by Web Crypto; its refusal becomes ours. */
export async function attempt<T>(definition: AsymmetricDefinition, ask: () => Promise<T> | T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw refusal(error, definition);
  }
}

function noSyncForm(what: string): TypeError {
  return argumentError(
    `${what} has no synchronous form in this runtime: use the asynchronous function`,
    "sync_unavailable",
  );
}

/** Tells the error of a runtime that lacks an operation: what it is given here is always of the right type. */
function isMissing(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === "ERR_INVALID_ARG_TYPE" || String(message).includes("not implemented");
}

/** Returns whether `node:crypto` reads this `kty` at all: it says so before it looks at the other members. */
function knowsKind(crypto: NodeCrypto, kty: string): boolean {
  try {
    crypto.createPublicKey({ key: { kty }, format: "jwk" });
    return true;
  } catch (error) {
    return !(error as Error).message.includes("key.kty");
  }
}

/** Turns a runtime's error into a refusal. Its words are not repeated: they may quote the key. */
function refusal(error: unknown, { name, runtimes }: AsymmetricDefinition): unknown {
  const { name: kind, code } = error as { name?: unknown; code?: unknown };
  if (code === "unsupported_algorithm" || code === "invalid_key") return error;
  return kind === "NotSupportedError"
    ? argumentError(
        `${name} is not available in this runtime${runtimes === undefined ? "" : `, it is in ${runtimes}`}`,
        "unsupported_algorithm",
      )
    : invalidKey(`this runtime does not take the key for ${name}`);
}
