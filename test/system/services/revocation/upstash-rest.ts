// Upstash's REST interface before a real Redis: commands come as JSON, one or a list of them, and answers go as JSON.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Redis } from "ioredis";

export interface RestServer {
  readonly url: string;
  stop(): Promise<void>;
}

type Command = readonly [string, ...(string | number)[]];

export async function startUpstashRest(redis: Redis): Promise<RestServer> {
  const answer = async ([name, ...args]: Command): Promise<object> =>
    redis.call(name, ...args).then(
      (result) => ({ result }),
      (error: unknown) => ({ error: String(error) }),
    );

  const server = createServer((request, response) => {
    void (async () => {
      const body = await json(request);
      const answers =
        request.url === "/pipeline"
          ? await Promise.all((body as Command[]).map(answer))
          : await answer(body as Command);
      response
        .writeHead("error" in answers ? 400 : 200, { "Content-Type": "application/json" })
        .end(JSON.stringify(answers));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close().closeAllConnections();
      await once(server, "close");
    },
  };
}
