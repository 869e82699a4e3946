/**
 * Key objects: an algorithm, its checked material and the runtime's primitive, bound together once.
 * Key material lives in the closures of these functions, nowhere else.
 */

import type { AsymmetricDefinition } from "../algorithms/algorithm.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { argumentError } from "../errors.ts";
import { subtleCrypto, syncSignatures, type Handle, type KeyObject, type NodeCrypto } from "../base/platform.ts";
import type { SigningKey, VerifyingKey } from "./key.ts";
import { material, type KeyMaterial } from "./material.ts";
import { keepHandle } from "./handle.ts";
import { type CheckedJwk, invalidKey, type Jwk, publicHalf } from "./jwk.ts";
import { statedMembers, type KeyTraits } from "./key-options.ts";

/** A key as `node:crypto` holds it, for the synchronous functions. */
interface NodeKey {
  readonly crypto: NodeCrypto;
  readonly key: KeyObject;
}

// A key is tried once when it is imported: what the runtime cannot do, or what does not fit together,
// is refused then and not at the first token.
const trialData = (): Bytes => Uint8Array.of(116, 114, 105, 97, 108);

/** A public key, after one trial verification. */
export async function bindPublicKey(
  checked: CheckedJwk,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
): Promise<VerifyingKey> {
  const key = makePublicKey(checked, definition, traits);
  await tryPublicKey(key, checked, definition);
  return key;
}

/** As `bindPublicKey`, through `node:crypto` alone. */
export function bindPublicKeySync(
  checked: CheckedJwk,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
): VerifyingKey {
  return attemptSync(definition, (crypto) => {
    const key = verifyingKey(checked, definition, traits, createNodeKey(crypto, checked.jwk, "createPublicKey"));
    key.verifySync?.(trialData(), trialSignature(checked, definition));
    return key;
  });
}

/** Makes a public key that has still to be tried, by one of the two functions below. */
export function makePublicKey(checked: CheckedJwk, definition: AsymmetricDefinition, traits: KeyTraits): VerifyingKey {
  return verifyingKey(checked, definition, traits, tryNodeKey(checked, definition, "createPublicKey"));
}

/** Verifies once with a key, and throws what the runtime has against it. */
export async function tryPublicKey(
  key: VerifyingKey,
  checked: CheckedJwk,
  definition: AsymmetricDefinition,
): Promise<void> {
  await attempt(definition, () => key.verify(trialData(), trialSignature(checked, definition)));
}

/** As `tryPublicKey`, at once. A key without a synchronous form is not tried: its first use shows what the runtime has against it. */
export function tryPublicKeySync(key: VerifyingKey, checked: CheckedJwk, definition: AsymmetricDefinition): void {
  if (key.verifySync === undefined) return;
  attemptSync(definition, () => key.verifySync?.(trialData(), trialSignature(checked, definition)));
}

function trialSignature({ members }: CheckedJwk, definition: AsymmetricDefinition): Bytes {
  return new Uint8Array(definition.signatureLength(members));
}

/** A private key, after one trial signature checked against its stated public half. */
export async function bindPrivateKey(
  checked: CheckedJwk,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
): Promise<SigningKey> {
  const key = signingKey(checked.jwk, definition, traits, tryNodeKey(checked, definition, "createPrivateKey"));
  const publicKey = verifyingKey({ ...checked, jwk: publicHalf(checked.jwk, definition) }, definition, {}, undefined);
  const fits = await attempt(definition, async () => publicKey.verify(trialData(), await key.sign(trialData())));
  if (!fits) throw invalidKey("the private key does not fit its public half");
  return key;
}

/** As `bindPrivateKey`, through `node:crypto` alone. */
export function bindPrivateKeySync(
  checked: CheckedJwk,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
): SigningKey {
  return attemptSync(definition, (crypto) => {
    const publicJwk = publicHalf(checked.jwk, definition);
    const key = signingKey(checked.jwk, definition, traits, createNodeKey(crypto, checked.jwk, "createPrivateKey"));
    const publicKey = verifyingKey(
      { ...checked, jwk: publicJwk },
      definition,
      {},
      createNodeKey(crypto, publicJwk, "createPublicKey"),
    );
    const signature = key.signSync?.(trialData());
    if (signature === undefined || publicKey.verifySync?.(trialData(), signature) !== true)
      throw invalidKey("the private key does not fit its public half");
    return key;
  });
}

