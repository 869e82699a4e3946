// The same small application in each framework: GET and POST /orders behind requireAuth say whose orders they are.
import { serve } from "@hono/node-server";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { createServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { requireAuth as requireAuthExpress } from "../../../../src/http/adapters/express.ts";
import { requireAuth as requireAuthFastify } from "../../../../src/http/adapters/fastify.ts";
import { requireAuth as requireAuthHono } from "../../../../src/http/adapters/hono.ts";
import type { AuthenticateOptions, Refusal, Verified, Verifier } from "../../../../src/index.ts";

export interface Application {
  readonly port: number;
  close(): Promise<void>;
}

export interface Behaviour {
  readonly verifier: Verifier;
  readonly options?: Omit<AuthenticateOptions, "token"> & { readonly onRefusal?: (refusal: Refusal) => void };
  /** Whether proxies are believed, as the framework calls it. */
  readonly trustProxy?: boolean;
}

type Start = (behaviour: Behaviour) => Promise<Application>;

// The majors before. What is used of them is the same, and so are the types.
// @ts-expect-error -- @types/express is of Express 5, and Express has none of its own
const { default: express4 } = (await import("express4")) as { default: typeof express };
const { default: fastify4 } = (await import("fastify4")) as unknown as { default: typeof Fastify };
const { Hono: Hono3 } = (await import("hono3")) as unknown as { Hono: typeof Hono };

const expressWith =
  (framework: typeof express): Start =>
  async ({ verifier, options, trustProxy }) => {
    const app = framework();
    app.set("trust proxy", trustProxy === true);
    app.use((_request, response, next) => {
      response.setHeader("X-Before", "kept");
      next();
    });
    const guard = requireAuthExpress(verifier, options);
    app.all("/orders", guard, (request, response) => {
      response.json({ ordersOf: guard.callerOf(request).claims.sub });
    });
    app.use(((error, _request, response, next) => {
      if (response.headersSent) next(error);
      else response.status(500).json({ handled: (error as { code?: string }).code });
    }) satisfies express.ErrorRequestHandler);
    return opened(app.listen(0, "127.0.0.1"));
  };

const fastifyWith =
  (framework: typeof Fastify): Start =>
  async ({ verifier, options, trustProxy }) => {
    const app = framework({ trustProxy: trustProxy === true });
    app.addHook("onRequest", async (_request, reply) => {
      reply.header("X-Before", "kept");
    });
    app.setErrorHandler((error, _request, reply) =>
      reply.code(500).send({ handled: (error as { code?: string }).code }),
    );
    const guard = requireAuthFastify(verifier, options);
    app.route({
      method: ["GET", "HEAD", "POST"],
      url: "/orders",
      exposeHeadRoute: false,
      onRequest: guard,
      handler: (request) => ({ ordersOf: guard.callerOf(request).claims.sub }),
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
  };

const honoWith =
  (framework: typeof Hono): Start =>
  ({ verifier, options }) => {
    const app = new framework();
    app.use("*", async (context, next) => {
      context.header("X-Before", "kept");
      await next();
    });
    const guard = requireAuthHono(verifier, options);
    app.all("/orders", guard, (context) => context.json({ ordersOf: guard.callerOf(context).claims.sub }));
    app.onError((error, context) => context.json({ handled: (error as { code?: string }).code }, 500));
    return new Promise((resolve) => {
      const server = serve({ fetch: (request) => app.fetch(request), port: 0, hostname: "127.0.0.1" }, () => {
        resolve(opened(server));
      });
    });
  };

/** mintmark/express before Node's own server. */
const nodeHttp: Start = ({ verifier, options }) => {
  const guard = requireAuthExpress(verifier, options);
  return opened(
    createServer((request, response) => {
      response.setHeader("X-Before", "kept");
      void guard(request, response, (error) => {
        if (error !== undefined) response.statusCode = 500;
        response.end(
          JSON.stringify(
            error === undefined
              ? { ordersOf: (request as { auth?: Verified }).auth?.claims.sub }
              : { handled: (error as { code?: string }).code },
          ),
        );
      });
    }).listen(0, "127.0.0.1"),
  );
};

async function opened(server: Server): Promise<Application> {
  if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        if ("closeAllConnections" in server) (server.closeAllConnections as () => void)();
        server.close(() => {
          resolve();
        });
      }),
  };
}

export const frameworks: Readonly<Record<string, Start>> = {
  "Express 5": expressWith(express),
  "Express 4": expressWith(express4),
  "Fastify 5": fastifyWith(Fastify),
  "Fastify 4": fastifyWith(fastify4),
  "Hono 4": honoWith(Hono),
  "Hono 3": honoWith(Hono3),
  "Node's http": nodeHttp,
};
