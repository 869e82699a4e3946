/** The client's half of DPoP (RFC 9449 §4): proofs for requests to authorization servers and resources, and the nonces that they hand out. */

import { checkClock, checkNow, checkOptions, checkText, wrongArgument, type Names } from "../base/options.ts";
import { randomUuid } from "../base/platform.ts";
import { runAsync, type Steps } from "../base/steps.ts";
import { encodeBase64urlText } from "../encoding/base64url.ts";
import { sha256 } from "../encoding/digest.ts";
import type { JsonObject } from "../encoding/json.ts";
import { parseUrl } from "../http/origin.ts";
import { encodeHeader } from "../jws/header.ts";
import { signInput } from "../jws/sign.ts";
import { thumbprintOf } from "../keys/thumbprint.ts";
import { readKeyPair, type DpopKeyPair } from "./signing-pair.ts";

/** Options of `createDpopProver`. */
export interface DpopProverOptions {
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** The request that a proof is for. */
export interface DpopRequest {
  /** HTTP method, as it is sent. The six that `fetch` writes in upper case are written so here too. */
  readonly method: string;
  /** Absolute URL. Query and fragment are left out of the proof (RFC 9449 §4.2). */
  readonly url: string | URL;
  /** Access token that is sent with the proof; none in a token request. */
  readonly accessToken?: string | undefined;
}

/** The part of a response that is read. A Fetch `Response` has it. */
export interface DpopResponse {
  /** Headers, of which `DPoP-Nonce` and `WWW-Authenticate` are read. */
  readonly headers: { get(name: string): string | null };
  /** HTTP status. */
  readonly status?: number | undefined;
  /** URL that answered. If it is empty or absent, it is that of the last proof. */
  readonly url?: string | undefined;
}

/** Makes proofs with one key pair. */
export interface DpopProver {
  /**
   * Makes a proof for one request: the value of its header `DPoP`.
   *
   * @throws TypeError `invalid_argument`: the method, the URL or the token is malformed; `invalid_key`: the keys do not match.
   * @throws UnavailableError `key_unavailable`: the key failed to sign.
   */
  readonly proof: (request: DpopRequest) => Promise<string>;
  /**
   * Remembers the nonce of a response, for later proofs to the same origin (RFC 9449 §8, §9). Returns `true` if the request was refused for
   * want of it: make another proof and send it again, once.
   */
  readonly remember: (response: DpopResponse) => boolean;
  /** Returns the thumbprint of the public key: `cnf.jkt` of its tokens, and `dpop_jkt` of an authorization request (RFC 9449 §10). */
  readonly thumbprint: () => Promise<string>;
}

/** Origins whose nonces are kept. */
const maxOrigins = 100;

/**
 * Creates a prover: it shows to authorization servers and resources that a client holds the key that its tokens are bound to (RFC 9449). The
 * key pair is one of `generateKeyPair`, or one of Web Crypto, such as a browser keeps in IndexedDB, whose private key nobody can export.
 *
 * @throws TypeError `invalid_argument`, `invalid_key`: not a key pair that signs.
 * @example
 * import { createDpopProver } from "mintmark/oauth";
 *
 * const prover = createDpopProver(await generateKeyPair(ES256));
 * const proof = await prover.proof({ method: "GET", url: "https://api.example/orders", accessToken: "eyJ0eXAiOiJhdCtqd3QifQ.e30.c2ln" });
 * console.log(decode(proof).header.typ); // dpop+jwt
 */
export function createDpopProver(keyPair: DpopKeyPair, options: DpopProverOptions = {}): DpopProver {
  const { key, publicJwk } = readKeyPair(keyPair);
  const now = checkClock(checkOptions(options, optionNames)["now"]);
  const nonces = new Map<string, string>();
  let last = "";
  /** The public JWK, once it is known, and the header of every proof. A value, not a promise, which must not cross requests in workerd. */
  let opened: { readonly jwk: JsonObject; readonly header: string } | undefined;
  const open = async (): Promise<{ readonly jwk: JsonObject; readonly header: string }> => {
    if (opened !== undefined) return opened;
    const jwk = await publicJwk();
    return (opened = { jwk, header: encodeHeader(key.alg, "dpop+jwt", undefined, { jwk }) });
  };

  function* signProof(header: string, { method, target, accessToken }: CheckedRequest): Steps<string> {
    const nonce = nonces.get(target.origin);
    const claims = {
      jti: randomUuid(),
      htm: method,
      htu: target.href,
      iat: Math.floor(checkNow(now)),
      ...(accessToken !== undefined && { ath: yield* sha256(accessToken) }),
      ...(nonce !== undefined && { nonce }),
    };
    const input = `${header}.${encodeBase64urlText(JSON.stringify(claims))}`;
    return `${input}.${yield* signInput(key, input)}`;
  }

  return {
    async proof(request) {
      const checked = readRequest(request);
      last = checked.target.origin;
      const { header } = await open();
      return runAsync(() => signProof(header, checked));
    },
    remember(response) {
      if (typeof (response as Partial<DpopResponse> | null | undefined)?.headers?.get !== "function")
        throw wrongArgument("response", "a Fetch Response", response);
      const { headers, status, url = "" } = response;
      const nonce = headers.get("dpop-nonce");
      const origin = parseUrl(url)?.origin ?? last;
      if (nonce === null || !nonceText.test(nonce) || nonces.get(origin) === nonce) return false;
      const [oldest] = nonces.keys();
      if (nonces.size >= maxOrigins && oldest !== undefined) nonces.delete(oldest);
      nonces.set(origin, nonce);
      // An authorization server says why in the body. In browsers, the challenge may be hidden from other origins.
      return (
        status === 400 || (status === 401 && headers.get("www-authenticate")?.includes("use_dpop_nonce") !== false)
      );
    },
    thumbprint: async () => thumbprintOf((await open()).jwk),
  };
}

const optionNames: readonly string[] = /* @__PURE__ */ Object.keys({ now: 1 } satisfies Names<DpopProverOptions>);
const requestNames: readonly string[] = /* @__PURE__ */ Object.keys({
  method: 1,
  url: 1,
  accessToken: 1,
} satisfies Names<DpopRequest>);

/** NQCHAR of RFC 6749 appendix A, which RFC 9449 §8.1 refers to; no nonce of use is longer. */
const nonceText = /^[!#-[\]-~]{1,1024}$/;

/** Methods that `fetch` writes in upper case, and no others. */
const upperCased = /^(?:delete|get|head|options|post|put)$/i;

interface CheckedRequest {
  readonly method: string;
  /** Without query and fragment. */
  readonly target: URL;
  readonly accessToken: string | undefined;
}

function readRequest(request: unknown): CheckedRequest {
  const { method, url, accessToken } = checkOptions(request, requestNames);
  const text: unknown = (Object(url) as { readonly href?: unknown }).href ?? url; // a URL object, from any realm
  const target = typeof text === "string" ? parseUrl(text) : undefined;
  if (target === undefined || !/^https?:$/.test(target.protocol) || target.username !== "" || target.password !== "")
    throw wrongArgument("url", "an absolute http or https URL without a user", url);
  target.search = "";
  target.hash = "";
  const name = checkText(method, "method");
  return {
    method: upperCased.test(name) ? name.toUpperCase() : name,
    target,
    accessToken: accessToken === undefined ? undefined : checkText(accessToken, "accessToken"),
  };
}
