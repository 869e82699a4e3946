/**
 * OAuth on mintmark, the side that checks: protected resources, their issuers and their metadata.
 *
 * @module mintmark/oauth
 */

export type { IssuerOptions } from "./issuers.ts";
export type { MetadataRequest } from "./metadata.ts";
export {
  protectedResource,
  type ProtectedResource,
  type ProtectedResourceOptions,
  type ResourceAnonymousOptions,
  type ResourceAuthenticateOptions,
  type ResourceCaller,
} from "./protected-resource.ts";
