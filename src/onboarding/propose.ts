import type { ListedTool } from "./doctor/ask-server.ts";
import type { ProposedRule } from "./extend-config.ts";

/** Verbs that only look, and verbs that change things or reach out; a name with one of the latter is never a read. */
const READS = wordSet("get list read search find describe show view count lookup");
const CHANGES = wordSet(
  "set put post patch create add new insert update edit write rewrite replace append modify change move rename copy " +
    "delete remove drop destroy purge clear erase wipe truncate reset revoke kill stop cancel close archive terminate " +
    "merge push commit deploy publish release send reply upload import start run execute exec eval call invoke apply " +
    "install enable disable grant approve assign fork transfer restore rollback query fetch download open click mark",
);
const DESTROYS = wordSet(
  "delete remove drop destroy purge erase wipe truncate reset revoke kill terminate deploy transfer rollback exec execute eval",
);

/**
 * Rules to start from, for a person to look at: reads pass, what destroys is asked about as a high risk, and whatever
 * is neither by its hint nor by its name falls to the policy's default. The tools are named one by one: a tool that
 * the server grows later is in no rule.
 */
export function proposeRules(server: string, tools: readonly ListedTool[]): ProposedRule[] {
  const known = tools.filter(({ name }) => isPlain(server, name));
  const destroying = known.filter(isDestroying);
  const hinted = known.filter(
    (tool) => tool.readOnly === true && !destroying.includes(tool) && !changes(tool.name),
  );
  const named = known.filter(
    (tool) => !hinted.includes(tool) && !destroying.includes(tool) && isReadByName(tool),
  );
  const rule = (found: readonly ListedTool[], rest: Omit<ProposedRule, "tool">): ProposedRule[] =>
    found.length === 0 ? [] : [{ ...rest, tool: found.map(({ name }) => `${server}__${name}`).sort() }];
  return [
    ...rule(destroying, {
      name: `proposed: ${server} destroys`,
      action: "ask",
      risk: "high",
      reason: "Proposed by preloop init: this can destroy something.",
    }),
    ...rule(hinted, {
      name: `proposed: ${server} reads`,
      action: "allow",
      reason: "Proposed by preloop init: the server says that these only read.",
    }),
    ...rule(named, {
      name: `proposed: ${server} reads by name`,
      action: "allow",
      reason: "Proposed by preloop init: by their names these only read.",
    }),
  ];
}

function isDestroying({ name, readOnly, destructive }: ListedTool): boolean {
  const parts = partsOf(name);
  return parts.some((part) => DESTROYS.has(part)) || (destructive === true && readOnly !== true);
}

// A name alone is a hunch unless nothing in it, and nothing the server says, speaks against it.
function isReadByName({ name, readOnly, destructive }: ListedTool): boolean {
  const [verb = ""] = partsOf(name);
  return readOnly === undefined && destructive !== true && READS.has(verb) && !changes(name);
}

function changes(name: string): boolean {
  return partsOf(name).some((part) => CHANGES.has(part));
}

// Other names are served in another form, which no rule here could name.
function isPlain(server: string, name: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(name) && `${server}__${name}`.length <= 64;
}

function partsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
}

function wordSet(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
