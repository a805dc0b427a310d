import * as z from "zod";
import { type JsonObject, PreloopError } from "#base";
import { INPUTS, type ToolInput, type ToolName } from "./inputs.ts";
import { OUTPUTS } from "./outputs.ts";

const DESCRIPTIONS: Record<ToolName, readonly [title: string, description: string]> = {
  get_issue: ["Read an issue", "Reads one issue of the configured trackers, as it is now."],
  create_issue: [
    "Create an issue",
    "Creates an issue. Looks for similar ones first and, where there are any, answers with them instead of creating.",
  ],
  update_issue: [
    "Update an issue",
    "Changes the named fields of an issue and leaves the others. Reports a conflict when it changed since it was last read.",
  ],
  search: [
    "Search issues",
    "Searches titles, descriptions and comments of all synced issues, by words and by likeness.",
  ],
  estimate_compliance: [
    "Rate issues",
    "Rates how well issues are written: a score from 0 to 1 and a verdict on each criterion of the metric.",
  ],
  improve_compliance: [
    "Suggest better issues",
    "Suggests a better title and description for each issue, as arguments ready for update_issue. Changes nothing.",
  ],
};
const WRITES: readonly ToolName[] = ["create_issue", "update_issue"];

/**
 * The MCP `Tool` definitions of all six, in the order they are listed. They are kept as definitions.json: making them
 * takes every session 2 MB that most would have for nothing else.
 */
export function toolDefinitions(): JsonObject[] {
  return (Object.keys(INPUTS) as ToolName[]).map((name) => {
    const [title, description] = DESCRIPTIONS[name];
    return {
      name,
      title,
      description,
      inputSchema: schemaOf(INPUTS[name], "input"),
      outputSchema: schemaOf(OUTPUTS[name], "output"),
      annotations: {
        title,
        readOnlyHint: !WRITES.includes(name),
        destructiveHint: false,
        idempotentHint: name !== "create_issue",
        openWorldHint: true,
      },
    };
  });
}

/** @throws params_invalid that names every field that is wrong */
export function readInput<Name extends ToolName>(name: Name, args: JsonObject): ToolInput<Name> {
  const read = INPUTS[name].safeParse(args);
  if (read.success) return read.data as ToolInput<Name>;
  const faults = read.error.issues.map(({ path, message }) =>
    [path.join("."), message].filter(Boolean).join(": "),
  );
  throw new PreloopError("arguments_invalid", `${name}: ${faults.join("; ")}. Nothing was done.`);
}

function schemaOf(shape: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema, ...schema } = z.toJSONSchema(shape, { io, target: "draft-7" });
  return schema as JsonObject;
}
