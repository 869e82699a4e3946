// The kept memory of a MAC belongs to its thread. Of the build: a thread of Node.js 20 reads no TypeScript.
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";

it("the same MAC as createHmac in several threads at the same time", async () => {
  const library = new URL("../../../dist/index.js", import.meta.url).href;
  const script = `
    const { parentPort, workerData: seed } = require("node:worker_threads");
    const { createHmac, randomBytes } = require("node:crypto");
    import(${JSON.stringify(library)}).then(({ createSigner, HS256, importSecretSync }) => {
      let wrong = 0;
      const keys = Array.from({ length: 3 }, () => randomBytes(40)).map((secret) => ({ secret, signer: createSigner(importSecretSync(secret, HS256)) }));
      for (let i = 0; i < 3000; i++) {
        const { secret, signer } = keys[i % 3];
        const [head, payload, mac] = signer.signSync({ seed, i, text: "x".repeat(i % 500) }).split(".");
        if (createHmac("sha256", secret).update(head + "." + payload).digest("base64url") !== mac) wrong++;
      }
      parentPort.postMessage(wrong);
    });`;
  const results = await Promise.all(
    Array.from(
      { length: 4 },
      (_, workerData) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(script, { eval: true, workerData });
          worker.once("message", resolve).once("error", reject);
        }),
    ),
  );
  expect(results).toEqual([0, 0, 0, 0]);
});
