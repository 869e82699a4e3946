// How a recipe and a vendor's own library are compared.
import assert from "node:assert/strict";
import { createServer } from "node:http";

/**
 * Both sides come to the same verdict on each token: the same claims accepted, and the same ones refused.
 *
 * @param {(token: string) => Promise<unknown>} ours
 * @param {(token: string) => unknown} theirs rejects, throws or returns `false` for a token that it refuses
 * @param {readonly (readonly [isGood: boolean, token: string, what: string])[]} rows
 */
export async function agree(ours, theirs, rows) {
  for (const [isGood, token, what] of rows) {
    assert.equal(await isAccepted(ours, token), isGood, `mintmark: ${what}`);
    assert.equal(await isAccepted(theirs, token), isGood, `the vendor's library: ${what}`);
  }
}

async function isAccepted(check, token) {
  try {
    return (await check(token)) !== false;
  } catch {
    return false;
  }
}

/** Header and payload of a token. */
export const parts = (token) =>
  token.split(".", 2).map((segment) => JSON.parse(Buffer.from(segment, "base64url").toString("utf8")));

const moving = ["iat", "exp", "nbf", "jti"];
const still = (payload) => Object.fromEntries(Object.entries(payload).filter(([name]) => !moving.includes(name)));

/**
 * A token of ours says what one of the vendor's library says: the same header, but for a `typ` that one of them leaves out, and the same
 * claims, but for times and IDs. It lives no longer, unless it may: `most` seconds.
 */
export function assertAlike(ours, theirs, most) {
  const [header, payload] = parts(ours);
  const [theirHeader, theirPayload] = parts(theirs);
  const bare = (members) => ({ ...members, typ: undefined });
  assert.deepEqual(bare(header), bare(theirHeader));
  for (const { typ } of [header, theirHeader]) assert.ok(typ === undefined || typ === "JWT");
  assert.deepEqual(still(payload), still(theirPayload));
  assert.equal("exp" in payload, "exp" in theirPayload);
  const now = Math.floor(Date.now() / 1000);
  assert.ok(payload.iat <= now, "issued in the future");
  if ("exp" in payload) assert.ok(payload.exp - now <= most, `${payload.exp - now} s`);
}

/**
 * Runs with a server on loopback that answers with JSON.
 *
 * @param {(request: { url: string, headers: object, body: string }) => object | undefined} answer
 * @param {(address: string) => Promise<void>} run
 */
export async function withServer(answer, run) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url = "", headers } = request;
    const document = answer({ url, headers, body: Buffer.concat(chunks).toString("utf8") });
    response
      .writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" })
      .end(JSON.stringify(document ?? {}));
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(undefined));
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  try {
    await run(`http://127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
