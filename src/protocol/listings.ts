/** A listing that a server can be asked for (https://modelcontextprotocol.io/specification/2025-11-25/server). */
export type Listing = "tools" | "prompts" | "resources" | "templates";

/** A listing in the protocol's words. */
export interface ListingWords {
  /** The server's capability that announces it. */
  readonly capability: "tools" | "prompts" | "resources";
  /** The method that asks for it. */
  readonly method: string;
  /** The member of the result that holds its items. */
  readonly member: string;
  /** The notification of its change. */
  readonly changed: string;
}

/** Every listing that the protocol has. */
export const LISTINGS: Readonly<Record<Listing, ListingWords>> = {
  tools: {
    capability: "tools",
    method: "tools/list",
    member: "tools",
    changed: "notifications/tools/list_changed",
  },
  prompts: {
    capability: "prompts",
    method: "prompts/list",
    member: "prompts",
    changed: "notifications/prompts/list_changed",
  },
  resources: {
    capability: "resources",
    method: "resources/list",
    member: "resources",
    changed: "notifications/resources/list_changed",
  },
  templates: {
    capability: "resources",
    method: "resources/templates/list",
    member: "resourceTemplates",
    changed: "notifications/resources/list_changed",
  },
};
