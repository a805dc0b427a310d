import * as z from "zod";
import { ACTIONS, RISKS } from "#model";
import { duration, globs, maybe, text } from "./parts.ts";

const ruleSchema = z.strictObject({
  name: text.meta({ description: "Shown with every decision the rule makes; unique." }),
  tool: maybe(
    globs,
    "Glob or globs over server__tool; * is any run of characters, ? is one. Own tools have bare names. Needed unless method names others than tools/call; then over server__prompt, server__URI or server__method.",
  ),
  method: maybe(
    globs,
    "Glob or globs over the methods the rule is for, like resources/read or resources/*; tools/call without it.",
  ),
  uri: maybe(
    globs,
    "Glob or globs over the URI of a resource. An allow wants the URI to match as it was written and as it resolves; for the others either is enough.",
  ),
  when: maybe(
    text,
    "A CEL condition over args, tool, server, method, uri, annotations, session, client, user and now. A condition that fails counts as ask.",
  ),
  action: z.enum(ACTIONS).meta({ description: "What happens to a call that matches." }),
  mode: maybe(
    z.enum(["enforce", "observe"]),
    "observe: the rule decides nothing; what it would have done is written down with each call.",
  ),
  reason: maybe(text, "Why; reaches the agent on a denial and the person on an ask."),
  workflow: maybe(text, "For ask: the name of a workflow under approvals."),
  risk: maybe(z.enum(RISKS), "The grade of harm, when the tool's annotations do not say it."),
  justification: maybe(
    z.enum(["required", "optional"]),
    "Whether the agent must, or may, say why it wants the call.",
  ),
});

/** Which calls pass, which are asked about, which are refused. */
export const policySchema = z.strictObject({
  default: z.enum(ACTIONS).default("ask").meta({ description: "What happens to a call that no rule names." }),
  rules: z.array(ruleSchema).default([]).meta({
    description: "Looked at in order; the first that matches decides, so the strictest stand first.",
  }),
});

const workflowSchema = z.strictObject({
  approvers: maybe(z.array(text), "Who may decide, by name; without it, whoever can decide at all."),
  quorum: maybe(z.int().positive(), "How many different people must approve; 1 without it."),
  timeout: maybe(duration, "How long the question stands, like 1h."),
  escalate: maybe(
    z.strictObject({
      after: duration.meta({ description: "How long nobody decides before more people are told." }),
      to: z.array(text).min(1).meta({ description: "Who may decide from then on, too." }),
    }),
    "Whom to ask when nobody decides.",
  ),
  notify: maybe(z.array(text), "Names of channels under notify."),
});

const limitSchema = z.strictObject({
  questions: maybe(z.int().positive(), "How many questions may be open at once."),
  megabytes: maybe(z.number().positive(), "How much their arguments and justifications may hold together."),
});

/** Who is asked, and for how long. */
export const approvalsSchema = z.strictObject({
  timeout: duration
    .default("15m")
    .meta({ description: "How long a question stands where no workflow says otherwise." }),
  patience: maybe(
    z.record(text, duration),
    "How long a client is kept waiting before it is told to call again, by the name it gives itself; * stands for all others.",
  ),
  limits: maybe(
    z.strictObject({
      session: maybe(limitSchema, "Of one session; 100 questions and 32 megabytes without it."),
      user: maybe(limitSchema, "Of all sessions of one user; 1000 questions and 128 megabytes without it."),
    }),
    "How much may wait for people at once; what is more is refused.",
  ),
  workflows: z
    .record(text, workflowSchema)
    .default({})
    .meta({ description: "Ways of asking, by name. The one named default is used where a rule names none." }),
});
