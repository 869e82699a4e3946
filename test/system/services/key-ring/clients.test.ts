// What verifiers elsewhere make of a ring's key set over HTTP, before, during and after a rotation: jose, jsonwebtoken with jwks-rsa, PyJWT.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createRemoteJWKSet, jwtVerify } from "jose";
import jsonwebtoken from "jsonwebtoken";
import jwksRsa from "jwks-rsa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from "vitest";
import { createKeyRing, ES256, jwksResponse, RS256, sign } from "../../../../src/index.ts";
import type { KeyRing } from "../../../../src/index.ts";
import { startJsonLinesProcess, type JsonLinesProcess } from "../../../spec/interop/json-lines-process.ts";
import { whyMissing } from "../../missing.mjs";

const expected = { issuer: "https://issuer.example", audience: "web" };
const hour = 3600;

/** Verifies with the keys it finds at the URL, and keeps as its library keeps them. Resolves with the subject. */
type Verify = (token: string) => Promise<unknown>;

const algorithms = ["ES256", "RS256"] as const;
const [issuer, audience] = [expected.issuer, expected.audience];

const joseClient = (url: string): Verify => {
  const keys = createRemoteJWKSet(new URL(url));
  return async (token) => (await jwtVerify(token, keys, { ...expected, algorithms: [...algorithms] })).payload.sub;
};
const jwksRsaClient = (url: string): Verify => {
  const client = jwksRsa({ jwksUri: url });
  const publicKeyOf = async (kid: string | undefined): Promise<string> =>
    (await client.getSigningKey(kid)).getPublicKey();
  return (token) =>
    new Promise((resolve, reject) => {
      jsonwebtoken.verify(
        token,
        ({ kid }, done) => {
          publicKeyOf(kid).then((key) => {
            done(null, key);
          }, done);
        },
        { issuer, audience, algorithms: [...algorithms] },
        (error, payload) => {
          if (error === null) resolve((payload as { sub: string }).sub);
          else reject(error);
        },
      );
    });
};

const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import jwt; assert jwt.algorithms.has_crypto; jwt.PyJWKClient"]).status === 0,
);
const noPyJwt = whyMissing(python, "PyJWT", "apt-get install python3-jwt python3-cryptography");
let pyJwt: JsonLinesProcess | undefined;
beforeAll(() => {
  if (python !== undefined)
    pyJwt = startJsonLinesProcess(python, [fileURLToPath(new URL("pyjwt_client.py", import.meta.url))]);
});
afterAll(() => pyJwt?.stop());
let clients = 0;
const pyJwtClient = (url: string): Verify => {
  const client = ++clients;
  return (token) => pyJwt!.ask({ client, url, token, issuer, audience, algorithms });
};

describe.each([ES256, RS256])("a ring of $name keys", (algorithm) => {
  let ring: KeyRing;
  let ahead = 0;
  let server: Server;
  let url: string;
  let requests: number;
  const mint = (): Promise<string> => sign({ sub: "user_123" }, ring, expected);

  beforeEach(async () => {
    [ahead, requests] = [0, 0];
    ring = createKeyRing({
      algorithm,
      rotateEvery: "1h",
      publishAhead: "20m",
      retainFor: "15m",
      now: () => new Date(Date.now() + ahead * 1000),
    });
    server = createServer((incoming, outgoing) => {
      requests++;
      const headers = new Headers(
        Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
      );
      void jwksResponse({ method: incoming.method!, headers }, ring).then(async (response) => {
        outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  describe.each<[string, (url: string) => Verify, string | undefined]>([
    ["jose's createRemoteJWKSet", joseClient, undefined],
    ["jsonwebtoken with jwks-rsa", jwksRsaClient, undefined],
    ["PyJWT's PyJWKClient", pyJwtClient, noPyJwt],
  ])("%s", (_name, connect, missing) => {
    if (missing !== undefined) {
      test("verifies", (context) => {
        context.skip(missing);
      });
      return;
    }

    it("accepts tokens before, during and after a rotation, and refuses the key that is gone", async () => {
      const early = connect(url);
      const [old, oldKey] = [await mint(), await ring.current()];
      expect(await early(old)).toBe("user_123");

      ahead = hour; // the next key has taken over
      await ring.refresh();
      const fresh = await mint();
      expect((await ring.current()).kid).not.toBe(oldKey.kid);
      const late = connect(url);
      for (const verify of [early, late])
        expect([await verify(old), await verify(fresh)]).toEqual(["user_123", "user_123"]);

      ahead = hour + 17 * 60; // the old key is gone
      const later = connect(url);
      for (const verify of [early, late, later]) expect(await verify(await mint())).toBe("user_123");
      const forged = await sign({ sub: "user_123" }, oldKey, expected);
      await expect(later(forged)).rejects.toThrow();
    });

    it("needs no request for a key that takes over while its copy of the key set is fresh", async () => {
      const verify = connect(url);
      await verify(await mint());
      expect(requests).toBe(1);
      ahead = hour;
      expect(await verify(await mint())).toBe("user_123");
      // jwks-rsa keeps keys one by one, and asks for each.
      expect(requests).toBe(connect === jwksRsaClient ? 2 : 1);
    });
  });
});
