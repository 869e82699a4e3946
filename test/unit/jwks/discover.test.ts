// discoverJwks: metadata from the issuer named by the caller, and what it may lead to.
import type { RequestListener } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { discoverJwks, ES256, unchecked, verify } from "../../../src/index.ts";
import type { DiscoverJwksOptions, Fetch, RemoteJwks } from "../../../src/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import {
  answering,
  newKey,
  serving,
  startIssuer,
  stoppedClock,
  type Clock,
  type Issuer,
  type TestKey,
} from "./issuer.ts";
import { sign } from "../../../src/index.ts";

let key: TestKey;
let [issuer, other]: [Issuer, Issuer] = [] as never;
let clock: Clock;

beforeAll(async () => {
  key = await newKey("known");
  [issuer, other] = [await startIssuer(), await startIssuer()];
});
afterAll(() => Promise.all([issuer.close(), other.close()]));
beforeEach(() => {
  clock = stoppedClock();
  issuer.asked.length = 0;
  other.asked.length = 0;
  other.answer = serving([key.jwk]);
});

const openId = "/.well-known/openid-configuration";
const oauth = "/.well-known/oauth-authorization-server";

/** Answers by path; 404 for others. */
const routes =
  (byPath: Readonly<Record<string, RequestListener | object>>): RequestListener =>
  (request, response) => {
    const found = byPath[request.url ?? ""];
    if (typeof found === "function") (found as RequestListener)(request, response);
    else answering(found === undefined ? 404 : 200, JSON.stringify(found ?? { error: "not found" }))(request, response);
  };

/** An issuer that has both documents on this server. */
const wellBehaved = (iss: string, path = openId): RequestListener =>
  routes({ [path]: { issuer: iss, jwks_uri: issuer.url }, "/jwks.json": serving([key.jwk]) });

const discover = (iss: string, options: Partial<DiscoverJwksOptions> = {}): RemoteJwks =>
  discoverJwks(iss, { algorithms: [ES256], now: clock.now, ...options });
const tokenFrom = (iss: string): Promise<string> =>
  sign({}, key.privateKey, { issuer: iss, audience: "web", now: clock.now });
const outcome = async (keys: RemoteJwks, iss: string): Promise<string> => {
  const token = await tokenFrom(iss);
  return codeOf(() => verify(token, keys, { issuer: unchecked, audience: "web", now: clock.now }));
};

