/** How different Redis clients spell the three commands that the stores need. */

import { wrongArgument } from "../base/options.ts";

/**
 * A client of ioredis, node-redis, Upstash or Bun, or anything with the same methods. For others, a function: it sends one
 * command, such as `["GET", "key"]`, and gives Redis's answer.
 */
export type RedisClient<Name extends keyof RedisMethods = keyof RedisMethods> = Pick<RedisMethods, Name> | RedisCommand;

/** Sends one command, as a list of words, and gives Redis's answer. */
export type RedisCommand = (command: string[]) => Promise<unknown>;

/** The clients agree on these names, not on their arguments. */
export interface RedisMethods {
  /** `GET` */
  get(...args: never[]): Promise<unknown>;
  /** `SET`, with a lifetime */
  set(...args: never[]): Promise<unknown>;
  /** `EVAL`, of a script with one key */
  eval(...args: never[]): Promise<unknown>;
}

export interface Commands {
  get(key: string): Promise<unknown>;
  /** Sets the key to 1, or with `onlyNew` does nothing where it is there. */
  set(key: string, ttlSeconds: number, onlyNew: boolean): Promise<unknown>;
  /** Runs a Lua script with one key. */
  run(script: string, key: string, args: string[]): Promise<unknown>;
}

/** The arguments of each method are given by the clients' documentation; their declarations cannot be imported. */
type Methods = Record<"get" | "set" | "eval", (...args: unknown[]) => Promise<unknown>>;

/**
 * The methods tell which client it is; constructors' names change with every bundler.
 *
 * @throws TypeError `invalid_argument`
 */
export function commandsOf<Name extends keyof RedisMethods>(
  client: RedisClient<Name>,
  needed: readonly Name[],
): Commands {
  if (typeof client === "function") return inWords(client);
  if (!needed.every((name) => hasMethod(client, name)))
    throw wrongArgument("client", "a Redis client, or a function that sends one command", client);
  const methods = client as unknown as Methods;
  // ioredis and Bun's client take the words of a command as they are.
  const takesWords = ["defineCommand", "call", "send"].some((name) => hasMethod(client, name));
  if (takesWords) return inWords(([name, ...words]) => methods[name?.toLowerCase() as keyof Methods](...words));
  return inOptions(methods, hasMethod(client, "setEx"));
}

function inWords(send: RedisCommand): Commands {
  return {
    get: (key) => send(["GET", key]),
    set: (key, ttl, onlyNew) => send(["SET", key, "1", "EX", String(ttl), ...(onlyNew ? ["NX"] : [])]),
    run: (script, key, args) => send(["EVAL", script, "1", key, ...args]),
  };
}

function inOptions(methods: Methods, isNodeRedis: boolean): Commands {
  return {
    get: (key) => methods.get(key),
    // Both spellings: a client passes over options that it does not know, and without NX a key would always be new.
    set: (key, ttl, onlyNew) => methods.set(key, "1", { EX: ttl, ex: ttl, ...(onlyNew ? { NX: true, nx: true } : {}) }),
    run: (script, key, args) =>
      isNodeRedis ? methods.eval(script, { keys: [key], arguments: args }) : methods.eval(script, [key], args),
  };
}

function hasMethod(client: unknown, name: string): boolean {
  return typeof client === "object" && client !== null && typeof Reflect.get(client, name) === "function";
}
