/** The resource's half of DPoP (RFC 9449 §7): requests prove that their sender holds the key that the access token is bound to. */

import { checkNow, wrongArgument } from "../base/options.ts";
import { runAsync } from "../base/steps.ts";
import type { JwtClaims } from "../claims/build.ts";
import { isObject, own } from "../encoding/json.ts";
import { isUnavailableError, JwtError, type UnavailableError } from "../errors.ts";
import type { RequestView } from "../http/bearer.ts";
import type { ProofCheck, ProofVerifier } from "../http/proof.ts";
import { RequestError } from "../http/request-error.ts";
import { compileDpop, type DpopPolicy, type DpopVerifierOptions } from "./dpop-options.ts";
import { checkProof, type BoundToken } from "./proof-check.ts";

/** A good proof. */
export interface DpopProof {
  /** Claims of the proof: `jti`, `htm`, `htu`, `iat`, `ath` and, with nonces, `nonce`. */
  readonly claims: JwtClaims;
  /** Headers for the response: a new `DPoP-Nonce`, if nonces are on. */
  readonly headers: Headers;
}

/** A good proof, or the error that says why there is none. */
export type DpopResult =
  | ({ readonly ok: true; readonly error?: undefined } & DpopProof)
  | { readonly ok: false; readonly error: RequestError | UnavailableError };

/** Checks proofs. `authenticate` and the adapters take it as the option `dpop`. */
export interface DpopVerifier extends ProofVerifier {
  /**
   * Checks the proof of a request for a token that was verified elsewhere, such as by introspection (RFC 7662).
   *
   * @throws RequestError `proof_invalid`, `proof_nonce`: answer 401, with `error.headers`.
   * @throws UnavailableError `store_unavailable`: nothing was decided; answer 503.
   */
  readonly verify: (request: RequestView, bound: BoundToken) => Promise<DpopProof>;
  /** Checks like `verify`, with the refusal as a value. */
  readonly safeVerify: (request: RequestView, bound: BoundToken) => Promise<DpopResult>;
}

/**
 * Creates a verifier of DPoP proofs (RFC 9449), for the option `dpop` of `authenticate` and `requireAuth`. A token whose `cnf.jkt` names a key is
 * then accepted as `DPoP` with a proof by that key, for this method, this URL and this token, made within `maxAge`, and used once. As
 * `Bearer` it is refused.
 *
 * A proof's key is compared with `cnf.jkt` before it is imported. Then follow the signature, `typ`, `htm`, `htu`, `ath`, `iat`, the nonce and, as the last,
 * `jti`.
 *
 * @throws TypeError `invalid_argument`: an option is missing, unknown or wrong; `invalid_key`: a weak secret for nonces.
 * @example
 * import { createDpopVerifier } from "mintmark/oauth";
 *
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "https://id.example", audience: "https://api.example" });
 * const dpop = createDpopVerifier({ algorithms: [ES256, Ed25519], replay: memoryReplayStore(), origin: "https://api.example" });
 *
 * const caller = await authenticate(new Request("https://api.example/orders"), verifier, { dpop });
 * if (!caller.ok) console.log(caller.headers.get("www-authenticate")); // Bearer realm="api", DPoP realm="api", algs="ES256 Ed25519"
 */