/** A caller's own private handle that cannot be exported: no synchronous form, no public half. */
export async function bindPrivateHandle(
  handle: Handle,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
): Promise<SigningKey> {
  const sign = async (data: Bytes): Promise<Bytes> =>
    new Uint8Array(await subtleCrypto().sign(definition.signParams, handle, data));
  await attempt(definition, () => sign(trialData()));
  return Object.freeze({ ...statedMembers(definition, traits), sign, [material]: (): KeyMaterial => ({ definition }) });
}

/** A caller's own public handle that cannot be exported: no synchronous form. */
export async function bindPublicHandle(
  handle: Handle,
  signatureLength: number,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
): Promise<VerifyingKey> {
  const verify = async (data: Bytes, signature: Bytes): Promise<boolean> =>
    signature.length === signatureLength && subtleCrypto().verify(definition.signParams, handle, signature, data);
  await attempt(definition, async () => {
    await verify(trialData(), new Uint8Array(signatureLength));
    const { forgery } = definition;
    if (forgery === undefined) return;
    // The handle does not show its point, so it is known by what it does.
    for (const octet of forgery.messages)
      if (await verify(Uint8Array.of(octet), forgery.signature())) throw invalidKey("the point has a small order");
  });
  return Object.freeze({
    ...statedMembers(definition, traits),
    verify,
    [material]: (): KeyMaterial => ({ definition }),
  });
}

function verifyingKey(
  { jwk, members }: CheckedJwk,
  definition: AsymmetricDefinition,
  traits: KeyTraits,
  node: NodeKey | undefined,
): VerifyingKey {
  const { signParams, digest, nodeOptions, nodeSignature } = definition;
  const length = definition.signatureLength(members);
  const mayBe = (signature: Bytes): boolean =>
    signature.length === length && definition.isInRange?.(signature, members) !== false;
  const withHandle = keepHandle(() => importHandle(jwk, definition, "verify"));
  const nodeKey = node && withOptions(node.key, nodeOptions);
  return Object.freeze({
    ...statedMembers(definition, traits),
    // Primitives are lenient about lengths and numbers (RFC 8017 §8.1.2, RFC 7518 §3.4), so these are checked before they are asked.
    verify: (data: Bytes, signature: Bytes): boolean | Promise<boolean> =>
      mayBe(signature) && withHandle((handle) => subtleCrypto().verify(signParams, handle, signature, data)),
    ...(node &&
      nodeKey && {
        verifySync: (data: Bytes, signature: Bytes): boolean =>
          mayBe(signature) && node.crypto.verify(digest, data, nodeKey, nodeSignature?.toNode(signature) ?? signature),
      }),
    [material]: (): KeyMaterial => ({ definition, publicJwk: jwk }),
  });
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
    ...statedMembers(definition, traits),
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

/** The key alone where that will do: Node 24 takes longer to read an object around it than to sign with it. */
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

/** Runs what asks the runtime about a key; its refusal becomes ours. */
export async function attempt<T>(definition: AsymmetricDefinition, ask: () => Promise<T> | T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw refusal(error, definition);
  }
}

/** As `attempt`, for what asks `node:crypto`. */
export function attemptSync<T>(definition: AsymmetricDefinition, ask: (crypto: NodeCrypto) => T): T {
  const crypto = syncSignatures();
  if (crypto === undefined || !knowsKind(crypto, definition.kty)) {
    throw noSyncForm(definition);
  }
  try {
    return ask(crypto);
  } catch (error) {
    throw isMissing(error) ? noSyncForm(definition) : refusal(error, definition);
  }
}

function noSyncForm({ name }: AsymmetricDefinition): TypeError {
  return argumentError(
    `${name} has no synchronous form in this runtime: use the asynchronous function`,
    "sync_unavailable",
  );
}

/** Whether an error is the runtime's for want of an operation: what it is given here is always of the right type. */
function isMissing(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === "ERR_INVALID_ARG_TYPE" || String(message).includes("not implemented");
}

/** Whether `node:crypto` reads this `kty` at all: it says so before it looks at the other members. */
function knowsKind(crypto: NodeCrypto, kty: string): boolean {
  try {
    crypto.createPublicKey({ key: { kty }, format: "jwk" });
    return true;
  } catch (error) {
    return !(error as Error).message.includes("key.kty");
  }
}

/** A runtime's own words are not repeated: they may quote the key. */
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
