import type { JsonObject } from "#base";
import type { SessionRef } from "./call.ts";

/** What a tool of preloop's own may use of the call it answers. */
export interface BuiltinCall {
  readonly session: SessionRef;
  /** Aborted when the client cancels or leaves. */
  readonly signal: AbortSignal;
  /** The client's own model (`sampling/createMessage`), where the client offers it: params in, result out. */
  readonly sample?: (params: JsonObject) => Promise<JsonObject>;
  /** Tells the client how far the work is. */
  readonly progress: (done: number, total: number, message: string) => void;
}

/** A look at a call before a person is asked about it. */
export interface PreflightScope extends BuiltinCall {
  /** True where policy lets the caller make this call of another tool of preloop's own, without asking anybody. */
  readonly mayRead: (tool: string, args: JsonObject) => boolean;
}

/** What a tool answers: MCP's CallToolResult. */
export interface BuiltinResult {
  readonly content: readonly JsonObject[];
  readonly structuredContent?: JsonObject;
  readonly isError?: boolean;
}

/** Tools that live in this process instead of behind an upstream. They pass through policy, approvals and audit as any other. */
export interface BuiltinTools {
  /** MCP `Tool` definitions, in the order they are listed. */
  readonly definitions: readonly JsonObject[];
  /** @throws PreloopError for what the agent can act on, which becomes a result with `isError` */
  call(name: string, args: JsonObject, call: BuiltinCall): Promise<BuiltinResult>;
  /**
   * Looks at a call before a person is asked about it. What it returns is the answer, and nobody is disturbed: a
   * duplicate that exists already, a field that cannot be set. Has no effect of its own, and tells nothing but what the
   * caller may read by itself. @throws as `call`
   */
  preflight?(name: string, args: JsonObject, call: PreflightScope): Promise<BuiltinResult | undefined>;
  close(): Promise<void>;
}