describe("where the metadata is", () => {
  it("OpenID Connect: below the issuer", async () => {
    issuer.answer = wellBehaved(issuer.origin);
    expect(await outcome(discover(issuer.origin), issuer.origin)).toBe("accepted");
    expect(issuer.asked).toEqual([openId, "/jwks.json"]);
  });

  it("an issuer with a slash at its end: dropped for the URL, and nowhere else (Auth0)", async () => {
    const iss = `${issuer.origin}/`;
    issuer.answer = wellBehaved(iss);
    const keys = discover(iss);
    expect(await outcome(keys, iss)).toBe("accepted");
    expect(await outcome(keys, issuer.origin)).toBe("issuer_mismatch");
    expect(issuer.asked).toEqual([openId, "/jwks.json"]);
  });

  it.each(["/realms/main", "/realms/main/"])("an issuer with a path: %s", async (path) => {
    const iss = `${issuer.origin}${path}`;
    issuer.answer = wellBehaved(iss, `/realms/main${openId}`);
    expect(await outcome(discover(iss), iss)).toBe("accepted");
  });

  it.each([
    ["", oauth],
    ["/tenant/1", `${oauth}/tenant/1`],
    ["/tenant/1/", `${oauth}/tenant/1`],
  ])("RFC 8414 where OpenID's is not found, before the path: issuer + %j", async (path, at) => {
    const iss = `${issuer.origin}${path}`;
    issuer.answer = wellBehaved(iss, at);
    expect(await outcome(discover(iss), iss)).toBe("accepted");
    expect(issuer.asked.slice(1)).toEqual([at, "/jwks.json"]);
  });

  it.each([400, 401, 403, 404, 405, 406, 410, 451, 499])(
    "RFC 8414 after any refusal by OpenID's: %d",
    async (status) => {
      issuer.answer = routes({
        [openId]: answering(status, ""),
        [oauth]: { issuer: issuer.origin, jwks_uri: issuer.url },
        "/jwks.json": serving([key.jwk]),
      });
      expect(await outcome(discover(issuer.origin), issuer.origin)).toBe("accepted");
      expect(issuer.asked).toEqual([openId, oauth, "/jwks.json"]);
    },
  );

  it.each([500, 503, 302])("is not looked for elsewhere when OpenID's answers %d", async (status) => {
    issuer.answer = routes({
      [openId]: answering(status, "", { location: oauth }),
      [oauth]: { issuer: issuer.origin, jwks_uri: issuer.url },
      "/jwks.json": serving([key.jwk]),
    });
    expect(await outcome(discover(issuer.origin), issuer.origin)).toBe("jwks_unavailable");
    expect(issuer.asked).toEqual([openId]);
  });

  it("is nowhere: jwks_unavailable, after two requests", async () => {
    issuer.answer = routes({});
    const keys = discover(issuer.origin);
    expect(await outcome(keys, issuer.origin)).toBe("jwks_unavailable");
    const at = new URL(issuer.origin).host;
    const said = "status: expected 200 without a redirect, found 404";
    expect(keys.state.lastError?.message).toBe(`"${at}${openId}": ${said}; "${at}${oauth}": ${said}`);
    expect(issuer.asked).toEqual([openId, oauth]);
  });

  it("is nowhere, for a while: the second answer says when to ask again", async () => {
    issuer.answer = routes({ [oauth]: answering(503, "", { "retry-after": "120" }) });
    const keys = discover(issuer.origin);
    expect(await outcome(keys, issuer.origin)).toBe("jwks_unavailable");
    clock.at += 110;
    expect(await outcome(keys, issuer.origin)).toBe("jwks_unavailable");
    expect(issuer.asked).toEqual([openId, oauth]);
    issuer.answer = wellBehaved(issuer.origin);
    clock.at += 11;
    expect(await outcome(keys, issuer.origin)).toBe("accepted");
  });

  it("a jwks_uri that moves is followed at the next refresh", async () => {
    issuer.answer = wellBehaved(issuer.origin);
    const keys = discover(issuer.origin);
    await keys.reload();
    issuer.answer = routes({ [openId]: { issuer: issuer.origin, jwks_uri: other.url } });
    clock.at += 600;
    expect(await outcome(keys, issuer.origin)).toBe("accepted");
    expect(other.asked).toEqual(["/jwks.json"]);
    expect(keys.state.lastError).toBeUndefined();
  });
});

describe("what the metadata has to say", () => {
  it.each<readonly [string, (origin: string) => unknown]>([
    ["another issuer", () => "https://evil.example"],
    ["a slash more", (origin) => `${origin}/`],
    ["other case", (origin) => origin.replace("http", "HTTP")],
    ["a list", (origin) => [origin]],
    ["none", () => undefined],
    ["a longer one", (origin) => `${origin}.evil.example`],
  ])("its issuer, as written: %s is jwks_invalid, and its keys are not asked for", async (_what, write) => {
    issuer.answer = routes({
      [openId]: { issuer: write(issuer.origin), jwks_uri: issuer.url },
      "/jwks.json": serving([key.jwk]),
    });
    const keys = discover(issuer.origin);
    expect(await outcome(keys, issuer.origin)).toBe("jwks_invalid");
    expect(keys.state.lastError?.message).toMatch(/issuer: expected .*, found/);
    expect(issuer.asked).toEqual([openId]);
  });

  it.each<readonly [string, unknown]>([
    ["none", undefined],
    ["a number", 5],
    ["a list", ["https://a.example"]],
    ["relative", "/jwks.json"],
    ["a file", "file:///etc/jwks.json"],
    ["data", 'data:application/json,{"keys":[]}'],
    ["ftp", "ftp://a.example/"],
    ["http elsewhere", "http://keys.example/jwks.json"],
    ["with credentials", "https://user:secret@keys.example/"],
    ["empty", ""],
    ["javascript", "javascript:alert(1)"],
  ])("a jwks_uri that is %s is jwks_invalid", async (_what, uri) => {
    issuer.answer = routes({ [openId]: { issuer: issuer.origin, jwks_uri: uri } });
    const keys = discover(issuer.origin);
    expect(await outcome(keys, issuer.origin)).toBe("jwks_invalid");
    expect(keys.state.lastError?.message).toMatch(/jwks_uri/);
    expect(issuer.asked).toEqual([openId]);
  });

  it.each<readonly [string, string]>([
    ["HTML", "<html>"],
    ["a list", "[]"],
    ["truncated", '{"issuer":'],
    ["empty", ""],
  ])("metadata that is %s is jwks_invalid", async (_what, text) => {
    issuer.answer = answering(200, text);
    expect(await outcome(discover(issuer.origin), issuer.origin)).toBe("jwks_invalid");
  });

  it("members on the prototype say nothing", async () => {
    issuer.answer = answering(200, JSON.stringify({ ["__proto__"]: { issuer: issuer.origin, jwks_uri: issuer.url } }));
    expect(await outcome(discover(issuer.origin), issuer.origin)).toBe("jwks_invalid");
  });
});

