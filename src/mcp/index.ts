/**
 * MCP servers on mintmark.
 *
 * @module mintmark/mcp
 */

export {};
