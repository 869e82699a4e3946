/** Options of `createDpopVerifier`, checked and compiled. */

import { asymmetricDefinition, type AsymmetricAlgorithm, type AsymmetricDefinition } from "../algorithms/algorithm.ts";
import { readDuration, readSpan, type Duration } from "../base/duration.ts";
import { checkBoolean, checkClock, checkOptions, withMethods, wrongArgument, type Names } from "../base/options.ts";
import { unchecked } from "../base/unchecked.ts";
import type { RequestView } from "../http/bearer.ts";
import type { ReplayStore } from "../revocation/contract.ts";
import { createNonces, type Nonces } from "./nonces.ts";
import type { KnownKeys } from "./proof-key.ts";
import { readOrigin, type OriginOption } from "./target-uri.ts";
import type { SecretKey } from "../keys/key.ts";

/** Options of `createDpopVerifier`. */
export interface DpopVerifierOptions {
  /** Algorithms that proofs may be signed with, such as `[ES256, Ed25519]`. */
  readonly algorithms: readonly AsymmetricAlgorithm[];
  /**
   * Store that makes each proof good once, shared by all processes: `redisReplayStore`, `sqlReplayStore`; `memoryReplayStore` for a single
   * process. `unchecked`: a proof that leaks can be used again for as long as `maxAge` says.
   */
  readonly replay: ReplayStore | typeof unchecked;
  /**
   * Secret that nonces are made from, of 32 bytes or more and the same in all processes, or a key of `importSecret`: then every proof
   * needs a nonce of this resource, which is good for two to four minutes (RFC 9449 §9). Default: no nonces.
   */
  readonly nonce?: SecretKey | Uint8Array | string;
  /** Longest time since the proof was made (`iat`): seconds, or a string such as `"1m"`. Default `"1m"`. */
  readonly maxAge?: Duration | undefined;
  /**
   * Public origin of this resource, such as `https://api.example`, which `htu` has to name; or a function that finds it, or the whole public
   * URL where a proxy changes the path too. Default: the origin of the request's URL, which the Host header decides on most servers.
   */
  readonly origin?: string | ((request: RequestView) => string);
  /** Refuses tokens that are bound to no key. Default `false`: they are accepted as `Bearer`. */
  readonly required?: boolean;
  /** Tolerated difference between clocks: seconds, or a string such as `"30s"`. Default 5 s, at most 1 h. */
  readonly clockTolerance?: Duration | undefined;
  /** Time that the store may take before it counts as failed. Default 5 s. */
  readonly storeTimeout?: Duration | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** `DpopVerifierOptions`, compiled. */
export interface DpopPolicy {
  readonly algorithms: ReadonlyMap<string, AsymmetricDefinition>;
  readonly replay: ReplayStore | undefined;
  readonly nonces: Nonces | undefined;
  readonly origin: OriginOption | undefined;
  readonly required: boolean;
  /** Seconds. */
  readonly maxAge: number;
  /** Seconds. */
  readonly tolerance: number;
  /** Seconds. */
  readonly storeTimeout: number;
  readonly now: (() => Date) | undefined;
  readonly known: KnownKeys;
}

const names: readonly string[] = /* @__PURE__ */ Object.keys({
  algorithms: 1,
  replay: 1,
  nonce: 1,
  maxAge: 1,
  origin: 1,
  required: 1,
  clockTolerance: 1,
  storeTimeout: 1,
  now: 1,
} satisfies Names<DpopVerifierOptions>);

const readStore = /* @__PURE__ */ withMethods<ReplayStore>("a store, or `unchecked` in writing,", "add");

/** Checks and compiles the options. An option that is a check is never switched off by `undefined`. */
export function compileDpop(options: unknown): DpopPolicy {
  const given = checkOptions(options, names);
  const { algorithms, replay, maxAge = 60, clockTolerance = 5, storeTimeout = 5 } = given;
  const tolerance = readDuration(clockTolerance, "clockTolerance");
  if (tolerance > 3600) throw wrongArgument("clockTolerance", "1 h at most", clockTolerance);
  return {
    algorithms: readAlgorithms(algorithms),
    replay: replay === unchecked ? undefined : readStore(replay, "replay"),
    nonces: "nonce" in given ? createNonces(given["nonce"], "nonce", tolerance) : undefined,
    origin: "origin" in given ? readOrigin(given["origin"], "origin") : undefined,
    required: "required" in given && checkBoolean(given["required"], "required"),
    maxAge: readSpan(maxAge, "maxAge"),
    tolerance,
    storeTimeout: readSpan(storeTimeout, "storeTimeout"),
    now: checkClock(given["now"]),
    known: new Map(),
  };
}

function readAlgorithms(value: unknown): ReadonlyMap<string, AsymmetricDefinition> {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  if (list.length === 0) throw wrongArgument("algorithms", "a list such as [ES256, Ed25519]", value);
  // Array.from(): map() passes over the holes of a sparse list.
  const definitions = Array.from(list, (one) => asymmetricDefinition(one as AsymmetricAlgorithm)); // checked there
  return new Map(definitions.map((definition) => [definition.name, definition]));
}