export function createDpopVerifier(options: DpopVerifierOptions): DpopVerifier {
  const policy = compileDpop(options);
  const { nonces } = policy;

  /** Headers that hand out the current nonce. Responses with one are not for caches (RFC 9449 §8.2). */
  const nonceHeaders = async (): Promise<Headers> => {
    if (nonces === undefined) return new Headers();
    const nonce = await runAsync(() => nonces.current(checkNow(policy.now)));
    return new Headers({ "DPoP-Nonce": nonce, "Cache-Control": "no-store" });
  };

  const check = async (request: RequestView, bound: BoundToken, payload?: JwtClaims): Promise<DpopProof> => {
    try {
      const claims = await runAsync(() => checkProof(request, bound, policy));
      return { claims, headers: await nonceHeaders() };
    } catch (error) {
      if (!(error instanceof JwtError || error instanceof RequestError)) throw error;
      const code = error instanceof RequestError ? error.code : "proof_invalid";
      const reason = error.code === "replayed" ? "it was used before" : error.message;
      throw new RequestError(code, `DPoP proof: ${reason}`, payload, await nonceHeaders());
    }
  };

  const verifier: DpopVerifier = {
    begin: (request, header) => beginCheck(request, header, policy, check),
    async verify(request, bound) {
      if (typeof (request as Partial<RequestView> | null | undefined)?.headers?.get !== "function")
        throw wrongArgument("request", "a Fetch Request, or viewOf(request) for a Node.js request", request);
      const { accessToken, jkt } = Object(bound) as Partial<BoundToken>; // both are checked here
      if (typeof accessToken !== "string" || accessToken === "")
        throw wrongArgument("accessToken", "a token", accessToken);
      if (typeof jkt !== "string" || jkt === "") throw wrongArgument("jkt", "the thumbprint in cnf.jkt", jkt);
      return check(request, { accessToken, jkt });
    },
    async safeVerify(request, bound) {
      try {
        return { ok: true, ...(await verifier.verify(request, bound)) };
      } catch (error) {
        if (!(error instanceof RequestError) && !isUnavailableError(error)) throw error;
        return { ok: false, error };
      }
    },
  };
  return verifier;
}

/** Members of `cnf` that bind a token to something else: a certificate (RFC 8705 §3.1), or a key that is named otherwise (RFC 7800 §3). */
const otherBindings = ["x5t#S256", "jwk", "jwe", "jku"];

/** Returns the thumbprint of the key that a token is bound to; `undefined` if it is bound to something that a proof does not prove. */
function boundKeyOf(payload: JwtClaims): string | undefined {
  const cnf = own(payload, "cnf");
  if (!isObject(cnf) || otherBindings.some((name) => Object.hasOwn(cnf, name))) return undefined;
  const jkt = own(cnf, "jkt");
  return typeof jkt === "string" && jkt !== "" ? jkt : undefined;
}

type Check = (request: RequestView, bound: BoundToken, payload: JwtClaims) => Promise<DpopProof>;

/** Begins to check the use of a token in a request: with which scheme it came decides what has to be proved. */
function beginCheck(
  request: RequestView,
  header: string,
  { algorithms, required }: DpopPolicy,
  check: Check,
): ProofCheck {
  // A token in any other place, such as a cookie, leaves none in this header.
  const isDpop = /^dpop /i.test(request.headers.get(header) ?? "");
  let proven: { readonly binding: string; readonly headers: Headers } | undefined;

  const prove = async (token: string, payload: JwtClaims): Promise<Headers> => {
    if (!Object.hasOwn(payload, "cnf")) {
      if (!isDpop && !required) return new Headers();
      throw new JwtError("claim_missing", "cnf is missing: expected a token that is bound to a key", { claim: "cnf" });
    }
    const jkt = boundKeyOf(payload);
    if (!isDpop || jkt === undefined) {
      const found = isDpop ? "a token that is bound to something else than a key alone" : "another scheme";
      throw new RequestError(
        "token_bound",
        `the token is bound to a key (cnf): expected DPoP, found ${found}`,
        payload,
      );
    }
    return (await check(request, { accessToken: token, jkt }, payload)).headers;
  };

  return {
    async check(token, payload) {
      // A proof is used up by its check, so it is checked once for what it has to prove.
      const binding = JSON.stringify([token, own(payload, "cnf")]);
      if (proven?.binding !== binding) proven = { binding, headers: await prove(token, payload) };
      return proven.headers;
    },
    challenge(write, error) {
      const algs = `algs="${[...algorithms.keys()].join(" ")}"`;
      if (required) return write("DPoP", [algs, ...error]);
      return `${write("Bearer", isDpop ? [] : error)}, ${write("DPoP", isDpop ? [algs, ...error] : [algs])}`;
    },
  };
}
