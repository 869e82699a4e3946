// The issuer: mints tokens for whoever asks over IPC, and publishes its keys over HTTP. Its ring is kept in a folder, sealed, so that it
// goes on where it was when the process is killed and started again.
import * as fs from "node:fs/promises";
import { createServer } from "node:http";
import { createKeyRing, createSigner, ES256, fileKeyRingStore, jwksResponse } from "mintmark";

const { folder, sealingKey, issuer, audience, spans, port } = JSON.parse(process.argv[2] ?? "");

const ring = createKeyRing({
  algorithm: ES256,
  ...spans,
  store: fileKeyRingStore(folder, fs),
  sealing: {
    id: "demo",
    key: await crypto.subtle.importKey("raw", Buffer.from(sealingKey, "hex"), "AES-GCM", false, ["encrypt", "decrypt"]),
  },
});
const signer = createSigner(ring, { issuer, audience, expiresIn: spans.retainFor });

const server = createServer(async ({ method = "", headers }, outgoing) => {
  const asked = new Headers(/** @type {Record<string, string>} */ (headers));
  const response = await jwksResponse({ method, headers: asked }, ring);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
});
server.listen(port, "127.0.0.1", () => {
  const { port: found } = /** @type {import("node:net").AddressInfo} */ (server.address());
  process.send?.({ port: found });
});

process.on("message", async ({ id, ask }) => {
  if (ask === "withdraw") await ring.withdraw(String((await ring.current()).kid));
  const token = await signer.sign({ sub: "user_123" });
  process.send?.({ id, answer: { token } });
});
process.on("disconnect", () => process.exit());
