/** Error codes of JSON-RPC 2.0 (section 5.1) and of MCP that one side must recognise or make. */
export const RPC_CODES = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** A server wants links opened first (https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation). */
  urlElicitationRequired: -32042,
} as const;
