// What holds for four processes of an application that share a real server, whichever it is.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Server } from "../servers/program.ts";
import { count, mint, startApplications, type Application, type Client } from "./application.ts";

export function testFourProcesses(client: Client, server: () => Server): void {
  describe(`four processes with ${client}`, () => {
    let applications: Application[];
    beforeAll(async () => {
      applications = await startApplications(client, server().url);
    });
    afterAll(() => {
      for (const application of applications) application.stop();
    });

    it("1,000 concurrent uses of one token: exactly one is accepted, every other is replayed", async () => {
      for (let round = 0; round < 3; round++) {
        const [token] = await mint(1);
        const codes = await Promise.all(
          applications.map((application) =>
            application.use(
              Array.from({ length: 250 }, () => token!),
              // All of them wait for one row: on a busy machine for longer than the default, and that is a refusal of another kind.
              { atOnce: 250, storeTimeout: 45 },
            ),
          ),
        );
        expect(count(codes.flat())).toEqual({ accepted: 1, replayed: 999 });
      }
    });

    it("the server is killed and started again in the middle: nothing is accepted twice, refusals say why, and the same processes go on", async () => {
      const tokens = await mint(1000);
      const traffic = startTraffic(applications, tokens);
      await traffic.until(() => traffic.counts().accepted! > 50);
      await server().kill();
      traffic.forget();
      await traffic.until((seen) => seen.every((codes) => (codes.store_unavailable ?? 0) > 50));
      await server().restart();
      traffic.forget();
      await traffic.until((seen) => seen.every((codes) => (codes.replayed ?? 0) > 2 * tokens.length));
      await traffic.stop();

      expect(Object.keys(traffic.counts()).sort()).toEqual(["accepted", "replayed", "store_unavailable"]);
      expect(Math.max(...traffic.accepted())).toBe(1);
      expect(count(await applications[0]!.use(tokens, { atOnce: 10 }))).toEqual({ replayed: tokens.length });

      const [fresh] = await mint(1);
      const codes = await Promise.all(
        applications.map((application) => application.use([fresh!, fresh!], { atOnce: 2 })),
      );
      expect(count(codes.flat())).toEqual({ accepted: 1, replayed: 7 });
    });
  });
}

type Counts = Record<string, number>;

interface Traffic {
  /** Waits until it holds of what each application has seen since `forget`. */
  until(holds: (seen: readonly Counts[]) => boolean): Promise<void>;
  forget(): void;
  /** Of everything since the start. */
  counts(): Counts;
  /** How often each token was accepted. */
  accepted(): readonly number[];
  stop(): Promise<void>;
}

/** Every application uses all of the tokens, in the same order, again and again. */
function startTraffic(applications: readonly Application[], tokens: readonly string[]): Traffic {
  const accepted = tokens.map(() => 0);
  const all: string[] = [];
  let seen: Counts[] = applications.map(() => ({}));
  let stopped = false;

  const drive = async (application: Application, number: number): Promise<void> => {
    for (let from = 0; !stopped; from = (from + 50) % tokens.length) {
      const codes = await application.use(tokens.slice(from, from + 50), { atOnce: 10, storeTimeout: 0.2 });
      for (const [i, code] of codes.entries()) {
        all.push(code);
        seen[number]![code] = (seen[number]![code] ?? 0) + 1;
        if (code === "accepted") accepted[from + i]!++;
      }
    }
  };
  const driven = Promise.all(applications.map(drive));

  return {
    async until(holds) {
      while (!holds(seen))
        await Promise.race([
          driven,
          new Promise((resolve) => {
            setTimeout(resolve, 5);
          }),
        ]);
    },
    forget() {
      seen = applications.map(() => ({}));
    },
    counts: () => count(all),
    accepted: () => accepted,
    async stop() {
      stopped = true;
      await driven;
    },
  };
}
