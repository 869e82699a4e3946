/**
 * One server, in a process of its own: `node server.mjs "Express, mintmark"`. It sends its port to the parent, and the processor time
 * it took so far when it is asked. Everyone at their best:
 * keys are imported once, options checked once, no log, and each checks signature, `exp`, `iss` and `aud`.
 */

import { createHmac, createSecretKey, webcrypto } from "node:crypto";
import { createServer } from "node:http";
import fastifyJwt from "@fastify/jwt";
import { serve } from "@hono/node-server";
import express from "express";
import { expressjwt } from "express-jwt";
import Fastify from "fastify";
import { Hono } from "hono";
import { jwt as honoJwt } from "hono/jwt";
import { createAuthenticator, createVerifier, HS256, importSecret, viewOf } from "../../dist/index.js";
import { requireAuth as requireExpressAuth } from "../../dist/express.js";
import { requireAuth as requireFastifyAuth } from "../../dist/fastify.js";
import { requireAuth as requireHonoAuth } from "../../dist/hono.js";
import { policy, secret } from "./policy.mjs";

const orders = { orders: [] };
const verifier = createVerifier(await importSecret(secret, HS256), policy);

const listen = (server) =>
  server.listen(0, "127.0.0.1", () => {
    process.send?.(server.address().port);
  });

function expressWith(...guards) {
  const app = express();
  app.get("/orders", ...guards, (_request, response) => {
    response.json(orders);
  });
  // Express prints what it answers with 500, and express-jwt refuses by an error.
  app.use((error, _request, response, next) => {
    if (response.headersSent) next(error);
    else response.status(error.status ?? 500).end();
  });
  listen(createServer(app));
}

async function fastifyWith(prepare, onRequest) {
  const app = Fastify();
  await prepare(app);
  app.get("/orders", onRequest === undefined ? {} : { onRequest }, () => orders);
  await app.listen({ port: 0, host: "127.0.0.1" });
  process.send?.(/** @type {import("node:net").AddressInfo} */ (app.server.address()).port);
}

/** @param {import("hono").MiddlewareHandler[]} guards */
function honoWith(...guards) {
  const app = new Hono();
  for (const guard of guards) app.get("/orders", guard);
  app.get("/orders", (context) => context.json(orders));
  serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
    process.send?.(port);
  });
}

function nodeWith(guard) {
  const body = JSON.stringify(orders);
  const answer = (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  };
  listen(
    createServer(
      guard === undefined
        ? (_request, response) => {
            answer(response);
          }
        : (request, response) => {
            void guard(request, response, () => {
              answer(response);
            });
          },
    ),
  );
}

// Parts of a guard, for Express.
const tokenOf = (request) => request.headers.authorization.slice("Bearer ".length);
const hmacKey = createSecretKey(secret);
const authenticator = createAuthenticator(verifier);
const parts = {
  "an await": async (_request, _response, next) => {
    await undefined;
    next();
  },
  "the MAC and JSON alone": (request, _response, next) => {
    const [header, payload, signature] = tokenOf(request).split(".");
    const mac = createHmac("sha256", hmacKey).update(`${header}.${payload}`).digest("base64url");
    if (mac !== signature) throw new Error("a bad token");
    JSON.parse(Buffer.from(header, "base64url").toString());
    request.auth = JSON.parse(Buffer.from(payload, "base64url").toString());
    next();
  },
  "verify alone": async (request, _response, next) => {
    request.auth = await verifier.verify(tokenOf(request));
    next();
  },
  "authenticate alone": async (request, _response, next) => {
    request.auth = await authenticator.authenticate(viewOf(request));
    next();
  },
};

const servers = {
  "Node's http, no authentication": () => nodeWith(),
  "Node's http, mintmark": () => nodeWith(requireExpressAuth(verifier)),
  "Express, no authentication": () => expressWith(),
  "Express, mintmark": () => expressWith(requireExpressAuth(verifier)),
  "Express, express-jwt": () =>
    expressWith(expressjwt({ secret: createSecretKey(secret), algorithms: ["HS256"], ...policy })),
  "Fastify, no authentication": () => fastifyWith(() => undefined),
  "Fastify, mintmark": () => fastifyWith(() => undefined, requireFastifyAuth(verifier)),
  "Fastify, @fastify/jwt": () =>
    fastifyWith(
      (app) =>
        app.register(fastifyJwt, {
          secret,
          verify: { algorithms: ["HS256"], allowedIss: policy.issuer, allowedAud: policy.audience },
        }),
      (request) => request.jwtVerify(),
    ),
  "Hono, no authentication": () => honoWith(),
  "Hono, mintmark": () => honoWith(requireHonoAuth(verifier)),
  "Hono, hono/jwt": async () => {
    const key = await webcrypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    honoWith(honoJwt({ secret: key, alg: "HS256", verification: { iss: policy.issuer, aud: policy.audience } }));
  },
};

for (const [name, part] of Object.entries(parts)) servers[`Express, ${name}`] = () => expressWith(part);

await servers[process.argv[2]]();
process.on("message", () => {
  process.send?.(process.cpuUsage());
});
process.on("disconnect", () => {
  process.exit();
});
