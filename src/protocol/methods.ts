/** What the revisions of the protocol and its official extensions let a client ask. */
interface Method {
  /** The only era that has the method; both, without it. */
  readonly era?: "legacy" | "modern";
  /** `server`: what it asks for is a server's to give, so it is judged. The others are answered here. */
  readonly answeredBy: "preloop" | "server";
}

/**
 * Every request that a client may make: modelcontextprotocol.io/specification, schema.ts of 2024-11-05 to 2026-07-28,
 * and modelcontextprotocol/ext-tasks. Whatever stands nowhere here is unknown.
 */
const METHODS: Readonly<Record<string, Method>> = {
  initialize: { era: "legacy", answeredBy: "preloop" },
  ping: { era: "legacy", answeredBy: "preloop" },
  "server/discover": { answeredBy: "preloop" },
  "subscriptions/listen": { answeredBy: "preloop" },
  "tools/list": { answeredBy: "preloop" },
  "prompts/list": { answeredBy: "preloop" },
  "resources/list": { answeredBy: "preloop" },
  "resources/templates/list": { answeredBy: "preloop" },
  "tasks/get": { answeredBy: "preloop" },
  "tasks/list": { answeredBy: "preloop" },
  "tasks/result": { answeredBy: "preloop" },
  "tasks/update": { answeredBy: "preloop" },
  "tasks/cancel": { answeredBy: "preloop" },
  "tools/call": { answeredBy: "server" },
  "prompts/get": { answeredBy: "server" },
  "resources/read": { answeredBy: "server" },
  "resources/subscribe": { era: "legacy", answeredBy: "server" },
  "resources/unsubscribe": { era: "legacy", answeredBy: "server" },
  "completion/complete": { answeredBy: "server" },
  "logging/setLevel": { era: "legacy", answeredBy: "server" },
};

/** The method that rules mean where they name none. */
export const TOOL_CALL = "tools/call";

/** Methods that policy judges: what they ask for is a server's to give. */
export const JUDGED_METHODS: readonly string[] = Object.keys(METHODS).filter(
  (method) => METHODS[method]!.answeredBy === "server",
);

/** True for a request of the protocol's, or of an official extension's. */
export function isKnownMethod(method: string): boolean {
  return Object.hasOwn(METHODS, method);
}

/** True for methods that revision 2026-07-28 took out. */
export function isLegacyOnly(method: string): boolean {
  return isKnownMethod(method) && METHODS[method]!.era === "legacy";
}

/** The requests that may take several rounds (2026-07-28, basic/patterns/mrtr). */
export const ROUND_METHODS: ReadonlySet<string> = new Set(["tools/call", "prompts/get", "resources/read"]);

const NAMED: Readonly<Record<string, "name" | "uri" | "taskId">> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
  "tasks/get": "taskId",
  "tasks/update": "taskId",
  "tasks/cancel": "taskId",
};

/** The member of the params that the header `Mcp-Name` repeats (2026-07-28, basic/transports); undefined for other methods. */
export function namedBy(method: string): "name" | "uri" | "taskId" | undefined {
  return NAMED[method];
}

// Names that the protocol keeps for itself: servers' requests, notifications, and JSON-RPC's own.
const RESERVED =
  /^(?:rpc\.|\$\/|(?:notifications|tasks|tools|prompts|resources|completion|logging|sampling|elicitation|roots|server|subscriptions)(?:\/|$))/;

/** True for a method that a server's config may name: none of the protocol's, and none that it keeps for itself. */
export function isCustomMethod(method: string): boolean {
  return !isKnownMethod(method) && !RESERVED.test(method);
}
