// remoteJwks against servers that misbehave on purpose. For each: the error, what is kept, how many requests were made.
import { gzipSync } from "node:zlib";
import type { RequestListener, ServerResponse } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ES256, remoteJwks } from "../../../src/index.ts";
import type { RemoteJwks, RemoteJwksOptions } from "../../../src/index.ts";
import { errorOf } from "../jwt/outcome.ts";
import {
  answering,
  newKey,
  outcomeOf,
  serving,
  startIssuer,
  stoppedClock,
  tokenBy,
  type Clock,
  type Issuer,
  type TestKey,
} from "./issuer.ts";

vi.setConfig({ testTimeout: 30_000 });

let [known, other]: [TestKey, TestKey] = [] as never;
let [issuer, elsewhere]: [Issuer, Issuer] = [] as never;
let clock: Clock;
let tokens: { readonly known: string; readonly other: string };

beforeAll(async () => {
  [known, other] = [await newKey("known"), await newKey("other")];
  issuer = await startIssuer();
  // Where redirects lead: it would have the keys.
  elsewhere = await startIssuer(serving([known.jwk, other.jwk]));
});
afterAll(() => Promise.all([issuer.close(), elsewhere.close()]));
beforeEach(async () => {
  clock = stoppedClock();
  issuer.asked.length = 0;
  elsewhere.asked.length = 0;
  tokens = { known: await tokenBy(known, clock), other: await tokenBy(other, clock) };
});

const body = (): string => JSON.stringify({ keys: [known.jwk, other.jwk] });
const json = { "content-type": "application/json" };

/** Writes the response byte by byte, as long as anybody listens. */
const slowly =
  (milliseconds: number): RequestListener =>
  (_, response) => {
    response.writeHead(200, json);
    let at = 0;
    const timer = setInterval(() => {
      response.write(body()[at++] ?? " ");
    }, milliseconds);
    response.on("close", () => {
      clearInterval(timer);
    });
  };

/** Writes spaces for ever, or until nobody listens. */
const endlessly: RequestListener = (_, response) => {
  response.writeHead(200, json);
  const write = (): void => {
    while (!response.destroyed) {
      if (!response.write(" ".repeat(65_536))) {
        response.once("drain", write);
        return;
      }
    }
  };
  write();
};

/** The socket itself, past what node:http would mend. */
const raw =
  (text: string): RequestListener =>
  (_, response: ServerResponse) => {
    response.socket?.end(text);
  };

