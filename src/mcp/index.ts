/**
 * MCP servers as protected resources: gates in front of them, and callers as the MCP SDK's tools expect them. Imports nothing of the SDK.
 *
 * @module mintmark/mcp
 */

export { authInfo, type AuthInfo, type McpCaller } from "./auth-info.ts";
export {
  expressGate,
  fetchGate,
  honoGate,
  type McpExpressGate,
  type McpExpressRequest,
  type McpExpressResponse,
  type McpGateOptions,
  type McpHonoGate,
} from "./gates.ts";
export { tokenVerifier, type SdkErrorClass, type TokenVerifier } from "./token-verifier.ts";
