// An issuer on loopback: a real HTTP server whose answer can be changed at any time, and which counts what it is asked.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ES256, exportJwk, generateKeyPair, sign, verify } from "../../../src/index.ts";
import type { Expected, Jwk, KeyPair, VerificationKeys } from "../../../src/index.ts";
import { codeOf } from "../jwt/outcome.ts";

export interface Issuer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Where the key set is. */
  readonly url: string;
  /** Paths asked for, in order. */
  readonly asked: string[];
  /** What answers. */
  answer: RequestListener;
  readonly server: Server;
  readonly close: () => Promise<void>;
}

export async function startIssuer(
  answer: RequestListener = (_, response) => {
    response.end();
  },
): Promise<Issuer> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    issuer.asked.push(request.url ?? "");
    issuer.answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  const issuer: Issuer = { origin, url: `${origin}/jwks.json`, asked: [], answer, server, close };
  return issuer;
}

/** Answers with this key set, whatever is asked for. */
export const serving = (keys: readonly unknown[], headers: Readonly<Record<string, string>> = {}): RequestListener =>
  answering(200, JSON.stringify({ keys }), { "content-type": "application/json", ...headers });

export const answering =
  (status: number, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };

/** A clock that stands still until it is moved. */
export interface Clock {
  /** Seconds. */
  at: number;
  readonly now: () => Date;
}

export function stoppedClock(at = 1_800_000_000): Clock {
  const clock: Clock = { at, now: () => new Date(clock.at * 1000) };
  return clock;
}

export interface TestKey extends KeyPair {
  readonly kid: string;
  readonly jwk: Jwk;
}

/** A new key of this name, and its public JWK. */
export async function newKey(kid: string): Promise<TestKey> {
  const pair = await generateKeyPair(ES256, { kid });
  return { ...pair, kid, jwk: await exportJwk(pair.publicKey) };
}

export const issuerName = "https://issuer.example";

/** A token of `issuerName` for "web", by this key. */
export const tokenBy = ({ privateKey }: Pick<KeyPair, "privateKey">, clock: Clock): Promise<string> =>
  sign({ sub: "user_123" }, privateKey, { issuer: issuerName, audience: "web", expiresIn: "30d", now: clock.now });

/** `"accepted"`, or the code of the refusal. */
export const outcomeOf = (token: string, keys: VerificationKeys, clock: Clock): Promise<string> =>
  codeOf(() => verify(token, keys, expectedAt(clock)));

export const expectedAt = (clock: Clock): Expected => ({ issuer: issuerName, audience: "web", now: clock.now });
