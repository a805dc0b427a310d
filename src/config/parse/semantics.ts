import { parseDuration } from "#base";
import { isCustomMethod, JUDGED_METHODS, TOOL_CALL } from "#protocol";
import type { ApprovalsConfig, Config, PolicyConfig } from "../schema/schema.ts";
import { checkServer, isLiteral } from "./check-server.ts";
import { didYouMean, type Problem } from "./problems.ts";

/** Names that decisions use for themselves; a rule called so could not be told from them. */
const RESERVED_RULES = [
  "default",
  "builtin:reads",
  "builtin:writes",
  "builtin:listed",
  "annotations:read-only",
  "arguments:alike-keys",
  "tools:deny",
];

/** The sections of a config that follow the schema; one that does not is left out. */
export type Sections = { readonly [Key in keyof Config]?: Config[Key] };

/** What contradicts itself, or could never come true, though every part of it follows the schema. */
export function checkSemantics(sections: Sections): Problem[] {
  return [
    ...Object.entries(sections.mcpServers ?? {}).flatMap(([name, server]) => checkServer(name, server)),
    ...checkRules(sections.policy, sections.approvals),
    ...checkWorkflows(sections.approvals, sections.notify),
  ];
}

function checkRules(policy: PolicyConfig | undefined, approvals: ApprovalsConfig | undefined): Problem[] {
  const seen = new Set<string>();
  return (policy?.rules ?? []).flatMap((rule, index) => {
    const path = ["policy", "rules", index];
    const problems: Problem[] = [];
    if (seen.has(rule.name))
      problems.push({ path: [...path, "name"], message: `"${rule.name}" names an earlier rule, too` });
    seen.add(rule.name);
    if (RESERVED_RULES.includes(rule.name))
      problems.push({
        path: [...path, "name"],
        message: `"${rule.name}" is a name that decisions use themselves; take another`,
      });
    problems.push(...checkMethods(rule, path));
    if (rule.workflow !== undefined && rule.action !== "ask")
      problems.push({
        path: [...path, "workflow"],
        message: `says nothing with the action ${rule.action}; only ask has a workflow`,
      });
    if (rule.justification !== undefined && rule.action === "deny")
      problems.push({ path: [...path, "justification"], message: "says nothing with the action deny" });
    const workflows = approvals && ["default", ...Object.keys(approvals.workflows)];
    if (workflows && rule.workflow !== undefined && !workflows.includes(rule.workflow))
      problems.push({
        path: [...path, "workflow"],
        message: `"${rule.workflow}" is no workflow under approvals.workflows${didYouMean(rule.workflow, workflows)}`,
      });
    return problems;
  });
}

function checkMethods({ tool, method, uri }: PolicyConfig["rules"][number], path: Path): Problem[] {
  const methods = method === undefined ? [TOOL_CALL] : [method].flat();
  const problems: Problem[] = methods
    .filter((one) => isLiteral(one) && !JUDGED_METHODS.includes(one) && !isCustomMethod(one))
    .map((one) => ({
      path: [...path, "method"],
      message: `"${one}" is no method that policy judges${didYouMean(one, JUDGED_METHODS)}`,
    }));
  const isOnlyCalls = methods.every((one) => one === TOOL_CALL);
  if (tool === undefined && isOnlyCalls)
    problems.push({ path, message: "needs a tool, or a method other than tools/call" });
  if (uri !== undefined && isOnlyCalls)
    problems.push({
      path: [...path, "uri"],
      message: "says nothing without a method about resources",
      atKey: true,
    });
  return problems;
}

type Path = (string | number)[];

function checkWorkflows(
  approvals: ApprovalsConfig | undefined,
  notify: Config["notify"] | undefined,
): Problem[] {
  return Object.entries(approvals?.workflows ?? {}).flatMap(([name, workflow]) => {
    const path = ["approvals", "workflows", name];
    const problems: Problem[] = [];
    const { approvers = [], quorum = 1, escalate } = workflow;
    const people = new Set([...approvers, ...(escalate?.to ?? [])]).size;
    if (approvers.length > 0 && quorum > people)
      problems.push({
        path: [...path, "quorum"],
        message: `is ${quorum}, and ${people === 1 ? "only one person" : `only ${people} people`} may decide: nobody could ever satisfy it`,
      });
    const timeout = workflow.timeout ?? approvals!.timeout;
    if (escalate && parseDuration(escalate.after) >= parseDuration(timeout))
      problems.push({
        path: [...path, "escalate", "after"],
        message: `is ${escalate.after}, and the question ends after ${timeout}: nobody would ever be told`,
      });
    if (notify)
      problems.push(...checkChannels([...path, "notify"], workflow.notify ?? [], Object.keys(notify)));
    return problems;
  });
}

function checkChannels(
  path: readonly (string | number)[],
  names: readonly string[],
  channels: readonly string[],
): Problem[] {
  return names.flatMap((name, index) =>
    channels.includes(name)
      ? []
      : [
          {
            path: [...path, index],
            message: `"${name}" is no channel under notify${didYouMean(name, channels)}`,
          },
        ],
  );
}
