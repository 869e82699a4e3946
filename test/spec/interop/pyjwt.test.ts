// PyJWT, both directions, through a Python process that is started once (pyjwt_peer.py). Debian's package
// python3-jwt suffices, and its Python may not be the first on the path. Without it the suite is skipped,
// and under CI=true it fails.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { HS256, importSecret, sign, unchecked, verify } from "../../../src/index.ts";
import { createJsonwebtoken } from "../../../src/jsonwebtoken/index.ts";
import type { Jwk } from "../../../src/index.ts";
import { algorithmNames, testInterop } from "./exchange.ts";
import { startJsonLinesProcess } from "./json-lines-process.ts";
import type { Claims, Peer, WireKey } from "./peer.ts";

const missing = "PyJWT is not here (apt-get install python3-jwt python3-cryptography)";
const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import jwt; assert jwt.algorithms.has_crypto"]).status === 0,
);

if (python !== undefined) {
  await testPyJwt(python);
} else if (process.env.CI === "true") {
  test("PyJWT", () => {
    expect.fail(missing);
  });
} else {
  test("PyJWT", (context) => {
    context.skip(missing);
  });
}

async function testPyJwt(command: string): Promise<void> {
  const pyjwt = await startPyJwt(command);
  afterAll(pyjwt.stop);

  test("PyJWT has every algorithm of RFC 7518, and EdDSA", () => {
    const rfc7518 = algorithmNames.filter((name) => /^(HS|RS|PS|ES)\d/.test(name));
    expect(pyjwt.peer.algorithms).toEqual(expect.arrayContaining([...rfc7518, "EdDSA"]));
  });

  testInterop(pyjwt.peer);

  describe("PyJWT", () => {
    const bytes = Buffer.from("correct horse battery staple, and a few more words");
    const wire: WireKey = { form: "bytes", bytes };
    const anything = { issuer: unchecked, audience: unchecked } as const;

    test("writes no iat and no exp by itself, which mintmark refuses unless it is waived in writing", async () => {
      const key = await importSecret(bytes, HS256);
      const token = await pyjwt.peer.sign("HS256", wire, { sub: "user_123" });

      await expect(verify(token, key, anything)).rejects.toMatchObject({ code: "claim_missing" });
      const { claims } = await verify(token, key, { ...anything, optional: ["exp", "iat"] });
      expect(claims).toEqual({ sub: "user_123" });
    });

    test("its tokens, and those that mintmark/jsonwebtoken makes for it, verify", async () => {
      const text = Buffer.from(bytes).toString();
      const jwt = createJsonwebtoken({ onWarning: () => undefined });
      const token = await pyjwt.peer.sign("HS256", wire, { sub: "user_123" });
      expect(jwt.verify(token, text, { algorithms: ["HS256"] })).toEqual({ sub: "user_123" });

      const expected = { issuer: "https://issuer.example", audience: "web" };
      const back = jwt.sign({ sub: "user_123" }, text, { ...expected, expiresIn: "15m" });
      expect(await pyjwt.peer.verify("HS256", wire, back, expected)).toMatchObject({ sub: "user_123" });
    });

    test("lets numeric strings pass as dates, which mintmark does not", async () => {
      const key = await importSecret(bytes, HS256);
      const now = Math.floor(Date.now() / 1000);
      const token = await pyjwt.peer.sign("HS256", wire, { iat: now, exp: String(now + 900) });
      await expect(verify(token, key, anything)).rejects.toMatchObject({ code: "claim_invalid", claim: "exp" });
    });

    test("refuses mintmark's token for another audience by name", async () => {
      const key = await importSecret(bytes, HS256);
      const token = await sign({}, key, { issuer: "https://issuer.example", audience: "web" });
      const elsewhere = { issuer: "https://issuer.example", audience: "billing" };
      await expect(pyjwt.peer.verify("HS256", wire, token, elsewhere)).rejects.toMatchObject({
        name: "InvalidAudienceError",
      });
    });
  });
}

async function startPyJwt(command: string): Promise<{ peer: Peer; stop: () => Promise<void> }> {
  const child = startJsonLinesProcess(command, [fileURLToPath(new URL("pyjwt_peer.py", import.meta.url))]);
  const peer: Peer = {
    name: "PyJWT",
    algorithms: (await child.ask({ op: "algorithms" })) as string[],
    reads: ["pem", "jwk"],
    async generate(alg) {
      const pair = (await child.ask({ op: "generate", alg })) as { signing: JsonKey[]; verifying: JsonKey[] };
      return { signing: pair.signing.map(fromJson), verifying: pair.verifying.map(fromJson) };
    },
    sign: async (alg, key, claims) => (await child.ask({ op: "sign", alg, key: toJson(key), claims })) as string,
    verify: async (alg, key, token, expected) =>
      (await child.ask({ op: "verify", alg, key: toJson(key), token, ...expected })) as Claims,
  };
  return { peer, stop: child.stop };
}

/** A `WireKey` as JSON can carry it. */
type JsonKey =
  | { readonly form: "pem"; readonly text: string }
  | { readonly form: "jwk"; readonly jwk: Jwk }
  | { readonly form: "bytes"; readonly base64: string };

function toJson(key: WireKey): JsonKey {
  return key.form === "bytes" ? { form: "bytes", base64: Buffer.from(key.bytes).toString("base64") } : key;
}

function fromJson(key: JsonKey): WireKey {
  return key.form === "bytes" ? { form: "bytes", bytes: Buffer.from(key.base64, "base64") } : key;
}
