import type { RawReply } from "#protocol";
import type { ClientProfile } from "#upstreams";
import type { CallServices } from "../call/call-services.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { listPrompts, listResources, listTemplates, listTools } from "../catalog/listings.ts";
import { knowsTasks } from "../tasks/task-meta.ts";
import type { Notifications } from "./notifications.ts";

/** The methods that list what servers offer. */
export type ListMethod = "tools/list" | "prompts/list" | "resources/list" | "resources/templates/list";

/** What a listing needs of its session. */
export interface ListScope {
  readonly client: ClientProfile;
  readonly services: CallServices;
  readonly catalog: Catalog;
  readonly notifications: Notifications;
}

/** The answer to a listing: what this client may know of. From then on it is told of what comes up. */
export async function list(method: ListMethod, scope: ListScope): Promise<RawReply> {
  const reply = await listed(method, scope);
  scope.notifications.onListed(method);
  return reply;
}

function listed(method: ListMethod, { client, services, catalog }: ListScope): Promise<RawReply> {
  const { policy, pins } = services;
  switch (method) {
    case "tools/list":
      return listTools(catalog, policy(), pins, knowsTasks(client));
    case "prompts/list":
      return listPrompts(catalog, policy(), pins);
    case "resources/list":
      return listResources(catalog, policy(), pins);
    case "resources/templates/list":
      return listTemplates(catalog, policy(), pins);
  }
}
