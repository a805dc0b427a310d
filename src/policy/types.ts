import type { ApprovalsConfig, PolicyConfig, ServerConfig } from "#config";
import type { Decision, ToolCall, Workflow } from "#model";
import type { LocalFiles } from "./local-places.ts";

/** Sections of the config that policy is made of. */
export interface PolicyInput {
  readonly policy: PolicyConfig;
  readonly approvals: ApprovalsConfig;
  /** `mcpServers`. */
  readonly servers: Readonly<
    Record<string, Pick<ServerConfig, "tools" | "disabled" | "trustAnnotations" | "prefix" | "localFiles">>
  >;
  /** The files of a server that preloop sees as well; without it, paths are judged by their text alone. */
  readonly filesOf?: (server: string) => LocalFiles | undefined;
  /** Says where in the file a path stands, as `preloop.config.json:12:5`, for messages. */
  readonly where?: (path: readonly (string | number)[]) => string;
}

/** One tool, as rules know it. */
export interface ToolTarget {
  /** The server's name in the config. */
  readonly server: string;
  /** The tool's name as the server knows it. */
  readonly tool: string;
  /** The name clients call. */
  readonly name: string;
  /** Another method than `tools/call`; `tool` is then what it is about. */
  readonly method?: string | undefined;
  /** The URI of a resource. */
  readonly uri?: string | undefined;
}

/** Rules made ready: pure, synchronous, and the same answer for the same call and time. */
export interface Policy {
  /** Digest of what the policy was made of. */
  readonly version: string;
  evaluate(call: ToolCall, now: Date): Decision;
  /**
   * False for a tool its server's filter hides, and for whatever another method is about: it answers like one that does
   * not exist.
   */
  isVisible(server: string, tool: string, method?: string): boolean;
  /** Whether calls of the tool must or may carry the agent's reason; undefined means neither. */
  justificationFor(target: ToolTarget): "required" | "optional" | undefined;
  /** Whether a call of the tool may have to wait for a person. */
  mayAsk(target: ToolTarget): boolean;
  /** Who is asked when the decision is to ask. */
  workflowFor(decision: Decision): Workflow;
}
