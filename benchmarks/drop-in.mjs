// jsonwebtoken and mintmark/jsonwebtoken in one process, in turns, in the process's own processor time: a line of JSON for each operation, with the
// medians of microseconds and of the ratios within each round. `npm run bench` runs it on each version of Node.js; `npm run bench:drop-in` here.
// Arguments: rounds, and milliseconds of a slice.
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
const [rounds = 15, slice = 20] = process.argv.slice(2).map(Number);
const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Microseconds of a call, over a slice of time. */
function time(call) {
  const start = processorTime();
  let calls = 0;
  while (processorTime() - start < 1000 * slice) for (let left = 16; left > 0; left--, calls++) call();
  return (processorTime() - start) / calls;
}
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

for (const [name, [algorithm, signing, verifying]] of Object.entries(keys)) {
  const policy = { issuer: "my-api", audience: "web" };
  const sign = (jwt) =>
    jwt.sign({ sub: "user_123", role: "admin" }, signing, { ...policy, algorithm, expiresIn: "15m" });
  const token = sign(theirs);
  const calls = { sign, verify: (jwt) => jwt.verify(token, verifying, { ...policy, algorithms: [algorithm] }) };
  for (const [operation, call] of Object.entries(calls)) {
    const found = [];
    // Each round in the other order; the first ones warm up.
    for (let round = -2; round < rounds; round++) {
      const times = {};
      for (const side of round % 2 === 0 ? ["there", "here"] : ["here", "there"])
        times[side] = time(() => call(side === "there" ? theirs : ours));
      if (round >= 0) found.push(times);
    }
    const of = (pick) => Number(median(found.map(pick)).toFixed(2));
    console.log(
      JSON.stringify({
        name: `${name}, ${operation}`,
        there: of(({ there }) => there),
        here: of(({ here }) => here),
        ratio: of(({ there, here }) => there / here),
      }),
    );
  }
}
