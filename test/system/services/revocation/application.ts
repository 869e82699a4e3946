// Processes of an application that share a store: what application.mjs does, asked for from here.
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { HS256, importSecret, sign } from "../../../../src/index.ts";

export type Client = "ioredis" | "node-redis" | "pg" | "mysql2";

export interface Application {
  /**
   * Uses tokens in this order, so many at a time, and gives what became of each: `"accepted"`, or the code of the refusal.
   * One call at a time.
   */
  use(
    tokens: readonly string[],
    options: { readonly atOnce: number; readonly storeTimeout?: number },
  ): Promise<string[]>;
  stop(): void;
}

const secret = randomBytes(32);
const key = await importSecret(secret, HS256);

export const mint = (count: number): Promise<string[]> =>
  Promise.all(
    Array.from({ length: count }, () =>
      sign({ sub: "user_123" }, key, { issuer: "my-api", audience: "once", jwtId: true }),
    ),
  );

/** Four processes of one application. */
export const startApplications = (client: Client, url: string): Promise<Application[]> =>
  Promise.all(Array.from({ length: 4 }, () => startApplication(client, url)));

async function startApplication(client: Client, url: string): Promise<Application> {
  const child = fork(
    fileURLToPath(new URL("application.mjs", import.meta.url)),
    [client, url, secret.toString("hex")],
    { execArgv: [] },
  );
  const ended = once(child, "exit").then(() => {
    throw new Error("the application ended");
  });
  ended.catch(() => {}); // at the latest by stop()
  const answer = async (): Promise<unknown> => (await Promise.race([once(child, "message"), ended]))[0];
  await answer();
  return {
    async use(tokens, options) {
      child.send({ tokens, storeTimeout: 5, ...options });
      return (await answer()) as string[];
    },
    stop: () => {
      child.kill();
    },
  };
}

/** How often each outcome is there. */
export function count(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
