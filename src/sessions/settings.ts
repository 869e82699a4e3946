/** Options of sessions, checked and compiled. */

import { readDuration, readSpan, type Duration } from "../base/duration.ts";
import {
  checkClock,
  checkedElsewhere,
  checkText,
  checkTexts,
  optional,
  readOptions,
  refusePolluted,
  withMethods,
  wrongArgument,
  type Reader,
  type Readers,
} from "../base/options.ts";
import type { SensitiveClaims } from "../claims/sensitive.ts";
import { isObject } from "../encoding/json.ts";
import { argumentError } from "../errors.ts";
import type { StandardSchemaV1 } from "../jwt/schema.ts";
import type { SigningKey, SigningKeySource, VerificationKeys } from "../keys/key.ts";
import type { SessionStore } from "./contract.ts";
import { memorySessionStore } from "./memory-store.ts";

/** Options of `createSessions`. Spans are seconds, or strings such as `"15m"`. */
export interface SessionsOptions<Schema extends StandardSchemaV1 = never> {
  /** `iss` of all tokens. */
  readonly issuer: string;
  /** `aud` of the access tokens. */
  readonly audience: string | readonly string[];
  /** Store of the sessions. Default: the memory of this process. */
  readonly store?: SessionStore | undefined;
  /** Lifetime of an access token. Default `"15m"`. */
  readonly accessExpiresIn?: Duration | undefined;
  /** Lifetime of a session, which refreshing does not extend. Default `"30d"`. */
  readonly sessionExpiresIn?: Duration | undefined;
  /** Time without a refresh after which a session ends. Default `"7d"`. */
  readonly idleTimeout?: Duration | undefined;
  /** Time after its first use during which a refresh token may be used again, by a second tab or after a lost response. Default `"10s"`, at most 60 s; 0: none. */
  readonly grace?: Duration | undefined;
  /** Standard Schema of the access token's payload: its output is the type of `claims`. */
  readonly schema?: Schema | undefined;
  /** Tolerated difference between clocks. Default 5 s. */
  readonly clockTolerance?: Duration | undefined;
  /** Timeout of the store. Default 5 s. */
  readonly storeTimeout?: Duration | undefined;
  /** Treatment of claims such as `password`. Default `"reject"`. */
  readonly sensitiveClaims?: SensitiveClaims | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** A secret, a key ring, or a pair. */
export type SessionKey =
  | ((SigningKey | SigningKeySource) & VerificationKeys)
  | { readonly privateKey: SigningKey; readonly publicKey: VerificationKeys };

/** `SessionsOptions`, checked; spans in seconds. */
export interface SessionSettings {
  readonly signing: SigningKey | SigningKeySource;
  readonly verifying: VerificationKeys;
  readonly store: SessionStore;
  readonly access: number;
  readonly life: number;
  readonly idle: number;
  readonly grace: number;
  readonly tolerance: number;
  readonly storeTimeout: number;
  readonly now: (() => Date) | undefined;
}

/** Checks and compiles the options. */
export function readSettings(key: SessionKey, options: unknown): SessionSettings {
  refusePolluted(["privateKey", "publicKey"]);
  const { store, ...spans } = readOptions(options, {
    issuer: checkText,
    audience: checkTexts,
    store: optional(checkStore),
    accessExpiresIn: optional(readSpan, 900),
    sessionExpiresIn: optional(readSpan, 30 * 86_400),
    idleTimeout: optional(readSpan, 7 * 86_400),
    grace: optional(readDuration, 10),
    schema: checkedElsewhere,
    clockTolerance: optional(readDuration, 5),
    storeTimeout: optional(readSpan, 5),
    sensitiveClaims: checkedElsewhere,
    now: checkClock,
  } satisfies Readers<SessionsOptions>);
  const [signing, verifying] = isPair(key) ? [key.privateKey, key.publicKey] : [key, key];
  const settings = {
    signing,
    verifying,
    store: store ?? memorySessionStore(),
    access: spans.accessExpiresIn,
    life: spans.sessionExpiresIn,
    idle: spans.idleTimeout,
    grace: spans.grace,
    tolerance: spans.clockTolerance,
    storeTimeout: spans.storeTimeout,
    now: spans.now,
  };
  if (settings.grace > 60)
    throw wrongArgument("grace", "at most 60 s (a stolen token can be used undetected for as long)", settings.grace);
  checkRing(signing, Math.min(settings.idle, settings.life));
  return settings;
}

/** Checks that a ring publishes its keys for as long as refresh tokens live. Otherwise they would stop verifying early. */
function checkRing(signing: object, refreshLife: number): void {
  const { maxLifetime } = signing as SigningKeySource;
  if (maxLifetime !== undefined && !(refreshLife <= maxLifetime))
    throw argumentError(
      `retainFor of the key ring: expected ${refreshLife} s or more, as long as a refresh token lives, found ${maxLifetime} s`,
    );
}

function isPair(key: SessionKey): key is Extract<SessionKey, { privateKey: unknown }> {
  return isObject(key) && "privateKey" in key && "publicKey" in key;
}

const checkStore: Reader<SessionStore> = /* @__PURE__ */ withMethods<SessionStore>(
  "a session store",
  "begin",
  "use",
  "alive",
  "end",
  "endAll",
  "list",
);