/** A world of https origins: each URL's JSON. */
const world =
  (documents: Readonly<Record<string, object>>, seen: [url: string, headers: object][] = []): Fetch =>
  async (url, { headers }) => {
    seen.push([url, headers]);
    const document = documents[url];
    return new Response(JSON.stringify(document ?? {}), { status: document === undefined ? 404 : 200 });
  };

describe("where keys may be", () => {
  const iss = "https://issuer.example";
  const through = (jwksUri: string, options: Partial<DiscoverJwksOptions> = {}, from = iss): RemoteJwks =>
    discover(from, {
      fetch: world({
        [`${from}${openId}`]: { issuer: from, jwks_uri: jwksUri },
        [new URL(jwksUri).href]: { keys: [key.jwk] },
      }),
      ...options,
    });

  it("another https origin (Google)", async () => {
    expect(await outcome(through("https://keys.example/certs"), iss)).toBe("accepted");
  });

  it.each([
    "http://localhost/jwks",
    "http://127.0.0.1/jwks",
    "http://[::1]/jwks",
    "https://localhost/jwks",
    "https://localhost./jwks",
    "https://a.localhost/jwks",
    "https://127.0.0.1:8443/jwks",
    "https://127.1.2.3/jwks",
    "https://2130706433/jwks",
    "https://0x7f.1/jwks",
    "https://0.0.0.0/jwks",
    "https://[::1]/jwks",
    "https://[::]/jwks",
    "https://[::ffff:127.0.0.1]/jwks",
    "https://[::ffff:0.0.0.0]/jwks",
    "https://[::ffff:7f00:1]/jwks",
    "https://[::ffff:127.255.1.2]/jwks",
    "https://[0:0:0:0:0:ffff:7f00:0001]/jwks",
    "https://[::127.0.0.1]/jwks",
    "https://[::ffff:0:127.0.0.1]/jwks",
    "https://[64:ff9b::127.0.0.1]/jwks",
    "https://[64:ff9b::0.0.0.0]/jwks",
    "https://[2002:7f00:1::]/jwks",
    "https://[0000::0001]/jwks",
    "https://0/jwks",
    "https://0.1.2.3/jwks",
    "https://0177.0.0.1/jwks",
    "https://127.0.0.1./jwks",
    "https://LOCALHOST/jwks",
    "https://localhost.localdomain/jwks",
    "https://localhost6/jwks",
    "https://ip6-localhost/jwks",
    "https://ip6-loopback./jwks",
  ])("not on this machine, as the issuer is not: %s", async (uri) => {
    for (const allowInsecure of [false, true])
      expect(await outcome(through(uri, { allowInsecure }), iss)).toBe("jwks_invalid");
  });

  it.each([
    "https://127.example/jwks",
    "https://localhost.example/jwks",
    "https://10.0.0.1/jwks",
    "https://[::2]/jwks",
    "https://[::ffff:10.0.0.1]/jwks",
    "https://[::8.8.8.8]/jwks",
    "https://[64:ff9b::8.8.8.8]/jwks",
    "https://[2001:db8::7f00:1]/jwks",
    "https://[2002:a00:1::]/jwks",
    "https://[::1:0:0:1]/jwks",
    "https://[1::1]/jwks",
    "https://1.0.0.127/jwks",
    "https://mylocalhost/jwks",
  ])("%s is another machine", async (uri) => {
    expect(await outcome(through(uri), iss)).toBe("accepted");
  });

  it("on this machine, where the issuer is too", async () => {
    for (const from of ["http://localhost:8080", "https://127.0.0.1:8443"])
      expect(await outcome(through("http://127.0.0.1:9090/jwks", {}, from), from)).toBe("accepted");
  });

  it("http to other machines only where it is allowed in writing", async () => {
    const from = "http://issuer.internal";
    expect(await codeOf(() => discover(from))).toBe("invalid_argument");
    expect(await outcome(through("http://keys.internal/jwks", { allowInsecure: true }, from), from)).toBe("accepted");
  });
});

