import type { Config, ServerConfig } from "#config";
import type { ClientFeature } from "#gateway";

/** Whether a server's own section lets it ask the client for something; one that is taken out or disabled asks nothing. */
export function mayUseFeature(server: ServerConfig | undefined, wish: ClientFeature): boolean {
  if (!server || server.disabled === true) return false;
  const { sampling = "allow", elicitation = "allow" } = server;
  switch (wish) {
    case "sampling":
      return sampling === "allow";
    case "form":
      return elicitation === "allow";
    case "link":
      return elicitation !== "deny";
    case "roots":
      return true;
  }
}

/** True when a server may ask for more by the second config than by the first. */
export function opensFeatures(before: Config, after: Config): boolean {
  return Object.keys(before.mcpServers).some((name) =>
    WISHES.some(
      (wish) => !mayUseFeature(before.mcpServers[name], wish) && mayUseFeature(after.mcpServers[name], wish),
    ),
  );
}

const WISHES = ["sampling", "form", "link"] as const satisfies readonly ClientFeature[];
