import * as z from "zod";

const issueId = z.string().min(1).max(2_000).meta({
  description:
    "The issue: its URL, owner/repo#7, group/project#7, ABC-1, or tracker:key where two trackers could mean it.",
});

export const project = z.string().min(1).max(500);

export const titleInput = z.string().trim().min(1).max(1_000);

export const description = z.string().max(1_000_000).meta({ description: "Markdown." });

export const labels = z.array(z.string().min(1).max(255)).max(100);

export const status = z.string().min(1).max(255).meta({
  description:
    "open, closed, or a status in the tracker's own words (a Jira status is reached by its transitions).",
});

export const issueIds = z.array(issueId).min(1).max(100);

export const metric = z
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
    title: titleInput,
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
    title: titleInput.optional(),
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
  estimate_compliance: z.strictObject({ issues: issueIds, compliance_metric: metric }),
  improve_compliance: z.strictObject({ issues: issueIds, compliance_metric: metric }),
} as const;

/** Name of one of the six tools. */
export type ToolName = keyof typeof INPUTS;

/** Arguments of a tool, as they were parsed. */
export type ToolInput<Name extends ToolName> = z.output<(typeof INPUTS)[Name]>;
