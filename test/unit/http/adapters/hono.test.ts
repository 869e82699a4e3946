// mintmark/hono in Hono, without a connection. What goes over one is in test/system/services/http.
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { requireAuth } from "../../../../src/http/adapters/hono.ts";
import type { Verified } from "../../../../src/index.ts";
import { tokenWith, verifierFor } from "../callers.ts";

const app = new Hono<{ Variables: { auth?: Verified } }>().get("/", requireAuth(verifierFor()), (context) =>
  context.text(context.get("auth")?.claims.sub ?? "nobody"),
);

describe("requireAuth", () => {
  it('lets a verified caller through, as context.get("auth")', async () => {
    const response = await app.request("/", { headers: { authorization: `Bearer ${tokenWith()}` } });
    expect([response.status, await response.text()]).toEqual([200, "user_123"]);
  });

  it("answers a refusal itself: status, challenge, no body", async () => {
    const response = await app.request("/");
    expect([response.status, response.headers.get("www-authenticate"), await response.text()]).toEqual([
      401,
      'Bearer realm="api"',
      "",
    ]);
  });
});
