// What holds for four processes that refresh one session on a real server, whichever it is.
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decode } from "../../../../src/index.ts";
import { seeded } from "../../../tools/random.ts";
import type { Server } from "../servers/program.ts";

const secret = randomBytes(32).toString("hex");

type Refreshed = { readonly refreshToken: string; readonly again: boolean } | { readonly error: string };

interface Process {
  /** `undefined`: it was killed before it answered. */
  ask<T>(name: "begin" | "refresh", argument?: string): Promise<T | undefined>;
  kill(): void;
}

async function startProcess(client: string, url: string): Promise<Process> {
  const child = fork(fileURLToPath(new URL("process.mjs", import.meta.url)), [client, url, secret], { execArgv: [] });
  const waiting = new Map<number, (answer: unknown) => void>();
  let next = 0;
  const ended = once(child, "exit");
  const ready = once(child, "message").then(() => true);
  if (!(await Promise.race([ready, ended.then(() => false)])))
    throw new Error("expected a process, found that it ended");
  child.on("message", ({ id, answer }: { id: number; answer: unknown }) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  child.on("error", () => undefined);
  child.on("exit", () => {
    for (const answer of waiting.values()) answer(undefined);
    waiting.clear();
  });
  return {
    ask: <T>(name: string, argument?: string) =>
      new Promise<T | undefined>((resolve) => {
        if (!child.connected) {
          resolve(undefined);
          return;
        }
        const id = next++;
        waiting.set(id, resolve as (answer: unknown) => void);
        child.send({ id, name, argument }, () => undefined);
      }),
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}

const generationOf = (refreshToken: string): number => Number(decode(refreshToken).claims.gen);
const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

export function testFourProcesses(client: string, server: () => Server): void {
  describe(`four processes with ${client}`, () => {
    it("refresh one session at once, and are killed at random: never two live generations, and nobody is logged out", {
      timeout: 120_000,
    }, async () => {
      const random = seeded(18);
      const start = (): Promise<Process> => startProcess(client, server().url);
      const processes = await Promise.all(Array.from({ length: 4 }, start));
      try {
        let newest = (await processes[0]!.ask<string>("begin"))!;
        const oldest = newest;
        const firsts = new Map<number, number>();
        const refusals: string[] = [];
        let [agains, lost, stopped] = [0, 0, false];

        /** All at once with one token, then with the next: two tabs, not two thieves. */
        const rounds = async (): Promise<void> => {
          while (!stopped) {
            const sent = newest;
            const answers = await Promise.all(
              Array.from({ length: 8 }, () => random.pick(processes).ask<Refreshed>("refresh", sent)),
            );
            const used = generationOf(sent);
            for (const answer of answers) {
              if (answer === undefined) lost++;
              else if ("error" in answer) refusals.push(answer.error);
              else {
                if (answer.again) agains++;
                else firsts.set(used, (firsts.get(used) ?? 0) + 1);
                expect(generationOf(answer.refreshToken)).toBe(used + 1);
                newest = answer.refreshToken;
              }
            }
            if (answers.every((answer) => answer === undefined)) await sleep(5);
          }
        };
        const working = rounds();
        for (let kills = 0; kills < 12 || firsts.size < 30; kills++) {
          await sleep(100 + random.int(300));
          const i = random.int(4);
          processes[i]!.kill();
          processes[i] = await start();
        }
        stopped = true;
        await working;

        expect(refusals).toEqual([]);
        expect(Math.max(...firsts.values())).toBe(1);
        expect([agains > 0, lost > 0]).toEqual([true, true]);
        const last = generationOf(newest);
        expect(last).toBeGreaterThanOrEqual(firsts.size);
        // One generation is live: the oldest token of all ends the session, for the newest too.
        expect(await processes[0]!.ask("refresh", oldest)).toEqual({ error: "replayed" });
        expect(await processes[1]!.ask("refresh", newest)).toEqual({ error: "revoked" });
      } finally {
        for (const one of processes) one.kill();
      }
    });
  });
}
