import { type JsonObject, PreloopError } from "#base";
import type { OwnCall, OwnResult, OwnTools } from "#model";
import { checkCreate, createIssue } from "./create-issue.ts";
import { readInput, toolDefinitions } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import { estimateCompliance } from "./estimate-compliance.ts";
import { requireTrackers } from "./find-tracker.ts";
import { getIssue } from "./get-issue.ts";
import { improveCompliance } from "./improve-compliance.ts";
import { searchTool } from "./search-issues.ts";
import { createSeen } from "./seen.ts";
import { checkUpdate, updateIssue } from "./update-issue.ts";

/** preloop's six tools over the configured trackers, for one session. */
export function createIssueTools(desk: Desk): OwnTools {
  const seen = createSeen();

  async function run(name: string, args: JsonObject, call: OwnCall): Promise<OwnResult> {
    requireTrackers(await desk.trackers());
    const around = { call, seen };
    switch (name) {
      case "get_issue":
        return getIssue(readInput(name, args), desk, around);
      case "create_issue":
        return createIssue(readInput(name, args), desk, around);
      case "update_issue":
        return updateIssue(readInput(name, args), desk, around);
      case "search":
        return searchTool(readInput(name, args), desk, around);
      case "estimate_compliance":
        return estimateCompliance(readInput(name, args), desk, call);
      case "improve_compliance":
        return improveCompliance(readInput(name, args), desk, call);
      default:
        throw new PreloopError("tool_unknown", `Unknown tool: ${name}`);
    }
  }

  return {
    definitions: toolDefinitions(),
    call: run,
    async preflight(name, args, call) {
      requireTrackers(await desk.trackers());
      if (name === "create_issue") return checkCreate(readInput(name, args), desk, call);
      if (name === "update_issue") return checkUpdate(readInput(name, args), desk, { call, seen });
      return undefined;
    },
    close: async () => {},
  };
}
