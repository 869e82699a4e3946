// A key service in a process of its own, as a KMS is: it makes an ES256 key, signs with it on request, and
// never gives it away. One JSON request per line on stdin, one JSON answer per line on stdout.
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { createInterface } from "node:readline";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

const operations = {
  publicKey: () => publicKey.export({ format: "jwk" }),
  /** `format` is "ieee-p1363" (RFC 7518 §3.4: R and S, 32 octets each) or "der", as many a KMS answers. */
  sign: ({ data, format }) => sign("sha256", bytes(data), { key: privateKey, dsaEncoding: format }).toString("base64"),
  verify: ({ data, signature }) =>
    verify("sha256", bytes(data), { key: publicKey, dsaEncoding: "ieee-p1363" }, bytes(signature)),
  deny: () => {
    throw new RangeError("the caller may not use this key");
  },
  crash: () => process.exit(1),
};

const bytes = (base64) => Buffer.from(base64, "base64");

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, op, ...request } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id, ...answer(op, request) })}\n`);
});

function answer(op, request) {
  try {
    return { result: operations[op](request) };
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    return { error: name, message };
  }
}
