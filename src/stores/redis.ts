/**
 * Redis clients. Each known client is recognised by a method that only it has, and called in its own form. Others are refused:
 * a client that ignores an unknown option (NX) would report every use of a token as the first.
 */

import { wrongArgument } from "../base/options.ts";
import { randomUuid } from "../base/platform.ts";
import { UnavailableError } from "../errors.ts";
import { beforeFirstUse } from "./first-use.ts";

/**
 * A client of ioredis, node-redis (version 4 or later), Upstash, valkey-glide or Bun. For any other, a function that sends one
 * command, such as `["GET", "key"]`, and returns Redis's answer.
 */
export type RedisClient =
  | (RedisMethods & { defineCommand(...args: never[]): unknown })
  | (RedisMethods & { setEx(...args: never[]): unknown })
  | (RedisMethods & { createScript(...args: never[]): unknown })
  | { customCommand(...args: never[]): Promise<unknown> }
  | { send(...args: never[]): Promise<unknown> }
  | RedisCommand;

/** Sends one command, as a list of words, and returns Redis's answer. */
export type RedisCommand = (command: string[]) => Promise<unknown>;

/** Methods that ioredis, node-redis and Upstash share by name, with different arguments. */
export interface RedisMethods {
  /** `GET` */
  get(...args: never[]): Promise<unknown>;
  /** `SET` with a lifetime */
  set(...args: never[]): Promise<unknown>;
  /** `EVAL` of a script with one key */
  eval(...args: never[]): Promise<unknown>;
}

/** Commands that the stores send. */
export interface Commands {
  get(key: string): Promise<unknown>;
  /** Sets an absent key to 1 and returns `OK`; returns `null` if the key is there. */
  setNew(key: string, ttlSeconds: number): Promise<unknown>;
  /** Runs a Lua script with one key. */
  run(script: string, key: string, args: string[]): Promise<unknown>;
}

/** Documented methods of the clients. Their declarations cannot be imported. */
type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Methods that identify the clients. Constructor names do not survive bundlers. */
const clients: readonly (readonly [method: string, form: (methods: Methods) => Commands])[] = [
  ["defineCommand", (ioredis) => inWords(([name, ...words]) => call(ioredis, String(name).toLowerCase(), ...words))],
  [
    "setEx",
    (nodeRedis) => ({
      get: (key) => call(nodeRedis, "get", key),
      setNew: (key, ttl) => call(nodeRedis, "set", key, "1", { EX: ttl, NX: true }),
      run: (script, key, args) => call(nodeRedis, "eval", script, { keys: [key], arguments: args }),
    }),
  ],
  [
    "createScript",
    (upstash) => ({
      get: (key) => call(upstash, "get", key),
      setNew: (key, ttl) => call(upstash, "set", key, "1", { ex: ttl, nx: true }),
      run: (script, key, args) => call(upstash, "eval", script, [key], args),
    }),
  ],
  // 1 is `Decoder.String`: a client may be configured to return bytes.
  ["customCommand", (glide) => inWords((command) => call(glide, "customCommand", command, { decoder: 1 }))],
  ["send", (bun) => inWords(([name, ...words]) => call(bun, "send", name, words))],
];

/**
 * Returns the commands of a client. Before the first one, a probe checks that `setNew` refuses a second time (with
 * `writes: "script"`, that a script writes), and that what was written is read.
 *
 * @param prefix Prefix of the probe's key.
 * @throws TypeError `invalid_argument`
 */
export function commandsOf(client: unknown, prefix: string, writes: "setNew" | "script"): Commands {
  const commands = findCommands(client);
  const ready = beforeFirstUse(() => prove(commands, `${prefix}${JSON.stringify(["probe", randomUuid()])}`, writes));
  return {
    async get(key) {
      await ready();
      return commands.get(key);
    },
    async setNew(key, ttlSeconds) {
      await ready();
      return commands.setNew(key, ttlSeconds);
    },
    async run(script, key, args) {
      await ready();
      return commands.run(script, key, args);
    },
  };
}

function findCommands(client: unknown): Commands {
  // A function is the caller's own; the probe checks what it does.
  if (typeof client === "function") return inWords(client as RedisCommand);
  const known = clients.find(([method]) => hasMethod(client, method));
  if (known === undefined)
    throw wrongArgument(
      "client",
      'a client of ioredis, node-redis, Upstash, valkey-glide or Bun, or a function that sends one command: (words) => client.send(words), with words such as ["GET", "key"]',
      client,
    );
  return known[1](client as Methods);
}

async function prove(commands: Commands, key: string, writes: "setNew" | "script"): Promise<void> {
  if (writes === "script") {
    const answer = await commands.run(writeProbe, key, ["1", "10"]);
    if (answer !== "OK") throw unproven("EVAL of a script that sets a key was not answered with OK");
  } else {
    if ((await commands.setNew(key, 10)) !== "OK") throw unproven("SET of a new key was not answered with OK");
    if ((await commands.setNew(key, 10)) !== null) throw unproven("SET with NX of an existing key was not refused");
  }
  if (!isOne(await commands.get(key))) throw unproven("GET does not return what was set");
}

const writeProbe = "return redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])";

/** Reports whether the answer is 1. Upstash's client parses answers as JSON. */
export function isOne(answer: unknown): boolean {
  return answer === "1" || answer === 1;
}

function inWords(send: RedisCommand): Commands {
  return {
    get: (key) => send(["GET", key]),
    setNew: (key, ttl) => send(["SET", key, "1", "EX", String(ttl), "NX"]),
    run: (script, key, args) => send(["EVAL", script, "1", key, ...args]),
  };
}

function unproven(asked: string): UnavailableError {
  return new UnavailableError(
    "store_unavailable",
    `the Redis client does not work as expected: ${asked}. Check its options, or pass a function that sends one command`,
  );
}

/** Calls a method with its `this`. A missing method is a failure of the store. */
async function call(methods: Methods, name: string, ...args: unknown[]): Promise<unknown> {
  const { [name]: method } = methods;
  if (method === undefined) throw unproven(`it has no method ${name}`);
  return method.apply(methods, args);
}

function hasMethod(client: unknown, name: string): boolean {
  return typeof client === "object" && client !== null && typeof Reflect.get(client, name) === "function";
}
