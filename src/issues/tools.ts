import { type JsonObject, PreloopError } from "#base";
import type { BuiltinCall, BuiltinResult, BuiltinTools } from "#model";
import definitions from "./definitions.json" with { type: "json" };
import type { Desk } from "./desk.ts";
import { requireTrackers } from "./find-tracker.ts";
import { createSeen } from "./seen.ts";

/** preloop's six tools over the configured trackers, for one session. What a tool needs is loaded with its first call. */
export function createIssueTools(desk: Desk): BuiltinTools {
  const seen = createSeen();

  async function run(name: string, args: JsonObject, call: BuiltinCall): Promise<BuiltinResult> {
    requireTrackers(await desk.trackers());
    const { readInput } = await import("./definitions.ts");
    const around = { call, seen };
    switch (name) {
      case "get_issue":
        return (await import("./get-issue.ts")).getIssue(readInput(name, args), desk, around);
      case "create_issue":
        return (await import("./create-issue.ts")).createIssue(readInput(name, args), desk, around);
      case "update_issue":
        return (await import("./update-issue.ts")).updateIssue(readInput(name, args), desk, around);
      case "search":
        return (await import("./search-issues.ts")).searchTool(readInput(name, args), desk, call);
      case "estimate_compliance":
        return (await import("./estimate-compliance.ts")).estimateCompliance(
          readInput(name, args),
          desk,
          around,
        );
      case "improve_compliance":
        return (await import("./improve-compliance.ts")).improveCompliance(
          readInput(name, args),
          desk,
          around,
        );
      default:
        throw new PreloopError("tool_unknown", `Unknown tool: ${name}`);
    }
  }

  return {
    definitions: definitions as unknown as readonly JsonObject[],
    call: run,
    async preflight(name, args, look) {
      requireTrackers(await desk.trackers());
      const { readInput } = await import("./definitions.ts");
      if (name === "create_issue")
        return (await import("./create-issue.ts")).lookAtCreate(readInput(name, args), desk, look);
      if (name === "update_issue")
        return (await import("./update-issue.ts")).lookAtUpdate(readInput(name, args), desk, { look, seen });
      return undefined;
    },
    close: async () => {},
  };
}
