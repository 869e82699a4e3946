/**
 * Gates in front of an MCP server: they answer requests for the metadata, let only verified callers through, and hand them on as the SDK
 * expects them.
 */

import { checkFunction, checkOptions, wrongArgument } from "../base/options.ts";
import {
  requireAuth as requireAuthExpress,
  type ExpressRequest,
  type ExpressResponse,
} from "../http/adapters/express.ts";
import { requireAuth as requireAuthHono, type HonoContext } from "../http/adapters/hono.ts";
import type { RequireAuthOptions } from "../http/adapters/guard.ts";
import { put, viewOf } from "../http/adapters/node.ts";
import { isResponse } from "../http/adapters/response.ts";
import { createAuthenticator } from "../http/authenticate.ts";
import { authenticateNames } from "../http/options.ts";
import type { Refusal } from "../http/refusal.ts";
import { exposedHeaders, type MetadataRequest } from "../oauth/metadata.ts";
import type { ProtectedResource, ResourceAuthenticateOptions } from "../oauth/protected-resource.ts";
import { authInfo, type AuthInfo } from "./auth-info.ts";

/**
 * Options of a gate: those of `authenticate`, and `onRefusal`. The token is in the Authorization header, as MCP demands, and the metadata
 * is that of the resource.
 */
export type McpGateOptions<Request, Response = undefined> = Omit<
  ResourceAuthenticateOptions,
  "header" | "cookie" | "origins" | "webSocketProtocol" | "token" | "anonymous"
> &
  Pick<RequireAuthOptions<Request, Response>, "onRefusal">;

/** The used part of Express's request. */
export interface McpExpressRequest extends ExpressRequest, MetadataRequest {
  readonly method?: string | undefined;
}

/** The used part of Express's response. */
export interface McpExpressResponse extends ExpressResponse {
  /** Returns a header that the application has set before. */
  getHeader?(name: string): unknown;
  /** Sends the metadata. */
  end(body?: string): unknown;
}