describe("a metadata URL that is given", () => {
  const iss = "https://login.example/tenant/v2.0/";
  const metadataUrl = "https://login.example/tenant.example/policy/v2.0/.well-known/openid-configuration";
  const jwksUri = "https://login.example/tenant.example/policy/discovery/v2.0/keys";

  it("is asked in the place of those below the issuer (Azure B2C)", async () => {
    const seen: [url: string, headers: object][] = [];
    const fetch = world({ [metadataUrl]: { issuer: iss, jwks_uri: jwksUri }, [jwksUri]: { keys: [key.jwk] } }, seen);
    for (const given of [metadataUrl, new URL(metadataUrl)]) {
      seen.length = 0;
      expect(await outcome(discover(iss, { fetch, metadataUrl: given }), iss)).toBe("accepted");
      expect(seen.map(([url]) => url)).toEqual([metadataUrl, jwksUri]);
    }
  });

  it("has to name the issuer all the same, and there is no other place to look", async () => {
    const seen: [url: string, headers: object][] = [];
    const other = world({ [metadataUrl]: { issuer: "https://evil.example", jwks_uri: jwksUri } }, seen);
    expect(await outcome(discover(iss, { fetch: other, metadataUrl }), iss)).toBe("jwks_invalid");
    expect(await outcome(discover(iss, { fetch: world({}, seen), metadataUrl }), iss)).toBe("jwks_unavailable");
    expect(seen.map(([url]) => url)).toEqual([metadataUrl, metadataUrl]);
  });

  it("gets the headers, as the issuer's own origin does (split horizon)", async () => {
    const inside = "http://127.0.0.1:8080/metadata";
    const seen: [url: string, headers: object][] = [];
    const keysAt = "http://127.0.0.1:8080/keys";
    const fetch = world({ [inside]: { issuer: iss, jwks_uri: keysAt }, [keysAt]: { keys: [key.jwk] } }, seen);
    const keys = discover(iss, { fetch, metadataUrl: inside, headers: { authorization: "x" } });
    expect(await outcome(keys, iss)).toBe("accepted");
    expect(seen.map(([, headers]) => (headers as Record<string, unknown>).authorization)).toEqual(["x", "x"]);
  });
});

describe("headers", () => {
  const iss = "https://kubernetes.default.svc";
  const apiServer = "https://10.0.0.1:6443";
  const seenWith = async (headerOrigins?: readonly string[]): Promise<Record<string, unknown>> => {
    const seen: [string, object][] = [];
    const documents = {
      [`${iss}${openId}`]: { issuer: iss, jwks_uri: `${apiServer}/openid/v1/jwks` },
      [`${apiServer}/openid/v1/jwks`]: { keys: [key.jwk] },
    };
    const keys = discover(iss, {
      headers: { authorization: "Bearer of the pod" },
      headerOrigins,
      fetch: world(documents, seen),
    });
    expect(await outcome(keys, iss)).toBe("accepted");
    return Object.fromEntries(
      seen.map(([url, headers]) => [new URL(url).origin, (headers as Record<string, unknown>).authorization]),
    );
  };

  it("go to the issuer's origin alone", async () => {
    expect(await seenWith()).toEqual({ [iss]: "Bearer of the pod", [apiServer]: undefined });
    expect(await seenWith([])).toEqual({ [iss]: "Bearer of the pod", [apiServer]: undefined });
    expect(await seenWith(["https://10.0.0.1"])).toEqual({ [iss]: "Bearer of the pod", [apiServer]: undefined });
  });

  it("and to others that are named: Kubernetes has its keys on the API server", async () => {
    expect(await seenWith([apiServer])).toEqual({ [iss]: "Bearer of the pod", [apiServer]: "Bearer of the pod" });
  });

  it("are not sent to another port of the issuer's host", async () => {
    issuer.answer = routes({ [openId]: { issuer: issuer.origin, jwks_uri: other.url } });
    let seen: unknown = "not asked";
    other.answer = (request, response) => {
      seen = request.headers.authorization;
      serving([key.jwk])(request, response);
    };
    expect(await outcome(discover(issuer.origin, { headers: { authorization: "x" } }), issuer.origin)).toBe("accepted");
    expect(seen).toBeUndefined();
  });
});