const unavailable = "jwks_unavailable";
const invalid = "jwks_invalid";
type Misbehaviour = readonly [what: string, answer: () => RequestListener, code: string, message: RegExp];
const misbehaviours: readonly Misbehaviour[] = [
  ["never answers", () => () => undefined, unavailable, /no answer within 0.6 s/],
  [
    "answers with headers, and no more",
    () => (_, response) => {
      response.writeHead(200, json).flushHeaders();
    },
    unavailable,
    /no answer within 0.6 s/,
  ],
  ["answers a byte every 20 ms", () => slowly(20), unavailable, /no answer within 0.6 s/],
  [
    "closes the connection",
    () => (_, response) => {
      response.socket?.destroy();
    },
    unavailable,
    /UND_ERR_SOCKET|ECONNRESET/,
  ],
  [
    "resets the connection",
    () => (_, response) => {
      response.socket?.resetAndDestroy();
    },
    unavailable,
    /ECONNRESET|UND_ERR_SOCKET/,
  ],
  [
    "resets the connection in the middle of the body",
    () => (_, response) => {
      response
        .writeHead(200, { ...json, "content-length": body().length })
        .write(body().slice(0, 100), () => response.socket?.resetAndDestroy());
    },
    unavailable,
    /ECONNRESET|UND_ERR_SOCKET/,
  ],
  ["speaks no HTTP", () => raw("SSH-2.0-OpenSSH_9.2\r\n"), unavailable, /HPE_INVALID_CONSTANT|UND_ERR/],
  [
    "stops before the announced length",
    () => raw(`HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n${body()}`),
    unavailable,
    /UND_ERR_SOCKET/,
  ],
  [
    "stops within a chunk",
    () => raw(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffff\r\n${body()}`),
    unavailable,
    /UND_ERR_SOCKET/,
  ],
  [
    "announces gzip, and sends none",
    () => answering(200, body(), { ...json, "content-encoding": "gzip" }),
    unavailable,
    /Z_DATA_ERROR|TypeError/,
  ],
  [
    "answers 500, with the keys",
    () => answering(500, body(), json),
    unavailable,
    /status: expected 200 without a redirect, found 500/,
  ],
  ["answers 404", () => answering(404, "{}", json), unavailable, /found 404/],
  ["answers 401", () => answering(401, ""), unavailable, /found 401/],
  ["answers 204", () => answering(204, ""), unavailable, /found 204/],
  ["answers 206, with the keys", () => answering(206, body(), json), unavailable, /found 206/],
  ["answers 203, with the keys", () => answering(203, body(), json), unavailable, /found 203/],
  ...[301, 302, 303, 307, 308].map(
    (status): Misbehaviour => [
      `redirects with ${status}`,
      () => answering(status, body(), { location: `${elsewhere.url}?${status}` }),
      unavailable,
      new RegExp(`found ${status}`),
    ],
  ),
  ["redirects to itself", () => answering(302, "", { location: "/jwks.json" }), unavailable, /found 302/],
  ["redirects to a file", () => answering(302, "", { location: "file:///etc/passwd" }), unavailable, /found 302/],
  ["answers with nothing", () => answering(200, "", json), invalid, /list `keys`/],
  [
    "answers HTML instead of JSON",
    () => answering(200, "<!doctype html><title>Sign in</title>", { "content-type": "text/html" }),
    invalid,
    /list `keys`/,
  ],
  ["answers truncated JSON", () => answering(200, '{"keys":[{"kty":"EC"', json), invalid, /list `keys`/],
  ["answers a bare list", () => answering(200, JSON.stringify([known.jwk]), json), invalid, /list `keys`/],
  ["answers null", () => answering(200, "null", json), invalid, /list `keys`/],
  ["answers an object without keys", () => answering(200, '{"error":"not_found"}', json), invalid, /list `keys`/],
  ["answers keys that are no list", () => answering(200, '{"keys":{"0":{},"length":1}}', json), invalid, /list `keys`/],
  ["answers keys by __proto__", () => answering(200, '{"__proto__":{"keys":[]}}', json), invalid, /list `keys`/],
  [
    "answers certificates by kid",
    () => answering(200, '{"known":"-----BEGIN CERTIFICATE-----"}', json),
    invalid,
    /list `keys`/,
  ],
  [
    "answers what is not UTF-8",
    () => answering(200, Buffer.from('{"keys":[{"kid":"\xff"}]}', "latin1"), json),
    invalid,
    /not UTF-8/,
  ],
  ["answers half a character", () => answering(200, Buffer.from([0x7b, 0xe2, 0x82]), json), invalid, /not UTF-8/],
  ["answers UTF-16", () => answering(200, Buffer.from(body(), "utf16le"), json), invalid, /list `keys`/],
  [
    "answers JSON nested 100 000 deep",
    () => answering(200, `{"keys":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, json),
    invalid,
    /list `keys`/,
  ],
  [
    "answers 1 001 keys",
    () => answering(200, JSON.stringify({ keys: Array.from({ length: 1001 }, () => known.jwk) }), json),
    invalid,
    /at most 1000/,
  ],
  [
    "answers more bytes than maxBytes",
    () => answering(200, body() + " ".repeat(600_000), json),
    invalid,
    /more than 524288 bytes/,
  ],
  ["answers without end", () => endlessly, invalid, /more than 524288 bytes/],
  [
    "answers 1 GB that gzip made 1 MB",
    () => answering(200, bomb(), { ...json, "content-encoding": "gzip" }),
    invalid,
    /more than 524288 bytes/,
  ],
];

let made: Buffer | undefined;
/** Zeros, compressed piece by piece: gzip members may follow each other. */
function bomb(): Buffer {
  const piece = gzipSync(Buffer.alloc(10_000_000, 0x20));
  return (made ??= Buffer.concat(Array.from({ length: 100 }, () => piece)));
}

/** Short only where the server never comes to an end: a busy machine may take its time for the others. */
const options = (timeout = 10): RemoteJwksOptions => ({ algorithms: [ES256], now: clock.now, timeout });
const timeoutFor = (message: RegExp): number => (message.source.startsWith("no answer") ? 0.6 : 10);
const outcome = (token: string, keys: RemoteJwks): Promise<string> => outcomeOf(token, keys, clock);

describe.each(misbehaviours)("a server that %s", (_what, answer, code, message) => {
  it(`from the start: ${code}, nothing is kept, one request`, async () => {
    issuer.answer = answer();
    const keys = remoteJwks(issuer.url, options(timeoutFor(message)));
    expect(await outcome(tokens.known, keys)).toBe(code);
    expect(await outcome(tokens.other, keys)).toBe(code);
    expect(keys.state).toMatchObject({ size: 0, lastSuccess: undefined });
    expect(keys.state.lastError?.message).toMatch(message);
    expect(issuer.asked).toHaveLength(1);
    expect(elsewhere.asked).toEqual([]);

    issuer.answer = serving([known.jwk]);
    clock.at += 30;
    expect(await outcome(tokens.known, keys)).toBe("accepted");
    expect(issuer.asked).toHaveLength(2);
  });

  it("after a good answer: the keys are kept, an unknown kid is jwks_unavailable, one request", async () => {
    issuer.answer = serving([known.jwk]);
    const keys = remoteJwks(issuer.url, options(timeoutFor(message)));
    expect(await outcome(tokens.known, keys)).toBe("accepted");
    const loaded = keys.state.lastSuccess;

    issuer.answer = answer();
    clock.at += 700;
    expect(await outcome(tokens.known, keys)).toBe("accepted");
    expect(await outcome(tokens.other, keys)).toBe("jwks_unavailable");
    expect(issuer.asked).toHaveLength(2);
    expect(elsewhere.asked).toEqual([]);
    expect(keys.state).toMatchObject({ size: 1, lastSuccess: loaded, lastError: { code } });

    const error = (await errorOf(() => keys.reload())) as Error;
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThan(200);
    expect(error.cause).toBeUndefined();
  });
});

describe("a server that is odd, and right all the same", () => {
  it.each<readonly [string, () => RequestListener]>([
    ["text/plain", () => answering(200, body(), { "content-type": "text/plain" })],
    [
      "application/octet-stream, as object stores say",
      () => answering(200, body(), { "content-type": "binary/octet-stream" }),
    ],
    [
      "text/html around a key set: what it is decides, not what it is called",
      () => answering(200, body(), { "content-type": "text/html" }),
    ],
    [
      "application/jwk-set+json",
      () => answering(200, body(), { "content-type": "application/jwk-set+json; charset=utf-8" }),
    ],
    ["no Content-Type at all", () => answering(200, body())],
    ["a byte order mark", () => answering(200, `\ufeff${body()}`, json)],
    ["whitespace around", () => answering(200, `\r\n\t ${body()}\n\n`, json)],
    ["gzip", () => answering(200, gzipSync(body()), { ...json, "content-encoding": "gzip" })],
    ["a byte at a time, in time", () => slowly(0)],
    [
      "members beside keys",
      () => answering(200, `{"keys":${JSON.stringify([known.jwk, other.jwk])},"expires":"soon"}`, json),
    ],
    [
      "1 000 keys",
      () =>
        answering(
          200,
          JSON.stringify({ keys: [known.jwk, other.jwk, ...Array.from({ length: 998 }, () => ({ kty: "x" }))] }),
          json,
        ),
    ],
  ])("%s", async (what, answer) => {
    issuer.answer = what.includes("in time")
      ? (_, response) => {
          for (const byte of body()) response.write(byte);
          response.end();
        }
      : answer();
    const keys = remoteJwks(issuer.url, options());
    expect(await outcome(tokens.known, keys)).toBe("accepted");
    expect(issuer.asked).toHaveLength(1);
  });

  it("maxBytes as given: a body of that length, and not a byte more", async () => {
    issuer.answer = answering(200, body(), json);
    const length = Buffer.byteLength(body());
    expect(await outcome(tokens.known, remoteJwks(issuer.url, { ...options(), maxBytes: length }))).toBe("accepted");
    expect(await outcome(tokens.known, remoteJwks(issuer.url, { ...options(), maxBytes: length - 1 }))).toBe(
      "jwks_invalid",
    );
  });
});

describe("a server that is not there", () => {
  it("refuses the connection: jwks_unavailable that says so", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const keys = remoteJwks(`http://127.0.0.1:${port}/`, options());
    expect(await outcome(tokens.known, keys)).toBe("jwks_unavailable");
    expect(keys.state.lastError?.message).toMatch(/ECONNREFUSED/);
  });

  it("has a name that means nothing", async () => {
    const keys = remoteJwks("https://issuer.invalid/", options());
    expect(await outcome(tokens.known, keys)).toBe("jwks_unavailable");
    expect(keys.state.lastError?.message).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });
});

