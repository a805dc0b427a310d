import type { JsonObject } from "#base";
import type { PinKind } from "#store";

/** Definition that can be pinned: something of a server's that a model reads, as the server gives it now. */
export interface Pinnable {
  /** A tool, where nothing else is said. */
  readonly kind?: PinKind;
  readonly server: string;
  /** The name of a tool or prompt as the server knows it, the address of a resource or template; empty for instructions. */
  readonly original: string;
  /** The name or address clients know it by. */
  readonly name: string;
  readonly definition: JsonObject;
}

/** Reason why something is withheld until a person has looked at it. */
export interface Hold {
  readonly kind: "changed" | "suspicious" | "server";
  /** In words that are safe to show to anybody, the agent too. */
  readonly why: string;
  /** What to give to `preloop tools accept`. */
  readonly accept: string;
}

/**
 * Knowledge of servers and all they tell of; a snapshot kept current by notification, the last one when the
 * store is away.
 */
export interface Pins {
  /** Resolves when the first snapshot is here; rejects with `store_unavailable`. */
  readonly ready: Promise<void>;
  /** True while a store that others fill was not read, and nothing was kept of it either. */
  readonly isBlind: boolean;
  /** Looks at all there are now of one kind (tools, unless said), and writes down what is new. Does not wait. */
  survey(item: readonly Pinnable[], kind?: PinKind): void;
  /** True when it was part of the last survey of its kind. */
  isSurveyed(item: Pinnable): boolean;
  /** Why it is held, if it is. */
  holdOf(item: Pinnable): Hold | undefined;
  /** Why everything of a server is held, if it is. */
  holdOfServer(server: string): Hold | undefined;
  /** True for a tool that a person switched off, alone or with its server; of a server itself without a tool. */
  isOff(server: string, tool?: string): boolean;
  close(): Promise<void>;
}
