/** The prefix of the keys that the protocol keeps for itself in `_meta`. */
export const META_PREFIX = "io.modelcontextprotocol/";

/** The protocol's own keys of `_meta` (2026-07-28, basic: https://modelcontextprotocol.io/specification/draft/basic). */
export const META_KEYS = {
  protocolVersion: `${META_PREFIX}protocolVersion`,
  clientInfo: `${META_PREFIX}clientInfo`,
  clientCapabilities: `${META_PREFIX}clientCapabilities`,
  serverInfo: `${META_PREFIX}serverInfo`,
  logLevel: `${META_PREFIX}logLevel`,
  subscriptionId: `${META_PREFIX}subscriptionId`,
  /** Of 2025-11-25 (https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks). */
  relatedTask: `${META_PREFIX}related-task`,
} as const;

/** The extension that tasks are in 2026-07-28, as capabilities name it (https://github.com/modelcontextprotocol/ext-tasks). */
export const TASKS_EXTENSION = `${META_PREFIX}tasks`;
