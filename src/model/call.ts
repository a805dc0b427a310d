import { digestOf, type Json, type JsonObject } from "#base";

/** A stated grade of harm: the rule's own, else derived from what the server says of the tool. */
export const RISKS = ["low", "medium", "high"] as const;
export type Risk = (typeof RISKS)[number];

/** Hints of MCP's `ToolAnnotations`; a server's word about itself, so untrusted unless the config says otherwise. */
export interface ToolAnnotations {
  readonly title?: string;
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** Session on the agent's side of preloop. What a client says about itself is shown, and never trusted. */
export interface SessionRef {
  /** The session's id in the store. */
  readonly id: string;
  /** `clientInfo.name`, or "unknown". */
  readonly client: string;
  readonly clientVersion: string;
  /** The working directory of the process that speaks for the session. */
  readonly cwd: string;
  /** The signed-in user, or `local:<os user>`. */
  readonly user: string;
  /** Over HTTP, where its requests come from. */
  readonly address?: string;
  /** Set where nothing but the name a client gives itself tells its requests from others of the same address. */
  readonly isClaimed?: true;
}

/**
 * One request to a server, as rules, people, digests and the server all see it: a `tools/call`, or another method that
 * passes the same gate.
 */
export interface ToolCall {
  /** Its method; undefined means `tools/call`. */
  readonly method?: string | undefined;
  /** For methods about a resource: its URI as the client wrote it. */
  readonly uri?: string | undefined;
  /** Unique for the life of the store; ties audit lines and approvals together. */
  readonly id: string;
  readonly session: SessionRef;
  /** The upstream's name in the config. */
  readonly server: string;
  /** The tool's name as the upstream knows it; for other methods the prompt's name, the URI, or the method itself. */
  readonly tool: string;
  /** The name the client called: `server__tool`. */
  readonly name: string;
  /** The arguments of a tool; for other methods the params. */
  readonly args: JsonObject;
  /** The arguments' source text; `args` is this text read once. */
  readonly argsText: string;
  /** {@link digestOf} the tool's whole definition as the upstream lists it. */
  readonly definitionDigest: string;
  /** What the tool says of its arguments, where that is known; rules and grants that read arguments rely on it. */
  readonly inputSchema?: Json | undefined;
  readonly annotations: ToolAnnotations;
  /** Whether the config trusts this server's annotations. */
  readonly trusted: boolean;
  /** What the agent says for itself, where a rule wants or offers that; a claim, not a fact. */
  readonly justification?: string;
  /** Members of the client's `_meta` that go to the server with it. */
  readonly meta?: JsonObject | undefined;
}

/** What a call is, in words: a tool by its name, another method with what it is about. */
export function titleOf({ method, tool }: Pick<ToolCall, "method" | "tool">): string {
  return method === undefined || method === tool ? tool : `${method} ${tool}`;
}

/** {@link digestOf} all that is sent with a call: its arguments, and what goes beside them. */
export function argumentsDigestOf({ args, meta }: Pick<ToolCall, "args" | "meta">): string {
  return digestOf(meta === undefined ? args : { arguments: args, _meta: meta });
}

export const ACTIONS = ["allow", "ask", "deny"] as const;
export type Action = (typeof ACTIONS)[number];

/** Action that a rule that only observes would have taken on a call. */
export interface Observation {
  readonly rule: string;
  readonly action: Action;
}

/** Decision of policy about a call: the action, and the rule that chose it. */
export interface Decision {
  readonly action: Action;
  /** The rule's name, or `default`, `builtin:reads`, `annotations:read-only`, `arguments:misfit`, `tools:deny`. */
  readonly rule: string;
  readonly risk: Risk;
  /** Why, in the rule's own words; reaches the agent on a denial. */
  readonly reason?: string;
  /** Name of the workflow that asks; undefined means the plain one. */
  readonly workflow?: string;
  /** Names of further workflows that guard the call: what they ask for must be met as well, and no grant answers it. */
  readonly also?: readonly string[];
  readonly justification?: "required" | "optional";
  /** Rules that could not be evaluated on the way, each with its fault. */
  readonly faults: readonly string[];
  /** Rules that only observe and would have decided, in order. */
  readonly observed?: readonly Observation[];
  /** No grant answers it: what is odd about this very call is for a person to see. */
  readonly needsPerson?: true;
}
