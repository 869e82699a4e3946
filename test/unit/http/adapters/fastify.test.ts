// mintmark/fastify in Fastify, without a connection. What goes over one is in test/system/services/http.
import Fastify, { type FastifyInstance } from "fastify";
import { describe, expect, it } from "vitest";
import { requireAuth } from "../../../../src/http/adapters/fastify.ts";
import { tokenWith, verifierFor } from "../callers.ts";

const guard = requireAuth(verifierFor());
const server = (): FastifyInstance =>
  Fastify().get("/", { onRequest: guard }, (request) => guard.callerOf(request).claims.sub ?? "nobody");

describe("requireAuth", () => {
  it("lets a verified caller through, as request.auth", async () => {
    const { statusCode, body } = await server().inject({
      url: "/",
      headers: { authorization: `Bearer ${tokenWith()}` },
    });
    expect([statusCode, body]).toEqual([200, "user_123"]);
  });

  it("answers a refusal itself: status, challenge, no body", async () => {
    const { statusCode, headers, body } = await server().inject("/");
    expect([statusCode, headers["www-authenticate"], body]).toEqual([401, 'Bearer realm="api"', ""]);
  });

  it.each(["https://api.example", "http://api.example:3000"])("%s: an origin with its port", async (origin) => {
    const server = Fastify().post("/", { onRequest: requireAuth(verifierFor(), { cookie: "session" }) }, () => "done");
    const { statusCode } = await server.inject({
      method: "POST",
      url: "/",
      headers: { host: "api.example:3000", origin, cookie: `session=${tokenWith()}` },
    });
    expect(statusCode).toBe(origin.startsWith("https") ? 403 : 200);
  });

  it("Fastify 4 has no host: its hostname has the port", async () => {
    const reply = { code: () => undefined, header: () => undefined, send: () => "refused" };
    const headers = { origin: "http://api.example:3000", cookie: `session=${tokenWith()}` };
    const request = { raw: { method: "POST", headers }, protocol: "http", hostname: "api.example:3000" };
    expect(await requireAuth(verifierFor(), { cookie: "session" })(request, reply)).toBeUndefined();
    expect(
      await requireAuth(verifierFor(), { cookie: "session" })({ ...request, hostname: "api.example" }, reply),
    ).toBe("refused");
  });
});