describe("a fetch of the caller's own", () => {
  const failing: readonly (readonly [string, () => unknown, RegExp])[] = [
    ["hangs, and does not look at the signal", () => new Promise(() => undefined), /no answer within/],
    [
      "throws",
      () => {
        throw new Error("a message with the secret of the proxy");
      },
      /"Error"/,
    ],
    ["rejects with a text", () => Promise.reject("a text"), /the fetch failed/], // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors -- that is the case
    ["rejects with nothing", () => Promise.reject(undefined), /the fetch failed/], // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors -- that is the case
    ["gives nothing", () => undefined, /TypeError/],
    [
      "gives a body without end that is no bytes",
      () => ({
        status: 200,
        headers: new Headers(),
        body: { getReader: () => ({ read: async () => ({ done: false, value: "text" }) }) },
      }),
      /more than/,
    ],
    [
      "follows redirects",
      async () => ({ status: 200, redirected: true, headers: new Headers(), body: new Response(body()).body }),
      /without a redirect/,
    ],
    ["gives a null body", () => new Response(null), /list `keys`/],
  ];
  it.each(failing)("that %s", async (_what, fetch, message) => {
    const keys = remoteJwks("https://issuer.example/jwks", {
      ...options(timeoutFor(message)),
      fetch: async () => fetch() as never,
    });
    expect(await outcome(tokens.known, keys)).toMatch(/^jwks_/);
    expect(keys.state.lastError?.message).toMatch(message);
    expect(keys.state.lastError?.message).not.toMatch(/secret/);
  });

  it("is asked with the URL, redirect: manual and a signal, without cookies and without the HTTP cache", async () => {
    const asked: unknown[] = [];
    const keys = remoteJwks("https://issuer.example/jwks?tenant=1", {
      ...options(),
      headers: { "x-api-key": "k" },
      fetch: async (url, init) => {
        asked.push(url, { ...init, signal: init.signal.aborted });
        return new Response(body());
      },
    });
    expect(await outcome(tokens.known, keys)).toBe("accepted");
    expect(asked).toEqual([
      "https://issuer.example/jwks?tenant=1",
      {
        headers: { accept: "application/json, application/jwk-set+json", "x-api-key": "k" },
        redirect: "manual",
        signal: false,
        cache: "no-store",
        credentials: "omit",
      },
    ]);
  });

  it("whose error carries text of any length: it is bounded and quoted", async () => {
    const code = `${"A".repeat(1000)}\u001b[31m`;
    const keys = remoteJwks("https://issuer.example/jwks", {
      ...options(),
      fetch: () => Promise.reject(Object.assign(new Error("x"), { code })),
    });
    await outcome(tokens.known, keys);
    expect(keys.state.lastError?.message).toMatch(/^"issuer.example\/jwks": "A{48}…"$/);
  });
});