describe("whom the keys speak for", () => {
  it("the issuer alone, whatever else the verifier accepts", async () => {
    issuer.answer = wellBehaved(issuer.origin);
    const keys = discover(issuer.origin);
    expect(await outcome(keys, "https://other.example")).toBe("issuer_mismatch");
    expect((await keys.select({ alg: "ES256" }))[0]?.issuer).toBe(issuer.origin);
  });

  it("a key that states another issuer is passed over", async () => {
    issuer.answer = routes({
      [openId]: { issuer: issuer.origin, jwks_uri: issuer.url },
      "/jwks.json": serving([{ ...key.jwk, issuer: "https://other.example" }]),
    });
    const keys = discover(issuer.origin);
    expect(await outcome(keys, issuer.origin)).toBe("key_not_found");
    expect(keys.state.passedOver).toMatchObject([{ index: 0, kid: "known" }]);
  });
});

describe("time and requests", () => {
  it("one refresh at a time, of two requests; then none until it is due", async () => {
    issuer.answer = wellBehaved(issuer.origin);
    const keys = discover(issuer.origin);
    const token = await tokenFrom(issuer.origin);
    await Promise.all(
      Array.from({ length: 1000 }, () =>
        verify(token, keys, { issuer: issuer.origin, audience: "web", now: clock.now }),
      ),
    );
    for (let i = 0; i < 1000; i++) await keys.select({ alg: "ES256", kid: `made up ${i}` });
    expect(issuer.asked).toHaveLength(2);
  });

  it("the timeout is for all requests together", async () => {
    const late =
      (answer: RequestListener): RequestListener =>
      (request, response) => {
        setTimeout(() => {
          answer(request, response);
        }, 150);
      };
    issuer.answer = routes({
      [openId]: late(answering(200, JSON.stringify({ issuer: issuer.origin, jwks_uri: issuer.url }))),
      "/jwks.json": late(serving([key.jwk])),
    });
    expect(await outcome(discover(issuer.origin, { timeout: 0.2 }), issuer.origin)).toBe("jwks_unavailable");
    expect(await outcome(discover(issuer.origin, { timeout: 2 }), issuer.origin)).toBe("accepted");
  });
});

describe("arguments", () => {
  it.each<readonly [string, unknown]>([
    ["undefined", undefined],
    ["empty", ""],
    ["no URL", "issuer.example"],
    ["http", "http://issuer.example"],
    ["a file", "file:///issuer"],
    ["a query", "https://a.example/?x=1"],
    ["an empty query", "https://a.example?"],
    ["a fragment", "https://a.example/#x"],
    ["credentials", "https://a:b@a.example"],
    ["a list", ["https://a.example"]],
    ["a URL object, which is not as written", new URL("https://a.example")],
  ])("an issuer that is %s is a TypeError", async (_what, iss) => {
    expect(await codeOf(() => discoverJwks(iss as string, { algorithms: [ES256] }))).toBe("invalid_argument");
  });

  it.each([
    `https://id.example${openId}`,
    `https://id.example/tenant${openId}`,
    `https://id.example${oauth}`,
    `https://id.example${oauth}/tenant`,
  ])("the URL of the metadata in the place of the issuer: %s", async (iss) => {
    const error = await errorOf(() => discover(iss));
    expect(error).toMatchObject({
      code: "invalid_argument",
      message: expect.stringMatching(
        /^issuer: expected the issuer.*found the URL of its metadata.*metadataUrl$/,
      ) as string,
    });
    expect(await codeOf(() => discover(iss, { metadataUrl: iss }))).toBe("accepted");
    expect(await codeOf(() => discover("https://id.example/.well-known"))).toBe("accepted");
  });

  it.each<readonly [string, object]>([
    ["issuer as an option", { issuer: "https://a.example" }],
    ["no algorithms", { algorithms: undefined }],
    ["headerOrigins that are no URLs", { headerOrigins: ["10.0.0.1"] }],
    ["http headerOrigins", { headerOrigins: ["http://a.example"] }],
    ["headerOrigins that are no list", { headerOrigins: {} }],
    ["one header origin, not in a list", { headerOrigins: "https://a.example" }],
    ["a metadataUrl that is no URL", { metadataUrl: "/metadata" }],
    ["a metadataUrl over http", { metadataUrl: "http://a.example/metadata" }],
    ["a metadataUrl that is null", { metadataUrl: null }],
    ["an unknown name", { jwksUri: "https://a.example" }],
  ])("%s is a TypeError", async (_what, options) => {
    expect(await codeOf(() => discoverJwks("https://a.example", { algorithms: [ES256], ...options }))).toBe(
      "invalid_argument",
    );
  });
});
