import { type JsonObject, PreloopError } from "#base";
import type { BuiltinCall, BuiltinResult, BuiltinTools } from "#model";
import definitions from "./definitions.json" with { type: "json" };
import { requireTrackers } from "./find-tracker.ts";
import type { IssueServices } from "./issue-services.ts";
import { createLastRead } from "./last-read.ts";

/** preloop's six tools over the configured trackers, for one session. What a tool needs is loaded with its first call. */
export function createIssueTools(services: IssueServices): BuiltinTools {
  const lastRead = createLastRead();

  async function run(name: string, args: JsonObject, call: BuiltinCall): Promise<BuiltinResult> {
    requireTrackers(await services.trackers());
    const { readInput } = await import("./definitions.ts");
    const scope = { call, lastRead };
    switch (name) {
      case "get_issue":
        return (await import("./get-issue.ts")).getIssueTool(readInput(name, args), services, scope);
      case "create_issue":
        return (await import("./create-issue.ts")).createIssueTool(readInput(name, args), services, scope);
      case "update_issue":
        return (await import("./update-issue.ts")).updateIssueTool(readInput(name, args), services, scope);
      case "search":
        return (await import("./search-issues.ts")).searchTool(readInput(name, args), services, call);
      case "estimate_compliance":
        return (await import("./estimate-compliance.ts")).estimateComplianceTool(
          readInput(name, args),
          services,
          scope,
        );
      case "improve_compliance":
        return (await import("./improve-compliance.ts")).improveComplianceTool(
          readInput(name, args),
          services,
          scope,
        );
      default:
        throw new PreloopError("tool_unknown", `Unknown tool: ${name}`);
    }
  }

  return {
    definitions: definitions as unknown as readonly JsonObject[],
    call: run,
    async preflight(name, args, scope) {
      requireTrackers(await services.trackers());
      const { readInput } = await import("./definitions.ts");
      if (name === "create_issue")
        return (await import("./create-issue.ts")).preflightCreate(readInput(name, args), services, scope);
      if (name === "update_issue")
        return (await import("./update-issue.ts")).preflightUpdate(readInput(name, args), services, {
          scope,
          lastRead,
        });
      return undefined;
    },
    close: async () => {},
  };
}