describe("content negotiation", () => {
  /** As go-restful does it, which serves kube-apiserver: a type that is offered has to be among those that are accepted. */
  const offering =
    (types: readonly string[]): RequestListener =>
    (request, response) => {
      const accepted = (request.headers.accept ?? "*/*").split(",").map((one) => one.split(";")[0]!.trim());
      const type = accepted.includes("*/*") ? types[0] : types.find((one) => accepted.includes(one));
      if (type === undefined) response.writeHead(406).end();
      else response.writeHead(200, { "content-type": type }).end(body());
    };

  it.each([[["application/jwk-set+json"]], [["application/json"]], [["application/json", "application/xml"]]])(
    "a server that has nothing but %j answers",
    async (types) => {
      const server = await startIssuer(offering(types));
      expect(await outcome(tokens.known, remoteJwks(server.url, options()))).toBe("accepted");
      await server.close();
    },
  );

  it("an Accept and a User-Agent of the caller's replace the usual ones, in any case", async () => {
    const seen: object[] = [];
    const keys = remoteJwks("https://issuer.example/jwks", {
      ...options(),
      headers: { Accept: "application/x", "User-Agent": "mine" },
      fetch: async (_, { headers }) => {
        seen.push(headers);
        return new Response(body());
      },
    });
    expect(await outcome(tokens.known, keys)).toBe("accepted");
    expect(seen).toEqual([{ accept: "application/x", "user-agent": "mine" }]);
  });
});

