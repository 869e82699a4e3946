// A process that verifies one token with the key set at a URL: node consumer.mjs URL TOKEN. It prints what came of it.
// A process of its own, as Node.js reads NODE_EXTRA_CA_CERTS when it starts.
import { createVerifier, ES256, remoteJwks } from "../../../../dist/index.js";

const [url = "", token = ""] = process.argv.slice(2);
const keys = remoteJwks(url, { algorithms: [ES256] });
const result = await createVerifier(keys, { issuer: "https://issuer.example", audience: "web" }).safeVerify(token);
console.log(
  JSON.stringify(
    result.ok
      ? { outcome: "accepted" }
      : { outcome: result.error.code, message: result.error.message, size: keys.state.size },
  ),
);
