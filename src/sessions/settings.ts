/** Options of sessions, checked and compiled. */

import { readDuration, type Duration } from "../base/duration.ts";
import { checkClock, checkOptions, checkText, checkTexts, wrongArgument } from "../base/options.ts";
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

const sessionNames: readonly string[] = [
  "issuer",
  "audience",
  "store",
  "accessExpiresIn",
  "sessionExpiresIn",
  "idleTimeout",
  "grace",
  "schema",
  "clockTolerance",
  "storeTimeout",
  "sensitiveClaims",
  "now",
];

/** Checks and compiles the options. */
export function readSettings(key: SessionKey, options: unknown): SessionSettings {
  const given = checkOptions(options, sessionNames) as Partial<SessionsOptions>;
  checkText(given.issuer, "issuer");
  checkTexts(given.audience, "audience");
  const { store = memorySessionStore(), clockTolerance = 5 } = given;
  const [signing, verifying] = isPair(key) ? [key.privateKey, key.publicKey] : [key, key];
  const settings = {
    signing,
    verifying,
    store: checkStore(store),
    access: readSpan(given.accessExpiresIn ?? "15m", "accessExpiresIn"),
    life: readSpan(given.sessionExpiresIn ?? "30d", "sessionExpiresIn"),
    idle: readSpan(given.idleTimeout ?? "7d", "idleTimeout"),
    grace: readDuration(given.grace ?? "10s", "grace"),
    tolerance: readDuration(clockTolerance, "clockTolerance"),
    storeTimeout: readSpan(given.storeTimeout ?? 5, "storeTimeout"),
    now: checkClock(given.now),
  };
  if (settings.grace > 60) throw wrongArgument("grace", "60 s at most: a thief has as long", given.grace);
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

const storeMembers = ["begin", "use", "alive", "end", "endAll", "list"] as const;

function checkStore(store: SessionStore): SessionStore {
  const missing = storeMembers.find((name) => typeof (store as Partial<SessionStore> | null)?.[name] !== "function");
  if (missing !== undefined) throw wrongArgument("store", `a session store, with ${missing}()`, store);
  return store;
}

function readSpan(value: Duration, name: string): number {
  const seconds = readDuration(value, name);
  if (seconds === 0) throw wrongArgument(name, "more than 0", value);
  return seconds;
}
