// npm run bench:drop-in: jsonwebtoken and mintmark/jsonwebtoken side by side, in the thread's own processor time; microseconds for each call.
import { createSecretKey, generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";
import process from "node:process";

const require = createRequire(import.meta.url);
const [theirs, ours] = [require("jsonwebtoken"), require("../dist/jsonwebtoken.cjs")];
process.removeAllListeners("warning");

const text = "a secret of thirty-two bytes or more, for this alone";
const [rsa, ec] = [
  generateKeyPairSync("rsa", { modulusLength: 2048 }),
  generateKeyPairSync("ec", { namedCurve: "P-256" }),
];
const pem = (key) => String(key.export({ format: "pem", type: key.type === "private" ? "pkcs8" : "spki" }));
const keys = {
  "HS256, text": ["HS256", text, text],
  "HS256, KeyObject": ["HS256", createSecretKey(Buffer.from(text)), createSecretKey(Buffer.from(text))],
  "RS256, PEM text": ["RS256", pem(rsa.privateKey), pem(rsa.publicKey)],
  "RS256, KeyObject": ["RS256", rsa.privateKey, rsa.publicKey],
  "ES256, PEM text": ["ES256", pem(ec.privateKey), pem(ec.publicKey)],
  "ES256, KeyObject": ["ES256", ec.privateKey, ec.publicKey],
};
const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Microseconds of a call, over a slice of time. */
function time(call, slice = 60_000) {
  const start = processorTime();
  let calls = 0;
  while (processorTime() - start < slice) for (let left = 16; left > 0; left--, calls++) call();
  return (processorTime() - start) / calls;
}
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

console.log(`${process.version}: jsonwebtoken, mintmark/jsonwebtoken, times as fast`);
for (const [name, [algorithm, signing, verifying]] of Object.entries(keys)) {
  const policy = { issuer: "my-api", audience: "web" };
  const sign = (jwt) =>
    jwt.sign({ sub: "user_123", role: "admin" }, signing, { ...policy, algorithm, expiresIn: "15m" });
  const token = sign(theirs);
  const calls = {
    sign,
    verify: (jwt) => jwt.verify(token, verifying, { ...policy, algorithms: [algorithm] }),
  };
  for (const [operation, call] of Object.entries(calls)) {
    const rounds = [[], []];
    // The first round warms up.
    for (let round = 0; round < (Number(process.argv[2]) || 8); round++)
      for (const [at, jwt] of [theirs, ours].entries()) {
        const found = time(() => call(jwt));
        if (round > 0) rounds[at].push(found);
      }
    const [there, here] = rounds.map(median);
    console.log(
      `${name.padEnd(18)}${operation.padEnd(8)}${there.toFixed(1).padStart(8)}${here.toFixed(1).padStart(8)}${(there / here).toFixed(2).padStart(8)}`,
    );
  }
}
