import * as z from "zod";
import { ISSUE_STATES, LINK_KINDS } from "#model";
import type { ToolName } from "./inputs.ts";

const link = z.object({ kind: z.enum(LINK_KINDS), target: z.string() });

const comment = z.object({
  id: z.string(),
  author: z.string().optional(),
  body: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});

/** An issue as every tool shows it. */
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

/** Issue as the tools answer with it. */
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

/** Hit of a search as the tools answer with it. */
export type ShownHit = z.output<typeof hit>;

export const criterion = z.object({
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

/** The shapes of the results, by tool: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#output-schema */
export const OUTPUTS = {
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

/** Structured content of a tool's result. */
export type ToolOutput<Name extends ToolName> = z.output<(typeof OUTPUTS)[Name]>;
