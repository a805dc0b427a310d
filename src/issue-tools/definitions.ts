import * as z from "zod";
import { type JsonObject, PreloopError } from "#base";
import { ISSUE_STATES, LINK_KINDS } from "#model";

const issueId = z.string().min(1).max(2_000).meta({
  description:
    "The issue: its URL, owner/repo#7, group/project#7, ABC-1, or tracker:key where two trackers could mean it.",
});
const project = z.string().min(1).max(500);
const title = z.string().trim().min(1).max(1_000);
const description = z.string().max(1_000_000).meta({ description: "Markdown." });
const labels = z.array(z.string().min(1).max(255)).max(100);
const status = z.string().min(1).max(255).meta({
  description:
    "open, closed, or a status in the tracker's own words (a Jira status is reached by its transitions).",
});
const issues = z.array(issueId).min(1).max(100);
const metric = z
  .string()
  .min(1)
  .max(100)
  .default("DoR")
  .meta({ description: "DoR, INVEST, Risk, or a metric of the config." });

/** What each tool takes; parsed strictly, so that a misspelt field is refused instead of dropped. */
export const INPUTS = {
  get_issue: z.strictObject({
    issue: issueId,
    include: z
      .array(z.enum(["comments", "links"]))
      .optional()
      .meta({ description: "What to tell besides the issue itself." }),
  }),
  create_issue: z.strictObject({
    project: project.meta({ description: "owner/repo, group/project or a Jira project key." }),
    title,
    description,
    labels: labels.optional(),
    assignee: z.string().min(1).max(255).optional(),
    priority: z.string().min(1).max(255).optional(),
    status: status.optional(),
    allow_duplicate: z
      .boolean()
      .default(false)
      .meta({ description: "Create it although similar issues exist. Look at them first." }),
  }),
  update_issue: z.strictObject({
    issue: issueId,
    title: title.optional(),
    description: description.optional(),
    status: status.optional(),
    priority: z.string().min(1).max(255).nullable().optional().meta({ description: "null clears it." }),
    assignee: z.string().min(1).max(255).nullable().optional().meta({ description: "null clears it." }),
    labels: labels.optional().meta({ description: "All labels the issue is to have; [] clears them." }),
    duplicate_of: issueId
      .optional()
      .meta({ description: "The issue that this one duplicates; links the two." }),
  }),
  search: z.strictObject({
    query: z.string().trim().min(1).max(100_000),
    project: project.optional().meta({ description: "Only this project." }),
    limit: z.int().min(1).max(100).default(10),
    mode: z
      .enum(["hybrid", "fulltext", "similarity"])
      .default("hybrid")
      .meta({ description: "fulltext finds words, similarity finds likeness, hybrid fuses both." }),
    status: z.string().min(1).max(255).optional().meta({
      description: "open, closed, or a status in the tracker's own words.",
    }),
    tracker: z.string().min(1).max(100).optional().meta({ description: "Only this tracker of the config." }),
  }),
  estimate_compliance: z.strictObject({ issues, compliance_metric: metric }),
  improve_compliance: z.strictObject({ issues, compliance_metric: metric }),
} as const;
export type ToolName = keyof typeof INPUTS;
export type ToolInput<Name extends ToolName> = z.output<(typeof INPUTS)[Name]>;

const link = z.object({ kind: z.enum(LINK_KINDS), target: z.string() });
const comment = z.object({
  id: z.string(),
  author: z.string().optional(),
  body: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});

/** An issue as every tool tells it. */
export const issueShape = z.object({
  id: z.string().meta({ description: "tracker:key, which no two issues share." }),
  external_id: z.string(),
  key: z.string(),
  tracker: z.string(),
  project: z.string(),
  url: z.string(),
  title: z.string(),
  description: z.string(),
  state: z.enum(ISSUE_STATES),
  status: z.string(),
  type: z.string().optional(),
  priority: z.string().optional(),
  labels: z.array(z.string()),
  assignee: z.string().optional(),
  author: z.string().optional(),
  created_at: z.string(),
  updated_at: z.string(),
  closed_at: z.string().optional(),
  comments: z.array(comment).optional(),
  links: z.array(link).optional(),
});
export type ShownIssue = z.output<typeof issueShape>;

const hit = z.object({
  id: z.string(),
  key: z.string(),
  tracker: z.string(),
  project: z.string(),
  url: z.string(),
  title: z.string(),
  state: z.enum(ISSUE_STATES),
  status: z.string(),
  score: z.number(),
  snippet: z.string(),
  updated_at: z.string(),
});
export type ShownHit = z.output<typeof hit>;

const criterion = z.object({
  id: z.string(),
  title: z.string(),
  verdict: z.enum(["pass", "part", "fail", "not_applicable", "not_assessed"]),
  basis: z.enum(["rules", "model"]),
  reason: z.string(),
  evidence: z.string().optional(),
  suggestion: z.string().optional(),
});
const metadata = z.object({
  total_requested: z.int(),
  successfully_processed: z.int(),
  failed_count: z.int(),
  failed_issues: z.array(z.string()),
  errors: z.array(z.string()),
});

const OUTPUTS = {
  get_issue: z.object({ issue: issueShape, read: z.enum(["live", "store"]), note: z.string().optional() }),
  create_issue: z.object({
    created: z.boolean(),
    issue: issueShape.optional(),
    candidates: z.array(hit).optional().meta({ description: "Issues that may be the same." }),
  }),
  update_issue: z.object({ updated: z.array(z.string()), issue: issueShape }),
  search: z.object({ results: z.array(hit), note: z.string().optional() }),
  estimate_compliance: z.object({
    metric: z.string(),
    results: z.array(
      z.object({
        issue: z.string(),
        title: z.string(),
        kind: z.string(),
        score: z
          .number()
          .min(0)
          .max(1)
          .nullable()
          .meta({ description: "null when nothing could be assessed." }),
        direction: z.enum(["higher_is_better", "higher_is_riskier"]),
        basis: z.enum(["rules", "model"]),
        notes: z.array(z.string()),
        criteria: z.array(criterion),
      }),
    ),
    metadata,
  }),
  improve_compliance: z.object({
    metric: z.string(),
    suggested_updates: z.array(
      z.object({
        arguments: z.object({
          issue: z.string(),
          title: z.string().optional(),
          description: z.string().optional(),
        }),
        questions: z.array(z.string()),
        diff: z.string(),
        score_before: z.number().nullable(),
        score_after: z.number().nullable(),
      }),
    ),
    metadata,
  }),
} as const satisfies Record<ToolName, z.ZodType>;
export type ToolOutput<Name extends ToolName> = z.output<(typeof OUTPUTS)[Name]>;

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