type ExpressMiddleware = (
  request: McpExpressRequest,
  response: McpExpressResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

/** Middleware for Express that sets `request.auth`, where the SDK's transports look for it. */
export interface McpExpressGate {
  (request: McpExpressRequest, response: McpExpressResponse, next: (error?: unknown) => void): Promise<void>;
  /** Answers requests for the metadata, and passes all others on: for the application, if the gate is at a path of it. */
  readonly metadata: (
    request: McpExpressRequest,
    response: McpExpressResponse,
    next: (error?: unknown) => void,
  ) => Promise<void>;
}

type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>;

/** Middleware for Hono that sets `context.get("auth")`. */
export interface McpHonoGate {
  (context: HonoContext, next: () => Promise<void>): Promise<Response | undefined>;
  /** Answers requests for the metadata, and passes all others on: for the application, if the gate is at a path of it. */
  readonly metadata: (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>;
}

const otherPlaces = ["header", "cookie", "origins", "webSocketProtocol", "token", "anonymous", "resourceMetadata"];

const gateNames: readonly string[] = /* @__PURE__ */ authenticateNames
  .filter((name) => !otherPlaces.includes(name))
  .concat("onRefusal");

/**
 * Puts a gate in front of a handler of Fetch requests, on any runtime: it answers requests for the metadata, and refusals; the handler gets
 * the others, and who sent them.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or `api` is not a protected resource.
 * @example
 * import { fetchGate } from "mintmark/mcp";
 * import { protectedResource } from "mintmark/oauth";
 *
 * const api = protectedResource({ resource: "https://api.example/mcp", issuers: ["https://id.example"], algorithms: [RS256] });
 * const serve = fetchGate(api, (request, authInfo) => Response.json({ client: authInfo.clientId }), { scopes: "mcp:read" });
 * console.log((await serve(new Request("https://api.example/mcp"))).status); // 401
 */
export function fetchGate<Claims, Rest extends readonly unknown[] = []>(
  api: ProtectedResource<Claims>,
  handler: (request: Request, authInfo: AuthInfo, ...rest: Rest) => Response | Promise<Response>,
  options: McpGateOptions<Request> = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  checkResource(api);
  checkFunction(handler, "handler");
  const { onRefusal, ...requirements } = readOptions(options);
  const { authenticate } = createAuthenticator(api.verifier, { ...requirements, resourceMetadata: api.metadataUrl });
  return async (request, ...rest) => {
    const metadata = api.metadata(request);
    if (metadata !== undefined) return metadata;
    const caller = await authenticate(request);
    if (!caller.ok) {
      const answer: unknown = await onRefusal(caller, request, undefined);
      return isResponse(answer) ? answer : new Response(null, caller);
    }
    return withHeaders(await handler(request, authInfo(caller, request), ...rest), caller.headers);
  };
}

/**
 * Creates middleware for Express that lets only verified callers of the resource through, and sets `request.auth` to what the SDK's
 * transports hand to tools. Use it for the path of the server, and its `metadata` for the application:
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or `api` is not a protected resource.
 * @example
 * import { expressGate } from "mintmark/mcp";
 * import { protectedResource } from "mintmark/oauth";
 *
 * const api = protectedResource({ resource: "https://api.example/mcp", issuers: ["https://id.example"], algorithms: [RS256] });
 * const gate = expressGate(api, { scopes: "mcp:read" });
 * // app.use(gate.metadata);
 * // app.post("/mcp", gate, (request, response) => transport.handleRequest(request, response, request.body));
 */
export function expressGate<Claims>(
  api: ProtectedResource<Claims>,
  options: McpGateOptions<McpExpressRequest, McpExpressResponse> = {},
): McpExpressGate {
  checkResource(api);
  const { onRefusal, ...requirements } = readOptions(options);
  const guard = requireAuthExpress(api.verifier, {
    ...requirements,
    resourceMetadata: api.metadataUrl,
    onRefusal(refusal, request, response: McpExpressResponse) {
      const before = response.getHeader?.(exposing);
      response.setHeader(exposing, typeof before === "string" ? `${before}, ${exposedHeaders}` : exposedHeaders);
      return onRefusal(refusal, request, response);
    },
  });
  const answerMetadata = async (request: McpExpressRequest, response: McpExpressResponse): Promise<boolean> => {
    const metadata = api.metadata(request);
    if (metadata === undefined) return false;
    response.statusCode = metadata.status;
    metadata.headers.forEach((value, name) => response.setHeader(name, value));
    response.end(await metadata.text());
    return true;
  };
  const gate: ExpressMiddleware = async (request, response, next) => {
    if (await answerMetadata(request, response)) return;
    await guard(request, response, (error) => {
      if (error === undefined) put(request, "auth", authInfo(guard.callerOf(request), viewOf(request)));
      next(error);
    });
  };
  const metadata: ExpressMiddleware = async (request, response, next) => {
    if (!(await answerMetadata(request, response))) next();
  };
  return Object.assign(gate, { metadata });
}

/**
 * Creates middleware for Hono that lets only verified callers of the resource through, and sets `context.get("auth")` to what the SDK's
 * transports hand to tools. Use it for the path of the server, and its `metadata` for the application.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or `api` is not a protected resource.
 * @example
 * import { honoGate } from "mintmark/mcp";
 * import { protectedResource } from "mintmark/oauth";
 *
 * const api = protectedResource({ resource: "https://api.example/mcp", issuers: ["https://id.example"], algorithms: [RS256] });
 * const gate = honoGate(api, { scopes: "mcp:read" });
 * // app.use(gate.metadata);
 * // app.all("/mcp", gate, (context) => transport.handleRequest(context.req.raw, { authInfo: context.get("auth") }));
 */
export function honoGate<Claims>(
  api: ProtectedResource<Claims>,
  options: McpGateOptions<HonoContext> = {},
): McpHonoGate {
  checkResource(api);
  const guard = requireAuthHono(api.verifier, { ...readOptions(options), resourceMetadata: api.metadataUrl });
  const gate: HonoMiddleware = async (context, next) =>
    api.metadata(context.req.raw) ??
    guard(context, async () => {
      context.set("auth", authInfo(guard.callerOf(context), context.req.raw));
      await next();
    });
  const metadata: HonoMiddleware = async (context, next) => {
    const found = api.metadata(context.req.raw);
    if (found === undefined) await next();
    return found;
  };
  return Object.assign(gate, { metadata });
}

/** Refuses what has no metadata, such as the resource's verifier. */
function checkResource(api: unknown): void {
  if (typeof (api as Partial<ProtectedResource> | null | undefined)?.metadata !== "function")
    throw wrongArgument("resource", "what protectedResource returns", api);
}

type OnRefusal<Request, Response> = (refusal: Refusal, request: Request, response: Response) => unknown;

/** Checks the options of a gate. Pages may read the headers of each refusal, so that clients in browsers find the metadata. */
function readOptions<Request, Response>(
  options: McpGateOptions<Request, Response>,
): McpGateOptions<Request, Response> & { readonly onRefusal: OnRefusal<Request, Response> } {
  const { onRefusal } = checkOptions(options, gateNames);
  const tell =
    onRefusal === undefined ? undefined : (checkFunction(onRefusal, "onRefusal") as typeof options.onRefusal);
  return {
    ...options,
    onRefusal(refusal, request, response) {
      refusal.headers.set(exposing, exposedHeaders);
      return tell?.(refusal, request, response);
    },
  };
}

const exposing = "access-control-expose-headers";

/** Adds headers to a response, whose own may be immutable. */
function withHeaders(response: Response, headers: Headers | undefined): Response {
  if (headers === undefined) return response;
  const copy = new Response(response.body, response);
  headers.forEach((value, name) => {
    copy.headers.set(name, value);
  });
  return copy;
}