describe("headers that are a function", () => {
  it("are asked for at each refresh: a pod's token rotates", async () => {
    let turn = 0;
    const seen: unknown[] = [];
    const keys = remoteJwks("https://issuer.example/jwks", {
      ...options(),
      headers: async () => Promise.resolve({ authorization: `Bearer ${++turn}` }),
      fetch: async (_, { headers }) => {
        seen.push(headers.authorization);
        return new Response(body());
      },
    });
    await keys.reload();
    await keys.reload();
    expect(seen).toEqual(["Bearer 1", "Bearer 2"]);
  });

  it.each<readonly [string, () => unknown, RegExp]>([
    [
      "throws",
      () => {
        throw new Error("the file with the secret is gone");
      },
      /headers\(\) failed$/,
    ],
    ["rejects", () => Promise.reject(new Error("the file with the secret is gone")), /headers\(\) failed$/],
    ["returns Headers", () => new Headers(), /headers\(\): expected an object of strings$/],
    ["returns a number", () => ({ authorization: 5 }), /headers\(\): expected an object of strings$/],
    ["never answers", () => new Promise(() => undefined), /no answer within 0.2 s$/],
  ])("one that %s is jwks_unavailable, and nothing is sent", async (_what, headers, message) => {
    let requests = 0;
    const keys = remoteJwks("https://issuer.example/jwks", {
      ...options(),
      timeout: 0.2,
      headers: headers as () => Record<string, string>,
      fetch: async () => {
        requests++;
        return Promise.resolve(new Response(body()));
      },
    });
    expect(await outcome(tokens.known, keys)).toBe("jwks_unavailable");
    expect(keys.state.lastError?.message).toMatch(message);
    expect(requests).toBe(0);
  });
});
