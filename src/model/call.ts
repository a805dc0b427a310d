import type { JsonObject } from "#base";

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

/** Who is on the agent's side of preloop. What a client says about itself is shown, and never trusted. */
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

/** One `tools/call`, as rules, people, digests and the upstream all see it. */
export interface ToolCall {
  /** Unique for the life of the store; ties audit lines and approvals together. */
  readonly id: string;
  readonly session: SessionRef;
  /** The upstream's name in the config. */
  readonly server: string;
  /** The tool's name as the upstream knows it. */
  readonly tool: string;
  /** The name the client called: `server__tool`. */
  readonly name: string;
  readonly args: JsonObject;
  /** The arguments' source text; `args` is this text read once. */
  readonly argsText: string;
  /** {@link digestOf} the tool's whole definition as the upstream lists it. */
  readonly definitionDigest: string;
  readonly annotations: ToolAnnotations;
  /** Whether the config trusts this server's annotations. */
  readonly trusted: boolean;
  /** What the agent says for itself, where a rule wants or offers that; a claim, not a fact. */
  readonly justification?: string;
}

export const ACTIONS = ["allow", "ask", "deny"] as const;
export type Action = (typeof ACTIONS)[number];

/** What a rule that only observes would have done with a call. */
export interface Observation {
  readonly rule: string;
  readonly action: Action;
}

/** What policy makes of a call. */
export interface Decision {
  readonly action: Action;
  /** The rule's name, or `default`, `builtin:reads`, `annotations:read-only`, `tools:deny`. */
  readonly rule: string;
  readonly risk: Risk;
  /** Why, in the rule's own words; reaches the agent on a denial. */
  readonly reason?: string;
  /** Name of the workflow that asks; undefined means the plain one. */
  readonly workflow?: string;
  readonly justification?: "required" | "optional";
  /** Rules that could not be evaluated on the way, each with its fault. */
  readonly faults: readonly string[];
  /** Rules that only observe and would have decided, in order. */
  readonly observed?: readonly Observation[];
  /** No grant answers it: what is odd about this very call is for a person to see. */
  readonly needsPerson?: true;
}
