import type { JsonObject } from "#base";

/** A tool as a server lists it now. */
export interface SeenTool {
  readonly server: string;
  /** The tool's name as the server knows it. */
  readonly original: string;
  /** The name clients call. */
  readonly name: string;
  readonly definition: JsonObject;
}

/** Why calls of a tool are refused until a person has looked at it. */
export interface Hold {
  readonly kind: "changed" | "suspicious" | "server";
  /** In words that are safe to show to anybody, the agent too. */
  readonly why: string;
  /** What to give to `preloop tools accept`. */
  readonly accept: string;
}

/** What is known of tools and servers; a snapshot kept current by notification, the last one when the store is away. */
export interface Pins {
  /** Resolves when the first snapshot is here; rejects with `store_unavailable`. */
  readonly ready: Promise<void>;
  /** Looks at all tools there are now, and writes down what is new. Does not wait. */
  survey(tools: readonly SeenTool[]): void;
  /** True when the tool was part of a survey. */
  isSurveyed(tool: SeenTool): boolean;
  /** Why the tool is held, if it is. */
  holdOf(tool: SeenTool): Hold | undefined;
  /** Why all of a server is held, if it is: it is started or reached another way than when it was first used. */
  holdOfServer(server: string): Hold | undefined;
  /** True for a tool that a person switched off, alone or with its server. */
  isOff(server: string, tool: string): boolean;
  close(): Promise<void>;
}
